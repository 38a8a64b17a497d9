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
    /// Of requests, pages and the like: more is better.
    PerSecond,
}

/// What is aimed at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Goal {
    /// Ours divided by the peer's is at most this.
    Ratio(f64),
    /// Ours divided by the peer's is at least this.
    AtLeast(f64),
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
    /// A row without figures.
    pub(super) fn new(id: &'static str, what: impl Into<String>, goal: Goal) -> Self {
        Self {
            id,
            what: what.into(),
            ours: None,
            peer_name: String::new(),
            peer: None,
            goal,
            note: String::new(),
        }
    }

    /// With ours, where it was measured.
    pub(super) fn ours(self, unit: Unit, value: Option<f64>) -> Self {
        Self { ours: value.map(|value| Figure { value, unit }), ..self }
    }

    /// With a peer or a floor, and its figure where it was measured.
    pub(super) fn peer(self, name: impl Into<String>, unit: Unit, value: Option<f64>) -> Self {
        Self { peer_name: name.into(), peer: value.map(|value| Figure { value, unit }), ..self }
    }

    /// With what a reader has to know.
    pub(super) fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// A measure that could not be taken at all.
    pub(super) fn failed(id: &'static str, what: &str, error: &anyhow::Error) -> Self {
        Self::new(id, what, Goal::Shown).note(format!("not measured: {error:#}"))
    }

    fn ratio(&self) -> Option<f64> {
        let (ours, peer) = self.ours.zip(self.peer)?;
        (ours.unit == peer.unit && peer.value > 0.0).then(|| ours.value / peer.value)
    }

    /// Whether the goal is met; nothing when it has none or a figure is missing.
    fn pass(&self) -> Option<bool> {
        match self.goal {
            Goal::Ratio(most) => self.ratio().map(|ratio| ratio <= most),
            Goal::AtLeast(least) => self.ratio().map(|ratio| ratio >= least),
            Goal::Value(most) => self.ours.map(|ours| ours.value <= most),
            Goal::Shown => None,
        }
    }

    fn goal_text(&self) -> String {
        match self.goal {
            Goal::Ratio(most) if most < 1.0 => format!("≤ 1/{:.0}", 1.0 / most),
            Goal::Ratio(most) => format!("≤ {most} ×"),
            Goal::AtLeast(least) => format!("≥ {least} ×"),
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
            Self::PerSecond => "per s",
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MIB: f64 = 1024.0 * 1024.0;
        match self.unit {
            Unit::Bytes if self.value.abs() < MIB / 10.0 => {
                write!(formatter, "{:.1} KiB", self.value / 1024.0)
            }
            Unit::Bytes => write!(formatter, "{:.1} MiB", self.value / MIB),
            Unit::Seconds if self.value < 0.1 => write!(formatter, "{:.2} ms", self.value * 1000.0),
            Unit::Seconds => write!(formatter, "{:.2} s", self.value),
            Unit::CpuSeconds if self.value < 0.01 => {
                write!(formatter, "{:.0} CPU µs", self.value * 1_000_000.0)
            }
            Unit::CpuSeconds => write!(formatter, "{:.2} CPU s", self.value),
            Unit::PerSecond if self.value < 100.0 => write!(formatter, "{:.2} /s", self.value),
            Unit::PerSecond => write!(formatter, "{:.0} /s", self.value),
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
    use super::{Goal, Row, Unit, table};

    fn row(ours: Option<f64>, peer: Option<f64>, goal: Goal) -> Row {
        Row::new("SPD-01", "first copy", goal).ours(Unit::Seconds, ours).peer("rclone", Unit::Seconds, peer)
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
        assert_eq!(row(Some(2.0), Some(4.0), Goal::AtLeast(0.5)).pass(), Some(true));
        assert_eq!(row(Some(1.0), Some(4.0), Goal::AtLeast(0.5)).pass(), Some(false));
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
