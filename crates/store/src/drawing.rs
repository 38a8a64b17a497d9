//! Drawings and their revisions, as a person is shown them. Areas, sets and disciplines stand in [`places`], which revision is current in
//! [`current`], changes in [`change`] and, of single revisions, in [`revise`], the search in [`search`], what a
//! project says of copies in [`here`], history in [`log`], what people draw over sheets in [`markup`].

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::revision::Status;
use sluice_domain::{AreaId, CompanyId, ConnectionId, DisciplineId, DrawingId, ProjectId, RevisionId, SetId};
use uuid::Uuid;

use crate::row::{Arg, Record, Row};
use crate::{Result, Session, Sha256, args, record, sql};

pub mod bulk;
pub mod change;
pub mod current;
pub mod download;
pub mod here;
pub mod log;
pub mod markup;
pub mod places;
pub mod revise;
pub mod search;

pub use current::{Moved, refresh_current};
pub use log::touch;

record! {
    /// A drawing.
    pub struct Drawing {
        /// Which.
        pub id: DrawingId,
        /// In this project.
        pub project_id: ProjectId,
        /// Number as printed.
        pub number: String,
        /// What it is sorted by.
        pub sort_key: String,
        /// Title.
        pub title: String,
        /// No longer to be built from.
        pub obsolete: bool,
        /// Counts up with each change.
        pub version: i64,
        /// In the recycle bin.
        pub deleted_at: Option<Timestamp>,
        /// Area.
        pub area_id: AreaId,
        /// By name.
        pub area_name: String,
        /// Where the area came through a connection.
        pub area_connection_id: Option<ConnectionId>,
        /// Discipline.
        pub discipline_id: DisciplineId,
        /// By name.
        pub discipline_name: String,
        /// Its place in the order.
        pub discipline_position: i64,
        /// Where the drawing came through a connection.
        pub connection_id: Option<ConnectionId>,
        /// Origin: company, by the name it arrived under (`PPL-17`).
        pub origin_company: Option<String>,
        /// Origin: project.
        pub origin_project: Option<String>,
        /// When its connection ended.
        pub connection_ended_at: Option<Timestamp>,
        /// When it arrived.
        pub arrived_at: Option<Timestamp>,
        /// Origin: the record upstream.
        pub upstream_id: Option<Uuid>,
        /// Origin: version.
        pub upstream_version: Option<i64>,
        /// When it was deleted upstream.
        pub deleted_upstream_at: Option<Timestamp>,
        /// Kept in the log all the same (`DRF-07`).
        pub kept_in_log: bool,
        /// When a copy was marked obsolete here (`DRF-08`).
        pub obsolete_here_at: Option<Timestamp>,
        /// By whom.
        pub obsolete_here_by_name: Option<String>,
        /// The own drawing that replaces it.
        pub replaced_by_id: Option<DrawingId>,
        /// Its number.
        pub replaced_by_number: Option<String>,
        /// Its newest published revision.
        pub replaced_by_current_id: Option<RevisionId>,
        /// When it was put into the recycle bin.
        pub replaced_by_deleted_at: Option<Timestamp>,
        /// Newest published revision.
        pub current_revision_id: Option<RevisionId>,
        /// Its text.
        pub current_revision: Option<String>,
        /// Newest revision of all.
        pub top_revision_id: Option<RevisionId>,
        /// When the newest revision was published upstream, where it is not published here (`DRF-04`).
        pub newer_published_at: Option<Timestamp>,
    }
}

impl Drawing {
    /// Whether it is out of the log: in the recycle bin, or deleted upstream and not kept.
    pub fn is_gone(&self) -> bool {
        self.deleted_at.is_some() || (self.deleted_upstream_at.is_some() && !self.kept_in_log)
    }
}

record! {
    /// A revision of a drawing.
    pub struct Revision {
        /// Which.
        pub revision_id: RevisionId,
        /// As printed.
        pub revision: String,
        /// Counts up with each change.
        pub revision_version: i64,
        /// Date on the sheet.
        pub drawing_date: Option<Date>,
        /// Date it came in.
        pub received_date: Option<Date>,
        /// Place in the order that a person gave it; higher is newer.
        pub manual_order: Option<i64>,
        /// In this set.
        pub set_id: SetId,
        /// By name.
        pub set_name: String,
        /// Date of the set.
        pub set_date: Option<Date>,
        /// Unpublished or published.
        pub status: Status,
        /// When it was published here.
        pub published_at: Option<Timestamp>,
        /// By whom.
        pub published_by_name: Option<String>,
        /// One-page PDF.
        pub sha256: Sha256,
        /// Its length.
        pub byte_count: i64,
        /// Name of the file it came in.
        pub file_name: String,
        /// Page in that file.
        pub page: i64,
        /// When it was confirmed, or arrived.
        pub revision_created_at: Timestamp,
        /// When it arrived through a connection.
        pub revision_arrived_at: Option<Timestamp>,
        /// Origin: the record upstream.
        pub revision_upstream_id: Option<Uuid>,
        /// Origin: version.
        pub revision_upstream_version: Option<i64>,
        /// When it was published upstream.
        pub upstream_published_at: Option<Timestamp>,
        /// When it was deleted upstream, on its own.
        pub revision_deleted_upstream_at: Option<Timestamp>,
        /// Taken out of its drawing.
        pub revision_deleted_at: Option<Timestamp>,
        /// Paper width in points.
        pub width_pt: Option<f64>,
        /// Paper height in points.
        pub height_pt: Option<f64>,
        /// Full picture, pixels.
        pub pixel_width: Option<i64>,
        /// Full picture, pixels.
        pub pixel_height: Option<i64>,
        /// Side of a tile, pixels.
        pub tile_size: Option<i64>,
        /// Levels of the picture.
        pub level_count: Option<i64>,
    }
}

/// A drawing with one of its revisions.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The drawing.
    pub drawing: Drawing,
    /// The revision.
    pub revision: Revision,
}

impl Record for Shown {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self { drawing: Drawing::read(row)?, revision: Revision::read(row)? })
    }
}

/// What of the log is asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Unpublished revisions too: Drawings Admins only.
    pub unpublished: bool,
    /// The newest revision in this set instead of the newest of all.
    pub set: Option<SetId>,
    /// Of this discipline.
    pub discipline: Option<DisciplineId>,
    /// Of this area.
    pub area: Option<AreaId>,
    /// The revision shown has this status.
    pub status: Option<Status>,
    /// Came through a connection.
    pub external: Option<bool>,
    /// Obsolete, by its own mark or by one of this project.
    pub obsolete: Option<bool>,
    /// Marked obsolete or replaced here (`DRF-08`).
    pub obsolete_here: Option<bool>,
    /// The *Deleted* report instead of the log.
    pub deleted: bool,
    /// Part of number or title.
    pub text: Option<String>,
}

/// A place in the log: everything after it comes next.
#[derive(Debug, Clone, Default)]
pub struct After {
    /// Sort key of the last drawing seen; empty at the beginning.
    pub sort_key: String,
    /// Its id.
    pub id: Uuid,
}

/// Part of a text as a `like` pattern, its own wildcards escaped with `!`. Which letters beyond ASCII a database takes for the same depends on
/// the database: the pattern has them small, or as capitals, and whoever searches asks for both.
fn pattern(text: &str, capitals: bool) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        if capitals && !c.is_ascii() {
            pattern.extend(c.to_uppercase());
        } else {
            pattern.push(c);
        }
    }
    pattern.push('%');
    pattern
}

/// A page of the log, by number.
pub async fn list(
    db: &mut Session,
    project: ProjectId,
    filter: &Filter,
    after: &After,
    limit: i64,
) -> Result<Vec<Shown>> {
    db.all(
        sql!(
            "select v.* from drawing_shown v
              where v.project_id = $1
                and v.revision_id = case
                    when cast($3 as uuid) is not null then
                      (select x.id from drawing_revision x
                        where x.drawing_id = v.id and x.set_id = $3 and x.deleted_at is null and ($2 or x.status = 'published')
                        order by x.deleted_upstream_at is not null, coalesce(x.drawing_date, '') desc, x.created_at desc, x.id desc limit 1)
                    when $2 then v.top_revision_id
                    else v.current_revision_id end
                and case when $10
                    then (v.deleted_at is not null or (v.deleted_upstream_at is not null and not v.kept_in_log))
                         and ($2 or v.connection_id is not null)
                    else v.deleted_at is null and (v.deleted_upstream_at is null or v.kept_in_log) end
                and (cast($4 as uuid) is null or v.discipline_id = $4)
                and (cast($5 as uuid) is null or v.area_id = $5)
                and (cast($6 as text) is null or v.status = $6)
                and (cast($7 as boolean) is null or (v.connection_id is not null) = $7)
                and (cast($8 as boolean) is null or (v.obsolete or v.obsolete_here_at is not null) = $8)
                and (cast($14 as boolean) is null or (v.obsolete_here_at is not null) = $14)
                and (cast($9 as text) is null or lower(v.number) like $9 escape '!' or lower(v.title) like $9 escape '!'
                     or lower(v.number) like $15 escape '!' or lower(v.title) like $15 escape '!')
                and (v.sort_key, v.id) > ($11, $12)
              order by v.sort_key, v.id limit $13"
        ),
        args![
            project,
            filter.unpublished,
            filter.set,
            filter.discipline,
            filter.area,
            filter.status,
            filter.external,
            filter.obsolete,
            filter.text.as_deref().map(|text| pattern(text, false)),
            filter.deleted,
            after.sort_key.clone(),
            after.id,
            limit,
            filter.obsolete_here,
            filter.text.as_deref().map(|text| pattern(text, true))
        ],
    )
    .await
}

/// A drawing with its newest revision that may be seen.
pub async fn get(db: &mut Session, drawing: DrawingId, unpublished: bool) -> Result<Option<Shown>> {
    db.maybe(
        sql!(
            "select v.* from drawing_shown v
              where v.id = $1 and v.revision_id = case when $2 then v.top_revision_id else v.current_revision_id end"
        ),
        args![drawing, unpublished],
    )
    .await
}

/// In which project a drawing is.
pub async fn project_of(db: &mut Session, drawing: DrawingId) -> Result<Option<ProjectId>> {
    let rows: Vec<(ProjectId,)> =
        db.all(sql!("select project_id as value from drawing where id = $1"), args![drawing]).await?;
    Ok(rows.first().map(|(project,)| *project))
}

/// The revisions of a drawing, as they were confirmed or arrived; to those who see unpublished ones, also those that were taken out.
pub async fn revisions(db: &mut Session, drawing: DrawingId, unpublished: bool) -> Result<Vec<Revision>> {
    db.all(
        sql!(
            "select v.* from drawing_shown v
              where v.id = $1 and ($2 or (v.status = 'published' and v.revision_deleted_at is null))
              order by v.revision_created_at, v.revision_id"
        ),
        args![drawing, unpublished],
    )
    .await
}

/// A revision with its drawing.
pub async fn revision(db: &mut Session, revision: RevisionId) -> Result<Option<Shown>> {
    db.maybe(
        sql!("select v.* from drawing_shown v where v.revision_id = $1 and v.revision_deleted_at is null"),
        args![revision],
    )
    .await
}

record! {
    /// Where a revision's files are, and what decides who may read them.
    pub struct FilePlace {
        /// In this project …
        pub project_id: ProjectId,
        /// … of this company.
        pub company_id: CompanyId,
        /// Unpublished or published.
        pub status: Status,
        /// One-page PDF.
        pub sha256: Sha256,
        /// Its length.
        pub byte_count: i64,
        /// Number of the drawing.
        pub number: String,
        /// Title of the drawing.
        pub title: String,
        /// As printed.
        pub revision: String,
        /// In the recycle bin.
        pub deleted_at: Option<Timestamp>,
        /// Where it came through a connection.
        pub connection_id: Option<ConnectionId>,
        /// Whether its stored file is known to be damaged.
        pub damaged: bool,
    }
}

/// Where a revision's files are.
pub async fn file_place(db: &mut Session, revision: RevisionId) -> Result<Option<FilePlace>> {
    db.maybe(
        sql!(
            "select r.project_id, p.company_id, r.status, r.sha256, r.byte_count, d.number, d.title, r.revision, d.deleted_at,
                    d.connection_id, (b.damaged_at is not null) as damaged
               from drawing_revision r
               join drawing d on d.id = r.drawing_id
               join project p on p.id = r.project_id
               join blob b on b.sha256 = r.sha256
              where r.id = $1 and r.deleted_at is null"
        ),
        args![revision],
    )
    .await
}

record! {
    /// A drawing beside another in the log.
    pub struct Neighbour {
        /// Which.
        pub id: DrawingId,
        /// Its number.
        pub number: String,
    }
}

/// The drawing before another in the log.
pub async fn previous(db: &mut Session, drawing: &Drawing, unpublished: bool) -> Result<Option<Neighbour>> {
    db.maybe(
        sql!(
            "select id, number from drawing
              where project_id = $1 and (sort_key, id) < ($2, $3) and deleted_at is null
                and (deleted_upstream_at is null or kept_in_log)
                and case when $4 then top_revision_id is not null else current_revision_id is not null end
              order by sort_key desc, id desc limit 1"
        ),
        args![drawing.project_id, &drawing.sort_key, drawing.id, unpublished],
    )
    .await
}

/// The drawing after another in the log.
pub async fn next(db: &mut Session, drawing: &Drawing, unpublished: bool) -> Result<Option<Neighbour>> {
    db.maybe(
        sql!(
            "select id, number from drawing
              where project_id = $1 and (sort_key, id) > ($2, $3) and deleted_at is null
                and (deleted_upstream_at is null or kept_in_log)
                and case when $4 then top_revision_id is not null else current_revision_id is not null end
              order by sort_key, id limit 1"
        ),
        args![drawing.project_id, &drawing.sort_key, drawing.id, unpublished],
    )
    .await
}

/// How many ids stand in one `in (…)`; the last one fills up what is over.
pub(crate) const IDS: usize = 50;

/// Ids in lots of [`IDS`], each as the arguments of one statement behind those given.
pub(crate) fn lots<T: Copy + Into<Uuid>>(ids: &[T]) -> impl Iterator<Item = Vec<Arg>> {
    ids.chunks(IDS).map(|lot| {
        let last = lot.last().copied();
        lot.iter().copied().chain(last.into_iter().cycle()).take(IDS).map(|id| Arg::from(id.into())).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_a_search_are_only_characters() {
        assert_eq!(pattern("A_1 100%!", false), "%a!_1 100!%!!%");
    }

    #[test]
    fn letters_beyond_ascii_are_small_or_capitals() {
        assert_eq!((pattern("Été 1", false), pattern("Été 1", true)), ("%été 1%".into(), "%ÉtÉ 1%".into()));
    }

    #[test]
    fn lots_are_always_full() {
        let ids: Vec<DrawingId> = (0..51).map(|n| DrawingId(Uuid::from_u128(n))).collect();
        let lots: Vec<_> = lots(&ids).collect();
        assert_eq!(lots.iter().map(Vec::len).collect::<Vec<_>>(), [IDS, IDS]);
    }
}
