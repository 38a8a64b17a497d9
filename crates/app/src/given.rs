//! A field of a change.

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
    pub fn try_map<U, E>(self, read: impl FnOnce(T) -> Result<U, E>) -> Result<Given<U>, E> {
        Ok(match self {
            Self::Nothing => Given::Nothing,
            Self::Null => Given::Null,
            Self::Value(value) => Given::Value(read(value)?),
        })
    }

    /// The same of what the value stands for.
    pub fn map<U>(self, read: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::Nothing => Given::Nothing,
            Self::Null => Given::Null,
            Self::Value(value) => Given::Value(read(value)),
        }
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
