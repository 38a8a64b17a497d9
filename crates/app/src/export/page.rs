//! The pages of an export, which open in any browser without the product: the company's, and one for each project.

use std::fmt::Write;

use jiff::Timestamp;
use sluice_store::export::{ListedConnection, ListedRevision, ProjectRow};

use super::archive::MANIFEST;
use super::text::{html, link};

/// The list of files whose bytes could not be had.
pub(super) const DAMAGED: &str = "damaged-files.csv";

/// A project as the company's page lists it.
pub(super) struct Listed {
    /// The project.
    pub(super) row: ProjectRow,
    /// Its folder.
    pub(super) folder: String,
    /// How many drawings it has.
    pub(super) drawings: u64,
}

const STYLE: &str = "<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #8884; }
ul { margin: 0; padding: 0; list-style: none; }
.quiet { opacity: .75; }
code { background: #8882; padding: .1rem .3rem; }
</style>";

fn head(title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{}</title>\n{STYLE}\n</head>\n<body>\n",
        html(title)
    )
}

fn date(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// The first page.
pub(super) fn company(
    name: &str,
    at: Timestamp,
    projects: &[Listed],
    connections: &[ListedConnection],
    damaged: u64,
) -> String {
    let mut page = head(&format!("{name}: everything"));
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "<h1>{}</h1>\n<p>Everything of this company in Sluice as of {at}. It needs nothing but this folder.</p>\n",
        html(name)
    );
    if damaged > 0 {
        let _ = writeln!(
            page,
            "<p><strong>{damaged} files could not be had and are missing.</strong> They are listed in <a href=\"{DAMAGED}\">{DAMAGED}</a>.</p>"
        );
    }
    page.push_str("<h2>Projects</h2>\n<table>\n<tr><th>Number</th><th>Project</th><th>Drawings</th></tr>\n");
    for project in projects {
        let quiet = if project.row.active { "" } else { " <span class=\"quiet\">inactive</span>" };
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td><a href=\"{}/index.html\">{}</a>{quiet}</td><td>{}</td></tr>",
            html(&project.row.number),
            link(&project.folder),
            html(&project.row.name),
            project.drawings
        );
    }
    page.push_str("</table>\n<h2>Connections</h2>\n<table>\n<tr><th>Project</th><th>Is</th><th>Of</th><th>State</th><th>Asked for</th><th>Ended</th></tr>\n");
    for connection in connections {
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{} · {}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            html(&connection.project),
            html(&connection.side),
            html(&connection.company),
            html(&connection.other_project),
            html(&connection.state),
            date(connection.requested_at),
            connection.ended_at.map(date).unwrap_or_default()
        );
    }
    let _ = write!(
        page,
        "</table>\n<h2>Records</h2>\n<p>The folder <code>records</code>, here and in each project, holds every record twice: as JSON for programs \
         and as CSV for spreadsheets. Instants are in UTC.</p>\n<h2>Whether it is whole</h2>\n<p><code>{MANIFEST}</code> lists the SHA-256 of every \
         file. To check them, unpack everything and run <code>sha256sum -c {MANIFEST}</code> in this folder (on macOS <code>shasum -a 256 -c \
         {MANIFEST}</code>).</p>\n</body>\n</html>\n"
    );
    page
}

/// The beginning of a project's page.
pub(super) fn project_head(project: &ProjectRow) -> String {
    let number = if project.number.is_empty() { String::new() } else { format!("{} ", project.number) };
    format!(
        "{}<p><a href=\"../../index.html\">All projects</a></p>\n<h1>{}{}</h1>\n<table>\n<tr><th>Number</th><th>Title</th><th>Discipline</th>\
         <th>Area</th><th>From</th><th>Revisions</th></tr>\n",
        head(&project.name),
        html(&number),
        html(&project.name)
    )
}

/// A revision; with the beginning of its drawing's row where it is the drawing's first, and the end of the row before.
pub(super) fn revision(
    row: &ListedRevision,
    file: Option<&str>,
    first: bool,
    another_before: bool,
) -> String {
    let mut line = String::new();
    if first {
        if another_before {
            line.push_str("</ul></td></tr>\n");
        }
        let origin = match (&row.origin_company, &row.origin_project) {
            (Some(company), Some(project)) => format!("{company} · {project}"),
            _ => String::new(),
        };
        let mark = if row.obsolete { " <span class=\"quiet\">obsolete</span>" } else { "" };
        // The cell of revisions stands last, because it is open until the next drawing.
        let _ = write!(
            line,
            "<tr><td>{}</td><td>{}{mark}</td><td>{}</td><td>{}</td><td>{}</td><td><ul>",
            html(&row.number),
            html(&row.title),
            html(&row.discipline),
            html(&row.area),
            html(&origin)
        );
    }
    let marks =
        [(row.current, "current"), (row.status == "unpublished", "unpublished"), (row.deleted, "deleted")];
    let marks: Vec<&str> = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect();
    let what = if row.revision.is_empty() { "–".to_owned() } else { html(&row.revision) };
    let linked = match file {
        Some(file) => format!("<a href=\"drawings/{}\">{what}</a>", link(file)),
        None => what,
    };
    let details = [row.set_name.as_str(), row.drawing_date.as_deref().unwrap_or_default(), &marks.join(", ")];
    let details: Vec<String> = details.into_iter().filter(|text| !text.is_empty()).map(html).collect();
    let _ = write!(line, "<li>{linked} <span class=\"quiet\">{}</span></li>", details.join(" · "));
    line
}

/// The end of a project's page.
pub(super) fn project_foot(drawings: u64) -> String {
    let open = if drawings > 0 { "</ul></td></tr>\n" } else { "" };
    format!("{open}</table>\n<p class=\"quiet\">{drawings} drawings.</p>\n</body>\n</html>\n")
}
