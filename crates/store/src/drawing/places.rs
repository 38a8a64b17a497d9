//! Areas, sets and disciplines of a project.

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::permission::{Act, Permit, act};
use sluice_domain::{AreaId, ConnectionId, DisciplineId, DrawingId, ProjectId, SetId};
use uuid::Uuid;

use super::lots;
use crate::row::Words;
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// An area.
    pub struct Area {
        /// Which.
        pub id: AreaId,
        /// In this project.
        pub project_id: ProjectId,
        /// Name.
        pub name: String,
        /// Description.
        pub description: String,
        /// Where sheets go when nobody says where.
        pub is_default: bool,
        /// Counts up with each change.
        pub version: i64,
        /// Where it came through a connection.
        pub connection_id: Option<ConnectionId>,
        /// Drawings in its log that the viewer may see.
        pub drawing_count: i64,
    }
}

/// The areas, own ones first. Connected ones in which nothing is published are shown to those who see unpublished drawings only.
pub async fn areas(db: &mut Session, project: ProjectId, unpublished: bool) -> Result<Vec<Area>> {
    db.all(
        sql!(
            "select a.id, a.project_id, a.name, a.description, a.is_default, a.version, a.connection_id,
                    count(d.id) as drawing_count
               from drawing_area a
               left join drawing d on d.area_id = a.id and d.deleted_at is null and (d.deleted_upstream_at is null or d.kept_in_log)
                and ($2 or d.current_revision_id is not null)
              where a.project_id = $1
              group by a.id
             having $2 or a.connection_id is null or count(d.id) > 0
              order by a.connection_id is not null, not a.is_default, lower(a.name), a.id"
        ),
        args![project, unpublished],
    )
    .await
}

/// One area.
pub async fn area(db: &mut Session, area: AreaId) -> Result<Option<Area>> {
    db.maybe(
        sql!(
            "select a.id, a.project_id, a.name, a.description, a.is_default, a.version, a.connection_id,
                    (select count(*) from drawing d where d.area_id = a.id and d.deleted_at is null) as drawing_count
               from drawing_area a where a.id = $1"
        ),
        args![area],
    )
    .await
}

/// The default area, added where it is absent.
pub async fn default_area<A: Act>(
    tx: &mut Tx,
    _permit: &Permit<A>,
    project: ProjectId,
    id: AreaId,
    name: &str,
) -> Result<AreaId> {
    tx.run(
        sql!(
            "insert into drawing_area (id, project_id, name, is_default)
             select $1, $2, $3, true
              where not exists (select 1 from drawing_area where project_id = $2 and is_default and connection_id is null)
             on conflict do nothing"
        ),
        args![id, project, name],
    )
    .await?;
    tx.value(
        sql!("select id as value from drawing_area where project_id = $1 and is_default and connection_id is null order by id limit 1"),
        args![project],
    )
    .await
}

/// Adds an area.
pub async fn insert_area(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    project: ProjectId,
    id: AreaId,
    name: &str,
    description: &str,
) -> Result<()> {
    tx.run(
        sql!("insert into drawing_area (id, project_id, name, description) values ($1, $2, $3, $4)"),
        args![id, project, name, description],
    )
    .await?;
    Ok(())
}

/// Renames an own area; answers its new version.
pub async fn update_area(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    id: AreaId,
    name: &str,
    description: &str,
) -> Result<i64> {
    tx.value(
        sql!(
            "update drawing_area set name = $2, description = $3, version = version + 1
              where id = $1 and connection_id is null returning version as value"
        ),
        args![id, name, description],
    )
    .await
}

record! {
    /// A set.
    pub struct Set {
        /// Which.
        pub id: SetId,
        /// In this project.
        pub project_id: ProjectId,
        /// Name.
        pub name: String,
        /// Date.
        pub set_date: Option<Date>,
        /// Where it came through a connection.
        pub connection_id: Option<ConnectionId>,
        /// Revisions in it that the viewer may see.
        pub revision_count: i64,
        /// Of these unpublished.
        pub unpublished_count: i64,
    }
}

/// The sets, newest first. Those who see published drawings only are not told of sets in which nothing is published.
pub async fn sets(db: &mut Session, project: ProjectId, unpublished: bool) -> Result<Vec<Set>> {
    db.all(
        sql!(
            "select s.id, s.project_id, s.name, s.set_date, s.connection_id, count(r.id) as revision_count,
                    count(r.id) filter (where r.status = 'unpublished') as unpublished_count
               from drawing_set s
               left join drawing_revision r on r.set_id = s.id and r.project_id = s.project_id and r.deleted_at is null
                and ($2 or r.status = 'published')
              where s.project_id = $1
              group by s.id
             having $2 or count(r.id) > 0
              order by coalesce(s.set_date, '') desc, s.created_at desc, s.id desc"
        ),
        args![project, unpublished],
    )
    .await
}

/// One set.
pub async fn set(db: &mut Session, set: SetId) -> Result<Option<Set>> {
    db.maybe(
        sql!(
            "select s.id, s.project_id, s.name, s.set_date, s.connection_id,
                    (select count(*) from drawing_revision r where r.project_id = s.project_id and r.set_id = s.id
                        and r.deleted_at is null) as revision_count,
                    (select count(*) from drawing_revision r where r.project_id = s.project_id and r.status = 'unpublished'
                        and r.set_id = s.id and r.deleted_at is null) as unpublished_count
               from drawing_set s where s.id = $1"
        ),
        args![set],
    )
    .await
}

/// The own set with this name and date, added where it is absent.
pub async fn find_or_add_set<A: Act>(
    tx: &mut Tx,
    _permit: &Permit<A>,
    project: ProjectId,
    id: SetId,
    name: &str,
    date: Date,
    now: Timestamp,
) -> Result<SetId> {
    tx.run(
        sql!(
            "insert into drawing_set (id, project_id, name, set_date, created_at) values ($1, $2, $3, $4, $5)
             on conflict (project_id, name, set_date) where connection_id is null do nothing"
        ),
        args![id, project, name, date, now],
    )
    .await?;
    tx.value(
        sql!("select id as value from drawing_set where project_id = $1 and name = $2 and set_date = $3 and connection_id is null"),
        args![project, name, date],
    )
    .await
}

/// Renames or redates an own set; answers its new version.
pub async fn update_set(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    id: SetId,
    name: &str,
    date: Option<Date>,
) -> Result<i64> {
    tx.value(
        sql!(
            "update drawing_set set name = $2, set_date = $3, version = version + 1
              where id = $1 and connection_id is null returning version as value"
        ),
        args![id, name, date],
    )
    .await
}

record! {
    /// A discipline.
    pub struct Discipline {
        /// Which.
        pub id: DisciplineId,
        /// Name.
        pub name: String,
        /// Place in the order.
        pub position: i64,
        /// Prefixes of sheet numbers.
        pub abbreviations: Words,
        /// Where it came through a connection.
        pub connection_id: Option<ConnectionId>,
    }
}

/// The disciplines, in order; of two with one place the project's own comes first.
pub async fn disciplines(db: &mut Session, project: ProjectId) -> Result<Vec<Discipline>> {
    db.all(
        sql!(
            "select id, name, position, abbreviations, connection_id from discipline where project_id = $1
               order by position, connection_id is not null, name"
        ),
        args![project],
    )
    .await
}

/// Adds the disciplines of the standard list that the project does not have by name; one that a connection added gets the prefixes it lacks.
pub async fn add_disciplines(
    tx: &mut Tx,
    project: ProjectId,
    list: Vec<(DisciplineId, &'static str, i64, String)>,
) -> Result<()> {
    tx.insert_many(
        "insert into discipline (id, project_id, name, position, abbreviations)",
        "on conflict (project_id, name) do update set abbreviations = excluded.abbreviations
          where discipline.connection_id is not null and discipline.abbreviations = ''",
        list.into_iter()
            .map(|(id, name, position, abbreviations)| args![id, project, name, position, abbreviations])
            .collect(),
    )
    .await?;
    Ok(())
}

/// In which project a discipline is.
pub async fn project_of_discipline(db: &mut Session, id: DisciplineId) -> Result<Option<ProjectId>> {
    let rows: Vec<(ProjectId,)> =
        db.all(sql!("select project_id as value from discipline where id = $1"), args![id]).await?;
    Ok(rows.first().map(|(project,)| *project))
}

/// Writes name and place of an own discipline; answers its new version.
pub async fn update_discipline(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    id: DisciplineId,
    name: &str,
    position: i64,
) -> Result<i64> {
    tx.value(
        sql!(
            "update discipline set name = $2, position = $3, version = version + 1
              where id = $1 and connection_id is null returning version as value"
        ),
        args![id, name, position],
    )
    .await
}

record! {
    /// A drawing whose discipline is called differently now.
    pub struct Renamed {
        /// Which.
        pub id: DrawingId,
        /// Its version now.
        pub version: i64,
    }
}

/// Counts up the versions of the drawings of a discipline that connected projects know: its name is one of their fields.
pub async fn follow_discipline(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    project: ProjectId,
    id: DisciplineId,
) -> Result<Vec<Renamed>> {
    tx.all(
        sql!(
            "update drawing set version = version + 1
              where project_id = $1 and discipline_id = $2 and connection_id is null
                and exists (select 1 from feed f where f.project_id = $1 and f.kind = 'drawing' and f.record_id = drawing.id)
             returning id, version"
        ),
        args![project, id],
    )
    .await
}

record! {
    /// An own area or set, or a discipline, that something published stands in, and that the feed does not know yet.
    pub struct Holder {
        /// Which.
        pub id: Uuid,
        /// Its version.
        pub version: i64,
    }
}

/// Those of these areas that are own ones and not in the feed yet.
pub async fn unoffered_areas(db: &mut Session, project: ProjectId, ids: &[AreaId]) -> Result<Vec<Holder>> {
    let mut holders = Vec::new();
    for lot in lots(ids) {
        let mut args = args![project];
        args.extend(lot);
        let rows: Vec<Holder> = db
            .all(
                sql!(
                    "select a.id, a.version from drawing_area a
                      where a.project_id = $1 and a.connection_id is null
                        and a.id in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                                 $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44,
                                 $45, $46, $47, $48, $49, $50, $51)
                        and not exists (select 1 from feed f
                                         where f.project_id = $1 and f.kind = 'area' and f.record_id = a.id)
                      order by a.id"
                ),
                args,
            )
            .await?;
        holders.extend(rows);
    }
    Ok(holders)
}

/// Those of these sets that are own ones and not in the feed yet.
pub async fn unoffered_sets(db: &mut Session, project: ProjectId, ids: &[SetId]) -> Result<Vec<Holder>> {
    let mut holders = Vec::new();
    for lot in lots(ids) {
        let mut args = args![project];
        args.extend(lot);
        let rows: Vec<Holder> = db
            .all(
                sql!(
                    "select s.id, s.version from drawing_set s
                      where s.project_id = $1 and s.connection_id is null
                        and s.id in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                                 $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44,
                                 $45, $46, $47, $48, $49, $50, $51)
                        and not exists (select 1 from feed f
                                         where f.project_id = $1 and f.kind = 'set' and f.record_id = s.id)
                      order by s.id"
                ),
                args,
            )
            .await?;
        holders.extend(rows);
    }
    Ok(holders)
}

/// Those of these disciplines that are not in the feed yet.
pub async fn unoffered_disciplines(
    db: &mut Session,
    project: ProjectId,
    ids: &[DisciplineId],
) -> Result<Vec<Holder>> {
    let mut holders = Vec::new();
    for lot in lots(ids) {
        let mut args = args![project];
        args.extend(lot);
        let rows: Vec<Holder> = db
            .all(
                sql!(
                    "select i.id, i.version from discipline i
                      where i.project_id = $1
                        and i.id in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                                 $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44,
                                 $45, $46, $47, $48, $49, $50, $51)
                        and not exists (select 1 from feed f
                                         where f.project_id = $1 and f.kind = 'discipline' and f.record_id = i.id)
                      order by i.id"
                ),
                args,
            )
            .await?;
        holders.extend(rows);
    }
    Ok(holders)
}
