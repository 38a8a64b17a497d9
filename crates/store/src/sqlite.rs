//! SQLite: the connections of one file, and statements that run where they are called.
//!
//! A statement is over in microseconds, so nothing is gained by handing it to another thread, and twice the time for waking one would be
//! lost on each (ADR 0022). Nothing here waits inside SQLite: a writer of another process is waited for outside, between tries.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement, ToSql};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Result;
use crate::row::{Arg, Row};

/// Statements that a connection keeps prepared.
const PREPARED_MAX: usize = 256;

/// A writer of another process is waited for so long, and asked again after each [`AGAIN`].
const BUSY_MAX: Duration = Duration::from_secs(30);
const AGAIN: Duration = Duration::from_millis(5);

/// Whether a commit is on the disk when it returns (`REL-01`).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sync {
    /// It is.
    Full,
    /// With the next one that is.
    Normal,
}

/// The connections of a file that are used for one purpose.
#[derive(Debug, Clone)]
pub struct Pool(Arc<Connections>);

#[derive(Debug)]
struct Connections {
    file: PathBuf,
    flags: OpenFlags,
    idle: Mutex<Vec<Connection>>,
    places: Arc<Semaphore>,
    size: u32,
}

impl Connections {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a connection.
    fn open(&self) -> Result<Connection> {
        let connection = Connection::open_with_flags(&self.file, self.flags)?;
        connection.set_prepared_statement_cache_capacity(PREPARED_MAX);
        connection.busy_timeout(BUSY_MAX)?;
        if !self.flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY) {
            connection.execute_batch("pragma journal_mode = wal")?;
            // From here on it waits where it is asked to begin.
            connection.busy_timeout(Duration::ZERO)?;
        }
        connection.execute_batch("pragma foreign_keys = on")?;
        Ok(connection)
    }
}

impl Pool {
    /// The connection that writes; creates the file where it is absent.
    pub(crate) fn writer(file: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        Self::of(file, flags, 1)
    }

    /// Connections that read, at most so many.
    pub(crate) fn readers(file: &Path, size: u32) -> Result<Self> {
        Self::of(file, OpenFlags::SQLITE_OPEN_READ_ONLY, size)
    }

    fn of(file: &Path, flags: OpenFlags, size: u32) -> Result<Self> {
        let connections = Connections {
            file: file.to_owned(),
            flags: flags | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            idle: Mutex::default(),
            places: Arc::new(Semaphore::new(size as usize)),
            size,
        };
        let first = connections.open()?;
        connections.idle().push(first);
        Ok(Self(Arc::new(connections)))
    }

    /// The file.
    pub(crate) fn file(&self) -> &Path {
        &self.0.file
    }

    /// A connection, as soon as one is free.
    pub(crate) async fn take(&self) -> Result<Lease> {
        let place = Arc::clone(&self.0.places).acquire_owned();
        let place =
            tokio::time::timeout(BUSY_MAX, place).await.map_err(|late| crate::Error::Busy(late.into()))?;
        let place = place.map_err(|_| crate::Error::Closed)?;
        let idle = self.0.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.0.open()?,
        };
        Ok(Lease { connection: Some(connection), of: Arc::clone(&self.0), _place: place })
    }

    /// A connection in a transaction that writes.
    pub(crate) async fn begin(&self, sync: Sync) -> Result<Lease> {
        let lease = self.take().await?;
        // It takes effect when it is read, not when it is run: a prepared one would do nothing.
        lease.connection()?.execute_batch(match sync {
            Sync::Full => "pragma synchronous = full",
            Sync::Normal => "pragma synchronous = normal",
        })?;
        let since = tokio::time::Instant::now();
        loop {
            match lease.run("begin immediate", &[]) {
                Err(error) if error.is_busy() && since.elapsed() < BUSY_MAX => {
                    tokio::time::sleep(AGAIN).await;
                }
                begun => return begun.map(|_| lease),
            }
        }
    }

    /// Lets go of all connections, waiting for those in use.
    pub(crate) async fn close(&self) {
        let all = self.0.places.acquire_many(self.0.size).await;
        self.0.places.close();
        drop(all);
        self.0.idle().clear();
    }
}

/// A connection on loan. Dropped within a transaction, it takes it back.
#[derive(Debug)]
pub(crate) struct Lease {
    connection: Option<Connection>,
    of: Arc<Connections>,
    _place: OwnedSemaphorePermit,
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if connection.is_autocommit() || connection.execute_batch("rollback").is_ok() {
            self.of.idle().push(connection);
        }
    }
}

impl Lease {
    fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or(crate::Error::Closed)
    }

    /// Runs a statement; answers how many rows it touched.
    pub(crate) fn run(&self, sql: &str, args: &[Arg]) -> Result<u64> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&numbered(sql))?;
        execute(&mut statement, args)?;
        Ok(connection.changes())
    }

    /// Runs a statement once for each row of arguments; answers how many rows it touched in all.
    pub(crate) fn run_each(&self, sql: &str, rows: &[Vec<Arg>]) -> Result<u64> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(sql)?;
        let mut touched = 0;
        for args in rows {
            execute(&mut statement, args)?;
            touched += connection.changes();
        }
        Ok(touched)
    }

    /// What `read` makes of each row.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        args: &[Arg],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection()?.prepare_cached(&numbered(sql))?;
        let mut rows = statement.query(rusqlite::params_from_iter(args))?;
        let mut found = vec![];
        while let Some(row) = rows.next()? {
            found.push(read(&Row::sqlite(row))?);
        }
        Ok(found)
    }

    /// Asks for a statement's syntax and names, without running it.
    pub(crate) fn prepare(&self, sql: &str) -> Result<()> {
        self.connection()?.prepare(&numbered(sql))?;
        Ok(())
    }
}

fn execute(statement: &mut Statement<'_>, args: &[Arg]) -> Result<()> {
    let mut rows = statement.query(rusqlite::params_from_iter(args))?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// The text with its arguments by number: SQLite takes `$1` for a name, and counts names in the order in which they come.
fn numbered(sql: &str) -> Cow<'_, str> {
    if !sql.contains('$') {
        return Cow::Borrowed(sql);
    }
    let mut text = String::with_capacity(sql.len());
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        let argument = c == '$' && rest.peek().is_some_and(char::is_ascii_digit);
        text.push(if argument { '?' } else { c });
    }
    Cow::Owned(text)
}

impl ToSql for Arg {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Self::Id(Some(id)) => ValueRef::Blob(id.as_bytes()),
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
            Self::Int(Some(whole)) => return Ok(ToSqlOutput::Owned(Value::Integer(*whole))),
            Self::Bool(Some(yes)) => return Ok(ToSqlOutput::Owned(Value::Integer(i64::from(*yes)))),
            Self::Real(Some(number)) => return Ok(ToSqlOutput::Owned(Value::Real(*number))),
            Self::Id(None)
            | Self::Int(None)
            | Self::Text(None)
            | Self::Bool(None)
            | Self::Bytes(None)
            | Self::Real(None) => ValueRef::Null,
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}

/// Whether another connection keeps the file.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_go_by_their_number() {
        assert_eq!(numbered("select $2, '$', $10 || '$x'"), "select ?2, '$', ?10 || '$x'");
        assert_eq!(numbered("select 1"), "select 1");
    }
}
