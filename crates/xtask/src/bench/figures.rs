//! The table: ours, the peer, the ratio, the goal, and whether it is met.

use std::fmt;
use std::fmt::Write as _;

use serde_json::{Value, json};

/// A measured value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figure {
    pub(super) value: f64,
    pub(super) unit: Unit,
}

/// What a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    CpuSeconds,
    Bytes,
}

/// What is aimed at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Goal {
    /// Ours divided by the peer's is at most this.
    Ratio(f64),
    /// Ours is at most this, in its own unit; there is no peer.
    Value(f64),
    /// Shown beside, without a goal.
    Shown,
}

/// One line of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) what: String,
    pub(super) ours: Option<Figure>,
    pub(super) peer_name: String,
    pub(super) peer: Option<Figure>,
    pub(super) goal: Goal,
    /// Why a figure is missing, or what a reader has to know to judge it.
    pub(super) note: String,
}

impl Row {
    /// A measure that could not be taken at all.
    pub(super) fn failed(id: &'static str, what: &str, error: &anyhow::Error) -> Self {
        Self {
            id,
            what: what.to_owned(),
            ours: None,
            peer_name: String::new(),
            peer: None,
            goal: Goal::Shown,
            note: format!("not measured: {error:#}"),
        }
    }

    fn ratio(&self) -> Option<f64> {
        let (ours, peer) = self.ours.zip(self.peer)?;
        (ours.unit == peer.unit && peer.value > 0.0).then(|| ours.value / peer.value)
    }

    /// Whether the goal is met; nothing when it has none or a figure is missing.
    fn pass(&self) -> Option<bool> {
        match self.goal {
            Goal::Ratio(most) => self.ratio().map(|ratio| ratio <= most),
            Goal::Value(most) => self.ours.map(|ours| ours.value <= most),
            Goal::Shown => None,
        }
    }

    fn goal_text(&self) -> String {
        match self.goal {
            Goal::Ratio(most) if most < 1.0 => format!("≤ 1/{:.0}", 1.0 / most),
            Goal::Ratio(most) => format!("≤ {most} ×"),
            Goal::Value(most) => match self.ours {
                Some(ours) => format!("≤ {}", Figure { value: most, ..ours }),
                None => format!("≤ {most}"),
            },
            Goal::Shown => "shown".to_owned(),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "what": self.what,
            "ours": self.ours.map(|figure| figure.value),
            "peer": self.peer.map(|figure| figure.value),
            "peer_name": self.peer_name,
            "unit": self.ours.or(self.peer).map(|figure| figure.unit.name()),
            "ratio": self.ratio(),
            "goal": self.goal_text(),
            "pass": self.pass(),
            "note": self.note,
        })
    }
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::CpuSeconds => "CPU s",
            Self::Bytes => "bytes",
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MIB: f64 = 1024.0 * 1024.0;
        match self.unit {
            Unit::Bytes => write!(formatter, "{:.1} MiB", self.value / MIB),
            Unit::Seconds if self.value < 0.1 => write!(formatter, "{:.2} ms", self.value * 1000.0),
            Unit::Seconds => write!(formatter, "{:.2} s", self.value),
            Unit::CpuSeconds => write!(formatter, "{:.2} CPU s", self.value),
        }
    }
}

/// The rows as aligned text, then the notes, then how many goals are met.
pub(super) fn table(rows: &[Row]) -> String {
    let figure = |figure: Option<Figure>| figure.map_or_else(|| "-".to_owned(), |figure| figure.to_string());
    let ratio =
        |ratio: f64| if ratio < 0.1 { format!("1/{:.0}", 1.0 / ratio) } else { format!("{ratio:.2}") };
    let mut lines = vec![["id", "what", "ours", "peer", "peer is", "ratio", "goal", ""].map(str::to_owned)];
    for row in rows {
        let verdict = match row.pass() {
            Some(true) => "pass",
            Some(false) => "SHORT",
            None => "",
        };
        lines.push([
            row.id.to_owned(),
            row.what.clone(),
            figure(row.ours),
            figure(row.peer),
            row.peer_name.clone(),
            row.ratio().map_or_else(|| "-".to_owned(), ratio),
            row.goal_text(),
            verdict.to_owned(),
        ]);
    }
    let mut widths = [0; 8];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for line in &lines {
        let cells: Vec<String> =
            line.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        let _ = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    let mut notes: Vec<(&str, Vec<&str>)> = Vec::new();
    for row in rows.iter().filter(|row| !row.note.is_empty()) {
        match notes.iter_mut().find(|(note, _)| *note == row.note) {
            Some((_, ids)) if ids.contains(&row.id) => {}
            Some((_, ids)) => ids.push(row.id),
            None => notes.push((&row.note, vec![row.id])),
        }
    }
    text.push('\n');
    for (note, ids) in notes {
        let _ = writeln!(text, "{}: {note}", ids.join(", "));
    }
    let verdicts: Vec<bool> = rows.iter().filter_map(Row::pass).collect();
    let met = verdicts.iter().filter(|pass| **pass).count();
    let _ = writeln!(
        text,
        "\n{met} of {} goals met, {} rows without a verdict",
        verdicts.len(),
        rows.len() - verdicts.len()
    );
    text
}

#[cfg(test)]
mod tests {
    use super::{Figure, Goal, Row, Unit, table};

    fn row(ours: Option<f64>, peer: Option<f64>, goal: Goal) -> Row {
        let figure = |value: Option<f64>| value.map(|value| Figure { value, unit: Unit::Seconds });
        Row {
            id: "SPD-01",
            what: "first copy".to_owned(),
            ours: figure(ours),
            peer_name: "rclone".to_owned(),
            peer: figure(peer),
            goal,
            note: String::new(),
        }
    }

    #[test]
    fn a_goal_is_met_missed_or_open() {
        assert_eq!(row(Some(1.0), Some(40.0), Goal::Ratio(0.05)).pass(), Some(true));
        assert_eq!(row(Some(4.0), Some(40.0), Goal::Ratio(0.05)).pass(), Some(false));
        assert_eq!(row(None, Some(40.0), Goal::Ratio(0.05)).pass(), None);
        assert_eq!(row(Some(1.0), None, Goal::Ratio(0.05)).pass(), None);
        assert_eq!(
            row(Some(1.0), Some(0.0), Goal::Ratio(0.05)).pass(),
            None,
            "a peer of nothing proves nothing"
        );
        assert_eq!(row(Some(0.5), None, Goal::Value(1.0)).pass(), Some(true));
        assert_eq!(row(Some(0.5), Some(1.0), Goal::Shown).pass(), None);
    }

    #[test]
    fn the_table_counts_what_it_knows() {
        let text =
            table(&[row(Some(1.0), Some(40.0), Goal::Ratio(0.05)), row(None, Some(40.0), Goal::Ratio(0.05))]);
        assert!(text.contains("1/40") && text.contains("≤ 1/20") && text.contains("pass"));
        assert!(text.contains("1 of 1 goals met, 1 rows without a verdict"));
    }

    #[test]
    fn json_has_the_members_others_read() {
        let value = row(None, Some(40.0), Goal::Ratio(0.05)).to_json();
        for member in ["id", "what", "ours", "peer", "peer_name", "ratio", "goal", "pass"] {
            assert!(value.get(member).is_some(), "{member}");
        }
        assert!(value["ours"].is_null() && value["pass"].is_null());
    }
}
