//! The one way to the upstream side (`FLO-05`): entries after a position, in the state that may travel now. It reads; it has no way to write.

use std::collections::HashMap;
use std::future::Future;

use jiff::Timestamp;
use sluice_domain::feed::Kind;
use sluice_domain::feed::drawings::Kind as Drawn;
use sluice_domain::permission::Tool;
use sluice_domain::travel::{self, Withheld};
use sluice_domain::{DrawingId, RevisionId};
use sluice_store::connection::{ConnectionRow, explanation};
use sluice_store::feed::Entry;
use sluice_store::flow::{self, OfferedArea, OfferedDiscipline, OfferedDrawing, OfferedRevision, OfferedSet};
use sluice_store::{Session, feed};
use uuid::Uuid;

use super::compare::Digested;
use super::shared::{Offer, Shared};
use crate::{App, Result};

/// What of a record of Drawings travels.
#[derive(Debug)]
pub enum Content {
    /// An area.
    Area(OfferedArea),
    /// A set.
    Set(OfferedSet),
    /// A discipline.
    Discipline(OfferedDiscipline),
    /// A drawing.
    Drawing(Box<OfferedDrawing>),
    /// A revision with its drawing.
    Revision(Box<(OfferedRevision, OfferedDrawing)>),
    /// A drawing was deleted, with all its revisions.
    DeletedDrawing(Deletion<DrawingId>),
    /// A revision was deleted on its own; its drawing stands.
    DeletedRevision(Deletion<RevisionId>),
    /// Nothing, and why: the answer says no more than that.
    Withheld(Withheld),
}

/// A deletion upstream, of the record it names: nothing is erased downstream (`FLO-10`).
#[derive(Debug, Clone)]
pub struct Deletion<T> {
    /// What was deleted.
    pub record: T,
    /// Its version then.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// The drawing it is, or belongs to.
    pub drawing: DrawingId,
    /// By number.
    pub number: String,
}

impl Content {
    /// Which sheet it is about: its number, and the drawing upstream; of something that holds sheets, its name.
    pub fn sheet(&self) -> (&str, Option<DrawingId>) {
        match self {
            Self::Area(area) => (&area.name, None),
            Self::Set(set) => (&set.name, None),
            Self::Discipline(discipline) => (&discipline.name, None),
            Self::Drawing(drawing) => (&drawing.number, Some(drawing.id)),
            Self::Revision(both) => (&both.1.number, Some(both.1.id)),
            Self::DeletedDrawing(deletion) => (&deletion.number, Some(deletion.drawing)),
            Self::DeletedRevision(deletion) => (&deletion.number, Some(deletion.drawing)),
            Self::Withheld(_) => ("", None),
        }
    }
}

/// What the upstream answers.
#[derive(Debug)]
pub enum Answer {
    /// Entries after the position, in order.
    Entries {
        /// The records of the tool that was asked for.
        offers: Vec<Offer>,
        /// Position of the last entry read, of whatever tool; the position asked about where there was none.
        read_to: i64,
        /// Whether entries may stand after that one.
        more: bool,
    },
    /// The position is older than what is kept, or not of this feed: begin again from zero. An ordinary answer.
    RefreshRequired,
}

/// An upstream project, reached through a connection. One implementation today; a second, another server over HTTP, is planned.
///
/// The bytes of a revision are named by their hash in its offer. Inside one installation they are in the same store: the downstream company
/// takes its own reference to them, in the transaction that applies the offer.
pub trait Upstream: Send + Sync {
    /// Entries of a tool after a position.
    fn entries(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        after: i64,
        limit: i64,
    ) -> impl Future<Output = Result<Answer>> + Send;

    /// Single records of a tool in their present state.
    fn present(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        records: &[(Kind, Uuid)],
    ) -> impl Future<Output = Result<Vec<Offer>>> + Send;

    /// Digests of what entries of a tool after a position offer now, whatever is kept of the feed, and the position of the last entry read;
    /// the position asked about where there was none (`SEE-06`).
    fn digests(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        after: i64,
        limit: i64,
    ) -> impl Future<Output = Result<(Vec<Digested>, i64)>> + Send;

    /// Single records of a tool in their present state, each with the position of its entry; of one that was never offered there is nothing.
    fn placed(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        records: &[Uuid],
    ) -> impl Future<Output = Result<Vec<(i64, Offer)>>> + Send;

    /// The revisions with a sheet number, by its sort key, that may travel now (`SEE-05`).
    fn numbered(
        &self,
        connection: &ConnectionRow,
        sort_key: &str,
    ) -> impl Future<Output = Result<Vec<Offer>>> + Send;
}

/// An upstream project of this installation.
#[derive(Debug, Clone)]
pub struct ThisInstallation {
    app: App,
}

impl ThisInstallation {
    /// Reads through this installation's database.
    pub const fn new(app: App) -> Self {
        Self { app }
    }
}

impl Upstream for ThisInstallation {
    async fn entries(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        after: i64,
        limit: i64,
    ) -> Result<Answer> {
        let mut db = self.app.db.read().await?;
        let project = connection.upstream_project_id;
        let ends = feed::head(&mut db, project).await?;
        if after > ends.head || (after > 0 && after < ends.kept_from) {
            return Ok(Answer::RefreshRequired);
        }
        let entries = feed::after(&mut db, project, after, limit).await?;
        let shared = self.app.tools.get(tool)?;
        let of_tool = entries.iter().filter_map(|entry| Some((shared.kind(&entry.kind)?, entry.record_id)));
        let records: Vec<(Kind, Uuid)> = of_tool.collect();
        let offers = shared.present(&mut db, connection, &records).await?;
        let more = i64::try_from(entries.len()).is_ok_and(|count| count >= limit);
        Ok(Answer::Entries { offers, read_to: entries.last().map_or(after, |entry| entry.position), more })
    }

    async fn present(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        records: &[(Kind, Uuid)],
    ) -> Result<Vec<Offer>> {
        let mut db = self.app.db.read().await?;
        self.app.tools.get(tool)?.present(&mut db, connection, records).await
    }

    async fn digests(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        after: i64,
        limit: i64,
    ) -> Result<(Vec<Digested>, i64)> {
        let mut db = self.app.db.read().await?;
        let shared = self.app.tools.get(tool)?;
        let entries = feed::after(&mut db, connection.upstream_project_id, after, limit).await?;
        let read_to = entries.last().map_or(after, |entry| entry.position);
        let placed = placed(&mut db, connection, shared, entries).await?;
        let digested = |(position, offer): (i64, Offer)| digested(shared, position, &offer);
        Ok((placed.into_iter().map(digested).collect(), read_to))
    }

    async fn placed(
        &self,
        connection: &ConnectionRow,
        tool: Tool,
        records: &[Uuid],
    ) -> Result<Vec<(i64, Offer)>> {
        // As of one moment: a change between the two would show its fields at the place of the ones before.
        let mut db = self.app.db.snapshot().await?;
        let entries = feed::of_records(&mut db, connection.upstream_project_id, records).await?;
        placed(&mut db, connection, self.app.tools.get(tool)?, entries).await
    }

    async fn numbered(&self, connection: &ConnectionRow, sort_key: &str) -> Result<Vec<Offer>> {
        let mut db = self.app.db.read().await?;
        let published = explanation::published(&mut db, connection.upstream_project_id, sort_key).await?;
        let records: Vec<(Kind, Uuid)> =
            published.into_iter().map(|record| (Drawn::Revision.in_feed(), record)).collect();
        present(&mut db, connection, &records).await
    }
}

/// What entries of a tool offer now, each with its position.
async fn placed(
    db: &mut Session,
    connection: &ConnectionRow,
    shared: &dyn Shared,
    entries: Vec<Entry>,
) -> Result<Vec<(i64, Offer)>> {
    let (mut positions, mut records) = (vec![], vec![]);
    for entry in entries {
        if let Some(kind) = shared.kind(&entry.kind) {
            positions.push(entry.position);
            records.push((kind, entry.record_id));
        }
    }
    Ok(positions.into_iter().zip(shared.present(db, connection, &records).await?).collect())
}

/// What is told of an offer where it is only to be compared.
pub(super) fn digested(shared: &dyn Shared, position: i64, offer: &Offer) -> Digested {
    let state = shared.comparing().and_then(|comparing| comparing.digest(offer));
    Digested { kind: offer.kind, record: offer.record, position, state }
}

/// The present state of records of Drawings, as far as it may travel: decided here, on the upstream side, and nowhere else (`FLO-06`).
pub(super) async fn present(
    db: &mut Session,
    connection: &ConnectionRow,
    records: &[(Kind, Uuid)],
) -> Result<Vec<Offer>> {
    let project = connection.upstream_project_id;
    let of = |kind: Drawn| -> Vec<Uuid> {
        let of_kind = records.iter().filter(|(candidate, _)| *candidate == kind.in_feed());
        of_kind.map(|(_, id)| *id).collect()
    };
    let mut areas = by_id(flow::offered_areas(db, project, &of(Drawn::Area)).await?, |area| area.id.0);
    let mut sets = by_id(flow::offered_sets(db, project, &of(Drawn::Set)).await?, |set| set.id.0);
    let mut disciplines =
        by_id(flow::offered_disciplines(db, project, &of(Drawn::Discipline)).await?, |discipline| {
            discipline.id.0
        });
    let revisions =
        flow::offered_revisions(db, connection.upstream_company_id, project, &of(Drawn::Revision)).await?;
    let mut of_drawings = of(Drawn::Drawing);
    of_drawings.extend(revisions.iter().map(|revision| revision.drawing_id.0));
    of_drawings.sort_unstable();
    of_drawings.dedup();
    let drawings = by_id(flow::offered_drawings(db, project, &of_drawings).await?, |drawing| drawing.id.0);
    let mut revisions = by_id(revisions, |revision| revision.id.0);

    let offer = |(kind, record): (Kind, Uuid)| {
        let content = Drawn::of(kind).and_then(|kind| match kind {
            Drawn::Area => {
                areas.remove(&record).map(|area| holder(area.published_count, || Content::Area(area)))
            }
            Drawn::Set => sets.remove(&record).map(|set| holder(set.published_count, || Content::Set(set))),
            Drawn::Discipline => disciplines
                .remove(&record)
                .map(|discipline| holder(discipline.published_count, || Content::Discipline(discipline))),
            Drawn::Drawing => drawings.get(&record).map(drawing),
            Drawn::Revision => revisions.remove(&record).and_then(|offered| {
                drawings.get(&offered.drawing_id.0).map(|drawing| revision(offered, drawing))
            }),
        });
        Offer::new(kind, record, content.unwrap_or(Content::Withheld(Withheld::DeletedUnseen)))
    };
    Ok(records.iter().copied().map(offer).collect())
}

pub(super) fn by_id<T>(rows: Vec<T>, id: impl Fn(&T) -> Uuid) -> HashMap<Uuid, T> {
    rows.into_iter().map(|row| (id(&row), row)).collect()
}

fn holder(published_count: i64, content: impl FnOnce() -> Content) -> Content {
    match travel::holder(published_count) {
        Ok(_) => content(),
        Err(withheld) => Content::Withheld(withheld),
    }
}

fn drawing(offered: &OfferedDrawing) -> Content {
    match (travel::drawing(offered.published_count, offered.deleted_at.is_some()), offered.deleted_at) {
        (Ok(travel::Offer::Deleted), Some(at)) => Content::DeletedDrawing(Deletion {
            record: offered.id,
            version: offered.version,
            at,
            drawing: offered.id,
            number: offered.number.clone(),
        }),
        (Ok(_), _) => Content::Drawing(Box::new(offered.clone())),
        (Err(withheld), _) => Content::Withheld(withheld),
    }
}

fn revision(offered: OfferedRevision, of: &OfferedDrawing) -> Content {
    let deleted = offered.deleted_at.is_some() || of.deleted_at.is_some();
    match (travel::revision(offered.status, deleted), offered.deleted_at) {
        (Err(withheld), _) => Content::Withheld(withheld),
        (Ok(travel::Offer::Deleted), Some(at)) if of.deleted_at.is_none() => {
            Content::DeletedRevision(Deletion {
                record: offered.id,
                version: offered.version,
                at,
                drawing: of.id,
                number: of.number.clone(),
            })
        }
        (Ok(travel::Offer::Deleted), _) => drawing(of),
        (Ok(travel::Offer::Present), _) => Content::Revision(Box::new((offered, of.clone()))),
    }
}
