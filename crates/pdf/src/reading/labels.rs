//! The words printed in the boxes of title blocks, in the languages drawings come in.
//!
//! General trade vocabulary only; compared without case and punctuation.

use super::lines::plain;

/// What a label announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Number,
    /// *Sheet* alone, which may also announce a count.
    MaybeNumber,
    Title,
    Revision,
    Date,
    /// Anything else that is a label and no value.
    Other,
}

const NUMBER: [&str; 62] = [
    "SHEET NO",
    "SHEET NUMBER",
    "SHEET NUM",
    "SHEET NR",
    "SHEET ID",
    "DRAWING NO",
    "DRAWING NUMBER",
    "DRAWING NR",
    "DWG NO",
    "DWG NUMBER",
    "DWG",
    "DRG NO",
    "DRG NUMBER",
    "PLAN NO",
    "PLAN NUMBER",
    "PLAN REF NO",
    "PLAN REF",
    "DOCUMENT NO",
    "DOCUMENT NUMBER",
    "BLATT NR",
    "BLATTNR",
    "BLATTNUMMER",
    "BLATT NUMMER",
    "UNTERLAGE BLATT NR",
    "PLAN NR",
    "PLANNR",
    "PLANNUMMER",
    "ZEICHNUNGSNUMMER",
    "ZEICHNUNGS NR",
    "ZEICHNUNG NR",
    "TAVOLA",
    "TAVOLA NO",
    "TAVOLA N",
    "N TAVOLA",
    "TAV",
    "TAV N",
    "ELABORATO N",
    "DISEGNO N",
    "PLANCHE",
    "PLANCHE N",
    "N PLAN",
    "PLAN N",
    "N DE PLAN",
    "NUMERO DE PLAN",
    "FEUILLE N",
    "DESSIN N",
    "PLANO N",
    "PLANO NO",
    "N PLANO",
    "LAMINA",
    "LÁMINA",
    "FOLHA N",
    "PRANCHA",
    "DESENHO N",
    "BLADNUMMER",
    "TEKENINGNUMMER",
    "TEKENING NR",
    "RITNINGSNUMMER",
    "RITNINGSNR",
    "TEGNINGSNUMMER",
    "TEGNINGSNR",
    "NR RYSUNKU",
];
const MAYBE_NUMBER: [&str; 13] = [
    "SHEET", "DRAWING", "BLATT", "FEUILLE", "FOLIO", "HOJA", "FOLHA", "FOGLIO", "BLAD", "ARKUSZ", "ЛИСТ",
    "RYSUNEK", "PAGE",
];
const TITLE: [&str; 43] = [
    "SHEET TITLE",
    "SHEET NAME",
    "SHEET CONTENTS",
    "SHEET CONTENT",
    "DRAWING TITLE",
    "DRAWING NAME",
    "DRAWING DESCRIPTION",
    "TITLE",
    "PLAN TITLE",
    "CONTENTS",
    "PLANINHALT",
    "BENENNUNG",
    "TITEL",
    "INHALT",
    "BEZEICHNUNG",
    "DARSTELLUNG",
    "PLANBEZEICHNUNG",
    "BLATTINHALT",
    "OGGETTO",
    "TITOLO",
    "CONTENUTO",
    "TITOLO TAVOLA",
    "TITOLO ELABORATO",
    "TITRE",
    "TITRE DU PLAN",
    "OBJET",
    "INTITULÉ",
    "DESIGNATION",
    "DÉSIGNATION",
    "TITULO",
    "TÍTULO",
    "CONTENIDO",
    "CONTEUDO",
    "CONTEÚDO",
    "NOMBRE DEL PLANO",
    "ONDERWERP",
    "OMSCHRIJVING",
    "BENÄMNING",
    "TEGNINGSTITTEL",
    "TYTUŁ RYSUNKU",
    "NAZWA RYSUNKU",
    "НАИМЕНОВАНИЕ",
    "НАЗВАНИЕ ЛИСТА",
];
const REVISION: [&str; 24] = [
    "REV",
    "REV NO",
    "REVISION",
    "REVISION NO",
    "REVISION NUMBER",
    "REV NR",
    "VERS",
    "VERSION",
    "INDEX",
    "INDICE",
    "ÍNDICE",
    "IND",
    "REVISIONE",
    "REVISIÓN",
    "REVISAO",
    "REVISÃO",
    "ÄNDERUNGSINDEX",
    "WIJZIGING",
    "REVISJON",
    "UTGAVE",
    "INDEKS",
    "REWIZJA",
    "ИЗМ",
    "ISSUE NO",
];
const DATE: [&str; 12] = [
    "DATE",
    "DATUM",
    "DATA",
    "FECHA",
    "ДАТА",
    "ISSUE DATE",
    "PLOT DATE",
    "DATE OF ISSUE",
    "DRAWING DATE",
    "PRINT DATE",
    "DATO",
    "SHEET DATE",
];
const OTHER: [&str; 88] = [
    "SCALE",
    "DRAWN",
    "DRAWN BY",
    "DRN",
    "DRAWN CHECKED",
    "CHECKED",
    "CHECKED BY",
    "CHK",
    "CHKD",
    "APPROVED",
    "APPROVED BY",
    "DESIGNED",
    "DESIGNED BY",
    "ENTERED BY",
    "PLOTTED BY",
    "PROJECT",
    "PROJECT NO",
    "PROJECT NUMBER",
    "PROJECT NAME",
    "PROJECT TITLE",
    "JOB",
    "JOB NO",
    "JOB NUMBER",
    "CLIENT",
    "OWNER",
    "ARCHITECT",
    "ENGINEER",
    "CONSULTANT",
    "CONSULTANTS",
    "CONTRACTOR",
    "CONTRACT NO",
    "SEAL",
    "STAMP",
    "KEY PLAN",
    "STATUS",
    "PHASE",
    "ISSUE",
    "ISSUED FOR",
    "DESCRIPTION",
    "REVISIONS",
    "NOTES",
    "NOTE",
    "FILE",
    "FILE NAME",
    "LOCATION",
    "LOCATION NO",
    "ADDRESS",
    "SITE",
    "OF",
    "SHEETS",
    "SIZE",
    "FORMAT",
    "FORMATO",
    "SCALA",
    "MASSSTAB",
    "MASSTAB",
    "MAßSTAB",
    "GEZEICHNET",
    "GEPRÜFT",
    "BEARBEITET",
    "BAUHERR",
    "PROJEKT",
    "ECHELLE",
    "ÉCHELLE",
    "DESSINÉ",
    "VÉRIFIÉ",
    "ESCALA",
    "DIBUJADO",
    "REVISADO",
    "SCHAAL",
    "GETEKEND",
    "MÅLESTOKK",
    "SKALA",
    "MASSTÄBE",
    "PROGETTO",
    "COMMITTENTE",
    "NO",
    "NR",
    "BY",
    "TIME",
    "STATE",
    "REGION",
    "WEIGHT",
    "MATERIAL",
    "FINISH",
    "DESIGN",
    "CAD FILE",
    "DISCIPLINE",
];

/// Recognises a whole text as a label.
pub(super) fn label(text: &str) -> Option<Label> {
    let plain = plain(&text.replace('#', " NO").replace(['№', 'º', '°'], " "));
    let is = |list: &[&str]| list.contains(&plain.as_str());
    if is(&NUMBER) {
        Some(Label::Number)
    } else if is(&MAYBE_NUMBER) {
        Some(Label::MaybeNumber)
    } else if is(&TITLE) {
        Some(Label::Title)
    } else if is(&REVISION) {
        Some(Label::Revision)
    } else if is(&DATE) {
        Some(Label::Date)
    } else if is(&OTHER) || (text.len() > 2 && text.find(':') == Some(text.trim_end().len() - 1)) {
        Some(Label::Other)
    } else {
        None
    }
}

/// Splits a line such as `REV: A FORMATO: A1` into labels and what follows each; empty when it begins with no label.
pub(super) fn inline(text: &str) -> Vec<(Label, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut parts: Vec<(Label, String)> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        // The longest label that starts here; without a colon only those of numbers count, and
        // only at the start and before something that can be one.
        let found = (1..=4.min(words.len() - at)).rev().find_map(|length| {
            let candidate = words.get(at..at + length)?.join(" ");
            let marked = candidate.ends_with([':', '.', '#']);
            let label = label(&candidate)?;
            // Behind a label, several words before a colon are its value and one more label.
            if at > 0 && length > 1 && label == Label::Other && !OTHER.contains(&plain(&candidate).as_str()) {
                return None;
            }
            let next = words.get(at + length).copied().unwrap_or_default();
            let short = next.len() <= 2 || next.chars().any(|c| c.is_ascii_digit());
            let opens = at == 0
                && match label {
                    Label::Number => true,
                    Label::MaybeNumber | Label::Revision => !next.is_empty() && short,
                    _ => false,
                };
            (marked || opens).then_some((label, length))
        });
        match (found, parts.last_mut()) {
            (Some((label, length)), _) => {
                parts.push((label, String::new()));
                at += length;
            }
            (None, Some((_, value))) => {
                if !value.is_empty() {
                    value.push(' ');
                }
                value.push_str(words.get(at).copied().unwrap_or_default());
                at += 1;
            }
            (None, None) => return Vec::new(),
        }
    }
    parts
}

/// Words that titles of sheets are made of.
const SUBJECTS: [&str; 84] = [
    "PLAN",
    "PLANS",
    "ELEVATION",
    "ELEVATIONS",
    "SECTION",
    "SECTIONS",
    "DETAIL",
    "DETAILS",
    "DIAGRAM",
    "DIAGRAMS",
    "SCHEDULE",
    "SCHEDULES",
    "LAYOUT",
    "NOTES",
    "LEGEND",
    "PERSPECTIVE",
    "PERSPECTIVES",
    "FRAMING",
    "FOUNDATION",
    "ROOF",
    "FLOOR",
    "CEILING",
    "RCP",
    "BASEMENT",
    "STRUCTURE",
    "STRUCTURAL",
    "ASSEMBLY",
    "COVER",
    "INDEX",
    "SITE",
    "DEMOLITION",
    "LIGHTING",
    "POWER",
    "PLUMBING",
    "PIPING",
    "DUCTWORK",
    "GRADING",
    "LANDSCAPE",
    "UTILITY",
    "PROFILE",
    "STAIR",
    "STAIRS",
    "FACADE",
    "FAÇADE",
    "VIEW",
    "VIEWS",
    "GRUNDRISS",
    "ANSICHT",
    "ANSICHTEN",
    "SCHNITT",
    "SCHNITTE",
    "LAGEPLAN",
    "DETAILPLAN",
    "ÜBERSICHT",
    "DACHAUFSICHT",
    "PIANTA",
    "PIANTE",
    "PROSPETTO",
    "PROSPETTI",
    "SEZIONE",
    "SEZIONI",
    "PLANIMETRIA",
    "DETTAGLI",
    "COUPE",
    "COUPES",
    "FAÇADES",
    "PLANTA",
    "PLANTAS",
    "ALZADO",
    "ALZADOS",
    "CORTE",
    "CORTES",
    "DETALLE",
    "DETALLES",
    "FACHADA",
    "FACHADAS",
    "PLATTEGROND",
    "GEVEL",
    "DOORSNEDE",
    "SNITT",
    "FASAD",
    "RZUT",
    "PRZEKRÓJ",
    "ПЛАН",
];

/// Counts the words of a text that name what a sheet shows.
pub(super) fn subjects(text: &str) -> usize {
    plain(text).split(' ').filter(|word| SUBJECTS.contains(word)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_recognised_whatever_their_dress() {
        assert_eq!(label("Sheet No.:"), Some(Label::Number));
        assert_eq!(label("SHEET #"), Some(Label::Number));
        assert_eq!(label("Plan-Nr."), Some(Label::Number));
        assert_eq!(label("Zeichner:"), Some(Label::Other));
        assert_eq!(label("FIRST FLOOR PLAN"), None);
    }

    #[test]
    fn labels_inside_a_line_are_told_from_values() {
        assert_eq!(
            inline("REV: A FORMATO: A1"),
            [(Label::Revision, "A".to_owned()), (Label::Other, "A1".to_owned())]
        );
        assert_eq!(inline("SHEET 1 OF 2"), [(Label::MaybeNumber, "1 OF 2".to_owned())]);
        assert_eq!(inline("SECOND FLOOR"), []);
    }
}
