//! Which revision of a drawing is current: the newest published one; and which is on top: the newest of all.
//!
//! The order is `domain::revision`'s. It is stored with the drawing, so that a page of the log need not compute it.

use jiff::civil::Date;
use sluice_domain::revision::{Rank, Status, newest};
use sluice_domain::{DrawingId, ProjectId, RevisionId, SetId};

use super::log::touch;
use super::lots;
use crate::row::Arg;
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A revision of a drawing whose order is to be found out.
    pub struct Ranked {
        /// The drawing.
        pub drawing_id: DrawingId,
        /// What it says now.
        pub current_revision_id: Option<RevisionId>,
        /// What it says now.
        pub top_revision_id: Option<RevisionId>,
        /// A revision; null where it has none.
        pub revision_id: Option<RevisionId>,
        /// Its status.
        pub status: Option<Status>,
        /// Deleted upstream on its own.
        pub deleted_upstream: bool,
        /// What decides the order.
        pub manual_order: Option<i64>,
        /// What decides the order.
        pub drawing_date: Option<Date>,
        /// What decides the order.
        pub set_date: Option<Date>,
        /// What decides the order.
        pub received_date: Option<Date>,
        /// What decides the order.
        pub revision: Option<String>,
    }
}

/// A drawing whose current revision is another one now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The drawing.
    pub drawing: DrawingId,
    /// What was current.
    pub from: Option<RevisionId>,
    /// What is current.
    pub to: Option<RevisionId>,
}

/// Finds out anew which revision of these drawings is current and which is on top, and says that the log changed ([`touch`]). Answers the
/// drawings whose current revision is another one now.
///
/// A drawing that is inserted with its only revision can be inserted with both set; it need not be named here.
pub async fn refresh_current(tx: &mut Tx, project: ProjectId, drawings: &[DrawingId]) -> Result<Vec<Moved>> {
    let wrong = wrong(tx, project, drawings).await?;
    let moved = wrong.iter().filter(|wrong| wrong.current != wrong.said).map(|wrong| Moved {
        drawing: wrong.drawing,
        from: wrong.said,
        to: wrong.current,
    });
    let moved = moved.collect();
    let changed: Vec<Vec<Arg>> =
        wrong.iter().map(|wrong| args![project, wrong.drawing, wrong.current, wrong.top]).collect();
    tx.insert_many(
        "with fresh (project_id, drawing_id, current_id, top_id) as (",
        ") update drawing set current_revision_id = fresh.current_id, top_revision_id = fresh.top_id
             from fresh where drawing.id = fresh.drawing_id and drawing.project_id = fresh.project_id",
        changed,
    )
    .await?;
    touch(tx, project).await?;
    Ok(moved)
}

/// Those of these drawings that say the wrong revision is current, or on top.
pub async fn misplaced(
    db: &mut Session,
    project: ProjectId,
    drawings: &[DrawingId],
) -> Result<Vec<DrawingId>> {
    Ok(wrong(db, project, drawings).await?.into_iter().map(|wrong| wrong.drawing).collect())
}

/// A drawing that says something else than what is so.
struct Wrong {
    drawing: DrawingId,
    said: Option<RevisionId>,
    current: Option<RevisionId>,
    top: Option<RevisionId>,
}

async fn wrong(db: &mut Session, project: ProjectId, drawings: &[DrawingId]) -> Result<Vec<Wrong>> {
    let mut found = Vec::new();
    for lot in lots(drawings) {
        let mut args = args![project];
        args.extend(lot);
        let rows: Vec<Ranked> = db
            .all(
                sql!(
                    "select d.id as drawing_id, d.current_revision_id, d.top_revision_id, r.id as revision_id, r.status,
                            (r.deleted_upstream_at is not null) as deleted_upstream, r.manual_order,
                            r.drawing_date, s.set_date, r.received_date, r.revision
                       from drawing d
                       left join drawing_revision r on r.drawing_id = d.id and r.deleted_at is null
                       left join drawing_set s on s.id = r.set_id
                      where d.project_id = $1
                        and d.id in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                                     $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41,
                                     $42, $43, $44, $45, $46, $47, $48, $49, $50, $51)
                      order by d.id, r.created_at, r.id"
                ),
                args,
            )
            .await?;
        for of_drawing in rows.chunk_by(|a, b| a.drawing_id == b.drawing_id) {
            let Some(first) = of_drawing.first() else { continue };
            let (current, top) = order(of_drawing);
            if (current, top) != (first.current_revision_id, first.top_revision_id) {
                found.push(Wrong {
                    drawing: first.drawing_id,
                    said: first.current_revision_id,
                    current,
                    top,
                });
            }
        }
    }
    Ok(found)
}

/// The drawings whose order depends on the date of one of these sets: those with a sheet in it that has no date of its own.
pub async fn undated_in(db: &mut Session, project: ProjectId, sets: &[SetId]) -> Result<Vec<DrawingId>> {
    let rows: Vec<(DrawingId,)> = db
        .all_in(
            "select distinct drawing_id as value from drawing_revision where project_id = $1 and drawing_date is null and set_id",
            args![project],
            sets.iter().map(|set| Arg::from(*set)).collect(),
            "order by drawing_id",
        )
        .await?;
    Ok(rows.into_iter().map(|(drawing,)| drawing).collect())
}

/// The current one and the one on top. What was deleted upstream counts only where nothing else does: nobody's log is emptied from outside.
fn order(revisions: &[Ranked]) -> (Option<RevisionId>, Option<RevisionId>) {
    fn rank(row: &Ranked) -> Rank<'_> {
        Rank {
            manual: row.manual_order,
            drawing_date: row.drawing_date,
            set_date: row.set_date,
            received_date: row.received_date,
            revision: row.revision.as_deref().unwrap_or_default(),
        }
    }
    let newest_of = |rows: Vec<&Ranked>| {
        let standing: Vec<&Ranked> = rows.iter().copied().filter(|row| !row.deleted_upstream).collect();
        let rows = if standing.is_empty() { rows } else { standing };
        let ranks: Vec<_> = rows.iter().map(|row| rank(row)).collect();
        newest(&ranks).and_then(|place| rows.get(place)).and_then(|row| row.revision_id)
    };
    let published = revisions.iter().filter(|row| row.status == Some(Status::Published)).collect();
    (newest_of(published), newest_of(revisions.iter().filter(|row| row.revision_id.is_some()).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn revision(id: u128, status: Status, revision: &str) -> Ranked {
        Ranked {
            drawing_id: DrawingId(Uuid::nil()),
            current_revision_id: None,
            top_revision_id: None,
            revision_id: Some(RevisionId(Uuid::from_u128(id))),
            status: Some(status),
            deleted_upstream: false,
            manual_order: None,
            drawing_date: None,
            set_date: None,
            received_date: None,
            revision: Some(revision.to_owned()),
        }
    }

    fn places(current: u128, top: u128) -> (Option<RevisionId>, Option<RevisionId>) {
        let id = |n| Some(RevisionId(Uuid::from_u128(n)));
        (id(current), id(top))
    }

    #[test]
    fn an_unpublished_revision_is_on_top_but_not_current() {
        let rows = [
            revision(1, Status::Published, "A"),
            revision(2, Status::Published, "B"),
            revision(3, Status::Unpublished, "C"),
        ];
        assert_eq!(order(&rows), places(2, 3));
        assert_eq!(order(&[]), (None, None));
    }

    #[test]
    fn drf_07_a_revision_deleted_upstream_steps_back_unless_it_is_all_there_is() {
        let gone = |row: Ranked| Ranked { deleted_upstream: true, ..row };
        let older = revision(1, Status::Published, "A");
        assert_eq!(order(&[older.clone(), gone(revision(2, Status::Published, "B"))]), places(1, 1));
        let waiting = revision(3, Status::Unpublished, "C");
        assert_eq!(order(&[gone(older), waiting]), places(1, 3), "readers keep their sheet");
    }
}
