//! The pen: lines, arcs, hatches and lettering as PDF drawing operators.
//!
//! Coordinates are points from the lower left corner of the sheet. It knows no buildings and no title blocks.

use crate::pdf_out::{number, string, write_into};

/// Line weights in points, as on a plotted sheet.
pub(super) const FINE: f64 = 0.35;
pub(super) const THIN: f64 = 0.7;
pub(super) const MEDIUM: f64 = 1.4;
pub(super) const HEAVY: f64 = 2.8;

/// Distance of a Bézier control point that makes a quarter circle.
const QUARTER: f64 = 0.552_284_75;

/// Where a text stands relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
}

/// Content of one page.
#[derive(Debug, Default)]
pub(super) struct Pen {
    ops: Vec<u8>,
}

impl Pen {
    pub(super) fn into_content(self) -> Vec<u8> {
        self.ops
    }

    pub(super) fn weight(&mut self, points: f64) {
        self.op(&[points], "w");
    }

    /// Grey of lines and fills, 0 black to 1 white.
    pub(super) fn grey(&mut self, grey: f64) {
        self.op(&[grey], "G");
        self.op(&[grey], "g");
    }

    pub(super) fn dash(&mut self, lengths: &[f64]) {
        self.ops.push(b'[');
        for &length in lengths {
            number(&mut self.ops, length);
            self.ops.push(b' ');
        }
        self.ops.extend_from_slice(b"]0 d\n");
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.polyline(&[from, to]);
    }

    pub(super) fn polyline(&mut self, points: &[(f64, f64)]) {
        self.path(points);
        self.op(&[], "S");
    }

    pub(super) fn polygon(&mut self, points: &[(f64, f64)]) {
        self.path(points);
        self.op(&[], "s");
    }

    pub(super) fn filled(&mut self, points: &[(f64, f64)]) {
        self.path(points);
        self.op(&[], "f");
    }

    pub(super) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64) {
        self.op(&[x, y, width, height], "re");
        self.op(&[], "S");
    }

    pub(super) fn block(&mut self, x: f64, y: f64, width: f64, height: f64) {
        self.op(&[x, y, width, height], "re");
        self.op(&[], "f");
    }

    /// White inside with a line around.
    pub(super) fn panel(&mut self, x: f64, y: f64, width: f64, height: f64) {
        self.op(&[1.0], "g");
        self.op(&[x, y, width, height], "re");
        self.op(&[], "B");
        self.op(&[0.0], "g");
    }

    pub(super) fn circle(&mut self, (x, y): (f64, f64), radius: f64) {
        self.op(&[x + radius, y], "m");
        for quarter in 0..4 {
            self.quarter((x, y), radius, f64::from(quarter) * 90.0);
        }
        self.op(&[], "s");
    }

    /// A quarter circle from `degrees` on, counter-clockwise.
    pub(super) fn arc(&mut self, center: (f64, f64), radius: f64, degrees: f64) {
        let (sin, cos) = degrees.to_radians().sin_cos();
        self.op(&[center.0 + radius * cos, center.1 + radius * sin], "m");
        self.quarter(center, radius, degrees);
        self.op(&[], "S");
    }

    /// Bulges along a closed line, the mark of a change.
    pub(super) fn cloud(&mut self, x: f64, y: f64, width: f64, height: f64) {
        let corners = [(x, y), (x, y + height), (x + width, y + height), (x + width, y), (x, y)];
        self.op(&[x, y], "m");
        for pair in corners.windows(2) {
            let [from, to] = pair else { continue };
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = dx.hypot(dy);
            let bulges = (length / 26.0).round().max(2.0);
            // To the left of the direction of travel, which is outside.
            let (ux, uy) = (dx / length, dy / length);
            let (nx, ny) = (-uy, ux);
            let step = length / bulges;
            let mut at = 0.0;
            while at + 0.5 < bulges {
                let start = (from.0 + ux * step * at, from.1 + uy * step * at);
                let out = step * 0.62;
                self.op(
                    &[
                        start.0 + nx * out,
                        start.1 + ny * out,
                        start.0 + ux * step + nx * out,
                        start.1 + uy * step + ny * out,
                        start.0 + ux * step,
                        start.1 + uy * step,
                    ],
                    "c",
                );
                at += 1.0;
            }
        }
        self.op(&[], "S");
    }

    /// Parallel lines at 45° within a rectangle.
    pub(super) fn hatch(&mut self, x: f64, y: f64, width: f64, height: f64, spacing: f64) {
        self.op(&[], "q");
        self.op(&[x, y, width, height], "re");
        self.op(&[], "W n");
        let mut offset = -height;
        while offset < width {
            self.op(&[x + offset, y], "m");
            self.op(&[x + offset + height, y + height], "l");
            offset += spacing;
        }
        self.op(&[], "S");
        self.op(&[], "Q");
    }

    pub(super) fn text(&mut self, at: (f64, f64), size: f64, anchor: Anchor, text: &str) {
        self.letters(at, size, anchor, text, false, false);
    }

    pub(super) fn bold(&mut self, at: (f64, f64), size: f64, anchor: Anchor, text: &str) {
        self.letters(at, size, anchor, text, true, false);
    }

    /// Text that reads upwards.
    pub(super) fn upwards(&mut self, at: (f64, f64), size: f64, anchor: Anchor, text: &str) {
        self.letters(at, size, anchor, text, false, true);
    }

    fn letters(
        &mut self,
        (x, y): (f64, f64),
        size: f64,
        anchor: Anchor,
        text: &str,
        bold: bool,
        upwards: bool,
    ) {
        let back = match anchor {
            Anchor::Left => 0.0,
            Anchor::Middle => width(text, size, bold) / 2.0,
        };
        let font = if bold { "/F2" } else { "/F1" };
        write_into(&mut self.ops, format_args!("BT {font} "));
        self.op(&[size], "Tf");
        if upwards {
            self.op(&[0.0, 1.0, -1.0, 0.0, x, y - back], "Tm");
        } else {
            self.op(&[x - back, y], "Td");
        }
        let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        string(&mut self.ops, &bytes);
        self.ops.extend_from_slice(b"Tj ET\n");
    }

    fn quarter(&mut self, (x, y): (f64, f64), radius: f64, degrees: f64) {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let place = |across: f64, up: f64| {
            [x + radius * (across * cos - up * sin), y + radius * (across * sin + up * cos)]
        };
        let [x1, y1] = place(1.0, QUARTER);
        let [x2, y2] = place(QUARTER, 1.0);
        let [x3, y3] = place(0.0, 1.0);
        self.op(&[x1, y1, x2, y2, x3, y3], "c");
    }

    fn path(&mut self, points: &[(f64, f64)]) {
        for (index, &(x, y)) in points.iter().enumerate() {
            self.op(&[x, y], if index == 0 { "m" } else { "l" });
        }
    }

    fn op(&mut self, operands: &[f64], operator: &str) {
        for &operand in operands {
            // A thousandth of a point is finer than any plotter.
            number(&mut self.ops, (operand * 1000.0).round() / 1000.0);
            self.ops.push(b' ');
        }
        self.ops.extend_from_slice(operator.as_bytes());
        self.ops.push(b'\n');
    }
}

/// Width of a text in points.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let units: f64 = text.chars().map(advance).sum();
    // The bold cut runs about a twentieth wider.
    units * size / 1000.0 * if bold { 1.06 } else { 1.0 }
}

/// Advance widths of Helvetica in thousandths of the size, by groups of equal width.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' => 222.0,
        ' ' | '!' | ',' | '.' | '/' | ':' | ';' | 'I' | 'f' | 't' | '[' | ']' | '\\' => 278.0,
        '\'' => 191.0,
        '(' | ')' | '-' | 'r' => 333.0,
        '"' => 355.0,
        'J' | 'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' => 500.0,
        'F' | 'T' | 'Z' => 611.0,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' | '&' => 667.0,
        'C' | 'D' | 'H' | 'N' | 'R' | 'U' | 'w' => 722.0,
        'G' | 'O' | 'Q' => 778.0,
        'M' | 'm' => 833.0,
        'W' => 944.0,
        '@' => 1015.0,
        '+' | '=' | '<' | '>' => 584.0,
        _ => 556.0,
    }
}
