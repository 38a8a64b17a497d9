//! One change of many drawings (`LOG-03`): all of them or none, and each that stands in the way is named.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use sluice_domain::feed::drawings::Kind;
use sluice_domain::permission::{Permit, act};
use sluice_domain::revision::Status;
use sluice_domain::{AreaId, DisciplineId, DrawingId, ProjectId, Reason, RevisionId, SetId};
use sluice_store::Tx;
use sluice_store::drawing::bulk::{self, OfDrawings, OfRevisions, Row};
use sluice_store::drawing::log::{self, NewEvent, What};
use sluice_store::drawing::{self, places, touch};

use super::areas::{own_area, own_set};
use super::{Obstacle, names, publish, revisions};
use crate::error::FieldError;
use crate::flow::chronicle;
use crate::live::Topic;
use crate::{App, Caller, Error, Given, Result, codes, flow, permit_in_project};

/// Most rows of one change.
pub const ROWS_MAX: usize = 10_000;

/// What changes: of the drawings, and of the revisions that were chosen. What is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Discipline.
    pub discipline: Option<DisciplineId>,
    /// Own area.
    pub area: Option<AreaId>,
    /// No longer to be built from.
    pub obsolete: Option<bool>,
    /// Own set.
    pub set: Option<SetId>,
    /// Date on the sheet.
    pub drawing_date: Given<Date>,
    /// Date it came in.
    pub received_date: Given<Date>,
}

/// The change with the names of what it leads to.
struct Target {
    drawings: OfDrawings,
    revisions: OfRevisions,
    area: String,
    discipline: String,
    set: String,
}

#[expect(clippy::option_option, reason = "store tells leaving a date from clearing it")]
const fn given(date: &Given<Date>) -> Option<Option<Date>> {
    match date {
        Given::Nothing => None,
        Given::Null => Some(None),
        Given::Value(date) => Some(Some(*date)),
    }
}

impl Target {
    async fn find(tx: &mut Tx, project: ProjectId, changes: Changes) -> Result<Self> {
        let (mut area, mut discipline, mut set) = (String::new(), String::new(), String::new());
        if let Some(id) = changes.area {
            area = own_area(tx, project, id).await?.name;
        }
        if let Some(id) = changes.discipline {
            let known = places::disciplines(tx, project).await?.into_iter().find(|known| known.id == id);
            let unknown =
                || Error::field("/discipline_id", "unknown_value", "This project has no such discipline.");
            discipline = known.ok_or_else(unknown)?.name;
        }
        if let Some(id) = changes.set {
            own_set(tx, project, id).await?;
            set = places::set(tx, id).await?.map(|set| set.name).unwrap_or_default();
        }
        Ok(Self {
            drawings: OfDrawings {
                area: changes.area,
                discipline: changes.discipline,
                obsolete: changes.obsolete,
            },
            revisions: OfRevisions {
                set: changes.set,
                drawing_date: given(&changes.drawing_date),
                received_date: given(&changes.received_date),
            },
            area,
            discipline,
            set,
        })
    }

    /// What happens to a row's drawing.
    fn of_drawing(&self, row: &Row) -> Vec<What> {
        let mut what = vec![];
        if self.drawings.area.is_some_and(|area| area != row.area_id) {
            what.push(What::plain("edited").changed("area", &row.area_name, &self.area));
        }
        if self.drawings.discipline.is_some_and(|discipline| discipline != row.discipline_id) {
            what.push(What::plain("edited").changed("discipline", &row.discipline_name, &self.discipline));
        }
        match (row.obsolete, self.drawings.obsolete) {
            (false, Some(true)) => what.push(What::plain("obsolete")),
            (true, Some(false)) => what.push(What::plain("in_force")),
            _ => {}
        }
        what
    }

    /// What happens to a row's revision.
    fn of_revision(&self, row: &Row) -> Vec<What> {
        let edited = |field, from: String, to: String| {
            (from != to).then(|| What::of("edited", row.id, &row.revision).changed(field, from, to))
        };
        let dated = |field, from, to: Option<Option<Date>>| {
            to.and_then(|to| edited(field, chronicle::date(from), chronicle::date(to)))
        };
        let moved = self
            .revisions
            .set
            .filter(|set| *set != row.set_id)
            .map(|_| What::of("edited", row.id, &row.revision).changed("set", &row.set_name, &self.set));
        [
            dated("drawing_date", row.drawing_date, self.revisions.drawing_date),
            dated("received_date", row.received_date, self.revisions.received_date),
            moved,
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Text, set and date of a revision afterwards.
    fn told(&self, row: &Row) -> (DrawingId, String, SetId, Option<Date>) {
        let set = self.revisions.set.unwrap_or(row.set_id);
        (row.drawing_id, row.revision.clone(), set, self.revisions.drawing_date.unwrap_or(row.drawing_date))
    }
}

fn refusal(place: usize, number: &str, code: &'static str, sentence: &str) -> FieldError {
    let detail = if number.is_empty() { sentence.to_owned() } else { format!("{number}: {sentence}") };
    FieldError { pointer: format!("/revision_ids/{place}"), code, detail }
}

/// Changes drawings and their revisions that were chosen; answers how many drawings are different now.
pub async fn update(
    app: &App,
    who: Caller,
    project: ProjectId,
    chosen: &[RevisionId],
    changes: Changes,
) -> Result<usize> {
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_project::<act::EditDrawings>(&mut tx, who, project).await?;
    crate::projects::lock(&mut tx, project).await?;
    bulk::lock(&mut tx, project, chosen).await?;
    let target = Target::find(&mut tx, project, changes).await?;
    let found = bulk::rows(&mut tx, project, chosen).await?;
    let rows = judge(&mut tx, project, chosen, found, &target).await?;
    let count = write(app, &mut tx, &permit, project, &rows, &target).await?;
    if count > 0 {
        touch(&mut tx, project).await?;
        tx.commit().await?;
        app.live.wake();
        app.live.project(project, Topic::Drawings, None);
    }
    Ok(count)
}

/// The rows in the order in which they were chosen, each once; or everything that stands in the way.
async fn judge(
    tx: &mut Tx,
    project: ProjectId,
    chosen: &[RevisionId],
    found: Vec<Row>,
    target: &Target,
) -> Result<Vec<Row>> {
    let mut found: HashMap<RevisionId, Row> = found.into_iter().map(|row| (row.id, row)).collect();
    let (mut rows, mut refused, mut seen) = (vec![], vec![], HashSet::new());
    for (place, id) in chosen.iter().enumerate().filter(|(_, id)| seen.insert(**id)) {
        let Some(row) = found.remove(id) else {
            refused.push(refusal(place, "", "unknown_value", "This project has no such revision."));
            continue;
        };
        let obstacle = if row.connection_id.is_some() {
            Some(Obstacle::ExternalReadOnly)
        } else {
            row.deleted_at.map(|_| Obstacle::Deleted)
        };
        match obstacle {
            Some(obstacle) => {
                refused.push(refusal(place, &row.number, obstacle.code(), &obstacle.to_string()));
            }
            None => rows.push((place, row)),
        }
    }
    if target.revisions.set.is_some() || target.revisions.drawing_date.is_some() {
        refused.extend(told_twice(tx, project, &rows, target).await?);
    }
    if let Some(area) = target.drawings.area {
        refused.extend(numbered_twice(tx, project, &rows, area).await?);
    }
    if refused.is_empty() {
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    } else {
        Err(Error::Invalid(refused))
    }
}

/// Revisions that nobody could tell from another of their drawing afterwards.
async fn told_twice(
    tx: &mut Tx,
    project: ProjectId,
    rows: &[(usize, Row)],
    target: &Target,
) -> Result<Vec<FieldError>> {
    let drawings: BTreeSet<DrawingId> = rows.iter().map(|(_, row)| row.drawing_id).collect();
    let drawings: Vec<DrawingId> = drawings.into_iter().collect();
    let own: HashSet<RevisionId> = rows.iter().map(|(_, row)| row.id).collect();
    let others = bulk::revisions_of(tx, project, &drawings).await?;
    let mut there: HashSet<_> = others
        .into_iter()
        .filter(|other| !own.contains(&other.id))
        .map(|other| (other.drawing_id, other.revision, other.set_id, other.drawing_date))
        .collect();
    let taken = codes::find("revision_taken");
    let twice = rows.iter().filter(|(_, row)| !there.insert(target.told(row)));
    Ok(twice.map(|(place, row)| refusal(*place, &row.number, taken.code, taken.title)).collect())
}

/// Drawings whose number another one of the area has.
async fn numbered_twice(
    tx: &mut Tx,
    project: ProjectId,
    rows: &[(usize, Row)],
    area: AreaId,
) -> Result<Vec<FieldError>> {
    let there = bulk::numbers_in(tx, project, area).await?;
    let mut there: HashMap<String, DrawingId> =
        there.into_iter().map(|numbered| (numbered.number, numbered.id)).collect();
    let taken = codes::find("number_taken");
    let twice = rows.iter().filter(|(_, row)| {
        let first = *there.entry(row.number.clone()).or_insert(row.drawing_id);
        first != row.drawing_id
    });
    Ok(twice.map(|(place, row)| refusal(*place, &row.number, taken.code, taken.title)).collect())
}

/// Writes what is different, with histories and offers.
async fn write(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<act::EditDrawings>,
    project: ProjectId,
    rows: &[Row],
    target: &Target,
) -> Result<usize> {
    let (mut drawings, mut sheets, mut events) = (BTreeSet::new(), vec![], vec![]);
    let mut touched = BTreeSet::new();
    for row in rows {
        let (of_drawing, of_revision) = (target.of_drawing(row), target.of_revision(row));
        // Two revisions of a drawing may have been chosen.
        let of_drawing = if drawings.contains(&row.drawing_id) { vec![] } else { of_drawing };
        if !of_drawing.is_empty() {
            drawings.insert(row.drawing_id);
        }
        if !of_revision.is_empty() {
            sheets.push(row.id);
            touched.insert(row.drawing_id);
        }
        let new = of_drawing.into_iter().chain(of_revision);
        events.extend(new.map(|what| NewEvent { id: app.environment.id(), drawing: row.drawing_id, what }));
    }
    if events.is_empty() {
        return Ok(0);
    }
    let by = names::by(tx, permit.person(), permit.company()).await?;
    log::add_events(tx, project, &by, events, app.environment.now()).await?;

    let changed: Vec<DrawingId> = drawings.iter().copied().collect();
    let mut changed = bulk::update_drawings(tx, permit, project, &changed, target.drawings).await?;
    let known: Vec<DrawingId> = changed.iter().map(|drawing| drawing.id).collect();
    let known: HashSet<DrawingId> = bulk::ever_published(tx, project, &known).await?.into_iter().collect();
    changed.retain(|drawing| known.contains(&drawing.id));

    let revised = bulk::update_revisions(tx, permit, project, &sheets, target.revisions).await?;
    let places: Vec<DrawingId> = touched.iter().copied().collect();
    if !places.is_empty() {
        for moved in drawing::refresh_current(tx, project, &places).await? {
            revisions::note_moved(app, tx, permit, project, moved).await?;
        }
    }
    let published = revised.into_iter().filter(|revision| revision.status == Status::Published);
    let published: Vec<_> =
        published.map(|revision| (Kind::Revision, revision.id.0, revision.version)).collect();
    let sets = target.revisions.set.filter(|_| !published.is_empty());
    let mut offers = publish::holders(tx, project, sets.into_iter().collect(), &changed).await?;
    offers.extend(changed.iter().map(|drawing| (Kind::Drawing, drawing.id.0, drawing.version)));
    offers.extend(published);
    flow::offer(app, tx, project, &offers).await?;
    Ok(drawings.union(&touched).count())
}
