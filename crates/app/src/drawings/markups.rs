//! Drawing over sheets (`VIEW-04`): personal until published, then seen by everybody who sees the drawing. Local to the project: nothing of it is
//! offered to the feed (`DRF-06`).

use sluice_domain::markup::{Colour, Kind, PERSONAL_MAX, PUBLISHED_MAX, Shape, Unsound};
use sluice_domain::permission::{Action, Standing, Tool, act, allows, authorize};
use sluice_domain::revision::Status;
use sluice_domain::{DrawingId, MarkupId, PersonId, Reason, RevisionId};
use sluice_store::drawing::markup::{self, Over};
use sluice_store::drawing::{self, Drawing, change};
use sluice_store::{Session, Tx};
use uuid::Uuid;

use super::{Obstacle, reach, sees_unpublished};
use crate::live::Topic;
use crate::{App, Caller, Can, Error, Result, flow};

pub use sluice_store::drawing::markup::Markup;

/// Why an act on a markup is refused although the level allows it.
#[derive(Debug, Clone, Copy, thiserror::Error)]
enum Hindrance {
    /// Only whoever made it changes it.
    #[error("Somebody else made this markup.")]
    NotYours,
}

impl Reason for Hindrance {
    fn code(&self) -> &'static str {
        match self {
            Self::NotYours => "not_your_markup",
        }
    }
}

impl From<Hindrance> for Error {
    fn from(reason: Hindrance) -> Self {
        Self::refused(reason.code(), reason.to_string())
    }
}

impl From<Unsound> for Error {
    fn from(reason: Unsound) -> Self {
        let sentence = reason.to_string();
        match reason {
            Unsound::PointCount { .. } => Error::field("/points", "point_count", sentence),
            Unsound::OffTheSheet => Error::field("/points", "off_the_sheet", sentence),
            Unsound::Size => Error::field("/size", "unsound_size", sentence),
            Unsound::NoText => Error::field("/text", "missing", sentence),
            Unsound::LongText => Error::field("/text", "text_length", sentence),
            Unsound::TextOfNoUse => Error::field("/text", "unknown_field", sentence),
        }
    }
}

/// A markup as one person sees it.
#[derive(Debug)]
pub struct MarkupView {
    /// The markup.
    pub markup: Markup,
    /// Whether the caller made it.
    pub mine: bool,
    /// What the caller may do.
    pub can: Can,
}

/// What is drawn, before it is checked.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// How it looks.
    pub kind: Kind,
    /// What it is drawn in.
    pub colour: Colour,
    /// Width of its line, or height of its letters, in points.
    pub size: f64,
    /// Where it goes.
    pub points: Vec<[f64; 2]>,
    /// What it says.
    pub text: Option<String>,
}

/// Changes to a markup; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct MarkupChanges {
    /// What it is drawn in.
    pub colour: Option<Colour>,
    /// Width of its line, or height of its letters, in points.
    pub size: Option<f64>,
    /// Where it goes.
    pub points: Option<Vec<[f64; 2]>>,
    /// What it says.
    pub text: Option<String>,
}

/// What is to be published.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// These of the caller's own.
    These(Vec<MarkupId>),
    /// All of the caller's own over the drawing.
    All,
}

/// Markups that can be named at once.
pub const NAMED_MAX: usize = 500;

fn view(markup: Markup, person: PersonId, standing: &Standing) -> MarkupView {
    let mine = markup.created_by == person;
    let own = |can: Can, name| {
        let needs = if markup.published_at.is_some() { Action::PublishMarkups } else { Action::MarkUp };
        match (allows(standing, Action::MarkUp), mine) {
            (Err(refusal), _) => can.with(name, Err(refusal)),
            (Ok(()), false) => can.with(name, Err(Hindrance::NotYours)),
            (Ok(()), true) => can.named(name, standing, needs),
        }
    };
    let can = own(Can::default(), "update");
    let can = if mine || allows(standing, Action::EditDrawings).is_err() {
        own(can, "delete")
    } else {
        can.named("delete", standing, Action::EditDrawings)
    };
    let can = if markup.published_at.is_none() && mine {
        can.named("publish", standing, Action::PublishMarkups)
    } else {
        can
    };
    MarkupView { markup, mine, can }
}

/// What a person may do over a drawing.
pub(super) fn can_over(can: Can, drawing: &Drawing, standing: &Standing) -> Can {
    let fit = || if drawing.deleted_at.is_some() { Err(Obstacle::Deleted) } else { Ok(()) };
    can.fit("mark_up", standing, Action::MarkUp, fit()).fit(
        "publish_markups",
        standing,
        Action::PublishMarkups,
        fit(),
    )
}

/// A page of the markups over a drawing that the caller sees, in the order in which they were made; and where the next page begins.
pub async fn list(
    app: &App,
    who: Caller,
    drawing: DrawingId,
    after: Option<&str>,
    limit: i64,
) -> Result<(Vec<MarkupView>, Option<MarkupId>)> {
    let after = match after {
        None => Uuid::nil(),
        Some(after) => Uuid::parse_str(after).map_err(|_| Error::code("unsound_cursor"))?,
    };
    let mut db = app.db.read().await?;
    let (shown, standing) = reach(&mut db, who, drawing).await?;
    let (project, all) = (shown.drawing.project_id, sees_unpublished(&standing));
    let mut rows =
        markup::seen_by(&mut db, project, drawing, who.person, all, MarkupId(after), limit + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = rows.last().filter(|_| more).map(|last| last.id);
    Ok((rows.into_iter().map(|row| view(row, who.person, &standing)).collect(), next))
}

/// Goes on with a drawing that is not in the recycle bin.
fn standing_drawing(drawing: Drawing) -> Result<Drawing> {
    if drawing.deleted_at.is_some() { Err(Obstacle::Deleted.into()) } else { Ok(drawing) }
}

/// Whoever draws over a copy uses it: its connection cannot be undone from then on (`UND-02`).
async fn use_copy(app: &App, tx: &mut Tx, who: Caller, drawing: &Drawing) -> Result<()> {
    let Some(connection) = drawing.connection_id else { return Ok(()) };
    if flow::would_end(tx, connection, Tool::Drawings).await? {
        flow::copy_used(app, tx, connection, Tool::Drawings).await?;
        // Undone while the lock was waited for: the copy is gone.
        reach(tx, who, drawing.id).await?;
    }
    Ok(())
}

/// Draws something over a revision, for oneself.
pub async fn create(
    app: &App,
    who: Caller,
    id: DrawingId,
    revision: RevisionId,
    drawn: Drawn,
) -> Result<MarkupView> {
    let mut tx = app.db.begin().await?;
    let (shown, standing) = reach(&mut tx, who, id).await?;
    let permit = authorize::<act::MarkUp>(&standing)?;
    let drawing = standing_drawing(shown.drawing)?;
    use_copy(app, &mut tx, who, &drawing).await?;
    change::lock_drawing(&mut tx, id).await?;
    let of = drawing::revision(&mut tx, revision).await?.filter(|of| {
        of.drawing.id == id && (of.revision.status == Status::Published || sees_unpublished(&standing))
    });
    if of.is_none() {
        return Err(Error::field("/revision_id", "unknown_value", "This drawing has no such revision."));
    }
    let Drawn { kind, colour, size, points, text } = drawn;
    let shape = Shape::new(kind, colour, size, &points, text.as_deref())?;
    if markup::count(&mut tx, drawing.project_id, id, who.person).await?.personal >= PERSONAL_MAX {
        return Err(Error::refused(
            "too_many",
            format!("You have {PERSONAL_MAX} markups of your own over this drawing."),
        ));
    }
    let made: MarkupId = app.environment.id();
    let over = Over { project: drawing.project_id, drawing: id, revision };
    markup::insert(&mut tx, &permit, made, over, &shape, app.environment.now()).await?;
    let markup = markup::get(&mut tx, made).await?.ok_or_else(|| Error::code("not_found"))?;
    tx.commit().await?;
    app.live.wake();
    app.live.person(who.person, Topic::Markups);
    Ok(view(markup, who.person, &standing))
}

/// A markup that the caller sees, and where they stand.
async fn reach_markup(db: &mut Session, who: Caller, id: MarkupId) -> Result<(Markup, Drawing, Standing)> {
    let there = || Error::code("not_found");
    let markup = markup::get(db, id).await?.ok_or_else(there)?;
    let (shown, standing) = reach(db, who, markup.drawing_id).await?;
    let official = markup.revision_status == Status::Published || sees_unpublished(&standing);
    let seen = markup.created_by == who.person || (markup.published_at.is_some() && official);
    if seen { Ok((markup, shown.drawing, standing)) } else { Err(there()) }
}

/// Tells the screens that show a markup.
fn tell(app: &App, who: Caller, markup: &Markup, drawing: &Drawing) {
    if markup.published_at.is_some() {
        app.live.project(drawing.project_id, Topic::Markups, Some(drawing.id.0));
    } else {
        app.live.person(who.person, Topic::Markups);
    }
}

/// Changes an own markup that still has the version seen: draws it anew, moves it.
pub async fn update(
    app: &App,
    who: Caller,
    id: MarkupId,
    seen: Option<i64>,
    changes: MarkupChanges,
) -> Result<MarkupView> {
    let mut tx = app.db.begin().await?;
    let (markup, drawing, standing) = reach_markup(&mut tx, who, id).await?;
    let permit = authorize::<act::MarkUp>(&standing)?;
    if markup.created_by != who.person {
        return Err(Hindrance::NotYours.into());
    }
    if markup.published_at.is_some() {
        authorize::<act::PublishMarkups>(&standing)?;
    }
    let drawing = standing_drawing(drawing)?;
    if seen.is_some_and(|seen| seen != markup.version) {
        return Err(Error::code("stale"));
    }
    let shape = Shape::new(
        markup.kind,
        changes.colour.unwrap_or(markup.colour),
        changes.size.unwrap_or(markup.size),
        changes.points.as_deref().unwrap_or(markup.points.as_slice()),
        changes.text.as_deref().or(markup.text.as_deref()),
    )?;
    let version = markup::update(&mut tx, &permit, id, markup.version, &shape).await?;
    version.ok_or_else(|| Error::code("stale"))?;
    let markup = markup::get(&mut tx, id).await?.ok_or_else(|| Error::code("not_found"))?;
    tx.commit().await?;
    tell(app, who, &markup, &drawing);
    Ok(view(markup, who.person, &standing))
}

/// Removes an own markup; Drawings Admins remove anybody's published one.
pub async fn delete(app: &App, who: Caller, id: MarkupId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let (markup, drawing, standing) = reach_markup(&mut tx, who, id).await?;
    if markup.created_by == who.person {
        let permit = authorize::<act::MarkUp>(&standing)?;
        if markup.published_at.is_some() {
            authorize::<act::PublishMarkups>(&standing)?;
        }
        markup::delete_own(&mut tx, &permit, id).await?;
    } else {
        let Ok(permit) = authorize::<act::EditDrawings>(&standing) else {
            authorize::<act::MarkUp>(&standing)?;
            return Err(Hindrance::NotYours.into());
        };
        markup::delete_published(&mut tx, &permit, drawing.project_id, id).await?;
    }
    tx.commit().await?;
    tell(app, who, &markup, &drawing);
    Ok(())
}

/// Publishes own markups over a drawing: everybody who sees it sees them from now on. What is published already stays so. Answers how many
/// were published.
pub async fn publish(app: &App, who: Caller, id: DrawingId, chosen: &Chosen) -> Result<u64> {
    let mut tx = app.db.begin().await?;
    let (shown, standing) = reach(&mut tx, who, id).await?;
    let permit = authorize::<act::PublishMarkups>(&standing)?;
    let drawing = standing_drawing(shown.drawing)?;
    change::lock_drawing(&mut tx, id).await?;
    let named = match chosen {
        Chosen::All => None,
        Chosen::These(named) => Some(named.as_slice()),
    };
    let now = app.environment.now();
    let published = markup::publish(&mut tx, &permit, drawing.project_id, id, named, now).await?;
    if markup::count(&mut tx, drawing.project_id, id, who.person).await?.published > PUBLISHED_MAX {
        return Err(Error::refused(
            "too_many",
            format!("A drawing has up to {PUBLISHED_MAX} published markups."),
        ));
    }
    tx.commit().await?;
    if published > 0 {
        app.live.project(drawing.project_id, Topic::Markups, Some(id.0));
    }
    Ok(published)
}
