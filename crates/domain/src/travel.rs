//! What may travel to a connected project, and why not: decided on the upstream side, here and nowhere else (`FLO-06`).

use crate::Reason;
use crate::revision::Status;

/// Why a record is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// Only official data travels: the revision is not published.
    #[error("not published")]
    Unpublished,
    /// No revision of this drawing was ever published.
    #[error("no published revision")]
    NothingPublished,
    /// Deleted before it was published.
    #[error("deleted before it was published")]
    DeletedUnseen,
}

impl Reason for Withheld {
    fn code(&self) -> &'static str {
        match self {
            Self::Unpublished => "unpublished",
            Self::NothingPublished => "nothing_published",
            Self::DeletedUnseen => "deleted_unseen",
        }
    }
}

/// What reaches the downstream project of a record that may travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// Its present fields.
    Present,
    /// The fact that it was deleted upstream; nothing is erased downstream (`FLO-10`).
    Deleted,
}

/// Judges a revision.
pub const fn revision(status: Status, deleted: bool) -> Result<Offer, Withheld> {
    match (status, deleted) {
        (Status::Published, false) => Ok(Offer::Present),
        (Status::Published, true) => Ok(Offer::Deleted),
        (Status::Unpublished, false) => Err(Withheld::Unpublished),
        (Status::Unpublished, true) => Err(Withheld::DeletedUnseen),
    }
}

/// Judges a drawing by how many of its revisions were published.
pub const fn drawing(published_count: i64, deleted: bool) -> Result<Offer, Withheld> {
    match (published_count, deleted) {
        (0, true) => Err(Withheld::DeletedUnseen),
        (0, false) => Err(Withheld::NothingPublished),
        (_, true) => Ok(Offer::Deleted),
        (_, false) => Ok(Offer::Present),
    }
}

/// Judges an area, a set or a discipline: it travels with what is published in it, never empty.
pub const fn holder(published_count: i64) -> Result<Offer, Withheld> {
    if published_count == 0 { Err(Withheld::NothingPublished) } else { Ok(Offer::Present) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flo_06_only_what_is_official_travels() {
        assert_eq!(revision(Status::Published, false), Ok(Offer::Present));
        assert_eq!(revision(Status::Unpublished, false), Err(Withheld::Unpublished));
        assert_eq!(revision(Status::Unpublished, true), Err(Withheld::DeletedUnseen));
        assert_eq!(drawing(0, false), Err(Withheld::NothingPublished));
        assert_eq!(holder(0), Err(Withheld::NothingPublished));
        assert_eq!(holder(3), Ok(Offer::Present));
    }

    #[test]
    fn flo_10_a_deletion_travels_as_a_fact() {
        assert_eq!(revision(Status::Published, true), Ok(Offer::Deleted));
        assert_eq!(drawing(2, true), Ok(Offer::Deleted));
    }
}
