//! What belongs to a person alone: how they want to be addressed.

use sluice_store::person;

pub use sluice_store::person::Person;

use crate::language::{DateFormat, Language, Locale, time_zone};
use crate::{App, Caller, Error, Given, Result};

/// How a person is addressed where no screen says otherwise: what they chose, else what their browser said last.
pub(crate) fn locale(person: &Person) -> Locale {
    Locale::stored(
        person.language.as_deref().or(person.seen_language.as_deref()),
        person.time_zone.as_deref().or(person.seen_time_zone.as_deref()),
        person.date_format.as_deref(),
    )
}

/// The caller.
pub async fn get(app: &App, who: Caller) -> Result<Person> {
    let mut db = app.db.read().await?;
    person::get(&mut db, who.person).await?.ok_or_else(|| Error::code("not_signed_in"))
}

/// Changes to how one is addressed; what is cleared is left to the browser.
#[derive(Debug, Default)]
pub struct Changes {
    /// The language of screens and messages.
    pub language: Given<Language>,
    /// The zone in which times are shown, an IANA name.
    pub time_zone: Given<String>,
    /// How dates are written.
    pub date_format: Given<DateFormat>,
}

/// Saves how the caller wants to be addressed.
pub async fn update(app: &App, who: Caller, changes: Changes) -> Result<Person> {
    who.own()?;
    let mut tx = app.db.begin().await?;
    let mut me = person::get(&mut tx, who.person).await?.ok_or_else(|| Error::code("not_signed_in"))?;
    me.language = changes.language.map(|language| language.key().to_owned()).onto(me.language);
    let zone = changes.time_zone.try_map(|name| sound_zone("/time_zone", &name))?;
    me.time_zone = zone.onto(me.time_zone);
    me.date_format = changes.date_format.map(|format| format.key().to_owned()).onto(me.date_format);
    let (language, zone, dates) =
        (me.language.as_deref(), me.time_zone.as_deref(), me.date_format.as_deref());
    person::set_locale(&mut tx, me.id, language, zone, dates).await?;
    tx.commit().await?;
    Ok(me)
}

/// The name of a zone as the IANA list writes it.
pub(crate) fn sound_zone(pointer: &str, name: &str) -> Result<String> {
    let zone = time_zone(name);
    let known = zone.as_ref().and_then(|zone| zone.iana_name());
    known.map(str::to_owned).ok_or_else(|| {
        Error::field(pointer, "unknown_time_zone", "Name a zone of the IANA list, such as Europe/Madrid.")
    })
}

/// What a browser says about its person; both may be missing or unsound, which hinders nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Browser<'a> {
    /// What it calls itself.
    pub user_agent: &'a str,
    /// The language it asks for.
    pub language: Option<Language>,
    /// The zone it is in.
    pub time_zone: Option<&'a str>,
}

/// Notes what a person's browser says, for the mails of those who choose nothing.
pub(crate) async fn see(
    tx: &mut sluice_store::Tx,
    person: sluice_domain::PersonId,
    browser: Browser<'_>,
) -> Result<()> {
    let zone = browser.time_zone.and_then(time_zone);
    let zone = zone.as_ref().and_then(|zone| zone.iana_name());
    let language = browser.language.map(Language::key);
    Ok(person::see_locale(tx, person, language, zone).await?)
}
