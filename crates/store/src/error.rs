//! What can go wrong with the database or the blobs, with constraint names turned into facts.

/// A constraint of the schema that an insert or update ran into. The domain says the same in sentences; this is the last line of defence
/// and the one that holds when two people act at once (`CON-10`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The downstream project has a request, a connection or a disconnected one (`CON-04`).
    OneUpstream,
    /// The project holds the other role (`CON-05`).
    Role,
    /// Another record already has this name, number, address.
    Duplicate,
    /// Something refers to a record that is not there (any more), or a check failed.
    Reference,
}

/// What an engine says.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A failure below the rules.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A constraint.
    #[error("the database refused the change: {conflict:?}")]
    Conflict {
        /// Which.
        conflict: Conflict,
        /// The database's own words.
        #[source]
        source: Cause,
    },
    /// The database itself.
    #[error("the database failed")]
    Database(#[source] Cause),
    /// Another process writes and does not end.
    #[error("the database is in use by another process")]
    Busy(#[source] Cause),
    /// A row that must be there is not.
    #[error("the database has no such row")]
    NoRow,
    /// The database was closed: the server is stopping.
    #[error("the database is closed")]
    Closed,
    /// Migrations.
    #[error("the database could not be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A stored value that this version cannot read.
    #[error("the database holds a value for {column} that this version cannot read")]
    Unreadable {
        /// The column.
        column: String,
    },
    /// The request under whose key this ran was taken over by another attempt, which carries it out.
    #[error("another attempt carries this request out")]
    TakenOver,
    /// The blob store.
    #[error("the file store failed")]
    Blob(#[from] std::io::Error),
}

/// Result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The constraint, where it was one.
    pub const fn conflict(&self) -> Option<Conflict> {
        match self {
            Self::Conflict { conflict, .. } => Some(*conflict),
            _ => None,
        }
    }

    pub(crate) const fn is_busy(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

/// What a broken rule of uniqueness means. PostgreSQL names the constraint, SQLite the columns.
fn duplicate(words: &str) -> Conflict {
    if words.contains("connection_one_upstream") || words.contains("connection.downstream_project_id") {
        Conflict::OneUpstream
    } else if words.contains("project_role") {
        Conflict::Role
    } else {
        Conflict::Duplicate
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        use rusqlite::ffi;
        if crate::sqlite::is_busy(&source) {
            return Self::Busy(source.into());
        }
        let conflict = match source.sqlite_error().map(|error| error.extended_code) {
            Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
                duplicate(&source.to_string())
            }
            Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY | ffi::SQLITE_CONSTRAINT_CHECK) => Conflict::Reference,
            _ => return Self::Database(source.into()),
        };
        Self::Conflict { conflict, source: source.into() }
    }
}

impl From<sqlx::Error> for Error {
    fn from(source: sqlx::Error) -> Self {
        let Some(refusal) = source.as_database_error() else { return Self::Database(source.into()) };
        let conflict = if refusal.is_unique_violation() {
            duplicate(refusal.constraint().unwrap_or_default())
        } else if refusal.is_foreign_key_violation() || refusal.is_check_violation() {
            Conflict::Reference
        } else {
            return Self::Database(source.into());
        };
        Self::Conflict { conflict, source: source.into() }
    }
}
