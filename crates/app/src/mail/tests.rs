//! What messages say, where they lead, and who is told.

use sluice_domain::permission::{Levels, Scopes, Standing};
use uuid::Uuid;

use super::render::{parts, unlinked};
use super::*;
use crate::language::{Language, Locale};

fn reader(language: Language) -> Locale {
    Locale::stored(Some(language.key()), Some("Europe/Madrid"), None)
}

/// The words of a kind in English.
fn english(kind: Kind, facts: &Facts) -> texts::Words {
    words(&reader(Language::En), kind, facts, AT)
}

/// Sunday the 22nd of November 2026, 13:05 where the readers are.
const AT: jiff::Timestamp = jiff::Timestamp::constant(1_795_349_100, 0);

const LINK: &str = "https://sluice.example/projects/1/connections";

fn story() -> Facts {
    Facts::from(vec![
        ("company", "Delta Mechanical".to_owned()),
        ("project", "Fit-out".to_owned()),
        ("upstream_company", "Harbor Builders".to_owned()),
        ("upstream_project", "Harbor Tower".to_owned()),
        ("downstream_company", "Delta Mechanical".to_owned()),
        ("downstream_project", "Fit-out".to_owned()),
        ("by", "Maria López".to_owned()),
        ("by_company", "Delta Mechanical".to_owned()),
        ("reason", "Wrong job, see evil.example.".to_owned()),
        ("count", "12".to_owned()),
        ("expires", "2027-01-21T12:00:00Z".to_owned()),
        ("approval", "person".to_owned()),
    ])
}

#[test]
fn not_04_every_mail_says_what_between_whom_by_whom_and_where_to_act() {
    for (language, kind) in every() {
        let words = words(&reader(language), kind, &story().map(unlinked), AT);
        let mail = parts(language, &words, LINK);
        assert!(!words.title.is_empty() && words.title.len() < 120, "{kind:?}: {}", words.title);
        for part in [&mail.text, &mail.html] {
            for said in [
                "Harbor Builders",
                "Harbor Tower",
                "Delta Mechanical",
                "Fit-out",
                "Maria López",
                "Wrong job",
                "13:05 (UTC+1)",
                LINK,
            ] {
                assert!(part.contains(said), "{kind:?} does not say {said}:\n{part}");
            }
            assert!(!part.contains("evil.example"), "{kind:?} shows a reason as a link:\n{part}");
        }
    }
}

/// Every kind in every language.
fn every() -> impl Iterator<Item = (Language, Kind)> {
    Language::ALL.into_iter().flat_map(|language| Kind::ALL.map(|kind| (language, kind)))
}

#[test]
fn use_05_no_place_of_a_sentence_stays_empty() {
    for (language, kind) in every() {
        // Who did it may be unknown, and a reason need not be given.
        let facts = story().without("by").without("by_company").without("reason").map(unlinked);
        let words = words(&reader(language), kind, &facts, AT);
        for text in [&words.title, &words.body, &words.action, &words.why] {
            assert!(!text.contains(['{', '}', '$']) && !text.contains("  "), "{kind:?}: {text:?}");
            assert!(text.starts_with(|c: char| c.is_uppercase() || c.is_numeric()), "{kind:?}: {text:?}");
        }
        assert!(words.body.ends_with('.') && words.why.ends_with('.'), "{kind:?}: {}", words.body);
    }
}

#[test]
fn con_16_what_happens_to_a_tool_is_told_of_the_tool() {
    let mut facts = story();
    facts.fill("tool", "rfis".into());
    for (language, kind) in every().filter(|(_, kind)| kind.may_be_of_a_tool()) {
        let words = words(&reader(language), kind, &facts, AT);
        assert!(words.title.contains("RFI") && words.title.len() < 120, "{kind:?}: {}", words.title);
        assert!(words.body.contains("RFI") && words.body.ends_with('.'), "{kind:?}: {}", words.body);
    }
}

#[test]
fn one_sheet_is_not_many_in_any_language() {
    let one = || {
        let mut facts = story().without("count");
        facts.fill("count", "1".into());
        facts
    };
    let none = || {
        let mut facts = story().without("count");
        facts.fill("count", "0".into());
        facts
    };
    let title = |language, facts: &Facts| words(&reader(language), Kind::NewSheets, facts, AT).title;
    for (language, singular, plural) in [
        (Language::En, "1 new sheet from Harbor Tower", "12 new sheets from Harbor Tower"),
        (Language::Es, "1 lámina nueva de Harbor Tower", "12 láminas nuevas de Harbor Tower"),
        (Language::PtBr, "1 folha nova de Harbor Tower", "12 folhas novas de Harbor Tower"),
        (Language::Fr, "1 nouvelle feuille de Harbor Tower", "12 nouvelles feuilles de Harbor Tower"),
    ] {
        assert_eq!(title(language, &one()), singular);
        assert_eq!(title(language, &story()), plural);
    }
    // Nothing is one in French, and many in English.
    assert_eq!(title(Language::Fr, &none()), "0 nouvelle feuille de Harbor Tower");
    assert_eq!(title(Language::En, &none()), "0 new sheets from Harbor Tower");
}

#[test]
fn a_reminder_says_that_it_is_one() {
    let mut facts = story();
    facts.fill("reminder", "yes".into());
    assert!(english(Kind::Requested, &facts).title.starts_with("Reminder: Delta Mechanical asks"));
}

#[test]
fn an_invitation_names_what_one_is_invited_to() {
    let to_project = english(Kind::Invitation, &story()).title;
    assert_eq!(
        to_project,
        "Maria López of Delta Mechanical invites you to the project Fit-out of Delta Mechanical"
    );
    let to_company = english(Kind::Invitation, &story().without("project"));
    assert_eq!(to_company.title, "Maria López of Delta Mechanical invites you to Delta Mechanical");
    assert!(to_company.body.contains("works once, and until 21 January 2027."), "{}", to_company.body);
}

#[test]
fn who_connected_is_said_whether_a_person_or_a_policy_approved() {
    let approved = english(Kind::Connected, &story()).body;
    assert!(approved.starts_with("Maria López of Delta Mechanical has approved the request"), "{approved}");
    let mut facts = story().without("approval");
    facts.fill("approval", "policy".into());
    let by_policy = english(Kind::Connected, &facts).body;
    assert!(by_policy.contains("approves by itself whoever already has access"), "{by_policy}");
}

#[test]
fn kinds_have_one_word_each() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_key(kind.key()), Some(kind));
    }
}

#[test]
fn links_lead_to_where_one_acts() {
    let project = Some(ProjectId(Uuid::from_u128(7)));
    let connection = Some(ConnectionId(Uuid::from_u128(9)));
    let at = |kind: Kind, facts: &Facts| kind.path(project, connection, facts);
    let none = Facts::default();
    let own = "/projects/00000000-0000-0000-0000-000000000007";
    assert_eq!(at(Kind::Requested, &none), format!("{own}/connections/00000000-0000-0000-0000-000000000009"));
    assert_eq!(at(Kind::NewSheets, &none), format!("{own}/drawings?status=unpublished"));
    assert_eq!(at(Kind::DeletedUpstream, &none), format!("{own}/drawings"));
    assert_eq!(at(Kind::Distributed, &none), format!("{own}/drawings"));
    let chosen =
        Facts::from(vec![("path", "/elsewhere".to_owned()), (TOKEN_PATH, "/invitations/secret".to_owned())]);
    assert_eq!(at(Kind::Connected, &chosen), "/elsewhere");
    assert_eq!(at(Kind::Invitation, &chosen), "/invitations/secret");
    assert_eq!(at(Kind::Invitation, &chosen.without(TOKEN_PATH)), "/");
}

/// A reader of Harbor's project.
struct Person {
    id: u128,
    company_admin: bool,
    employee: bool,
    level: Option<Level>,
    listed: bool,
}

impl Person {
    const HARBOR: CompanyId = CompanyId(Uuid::from_u128(100));

    fn reader(&self) -> Reader {
        let levels = self.level.map(|level| Levels::default().with(Tool::ConnectionManager, level));
        let standing = Standing {
            person: PersonId(Uuid::from_u128(self.id)),
            company: Self::HARBOR,
            project: Some(ProjectId(Uuid::from_u128(200))),
            in_company: true,
            employee: self.employee,
            company_admin: self.company_admin,
            member: levels.is_some(),
            levels: levels.unwrap_or_default(),
            grants: vec![],
            tools_on: vec![],
            represents: if self.employee {
                Some(Self::HARBOR)
            } else {
                Some(CompanyId(Uuid::from_u128(101)))
            },
            scopes: Scopes::SIGNED_IN,
        };
        Reader { name: String::new(), listed: self.listed, standing }
    }
}

fn told(people: &[Person], specific: bool) -> Vec<u128> {
    let readers: Vec<Reader> = people.iter().map(Person::reader).collect();
    chosen(List::Connections, &readers, specific).into_iter().map(|person| person.0.as_u128()).collect()
}

#[test]
fn not_01_not_02_by_default_the_admins_of_connection_manager_in_the_directory() {
    let employee = |id, level, listed| Person { id, company_admin: false, employee: true, level, listed };
    let people = [
        employee(1, Some(Level::Admin), false),
        employee(2, Some(Level::Standard), true),
        // An administrator of the company who is not in the directory.
        Person { id: 3, company_admin: true, employee: true, level: None, listed: true },
        // A collaborator with Admin is of another company.
        Person { id: 4, company_admin: false, employee: false, level: Some(Level::Admin), listed: true },
        Person { id: 5, company_admin: true, employee: true, level: Some(Level::None), listed: false },
    ];
    assert_eq!(told(&people, false), [1, 5]);
    assert_eq!(told(&people, true), [3], "of the chosen people those who still qualify");
}

#[test]
fn not_01_a_list_that_resolves_to_nobody_goes_to_the_administrators() {
    let people = [
        Person { id: 1, company_admin: false, employee: true, level: Some(Level::ReadOnly), listed: true },
        Person { id: 2, company_admin: true, employee: true, level: None, listed: false },
    ];
    assert_eq!(told(&people, true), [2]);
    assert_eq!(told(&people, false), [2]);
}
