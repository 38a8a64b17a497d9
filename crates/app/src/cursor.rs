//! Where the next page of a list begins, as a text that callers hand back unread: the key by which the list is sorted, and the id of the
//! last record that was given.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::{Error, Result};

/// Writes a place.
pub(crate) fn write(id: Uuid, key: &str) -> String {
    URL_SAFE_NO_PAD.encode([id.as_bytes().as_slice(), key.as_bytes()].concat())
}

/// Reads what [`write()`] wrote.
pub(crate) fn read(text: &str) -> Result<(Uuid, String)> {
    let unsound = || Error::code("unsound_cursor");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| unsound())?;
    let (id, key) = bytes.split_first_chunk::<16>().ok_or_else(unsound)?;
    let key = String::from_utf8(key.to_vec()).map_err(|_| unsound())?;
    Ok((Uuid::from_bytes(*id), key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unsound_cursor_is_refused() {
        assert!(read("not base 64 !").is_err());
        assert!(read("AAAA").is_err());
        let id = Uuid::from_bytes([7; 16]);
        assert_eq!(read(&write(id, "a-0000000101")).unwrap(), (id, "a-0000000101".to_owned()));
    }
}
