//! The wire forms of drawings, revisions, areas, sets and disciplines.

use serde::Serialize;
use sluice_app::drawings::{DrawingView, WholeDrawing, history};
use sluice_app::{Error, Given, error::Result};
use sluice_domain::revision::Status;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::can::{self, CanMap};
use crate::wire::{Reason, instant};
use crate::words::RevisionStatus;

/// Reads a date, `YYYY-MM-DD`; an empty text is none.
pub(crate) fn date(pointer: &'static str, text: Option<&str>) -> Result<Option<jiff::civil::Date>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let unsound = |_| Error::field(pointer, "unsound_date", "Give the date as YYYY-MM-DD.");
    // A date alone: what reads more would take a time with it.
    if text.len() != 10 {
        return Err(Error::field(pointer, "unsound_date", "Give the date as YYYY-MM-DD."));
    }
    text.parse().map(Some).map_err(unsound)
}

/// Reads a date that is to be left, cleared or set.
pub(crate) fn given_date(pointer: &'static str, given: Given<String>) -> Result<Given<jiff::civil::Date>> {
    let unsound = || Error::field(pointer, "unsound_date", "Give the date as YYYY-MM-DD.");
    given.try_map(|text| date(pointer, Some(&text))?.ok_or_else(unsound))
}

/// The deep-zoom picture of a sheet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tiles {
    /// Width of the full picture, pixels.
    width: i64,
    /// Height of the full picture, pixels.
    height: i64,
    /// Side of a tile, pixels.
    tile_size: i64,
    /// Levels; 0 fits one tile, the last is the full picture.
    levels: i64,
}

impl Tiles {
    pub(crate) fn of(
        width: Option<i64>,
        height: Option<i64>,
        tile_size: Option<i64>,
        levels: Option<i64>,
    ) -> Option<Self> {
        Some(Self { width: width?, height: height?, tile_size: tile_size?, levels: levels? })
    }
}

/// A drawing set in short.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SetRef {
    /// Id.
    pub(crate) id: Uuid,
    /// Name.
    pub(crate) name: String,
    /// Date.
    pub(crate) date: Option<String>,
}

/// An area in short.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AreaRef {
    id: Uuid,
    name: String,
    /// Came through a connection.
    external: bool,
}

/// A discipline in short.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DisciplineRef {
    id: Uuid,
    name: String,
    /// Place in the order.
    position: i64,
}

/// Which company, project, record and version a copy came from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Origin {
    /// The connection.
    connection_id: Uuid,
    /// Upstream company, by the name under which the copy arrived.
    company: String,
    /// Upstream project, by the name under which the copy arrived.
    project: String,
    /// What the company is called now; null when no longer connected.
    company_now: Option<String>,
    /// What the project is called now; null when no longer connected.
    project_now: Option<String>,
    /// The record upstream.
    record_id: Option<Uuid>,
    /// When the copy arrived.
    arrived_at: Option<String>,
    /// Version of the upstream record.
    version: Option<i64>,
    /// Whether the copy is as new as its record upstream.
    in_sync: bool,
    /// Why it may not be.
    out_of_sync: Option<Reason>,
    /// When it was disconnected.
    disconnected_on: Option<String>,
    /// When the record was deleted upstream.
    deleted_upstream_at: Option<String>,
}

/// Upstream issued a newer revision; it is not yet published here.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Newer {
    /// When.
    issued_on: String,
    /// Whom to ask.
    ask: Vec<String>,
}

/// A copy is not to be built from here, whatever upstream says of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObsoleteHere {
    /// When it was marked so.
    at: String,
    /// By whom.
    by: String,
    /// The own drawing that replaces it, where one does and one may see it.
    replaced_by: Option<Neighbour>,
}

/// A revision in short.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RevisionRef {
    pub(super) id: Uuid,
    pub(super) revision: String,
}

/// A revision of a drawing.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the text on the sheet is called its revision")]
pub(crate) struct Revision {
    id: Uuid,
    drawing_id: Uuid,
    /// Counts up with each change; the `ETag`.
    version: i64,
    /// As printed.
    revision: String,
    /// Date on the sheet.
    drawing_date: Option<String>,
    /// Date it came in.
    received_date: Option<String>,
    /// Place that a person gave it in the order; higher is newer.
    order: Option<i64>,
    /// Its set.
    set: SetRef,
    /// Whether it is official.
    status: RevisionStatus,
    published_at: Option<String>,
    /// By name.
    published_by: Option<String>,
    /// The newest published one.
    current: bool,
    /// The newest published one, where this is an older one.
    superseded_by: Option<RevisionRef>,
    /// Hash of the one-page PDF.
    sha256: String,
    /// Its length.
    bytes: i64,
    /// Paper width, points.
    width_pt: Option<f64>,
    /// Paper height, points.
    height_pt: Option<f64>,
    /// The deep-zoom picture.
    tiles: Option<Tiles>,
    /// Came through a connection.
    external: bool,
    arrived_at: Option<String>,
    /// When it was published upstream.
    issued_at: Option<String>,
    /// When it was deleted upstream, on its own.
    deleted_upstream_at: Option<String>,
    /// Taken out since.
    deleted_at: Option<String>,
    /// Name of the file it came in.
    file_name: String,
    /// Page in that file.
    page: i64,
    /// The stored file is damaged and is not given out.
    damaged: bool,
}

/// What is known of the drawing a revision belongs to.
struct Of<'a> {
    view: &'a DrawingView,
    drawing: Uuid,
    external: bool,
    current: Option<(Uuid, String)>,
}

impl<'a> Of<'a> {
    fn view(view: &'a DrawingView) -> Self {
        let drawing = &view.drawing;
        let current = drawing
            .current_revision_id
            .map(|id| (id.0, drawing.current_revision.clone().unwrap_or_default()));
        Self { view, drawing: drawing.id.0, external: drawing.connection_id.is_some(), current }
    }

    fn revision(&self, revision: &sluice_app::drawings::Revision) -> Revision {
        let id = revision.revision_id.0;
        let published = revision.published_at.is_some() || revision.status == Status::Published;
        let newer = self.current.as_ref().filter(|(current, _)| published && *current != id);
        Revision {
            id,
            drawing_id: self.drawing,
            version: revision.revision_version,
            revision: revision.revision.clone(),
            drawing_date: revision.drawing_date.map(|date| date.to_string()),
            received_date: revision.received_date.map(|date| date.to_string()),
            order: revision.manual_order,
            set: SetRef {
                id: revision.set_id.0,
                name: revision.set_name.clone(),
                date: revision.set_date.map(|date| date.to_string()),
            },
            status: revision.status.into(),
            published_at: revision.published_at.map(instant),
            published_by: revision.published_by_name.clone(),
            current: self.current.as_ref().is_some_and(|(current, _)| *current == id),
            superseded_by: newer.map(|(id, text)| RevisionRef { id: *id, revision: text.clone() }),
            sha256: revision.sha256.to_string(),
            bytes: revision.byte_count,
            width_pt: revision.width_pt,
            height_pt: revision.height_pt,
            tiles: Tiles::of(
                revision.pixel_width,
                revision.pixel_height,
                revision.tile_size,
                revision.level_count,
            ),
            external: self.external,
            arrived_at: revision.revision_arrived_at.map(instant),
            issued_at: revision.upstream_published_at.map(instant),
            deleted_upstream_at: revision.revision_deleted_upstream_at.map(instant),
            deleted_at: revision.revision_deleted_at.map(instant),
            file_name: revision.file_name.clone(),
            page: revision.page,
            damaged: self.view.is_damaged(revision),
        }
    }
}

/// A drawing with its newest revision that one may see.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Drawing {
    id: Uuid,
    project_id: Uuid,
    /// As printed.
    number: String,
    title: String,
    discipline: DisciplineRef,
    area: AreaRef,
    /// No longer to be built from; of a copy, upstream's own mark.
    obsolete: bool,
    /// Marked obsolete or replaced here: a local fact beside the copied ones.
    obsolete_here: Option<ObsoleteHere>,
    /// Came through a connection: read-only here.
    external: bool,
    /// In the recycle bin since.
    deleted_at: Option<String>,
    /// Counts up with each change; the `ETag`.
    version: i64,
    /// Where a copy came from.
    origin: Option<Origin>,
    /// A newer revision waits to be published here.
    newer_upstream: Option<Newer>,
    revision: Revision,
    /// What one may do.
    can: CanMap,
}

impl From<DrawingView> for Drawing {
    fn from(view: DrawingView) -> Self {
        let of = Of::view(&view);
        let revision = of.revision(&view.revision);
        let out_of_sync = view.out_of_sync;
        let (company_now, project_now) = view.called_now.unzip();
        let drawing = view.drawing;
        let disconnected_on =
            drawing.connection_ended_at.map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string());
        let origin = drawing.connection_id.map(|connection| Origin {
            connection_id: connection.0,
            company: drawing.origin_company.unwrap_or_default(),
            project: drawing.origin_project.unwrap_or_default(),
            company_now,
            project_now,
            record_id: drawing.upstream_id,
            arrived_at: drawing.arrived_at.map(instant),
            version: drawing.upstream_version,
            in_sync: out_of_sync.is_none(),
            out_of_sync: out_of_sync.map(|why| Reason {
                code: sluice_domain::Reason::code(&why).into(),
                message: why.to_string(),
            }),
            disconnected_on,
            deleted_upstream_at: drawing.deleted_upstream_at.map(instant),
        });
        Self {
            id: drawing.id.0,
            project_id: drawing.project_id.0,
            number: drawing.number,
            title: drawing.title,
            discipline: DisciplineRef {
                id: drawing.discipline_id.0,
                name: drawing.discipline_name,
                position: drawing.discipline_position,
            },
            area: AreaRef {
                id: drawing.area_id.0,
                name: drawing.area_name,
                external: drawing.area_connection_id.is_some(),
            },
            obsolete: drawing.obsolete,
            obsolete_here: drawing.obsolete_here_at.map(|at| ObsoleteHere {
                at: instant(at),
                by: drawing.obsolete_here_by_name.unwrap_or_default(),
                replaced_by: view.replaced_by.map(|(id, number)| Neighbour { id: id.0, number }),
            }),
            external: drawing.connection_id.is_some(),
            deleted_at: drawing.deleted_at.map(instant),
            version: drawing.version,
            origin,
            newer_upstream: view
                .newer_upstream
                .map(|newer| Newer { issued_on: newer.issued_on.to_string(), ask: newer.ask }),
            revision,
            can: can::wire(view.can),
        }
    }
}

/// Something that happened to a drawing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DrawingEvent)]
pub(crate) struct Event {
    at: String,
    /// `confirmed`, `published`, `edited`, `obsolete`, `in_force`, `deleted`, `restored`, `current_changed`; of copies also `arrived`,
    /// `changed_upstream`, `deleted_upstream`, `restored_upstream`, `kept_in_log`, `obsolete_here`, `replaced_here`, `in_force_here`.
    kind: String,
    /// Who, by name.
    by: Option<String>,
    /// Of which company.
    by_company: Option<String>,
    /// Text of the revision it is about.
    revision: Option<String>,
    /// Which field changed.
    field: Option<String>,
    /// What it was.
    from: Option<String>,
    /// What it became.
    to: Option<String>,
    /// The same in English.
    detail: String,
}

/// A drawing beside another in the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DrawingInLog)]
pub(crate) struct Neighbour {
    id: Uuid,
    number: String,
}

/// A drawing with everything about it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WholeDrawing)]
pub(crate) struct Whole {
    #[serde(flatten)]
    drawing: Drawing,
    /// Its revisions that one may see, newest first.
    revisions: Vec<Revision>,
    /// Newest first.
    history: Vec<Event>,
    /// The one before it in the log.
    previous: Option<Neighbour>,
    /// The one after it in the log.
    next: Option<Neighbour>,
}

impl From<WholeDrawing> for Whole {
    fn from(whole: WholeDrawing) -> Self {
        let of = Of::view(&whole.view);
        let neighbour = |of: Option<sluice_app::drawings::Neighbour>| {
            of.map(|neighbour| Neighbour { id: neighbour.id.0, number: neighbour.number })
        };
        Self {
            revisions: whole.revisions.iter().map(|revision| of.revision(revision)).collect(),
            history: whole
                .history
                .into_iter()
                .map(|event| Event {
                    at: instant(event.at),
                    detail: history::detail(&event),
                    kind: event.kind,
                    by: event.person_name,
                    by_company: event.company_name,
                    revision: event.revision,
                    field: event.field,
                    from: event.old_value,
                    to: event.new_value,
                })
                .collect(),
            previous: neighbour(whole.previous),
            next: neighbour(whole.next),
            drawing: whole.view.into(),
        }
    }
}

/// A revision with its drawing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RevisionAndDrawing {
    revision: Revision,
    drawing: Drawing,
}

impl From<DrawingView> for RevisionAndDrawing {
    fn from(view: DrawingView) -> Self {
        Self { revision: Of::view(&view).revision(&view.revision), drawing: view.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn only_a_date_is_a_date() {
        assert_eq!(date("/d", Some("2026-05-04")).unwrap(), Some(jiff::civil::date(2026, 5, 4)));
        assert_eq!(date("/d", Some(" ")).unwrap(), None);
        for wrong in ["04.05.2026", "2026-02-30", "2026-05-04T10:00:00", "20260504"] {
            assert!(date("/d", Some(wrong)).is_err(), "{wrong}");
        }
    }
}
