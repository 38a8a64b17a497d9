//! Draws a page once and makes everything seen of it from that drawing: tile pyramid and thumbnail.
//!
//! White paper, 200 dpi where the limits allow it. It does not know what is on the sheet.

use hayro::hayro_syntax::Pdf;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{PixmapMut, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use hayro_interpret::{InterpreterSettings, TransformExt};
use image_webp::{ColorType, WebPEncoder};

use crate::document::Display;
use crate::sheet::{PageRefusal, Pyramid};
use crate::tiles::{Packer, TILE_SIZE};

/// Resolution of the largest level: hairlines and 2 mm lettering stay readable when zoomed in.
const DPI: f64 = 200.0;

/// Small pages are drawn larger than [`DPI`], so that a sketch fills a screen.
const MIN_LONG_SIDE: f64 = 1024.0;

/// Bytes of tiles above which a sheet is kept at half the resolution: only photographs and noise get there.
const TILES_BUDGET: usize = 96 << 20;

/// Bounds of one drawing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Canvas {
    pub(crate) max_side: u32,
    pub(crate) max_pixels: u64,
}

/// A drawn page: RGBA, opaque, row by row.
pub(crate) struct Raster {
    width: u32,
    height: u32,
    rgba: Vec<u8>,
}

/// Draws pages of one open file; the one trait kept for a second library beside hayro.
pub(crate) trait Renderer {
    /// Draws page `index` (0-based) on white paper of exactly this size in pixels.
    fn draw(&self, index: usize, width: u16, height: u16) -> Result<Raster, PageRefusal>;
}

/// The renderer in pure Rust.
pub(crate) struct Hayro<'a> {
    pub(crate) pdf: &'a Pdf,
    pub(crate) cache: RenderCache<'a>,
    pub(crate) settings: InterpreterSettings,
}

impl Renderer for Hayro<'_> {
    fn draw(&self, index: usize, width: u16, height: u16) -> Result<Raster, PageRefusal> {
        let page = self.pdf.pages().get(index).ok_or(PageRefusal::Damaged)?;
        // The page's own size in single precision decides the scale, so that no column is lost to truncation.
        let (own_width, own_height) = page.render_dimensions();
        let transform = Affine::scale_non_uniform(
            f64::from(width) / f64::from(own_width),
            f64::from(height) / f64::from(own_height),
        ) * page.initial_transform(true).to_kurbo();
        let mut context = RenderContext::new(width, height);
        render_into(page, &self.cache, &self.settings, &RenderSettings::default(), &mut context, transform);
        context.flush();
        let bytes = usize::from(width) * usize::from(height) * 4;
        let mut rgba = vec![0xFF; bytes];
        let target = PixmapMut::new(width, height, &mut rgba).ok_or(PageRefusal::TooLarge)?;
        context.render_with(
            target,
            &mut Resources::default(),
            RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..RasterizerSettings::default() },
        );
        Ok(Raster { width: u32::from(width), height: u32::from(height), rgba })
    }
}

/// What is seen of a sheet.
pub(crate) struct Pictures {
    pub(crate) pyramid: Pyramid,
    pub(crate) tiles: Vec<u8>,
    pub(crate) thumbnail: Vec<u8>,
}

/// Draws a page and makes its pyramid and thumbnail.
pub(crate) fn pictures(
    renderer: &impl Renderer,
    index: usize,
    display: Display,
    canvas: Canvas,
) -> Result<Pictures, PageRefusal> {
    let (width, height) = pixels(display, canvas);
    let full = renderer.draw(index, width, height)?;
    let mut levels = vec![full];
    while let Some(last) = levels.last() {
        if last.width.max(last.height) <= TILE_SIZE {
            break;
        }
        let half = halved(last);
        levels.push(half);
    }

    let smallest = levels.last().ok_or(PageRefusal::Damaged)?;
    let thumbnail = thumbnail(smallest)?;

    let mut packer = Packer::default();
    let mut kept = None;
    for (level, raster) in levels.iter().rev().enumerate() {
        // Largest levels come last; one that would break the budget is left out and the sheet is that much coarser.
        if level > 0 && packer.bytes().saturating_mul(4) > TILES_BUDGET {
            break;
        }
        pack_level(&mut packer, raster)?;
        kept = Some(raster);
    }
    let top = kept.ok_or(PageRefusal::Damaged)?;
    let pyramid = Pyramid::of(top.width, top.height);
    Ok(Pictures { pyramid, tiles: packer.finish(pyramid), thumbnail })
}

/// Chooses the size in pixels: [`DPI`], at least [`MIN_LONG_SIDE`], within the canvas.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 1..=65535 before the cast"
)]
fn pixels(display: Display, canvas: Canvas) -> (u16, u16) {
    let long = display.width_pt.max(display.height_pt);
    let area = display.width_pt * display.height_pt;
    let max_side = f64::from(canvas.max_side.min(u32::from(u16::MAX)));
    #[expect(clippy::cast_precision_loss, reason = "pixel budgets are far below 2^52")]
    let budget = (canvas.max_pixels as f64 / area).sqrt();
    let scale = (DPI / 72.0).max(MIN_LONG_SIDE / long).min(max_side / long).min(budget);
    let side = |points: f64| (points * scale).round().clamp(1.0, max_side) as u16;
    (side(display.width_pt), side(display.height_pt))
}

/// Half the size, each pixel the mean of the two by two it stands for; at an odd edge the last row or column counts twice.
fn halved(from: &Raster) -> Raster {
    let (width, height) = (from.width.div_ceil(2), from.height.div_ceil(2));
    let row_bytes = usize::try_from(from.width).unwrap_or(0) * 4;
    let mut rgba = Vec::with_capacity(from.rgba.len() / 4 + row_bytes);
    let mut rows = from.rgba.chunks_exact(row_bytes);
    while let Some(upper) = rows.next() {
        let lower = rows.next().unwrap_or(upper);
        let (upper, lower) = (upper.as_chunks::<4>().0, lower.as_chunks::<4>().0);
        for (above, below) in upper.chunks(2).zip(lower.chunks(2)) {
            if let ([a, .., b] | [a @ b], [c, .., d] | [c @ d]) = (above, below) {
                let sum = |place: fn(&[u8; 4]) -> u8| {
                    [a, b, c, d].map(|pixel| u16::from(place(pixel))).iter().sum::<u16>()
                };
                let mean = |place| u8::try_from((sum(place) + 2) / 4).unwrap_or(u8::MAX);
                rgba.extend([mean(|p| p[0]), mean(|p| p[1]), mean(|p| p[2]), u8::MAX]);
            }
        }
    }
    Raster { width, height, rgba }
}

/// The smallest level: at most one tile.
fn thumbnail(smallest: &Raster) -> Result<Vec<u8>, PageRefusal> {
    let rgb: Vec<u8> = smallest.rgba.as_chunks::<4>().0.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
    webp(&rgb, smallest.width, smallest.height, ColorType::Rgb8)
}

/// Cuts one level into tiles, row by row.
fn pack_level(packer: &mut Packer, raster: &Raster) -> Result<(), PageRefusal> {
    let side = usize::try_from(TILE_SIZE).unwrap_or(512);
    let width = usize::try_from(raster.width).unwrap_or(0);
    let height = usize::try_from(raster.height).unwrap_or(0);
    let mut rgb = Vec::with_capacity(side * side * 3);
    for top in (0..height).step_by(side) {
        for left in (0..width).step_by(side) {
            let rows = || {
                raster
                    .rgba
                    .chunks_exact(width * 4)
                    .skip(top)
                    .take(side)
                    .map(|row| row.get(left * 4..(left + side).min(width) * 4).unwrap_or_default())
            };
            if rows().all(is_white) {
                let mut failed = None;
                packer.blank(|| {
                    webp(&vec![0xFF; side * side], TILE_SIZE, TILE_SIZE, ColorType::L8).unwrap_or_else(
                        |refusal| {
                            failed = Some(refusal);
                            Vec::new()
                        },
                    )
                });
                if let Some(refusal) = failed {
                    return Err(refusal);
                }
                continue;
            }
            let grey = rows().all(|row| row.as_chunks::<4>().0.iter().all(|[r, g, b, _]| r == g && g == b));
            rgb.clear();
            let step = if grey { 1 } else { 3 };
            for row in rows() {
                let pixels = row.as_chunks::<4>().0;
                if grey {
                    rgb.extend(pixels.iter().map(|[r, ..]| r));
                } else {
                    rgb.extend(pixels.iter().flat_map(|&[r, g, b, _]| [r, g, b]));
                }
                rgb.resize(rgb.len() + (side - pixels.len()) * step, 0xFF);
            }
            rgb.resize(side * side * step, 0xFF);
            let color = if grey { ColorType::L8 } else { ColorType::Rgb8 };
            packer.tile(&webp(&rgb, TILE_SIZE, TILE_SIZE, color)?);
        }
    }
    Ok(())
}

fn is_white(row: &[u8]) -> bool {
    row.iter().all(|&byte| byte == 0xFF)
}

fn webp(pixels: &[u8], width: u32, height: u32, color: ColorType) -> Result<Vec<u8>, PageRefusal> {
    let mut out = Vec::new();
    WebPEncoder::new(&mut out).encode(pixels, width, height, color).map_err(|_| PageRefusal::TooLarge)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(width_pt: f64, height_pt: f64) -> Display {
        Display { width_pt, height_pt, rotation: 0, unit: 1.0 }
    }

    const CANVAS: Canvas = Canvas { max_side: 12_000, max_pixels: 80_000_000 };

    #[test]
    fn sizes_stay_within_the_canvas() {
        assert_eq!(pixels(display(2592.0, 1728.0), CANVAS), (7200, 4800));
        assert_eq!(pixels(display(48.0, 48.0), CANVAS), (1024, 1024));
        let (width, height) = pixels(display(43_756.0, 49_081.0), CANVAS);
        assert!(u32::from(width.max(height)) <= CANVAS.max_side);
        assert!(u64::from(width) * u64::from(height) <= CANVAS.max_pixels + 20_000);
        assert_eq!(pixels(display(100_000.0, 1.0), CANVAS), (12_000, 1));
    }

    #[test]
    fn edge_tiles_are_padded_with_white() {
        let raster = Raster { width: 600, height: 3, rgba: [0, 0, 0, 0xFF].repeat(1800) };
        let mut packer = Packer::default();
        pack_level(&mut packer, &raster).unwrap();
        let pyramid = Pyramid::of(600, 3);
        assert_eq!(pyramid.grid(1), Some((2, 1)));
        packer.tile(b"level order does not matter to the padding");
        let pack = packer.finish(pyramid);
        let range = crate::locate(&pack, 0, 0, 0).unwrap();
        let tile = &pack[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
        let mut decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(tile)).unwrap();
        assert_eq!(decoder.dimensions(), (512, 512));
        let mut pixels = vec![0; decoder.output_buffer_size().unwrap()];
        decoder.read_image(&mut pixels).unwrap();
        assert_eq!(pixels[..3], [0, 0, 0]);
        assert_eq!(pixels[512 * 3 * 3..][..3], [0xFF, 0xFF, 0xFF]);
    }
}
