//! What a drawn sheet is about: floor plan, elevation, structure, ductwork of one invented building.
//!
//! All plans of a seed share the same column grid and rooms, so that a set hangs together.

use super::frame::Area;
use super::pen::{Anchor, FINE, HEAVY, MEDIUM, Pen, THIN};
use super::{Dice, Plan, SheetDrawing};

mod systems;

use systems::{ducts, elevation, structure};

/// Points per foot at 1/8" = 1'-0".
const FOOT: f64 = 9.0;

const ROOMS: [&str; 14] = [
    "OFFICE",
    "CONFERENCE",
    "OPEN OFFICE",
    "LOBBY",
    "STORAGE",
    "ELECTRICAL",
    "CLASSROOM",
    "BREAK ROOM",
    "WORKSHOP",
    "ARCHIVE",
    "RECEPTION",
    "MECHANICAL",
    "CORRIDOR",
    "SERVER ROOM",
];
/// Widths of bays in feet.
const BAYS: [f64; 4] = [24.0, 27.0, 30.0, 30.0];

/// The building: grid lines and one room per bay, some bays joined.
struct Building {
    xs: Vec<f64>,
    ys: Vec<f64>,
    rooms: Vec<Room>,
}

struct Room {
    left: f64,
    bottom: f64,
    right: f64,
    top: f64,
    name: &'static str,
    number: usize,
}

pub(super) fn draw(pen: &mut Pen, sheet: &SheetDrawing, area: Area) {
    let building = Building::new(sheet.seed, area);
    match sheet.plan {
        Plan::FloorPlan => {
            walls(pen, &building, sheet.changed, 0.0);
            rooms(pen, &building);
            grid(pen, &building);
            dimensions(pen, &building);
        }
        Plan::Structure => {
            grid(pen, &building);
            structure(pen, &building, sheet);
            dimensions(pen, &building);
        }
        Plan::Ductwork => {
            walls(pen, &building, false, 0.62);
            grid(pen, &building);
            ducts(pen, &building, sheet);
        }
        Plan::Elevation => elevation(pen, &building, sheet),
    }
    pen.grey(0.0);
    if sheet.changed {
        cloud(pen, &building, &sheet.revision);
    }
    caption(pen, sheet, &building, area);
    notes(pen, sheet, area);
}

impl Building {
    fn new(seed: u64, area: Area) -> Self {
        let mut dice = Dice::new(seed);
        let bays = |dice: &mut Dice, start: f64, room: f64, count: u8| {
            let shares: Vec<f64> =
                (0..count).map(|_| BAYS.get(dice.below(BAYS.len())).copied().unwrap_or(30.0)).collect();
            let scale = (room / (shares.iter().sum::<f64>() * FOOT)).min(1.3);
            let mut at = start;
            let mut lines = vec![start];
            for share in shares {
                at += share * FOOT * scale;
                lines.push(at);
            }
            lines
        };
        let wide = area.right - area.left - 620.0;
        let high = area.top - area.bottom - 480.0;
        let xs = bays(&mut dice, area.left + 210.0, wide, 6);
        let ys = bays(&mut dice, area.bottom + 250.0, high, 4);
        let mut rooms = Vec::new();
        for (row, pair) in ys.windows(2).enumerate() {
            let mut column = 0;
            while let (Some(&left), Some(&bottom), Some(&top)) = (xs.get(column), pair.first(), pair.last()) {
                let joined = if dice.below(3) == 0 { 2 } else { 1 };
                let end = (column + joined).min(xs.len() - 1);
                let Some(&right) = xs.get(end).filter(|_| end > column) else {
                    break;
                };
                let name = ROOMS.get(dice.below(ROOMS.len())).copied().unwrap_or("ROOM");
                let number = 100 * (row + 1) + rooms.len() + 1;
                rooms.push(Room { left, bottom, right, top, name, number });
                column = end;
            }
        }
        Self { xs, ys, rooms }
    }

    fn bounds(&self) -> Area {
        let end = |lines: &[f64], last: bool| {
            let line = if last { lines.last() } else { lines.first() };
            line.copied().unwrap_or_default()
        };
        Area {
            left: end(&self.xs, false),
            right: end(&self.xs, true),
            bottom: end(&self.ys, false),
            top: end(&self.ys, true),
        }
    }
}

/// Walls with poché, windows in the outer ones, doors in the inner ones.
fn walls(pen: &mut Pen, building: &Building, changed: bool, grey: f64) {
    let around = building.bounds();
    let (width, height) = (around.right - around.left, around.top - around.bottom);
    pen.grey(if grey > 0.0 { 0.85 } else { 0.55 });
    for (x, y, w, h) in [
        (around.left - 9.0, around.bottom - 9.0, width + 18.0, 9.0),
        (around.left - 9.0, around.top, width + 18.0, 9.0),
        (around.left - 9.0, around.bottom, 9.0, height),
        (around.right, around.bottom, 9.0, height),
    ] {
        pen.block(x, y, w, h);
    }
    pen.grey(grey);
    pen.weight(if grey > 0.0 { THIN } else { HEAVY });
    pen.rect(around.left - 9.0, around.bottom - 9.0, width + 18.0, height + 18.0);
    pen.weight(if grey > 0.0 { FINE } else { MEDIUM });
    pen.rect(around.left, around.bottom, width, height);

    // Windows: white panels with a line of glass, two to a bay.
    for pair in building.xs.windows(2) {
        let [left, right] = pair else { continue };
        for third in [1.0, 2.0] {
            let x = left + (right - left) * third / 3.0 - 27.0;
            for y in [around.bottom - 9.0, around.top] {
                pen.weight(THIN);
                pen.panel(x, y, 54.0, 9.0);
                pen.grey(grey);
                pen.line((x, y + 4.5), (x + 54.0, y + 4.5));
            }
        }
    }

    for (index, room) in building.rooms.iter().enumerate() {
        let moved = if changed && index == building.rooms.len() / 2 { 45.0 } else { 0.0 };
        let inner = room.right < around.right - 1.0;
        if inner {
            partition(pen, (room.right + moved, room.bottom), (room.right + moved, room.top), grey);
        }
        if room.top < around.top - 1.0 {
            partition(pen, (room.left, room.top), (room.right, room.top), grey);
        }
        // A door in the lower corner of each inner wall: opening, leaf and swing.
        if inner {
            let (x, y) = (room.right + moved, room.bottom + 30.0);
            pen.grey(1.0);
            pen.block(x - 3.5, y, 7.0, 27.0);
            pen.grey(grey);
            pen.weight(MEDIUM);
            pen.line((x, y), (x - 27.0, y));
            pen.weight(FINE);
            pen.arc((x, y), 27.0, 90.0);
        }
        if room.top < around.top - 1.0 {
            let (x, y) = (room.left + 45.0, room.top);
            pen.grey(1.0);
            pen.block(x, y - 3.5, 27.0, 7.0);
            pen.grey(grey);
            pen.weight(MEDIUM);
            pen.line((x, y), (x, y - 27.0));
            pen.weight(FINE);
            pen.arc((x, y), 27.0, 270.0);
        }
    }
}

fn partition(pen: &mut Pen, from: (f64, f64), to: (f64, f64), grey: f64) {
    pen.grey(grey.max(0.0));
    pen.weight(if grey > 0.0 { FINE } else { MEDIUM });
    let across = if (from.0 - to.0).abs() < 0.5 { (2.5, 0.0) } else { (0.0, 2.5) };
    for side in [-1.0, 1.0] {
        pen.line(
            (from.0 + side * across.0, from.1 + side * across.1),
            (to.0 + side * across.0, to.1 + side * across.1),
        );
    }
}

/// Names, numbers and a little furniture.
fn rooms(pen: &mut Pen, building: &Building) {
    pen.grey(0.0);
    for room in &building.rooms {
        let (x, y) = (f64::midpoint(room.left, room.right), f64::midpoint(room.bottom, room.top));
        pen.bold((x, y + 6.0), 12.0, Anchor::Middle, room.name);
        pen.weight(THIN);
        pen.rect(x - 22.0, y - 16.0, 44.0, 16.0);
        pen.text((x, y - 12.0), 11.0, Anchor::Middle, &room.number.to_string());
        pen.weight(FINE);
        match room.name {
            "STORAGE" | "MECHANICAL" | "ELECTRICAL" | "ARCHIVE" => {
                pen.grey(0.45);
                pen.hatch(room.left + 4.0, room.top - 40.0, room.right - room.left - 8.0, 30.0, 6.0);
                pen.grey(0.0);
            }
            "CONFERENCE" | "CLASSROOM" | "BREAK ROOM" => {
                pen.rect(x - 54.0, y - 74.0, 108.0, 36.0);
                for seat in 0..4 {
                    let at = x - 48.0 + 27.0 * f64::from(seat);
                    pen.rect(at, y - 88.0, 14.0, 11.0);
                    pen.rect(at, y - 35.0, 14.0, 11.0);
                }
            }
            _ => {
                for desk in 0..3 {
                    let at = room.left + 24.0 + 62.0 * f64::from(desk);
                    if at + 54.0 < room.right {
                        pen.rect(at, room.top - 40.0, 54.0, 27.0);
                        pen.circle((at + 27.0, room.top - 52.0), 8.0);
                    }
                }
            }
        }
    }
}

/// Grid lines with bubbles: numbers along the top, letters along the left.
fn grid(pen: &mut Pen, building: &Building) {
    let around = building.bounds();
    pen.grey(0.0);
    for (index, &x) in (1_u8..).zip(&building.xs) {
        bubble(pen, (x, around.top + 150.0), &index.to_string());
        axis(pen, (x, around.top + 132.0), (x, around.bottom - 40.0));
    }
    for (index, &y) in (0_u8..).zip(&building.ys) {
        let letter = char::from(b'A' + index).to_string();
        bubble(pen, (around.left - 160.0, y), &letter);
        axis(pen, (around.left - 142.0, y), (around.right + 40.0, y));
    }
    for &x in &building.xs {
        for &y in &building.ys {
            pen.block(x - 5.5, y - 5.5, 11.0, 11.0);
        }
    }
}

fn bubble(pen: &mut Pen, (x, y): (f64, f64), name: &str) {
    pen.weight(MEDIUM);
    pen.circle((x, y), 18.0);
    pen.bold((x, y - 6.5), 18.0, Anchor::Middle, name);
}

fn axis(pen: &mut Pen, from: (f64, f64), to: (f64, f64)) {
    pen.weight(FINE);
    pen.dash(&[24.0, 5.0, 5.0, 5.0]);
    pen.line(from, to);
    pen.dash(&[]);
}

/// Chains of dimensions: bay by bay and overall, above and at the left.
fn dimensions(pen: &mut Pen, building: &Building) {
    let around = building.bounds();
    pen.grey(0.0);
    for (offset, overall) in [(62.0, false), (98.0, true)] {
        let y = around.top + offset;
        let x = around.left - offset - 8.0;
        let stops = |lines: &[f64]| match (overall, lines.first(), lines.last()) {
            (true, Some(&first), Some(&last)) => vec![first, last],
            _ => lines.to_vec(),
        };
        let across = stops(&building.xs);
        let up = stops(&building.ys);
        for pair in across.windows(2) {
            let [from, to] = pair else { continue };
            span(pen, (*from, y), (*to, y));
            let text = feet(to - from);
            pen.text((f64::midpoint(*from, *to), y + 4.0), 10.0, Anchor::Middle, &text);
        }
        for pair in up.windows(2) {
            let [from, to] = pair else { continue };
            span(pen, (x, *from), (x, *to));
            let text = feet(to - from);
            pen.upwards((x - 4.0, f64::midpoint(*from, *to)), 10.0, Anchor::Middle, &text);
        }
    }
}

/// A dimension line with architects' ticks.
fn span(pen: &mut Pen, from: (f64, f64), to: (f64, f64)) {
    pen.weight(FINE);
    pen.line(from, to);
    pen.weight(MEDIUM);
    for (x, y) in [from, to] {
        pen.line((x - 4.0, y - 4.0), (x + 4.0, y + 4.0));
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths of bays are some hundred points"
)]
fn feet(points: f64) -> String {
    let inches = (points / FOOT * 12.0).round().max(0.0) as u32;
    format!("{}'-{}\"", inches / 12, inches % 12)
}

/// Cloud and triangle around the changed part.
fn cloud(pen: &mut Pen, building: &Building, revision: &str) {
    let Some(room) = building.rooms.get(building.rooms.len() / 2) else {
        return;
    };
    pen.weight(MEDIUM);
    let x = room.right - 60.0;
    pen.cloud(x, room.bottom + 10.0, 165.0, room.top - room.bottom - 20.0);
    let (left, bottom) = (x + 178.0, room.top - 40.0);
    pen.grey(1.0);
    let corners = [(left, bottom), (left + 36.0, bottom), (left + 18.0, bottom + 32.0)];
    pen.filled(&corners);
    pen.grey(0.0);
    pen.polygon(&corners);
    pen.bold((left + 18.0, bottom + 6.0), 14.0, Anchor::Middle, revision);
}

/// Number and name of the view, graphic scale and north arrow, under the drawing.
fn caption(pen: &mut Pen, sheet: &SheetDrawing, building: &Building, area: Area) {
    let around = building.bounds();
    let (x, y) = (around.left, area.bottom + 90.0);
    pen.grey(0.0);
    pen.weight(MEDIUM);
    pen.circle((x, y), 24.0);
    pen.bold((x, y - 8.0), 22.0, Anchor::Middle, "1");
    let name = match sheet.plan {
        Plan::FloorPlan => "OVERALL PLAN",
        Plan::Elevation => "BUILDING ELEVATION",
        Plan::Structure => "FRAMING PLAN",
        Plan::Ductwork => "DUCTWORK PLAN",
    };
    pen.bold((x + 36.0, y + 8.0), 18.0, Anchor::Left, name);
    pen.line((x + 24.0, y), (x + 330.0, y));
    pen.text((x + 36.0, y - 16.0), 10.0, Anchor::Left, "1/8\" = 1'-0\"");

    let scale = x + 420.0;
    for field in 0..4 {
        let at = scale + 72.0 * f64::from(field);
        pen.weight(THIN);
        pen.rect(at, y, 72.0, 8.0);
        if field % 2 == 0 {
            pen.block(at, y, 72.0, 8.0);
        }
        pen.text((at, y - 12.0), 9.0, Anchor::Middle, &format!("{}'", 8 * field));
    }
    pen.text((scale + 288.0, y - 12.0), 9.0, Anchor::Middle, "32'");

    if sheet.plan != Plan::Elevation {
        let (x, y) = (scale + 420.0, y + 6.0);
        pen.weight(MEDIUM);
        pen.circle((x, y), 28.0);
        pen.filled(&[(x, y + 38.0), (x - 12.0, y - 20.0), (x, y - 10.0)]);
        pen.polygon(&[(x, y + 38.0), (x + 12.0, y - 20.0), (x, y - 10.0)]);
        pen.bold((x, y + 44.0), 16.0, Anchor::Middle, "N");
    }
}

fn notes(pen: &mut Pen, sheet: &SheetDrawing, area: Area) {
    let lines: &[&str] = match sheet.plan {
        Plan::FloorPlan => &[
            "1. DIMENSIONS ARE TO FACE OF STUD UNLESS NOTED.",
            "2. VERIFY ALL DIMENSIONS IN FIELD.",
            "3. SEE DOOR SCHEDULE FOR HARDWARE.",
            "4. PATCH AND PAINT ADJACENT FINISHES.",
        ],
        Plan::Elevation => &[
            "1. BRICK VENEER, RUNNING BOND.",
            "2. ALUMINUM WINDOWS, CLEAR ANODIZED.",
            "3. SEALANT AT ALL CHANGES OF MATERIAL.",
        ],
        Plan::Structure => &[
            "1. STRUCTURAL STEEL ASTM A992 UNLESS NOTED.",
            "2. CONCRETE 4000 PSI AT 28 DAYS.",
            "3. TOP OF STEEL SEE SECTIONS.",
            "4. COORDINATE OPENINGS WITH MECHANICAL.",
        ],
        Plan::Ductwork => &[
            "1. DUCT SIZES ARE CLEAR INSIDE.",
            "2. SEAL ALL JOINTS, CLASS A.",
            "3. BALANCE TO AIR QUANTITIES SHOWN.",
        ],
    };
    let left = area.right - 330.0;
    let mut y = area.bottom + 150.0;
    pen.grey(0.0);
    pen.bold((left, y), 12.0, Anchor::Left, "GENERAL NOTES");
    for line in lines {
        y -= 17.0;
        pen.text((left, y), 10.0, Anchor::Left, line);
    }
}
