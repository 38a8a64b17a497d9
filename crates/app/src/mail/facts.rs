//! What a message's text is made of: values by name, kept in one column.

use std::fmt::Write;

/// Values by name, in the order in which they were given. The same event always encodes to the same text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts(Vec<(String, String)>);

impl Facts {
    /// The value of a name; empty where it was not given.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All of them, name and value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Gives a value to a name that has none.
    pub(crate) fn fill(&mut self, name: &str, value: String) {
        if self.get(name).is_empty() {
            self.0.retain(|(key, _)| key != name);
            self.0.push((name.to_owned(), value));
        }
    }

    /// Everything but one name.
    #[must_use]
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(key, _)| key != name);
        self
    }

    /// The same with every value changed.
    #[must_use]
    pub(crate) fn map(self, change: impl Fn(&str) -> String) -> Self {
        Self(self.0.into_iter().map(|(key, value)| (key, change(&value))).collect())
    }

    /// One line a value, `name=value`; what would break a line or a database is written `%XX`.
    pub(crate) fn encode(&self) -> String {
        let lines = self.0.iter().map(|(key, value)| format!("{}={}\n", escape(key), escape(value)));
        lines.collect::<Vec<_>>().concat()
    }

    /// Reads [`Facts::encode`] back; a line that cannot be read is left out.
    pub(crate) fn decode(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        Self(pairs.map(|(key, value)| (unescape(key), unescape(value))).collect())
    }
}

impl From<Vec<(&'static str, String)>> for Facts {
    fn from(pairs: Vec<(&'static str, String)>) -> Self {
        Self(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

fn escape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    for character in raw.chars() {
        // All of these are one byte long. A zero byte is one of them: PostgreSQL keeps none in a text.
        if character.is_ascii_control() || matches!(character, '%' | '=') {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{:02X}", u32::from(character));
        } else {
            text.push(character);
        }
    }
    text
}

fn unescape(text: &str) -> String {
    let mut parts = text.split('%');
    let mut raw = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        match u8::from_str_radix(code, 16) {
            Ok(byte) => raw.push(char::from(byte)),
            Err(_) => raw.push_str(code),
        }
        raw.push_str(rest);
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn facts_come_back_as_they_went(pairs in prop::collection::vec(("\\PC{0,12}", any::<String>()), 0..8)) {
            let facts = Facts(pairs);
            let text = facts.encode();
            prop_assert!(!text.contains('\0') && !text.contains('\r'));
            prop_assert_eq!(Facts::decode(&text), facts);
        }

        #[test]
        fn no_text_stops_the_reader(text in any::<String>()) {
            Facts::decode(&text);
        }
    }

    #[test]
    fn the_column_is_readable_by_people() {
        let facts = Facts::from(vec![("by", "Maria López".into()), ("reason", "Scope = done,\n100%".into())]);
        assert_eq!(facts.encode(), "by=Maria López\nreason=Scope %3D done,%0A100%25\n");
    }

    #[test]
    fn a_value_is_filled_in_only_where_it_is_missing() {
        let mut facts = Facts::from(vec![("company", "Harbor Builders".into()), ("project", String::new())]);
        facts.fill("company", "Delta Mechanical".into());
        facts.fill("project", "Harbor Tower".into());
        assert_eq!((facts.get("company"), facts.get("project")), ("Harbor Builders", "Harbor Tower"));
        assert_eq!(facts.without("company").get("company"), "");
    }
}
