//! How copies of Drawings compare with their records upstream (`SEE-06`).

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::feed::drawings::Kind;
use sluice_domain::{ConnectionId, DrawingId};
use sluice_store::connection::ConnectionRow;
use sluice_store::drawing::current;
use sluice_store::flow::compare::{self, StoredArea, StoredDrawing, StoredRevision, StoredSet};
use sluice_store::{Session, Tx};
use uuid::Uuid;

use super::Drawings;
use crate::flow::apply;
use crate::flow::compare::{Compared, Comparing, Digest, Digested, Fields, Verdict};
use crate::flow::shared::{Arriving, Doing, Offer};
use crate::flow::upstream::{Content, by_id};
use crate::{App, Result};

impl Comparing for Drawings {
    fn digest(&self, offer: &Offer) -> Option<(i64, Digest)> {
        match offer.content_ref::<Content>()? {
            Content::Area(offered) => {
                Some((offered.version, area(&offered.name, &offered.description, offered.is_default)))
            }
            Content::Set(offered) => Some((offered.version, set(&offered.name, offered.set_date))),
            Content::Drawing(offered) => Some((
                offered.version,
                drawing(
                    (&offered.number, &offered.sort_key),
                    &offered.title,
                    offered.obsolete,
                    Some(offered.area_id.0),
                    Some(&offered.discipline_name),
                ),
            )),
            Content::Revision(both) => {
                let offered = &both.0;
                let fields = Revision {
                    drawing: Some(offered.drawing_id.0),
                    set: Some(offered.set_id.0),
                    revision: &offered.revision,
                    drawing_date: offered.drawing_date,
                    received_date: offered.received_date,
                    manual_order: offered.manual_order,
                    published_at: offered.published_at,
                    sha256: offered.sha256,
                    byte_count: offered.byte_count,
                    pictured: offered.level_count.is_some(),
                };
                Some((offered.version, fields.digest()))
            }
            Content::DeletedDrawing(deletion) if deletion.record.0 == offer.record => {
                Some((deletion.version, deleted(Kind::Drawing)))
            }
            Content::DeletedRevision(deletion) => Some((deletion.version, deleted(Kind::Revision))),
            // A discipline belongs to both projects, a revision of a deleted drawing says nothing beside it, and nor does what is withheld.
            Content::Discipline(_) | Content::DeletedDrawing(_) | Content::Withheld(_) => None,
        }
    }

    fn count<'a>(&'a self, db: &'a mut Session, connection: ConnectionId) -> Doing<'a, i64> {
        Box::pin(async move { Ok(compare::count(db, connection).await?) })
    }

    fn copied<'a>(
        &'a self,
        db: &'a mut Session,
        connection: ConnectionId,
        after: Uuid,
        limit: i64,
    ) -> Doing<'a, Vec<Uuid>> {
        Box::pin(async move { Ok(compare::upstream_ids(db, connection, after, limit).await?) })
    }

    fn compare<'a>(
        &'a self,
        db: &'a mut Session,
        connection: &'a ConnectionRow,
        records: &'a [Digested],
    ) -> Doing<'a, Compared> {
        Box::pin(async move {
            let stored = Stored::load(db, connection, records).await?;
            let verdicts = records.iter().map(|record| stored.judge(record)).collect();
            Ok(Compared { verdicts, copies: stored.len() })
        })
    }

    fn repair<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        arriving: Arriving<'a>,
        offers: Vec<Offer>,
    ) -> Doing<'a, ()> {
        Box::pin(async move {
            let records: Vec<(Kind, Uuid)> =
                offers.iter().filter_map(|offer| Some((Kind::of(offer.kind)?, offer.record))).collect();
            compare::forget_versions(tx, arriving.proof, &records).await?;
            apply::apply(app, tx, arriving.proof, arriving.undoable, offers).await?;
            Ok(())
        })
    }
}

fn area(name: &str, description: &str, is_default: bool) -> Digest {
    let fields = Fields::of(Kind::Area.in_feed()).text(name).text(description);
    fields.number(Some(is_default.into())).digest()
}

fn set(name: &str, date: Option<Date>) -> Digest {
    Fields::of(Kind::Set.in_feed()).text(name).date(date).digest()
}

/// Of what was deleted only that travels.
fn deleted(kind: Kind) -> Digest {
    Fields::of(kind.in_feed()).digest()
}

fn drawing(
    (number, sort_key): (&str, &str),
    title: &str,
    obsolete: bool,
    area: Option<Uuid>,
    discipline: Option<&str>,
) -> Digest {
    // A discipline is matched by name, whatever its case (DRF-05).
    let discipline = discipline.map(str::to_lowercase);
    Fields::of(Kind::Drawing.in_feed())
        .text(number)
        .text(sort_key)
        .text(title)
        .number(Some(obsolete.into()))
        .id(area)
        .bytes(discipline.as_deref().map(str::as_bytes))
        .digest()
}

struct Revision<'a> {
    drawing: Option<Uuid>,
    set: Option<Uuid>,
    revision: &'a str,
    drawing_date: Option<Date>,
    received_date: Option<Date>,
    manual_order: Option<i64>,
    published_at: Option<Timestamp>,
    sha256: sluice_store::Sha256,
    byte_count: i64,
    pictured: bool,
}

impl Revision<'_> {
    fn digest(&self) -> Digest {
        Fields::of(Kind::Revision.in_feed())
            .id(self.drawing)
            .id(self.set)
            .text(self.revision)
            .date(self.drawing_date)
            .date(self.received_date)
            .number(self.manual_order)
            .instant(self.published_at)
            .bytes(Some(&self.sha256.0))
            .number(Some(self.byte_count))
            .number(Some(self.pictured.into()))
            .digest()
    }
}

/// The copies of some records.
struct Stored {
    /// Drawings that say the wrong revision is current, or on top.
    misplaced: Vec<DrawingId>,
    areas: HashMap<Uuid, StoredArea>,
    sets: HashMap<Uuid, StoredSet>,
    drawings: HashMap<Uuid, StoredDrawing>,
    revisions: HashMap<Uuid, StoredRevision>,
}

impl Stored {
    async fn load(db: &mut Session, of: &ConnectionRow, records: &[Digested]) -> Result<Self> {
        let ids = |kind: Kind| -> Vec<Uuid> {
            let of_kind = records.iter().filter(|record| record.kind == kind.in_feed());
            of_kind.map(|record| record.record).collect()
        };
        let areas = compare::areas(db, of, &ids(Kind::Area)).await?;
        let sets = compare::sets(db, of, &ids(Kind::Set)).await?;
        let drawings = compare::drawings(db, of, &ids(Kind::Drawing)).await?;
        let revisions = compare::revisions(db, of, &ids(Kind::Revision)).await?;
        let own = drawings.iter().map(|drawing| drawing.id).collect::<Vec<DrawingId>>();
        let misplaced = current::misplaced(db, of.downstream_project_id, &own).await?;
        Ok(Self {
            misplaced,
            areas: by_id(areas, |row| row.upstream_id),
            sets: by_id(sets, |row| row.upstream_id),
            drawings: by_id(drawings, |row| row.upstream_id),
            revisions: by_id(revisions, |row| row.upstream_id),
        })
    }

    fn len(&self) -> usize {
        self.areas.len() + self.sets.len() + self.drawings.len() + self.revisions.len()
    }

    fn judge(&self, record: &Digested) -> Verdict {
        let (Some((version, digest)), Some(kind)) = (record.state, Kind::of(record.kind)) else {
            return Verdict::Alike;
        };
        // What was deleted before it was copied never arrives.
        let absent = if digest == deleted(kind) { Verdict::Alike } else { Verdict::Missing };
        let id = &record.record;
        let alike = match kind {
            Kind::Area => self.areas.get(id).map(|copy| area_alike(copy, version, digest)),
            Kind::Set => self.sets.get(id).map(|copy| {
                copy.in_place && copy.upstream_version <= version && set(&copy.name, copy.set_date) == digest
            }),
            Kind::Drawing => self
                .drawings
                .get(id)
                .map(|copy| drawing_alike(copy, version, digest) && !self.misplaced.contains(&copy.id)),
            Kind::Revision => self.revisions.get(id).map(|copy| revision_alike(copy, version, digest)),
            Kind::Discipline => Some(true),
        };
        alike.map_or(absent, |alike| if alike { Verdict::Alike } else { Verdict::Changed })
    }
}

/// An upstream's default area is called *Company · Area* here (`DRF-05`), after the name the company had then: a company that has another
/// name by now is no damage.
fn area_alike(copy: &StoredArea, version: i64, digest: Digest) -> bool {
    let own = area(&copy.name, &copy.description, false);
    let shortened = copy
        .name
        .match_indices(apply::AREA_GAP)
        .filter_map(|(place, gap)| copy.name.get(place + gap.len()..))
        .map(|name| area(name, &copy.description, true));
    copy.in_place
        && copy.upstream_version <= version
        && std::iter::once(own).chain(shortened).any(|candidate| candidate == digest)
}

fn drawing_alike(copy: &StoredDrawing, version: i64, digest: Digest) -> bool {
    let with = |discipline| {
        let number = (copy.number.as_str(), copy.sort_key.as_str());
        drawing(number, &copy.title, copy.obsolete, copy.area_upstream_id, discipline)
    };
    let discipline = copy.discipline_name.as_deref();
    // A discipline whose name somebody else holds here got a number.
    let plain = discipline.and_then(|name| Some(name.strip_suffix(')')?.rsplit_once(" (")?.0));
    let alike = match copy.deleted_upstream_at {
        Some(_) => deleted(Kind::Drawing) == digest,
        None => with(discipline) == digest || plain.is_some_and(|plain| with(Some(plain)) == digest),
    };
    copy.in_place && copy.upstream_version <= version && alike
}

fn revision_alike(copy: &StoredRevision, version: i64, digest: Digest) -> bool {
    let with = |pictured| {
        let fields = Revision {
            drawing: copy.drawing_upstream_id,
            set: copy.set_upstream_id,
            revision: &copy.revision,
            drawing_date: copy.drawing_date,
            received_date: copy.received_date,
            manual_order: copy.manual_order,
            published_at: copy.upstream_published_at,
            sha256: copy.sha256,
            byte_count: copy.byte_count,
            pictured,
        };
        fields.digest()
    };
    let alike = match copy.deleted_upstream_at {
        Some(_) => deleted(Kind::Revision) == digest,
        // A picture that only this side has is no damage.
        None => with(copy.pictured) == digest || (copy.pictured && with(false) == digest),
    };
    copy.in_place && copy.held && copy.upstream_version <= version && alike
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn see_06_the_name_of_a_default_area_may_begin_with_any_company() {
        let alike = |name: &str, upstream: &str, default: bool| {
            let stored = StoredArea {
                upstream_id: Uuid::nil(),
                upstream_version: 1,
                name: name.into(),
                description: String::new(),
                in_place: true,
            };
            area_alike(&stored, 1, area(upstream, "", default))
        };
        assert!(alike("Harbor Builders · Main", "Main", true));
        assert!(alike("Harbor · Sons · Main", "Main", true));
        assert!(!alike("Harbor Builders · Mine", "Main", true));
        assert!(!alike("Harbor Builders · Main", "Main", false));
        assert!(alike("Tower B", "Tower B", false));
        assert!(!alike("Tower B", "Tower B", true));
    }
}
