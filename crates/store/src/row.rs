//! Values in and out of both databases: [`Arg`] in, [`Row`] and [`Field`] out, [`record!`] for whole rows.
//!
//! Instants are milliseconds since 1970 in a 64-bit integer, dates text, ids the database's own UUID (16 bytes on SQLite), enums their keys.

use std::cell::Cell;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::ValueRef;
use sluice_domain as domain;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{Error, Result};

/// A value for a statement. `None` keeps its type: PostgreSQL wants to know the type of a null.
#[derive(Debug, Clone)]
pub enum Arg {
    /// An id.
    Id(Option<Uuid>),
    /// A whole number, or an instant.
    Int(Option<i64>),
    /// Text, a date, a key.
    Text(Option<String>),
    /// Yes or no.
    Bool(Option<bool>),
    /// Bytes, a hash.
    Bytes(Option<Vec<u8>>),
    /// A length in points.
    Real(Option<f64>),
}

macro_rules! arg_from {
    ($($from:ty => $variant:ident, |$value:ident| $make:expr;)*) => {$(
        impl From<$from> for Arg {
            fn from($value: $from) -> Self {
                Self::$variant(Some($make))
            }
        }
        impl From<Option<$from>> for Arg {
            fn from(value: Option<$from>) -> Self {
                Self::$variant(value.map(|$value| $make))
            }
        }
    )*};
}

arg_from! {
    Uuid => Id, |value| value;
    i64 => Int, |value| value;
    u32 => Int, |value| i64::from(value);
    bool => Bool, |value| value;
    String => Text, |value| value;
    &str => Text, |value| value.to_owned();
    &String => Text, |value| value.clone();
    Vec<u8> => Bytes, |value| value;
    f64 => Real, |value| value;
    Timestamp => Int, |value| value.as_millisecond();
    Date => Text, |value| value.to_string();
    crate::Sha256 => Bytes, |value| value.0.to_vec();
}

/// A row of either database.
#[derive(Debug)]
pub struct Row<'r> {
    of: Engine<'r>,
    /// The column after the last one read: fields mostly stand in the order of their columns.
    next: Cell<usize>,
}

#[derive(Debug)]
enum Engine<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r PgRow),
}

impl<'r> Row<'r> {
    pub(crate) const fn sqlite(row: &'r rusqlite::Row<'r>) -> Self {
        Self { of: Engine::Sqlite(row), next: Cell::new(0) }
    }

    pub(crate) const fn postgres(row: &'r PgRow) -> Self {
        Self { of: Engine::Postgres(row), next: Cell::new(0) }
    }

    fn take<T: Plain>(&self, name: &str) -> Result<Option<T>> {
        match self.of {
            Engine::Postgres(row) => Ok(row.try_get(name)?),
            Engine::Sqlite(row) => {
                let columns = row.as_ref();
                let count = columns.column_count();
                let begin = self.next.get();
                for place in (begin..count).chain(0..begin.min(count)) {
                    if columns.column_name(place)? == name {
                        self.next.set(place + 1);
                        return match row.get_ref(place)? {
                            ValueRef::Null => Ok(None),
                            value => T::of(value).map(Some).ok_or_else(|| unreadable(name)),
                        };
                    }
                }
                Err(unreadable(name))
            }
        }
    }
}

/// A type that both engines have.
trait Plain: for<'a> sqlx::Decode<'a, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> {
    /// A value of SQLite, which is not null.
    fn of(value: ValueRef<'_>) -> Option<Self>;
}

macro_rules! plain {
    ($($type:ty, $($value:pat => $make:expr),+;)*) => {$(
        impl Plain for $type {
            fn of(value: ValueRef<'_>) -> Option<Self> {
                match value {
                    $($value => $make,)+
                    _ => None,
                }
            }
        }
    )*};
}
plain! {
    Uuid, ValueRef::Blob(bytes) => Self::from_slice(bytes).ok();
    i64, ValueRef::Integer(whole) => Some(whole);
    bool, ValueRef::Integer(whole) => Some(whole != 0);
    String, ValueRef::Text(text) => std::str::from_utf8(text).ok().map(ToOwned::to_owned);
    Vec<u8>, ValueRef::Blob(bytes) => Some(bytes.to_vec());
    f64, ValueRef::Real(number) => Some(number);
}

/// A type that one column holds.
pub trait Column: Sized {
    /// Reads a column; `None` where it is null.
    fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>>;
}

/// A field of a record: a [`Column`], or an optional one.
pub trait Field: Sized {
    /// Reads it.
    fn read(row: &Row<'_>, name: &str) -> Result<Self>;
}

impl<T: Column> Field for T {
    fn read(row: &Row<'_>, name: &str) -> Result<Self> {
        T::take(row, name)?.ok_or_else(|| Error::Unreadable { column: name.to_owned() })
    }
}

impl<T: Column> Field for Option<T> {
    fn read(row: &Row<'_>, name: &str) -> Result<Self> {
        T::take(row, name)
    }
}

macro_rules! plain_column {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
                row.take(name)
            }
        }
    )*};
}
plain_column!(Uuid, i64, bool, String, Vec<u8>, f64);

fn unreadable(name: &str) -> Error {
    Error::Unreadable { column: name.to_owned() }
}

impl Column for Timestamp {
    fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
        row.take(name)?.map(|ms| Self::from_millisecond(ms).map_err(|_| unreadable(name))).transpose()
    }
}

impl Column for Date {
    fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
        row.take::<String>(name)?.map(|text| text.parse().map_err(|_| unreadable(name))).transpose()
    }
}

impl Column for crate::Sha256 {
    fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
        row.take::<Vec<u8>>(name)?
            .map(|bytes| bytes.try_into().map(Self).map_err(|_| unreadable(name)))
            .transpose()
    }
}

macro_rules! id_columns {
    ($($id:ident),*) => {$(
        impl Column for domain::$id {
            fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
                Ok(row.take(name)?.map(Self))
            }
        }
        impl From<domain::$id> for Arg {
            fn from(id: domain::$id) -> Self {
                Self::Id(Some(id.0))
            }
        }
        impl From<Option<domain::$id>> for Arg {
            fn from(id: Option<domain::$id>) -> Self {
                Self::Id(id.map(|id| id.0))
            }
        }
    )*};
}
id_columns!(
    AdditionId,
    CompanyId,
    PersonId,
    TemplateId,
    TokenId,
    ProjectId,
    InvitationId,
    MarkupId,
    ConnectionId,
    DeliveryId,
    MessageId,
    ExportId,
    AreaId,
    SetId,
    DisciplineId,
    DrawingId,
    RevisionId,
    SheetId,
    UploadFileId,
    UploadId
);

macro_rules! key_columns {
    ($($type:ty),* $(,)?) => {$(
        impl Column for $type {
            fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
                row.take::<String>(name)?.map(|key| Self::from_key(&key).ok_or_else(|| unreadable(name))).transpose()
            }
        }
        impl From<$type> for Arg {
            fn from(value: $type) -> Self {
                Self::Text(Some(value.key().to_owned()))
            }
        }
        impl From<Option<$type>> for Arg {
            fn from(value: Option<$type>) -> Self {
                Self::Text(value.map(|value| value.key().to_owned()))
            }
        }
    )*};
}
key_columns!(
    domain::connection::State,
    domain::connection::Side,
    domain::connection::ApprovalPolicy,
    domain::markup::Colour,
    domain::markup::Kind,
    domain::people::EntryStatus,
    domain::permission::Tool,
    domain::project::Stage,
    domain::revision::Status,
    domain::topology::Role,
);

impl From<domain::feed::Kind> for Arg {
    fn from(kind: domain::feed::Kind) -> Self {
        Self::Text(Some(kind.key().to_owned()))
    }
}

impl Column for domain::permission::Levels {
    /// `drawings=read_only directory=none …`: only tools above None are written.
    fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
        let Some(text) = row.take::<String>(name)? else { return Ok(None) };
        let mut levels = Self::default();
        for pair in text.split_whitespace() {
            let (tool, level) = pair.split_once('=').ok_or_else(|| unreadable(name))?;
            let tool = domain::permission::Tool::from_key(tool).ok_or_else(|| unreadable(name))?;
            levels = levels
                .with(tool, domain::permission::Level::from_key(level).ok_or_else(|| unreadable(name))?);
        }
        Ok(Some(levels))
    }
}

impl From<domain::permission::Levels> for Arg {
    fn from(levels: domain::permission::Levels) -> Self {
        let pairs = domain::permission::Tool::LEVELLED
            .into_iter()
            .filter(|tool| levels.of(*tool) > domain::permission::Level::None)
            .map(|tool| format!("{}={}", tool.key(), levels.of(tool).key()));
        Self::Text(Some(pairs.collect::<Vec<_>>().join(" ")))
    }
}

impl Column for domain::markup::Points {
    fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
        row.take::<String>(name)?
            .map(|text| Self::from_text(&text).ok_or_else(|| unreadable(name)))
            .transpose()
    }
}

impl From<&domain::markup::Points> for Arg {
    fn from(points: &domain::markup::Points) -> Self {
        Self::Text(Some(points.to_string()))
    }
}

/// Grants, in one column.
#[derive(Debug, Clone, Default)]
pub struct Grants(pub Vec<domain::permission::Grant>);

impl Column for Grants {
    fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
        let Some(text) = row.take::<String>(name)? else { return Ok(None) };
        let grants = text
            .split_whitespace()
            .map(|key| domain::permission::Grant::from_key(key).ok_or_else(|| unreadable(name)));
        Ok(Some(Self(grants.collect::<Result<_>>()?)))
    }
}

impl From<&Grants> for Arg {
    fn from(grants: &Grants) -> Self {
        Self::Text(Some(grants.0.iter().map(|grant| grant.key()).collect::<Vec<_>>().join(" ")))
    }
}

impl Column for domain::permission::Scopes {
    /// `drawings:read connection_manager:write …`.
    fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
        let Some(text) = row.take::<String>(name)? else { return Ok(None) };
        Self::from_words(text.split_whitespace()).map(Some).map_err(|_| unreadable(name))
    }
}

impl From<domain::permission::Scopes> for Arg {
    fn from(scopes: domain::permission::Scopes) -> Self {
        Self::Text(Some(scopes.words().join(" ")))
    }
}

/// Words in one column, parted by spaces: tools, abbreviations.
#[derive(Debug, Clone, Default)]
pub struct Words(pub Vec<String>);

impl Column for Words {
    fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
        Ok(row
            .take::<String>(name)?
            .map(|text| Self(text.split_whitespace().map(ToOwned::to_owned).collect())))
    }
}

/// A whole row read by the names of its columns; see [`record!`].
pub trait Record: Sized {
    /// Reads it.
    fn read(row: &Row<'_>) -> Result<Self>;
}

impl<T: Column> Record for (T,) {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok((T::read(row, "value")?,))
    }
}

/// Declares a struct whose fields are the columns of a query, by name.
#[macro_export]
macro_rules! record {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

        impl $crate::row::Record for $name {
            fn read(row: &$crate::row::Row<'_>) -> $crate::Result<Self> {
                Ok(Self { $($field: <$type as $crate::row::Field>::read(row, stringify!($field))?,)* })
            }
        }
    };
}
