//! What is said of a project beside its name: how far the job is (`PPL-09`).

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Priced, not won.
    Bidding,
    /// Won, being planned.
    PreConstruction,
    /// Being built.
    Construction,
    /// Built, being handed over.
    PostConstruction,
    /// Handed over, still answered for.
    Warranty,
}

impl Stage {
    /// All, in the order of a job.
    pub const ALL: [Self; 5] =
        [Self::Bidding, Self::PreConstruction, Self::Construction, Self::PostConstruction, Self::Warranty];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Bidding => "bidding",
            Self::PreConstruction => "pre_construction",
            Self::Construction => "construction",
            Self::PostConstruction => "post_construction",
            Self::Warranty => "warranty",
        }
    }

    /// Reads [`Stage::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ppl_09_stages_read_back() {
        for stage in Stage::ALL {
            assert_eq!(Stage::from_key(stage.key()), Some(stage));
        }
    }
}
