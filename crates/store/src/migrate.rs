//! Bringing the database up to date: two folders of migrations, same names, same tables and columns (a test compares them).

use std::borrow::Cow;

use sqlx::Connection;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::{Db, Result, args, sql};

macro_rules! migrations {
    ($($version:literal $name:literal),* $(,)?) => {
        /// The migrations by number and name.
        pub const NAMES: &[(i64, &str)] = &[$(($version, $name)),*];
        const SQLITE: &[&str] = &[$(include_str!(concat!("../migrations/sqlite/", $name, ".sql"))),*];
        const POSTGRES: &[&str] = &[$(include_str!(concat!("../migrations/postgres/", $name, ".sql"))),*];
    };
}

migrations! {
    1 "0001_main_job",
    2 "0002_what_happened_to_copies",
    4 "0004_undo_and_additions",
    6 "0006_people",
    7 "0007_people_told",
    8 "0008_companies_begin_and_end",
    9 "0009_companies_end",
    11 "0011_sheet_text",
    3 "0003_http",
    10 "0010_record",
    12 "0012_markups",
}

fn migrator(texts: &[&'static str], below: i64) -> Migrator {
    let wanted = NAMES.iter().zip(texts).filter(|((version, _), _)| *version < below);
    let migrations = wanted.map(|((version, name), text)| {
        let sql = sqlx::SqlSafeStr::into_sql_str(*text);
        Migration::new(*version, Cow::Borrowed(name), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// Applies what is missing. Each migration is one transaction: a failed one leaves the old version runnable (`REL-06`).
pub async fn run(db: &Db) -> Result<()> {
    run_below(db, i64::MAX).await
}

/// Applies those with a smaller number: the database as it was before one, for tests of what that one does with rows that are there.
pub async fn run_below(db: &Db, version: i64) -> Result<()> {
    match db {
        Db::Sqlite { write, .. } => {
            let options = SqliteConnectOptions::new().filename(write.file()).foreign_keys(true);
            let mut connection = SqliteConnection::connect_with(&options).await?;
            migrator(SQLITE, version).run(&mut connection).await?;
            connection.close().await?;
        }
        Db::Postgres(pool) => migrator(POSTGRES, version).run(pool).await?,
    }
    Ok(())
}

/// The names of migrations that [`run`] would apply.
pub async fn pending(db: &Db) -> Result<Vec<&'static str>> {
    // cross-tenant: the schema's own table
    let applied = sql!("select version as value from _sqlx_migrations where success");
    // No such table: nothing was applied yet.
    let applied: Vec<(i64,)> = db.read().await?.all(applied, args![]).await.unwrap_or_default();
    let applied: Vec<i64> = applied.into_iter().map(|(version,)| version).collect();
    Ok(NAMES.iter().filter(|(version, _)| !applied.contains(version)).map(|(_, name)| *name).collect())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::args;

    /// The rows of the first version, as somebody who upgrades has them: two projects, connected, with one copied area.
    const BEFORE: &[&str] = &[
        "insert into person (id, email, name, created_at) values ($1, 'ines@harbor.example', 'Ines', 1)",
        "insert into company (id, name, created_at) values ($1, 'Harbor', 1), (x'02', 'Delta', 1)",
        "insert into project (id, company_id, name, created_by, created_at) values ($1, $1, 'Tower', $1, 1), (x'02', x'02', 'Fit-out', $1, 1)",
        "insert into project_role (project_id, role) values ($1, 'upstream'), (x'02', 'downstream')",
        "insert into connection (id, upstream_company_id, upstream_project_id, upstream_role, downstream_company_id, downstream_project_id,
                downstream_role, state, upstream_company_name, upstream_project_name, requested_by, requested_at, expires_at, approved_at)
         values ($1, $1, $1, 'upstream', x'02', x'02', 'downstream', 'connected', 'Harbor', 'Tower', $1, 1, 9, 5)",
        "insert into connection_tool (connection_id, tool, position) values ($1, 'drawings', 12)",
        "insert into connection_event (id, connection_id, at, kind) values ($1, $1, 5, 'approved')",
        "insert into drawing_area (id, project_id, name, connection_id, upstream_id) values ($1, x'02', 'Main', $1, $1)",
    ];

    async fn upgrade() -> Result<()> {
        let file = std::env::temp_dir().join(format!("sluice-upgrade-{}.db", Uuid::from_u128(0x5105)));
        // One that is not there is as good as removed.
        let remove = || {
            for end in ["", "-wal", "-shm"] {
                drop(std::fs::remove_file(format!("{}{end}", file.display())));
            }
        };
        remove();
        let db = Db::sqlite(&file)?;
        run_below(&db, 2).await?;
        let id = Uuid::from_u128(1);
        let mut tx = db.begin().await?;
        for statement in BEFORE {
            tx.run(statement, args![id]).await?;
        }
        tx.commit().await?;
        run(&db).await?;
        let mut session = db.read().await?;
        let mut count = async |sql: &'static str| session.value::<i64>(sql, args![id]).await;
        assert_eq!(count("select count(*) as value from connection where id = $1 and state = 'connected' and approved_at = 5").await?, 1);
        assert_eq!(
            count("select count(*) as value from connection_tool where connection_id = $1 and position = 12 and settled_at = 5").await?,
            1,
            "what was connected before can no longer be undone"
        );
        assert_eq!(count("select count(*) as value from drawing_area where connection_id = $1").await?, 1);
        assert_eq!(
            count("select count(*) as value from pragma_foreign_key_check where $1 is not null").await?,
            0
        );
        drop(session);
        // What refers to the table that was made anew still holds on to its rows.
        let mut tx = db.begin().await?;
        let gone = tx.run("delete from connection where id = $1", args![id]).await;
        assert_eq!(gone.err().and_then(|error| error.conflict()), Some(crate::Conflict::Reference));
        drop(tx);
        db.close().await;
        remove();
        Ok(())
    }

    #[test]
    fn rel_06_what_was_there_before_an_upgrade_is_there_afterwards() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(upgrade()).unwrap();
    }
}
