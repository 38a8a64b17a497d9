//! *Why did (or didn't) I get sheet A-101?* (`SEE-05`)
//!
//! Downstream is answered from its own copies and from what upstream offers it now; whatever was never published to it is one answer, whether
//! there is no such sheet or only a draft. Upstream is answered from its own drawings and learns when each arrived, never what becomes of it.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::connection::{Side, State};
use sluice_domain::explanation::{Absence, Facts, absence};
use sluice_domain::permission::{Level, Refusal, Standing, Tool};
use sluice_domain::revision::Status;
use sluice_domain::sheet_number::{clean, sort_key};
use sluice_domain::{ConnectionId, DrawingId, Reason};
use sluice_store::Session;
use sluice_store::connection::explanation::{self, Copy, Original};
use sluice_store::flow::parked;
use uuid::Uuid;

use super::view::{ConnectionView, get};
use crate::drawings::{names, sees_unpublished};
use crate::flow::{Content, ThisInstallation, Upstream};
use crate::{App, Caller, Error, Result, standing_in_project};

/// What became of a revision.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It is downstream.
    Arrived,
    /// It is not, and why.
    Absent(Absence),
    /// It is downstream, waits to be published there, and these people can do so. Only downstream is told.
    Unpublished(Vec<String>),
}

/// A revision of the number that was asked for.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The drawing on the side that asks, where it has one.
    pub drawing: Option<DrawingId>,
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// Area, by name.
    pub area: String,
    /// Revision; `None` where nothing of its content may be told.
    pub revision: Option<String>,
    /// Set by name and date; likewise.
    pub set: Option<(String, Option<Date>)>,
    /// What became of it.
    pub fate: Fate,
    /// When it was published upstream.
    pub published_upstream_at: Option<Timestamp>,
    /// When it arrived.
    pub arrived_at: Option<Timestamp>,
    /// When it was published downstream; only downstream is told.
    pub published_here_at: Option<Timestamp>,
    /// When it was deleted upstream.
    pub deleted_upstream_at: Option<Timestamp>,
    /// Its stored file is damaged.
    pub damaged: bool,
}

/// The answer for one number.
#[derive(Debug)]
pub struct Explanation {
    /// Who is answered.
    pub side: Side,
    /// The revisions, oldest first. None: nothing with this number was published to the one who asks, or is in the project of the one who asks.
    pub revisions: Vec<Explained>,
}

/// Whether somebody may ask: their own side's drawings have to be visible to them (`FLO-13`).
pub(super) fn may_ask(standing: &Standing) -> std::result::Result<(), Refusal> {
    let (tool, level) = (Tool::Drawings, Level::ReadOnly);
    if standing.level(tool) < level { Err(Refusal::NeedsLevel { tool, level }) } else { Ok(()) }
}

/// Answers for one number, to the side from which the caller looks.
pub async fn explain(app: &App, who: Caller, id: ConnectionId, number: &str) -> Result<Explanation> {
    let unsound = || Error::field("/number", "number_length", "A sheet number has 1 to 255 characters.");
    let key = sort_key(&clean(number).ok_or_else(unsound)?);
    let view = get(app, who, id).await?;
    let own = view.row.connection().end(view.side).project;
    let mut db = app.db.read().await?;
    let standing = standing_in_project(&mut db, who, own).await?;
    may_ask(&standing)?;
    let revisions = match view.side {
        Side::Upstream => originals(&mut db, &view, &key, &standing).await?,
        Side::Downstream => copies(app, &mut db, &view, &key, &standing).await?,
    };
    Ok(Explanation { side: view.side, revisions })
}

fn pause_of(view: &ConnectionView) -> Option<sluice_domain::connection::Pause> {
    view.tools.iter().find(|tool| tool.tool == Tool::Drawings).and_then(|tool| tool.pause)
}

async fn originals(
    db: &mut Session,
    view: &ConnectionView,
    key: &str,
    standing: &Standing,
) -> Result<Vec<Explained>> {
    let all = sees_unpublished(standing);
    let rows = explanation::originals(db, view.row.upstream_project_id, view.row.id, key).await?;
    // Drafts and the recycle bin are for Drawings Admins, here as anywhere.
    let visible =
        |row: &Original| all || (row.status == Status::Published && row.drawing_deleted_at.is_none());
    let explained = |row: Original| {
        let deleted = row.revision_deleted_at.or(row.drawing_deleted_at);
        let fate = match row.arrived_at {
            Some(_) => Fate::Arrived,
            None => Fate::Absent(absence(Facts {
                state: view.row.state,
                pause: pause_of(view),
                status: row.status,
                deleted: deleted.is_some(),
                parked: row.parked,
            })),
        };
        Explained {
            drawing: Some(row.drawing_id),
            number: row.number,
            title: row.title,
            area: row.area_name,
            revision: Some(row.revision),
            set: Some((row.set_name, row.set_date)),
            fate,
            published_upstream_at: row.published_at,
            arrived_at: row.arrived_at,
            published_here_at: None,
            deleted_upstream_at: deleted,
            damaged: row.damaged,
        }
    };
    Ok(rows.into_iter().filter(visible).map(explained).collect())
}

async fn copies(
    app: &App,
    db: &mut Session,
    view: &ConnectionView,
    key: &str,
    standing: &Standing,
) -> Result<Vec<Explained>> {
    let all = sees_unpublished(standing);
    let (row, mut explained) = (&view.row, vec![]);
    let copies = explanation::copies(db, row.downstream_project_id, row.id, key).await?;
    // Offers of what is here already say nothing new. After the end upstream is not asked any more: what it publishes now is not for them.
    let here: HashSet<Uuid> = copies.iter().map(|copy| copy.upstream_id).collect();
    let offers = if row.state == State::Connected && all {
        ThisInstallation::new(app.clone()).numbered(row, key).await?
    } else {
        vec![]
    };
    let ask = if copies.iter().any(|copy| copy.status == Status::Unpublished) {
        names::drawings_admins(db, row.downstream_project_id).await?
    } else {
        vec![]
    };
    let published: HashSet<DrawingId> =
        copies.iter().filter(|copy| copy.status == Status::Published).map(|copy| copy.drawing_id).collect();
    for copy in copies {
        let open = all || copy.status == Status::Published;
        // A sheet of which nothing is published here is not there for the others; of a newer revision they learn that it waits (DRF-04).
        if open || published.contains(&copy.drawing_id) {
            explained.push(explained_copy(copy, open, &ask));
        }
    }
    let waiting = parked(db, row.id).await?;
    for offer in offers.into_iter().filter(|offer| !here.contains(&offer.record)) {
        let record = offer.record;
        let Content::Revision(both) = offer.content()? else { continue };
        let (revision, drawing) = *both;
        let parked =
            waiting.iter().any(|parked| parked.record_id == record || parked.record_id == drawing.id.0);
        explained.push(Explained {
            drawing: None,
            number: drawing.number,
            title: drawing.title,
            area: drawing.area_name,
            revision: Some(revision.revision),
            set: Some((revision.set_name, revision.set_date)),
            fate: Fate::Absent(absence(Facts {
                state: row.state,
                pause: pause_of(view),
                status: revision.status,
                deleted: false,
                parked,
            })),
            published_upstream_at: revision.published_at,
            arrived_at: None,
            published_here_at: None,
            deleted_upstream_at: None,
            damaged: false,
        });
    }
    Ok(explained)
}

fn explained_copy(copy: Copy, open: bool, ask: &[String]) -> Explained {
    let fate = match copy.status {
        Status::Published => Fate::Arrived,
        Status::Unpublished => Fate::Unpublished(ask.to_vec()),
    };
    Explained {
        drawing: Some(copy.drawing_id),
        number: copy.number,
        title: copy.title,
        area: copy.area_name,
        revision: open.then_some(copy.revision),
        set: open.then_some((copy.set_name, copy.set_date)),
        fate,
        published_upstream_at: copy.upstream_published_at,
        arrived_at: copy.arrived_at,
        published_here_at: copy.published_at,
        deleted_upstream_at: copy.deleted_upstream_at,
        damaged: copy.damaged,
    }
}

impl Fate {
    /// The words on the wire.
    pub const KEYS: [&'static str; 3] = ["arrived", "waiting", "withheld"];

    /// The word on the wire.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Arrived | Self::Unpublished(_) => "arrived",
            Self::Absent(Absence::Withheld(_) | Absence::DeletedUncopied | Absence::Ended) => "withheld",
            Self::Absent(_) => "waiting",
        }
    }

    /// Who can publish it here, where it is not.
    pub fn ask(&self) -> &[String] {
        match self {
            Self::Unpublished(ask) => ask,
            Self::Arrived | Self::Absent(_) => &[],
        }
    }

    /// Why, as code and sentence.
    pub fn reason(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Arrived => None,
            Self::Absent(why) => Some((why.code(), why.to_string())),
            Self::Unpublished(ask) if ask.is_empty() => {
                Some(("not_published_here", "It is not published here yet.".into()))
            }
            Self::Unpublished(ask) => Some((
                "not_published_here",
                format!("It is not published here yet. Ask {}.", ask.join(" or ")),
            )),
        }
    }
}

impl Explanation {
    /// What is said where there is no revision to tell of: always the same to each side.
    pub const fn nothing(&self) -> (&'static str, &'static str) {
        match self.side {
            Side::Downstream => ("nothing_published", "Nothing with this number has been published to you."),
            Side::Upstream => {
                ("no_such_number", "Your project has no sheet with this number that you can see.")
            }
        }
    }
}
