//! What a project says of copies, beside what upstream says (`DRF-08`): obsolete here, or replaced by an own drawing.

use jiff::Timestamp;
use sluice_domain::permission::{Permit, act};
use sluice_domain::{DrawingId, ProjectId};

use crate::{Result, Tx, args, sql};

/// Marks a copy; what it was marked with before counts no longer.
pub async fn mark_obsolete(
    tx: &mut Tx,
    permit: &Permit<act::EditDrawings>,
    project: ProjectId,
    drawing: DrawingId,
    replaced_by: Option<DrawingId>,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "insert into drawing_obsolete_here (drawing_id, project_id, replaced_by_id, marked_by, marked_at) values ($1, $2, $3, $4, $5)
             on conflict (drawing_id) do update set replaced_by_id = excluded.replaced_by_id, marked_by = excluded.marked_by,
                marked_at = excluded.marked_at"
        ),
        args![drawing, project, replaced_by, permit.person(), now],
    )
    .await?;
    count_up(tx, project, drawing).await
}

/// Takes the mark off.
pub async fn unmark_obsolete(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    project: ProjectId,
    drawing: DrawingId,
) -> Result<()> {
    tx.run(
        sql!("delete from drawing_obsolete_here where project_id = $1 and drawing_id = $2"),
        args![project, drawing],
    )
    .await?;
    count_up(tx, project, drawing).await
}

async fn count_up(tx: &mut Tx, project: ProjectId, drawing: DrawingId) -> Result<()> {
    tx.run(
        sql!("update drawing set version = version + 1 where project_id = $1 and id = $2"),
        args![project, drawing],
    )
    .await?;
    Ok(())
}
