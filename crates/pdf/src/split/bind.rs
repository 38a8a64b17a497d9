//! Binds one-page files into one, page after page, handing on what is written: nothing of a sheet is held once the next one begins.
//!
//! Each page is copied as the splitter copies it, so that a bound file carries no more than its sheets do. Bookmarks and page labels name the
//! sheets; layers that are off stay off.

use std::collections::{BTreeMap, VecDeque};

use hayro_syntax::Pdf;

use super::{Copy, page_objects};
use crate::pdf_out::{OutputFull, PdfOut, text, write_into};

/// Why a sheet cannot be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unbound {
    /// It has no page.
    NoPage,
    /// It is larger than a sheet may be.
    TooLarge,
}

impl From<OutputFull> for Unbound {
    fn from(_: OutputFull) -> Self {
        Self::TooLarge
    }
}

/// A file being bound.
pub(crate) struct Binder {
    out: PdfOut,
    limit: u64,
    tree: usize,
    /// Each page with what it is called.
    leaves: Vec<(usize, String)>,
    layers: Vec<usize>,
    hidden: Vec<usize>,
}

impl Binder {
    /// Begins a file; a sheet may be of `limit` bytes.
    pub(crate) fn new(limit: u64) -> Self {
        let mut out = PdfOut::new(limit);
        let tree = out.number();
        Self { out, limit, tree, leaves: vec![], layers: vec![], hidden: vec![] }
    }

    /// Adds the first page of a file under a label.
    pub(crate) fn add(&mut self, pdf: &Pdf, label: String) -> Result<(), Unbound> {
        let pages = page_objects(pdf);
        let page = pdf.pages().first().ok_or(Unbound::NoPage)?;
        let leaf = self.out.number();
        let mut copy = Copy {
            pdf,
            pages: &pages,
            out: std::mem::replace(&mut self.out, PdfOut::new(0)),
            numbers: BTreeMap::new(),
            waiting: VecDeque::new(),
            layers: BTreeMap::new(),
            limit: usize::try_from(self.limit).unwrap_or(usize::MAX),
        };
        let body = copy.page(page, self.tree)?;
        copy.out.object(leaf, &body)?;
        copy.rest()?;
        self.hidden.extend(copy.hidden_layers());
        self.layers.extend(copy.layers.values());
        self.out = copy.out;
        self.leaves.push((leaf, label));
        Ok(())
    }

    /// What was written since it was last asked for.
    pub(crate) fn drain(&mut self) -> Vec<u8> {
        self.out.drain()
    }

    /// Ends the file: pages, bookmarks, labels. Answers the rest of it.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        // What is held now is small beside any sheet.
        self.out.lift_limit();
        let (root, outline, labels) = (self.out.number(), self.out.number(), self.out.number());
        let marks: Vec<usize> = self.leaves.iter().map(|_| self.out.number()).collect();
        let count = self.leaves.len();

        let mut body = Vec::new();
        write_into(&mut body, format_args!("<</Type/Pages/Count {count}/Kids["));
        for (leaf, _) in &self.leaves {
            write_into(&mut body, format_args!("{leaf} 0 R "));
        }
        body.extend_from_slice(b"]>>");
        self.put(self.tree, &body);

        let mut body = b"<</Nums[".to_vec();
        for (place, (_, label)) in self.leaves.iter().enumerate() {
            write_into(&mut body, format_args!("{place}<</P"));
            text(&mut body, label);
            body.extend_from_slice(b">>");
        }
        body.extend_from_slice(b"]>>");
        self.put(labels, &body);

        let mut body = Vec::new();
        write_into(&mut body, format_args!("<</Type/Outlines/Count {count}"));
        if let (Some(first), Some(last)) = (marks.first(), marks.last()) {
            write_into(&mut body, format_args!("/First {first} 0 R/Last {last} 0 R"));
        }
        body.extend_from_slice(b">>");
        self.put(outline, &body);
        for (place, (leaf, label)) in std::mem::take(&mut self.leaves).into_iter().enumerate() {
            let mut body = b"<</Title".to_vec();
            text(&mut body, &label);
            write_into(&mut body, format_args!("/Parent {outline} 0 R/Dest[{leaf} 0 R/Fit]"));
            let beside = [("Prev", place.checked_sub(1)), ("Next", place.checked_add(1))];
            for (key, place) in beside {
                if let Some(other) = place.and_then(|place| marks.get(place)) {
                    write_into(&mut body, format_args!("/{key} {other} 0 R"));
                }
            }
            body.extend_from_slice(b">>");
            if let Some(mark) = marks.get(place) {
                self.put(*mark, &body);
            }
        }

        let mut body = Vec::new();
        write_into(
            &mut body,
            format_args!(
                "<</Type/Catalog/Pages {} 0 R/Outlines {outline} 0 R/PageLabels {labels} 0 R/PageMode/UseOutlines",
                self.tree
            ),
        );
        if !self.layers.is_empty() {
            let list = |body: &mut Vec<u8>, key: &str, layers: &[usize]| {
                write_into(body, format_args!("/{key}["));
                for layer in layers {
                    write_into(body, format_args!("{layer} 0 R "));
                }
                body.push(b']');
            };
            body.extend_from_slice(b"/OCProperties<<");
            list(&mut body, "OCGs", &self.layers);
            body.extend_from_slice(b"/D<<");
            list(&mut body, "Order", &self.layers);
            list(&mut body, "OFF", &self.hidden);
            body.extend_from_slice(b">>>>");
        }
        body.extend_from_slice(b">>");
        self.put(root, &body);
        self.out.finish(root)
    }

    fn put(&mut self, number: usize, body: &[u8]) {
        // Without a limit nothing is too large.
        let _never_full = self.out.object(number, body);
    }
}
