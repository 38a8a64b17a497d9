//! A field in a change: what is absent stays, what is null is cleared.

/// A field of a change: to be left, to be cleared, or to be set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Given<T> {
    /// It stays.
    #[default]
    Nothing,
    /// It is cleared.
    Null,
    /// It is set.
    Value(T),
}

impl<T> Given<T> {
    /// Reads the value, if one is given.
    pub fn try_map<U, E>(
        self,
        read: impl FnOnce(T) -> std::result::Result<U, E>,
    ) -> std::result::Result<Given<U>, E> {
        Ok(match self {
            Self::Nothing => Given::Nothing,
            Self::Null => Given::Null,
            Self::Value(value) => Given::Value(read(value)?),
        })
    }

    /// What the field is afterwards.
    pub(crate) fn onto(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Nothing => before,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}
