//! Drawings: the log, one drawing, its revisions. Publishing stands in [`publish`], editing in [`edit`], areas, sets and disciplines in
//! [`areas`], revisions in [`revisions`], files and pictures in [`files`], histories in words in [`history`], the search in [`search`],
//! many at once in [`bulk`] and [`download`], what is drawn over sheets in [`markups`], links from one to another in [`links`].

pub mod areas;
pub mod bulk;
pub mod download;
pub mod edit;
pub mod files;
pub mod history;
pub mod links;
pub mod markups;
pub(crate) mod names;
pub mod obsolete_here;
pub mod publish;
pub mod revisions;
pub mod search;

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use sluice_domain::permission::{Action, Standing, Tool, act, allows};
use sluice_domain::revision::{Rank, Status, order};
use sluice_domain::sync::OutOfSync;
use sluice_domain::{DrawingId, ProjectId, Reason, RevisionId};
use sluice_store::blob::record;
use sluice_store::drawing::log::{self, Event};
use sluice_store::drawing::{self, After, Drawing, Filter, Shown};
use sluice_store::{Session, Sha256};

use crate::flow::sync::Sync;
use crate::{App, Caller, Can, Error, Result, cursor, permit_in_project};

pub use sluice_store::drawing::{Filter as LogFilter, Neighbour, Revision};

/// Why an act on a drawing is refused although the level allows it.
#[derive(Debug, Clone, Copy, thiserror::Error)]
pub(crate) enum Obstacle {
    /// It came through a connection (`FLO-08`).
    #[error("This came from the upstream project and cannot be changed here.")]
    ExternalReadOnly,
    /// It came through a connection (`FLO-09`).
    #[error("A copy cannot be deleted.")]
    ExternalUndeletable,
    /// It is in the recycle bin.
    #[error("This drawing is deleted.")]
    Deleted,
    /// It is not in the recycle bin.
    #[error("This drawing is not deleted.")]
    NotDeleted,
    /// It did not come through a connection (`DRF-08`).
    #[error("This is a drawing of your own.")]
    NotExternal,
    /// Nothing of it is unpublished.
    #[error("Every revision of this drawing is published.")]
    NothingToPublish,
}

impl Reason for Obstacle {
    fn code(&self) -> &'static str {
        match self {
            Self::ExternalReadOnly => "external_read_only",
            Self::ExternalUndeletable => "external_undeletable",
            Self::Deleted => "drawing_deleted",
            Self::NotDeleted => "drawing_not_deleted",
            Self::NotExternal => "not_external",
            Self::NothingToPublish => "nothing_to_publish",
        }
    }
}

impl From<Obstacle> for Error {
    fn from(reason: Obstacle) -> Self {
        Self::refused(reason.code(), reason.to_string())
    }
}

/// A newer revision that waits for somebody to publish it here (`DRF-04`).
#[derive(Debug, Clone)]
pub struct NewerUpstream {
    /// When upstream published it.
    pub issued_on: Date,
    /// Whom to ask.
    pub ask: Vec<String>,
}

/// A drawing as one person sees it.
#[derive(Debug)]
pub struct DrawingView {
    /// The drawing.
    pub drawing: Drawing,
    /// Its newest revision that the caller may see.
    pub revision: Revision,
    /// A newer one that waits.
    pub newer_upstream: Option<NewerUpstream>,
    /// Why a copy may be older than its record upstream (`VIEW-02`).
    pub out_of_sync: Option<OutOfSync>,
    /// What the upstream company and project of a copy are called now, while connected.
    pub called_now: Option<(String, String)>,
    /// The own drawing that replaces a copy here, by number, where the caller may see it.
    pub replaced_by: Option<(DrawingId, String)>,
    /// What the caller may do.
    pub can: Can,
    /// Bytes that are damaged, in the whole installation: hardly ever any.
    damaged: Arc<[Sha256]>,
}

impl DrawingView {
    /// Whether the stored file of a revision is damaged, so that it is not given out (`SEE-06`).
    pub fn is_damaged(&self, revision: &Revision) -> bool {
        self.damaged.contains(&revision.sha256)
    }
}

pub(crate) fn sees_unpublished(standing: &Standing) -> bool {
    allows(standing, Action::ViewUnpublished).is_ok()
}

fn can(drawing: &Drawing, standing: &Standing) -> Can {
    let external = drawing.connection_id.is_some();
    let gone = drawing.is_gone();
    let act = |can: Can, name, action, obstacle: Option<Obstacle>| match (allows(standing, action), obstacle)
    {
        (Err(refusal), _) => can.with(name, Err(refusal)),
        (Ok(()), Some(obstacle)) => can.with(name, Err(obstacle)),
        (Ok(()), None) => can.with(name, Ok::<(), Obstacle>(())),
    };
    let when = |condition: bool, obstacle: Obstacle| condition.then_some(obstacle);
    let update = when(external, Obstacle::ExternalReadOnly).or(when(gone, Obstacle::Deleted));
    let delete = when(external, Obstacle::ExternalUndeletable).or(when(gone, Obstacle::Deleted));
    let restore = when(external, Obstacle::ExternalReadOnly).or(when(!gone, Obstacle::NotDeleted));
    let keep = when(!(external && gone), Obstacle::NotDeleted);
    let all_published = drawing.top_revision_id == drawing.current_revision_id;
    let publish = when(gone, Obstacle::Deleted).or(when(all_published, Obstacle::NothingToPublish));
    let can = act(Can::default(), "update", Action::EditDrawings, update);
    let can = act(can, "delete", Action::EditDrawings, delete);
    let can = act(can, "restore", Action::EditDrawings, restore);
    let can = act(can, "keep_in_log", Action::EditDrawings, keep);
    let can = act(can, "mark_obsolete_here", Action::EditDrawings, when(!external, Obstacle::NotExternal));
    let can = act(can, "publish", Action::PublishDrawings, publish);
    let can = can.named("view_revisions", standing, Action::ViewDrawings);
    markups::can_over(can, drawing, standing)
}

/// Whom to ask, found out only where somebody has to be told.
async fn whom_to_ask(db: &mut Session, project: ProjectId, any: bool) -> Result<Vec<String>> {
    if any { names::drawings_admins(db, project).await } else { Ok(vec![]) }
}

/// Whether a newer revision waits: only beside one that is published here, and never what is in it.
fn waits(drawing: &Drawing) -> bool {
    drawing.newer_published_at.is_some() && drawing.current_revision_id.is_some()
}

/// What is looked up once for all drawings of an answer.
struct Around<'a> {
    standing: &'a Standing,
    /// Whom to ask to publish what waits.
    ask: &'a [String],
    sync: &'a Sync,
    /// Bytes that are damaged.
    damaged: &'a Arc<[Sha256]>,
}

fn view(shown: Shown, around: &Around<'_>) -> DrawingView {
    let Shown { drawing, revision } = shown;
    let issued = drawing.newer_published_at.filter(|_| waits(&drawing));
    let newer_upstream = issued
        .map(|at| NewerUpstream { issued_on: at.to_zoned(TimeZone::UTC).date(), ask: around.ask.to_vec() });
    DrawingView {
        newer_upstream,
        out_of_sync: around.sync.of(&drawing, waits(&drawing)),
        called_now: around.sync.called_now(&drawing),
        replaced_by: replaced_by(&drawing, around.standing),
        can: can(&drawing, around.standing),
        damaged: Arc::clone(around.damaged),
        drawing,
        revision,
    }
}

/// The drawing that replaces a copy, for those who would find it under its address.
fn replaced_by(drawing: &Drawing, standing: &Standing) -> Option<(DrawingId, String)> {
    let found = drawing.replaced_by_deleted_at.is_none()
        && (drawing.replaced_by_current_id.is_some() || sees_unpublished(standing));
    drawing.replaced_by_id.zip(drawing.replaced_by_number.clone()).filter(|_| found)
}

/// A page of the log.
#[derive(Debug)]
pub enum Log {
    /// It is as the caller has it.
    Unchanged,
    /// The page.
    Page {
        /// Its drawings.
        items: Vec<DrawingView>,
        /// Where the next page begins.
        next: Option<String>,
    },
}

/// A page of the log with what it is recognised by: `seen` is what the caller has of the same page.
pub async fn log(
    app: &App,
    who: Caller,
    project: ProjectId,
    mut filter: Filter,
    page: (Option<&str>, i64),
    seen: Option<&str>,
) -> Result<(String, Log)> {
    let (after, limit) = page;
    let after = match after {
        Some(after) => {
            let (id, sort_key) = cursor::read(after)?;
            After { sort_key, id }
        }
        None => After::default(),
    };
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::ViewDrawings>(&mut db, who, project).await?;
    // Before the rows: a page may be newer than its mark, and never older.
    let version = log::log_version(&mut db, project).await?;
    let sync = Sync::load(&mut db, project).await?;
    let tag = format!("{version}.{}.{}", sync.mark(), standing.level(Tool::Drawings).key());
    if seen == Some(tag.as_str()) {
        return Ok((tag, Log::Unchanged));
    }
    filter.unpublished = sees_unpublished(&standing);
    let mut shown = drawing::list(&mut db, project, &filter, &after, limit + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = shown.len() > wanted;
    shown.truncate(wanted);
    let last = shown.last().filter(|_| more);
    let next = last.map(|last| cursor::write(last.drawing.id.0, &last.drawing.sort_key));
    let ask = whom_to_ask(&mut db, project, shown.iter().any(|shown| waits(&shown.drawing))).await?;
    let damaged = record::damaged(&mut db).await?.into();
    let around = Around { standing: &standing, ask: &ask, sync: &sync, damaged: &damaged };
    let items = shown.into_iter().map(|shown| view(shown, &around)).collect();
    Ok((tag, Log::Page { items, next }))
}

/// A drawing with everything about it.
#[derive(Debug)]
pub struct WholeDrawing {
    /// The drawing.
    pub view: DrawingView,
    /// Its revisions that the caller may see, newest first.
    pub revisions: Vec<Revision>,
    /// What happened to it, newest first.
    pub history: Vec<Event>,
    /// The one before it in the log.
    pub previous: Option<Neighbour>,
    /// The one after it in the log.
    pub next: Option<Neighbour>,
}

/// A drawing that the caller may see.
pub(crate) async fn reach(db: &mut Session, who: Caller, id: DrawingId) -> Result<(Shown, Standing)> {
    let there = || Error::code("not_found");
    let project = drawing::project_of(db, id).await?.ok_or_else(there)?;
    let (_, standing) = permit_in_project::<act::ViewDrawings>(db, who, project).await?;
    let all = sees_unpublished(&standing);
    let shown = drawing::get(db, id, all).await?;
    // The recycle bin is for Drawings Admins; what was deleted upstream stays readable (FLO-10).
    let visible = |drawing: &Drawing| all || drawing.connection_id.is_some() || drawing.deleted_at.is_none();
    Ok((shown.filter(|shown| visible(&shown.drawing)).ok_or_else(there)?, standing))
}

/// One drawing.
pub async fn get(app: &App, who: Caller, id: DrawingId) -> Result<WholeDrawing> {
    let mut db = app.db.read().await?;
    let (shown, standing) = reach(&mut db, who, id).await?;
    let all = sees_unpublished(&standing);
    let revisions = newest_first(drawing::revisions(&mut db, id, all).await?);
    let mut history = log::history(&mut db, shown.drawing.project_id, id).await?;
    history.retain(|event| all || history::is_official(event));
    let previous = drawing::previous(&mut db, &shown.drawing, all).await?;
    let next = drawing::next(&mut db, &shown.drawing, all).await?;
    let ask = whom_to_ask(&mut db, shown.drawing.project_id, waits(&shown.drawing)).await?;
    let sync = Sync::load(&mut db, shown.drawing.project_id).await?;
    let damaged = record::damaged(&mut db).await?.into();
    let around = Around { standing: &standing, ask: &ask, sync: &sync, damaged: &damaged };
    Ok(WholeDrawing { view: view(shown, &around), revisions, history, previous, next })
}

fn newest_first(revisions: Vec<Revision>) -> Vec<Revision> {
    let ranks: Vec<Rank<'_>> = revisions
        .iter()
        .map(|revision| Rank {
            manual: revision.manual_order,
            drawing_date: revision.drawing_date,
            set_date: revision.set_date,
            received_date: revision.received_date,
            revision: &revision.revision,
        })
        .collect();
    let places = order(&ranks);
    let mut revisions: Vec<Option<Revision>> = revisions.into_iter().map(Some).collect();
    places.into_iter().rev().filter_map(|place| revisions.get_mut(place).and_then(Option::take)).collect()
}

/// One revision with its drawing.
pub async fn revision(app: &App, who: Caller, id: RevisionId) -> Result<DrawingView> {
    let mut db = app.db.read().await?;
    let there = || Error::code("not_found");
    let shown = drawing::revision(&mut db, id).await?.ok_or_else(there)?;
    let (drawing, standing) = reach(&mut db, who, shown.drawing.id).await?;
    if shown.revision.status == Status::Unpublished && !sees_unpublished(&standing) {
        return Err(there());
    }
    let ask = whom_to_ask(&mut db, drawing.drawing.project_id, waits(&drawing.drawing)).await?;
    let sync = Sync::load(&mut db, drawing.drawing.project_id).await?;
    let damaged = record::damaged(&mut db).await?.into();
    Ok(view(shown, &Around { standing: &standing, ask: &ask, sync: &sync, damaged: &damaged }))
}
