//! What people draw over sheets (`VIEW-04`): rows of `drawing_markup`. Who sees one stands in the statements that read: its author, and of a
//! published one whoever may see the revision it was made on.

use jiff::Timestamp;
use sluice_domain::markup::{Colour, Kind, Points, Shape};
use sluice_domain::permission::{Permit, act};
use sluice_domain::revision::Status;
use sluice_domain::{DrawingId, MarkupId, PersonId, ProjectId, RevisionId};

use crate::row::Arg;
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A markup.
    pub struct Markup {
        /// Which.
        pub id: MarkupId,
        /// Over this drawing.
        pub drawing_id: DrawingId,
        /// Made on this revision …
        pub revision_id: RevisionId,
        /// … of this text.
        pub revision: String,
        /// Status of that revision now.
        pub revision_status: Status,
        /// How it looks.
        pub kind: Kind,
        /// What it is drawn in.
        pub colour: Colour,
        /// Width of its line, or height of its letters, in points.
        pub size: f64,
        /// Where it goes.
        pub points: Points,
        /// What it says.
        pub text: Option<String>,
        /// Who made it.
        pub created_by: PersonId,
        /// By name.
        pub created_by_name: String,
        /// When.
        pub created_at: Timestamp,
        /// Since when everybody sees it.
        pub published_at: Option<Timestamp>,
        /// Counts up with each change.
        pub version: i64,
    }
}

/// The markups over a drawing that one person sees, in the order in which they were made, after one of them. `unpublished`: also those made on
/// revisions that only Drawings Admins see.
pub async fn seen_by(
    db: &mut Session,
    project: ProjectId,
    drawing: DrawingId,
    person: PersonId,
    unpublished: bool,
    after: MarkupId,
    limit: i64,
) -> Result<Vec<Markup>> {
    db.all(
        sql!(
            "select m.id, m.drawing_id, m.revision_id, r.revision, r.status as revision_status, m.kind, m.colour, m.size, m.points, m.text,
                    m.created_by, p.name as created_by_name, m.created_at, m.published_at, m.version
               from drawing_markup m
               join drawing_revision r on r.id = m.revision_id
               join person p on p.id = m.created_by
              where m.project_id = $1 and m.drawing_id = $2
                and (m.created_by = $3 or (m.published_at is not null and ($4 or r.status = 'published')))
                and m.id > $5
              order by m.id limit $6"
        ),
        args![project, drawing, person, unpublished, after, limit],
    )
    .await
}

/// One markup, whoever may see it.
pub async fn get(db: &mut Session, markup: MarkupId) -> Result<Option<Markup>> {
    db.maybe(
        sql!(
            "select m.id, m.drawing_id, m.revision_id, r.revision, r.status as revision_status, m.kind, m.colour, m.size, m.points, m.text,
                    m.created_by, p.name as created_by_name, m.created_at, m.published_at, m.version
               from drawing_markup m
               join drawing_revision r on r.id = m.revision_id
               join person p on p.id = m.created_by
              where m.id = $1"
        ),
        args![markup],
    )
    .await
}

record! {
    /// How many markups there are over a drawing.
    pub struct Count {
        /// One person's own that are not published.
        pub personal: i64,
        /// Published ones, of everybody.
        pub published: i64,
    }
}

/// How many there are, for their bounds.
pub async fn count(
    db: &mut Session,
    project: ProjectId,
    drawing: DrawingId,
    person: PersonId,
) -> Result<Count> {
    db.one(
        sql!(
            "select (select count(*) from drawing_markup m where m.project_id = $1 and m.drawing_id = $2 and m.created_by = $3
                        and m.published_at is null) as personal,
                    (select count(*) from drawing_markup m where m.project_id = $1 and m.drawing_id = $2
                        and m.published_at is not null) as published"
        ),
        args![project, drawing, person],
    )
    .await
}

/// Where a markup is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Over {
    /// In this project …
    pub project: ProjectId,
    /// … over this drawing …
    pub drawing: DrawingId,
    /// … on this revision of it.
    pub revision: RevisionId,
}

/// Makes a personal markup.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<act::MarkUp>,
    id: MarkupId,
    over: Over,
    shape: &Shape,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "insert into drawing_markup (id, project_id, drawing_id, revision_id, kind, colour, size, points, text, created_by, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            id,
            over.project,
            over.drawing,
            over.revision,
            shape.kind(),
            shape.colour(),
            shape.size(),
            shape.points(),
            shape.text().map(ToOwned::to_owned),
            permit.person(),
            now
        ],
    )
    .await?;
    Ok(())
}

/// Draws an own markup anew that still has the version seen; answers the new one.
pub async fn update(
    tx: &mut Tx,
    permit: &Permit<act::MarkUp>,
    id: MarkupId,
    seen: i64,
    shape: &Shape,
) -> Result<Option<i64>> {
    let rows: Vec<(i64,)> = tx
        .all(
            sql!(
                "update drawing_markup set colour = $4, size = $5, points = $6, text = $7, version = version + 1
                  where id = $1 and created_by = $2 and version = $3
                 returning version as value"
            ),
            args![
                id,
                permit.person(),
                seen,
                shape.colour(),
                shape.size(),
                shape.points(),
                shape.text().map(ToOwned::to_owned)
            ],
        )
        .await?;
    Ok(rows.first().map(|(version,)| *version))
}

/// Removes an own markup.
pub async fn delete_own(tx: &mut Tx, permit: &Permit<act::MarkUp>, id: MarkupId) -> Result<()> {
    tx.run(sql!("delete from drawing_markup where id = $1 and created_by = $2"), args![id, permit.person()])
        .await?;
    Ok(())
}

/// Removes a published markup of somebody else's.
pub async fn delete_published(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    project: ProjectId,
    id: MarkupId,
) -> Result<()> {
    tx.run(
        sql!("delete from drawing_markup where project_id = $1 and id = $2 and published_at is not null"),
        args![project, id],
    )
    .await?;
    Ok(())
}

/// Publishes one's own personal markups over a drawing, those named or all; answers how many.
pub async fn publish(
    tx: &mut Tx,
    permit: &Permit<act::PublishMarkups>,
    project: ProjectId,
    drawing: DrawingId,
    named: Option<&[MarkupId]>,
    now: Timestamp,
) -> Result<u64> {
    let args = args![project, drawing, permit.person(), now];
    match named {
        None => {
            tx.run(
                sql!(
                    "update drawing_markup set published_at = $4, version = version + 1
                      where project_id = $1 and drawing_id = $2 and created_by = $3 and published_at is null"
                ),
                args,
            )
            .await
        }
        Some(named) => {
            tx.run_in(
                "update drawing_markup set published_at = $4, version = version + 1
                  where project_id = $1 and drawing_id = $2 and created_by = $3 and published_at is null and id",
                args,
                named.iter().map(|id| Arg::from(*id)).collect(),
            )
            .await
        }
    }
}

record! {
    /// A drawing that a callout may link to.
    pub struct Linkable {
        /// Which.
        pub id: DrawingId,
        /// Its number.
        pub number: String,
        /// Its title.
        pub title: String,
        /// In this area.
        pub area_id: sluice_domain::AreaId,
        /// Where it came through a connection.
        pub connection_id: Option<sluice_domain::ConnectionId>,
    }
}

/// The drawings of a project that have a current revision: published, in the log, and not obsolete, neither upstream nor here (`VIEW-05`).
pub async fn linkable(db: &mut Session, project: ProjectId) -> Result<Vec<Linkable>> {
    db.all(
        sql!(
            "select d.id, d.number, d.title, d.area_id, d.connection_id from drawing d
              where d.project_id = $1 and d.current_revision_id is not null and not d.obsolete and d.deleted_at is null
                and (d.deleted_upstream_at is null or d.kept_in_log)
                and not exists (select 1 from drawing_obsolete_here h where h.drawing_id = d.id)
              order by d.number, d.id"
        ),
        args![project],
    )
    .await
}
