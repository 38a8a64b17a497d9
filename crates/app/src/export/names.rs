//! Names of files and folders in the archive: sound on every file system, and each given once.

use std::collections::HashSet;

use crate::uploads::name;

/// Names in use within one folder. Two that differ in capitals only are one to some file systems.
#[derive(Debug, Default)]
pub(crate) struct Folder(HashSet<String>);

impl Folder {
    /// A name for a file or folder that nothing else in this folder has: ` (2)` and so on where the wish is taken.
    pub(crate) fn give(&mut self, wish: &str) -> String {
        let (stem, ending) = wish
            .rsplit_once('.')
            .map_or((wish, String::new()), |(stem, ending)| (stem, format!(".{ending}")));
        let stem = cut(stem);
        let mut name = format!("{stem}{ending}");
        let mut count = 2;
        while !self.0.insert(name.to_lowercase()) {
            name = format!("{stem} ({count}){ending}");
            count += 1;
        }
        name
    }
}

/// Longest name without ending, bytes: file systems take 255, some programs 260 for the whole path.
const STEM_MAX: usize = 120;

/// As much of a name as fits, in whole characters.
fn cut(stem: &str) -> &str {
    let mut end = stem.len().min(STEM_MAX);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    stem.get(..end).unwrap_or(stem).trim_end()
}

/// The wish of a revision: `Number_Rev_Title.pdf`.
pub(crate) fn of_revision(number: &str, revision: &str, title: &str) -> String {
    name::saved(number, revision, title)
}

/// The wish of a project: `Number Name`, without what would end in a dot or mean a device.
pub(crate) fn of_project(number: &str, project: &str) -> String {
    let name = name::saved(number, "", project);
    let name = name.strip_suffix(".pdf").unwrap_or(&name).trim_end_matches(['.', ' ']);
    let device = ["con", "prn", "aux", "nul"].contains(&name.to_lowercase().as_str());
    if device || name.is_empty() {
        format!("project {name}").trim_end().to_owned()
    } else {
        name.replace('.', "-")
    }
}

/// The wish of an uploaded file: its own name, as far as every file system takes it.
pub(super) fn of_upload(name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "pdf"));
    let saved = name::saved(stem, "", "");
    format!(
        "{}.{}",
        saved.strip_suffix(".pdf").unwrap_or(&saved),
        ending.replace(|c: char| !c.is_ascii_alphanumeric(), "-")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ppl_12_a_name_is_given_once() {
        let mut folder = Folder::default();
        let wish = of_revision("A-101", "0", "Plan");
        assert_eq!(folder.give(&wish), "A-101_0_Plan.pdf");
        assert_eq!(folder.give(&wish), "A-101_0_Plan (2).pdf");
        assert_eq!(folder.give("a-101_0_PLAN.PDF"), "a-101_0_PLAN (3).PDF");
        assert_eq!(folder.give("A-101_0_Plan (2).pdf"), "A-101_0_Plan (2) (2).pdf");
        assert_eq!(folder.give(&of_revision("A-102", "", &"ä".repeat(80))).len(), 120 + 4);
    }

    #[test]
    fn ppl_12_a_folder_has_a_name_everywhere() {
        assert_eq!(of_project("H-2104", "Harbor Tower"), "H-2104_Harbor Tower");
        assert_eq!(of_project("", "St. Mary's / East"), "St- Mary's - East");
        assert_eq!(of_project("", "NUL"), "project NUL");
        assert_eq!(of_project("", "..."), "project");
    }
}
