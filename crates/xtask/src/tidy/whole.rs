//! Rules about the tree as a whole: files that have to match each other.

use std::collections::BTreeSet;

use super::{Finding, SourceFile};

const FOLDERS: [&str; 2] = ["crates/store/migrations/sqlite/", "crates/store/migrations/postgres/"];
const MEND: &str = "both databases take the same steps in the same order: add a file of this name to the other folder too (a step with nothing to do holds a comment that says so)";

/// Checks that both databases have the same migrations.
pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let [sqlite, postgres] = FOLDERS.map(|folder| names(files, folder));
    let missing = |there: &BTreeSet<&str>, here: &BTreeSet<&str>, folder: &str| -> Vec<Finding> {
        there
            .difference(here)
            .map(|name| {
                Finding::new(
                    &format!("{folder}{name}"),
                    0,
                    "the migration exists for the other database only",
                    MEND,
                )
            })
            .collect()
    };
    let [sqlite_folder, postgres_folder] = FOLDERS;
    let mut findings = missing(&sqlite, &postgres, postgres_folder);
    findings.extend(missing(&postgres, &sqlite, sqlite_folder));
    findings
}

fn names<'a>(files: &'a [SourceFile], folder: &str) -> BTreeSet<&'a str> {
    files.iter().filter_map(|file| file.path.strip_prefix(folder)).collect()
}

#[cfg(test)]
mod tests {
    use super::{SourceFile, check};

    fn file(path: &str) -> SourceFile {
        SourceFile { path: path.to_owned(), text: String::new() }
    }

    #[test]
    fn both_databases_have_the_same_steps() {
        let both = [
            file("crates/store/migrations/sqlite/0001_a.sql"),
            file("crates/store/migrations/postgres/0001_a.sql"),
        ];
        assert!(check(&both).is_empty());
        let [sqlite, _] = both;
        let files: Vec<String> = check(&[sqlite]).into_iter().map(|finding| finding.file).collect();
        assert_eq!(files, ["crates/store/migrations/postgres/0001_a.sql"]);
        let files: Vec<String> = check(&[file("crates/store/migrations/postgres/0002_b.sql")])
            .into_iter()
            .map(|finding| finding.file)
            .collect();
        assert_eq!(files, ["crates/store/migrations/sqlite/0002_b.sql"]);
    }
}
