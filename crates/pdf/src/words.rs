//! Reads the words of a page with their places, in displayed coordinates.
//!
//! Text arrives glyph by glyph in the order it was painted; runs that continue each other on one baseline become words.
//! Reading lines, columns or title blocks is left to [`crate::read_set`].

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt, interpret_page,
};
use hayro_syntax::page::Page;

use crate::document::Display;
use crate::frame::MAX_WORDS;
use crate::sheet::Word;

/// Glyph outlines come in thousandths of the font size.
const UNITS_PER_EM: f64 = 1000.0;

/// Height above and depth below the baseline, in font sizes: enough for capitals and descenders of common fonts.
const ASCENT: f64 = 0.75;
const DESCENT: f64 = 0.2;

/// Longest word kept, in characters; longer ones are rulers of dots or rubbish and are broken.
const MAX_WORD: usize = 200;

/// Reads the words of a page; `settings` are those the picture is drawn with, so that hidden layers are hidden here too.
pub(crate) fn read<'a>(
    page: &'a Page<'a>,
    display: Display,
    cache: &InterpreterCache<'a>,
    settings: &InterpreterSettings,
) -> Vec<Word> {
    let transform = Affine::scale(display.unit) * page.initial_transform(true).to_kurbo();
    let sheet = Rect::new(0.0, 0.0, display.width_pt, display.height_pt);
    let mut context = Context::new(transform, sheet, cache, page.xref(), settings.clone());
    let mut reader = Reader::default();
    interpret_page(page, &mut context, &mut reader);
    reader.finish();
    let mut words = joined(reader.words);
    words.retain(|word| {
        let box_ = word.rect();
        sheet.contains(box_.center()) && !word.text.is_empty()
    });
    words.truncate(MAX_WORDS);
    words.iter().map(Placed::word).collect()
}

/// A word along its baseline.
#[derive(Debug, Clone)]
struct Placed {
    text: String,
    start: Point,
    end: Point,
    /// Unit vector of the reading direction.
    direction: Vec2,
    size: f64,
}

impl Placed {
    fn rect(&self) -> Rect {
        // y grows downwards, so "up" is the direction turned counter-clockwise.
        let up = Vec2::new(self.direction.y, -self.direction.x);
        let (top, bottom) = (up * (ASCENT * self.size), up * (-DESCENT * self.size));
        Rect::from_points(self.start + top, self.start + bottom)
            .union_pt(self.end + top)
            .union_pt(self.end + bottom)
    }

    fn word(&self) -> Word {
        let rect = self.rect();
        let degrees = self.direction.y.atan2(self.direction.x).to_degrees();
        Word {
            text: self.text.clone(),
            x: narrow(rect.x0),
            y: narrow(rect.y0),
            width: narrow(rect.width()),
            height: narrow(rect.height()),
            size: narrow(self.size),
            angle: whole_degrees(degrees),
        }
    }

    /// Whether `next` stands on the same line in the same size, and how far behind the end of this one, in font sizes.
    fn gap_to(&self, next: Point, direction: Vec2, size: f64) -> Option<f64> {
        if self.direction.dot(direction) < 0.995 || (self.size / size - 1.0).abs() > 0.12 {
            return None;
        }
        let step = next - self.end;
        let off_line = step.cross(self.direction).abs();
        (off_line < 0.25 * size).then(|| step.dot(self.direction) / size)
    }
}

#[derive(Default)]
struct Reader {
    words: Vec<Placed>,
    /// The word being read; ended by a space, a jump or another size.
    open: Option<Placed>,
}

impl Reader {
    fn glyph(&mut self, text: &str, start: Point, end: Point, direction: Vec2, size: f64) {
        if text.chars().all(|c| c.is_whitespace() || c.is_control()) {
            self.finish();
            return;
        }
        let continues = self.open.as_ref().is_some_and(|open| {
            open.text.len() < MAX_WORD
                && open
                    .gap_to(start, direction, size)
                    // Kerning pulls glyphs together; a gap of a fifth of the size is a space that was not written.
                    .is_some_and(|gap| (-0.4..0.2).contains(&gap))
        });
        if !continues {
            self.finish();
        }
        let printable = text.chars().filter(|c| !c.is_whitespace() && !c.is_control());
        match &mut self.open {
            Some(open) => {
                open.text.extend(printable);
                open.end = end;
            }
            None => {
                self.open = Some(Placed { text: printable.collect(), start, end, direction, size });
            }
        }
    }

    fn finish(&mut self) {
        if let Some(word) = self.open.take()
            && self.words.len() < 2 * MAX_WORDS
        {
            self.words.push(word);
        }
    }
}

impl<'a> Device<'a> for Reader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        // Text that is filled and then outlined is announced twice.
        if matches!(mode, DrawMode::Stroke(_)) && self.repeats(run, &props) {
            return;
        }
        for glyph in run.glyphs() {
            let place = props.transform * glyph.transform();
            let origin = place * Point::ZERO;
            let up = (place * Point::new(0.0, UNITS_PER_EM)) - origin;
            let along = (place * Point::new(UNITS_PER_EM, 0.0)) - origin;
            let (size, length) = (up.hypot(), along.hypot());
            if !(size.is_finite() && length.is_finite() && size > 1e-3 && length > 1e-6) {
                continue;
            }
            let advance = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width(),
                Glyph::Type3(drawn) => drawn.advance_width(),
            };
            // Half the size is the common width of a letter.
            let advance = advance.map_or(0.5, |width| f64::from(width) / UNITS_PER_EM);
            let end = origin + along * advance.clamp(0.0, 4.0);
            let direction = along / length;
            match glyph.as_unicode() {
                Some(BfString::Char(c)) => {
                    let mut buffer = [0; 4];
                    self.glyph(c.encode_utf8(&mut buffer), origin, end, direction, size);
                }
                Some(BfString::String(text)) => self.glyph(&text, origin, end, direction, size),
                None => self.finish(),
            }
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

impl Reader {
    /// Whether the run ends where the word being read ends.
    fn repeats(&self, run: &GlyphRun<'_, '_>, props: &DrawProps<'_>) -> bool {
        let (Some(last), Some(open)) = (run.glyphs().last(), &self.open) else {
            return false;
        };
        let origin = props.transform * last.transform() * Point::ZERO;
        let behind = (open.end - origin).dot(open.direction);
        behind > 0.0 && behind < 2.0 * open.size && (open.end - origin).hypot() < 2.0 * open.size
    }
}

/// Joins words whose parts were painted apart, and drops those painted twice in one place (a common way to make text bold).
fn joined(mut words: Vec<Placed>) -> Vec<Placed> {
    // Sorting by line and place would tear the painted order apart, which is the reading order more often than not;
    // so the order is kept and only neighbours in it are looked at, and repeats by place.
    let mut kept: Vec<Placed> = Vec::with_capacity(words.len());
    let mut seen = std::collections::HashSet::new();
    for word in words.drain(..) {
        let place = (word.text.clone(), cell(word.start.x, word.size), cell(word.start.y, word.size));
        if !seen.insert(place) {
            continue;
        }
        if let Some(last) = kept.last_mut()
            && last.text.len() + word.text.len() <= MAX_WORD
            && last
                .gap_to(word.start, word.direction, word.size)
                .is_some_and(|gap| (-0.05..0.1).contains(&gap))
        {
            last.text.push_str(&word.text);
            last.end = word.end;
            continue;
        }
        kept.push(word);
    }
    kept
}

/// Coordinate in steps of a quarter of the font size.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and any cell will do for absurd places")]
fn cell(coordinate: f64, size: f64) -> i64 {
    (coordinate / size * 4.0).round() as i64
}

#[expect(clippy::cast_possible_truncation, reason = "places on a sheet need no more than single precision")]
fn narrow(value: f64) -> f32 {
    value as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 359")]
fn whole_degrees(degrees: f64) -> u16 {
    degrees.round().rem_euclid(360.0) as u16
}
