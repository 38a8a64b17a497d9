//! Digests of what travels (`SEE-06`): the same fields, written down the same way on both sides, so that a difference shows without the
//! content being sent.

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use sluice_domain::ConnectionId;
use sluice_domain::feed::Kind;
use sluice_store::connection::ConnectionRow;
use sluice_store::{Session, Tx};
use uuid::Uuid;

use super::shared::{Arriving, Doing, Offer};
use crate::App;

/// What all fields of a record that travel come to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().take(6).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A record as upstream tells of it.
#[derive(Debug, Clone, Copy)]
pub struct Digested {
    /// Kind.
    pub kind: Kind,
    /// The record upstream.
    pub record: Uuid,
    /// Place of its entry in the feed.
    pub position: i64,
    /// Its version and its digest; `None` where it is withheld, or nothing of it is to be compared.
    pub state: Option<(i64, Digest)>,
}

/// How a copy compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is as upstream.
    Alike,
    /// It is not there.
    Missing,
    /// It is not as upstream.
    Changed,
}

/// How some copies compare.
#[derive(Debug)]
pub struct Compared {
    /// One for each record that was asked about, in their order.
    pub verdicts: Vec<Verdict>,
    /// How many of these records have a copy.
    pub copies: usize,
}

/// How the copies of a tool are compared with the upstream and repaired.
pub trait Comparing: Send + Sync {
    /// On the upstream side: what an offer comes to, with the version of its record; nothing where nothing of it is to be compared.
    fn digest(&self, offer: &Offer) -> Option<(i64, Digest)>;

    /// How many copies came through a connection.
    fn count<'a>(&'a self, db: &'a mut Session, connection: ConnectionId) -> Doing<'a, i64>;

    /// The records upstream of which there are copies, after one of them, in order.
    fn copied<'a>(
        &'a self,
        db: &'a mut Session,
        connection: ConnectionId,
        after: Uuid,
        limit: i64,
    ) -> Doing<'a, Vec<Uuid>>;

    /// Compares copies with what upstream tells of them.
    fn compare<'a>(
        &'a self,
        db: &'a mut Session,
        connection: &'a ConnectionRow,
        records: &'a [Digested],
    ) -> Doing<'a, Compared>;

    /// Writes copies anew as they are offered, whatever versions they claim to have. Nobody is told of it as of an arrival.
    fn repair<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        arriving: Arriving<'a>,
        offers: Vec<Offer>,
    ) -> Doing<'a, ()>;
}

/// Writes fields so that no two lists of them are written alike.
pub struct Fields(Sha256);

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fields")
    }
}

impl Fields {
    /// Those of a kind of record.
    pub fn of(kind: Kind) -> Self {
        Self(Sha256::new()).text(kind.key())
    }

    /// Bytes.
    #[must_use]
    pub fn bytes(mut self, bytes: Option<&[u8]>) -> Self {
        let length = bytes.map_or(u64::MAX, |bytes| bytes.len() as u64);
        self.0.update(length.to_le_bytes());
        self.0.update(bytes.unwrap_or_default());
        self
    }

    /// A text.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.bytes(Some(text.as_bytes()))
    }

    /// Another record.
    #[must_use]
    pub fn id(self, id: Option<Uuid>) -> Self {
        self.bytes(id.as_ref().map(|id| id.as_bytes().as_slice()))
    }

    /// A number.
    #[must_use]
    pub fn number(self, number: Option<i64>) -> Self {
        self.bytes(number.map(i64::to_le_bytes).as_ref().map(<[u8; 8]>::as_slice))
    }

    /// A date.
    #[must_use]
    pub fn date(self, date: Option<Date>) -> Self {
        self.bytes(date.map(|date| date.to_string()).as_deref().map(str::as_bytes))
    }

    /// A moment.
    #[must_use]
    pub fn instant(self, at: Option<Timestamp>) -> Self {
        self.number(at.map(Timestamp::as_millisecond))
    }

    /// What they come to.
    pub fn digest(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn see_06_no_two_lists_of_fields_are_written_alike() {
        let fields = || Fields::of(Kind::new("note"));
        assert_ne!(fields().text("ab").text("c").digest(), fields().text("a").text("bc").digest());
        assert_ne!(fields().date(None).digest(), fields().text("").digest());
        assert_ne!(fields().number(None).digest(), fields().number(Some(0)).digest());
        assert_ne!(fields().digest(), Fields::of(Kind::new("notes")).digest());
    }
}
