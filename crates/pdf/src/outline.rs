//! Bookmarks and page labels of a file, by page (DRW-03).
//!
//! It follows only what leads to a page; actions other than *go to* are not looked at. Loops and endless lists end at
//! fixed counts.

use std::collections::{BTreeMap, HashMap, HashSet};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, String as PdfString};

/// Most outline items, name-tree nodes or label ranges looked at; sets of 2,000 sheets have a few thousand.
const MAX_NODES: usize = 20_000;

/// Longest title kept, in characters.
const MAX_TITLE: usize = 300;

/// Reads the bookmarks; where several point at one page, the deepest and then the first one wins.
pub(crate) fn bookmarks(pdf: &Pdf) -> BTreeMap<u32, String> {
    let Some(catalog) = catalog(pdf) else {
        return BTreeMap::new();
    };
    let Some(outlines) = catalog.get::<Dict<'_>>(b"Outlines") else {
        return BTreeMap::new();
    };
    let pages: HashMap<ObjectIdentifier, u32> = (1..)
        .zip(pdf.pages().iter())
        .filter_map(|(number, page)| Some((page.raw().obj_id()?, number)))
        .collect();
    let names = named_destinations(&catalog);

    let mut found: BTreeMap<u32, (usize, String)> = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut stack: Vec<(Dict<'_>, usize)> = Vec::new();
    stack.extend(outlines.get::<Dict<'_>>(b"First").map(|first| (first, 1_usize)));
    while let Some((item, depth)) = stack.pop() {
        if seen.len() >= MAX_NODES || item.obj_id().is_some_and(|id| !seen.insert(id)) {
            continue;
        }
        if let Some(next) = item.get::<Dict<'_>>(b"Next") {
            stack.push((next, depth));
        }
        if let Some(first) = item.get::<Dict<'_>>(b"First") {
            stack.push((first, depth + 1));
        }
        let title = item.get::<PdfString<'_>>(b"Title").map(|title| text_string(&title));
        let destination = item
            .get::<Object<'_>>(b"Dest")
            .or_else(|| item.get::<Dict<'_>>(b"A").and_then(|action| action.get::<Object<'_>>(b"D")));
        if let (Some(title), Some(page)) = (
            title.filter(|title| !title.is_empty()),
            destination.and_then(|destination| target(&destination, &names, &pages)),
        ) {
            let kept = found.entry(page).or_insert((0, String::new()));
            if depth > kept.0 {
                *kept = (depth, title);
            }
        }
    }
    found.into_iter().map(|(page, (_, title))| (page, title)).collect()
}

/// Reads the page labels (ISO 32000-1, 12.4.2).
pub(crate) fn labels(pdf: &Pdf) -> BTreeMap<u32, String> {
    let mut labels = BTreeMap::new();
    let Some(tree) = catalog(pdf).and_then(|catalog| catalog.get::<Dict<'_>>(b"PageLabels")) else {
        return labels;
    };
    let mut ranges: BTreeMap<u32, Dict<'_>> = BTreeMap::new();
    for leaf in tree_leaves(tree, b"Nums") {
        let mut items = leaf.flex_iter();
        while ranges.len() < MAX_NODES {
            let Some(start) = items.next::<u32>() else {
                break;
            };
            let Some(range) = items.next::<Dict<'_>>() else {
                break;
            };
            ranges.insert(start, range);
        }
    }
    let pages = u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX);
    for index in 0..pages {
        let Some((&start, range)) = ranges.range(..=index).next_back() else {
            continue;
        };
        let prefix = range.get::<PdfString<'_>>(b"P").map(|prefix| text_string(&prefix)).unwrap_or_default();
        let first = range.get::<u32>(b"St").unwrap_or(1);
        let count = first.saturating_add(index - start);
        let style = range.get::<Name<'_>>(b"S");
        let numeral = match style.as_ref().map(AsRef::as_ref) {
            Some(b"D") => count.to_string(),
            Some(b"R") => roman(count).to_uppercase(),
            Some(b"r") => roman(count),
            Some(b"A") => letters(count).to_uppercase(),
            Some(b"a") => letters(count),
            _ => String::new(),
        };
        let label = format!("{prefix}{numeral}");
        if !label.is_empty() {
            labels.insert(index + 1, label);
        }
    }
    labels
}

/// Returns the document catalog.
pub(crate) fn catalog(pdf: &Pdf) -> Option<Dict<'_>> {
    pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())
}

/// Maps destination names to destinations, from the old dictionary and the newer name tree.
fn named_destinations<'a>(catalog: &Dict<'a>) -> HashMap<Vec<u8>, Object<'a>> {
    let mut names = HashMap::new();
    if let Some(old) = catalog.get::<Dict<'_>>(b"Dests") {
        for key in old.keys().take(MAX_NODES) {
            if let Some(destination) = old.get::<Object<'_>>(&key) {
                names.insert(key.as_ref().to_vec(), destination);
            }
        }
    }
    let tree = catalog.get::<Dict<'_>>(b"Names").and_then(|names| names.get::<Dict<'_>>(b"Dests"));
    for leaf in tree.into_iter().flat_map(|tree| tree_leaves(tree, b"Names")) {
        let mut items = leaf.flex_iter();
        while names.len() < MAX_NODES {
            let Some(name) = items.next::<PdfString<'_>>() else {
                break;
            };
            let Some(destination) = items.next::<Object<'_>>() else {
                break;
            };
            names.insert(name.as_bytes().to_vec(), destination);
        }
    }
    names
}

/// Collects the arrays under `key` of a name or number tree.
fn tree_leaves<'a>(root: Dict<'a>, key: &[u8]) -> Vec<Array<'a>> {
    let mut leaves = Vec::new();
    let mut seen = HashSet::new();
    let mut stack = vec![root];
    while let Some(node) = stack.pop() {
        if seen.len() + leaves.len() >= MAX_NODES || node.obj_id().is_some_and(|id| !seen.insert(id)) {
            continue;
        }
        leaves.extend(node.get::<Array<'_>>(key));
        if let Some(kids) = node.get::<Array<'_>>(b"Kids") {
            stack.extend(kids.iter::<Dict<'_>>().take(MAX_NODES));
        }
    }
    leaves
}

fn target(
    destination: &Object<'_>,
    names: &HashMap<Vec<u8>, Object<'_>>,
    pages: &HashMap<ObjectIdentifier, u32>,
) -> Option<u32> {
    let named = match destination {
        Object::Name(name) => names.get(name.as_ref() as &[u8])?,
        Object::String(name) => names.get(name.as_bytes())?,
        direct => direct,
    };
    let array = match named {
        Object::Array(array) => array.clone(),
        Object::Dict(dict) => dict.get::<Array<'_>>(b"D")?,
        _ => return None,
    };
    let page = array.raw_iter().next()?.as_obj_ref()?;
    pages.get(&page.into()).copied()
}

/// Decodes a text string: UTF-16 or UTF-8 with a mark, else bytes taken as Latin-1 (ISO 32000-1, 7.9.2.2; the few
/// places where `PDFDocEncoding` differs are typographic marks).
pub(crate) fn text_string(string: &[u8]) -> String {
    let decoded = match string {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => bytes.iter().map(|&byte| pdf_doc_char(byte)).collect(),
    };
    let words = decoded.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text.chars().take(MAX_TITLE).collect()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|&pair| unit(pair)).take(4 * MAX_TITLE);
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn pdf_doc_char(byte: u8) -> char {
    match byte {
        0x84 => '—',
        0x85 => '–',
        0x8D => '“',
        0x8E => '”',
        0x8F => '‘',
        0x90 => '’',
        other => char::from(other),
    }
}

fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    // Beyond this the numeral is only a way to make a long string.
    let mut left = number.min(9_999);
    let mut numeral = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            numeral.push_str(sign);
            left -= value;
        }
    }
    numeral
}

/// a … z, aa … zz, aaa … as the standard wants.
fn letters(number: u32) -> String {
    let index = number.saturating_sub(1);
    let letter = u8::try_from(index % 26).map_or('a', |offset| char::from(b'a' + offset));
    let times = usize::try_from(index / 26 + 1).unwrap_or(1).min(20);
    std::iter::repeat_n(letter, times).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_strings_are_decoded() {
        assert_eq!(text_string(b"\xFE\xFF\x00A\x00-\x001\x00\x0A\x00B"), "A-1 B");
        assert_eq!(text_string(b"\xEF\xBB\xBFMA\xC3\x85N"), "MAÅN");
        assert_eq!(text_string(b"A\x85B"), "A–B");
    }

    #[test]
    fn numerals() {
        assert_eq!(roman(1994), "mcmxciv");
        assert_eq!(letters(1), "a");
        assert_eq!(letters(27), "aa");
    }
}
