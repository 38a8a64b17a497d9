//! People in directories: the state of a directory entry and which company a person represents.

use crate::CompanyId;

/// State of a person's entry in a company's directory (`PPL-02`, `PPL-03`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryStatus {
    /// Invited, not yet accepted: gives no rights.
    Invited,
    /// Accepted: rights as the directory says.
    Active,
    /// Deactivated: rights are kept but give nothing until reactivated.
    Inactive,
}

impl EntryStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Invited, Self::Active, Self::Inactive];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }

    /// Reads [`EntryStatus::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }
}

/// Which company a directory entry represents (`PPL-13`): its own people the company itself, a collaborator the company recorded.
pub fn represents(directory_of: CompanyId, employee: bool, recorded: Option<CompanyId>) -> Option<CompanyId> {
    if employee { Some(directory_of) } else { recorded.filter(|company| *company != directory_of) }
}

/// The shortest password accepted, in characters (`PPL-10`; NIST SP 800-63B asks for at least 8, we ask for more because there is no second factor yet).
pub const PASSWORD_CHARACTERS_MIN: usize = 10;

/// The longest password accepted, in bytes: hashing is bounded work.
pub const PASSWORD_BYTES_MAX: usize = 1_000;

/// Reads an e-mail address for identity: trimmed and lower case; `None` where it cannot be one.
pub fn email_key(raw: &str) -> Option<String> {
    let trimmed = raw.trim();
    let (local, host) = trimmed.rsplit_once('@')?;
    let sound = !local.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && trimmed.len() <= 254
        && !trimmed.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"()[]\\".contains(c));
    sound.then(|| trimmed.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ppl_13_own_people_represent_the_company_and_collaborators_the_recorded_one() {
        let (harbor, delta) = (CompanyId(uuid::Uuid::from_u128(1)), CompanyId(uuid::Uuid::from_u128(2)));
        assert_eq!(represents(harbor, true, Some(delta)), Some(harbor));
        assert_eq!(represents(harbor, false, Some(delta)), Some(delta));
        assert_eq!(represents(harbor, false, None), None);
        assert_eq!(represents(harbor, false, Some(harbor)), None, "an outsider never represents the host");
    }

    #[test]
    fn an_address_is_one_identity_however_it_is_typed() {
        assert_eq!(email_key("  Maria.Lopez@Delta.Example "), Some("maria.lopez@delta.example".into()));
        for wrong in [
            "",
            "maria",
            "maria@",
            "@delta.example",
            "maria@delta",
            "a b@delta.example",
            "a@b.example\nBcc: x@y.example",
        ] {
            assert_eq!(email_key(wrong), None, "{wrong:?}");
        }
    }
}
