//! Taking drawings back that came through a connection, and publishing those that waited until that is no longer possible (`UND-02`).

use jiff::Timestamp;
use sluice_domain::DrawingId;

use super::Delivering;
use crate::{Result, Sha256, Tx, args, drawing, reference, sql};

/// Removes the drawings that came through a connection, with the areas, sets and disciplines it made, and the company's references to their
/// bytes. What is local stays: a discipline in which own drawings stand by now becomes an own one.
pub async fn take_back(tx: &mut Tx, proof: &Delivering) -> Result<()> {
    let row = proof.connection();
    let (connection, project) = (row.id, row.downstream_project_id);
    let hashes: Vec<(Sha256,)> = tx
        .all(
            sql!("select distinct sha256 as value from drawing_revision where connection_id = $1 order by sha256"),
            args![connection],
        )
        .await?;
    tx.run(
        sql!(
            "delete from drawing_event where project_id = $1
                and drawing_id in (select id from drawing where connection_id = $2)"
        ),
        args![project, connection],
    )
    .await?;
    for statement in [
        // None where all is well: whoever draws over a copy ends the time in which this can be done.
        sql!("delete from drawing_markup where drawing_id in (select id from drawing where connection_id = $1)"),
        sql!("delete from drawing_revision where connection_id = $1"),
        sql!("delete from drawing where connection_id = $1"),
        sql!("delete from drawing_area where connection_id = $1"),
        sql!("delete from drawing_set where connection_id = $1"),
        sql!(
            "delete from discipline where connection_id = $1
                and not exists (select 1 from drawing d where d.project_id = discipline.project_id and d.discipline_id = discipline.id)
                and not exists (select 1 from sheet s where s.project_id = discipline.project_id and s.discipline_id = discipline.id)"
        ),
        sql!("update discipline set connection_id = null, upstream_id = null, upstream_version = null, version = version + 1 where connection_id = $1"),
    ] {
        tx.run(statement, args![connection]).await?;
    }
    let hashes: Vec<Sha256> = hashes.into_iter().map(|(hash,)| hash).collect();
    reference::release(tx, row.downstream_company_id, &hashes).await?;
    drawing::touch(tx, project).await
}

/// Copies that landed to be published had to wait until their connection can no longer be undone: publishes them now, unless the project has
/// come to want a review. Answers how many were published.
pub async fn publish_waiting(
    tx: &mut Tx,
    proof: &Delivering,
    publish: bool,
    now: Timestamp,
) -> Result<usize> {
    let row = proof.connection();
    let mut published: Vec<(DrawingId,)> = vec![];
    if publish {
        published = tx
            .all(
                sql!(
                    "update drawing_revision set status = 'published', published_at = $2, version = version + 1
                      where connection_id = $1 and publish_when_settled and status = 'unpublished'
                        and exists (select 1 from drawing d where d.id = drawing_revision.drawing_id
                                       and (d.deleted_upstream_at is null or d.kept_in_log))
                     returning drawing_id as value"
                ),
                args![row.id, now],
            )
            .await?;
    }
    tx.run(
        sql!(
            "update drawing_revision set publish_when_settled = false where connection_id = $1 and publish_when_settled"
        ),
        args![row.id],
    )
    .await?;
    if !published.is_empty() {
        let mut touched: Vec<DrawingId> = published.iter().map(|(drawing,)| *drawing).collect();
        touched.sort_unstable();
        touched.dedup();
        drawing::refresh_current(tx, row.downstream_project_id, &touched).await?;
    }
    Ok(published.len())
}
