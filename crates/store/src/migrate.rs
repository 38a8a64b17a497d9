//! Bringing the database up to date: two folders of migrations, same names, same tables and columns (a test compares them).

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::{Db, Result};

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
    8 "0008_companies_begin_and_end",
}

fn migrator(texts: &[&'static str]) -> Migrator {
    let migrations = NAMES.iter().zip(texts).map(|((version, name), text)| {
        let sql = sqlx::SqlSafeStr::into_sql_str(*text);
        Migration::new(*version, Cow::Borrowed(name), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// Applies what is missing. Each migration is one transaction: a failed one leaves the old version runnable (`REL-06`).
pub async fn run(db: &Db) -> Result<()> {
    match db {
        Db::Sqlite { write, .. } => migrator(SQLITE).run(write).await?,
        Db::Postgres(pool) => migrator(POSTGRES).run(pool).await?,
    }
    Ok(())
}

/// The names of migrations that [`run`] would apply.
pub async fn pending(db: &Db) -> Result<Vec<&'static str>> {
    let applied: Vec<i64> = match db {
        // cross-tenant: the schema's own table
        Db::Sqlite { write, .. } => {
            sqlx::query_scalar("select version from _sqlx_migrations where success").fetch_all(write).await
        }
        Db::Postgres(pool) => {
            sqlx::query_scalar("select version from _sqlx_migrations where success").fetch_all(pool).await
        }
    }
    // No such table: nothing was applied yet.
    .unwrap_or_default();
    Ok(NAMES.iter().filter(|(version, _)| !applied.contains(version)).map(|(_, name)| *name).collect())
}
