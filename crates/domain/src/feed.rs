//! The kinds of entries in a project's feed (`FLO-01`, `FLO-14`).

/// What an entry is about: a word that the tool explains whose record it is. A word names one kind in all tools.
///
/// The feed and the engine know no more of it than that; each tool has a list of its own, as Drawings has [`drawings::Kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kind(&'static str);

impl Kind {
    /// A kind of this name.
    pub const fn new(word: &'static str) -> Self {
        Self(word)
    }

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        self.0
    }
}

/// The kinds of Drawings.
pub mod drawings {
    /// What an entry of Drawings is about.
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
        /// All kinds.
        pub const ALL: [Self; 5] = [Self::Area, Self::Set, Self::Discipline, Self::Drawing, Self::Revision];

        /// The same, as the feed knows them.
        pub const IN_FEED: [super::Kind; 5] = [
            Self::Area.in_feed(),
            Self::Set.in_feed(),
            Self::Discipline.in_feed(),
            Self::Drawing.in_feed(),
            Self::Revision.in_feed(),
        ];

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

        /// As the feed knows it.
        pub const fn in_feed(self) -> super::Kind {
            super::Kind::new(self.key())
        }

        /// Reads it back; nothing for a kind of another tool.
        pub fn of(kind: super::Kind) -> Option<Self> {
            Self::ALL.into_iter().find(|own| own.in_feed() == kind)
        }
    }

    impl From<Kind> for super::Kind {
        fn from(kind: Kind) -> Self {
            kind.in_feed()
        }
    }
}
