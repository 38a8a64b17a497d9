//! What a batch did to each drawing, written into the drawings' histories (`DRF-04`).
//!
//! Deliberately absent: what people here did. That is written where they do it.

use jiff::civil::Date;
use sluice_domain::revision::Status;
use sluice_domain::{DrawingId, RevisionId};
use sluice_store::Tx;
use sluice_store::drawing::log::{self, By, NewEvent, What};
use sluice_store::flow::known::{KnownDrawing, KnownRevision};
use sluice_store::flow::{Delivering, DrawingCopy, RevisionCopy};

use crate::{App, Result};

/// Events to be written.
#[derive(Debug, Default)]
pub(super) struct Chronicle {
    /// Of the upstream company's doing.
    upstream: Vec<(DrawingId, What)>,
    /// Of what this project does by itself.
    here: Vec<(DrawingId, What)>,
}

impl Chronicle {
    /// Adds what happened to a drawing upstream.
    pub(super) fn add(&mut self, drawing: DrawingId, what: Vec<What>) {
        self.upstream.extend(what.into_iter().map(|what| (drawing, what)));
    }

    /// A revision arrived, and was published at once where the project wants it so.
    pub(super) fn arrived(&mut self, drawing: DrawingId, revision: RevisionId, text: &str, status: Status) {
        self.upstream.push((drawing, What::of("arrived", revision, text)));
        if status == Status::Published {
            self.here.push((drawing, What::of("published", revision, text)));
        }
    }

    /// Writes everything.
    pub(super) async fn write(self, app: &App, tx: &mut Tx, proof: &Delivering) -> Result<()> {
        let connection = proof.connection();
        for (company, events) in [
            (&connection.upstream_company_name, self.upstream),
            (&connection.downstream_company_name, self.here),
        ] {
            let by = By { person: None, company: Some(company.clone()) };
            let events = events.into_iter().map(|(drawing, what)| NewEvent {
                id: app.environment.id(),
                drawing,
                what,
            });
            let now = app.environment.now();
            log::add_events(tx, connection.downstream_project_id, &by, events.collect(), now).await?;
        }
        Ok(())
    }
}

const CHANGED: &str = "changed_upstream";

/// What changed of a drawing; nothing where the offer is no newer than the copy.
pub(super) fn of_drawing(
    known: &KnownDrawing,
    copy: &DrawingCopy,
    area: &str,
    discipline: &str,
) -> Vec<What> {
    let offered = &copy.offered;
    if offered.version <= known.upstream_version {
        return vec![];
    }
    let mut what = vec![];
    if known.deleted_upstream_at.is_some() {
        what.push(What::plain("restored_upstream"));
    }
    let title = copy.title.as_ref().unwrap_or(&offered.title);
    let mut note = |field, from: &str, to: &str| what.push(What::plain(CHANGED).changed(field, from, to));
    if known.number != offered.number {
        note("number", &known.number, &offered.number);
    }
    if known.title != *title {
        note("title", &known.title, title);
    }
    if known.discipline_id != copy.discipline {
        note("discipline", &known.discipline_name, discipline);
    }
    if known.area_id.0 != copy.area {
        note("area", &known.area_name, area);
    }
    if known.obsolete != offered.obsolete {
        note("obsolete", yes_no(known.obsolete), yes_no(offered.obsolete));
    }
    what
}

/// Whether the offer marks a copy obsolete that was in force.
pub(super) fn newly_obsolete(known: &KnownDrawing, copy: &DrawingCopy) -> bool {
    copy.offered.version > known.upstream_version && copy.offered.obsolete && !known.obsolete
}

/// What changed of a revision; nothing where the offer is no newer than the copy.
pub(super) fn of_revision(known: &KnownRevision, copy: &RevisionCopy, set: &str) -> Vec<What> {
    let offered = &copy.offered;
    if offered.version <= known.upstream_version {
        return vec![];
    }
    let mut what = vec![];
    if known.deleted_upstream_at.is_some() {
        what.push(What::of("restored_upstream", known.id, &offered.revision));
    }
    let mut note = |field, from: String, to: String| {
        if from != to {
            what.push(What::of(CHANGED, known.id, &offered.revision).changed(field, from, to));
        }
    };
    note("revision", known.revision.clone(), offered.revision.clone());
    note("drawing_date", date(known.drawing_date), date(offered.drawing_date));
    note("received_date", date(known.received_date), date(offered.received_date));
    note("order", place(known.manual_order), place(offered.manual_order));
    if known.set_id.0 != copy.set {
        note("set", known.set_name.clone(), set.to_owned());
    }
    what
}

/// How a mark stands in a history.
pub(crate) const fn yes_no(mark: bool) -> &'static str {
    if mark { "yes" } else { "no" }
}

/// How a date stands in a history; empty where there is none.
pub(crate) fn date(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// How a place in an order stands in a history; empty where there is none.
pub(crate) fn place(order: Option<i64>) -> String {
    order.map_or_else(String::new, |place| place.to_string())
}
