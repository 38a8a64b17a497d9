//! A PostgreSQL database for each test, made from a template that has the migrations.

use sluice_store::{Db, migrate};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Names the server the tests use; ends in `/`, so that a database's name can follow.
const VARIABLE: &str = "SLUICE_TEST_POSTGRES";

/// One at a time copies the template: PostgreSQL wants nobody connected to it meanwhile.
const LOCK: i64 = 5_177;

/// A database of one's own. It is dropped by [`Database::discard`]; one that a failed test leaves can be looked at.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Makes one, or says that it was not run and why.
    pub async fn make() -> Option<Self> {
        let Some(server) = std::env::var(VARIABLE).ok().filter(|server| !server.is_empty()) else {
            println!("not run: {VARIABLE} is not set");
            return None;
        };
        Some(Self::of(server).await.unwrap())
    }

    async fn of(server: String) -> Result<Self, sqlx::Error> {
        let mut admin = PgConnection::connect(&server).await?;
        sqlx::query("select pg_advisory_lock($1)").bind(LOCK).execute(&mut admin).await?;
        let template = template_name();
        let found: Option<bool> = sqlx::query_scalar("select true from pg_database where datname = $1")
            .bind(&template)
            .fetch_optional(&mut admin)
            .await?;
        if found.is_none() {
            let raw = format!("{template}_raw");
            admin.execute(AssertSqlSafe(format!("drop database if exists {raw}"))).await?;
            // Sorting as people of some country do, where the server can: what should be in byte order must say so itself.
            let local = format!(
                "create database {raw} template template0 encoding 'UTF8' locale_provider icu icu_locale 'en-US'"
            );
            if admin.execute(AssertSqlSafe(local)).await.is_err() {
                admin.execute(AssertSqlSafe(format!("create database {raw}"))).await?;
            }
            let db = Db::postgres(&format!("{server}{raw}")).await.unwrap();
            migrate::run(&db).await.unwrap();
            db.close().await;
            // Under its name only when it is whole.
            admin.execute(AssertSqlSafe(format!("alter database {raw} rename to {template}"))).await?;
        }
        let unique: String = sqlx::query_scalar("select replace(cast(gen_random_uuid() as text), '-', '')")
            .fetch_one(&mut admin)
            .await?;
        let name = format!("sluice_test_{unique}");
        admin.execute(AssertSqlSafe(format!("create database {name} template {template}"))).await?;
        admin.close().await?;
        Ok(Self { server, name })
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("{}{}", self.server, self.name)
    }

    /// Drops it.
    pub async fn discard(&self) {
        let mut admin = PgConnection::connect(&self.server).await.unwrap();
        let drop = format!("drop database if exists {} with (force)", self.name);
        admin.execute(AssertSqlSafe(drop)).await.unwrap();
    }
}

/// Another set of migrations is another template.
fn template_name() -> String {
    use sha2::Digest;
    let mut hasher = sha2::Sha256::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../store/migrations/postgres");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        hasher.update(std::fs::read(file).unwrap());
    }
    let hash: [u8; 32] = hasher.finalize().into();
    let hex = sluice_store::Sha256(hash).to_string();
    let hex = &hex[..16];
    format!("sluice_template_{hex}")
}
