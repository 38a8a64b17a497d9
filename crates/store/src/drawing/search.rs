//! The search over the words on sheets (`LOG-02`): what is indexed, and what a query finds.
//!
//! Each token stands behind a mark of its project, so that a search walks the words of one project, however many others there are. The index
//! is each database's own (FTS5, GIN over `tsvector`); both get the same tokens and are asked for the same. What was indexed is
//! `sheet_text`, a row a revision, and gone with it. Who may see a revision is not in the index: a query asks as it is now.

use std::collections::BTreeSet;
use std::fmt::Write;

use sluice_domain::search::Term;
use sluice_domain::{DrawingId, ProjectId, RevisionId, SetId};

use crate::row::Arg;
use crate::{Result, Session, Sha256, Tx, args, record, sql};

record! {
    /// A revision whose words are not in the index, or not as they are now.
    pub struct Unindexed {
        /// Which.
        pub id: RevisionId,
        /// Its page.
        pub sha256: Sha256,
        /// Whether its company holds the words of that page.
        pub has_words: bool,
        /// Number and title of its drawing.
        pub label: String,
    }
}

/// Revisions of a project that are to be indexed, so many at most.
pub async fn unindexed(db: &mut Session, project: ProjectId, limit: i64) -> Result<Vec<Unindexed>> {
    db.all(
        sql!(
            "select r.id, r.sha256, d.number || ' ' || d.title as label,
                    exists (select 1 from preview w where w.company_id = p.company_id and w.sha256 = r.sha256) as has_words
               from drawing_revision r
               join drawing d on d.id = r.drawing_id
               join project p on p.id = r.project_id
               left join sheet_text t on t.revision_id = r.id
              where r.project_id = $1 and p.deleted_at is null
                and (t.id is null or t.sha256 <> r.sha256 or t.label <> d.number || ' ' || d.title)
              limit $2"
        ),
        args![project, limit],
    )
    .await
}

/// A revision as it goes into the index.
#[derive(Debug)]
pub struct Indexed {
    /// Which.
    pub id: RevisionId,
    /// The page whose words they are.
    pub sha256: Sha256,
    /// Number and title with which they were gathered.
    pub label: String,
    /// What it can be found by.
    pub tokens: BTreeSet<String>,
}

/// What stands before each token of a project. Two projects with the same mark would only cost a search of one the rows of the other.
fn mark(project: ProjectId) -> String {
    let mut mark = String::with_capacity(12);
    // The end of an id is random.
    for byte in project.0.as_bytes().iter().skip(10) {
        // Writing to a string cannot fail.
        let _ = write!(mark, "{byte:02x}");
    }
    mark
}

/// Bytes of tokens kept of one sheet: PostgreSQL takes a megabyte in a vector.
const TOKENS_MAX: usize = 500_000;

fn joined(project: ProjectId, tokens: &BTreeSet<String>) -> String {
    let mark = mark(project);
    let mut text = String::new();
    for token in tokens {
        if text.len() + mark.len() + token.len() > TOKENS_MAX {
            break;
        }
        text.push_str(&mark);
        text.push_str(token);
        text.push(' ');
    }
    text
}

/// Writes revisions into the index, in place of what was there of them.
pub async fn index(tx: &mut Tx, project: ProjectId, revisions: Vec<Indexed>) -> Result<()> {
    let keys: Vec<Arg> = revisions.iter().map(|revision| Arg::from(revision.id)).collect();
    tx.run_in("delete from sheet_text where project_id = $1 and revision_id", args![project], keys).await?;
    let mut rows = Vec::with_capacity(revisions.len());
    let mut tokens = Vec::with_capacity(revisions.len());
    for revision in revisions {
        tokens.push(args![project, revision.id, joined(project, &revision.tokens)]);
        rows.push(args![revision.id, project, revision.sha256, revision.label]);
    }
    tx.insert_many("insert into sheet_text (revision_id, project_id, sha256, label)", "", rows).await?;
    let tail = if tx.is_postgres() {
        ") insert into sheet_text_index (text_id, tokens)
           select t.id, cast(fresh.tokens as tsvector) from fresh
             join sheet_text t on t.project_id = fresh.project_id and t.revision_id = fresh.revision_id"
    } else {
        ") insert into sheet_text_index (rowid, tokens)
           select t.id, fresh.tokens from fresh
             join sheet_text t on t.project_id = fresh.project_id and t.revision_id = fresh.revision_id"
    };
    tx.insert_many("with fresh (project_id, revision_id, tokens) as (", tail, tokens).await?;
    Ok(())
}

/// Takes everything of a project out of the index.
pub async fn forget(tx: &mut Tx, project: ProjectId) -> Result<()> {
    tx.run(sql!("delete from sheet_text where project_id = $1"), args![project]).await?;
    Ok(())
}

/// What each engine is asked for.
fn query(project: ProjectId, terms: &[Term], postgres: bool) -> String {
    let mark = mark(project);
    let terms: Vec<String> = terms
        .iter()
        .map(|Term { text, beginning }| match (postgres, beginning) {
            (true, true) => format!("'{mark}{text}':*"),
            (true, false) => format!("'{mark}{text}'"),
            (false, true) => format!("\"{mark}{text}\" *"),
            (false, false) => format!("\"{mark}{text}\""),
        })
        .collect();
    terms.join(if postgres { " & " } else { " AND " })
}

record! {
    /// A revision on which everything asked for was found.
    pub struct Hit {
        /// The drawing.
        pub drawing_id: DrawingId,
        /// The revision.
        pub revision_id: RevisionId,
        /// Number of the drawing.
        pub number: String,
        /// Its title.
        pub title: String,
        /// Text of the revision.
        pub revision: String,
    }
}

/// Which sheets are searched.
#[derive(Debug, Clone, Copy)]
pub struct Among {
    /// Unpublished revisions too: Drawings Admins only.
    pub unpublished: bool,
    /// All revisions in this set, instead of the newest of each drawing.
    pub set: Option<SetId>,
}

/// Sheets of the log on which all terms stand, by number.
pub async fn find(
    db: &mut Session,
    project: ProjectId,
    terms: &[Term],
    among: Among,
    limit: i64,
) -> Result<Vec<Hit>> {
    let postgres = db.is_postgres();
    let args = args![query(project, terms, postgres), project, among.unpublished, among.set, limit];
    if postgres {
        db.all(
            // postgres
            "select d.id as drawing_id, r.id as revision_id, d.number, d.title, r.revision
               from sheet_text_index x
               join sheet_text t on t.id = x.text_id
               join drawing_revision r on r.id = t.revision_id
               join drawing d on d.id = r.drawing_id
              where x.tokens @@ cast($1 as tsquery) and t.project_id = $2
                and r.deleted_at is null and ($3 or r.status = 'published')
                and d.deleted_at is null and (d.deleted_upstream_at is null or d.kept_in_log)
                and case when $4::uuid is not null then r.set_id = $4
                         when $3 then r.id = d.top_revision_id else r.id = d.current_revision_id end
              order by d.sort_key, d.id, r.id limit $5",
            args,
        )
        .await
    } else {
        db.all(
            // sqlite
            "select d.id as drawing_id, r.id as revision_id, d.number, d.title, r.revision
               from sheet_text_index x
               cross join sheet_text t on t.id = x.rowid
               cross join drawing_revision r on r.id = t.revision_id
               cross join drawing d on d.id = r.drawing_id
              where x.sheet_text_index match $1 and t.project_id = $2
                and r.deleted_at is null and ($3 or r.status = 'published')
                and d.deleted_at is null and (d.deleted_upstream_at is null or d.kept_in_log)
                and case when $4 is not null then r.set_id = $4
                         when $3 then r.id = d.top_revision_id else r.id = d.current_revision_id end
              order by d.sort_key, d.id, r.id limit $5",
            args,
        )
        .await
    }
}

/// How many sheets the index itself finds: the floor that a search is measured against.
pub async fn bare(db: &mut Session, project: ProjectId, terms: &[Term]) -> Result<i64> {
    let postgres = db.is_postgres();
    let args = args![query(project, terms, postgres)];
    if postgres {
        // cross-tenant: each token stands behind the mark of its project
        db.value("select count(*) as value from sheet_text_index where tokens @@ cast($1 as tsquery)", args)
            .await
    } else {
        // cross-tenant: each token stands behind the mark of its project
        db.value("select count(*) as value from sheet_text_index where sheet_text_index match $1", args).await
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_engine_is_asked_in_its_own_words() {
        let project = ProjectId(Uuid::from_u128(0x0102_0304_0506));
        let terms = sluice_domain::search::terms("5/A-501 x");
        assert_eq!(query(project, &terms, true), "'0102030405065_a_501':* & '010203040506x'");
        assert_eq!(query(project, &terms, false), "\"0102030405065_a_501\" * AND \"010203040506x\"");
    }

    #[test]
    fn a_sheet_of_endless_words_stays_within_its_room() {
        let tokens: BTreeSet<String> = (0..60_000).map(|n| format!("{n:020}")).collect();
        let text = joined(ProjectId(Uuid::nil()), &tokens);
        assert!(text.len() <= TOKENS_MAX + 1 && text.len() > TOKENS_MAX - 100);
    }
}
