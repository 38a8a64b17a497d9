//! Every id in every request, swapped for one of another company or of another project: the answer is the very one to an id that is nowhere,
//! so that nobody learns which ids there are; nothing of theirs is told, and nothing of it changes (SEC-01, PPL-08).

use jiff::civil::date;
use sluice_api::{Limits, Settings};
use sluice_testkit::person::id;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{ask, collaborator, company, employee, member, project};
use sluice_testkit::{Answer, Dice, Person, Site, Value, World, json, on_both};
use uuid::Uuid;

use super::routes::{Place, Records, Route, routes};
use super::{NO_RECORDS, SECRETS, call, fingerprint, full, is_open, of_company, of_project};

/// What a body cannot have together with a field.
const INSTEAD: [(&str, &[&str]); 5] = [
    ("set_id", &["set", "all", "revision_ids"]),
    ("revision_ids", &["all", "set_id"]),
    ("sheet_ids", &["all"]),
    ("person_id", &["email", "name"]),
    ("ids", &["all"]),
];

/// The kind of record that a field or a parameter of the query names.
fn kind(field: &str) -> &'static str {
    match field {
        "set_id" => "drawing-sets",
        "area_id" => "drawing-areas",
        "discipline_id" => "drawing-disciplines",
        "drawing_ids" => "drawings",
        "markup_ids" => "drawing-markups",
        "revision_ids" | "revision_id" => "drawing-revisions",
        "sheet_ids" => "drawing-sheets",
        "replaced_by_id" => "drawings",
        "person_id" | "person_ids" => "person_id",
        "project_id" | "upstream_project_id" => "projects",
        "permission_template_id" => "template_id",
        "represents_company_id" | "company_id" => "companies",
        "ids" => "messages",
        _ => panic!("which kind of record is {field}? Say so here"),
    }
}

/// Somebody who may everything with their own records, and the records of others.
struct Swapper<'a> {
    who: Person,
    own: Records,
    others: &'a Records,
    /// Words that only those others may read.
    secrets: &'a [&'a str],
    /// An id that is nowhere.
    nowhere: String,
    dice: Dice,
}

impl Swapper<'_> {
    /// The others' record of a kind and, by chance, two of any kind; none where the others have none of the kind.
    fn candidates(&mut self, kind: &str) -> Vec<String> {
        let Some((_, right)) = self.others.ids.iter().find(|(name, _)| *name == kind) else { return vec![] };
        let all: Vec<&String> =
            self.others.ids.iter().map(|(_, id)| id).filter(|id| id.parse::<Uuid>().is_ok()).collect();
        let mut chosen = vec![right.clone()];
        for _ in 0..2 {
            chosen.push(all[usize::try_from(self.dice.below(all.len() as u64)).unwrap()].clone());
        }
        chosen
    }

    /// Every id of every request, each alone; answers how many requests that were.
    async fn swap_all(&mut self) -> usize {
        let mut asked = 0;
        for route in routes(&self.own).iter().filter(|route| !is_open(route)) {
            for parameter in route.ids.iter().map(String::as_str) {
                let named = if parameter == "id" { route.path.split('/').nth(1).unwrap() } else { parameter };
                let candidates = self.candidates(named);
                if candidates.is_empty() {
                    continue;
                }
                let what = format!("{} {} with another {parameter}", route.method, route.path);
                let address = |id: &str| self.own.fill_but(&route.path, &[(parameter, id)]);
                let nowhere = call(&self.who, route, &address(&self.nowhere)).await;
                assert_eq!(nowhere.status, 404, "{what}: {}", nowhere.text());
                for other in &candidates {
                    let answer = call(&self.who, route, &address(other)).await;
                    self.same(&what, &answer, &nowhere, other);
                }
                asked += 1 + candidates.len();
            }
            for place in &route.places {
                asked += self.swap_beside(route, place).await;
            }
        }
        asked
    }

    /// An id in the body or the query of a request to one's own records.
    async fn swap_beside(&mut self, route: &Route, place: &Place) -> usize {
        let (Place::Field(name) | Place::List(name) | Place::Query(name)) = place;
        let candidates = self.candidates(kind(name));
        if candidates.is_empty() {
            return 0;
        }
        let what = format!("{} {} with another {name}", route.method, route.path);
        let path = self.own.fill(&route.path);
        let nowhere = call(&self.who, &naming(route, place, &self.nowhere), &path).await;
        for other in &candidates {
            let answer = call(&self.who, &naming(route, place, other), &path).await;
            self.same(&what, &answer, &nowhere, other);
        }
        1 + candidates.len()
    }

    /// An answer about others' records says what it says about none.
    #[track_caller]
    fn same(&self, what: &str, answer: &Answer, nowhere: &Answer, other: &str) {
        assert_eq!(said(answer, other), said(nowhere, &self.nowhere), "{what}");
        let text = answer.text();
        let told = self.secrets.iter().find(|secret| text.contains(**secret));
        assert_eq!(told, None, "{what}: {text}");
    }
}

/// The request with an id in this place.
fn naming(route: &Route, place: &Place, id: &str) -> Route {
    let mut naming = route.clone();
    let (name, value) = match place {
        Place::Field(name) => (name, json!(id)),
        Place::List(name) => (name, json!([id])),
        Place::Query(name) => {
            naming.query = format!("?{name}={id}");
            return naming;
        }
    };
    let fields = naming.body.as_mut().and_then(Value::as_object_mut).expect("a body with fields");
    for instead in INSTEAD.iter().filter(|(field, _)| field == name).flat_map(|(_, instead)| *instead) {
        fields.remove(*instead);
    }
    fields.insert(name.clone(), value);
    naming
}

/// What an answer says, whichever id it was asked about.
fn said(answer: &Answer, id: &str) -> (u16, String) {
    let mut json = answer.json.clone();
    if let Some(fields) = json.as_object_mut() {
        fields.remove("request_id");
    }
    let text = if json.is_null() { answer.text() } else { json.to_string() };
    (answer.status, text.replace(id, "ID"))
}

/// The same person, as often as they like.
fn untired(site: &Site, person: &Person) -> Person {
    let limits = Limits { secrets: None, strangers: None, people: None };
    person.through(sluice_api::router(site.app.clone(), Settings { limits, ..Settings::default() }))
}

/// A third company's administrator with a record of every kind of their own.
async fn third(site: &Site) -> (Person, Records) {
    let (third, gil) = company(site, "Third Glass", "Gil Soto", "gil@third.example").await;
    let glass = project(&gil, third, "Glass", "").await;
    let sheets = [Sheet::new("G-1", "GLASS", "0")];
    seed::published_in(&site.app, &gil, glass, ("Glass Set", date(2026, 2, 1)), &sheets).await;
    let (fourth, rosa) = company(site, "Fourth Steel", "Rosa Vega", "rosa@fourth.example").await;
    collaborator(site, third, &rosa, fourth).await;
    member(&gil, glass, &rosa, json!({"drawings": "read_only"})).await;
    let steel = project(&rosa, fourth, "Steel", "").await;
    let connection = id(&ask(&rosa, steel, glass).await.expect(201));
    site.run_until_idle().await;
    let mut ids = of_project(site, &gil, glass, "GLASS UNDER REVIEW").await;
    ids.extend(of_company(site, &gil, third).await);
    ids.extend(NO_RECORDS.map(|(name, value)| (name, value.to_owned())));
    ids.extend([("connections", connection.to_string()), ("person_id", rosa.id().to_string())]);
    (gil, Records { ids })
}

/// What is of a project alone.
const OF_PROJECT: [&str; 10] = [
    "projects",
    "connections",
    "drawings",
    "drawing-revisions",
    "drawing-uploads",
    "drawing-sheets",
    "drawing-areas",
    "drawing-disciplines",
    "drawing-sets",
    "file_id",
];

/// Somebody of Harbor who may everything in another project of it, and nothing in the Tower.
async fn neighbour(site: &Site, world: &World, records: &Records) -> (Person, Records) {
    let annex = world.another_tower("Harbor Annex").await;
    let nils = employee(site, world.harbor, "Nils Holm", "nils@harbor.example").await;
    member(&world.ines, annex, &nils, json!({"directory": "admin"})).await;
    let sheets = [Sheet::new("G-1", "GLASS", "0")];
    seed::published_in(&site.app, &nils, annex, ("Glass Set", date(2026, 2, 1)), &sheets).await;
    let north = world.another_site("Delta North").await;
    let connection = id(&ask(&world.maria, north, annex).await.expect(201));
    site.run_until_idle().await;
    let mut ids = of_project(site, &nils, annex, "GLASS UNDER REVIEW").await;
    ids.extend([("connections", connection.to_string()), ("person_id", nils.id().to_string())]);
    // What is the company's is as near to him as to anybody of it.
    ids.extend(
        records.ids.iter().filter(|(name, _)| !OF_PROJECT.contains(name) && *name != "person_id").cloned(),
    );
    (nils, Records { ids })
}

/// What stood in the database and does not any more.
fn lost(before: &[String], after: &[String]) -> Vec<String> {
    let lines = |all: &[String]| -> Vec<String> {
        all.iter().flat_map(|table| table.lines().map(str::to_owned)).collect()
    };
    let after = lines(after);
    lines(before).into_iter().filter(|line| !after.contains(line)).collect()
}

on_both! {
    async fn sec_01_ppl_08_any_id_of_another_company_is_as_good_as_none(site: Site) {
        let (_, others) = full(&site).await;
        let before = fingerprint(&site).await;
        let (gil, own) = third(&site).await;
        let nowhere = site.app.environment.id::<Uuid>().to_string();
        let mut swapper = Swapper { who: untired(&site, &gil), own, others: &others, secrets: &SECRETS, nowhere, dice: Dice::new(1) };
        let asked = swapper.swap_all().await;
        assert!(asked > 400, "{asked} requests");
        assert_eq!(lost(&before, &fingerprint(&site).await), Vec::<String>::new(), "changed by a stranger");
        site.close().await;
    }

    async fn sec_01_ppl_08_any_id_of_another_project_is_as_good_as_none(site: Site) {
        let (world, records) = full(&site).await;
        let before = fingerprint(&site).await;
        let (nils, own) = neighbour(&site, &world, &records).await;
        let ids = records.ids.iter().filter(|(name, _)| OF_PROJECT.contains(name)).cloned().collect();
        let others = Records { ids };
        let nowhere = site.app.environment.id::<Uuid>().to_string();
        let secrets = ["Harbor Tower", "PLAN OF PART", "TOP SECRET", "A-0001"];
        let mut swapper = Swapper { who: untired(&site, &nils), own, others: &others, secrets: &secrets, nowhere, dice: Dice::new(2) };
        let asked = swapper.swap_all().await;
        assert!(asked > 250, "{asked} requests");
        assert_eq!(lost(&before, &fingerprint(&site).await), Vec::<String>::new(), "changed by a neighbour");
        site.close().await;
    }
}
