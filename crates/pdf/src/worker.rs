//! The child's side: confines itself, then reads the PDF from its standard input and answers on its standard output.
//!
//! Everything that touches bytes of a stranger's file happens in here and nowhere else (SEC-02). It opens no file, knows
//! no path and no network; when it dies, one page is lost.

use std::io::{self, BufWriter, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use hayro::RenderCache;
use hayro::hayro_syntax::{Pdf, PdfData};
use hayro_interpret::{InterpreterCache, InterpreterSettings};

use crate::confine::confine;
use crate::document;
use crate::frame::{Frame, Job, MAX_LABEL, PIECE, PageHeader, Request};
use crate::render::{self, Canvas, Hayro};
use crate::sheet::{FileRefusal, PageRefusal};
use crate::split::{self, Binder};
use crate::words;

/// Name of the hidden subcommand.
pub const SUBCOMMAND: &str = "worker";

/// Stack of the thread that parses: deep page trees and nested forms recurse.
const STACK: usize = 128 << 20;

/// Pages worked on before the file is opened anew; what the reader caches of pages and fonts is freed by that.
const PAGES_PER_OPENING: u32 = 32;

/// Runs the worker; call it before anything else when the first argument is [`SUBCOMMAND`], and return what it returns.
///
/// The request comes as the argument behind the subcommand. A request that cannot be understood, or a process that
/// cannot be confined, ends at once without reading the file.
pub fn run() -> ExitCode {
    let request = std::env::args()
        .skip_while(|argument| argument != SUBCOMMAND)
        .nth(1)
        .and_then(|argument| serde_json::from_str::<Request>(&argument).ok());
    let Some(request) = request else {
        return ExitCode::from(2);
    };
    let parser = std::thread::Builder::new().stack_size(STACK).spawn(move || work(&request));
    match parser.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Confines the process and does the job; an error means that the parent is gone or the process cannot be confined.
fn work(request: &Request) -> io::Result<()> {
    confine(request.address_space, request.cpu_seconds)?;
    // A panic is an answer here (the page failed), not news for the log.
    std::panic::set_hook(Box::new(|_| ()));
    let mut pipe = BufWriter::new(io::stdout().lock());
    if let Job::Bind { sheets } = request.job {
        return bind(request, sheets, &mut io::stdin().lock(), &mut pipe);
    }
    let bytes = take(&mut io::stdin().lock(), request.file_bytes)?;
    let data = PdfData::from(bytes);
    match request.job {
        Job::Check => {
            let answer = match guarded(|| {
                document::open(&data, request.max_pages).map(|pdf| document::report(&pdf))
            }) {
                Some(Ok(report)) => Frame::Report(report),
                Some(Err(refusal)) => Frame::Refused(refusal),
                None => Frame::Refused(FileRefusal::Damaged),
            };
            send(&mut pipe, &answer, &[])
        }
        Job::Pages { first, last } => pages(request, &data, first, last, &mut pipe),
        // Done above, without a file to begin with.
        Job::Bind { .. } => Ok(()),
    }
}

/// Reads up to so many bytes, as far as there is memory for them.
fn take(input: &mut impl Read, bytes: u64) -> io::Result<Vec<u8>> {
    let mut taken = Vec::new();
    taken
        .try_reserve_exact(usize::try_from(bytes).unwrap_or(usize::MAX))
        .map_err(|_| io::ErrorKind::OutOfMemory)?;
    input.take(bytes).read_to_end(&mut taken)?;
    Ok(taken)
}

/// Binds files as they come in. Pieces go out with their length before them; one of no length says that all of it is out. A file that cannot
/// be bound ends the worker: a set from which a sheet is missing without a word is no set.
fn bind(request: &Request, sheets: u32, input: &mut impl Read, pipe: &mut impl Write) -> io::Result<()> {
    let mut binder = Binder::new(request.page_bytes);
    for _ in 0..sheets {
        let mut length = [0; 4];
        input.read_exact(&mut length)?;
        let label = take(input, u64::from(u32::from_le_bytes(length)).min(MAX_LABEL))?;
        let mut length = [0; 8];
        input.read_exact(&mut length)?;
        let data = PdfData::from(take(input, u64::from_le_bytes(length).min(request.file_bytes))?);
        let label = String::from_utf8_lossy(&label).into_owned();
        let bound = guarded(|| {
            let pdf = document::open(&data, request.max_pages).ok()?;
            binder.add(&pdf, label).ok()
        });
        bound.flatten().ok_or(io::ErrorKind::InvalidData)?;
        piece(pipe, &binder.drain())?;
    }
    piece(pipe, &binder.finish())?;
    pipe.write_all(&0_u32.to_le_bytes())?;
    pipe.flush()
}

fn piece(pipe: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    for part in bytes.chunks(PIECE) {
        pipe.write_all(&u32::try_from(part.len()).map_err(io::Error::other)?.to_le_bytes())?;
        pipe.write_all(part)?;
    }
    pipe.flush()
}

fn pages(request: &Request, data: &PdfData, first: u32, last: u32, pipe: &mut impl Write) -> io::Result<()> {
    let mut next = first;
    while next <= last {
        let opened = guarded(|| document::open(data, request.max_pages));
        let pdf = match opened {
            Some(Ok(pdf)) => pdf,
            Some(Err(refusal)) => return send(pipe, &Frame::Refused(refusal), &[]),
            None => return send(pipe, &Frame::Refused(FileRefusal::Damaged), &[]),
        };
        send(pipe, &Frame::Opened, &[])?;
        let desk = Desk::new(request, &pdf);
        let until = last.min(next.saturating_add(PAGES_PER_OPENING - 1));
        while next <= until {
            let page = next;
            next += 1;
            match guarded(|| desk.sheet(page)) {
                Some(Ok(sheet)) => {
                    let parts = [&sheet.pdf, &sheet.thumbnail, &sheet.tiles];
                    send(pipe, &Frame::Page(Box::new(sheet.header)), &parts)?;
                }
                Some(Err(why)) => send(pipe, &Frame::PageRefused { page, why }, &[])?,
                None => {
                    let why = PageRefusal::Crashed;
                    send(pipe, &Frame::PageRefused { page, why }, &[])?;
                    // What the panic left behind in shared caches is unknown: open the file anew.
                    break;
                }
            }
        }
    }
    Ok(())
}

/// An open file and what is shared between its pages.
struct Desk<'a> {
    pdf: &'a Pdf,
    renderer: Hayro<'a>,
    cache: InterpreterCache<'a>,
    page_objects: std::collections::HashSet<hayro::hayro_syntax::object::ObjectIdentifier>,
    page_bytes: u64,
    canvas: Canvas,
}

/// A finished sheet, still in memory.
struct Sheet {
    header: PageHeader,
    pdf: Vec<u8>,
    thumbnail: Vec<u8>,
    tiles: Vec<u8>,
}

impl<'a> Desk<'a> {
    fn new(request: &Request, pdf: &'a Pdf) -> Self {
        Self {
            pdf,
            renderer: Hayro { pdf, cache: RenderCache::new(), settings: InterpreterSettings::default() },
            cache: InterpreterCache::new(),
            page_objects: split::page_objects(pdf),
            page_bytes: request.page_bytes,
            canvas: Canvas { max_side: request.max_side, max_pixels: request.max_pixels },
        }
    }

    fn sheet(&self, number: u32) -> Result<Sheet, PageRefusal> {
        let index = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        let page = self.pdf.pages().get(index).ok_or(PageRefusal::Damaged)?;
        let display = document::measure(page)?;
        let pdf = split::one_page(self.pdf, page, &self.page_objects, self.page_bytes)
            .map_err(|_| PageRefusal::TooLarge)?;
        let words = words::read(page, display, &self.cache, &self.renderer.settings);
        let pictures = render::pictures(&self.renderer, index, display, self.canvas)?;
        let length = |part: &[u8]| u64::try_from(part.len()).unwrap_or(u64::MAX);
        let header = PageHeader {
            page: number,
            width_pt: display.width_pt,
            height_pt: display.height_pt,
            rotation: display.rotation,
            words,
            pyramid: pictures.pyramid,
            pdf_bytes: length(&pdf),
            thumbnail_bytes: length(&pictures.thumbnail),
            tiles_bytes: length(&pictures.tiles),
        };
        Ok(Sheet { header, pdf, thumbnail: pictures.thumbnail, tiles: pictures.tiles })
    }
}

/// `None` when `work` panicked.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    // Whatever a panic leaves half done is dropped with the file's reading by the callers.
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn send(pipe: &mut impl Write, frame: &Frame, parts: &[&Vec<u8>]) -> io::Result<()> {
    let header = serde_json::to_vec(frame)?;
    let length = u32::try_from(header.len()).map_err(io::Error::other)?;
    pipe.write_all(&length.to_le_bytes())?;
    pipe.write_all(&header)?;
    for part in parts {
        pipe.write_all(part)?;
    }
    pipe.flush()
}
