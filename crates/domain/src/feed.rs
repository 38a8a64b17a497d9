//! The kinds of entries in a project's feed, and which tool each belongs to (`FLO-01`, `FLO-14`).

use crate::permission::Tool;

/// What an entry is about. A new tool plugs in by its kinds here, its travel rule in [`crate::travel`], its apply rule in `app::flow`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Name and description of an area.
    Area,
    /// Name and date of a set.
    Set,
    /// Name and order of a discipline.
    Discipline,
    /// Number, title, discipline, area, obsolete mark of a drawing; its deletion.
    Drawing,
    /// A revision: its file, dates, set, order.
    Revision,
}

impl Kind {
    /// All kinds, in an order in which each can be applied after those it refers to.
    pub const ALL: [Self; 5] = [Self::Area, Self::Set, Self::Discipline, Self::Drawing, Self::Revision];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Set => "set",
            Self::Discipline => "discipline",
            Self::Drawing => "drawing",
            Self::Revision => "revision",
        }
    }

    /// Reads [`Kind::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The tool whose connection carries it.
    pub const fn tool(self) -> Tool {
        match self {
            Self::Area | Self::Set | Self::Discipline | Self::Drawing | Self::Revision => Tool::Drawings,
        }
    }
}
