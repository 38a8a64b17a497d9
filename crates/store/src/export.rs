//! Everything of one company, table by table, as its export writes it out (`PPL-12`).
//!
//! Each statement names the company or one of its projects and answers nothing beyond them; of the other side of a connection only what the
//! connection shows. A test compares the tables named here with those of the database, so that none is forgotten.

mod cell;
mod lists;

use uuid::Uuid;

use crate::row::{Column, Row};
use crate::{Result, Session, args, sql};

pub use cell::{Cell, Form};
pub use lists::{
    KeptFile, ListedConnection, ListedRevision, ProjectRow, RevisionFile, Size, company_name, connections,
    kept_files, listed, projects, revision_files, size,
};

/// A kind of record: what its file is called, its columns, and how it is read: `$1` the company or project, `$2` the id after which a page
/// begins, `$3` the most rows of a page. The first column is the id that pages go by.
#[derive(Debug)]
pub struct Table {
    /// Name of its files, without ending.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [(&'static str, Form)],
    sql: &'static str,
}

macro_rules! table {
    ($(#[$doc:meta])* $const:ident $name:literal $($column:ident $form:ident),*; $sql:expr) => {
        $(#[$doc])*
        const $const: Table = Table { name: $name, columns: &[$((stringify!($column), Form::$form)),*], sql: $sql };
    };
}

/// Rows of a page.
pub const PAGE: i64 = 1_000;

/// A page of a table: its rows, and the id to go on after.
pub async fn page(
    db: &mut Session,
    table: &Table,
    scope: Uuid,
    after: Uuid,
) -> Result<(Vec<Vec<Cell>>, Option<Uuid>)> {
    let key = table.columns.first().map_or("id", |(name, _)| name);
    let mut last = None;
    let read = |row: &Row<'_>| {
        last = Uuid::take(row, key)?;
        table.columns.iter().map(|(name, form)| Cell::read(row, name, *form)).collect()
    };
    let rows: Vec<Vec<Cell>> = db.each(table.sql, args![scope, after, PAGE], read).await?;
    let more = i64::try_from(rows.len()).unwrap_or_default() == PAGE;
    Ok((rows, last.filter(|_| more)))
}

table! {
    /// The company.
    COMPANY "company"
        id Id, name Text, approval Text, created_at Instant;
    sql!(
        "select id, name, approval, created_at from company where id = $1 and id > $2 limit $3"
    )
}

table! {
    /// Its directory.
    PEOPLE "people"
        id Id, name Text, email Text, service Yes, employee Yes, company_admin Yes, status Text, represents Text, created_at Instant;
    sql!(
        "select e.person_id as id, case when e.invited_as <> '' then e.invited_as else p.name end as name,
                case when p.service then '' else p.email end as email, p.service, e.employee, e.company_admin, e.status,
                r.name as represents, e.created_at
           from directory_entry e join person p on p.id = e.person_id left join company r on r.id = e.represents_company_id
          where e.company_id = $1 and e.person_id > $2 order by e.person_id limit $3"
    )
}

table! {
    /// Invitations into it.
    INVITATIONS "invitations"
        id Id, person_id Id, project_id Id, invited_by Text, created_at Instant, expires_at Instant, accepted_at Instant,
        revoked_at Instant;
    sql!(
        "select i.id, i.person_id, i.project_id, b.name as invited_by, i.created_at, i.expires_at, i.accepted_at, i.revoked_at
           from invitation i join person b on b.id = i.invited_by
          where i.company_id = $1 and i.id > $2 order by i.id limit $3"
    )
}

table! {
    /// Its permission templates.
    TEMPLATES "permission_templates"
        id Id, name Text, levels Text, grants Text, created_at Instant;
    sql!(
        "select id, name, levels, grants, created_at from permission_template where company_id = $1 and id > $2 order by id limit $3"
    )
}

table! {
    /// Its audit log.
    AUDIT_LOG "audit_log"
        id Id, at Instant, kind Text, by_id Id, by Text, token Text, person_id Id, person Text, project_id Id, detail Text;
    sql!(
        "select a.id, a.at, a.kind, a.by_id, b.name as \"by\", t.name as token, a.person_id, p.name as person, a.project_id, a.detail
           from audit_entry a left join person b on b.id = a.by_id left join api_token t on t.id = a.token_id
           left join person p on p.id = a.person_id
          where a.company_id = $1 and a.id > $2 order by a.id limit $3"
    )
}

table! {
    /// Its projects.
    PROJECTS "projects"
        id Id, name Text, number Text, address Text, time_zone Text, stage Text, active Yes, tools Text, arrival Text, connection_recipients Text,
        arrival_recipients Text, created_by Text,
        created_at Instant;
    sql!(
        "select p.id, p.name, p.number, p.address, p.time_zone, p.stage, p.active, (select string_agg(t.tool, ' ') from project_tool t where t.project_id = p.id) as tools,
                p.arrival, p.connection_recipients, p.arrival_recipients, b.name as created_by, p.created_at
           from project p join person b on b.id = p.created_by
          where p.company_id = $1 and p.deleted_at is null and p.id > $2 order by p.id limit $3"
    )
}

table! {
    /// Connections of its projects, from either side.
    CONNECTIONS "connections"
        id Id, side Text, project_id Id, state Text, upstream_company Text, upstream_project Text, downstream_company Text,
        downstream_project Text, requested_by Text, requested_at Instant, expires_at Instant, reminded_at Instant, approved_by Text,
        approved_at Instant, ended_by Text, ended_side Text, ended_at Instant, reason Text;
    sql!(
        "select n.id, case when n.upstream_company_id = $1 then 'upstream' else 'downstream' end as side,
                case when n.upstream_company_id = $1 then n.upstream_project_id else n.downstream_project_id end as project_id, n.state,
                uc.name as upstream_company, up.name as upstream_project, dc.name as downstream_company, dp.name as downstream_project,
                rp.name as requested_by, n.requested_at, n.expires_at, n.reminded_at, ap.name as approved_by, n.approved_at,
                ep.name as ended_by, n.ended_side, n.ended_at, n.reason
           from connection n
           join company uc on uc.id = n.upstream_company_id join project up on up.id = n.upstream_project_id
           join company dc on dc.id = n.downstream_company_id join project dp on dp.id = n.downstream_project_id
           join person rp on rp.id = n.requested_by
           left join person ap on ap.id = n.approved_by left join person ep on ep.id = n.ended_by
          where (n.upstream_company_id = $1 or n.downstream_company_id = $1) and n.id > $2 order by n.id limit $3"
    )
}

table! {
    /// Tools that were asked for later.
    ADDITIONS "connection_additions"
        id Id, connection_id Id, tool Text, state Text, requested_by Text, requested_at Instant, expires_at Instant, reminded_at Instant,
        approved_by Text, approved_at Instant, ended_by Text, ended_side Text, ended_at Instant, reason Text;
    sql!(
        "select a.id, a.connection_id, a.tool, a.state, rp.name as requested_by, a.requested_at, a.expires_at, a.reminded_at,
                ap.name as approved_by, a.approved_at, ep.name as ended_by, a.ended_side, a.ended_at, a.reason
           from connection_addition a join connection n on n.id = a.connection_id join person rp on rp.id = a.requested_by
           left join person ap on ap.id = a.approved_by left join person ep on ep.id = a.ended_by
          where (n.upstream_company_id = $1 or n.downstream_company_id = $1) and a.id > $2 order by a.id limit $3"
    )
}

table! {
    /// What happened to them.
    CONNECTION_HISTORY "connection_history"
        id Id, connection_id Id, at Instant, kind Text, tool Text, side Text, person Text, company Text, reason Text;
    sql!(
        "select e.id, e.connection_id, e.at, e.kind, e.tool, e.side, e.person_name as person, e.company_name as company, e.reason
           from connection_event e join connection n on n.id = e.connection_id
          where (n.upstream_company_id = $1 or n.downstream_company_id = $1) and e.id > $2 order by e.id limit $3"
    )
}

table! {
    /// What arrived through them, batch by batch.
    DELIVERIES "deliveries"
        id Id, connection_id Id, tool Text, started_at Instant, ended_at Instant, record_count Whole, arrived_count Whole,
        byte_count Whole;
    sql!(
        "select d.id, d.connection_id, d.tool, d.started_at, d.ended_at, d.record_count, d.arrived_count, d.byte_count
           from delivery d join connection n on n.id = d.connection_id
          where (n.upstream_company_id = $1 or n.downstream_company_id = $1) and d.id > $2 order by d.id limit $3"
    )
}

table! {
    /// Comparisons of their copies with the upstream, and what was repaired.
    COMPARISONS "comparisons"
        id Id, connection_id Id, tool Text, state Text, person Text, company Text, nightly Yes, started_at Instant, ended_at Instant,
        record_count Whole, compared_count Whole, missing_count Whole, changed_count Whole, unknown_count Whole, repaired_count Whole;
    sql!(
        "select r.id, r.connection_id, r.tool, r.state, r.person_name as person, r.company_name as company, r.nightly, r.started_at, r.ended_at,
                r.record_count, r.compared_count, r.missing_count, r.changed_count, r.unknown_count, r.repaired_count
           from repair r join connection n on n.id = r.connection_id
          where (n.upstream_company_id = $1 or n.downstream_company_id = $1) and r.id > $2 order by r.id limit $3"
    )
}

table! {
    /// Who is on the job, with levels and grants.
    MEMBERS "members"
        id Id, name Text, template Text, overridden Yes, levels Text, grants Text, created_at Instant;
    sql!(
        "select m.person_id as id, case when e.invited_as <> '' then e.invited_as else p.name end as name, t.name as template,
                m.overridden, m.levels, m.grants, m.created_at
           from member m join person p on p.id = m.person_id left join permission_template t on t.id = m.template_id
           join directory_entry e on e.company_id = m.company_id and e.person_id = m.person_id
          where m.project_id = $1 and m.person_id > $2 order by m.person_id limit $3"
    )
}

table! {
    /// Who was chosen to be told about connections.
    CONNECTION_RECIPIENTS "connection_recipients"
        id Id, name Text;
    sql!(
        "select r.person_id as id, p.name from recipient r join person p on p.id = r.person_id
          where r.project_id = $1 and r.list = 'connections' and r.person_id > $2 order by r.person_id limit $3"
    )
}

table! {
    /// Who was chosen to be told about what arrives.
    ARRIVAL_RECIPIENTS "arrival_recipients"
        id Id, name Text;
    sql!(
        "select r.person_id as id, p.name from recipient r join person p on p.id = r.person_id
          where r.project_id = $1 and r.list = 'arrivals' and r.person_id > $2 order by r.person_id limit $3"
    )
}

table! {
    /// Areas of drawings.
    AREAS "areas"
        id Id, name Text, description Text, is_default Yes, connection_id Id, origin_record_id Id, origin_version Whole;
    sql!(
        "select id, name, description, is_default, connection_id, upstream_id as origin_record_id, upstream_version as origin_version
           from drawing_area where project_id = $1 and id > $2 order by id limit $3"
    )
}

table! {
    /// Drawing sets.
    SETS "sets"
        id Id, name Text, date Text, created_at Instant, connection_id Id, origin_record_id Id, origin_version Whole;
    sql!(
        "select id, name, set_date as date, created_at, connection_id, upstream_id as origin_record_id, upstream_version as origin_version
           from drawing_set where project_id = $1 and id > $2 order by id limit $3"
    )
}

table! {
    /// Disciplines.
    DISCIPLINES "disciplines"
        id Id, name Text, position Whole, abbreviations Text, connection_id Id, origin_record_id Id, origin_version Whole;
    sql!(
        "select id, name, position, abbreviations, connection_id, upstream_id as origin_record_id, upstream_version as origin_version
           from discipline where project_id = $1 and id > $2 order by id limit $3"
    )
}

table! {
    /// Drawings, own ones and copies with their origin.
    DRAWINGS "drawings"
        id Id, number Text, title Text, area_id Id, area Text, discipline Text, obsolete Yes, current_revision_id Id, created_at Instant,
        deleted_at Instant, version Whole, connection_id Id, origin_company Text, origin_project Text, origin_record_id Id,
        origin_version Whole, arrived_at Instant, deleted_upstream_at Instant, kept_in_log Yes, obsolete_here_at Instant,
        obsolete_here_by Text, replaced_by_id Id;
    sql!(
        "select d.id, d.number, d.title, d.area_id, a.name as area, i.name as discipline, d.obsolete, d.current_revision_id, d.created_at,
                d.deleted_at, d.version, d.connection_id, d.origin_company, d.origin_project, d.upstream_id as origin_record_id,
                d.upstream_version as origin_version, d.arrived_at, d.deleted_upstream_at, d.kept_in_log,
                m.marked_at as obsolete_here_at, q.name as obsolete_here_by, m.replaced_by_id
           from drawing d join drawing_area a on a.id = d.area_id join discipline i on i.id = d.discipline_id
           left join drawing_obsolete_here m on m.drawing_id = d.id left join person q on q.id = m.marked_by
          where d.project_id = $1 and d.id > $2 order by d.id limit $3"
    )
}

table! {
    /// Their revisions, one file each.
    REVISIONS "revisions"
        id Id, drawing_id Id, number Text, revision Text, title Text, set_id Id, set Text, drawing_date Text, received_date Text,
        manual_order Whole, status Text, created_by Text, created_at Instant, published_by Text, published_at Instant, deleted_at Instant,
        version Whole, file_name Text, page Whole, byte_count Whole, sha256 Hash, connection_id Id, origin_record_id Id,
        origin_version Whole, published_upstream_at Instant, deleted_upstream_at Instant, arrived_at Instant;
    sql!(
        "select r.id, r.drawing_id, d.number, r.revision, coalesce(r.title, d.title) as title, r.set_id, s.name as \"set\", r.drawing_date,
                r.received_date, r.manual_order, r.status, c.name as created_by, r.created_at, b.name as published_by, r.published_at,
                r.deleted_at, r.version, r.file_name, r.page, r.byte_count, r.sha256, r.connection_id,
                r.upstream_id as origin_record_id, r.upstream_version as origin_version,
                r.upstream_published_at as published_upstream_at, r.deleted_upstream_at, r.arrived_at
           from drawing_revision r join drawing d on d.id = r.drawing_id join drawing_set s on s.id = r.set_id
           left join person c on c.id = r.created_by left join person b on b.id = r.published_by
          where r.project_id = $1 and r.id > $2 order by r.id limit $3"
    )
}

table! {
    /// What happened to drawings.
    HISTORY "drawing_history"
        id Id, drawing_id Id, at Instant, kind Text, person Text, company Text, revision_id Id, revision Text, field Text,
        old_value Text, new_value Text, detail Text;
    sql!(
        "select id, drawing_id, at, kind, person_name as person, company_name as company, revision_id, revision, field, old_value,
                new_value, detail
           from drawing_event where project_id = $1 and id > $2 order by id limit $3"
    )
}

table! {
    /// What was drawn over them and published. What somebody drew for themselves is theirs.
    MARKUPS "drawing_markups"
        id Id, drawing_id Id, revision_id Id, revision Text, kind Text, colour Text, size Real, points Text, text Text, made_by Text,
        made_at Instant, published_at Instant, version Whole;
    sql!(
        "select m.id, m.drawing_id, m.revision_id, r.revision, m.kind, m.colour, m.size, m.points, m.text, p.name as made_by,
                m.created_at as made_at, m.published_at, m.version
           from drawing_markup m join drawing_revision r on r.id = m.revision_id join person p on p.id = m.created_by
          where m.project_id = $1 and m.published_at is not null and m.id > $2 order by m.id limit $3"
    )
}

table! {
    /// Who is told when drawings are distributed.
    SUBSCRIBERS "drawing_subscribers"
        id Id, name Text;
    sql!(
        "select s.person_id as id, p.name from drawing_subscriber s join person p on p.id = s.person_id
          where s.project_id = $1 and s.person_id > $2 order by s.person_id limit $3"
    )
}

table! {
    /// Uploads.
    UPLOADS "uploads"
        id Id, set_id Id, area_id Id, naming Text, drawing_date Text, received_date Text, default_revision Text, created_by Text,
        created_at Instant;
    sql!(
        "select u.id, u.set_id, u.area_id, u.naming, u.drawing_date, u.received_date, u.default_revision, p.name as created_by, u.created_at
           from upload u join person p on p.id = u.created_by
          where u.project_id = $1 and u.id > $2 order by u.id limit $3"
    )
}

table! {
    /// Their files.
    UPLOAD_FILES "upload_files"
        id Id, upload_id Id, name Text, byte_count Whole, received_count Whole, state Text, sha256 Hash, page_count Whole,
        error_code Text, created_at Instant;
    sql!(
        "select id, upload_id, name, byte_count, received_count, state, sha256, page_count, error_code, created_at
           from upload_file where project_id = $1 and id > $2 order by id limit $3"
    )
}

table! {
    /// What was read on their pages, and what a person made of it.
    SHEETS "upload_sheets"
        id Id, upload_id Id, file_id Id, page Whole, status Text, error_code Text, number Text, title Text, revision Text,
        drawing_date Text, received_date Text, rotation Whole, read_number Text, read_title Text, read_revision Text,
        number_confidence Real, title_confidence Real, revision_confidence Real, sha256 Hash, revision_id Id;
    sql!(
        "select id, upload_id, file_id, page, status, error_code, number, title, revision, drawing_date, received_date, rotation,
                read_number, read_title, read_revision, number_confidence, title_confidence, revision_confidence, sha256, revision_id
           from sheet where project_id = $1 and id > $2 order by id limit $3"
    )
}

/// What is written once for the company.
pub const OF_COMPANY: &[&Table] = &[
    &COMPANY,
    &PEOPLE,
    &INVITATIONS,
    &TEMPLATES,
    &AUDIT_LOG,
    &PROJECTS,
    &CONNECTIONS,
    &ADDITIONS,
    &CONNECTION_HISTORY,
    &DELIVERIES,
    &COMPARISONS,
];

/// What is written for each of its projects.
pub const OF_PROJECT: &[&Table] = &[
    &MEMBERS,
    &CONNECTION_RECIPIENTS,
    &ARRIVAL_RECIPIENTS,
    &AREAS,
    &SETS,
    &DISCIPLINES,
    &DRAWINGS,
    &HISTORY,
    &MARKUPS,
    &SUBSCRIBERS,
    &UPLOADS,
    &UPLOAD_FILES,
    &SHEETS,
];

/// Revisions: written for each project, each beside the name of its file.
pub const OF_REVISIONS: &Table = &REVISIONS;

/// Tables of the database that the statements above read.
pub const READ: &[&str] = &[
    "company",
    "person",
    "directory_entry",
    "invitation",
    "permission_template",
    "audit_entry",
    "api_token",
    "project",
    "project_tool",
    "member",
    "connection",
    "connection_addition",
    "connection_event",
    "delivery",
    "repair",
    "recipient",
    "drawing_area",
    "drawing_set",
    "discipline",
    "drawing",
    "drawing_obsolete_here",
    "drawing_revision",
    "drawing_event",
    "drawing_markup",
    "drawing_subscriber",
    "upload",
    "upload_file",
    "sheet",
];

/// Tables that are not exported, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("session", "a person's sign-ins are theirs, not a company's"),
    ("password_reset", "of no company"),
    ("sign_in_throttle", "of no company"),
    ("first_run", "of no company"),
    ("project_role", "follows from the connections"),
    ("connection_tool", "how far copying is: of use to the program only"),
    ("arrival_news", "messages to be sent, of use to the program only"),
    ("parked_record", "work to be done, of use to the program only"),
    ("feed_head", "of use to the program only"),
    ("feed", "the order of what is offered: of use to the program only"),
    ("blob", "the files themselves are exported"),
    ("blob_reference", "follows from the revisions"),
    ("preview", "can be made from the files again"),
    ("drawing_log_version", "of use to the program only"),
    ("sheet_text", "can be made from the files again"),
    ("sheet_text_index", "can be made from the files again"),
    ("drawing_download", "what somebody is about to fetch, gone within a day"),
    ("job", "work to be done, of use to the program only"),
    ("company_export", "archives of these very records"),
    ("message", "a person's own notifications; what they tell of stands in the histories"),
    ("idempotent_request", "of use to the program only"),
];
