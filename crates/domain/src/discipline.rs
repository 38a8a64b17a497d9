//! Disciplines: the list a new project starts with, and which discipline a sheet number belongs to.
//!
//! Names, order and letters: US National CAD Standard, Uniform Drawing System; aliases as found in practice (FP, LV, ID …).

/// A discipline of the list a new project starts with.
#[derive(Debug, Clone, Copy)]
pub struct Standard {
    /// Its name.
    pub name: &'static str,
    /// Prefixes of sheet numbers that belong to it, upper case.
    pub abbreviations: &'static [&'static str],
}

/// The name of the discipline for sheets whose prefix is unknown.
pub const OTHER: &str = "Other Disciplines";

/// The list, in the order of a set.
pub const STANDARD: &[Standard] = &[
    Standard { name: "General", abbreviations: &["G"] },
    Standard { name: "Hazardous Materials", abbreviations: &["H"] },
    Standard { name: "Survey", abbreviations: &["V"] },
    Standard { name: "Geotechnical", abbreviations: &["B"] },
    Standard { name: "Civil", abbreviations: &["C"] },
    Standard { name: "Landscape", abbreviations: &["L"] },
    Standard { name: "Structural", abbreviations: &["S", "SF"] },
    Standard { name: "Architectural", abbreviations: &["A", "AD", "AI", "AF"] },
    Standard { name: "Interiors", abbreviations: &["I", "ID"] },
    Standard { name: "Equipment", abbreviations: &["Q"] },
    Standard { name: "Fire Protection", abbreviations: &["F", "FP", "FA", "FS"] },
    Standard { name: "Plumbing", abbreviations: &["P"] },
    Standard { name: "Process", abbreviations: &["D"] },
    Standard { name: "Mechanical", abbreviations: &["M", "MH", "HV"] },
    Standard { name: "Electrical", abbreviations: &["E"] },
    Standard { name: "Distributed Energy", abbreviations: &["W"] },
    Standard { name: "Telecommunications", abbreviations: &["T", "TC", "LV", "IT"] },
    Standard { name: "Resource", abbreviations: &["R"] },
    Standard { name: OTHER, abbreviations: &["X"] },
    Standard { name: "Contractor / Shop Drawings", abbreviations: &["Z"] },
    Standard { name: "Operations", abbreviations: &["O"] },
];

/// The letters a sheet number begins with, upper case: `A` of `A-101`, `FP` of `FP1.02`, also behind a building number (`1-A-101`).
fn prefix(number: &str) -> String {
    number
        .chars()
        .skip_while(|c| !c.is_alphabetic())
        .take_while(|c| c.is_alphabetic())
        .flat_map(char::to_uppercase)
        .collect()
}

/// The place in `disciplines` (each with its abbreviations) to which a sheet number belongs: the longest abbreviation that its letters
/// begin with, case ignored; `None` when there is none.
pub fn of_number<S: AsRef<str>>(number: &str, disciplines: &[Vec<S>]) -> Option<usize> {
    let letters = prefix(number);
    disciplines
        .iter()
        .enumerate()
        .flat_map(|(place, abbreviations)| {
            abbreviations.iter().map(move |abbreviation| (place, abbreviation.as_ref()))
        })
        .filter(|(_, abbreviation)| {
            !abbreviation.is_empty() && letters.starts_with(&abbreviation.to_uppercase())
        })
        .max_by_key(|(_, abbreviation)| abbreviation.len())
        .map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: &str) -> Option<&'static str> {
        let abbreviations: Vec<Vec<&str>> =
            STANDARD.iter().map(|standard| standard.abbreviations.to_vec()).collect();
        of_number(number, &abbreviations).and_then(|place| STANDARD.get(place)).map(|standard| standard.name)
    }

    #[test]
    fn the_longest_prefix_wins() {
        for (number, expected) in [
            ("A-101", Some("Architectural")),
            ("AD101", Some("Architectural")),
            ("a2.01", Some("Architectural")),
            ("FP-1", Some("Fire Protection")),
            ("P-201", Some("Plumbing")),
            ("ASK-003", Some("Architectural")),
            ("1-M-101", Some("Mechanical")),
            ("LV101", Some("Telecommunications")),
            ("7 / 1", None),
            ("", None),
        ] {
            assert_eq!(name(number), expected, "{number}");
        }
    }

    #[test]
    fn an_abbreviation_belongs_to_one_discipline() {
        let mut all: Vec<_> = STANDARD.iter().flat_map(|standard| standard.abbreviations).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
