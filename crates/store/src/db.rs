//! The two databases behind one set of calls: [`Db`] opens, [`Session`] reads, [`Tx`] writes.
//!
//! SQLite has one writer, begun with `BEGIN IMMEDIATE`, so that a transaction never has to be repeated because of a lock; PostgreSQL locks
//! rows where a use case asks for it ([`Tx::lock`], which SQLite does not need). The text of a statement is one for both engines.

use std::path::Path;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnection, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Transaction};

use crate::row::{Arg, Record, Row};
use crate::sqlite::{self, Lease, Sync};
use crate::{Error, Result};

/// The text of a statement. A test finds every use of this macro and prepares the statement on both databases.
#[macro_export]
macro_rules! sql {
    ($text:literal) => {
        $text
    };
}

/// The arguments of a statement, in the order of `$1`, `$2` …
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::row::Arg::from($value)),*] };
}

/// A database, shared by everything in the process.
#[derive(Debug, Clone)]
pub enum Db {
    /// A file.
    Sqlite {
        /// Any number of readers.
        read: sqlite::Pool,
        /// The one writer.
        write: sqlite::Pool,
    },
    /// A server.
    Postgres(PgPool),
}

/// Arguments in one `insert … values`; PostgreSQL takes 65,535.
const ARGUMENTS_MAX: usize = 30_000;

/// Connections that read a SQLite file at once.
const READERS: u32 = 16;

impl Db {
    /// Opens a SQLite file, creating it where it is absent: WAL, and a commit is on the disk when it returns (`REL-01`).
    pub fn sqlite(file: &Path) -> Result<Self> {
        let write = sqlite::Pool::writer(file)?;
        Ok(Self::Sqlite { read: sqlite::Pool::readers(file, READERS)?, write })
    }

    /// Opens a PostgreSQL database by its address.
    pub async fn postgres(url: &str) -> Result<Self> {
        Ok(Self::Postgres(PgPoolOptions::new().max_connections(16).connect(url).await?))
    }

    /// A connection for reading.
    pub async fn read(&self) -> Result<Session> {
        Ok(Session(match self {
            Self::Sqlite { read, .. } => Wire::Sqlite(read.take().await?),
            Self::Postgres(pool) => Wire::Postgres(pool.acquire().await?),
        }))
    }

    /// A connection for reading that sees the database as it is now, whatever is written meanwhile, until it is dropped. Not for long: what
    /// was overwritten is kept for it.
    pub async fn snapshot(&self) -> Result<Session> {
        Ok(Session(match self {
            Self::Sqlite { read, .. } => {
                let lease = read.take().await?;
                lease.run("begin", &[])?;
                Wire::Sqlite(lease)
            }
            Self::Postgres(pool) => {
                Wire::PostgresTx(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        }))
    }

    /// Begins a transaction. Dropped without [`Tx::commit`], it is rolled back.
    pub async fn begin(&self) -> Result<Tx> {
        self.begin_with(Sync::Full).await
    }

    /// Begins a transaction whose commit need not wait for the disk on SQLite: a power cut may take it back, with nothing of the others (the next
    /// of those makes it durable, too). For notes that are as good when they are lost.
    pub async fn begin_note(&self) -> Result<Tx> {
        self.begin_with(Sync::Normal).await
    }

    async fn begin_with(&self, sync: Sync) -> Result<Tx> {
        Ok(Tx(Session(match self {
            Self::Sqlite { write, .. } => Wire::Sqlite(write.begin(sync).await?),
            Self::Postgres(pool) => Wire::PostgresTx(pool.begin().await?),
        })))
    }

    /// Lets go of all connections, waiting for those in use.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// Whether several processes may serve this database: a server is for many, a file for one.
    pub const fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// `sqlite` or `postgresql`, for the operator.
    pub const fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres(_) => "postgresql",
        }
    }
}

#[derive(Debug)]
enum Wire {
    Sqlite(Lease),
    Postgres(PoolConnection<Postgres>),
    PostgresTx(Transaction<'static, Postgres>),
}

enum Live<'a> {
    Sqlite(&'a Lease),
    Postgres(&'a mut PgConnection),
}

/// A connection on which statements run; on its own for reading only.
#[derive(Debug)]
pub struct Session(Wire);

macro_rules! bound {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for arg in $args {
            query = match arg {
                Arg::Id(value) => query.bind(value),
                Arg::Int(value) => query.bind(value),
                Arg::Text(value) => query.bind(value),
                Arg::Bool(value) => query.bind(value),
                Arg::Bytes(value) => query.bind(value),
                Arg::Real(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Session {
    fn live(&mut self) -> Live<'_> {
        match &mut self.0 {
            Wire::Sqlite(lease) => Live::Sqlite(lease),
            Wire::Postgres(connection) => Live::Postgres(connection),
            Wire::PostgresTx(transaction) => Live::Postgres(transaction),
        }
    }

    /// Whether it stands on PostgreSQL: for the few statements that cannot be one text for both.
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self.0, Wire::Postgres(_) | Wire::PostgresTx(_))
    }

    /// What `read` makes of each row.
    pub(crate) async fn each<T>(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        match self.live() {
            Live::Sqlite(lease) => lease.all(sql, &args, read),
            Live::Postgres(connection) => {
                let rows = bound!(sqlx::query(sql), args).fetch_all(connection).await?;
                rows.iter().map(|row| read(&Row::postgres(row))).collect()
            }
        }
    }

    /// All rows.
    pub async fn all<T: Record>(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<Vec<T>> {
        self.each(sql, args, T::read).await
    }

    /// The first row, if there is one.
    pub async fn maybe<T: Record>(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<Option<T>> {
        Ok(self.each(sql, args, T::read).await?.into_iter().next())
    }

    /// The one row that must be there.
    pub async fn one<T: Record>(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<T> {
        self.maybe(sql, args).await?.ok_or(Error::NoRow)
    }

    /// The column `value` of the one row that must be there.
    pub async fn value<T: crate::row::Column>(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<T> {
        Ok(self.one::<(T,)>(sql, args).await?.0)
    }

    /// All rows whose key is one of many: `head in (…) tail`, a few hundred keys a statement. `args` come before the keys.
    pub async fn all_in<T: Record>(
        &mut self,
        head: &'static str,
        args: Vec<Arg>,
        keys: Vec<Arg>,
        tail: &'static str,
    ) -> Result<Vec<T>> {
        let mut found = vec![];
        let mut keys = keys.into_iter();
        loop {
            let Some(part) = part(&mut keys) else { return Ok(found) };
            let text = in_text(head, tail, args.len(), part.len());
            let args: Vec<Arg> = args.iter().cloned().chain(part).collect();
            match self.live() {
                Live::Sqlite(lease) => found.extend(lease.all(&text, &args, T::read)?),
                Live::Postgres(connection) => {
                    let rows = bound!(sqlx::query(AssertSqlSafe(text)), args).fetch_all(connection).await?;
                    for row in &rows {
                        found.push(T::read(&Row::postgres(row))?);
                    }
                }
            }
        }
    }

    /// The engine asks this statement for its syntax and names, without running it.
    pub async fn prepare(&mut self, sql: &str) -> Result<()> {
        use sqlx::Executor;
        let sql = sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(sql.to_owned()));
        match self.live() {
            Live::Sqlite(lease) => lease.prepare(sql.as_str())?,
            Live::Postgres(connection) => drop(connection.prepare(sql).await?),
        }
        Ok(())
    }
}

/// A transaction: everything in it happens, or nothing.
#[derive(Debug)]
pub struct Tx(Session);

impl std::ops::Deref for Tx {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

impl std::ops::DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.0
    }
}

impl Tx {
    /// Makes it durable, together with the mark of the request under whose key it runs ([`crate::once`]).
    pub async fn commit(mut self) -> Result<()> {
        crate::once::mark(&mut self).await?;
        match self.0.0 {
            Wire::Sqlite(lease) => drop(lease.run("commit", &[])?),
            Wire::PostgresTx(transaction) => transaction.commit().await?,
            Wire::Postgres(_) => {}
        }
        Ok(())
    }

    /// Runs a statement; answers how many rows it touched.
    pub async fn run(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<u64> {
        Ok(match self.live() {
            Live::Sqlite(lease) => lease.run(sql, &args)?,
            Live::Postgres(connection) => {
                bound!(sqlx::query(sql), args).execute(connection).await?.rows_affected()
            }
        })
    }

    /// Runs a statement for many keys, `head in (…)`, a few hundred a time; answers how many rows it touched. `args` come before the keys.
    pub async fn run_in(&mut self, head: &'static str, args: Vec<Arg>, keys: Vec<Arg>) -> Result<u64> {
        let mut touched = 0;
        let mut keys = keys.into_iter();
        loop {
            let Some(part) = part(&mut keys) else { return Ok(touched) };
            let text = in_text(head, "", args.len(), part.len());
            let args: Vec<Arg> = args.iter().cloned().chain(part).collect();
            touched += match self.live() {
                Live::Sqlite(lease) => lease.run(&text, &args)?,
                Live::Postgres(connection) => {
                    bound!(sqlx::query(AssertSqlSafe(text)), args).execute(connection).await?.rows_affected()
                }
            };
        }
    }

    /// Locks the rows a `select … for update` names until the end of the transaction. SQLite has one writer: there the lock is held already.
    pub async fn lock(&mut self, postgres_sql: &'static str, args: Vec<Arg>) -> Result<()> {
        if let Live::Postgres(connection) = self.live() {
            bound!(sqlx::query(postgres_sql), args).execute(connection).await?;
        }
        Ok(())
    }

    /// Inserts many rows: `head values (…), (…) tail`, with as few statements as PostgreSQL allows; SQLite takes them one by one, which
    /// costs it less than one long statement.
    pub async fn insert_many(
        &mut self,
        head: &'static str,
        tail: &'static str,
        rows: Vec<Vec<Arg>>,
    ) -> Result<u64> {
        let Some(width) = rows.first().map(Vec::len) else { return Ok(0) };
        if let Live::Sqlite(lease) = self.live() {
            return lease.run_each(&insert_text(head, tail, 1, width, |place| format!("?{place}")), &rows);
        }
        let chunk = (ARGUMENTS_MAX / width.max(1)).clamp(1, 500);
        let mut inserted = 0;
        let mut rows = rows.into_iter();
        loop {
            let part: Vec<Vec<Arg>> = rows.by_ref().take(chunk).collect();
            if part.is_empty() {
                return Ok(inserted);
            }
            let rows = part.len();
            let args = part.into_iter().flatten();
            if let Live::Postgres(connection) = self.live() {
                let text = insert_text(head, tail, rows, width, |place| format!("${place}"));
                inserted +=
                    bound!(sqlx::query(AssertSqlSafe(text)), args).execute(connection).await?.rows_affected();
            }
        }
    }
}

/// Keys in one `in (…)` list.
const KEYS_MAX: usize = 512;

/// The next keys for one list. The last one stands in it again until their number is a power of two, so that few texts are prepared.
fn part(keys: &mut impl Iterator<Item = Arg>) -> Option<Vec<Arg>> {
    let mut part: Vec<Arg> = keys.take(KEYS_MAX).collect();
    let last = part.last()?.clone();
    part.resize(part.len().next_power_of_two(), last);
    Some(part)
}

fn in_text(head: &str, tail: &str, before: usize, keys: usize) -> String {
    let places: Vec<String> = (before + 1..=before + keys).map(|place| format!("${place}")).collect();
    format!("{head} in ({}) {tail}", places.join(", "))
}

/// An `insert … values` with a place for each value; `head` and `tail` have none of their own.
fn insert_text(head: &str, tail: &str, rows: usize, width: usize, place: impl Fn(usize) -> String) -> String {
    let row = |row: usize| {
        let places: Vec<String> = (1..=width).map(|column| place(row * width + column)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!("{head} values {} {tail}", rows.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_keys_stand_in_one_list() {
        assert_eq!(
            in_text("select id from drawing where connection_id = $1 and upstream_id", "order by id", 1, 2),
            "select id from drawing where connection_id = $1 and upstream_id in ($2, $3) order by id"
        );
    }

    #[test]
    fn many_rows_stand_in_one_statement() {
        assert_eq!(
            insert_text("insert into feed (a, b)", "on conflict do nothing", 2, 2, |place| format!(
                "${place}"
            )),
            "insert into feed (a, b) values ($1, $2), ($3, $4) on conflict do nothing"
        );
    }
}
