//! Structure, ductwork and façade over the building of [`super`].
//!
//! Each draws its own trade only; grid, walls and captions come from the parent.

use super::super::pen::{Anchor, FINE, HEAVY, MEDIUM, Pen, THIN};
use super::super::{Dice, SheetDrawing};
use super::{Building, axis, bubble, feet};

const BEAMS: [&str; 5] = ["W16x31", "W18x40", "W21x44", "W24x55", "W14x22"];

pub(super) fn structure(pen: &mut Pen, building: &Building, sheet: &SheetDrawing) {
    let mut dice = Dice::new(sheet.seed ^ 0x5EED);
    for &x in &building.xs {
        for &y in &building.ys {
            pen.weight(THIN);
            pen.dash(&[6.0, 4.0]);
            pen.rect(x - 27.0, y - 27.0, 54.0, 54.0);
            pen.dash(&[]);
            pen.text((x + 31.0, y - 24.0), 8.0, Anchor::Left, "F6.0");
        }
    }
    for &y in &building.ys {
        for pair in building.xs.windows(2) {
            let [left, right] = pair else { continue };
            pen.weight(HEAVY);
            pen.line((left + 12.0, y), (right - 12.0, y));
            let beam = BEAMS.get(dice.below(BEAMS.len())).copied().unwrap_or("W16x31");
            pen.text((f64::midpoint(*left, *right), y + 6.0), 10.0, Anchor::Middle, beam);
            // Joists between the beams.
            pen.weight(FINE);
            if y < building.bounds().top - 1.0 {
                let bay = building.ys.iter().find(|&&line| line > y + 1.0).copied().unwrap_or(y);
                for joist in 1..5 {
                    let x = left + (right - left) * f64::from(joist) / 5.0;
                    pen.line((x, y + 14.0), (x, bay - 14.0));
                }
                pen.upwards(
                    (left + (right - left) / 5.0 - 3.0, f64::midpoint(y, bay)),
                    8.0,
                    Anchor::Middle,
                    "12K1 @ 5'-0\"",
                );
            }
        }
    }
    for &x in &building.xs {
        for pair in building.ys.windows(2) {
            let [bottom, top] = pair else { continue };
            pen.weight(HEAVY);
            pen.line((x, bottom + 12.0), (x, top - 12.0));
            let beam = BEAMS.get(dice.below(BEAMS.len())).copied().unwrap_or("W18x40");
            pen.upwards((x - 6.0, f64::midpoint(*bottom, *top)), 10.0, Anchor::Middle, beam);
        }
    }
    if sheet.changed
        && let (Some(&[left, right]), Some(&y)) = (
            building.xs.windows(2).nth(building.xs.len() / 2).and_then(|pair| pair.first_chunk::<2>()),
            building.ys.get(building.ys.len() / 2),
        )
    {
        pen.weight(HEAVY);
        pen.line((left + 12.0, y + 60.0), (right - 12.0, y + 60.0));
        pen.text((f64::midpoint(left, right), y + 66.0), 10.0, Anchor::Middle, "W12x26 (NEW)");
    }
}

pub(super) fn ducts(pen: &mut Pen, building: &Building, sheet: &SheetDrawing) {
    let around = building.bounds();
    pen.grey(0.0);
    let main = f64::midpoint(around.bottom, around.top) + 30.0;
    let duct = |pen: &mut Pen, x: f64, y: f64, width: f64, height: f64| {
        pen.grey(0.93);
        pen.block(x, y, width, height);
        pen.grey(0.0);
        pen.weight(MEDIUM);
        pen.rect(x, y, width, height);
    };
    for (index, room) in building.rooms.iter().enumerate() {
        let x = f64::midpoint(room.left, room.right);
        let y = f64::midpoint(room.bottom, room.top) - 44.0;
        let (low, high) = if y < main { (y, main) } else { (main + 30.0, y) };
        let shift = if sheet.changed && index == building.rooms.len() / 2 { 60.0 } else { 0.0 };
        duct(pen, x - 8.0 + shift, low, 16.0, high - low);
        pen.upwards((x - 12.0 + shift, f64::midpoint(low, high)), 8.5, Anchor::Middle, "12x10");
        for side in [-1.0, 1.0] {
            let center = x + shift + side * 52.0;
            pen.weight(THIN);
            pen.line((x + shift, y), (center, y));
            pen.panel(center - 11.0, y - 11.0, 22.0, 22.0);
            pen.line((center - 11.0, y - 11.0), (center + 11.0, y + 11.0));
            pen.line((center - 11.0, y + 11.0), (center + 11.0, y - 11.0));
            pen.text((center, y - 24.0), 8.0, Anchor::Middle, "S-1  220 CFM");
        }
    }
    duct(pen, around.left + 60.0, main, around.right - around.left - 120.0, 30.0);
    for (index, x) in (0_u8..).zip([0.2, 0.5, 0.8]) {
        let size = ["36x18", "30x18", "24x16"].get(usize::from(index)).copied().unwrap_or("24x16");
        pen.text((around.left + (around.right - around.left) * x, main + 10.0), 11.0, Anchor::Middle, size);
    }
    pen.weight(HEAVY);
    pen.panel(around.left + 18.0, main - 25.0, 62.0, 80.0);
    pen.bold((around.left + 49.0, main + 10.0), 13.0, Anchor::Middle, "AHU-1");
}

pub(super) fn elevation(pen: &mut Pen, building: &Building, sheet: &SheetDrawing) {
    let around = building.bounds();
    let storeys = 8_u8;
    let rise = (around.top - around.bottom) / f64::from(storeys);
    pen.grey(0.0);
    for (index, &x) in (1_u8..).zip(&building.xs) {
        bubble(pen, (x, around.top + 110.0), &index.to_string());
        axis(pen, (x, around.top + 92.0), (x, around.bottom - 30.0));
    }
    pen.weight(HEAVY);
    pen.rect(around.left, around.bottom, around.right - around.left, around.top - around.bottom);
    pen.line((around.left - 120.0, around.bottom), (around.right + 120.0, around.bottom));
    pen.weight(MEDIUM);
    pen.rect(around.left - 12.0, around.top, around.right - around.left + 24.0, 16.0);
    // Ground below the line.
    pen.weight(FINE);
    pen.hatch(around.left - 120.0, around.bottom - 16.0, around.right - around.left + 240.0, 16.0, 7.0);
    // Courses of brick on the lowest storey.
    pen.grey(0.6);
    let mut course = around.bottom + 8.0;
    while course < around.bottom + rise {
        pen.line((around.left, course), (around.right, course));
        course += 8.0;
    }
    pen.grey(0.0);
    for storey in 0..=storeys {
        let y = around.bottom + rise * f64::from(storey);
        pen.weight(THIN);
        pen.line((around.left, y), (around.right, y));
        pen.weight(FINE);
        pen.dash(&[12.0, 6.0]);
        pen.line((around.right, y), (around.right + 90.0, y));
        pen.dash(&[]);
        let name = if storey == storeys { "ROOF".to_owned() } else { format!("LEVEL {}", storey + 1) };
        pen.bold((around.right + 30.0, y + 16.0), 12.0, Anchor::Left, &name);
        pen.text((around.right + 30.0, y + 4.0), 9.5, Anchor::Left, &feet(rise * f64::from(storey)));
    }
    for storey in 0..storeys {
        let y = around.bottom + rise * f64::from(storey) + rise * 0.28;
        for (bay, pair) in building.xs.windows(2).enumerate() {
            let [left, right] = pair else { continue };
            let removed = sheet.changed && storey == 1 && bay == building.xs.len() / 2;
            if removed {
                continue;
            }
            for window in 0..3 {
                let x = left + (right - left) * (0.12 + 0.29 * f64::from(window));
                let wide = (right - left) * 0.2;
                pen.weight(MEDIUM);
                pen.panel(x, y, wide, rise * 0.5);
                pen.weight(FINE);
                pen.line((x + wide / 2.0, y), (x + wide / 2.0, y + rise * 0.5));
                pen.line((x, y + rise * 0.34), (x + wide, y + rise * 0.34));
                pen.weight(THIN);
                pen.line((x - 3.0, y - 3.0), (x + wide + 3.0, y - 3.0));
            }
        }
    }
}
