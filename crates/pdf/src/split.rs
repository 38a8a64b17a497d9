//! Writes one page as a file of its own that holds only what is reachable from that page (SEC-08).
//!
//! The page's objects are copied into a fresh file one by one, starting at the page; nothing is cloned and deleted, so
//! what nobody names cannot slip through. Left out on purpose: other pages and the page tree, outlines, attachments,
//! scripts and actions, links, form fields, metadata, structure, resources the page never uses (many programs hang the
//! drawings of all sheets into one shared dictionary). Streams keep their compression; encryption is undone by the reader.

use std::collections::{BTreeMap, HashSet, VecDeque};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, ObjectIdentifier, Rect, Stream};
use hayro_syntax::page::{Page, Resources, Rotation};

use crate::outline::catalog;
use crate::pdf_out::{OutputFull, PdfOut, name, number, string, write_into};

mod bind;
mod names;

pub(crate) use bind::Binder;

use names::{names_in, names_of_nested_forms};

/// Keys left out wherever they stand: they lead to other pages, carry scripts or attachments, or describe the file.
const NEVER: [&[u8]; 17] = [
    b"AA",
    b"AF",
    b"EF",
    b"EmbeddedFiles",
    b"Emb",
    b"JS",
    b"JavaScript",
    b"LastModified",
    b"Launch",
    b"Metadata",
    b"OpenAction",
    b"Outlines",
    b"Parent",
    b"PieceInfo",
    b"StructParent",
    b"StructParents",
    b"StructTreeRoot",
];

/// Entries an annotation keeps: how it looks and what it says, not what it does.
const ANNOTATION_KEYS: [&[u8]; 27] = [
    b"AP",
    b"AS",
    b"BE",
    b"BS",
    b"Border",
    b"C",
    b"CA",
    b"CL",
    b"Contents",
    b"DA",
    b"F",
    b"IC",
    b"InkList",
    b"L",
    b"LE",
    b"M",
    b"NM",
    b"OC",
    b"Q",
    b"QuadPoints",
    b"RC",
    b"RD",
    b"Rect",
    b"Subj",
    b"Subtype",
    b"T",
    b"Vertices",
];

/// Annotations that are drawn on the sheet; links, attachments, films and forms' pop-ups are not.
const ANNOTATION_KINDS: [&[u8]; 16] = [
    b"Caret",
    b"Circle",
    b"FreeText",
    b"Highlight",
    b"Ink",
    b"Line",
    b"PolyLine",
    b"Polygon",
    b"Square",
    b"Squiggly",
    b"Stamp",
    b"StrikeOut",
    b"Text",
    b"Underline",
    b"Watermark",
    b"Widget",
];

/// Most annotations copied; a heavily marked sheet has some hundred.
const MAX_ANNOTATIONS: usize = 20_000;

/// Deepest nesting of objects written directly inside each other; the reader stops at the same depth.
const MAX_DEPTH: u32 = 512;

/// Finds every page's object, once per open file, so that no copy ever follows a reference into a neighbour.
pub(crate) fn page_objects(pdf: &Pdf) -> HashSet<ObjectIdentifier> {
    pdf.pages().iter().filter_map(|page| page.raw().obj_id()).collect()
}

/// Writes the page as a file of at most `limit` bytes.
pub(crate) fn one_page(
    pdf: &Pdf,
    page: &Page<'_>,
    pages: &HashSet<ObjectIdentifier>,
    limit: u64,
) -> Result<Vec<u8>, OutputFull> {
    let mut out = PdfOut::new(limit);
    let (root, tree, leaf) = (out.number(), out.number(), out.number());
    let mut copy = Copy {
        pdf,
        pages,
        out,
        numbers: BTreeMap::new(),
        waiting: VecDeque::new(),
        layers: BTreeMap::new(),
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
    };

    let body = copy.page(page, tree)?;
    copy.out.object(leaf, &body)?;
    copy.out.object(tree, format!("<</Type/Pages/Count 1/Kids[{leaf} 0 R]>>").as_bytes())?;
    copy.rest()?;

    let mut body = Vec::new();
    write_into(&mut body, format_args!("<</Type/Catalog/Pages {tree} 0 R"));
    copy.layer_states(&mut body);
    body.extend_from_slice(b">>");
    copy.out.object(root, &body)?;
    Ok(copy.out.finish(root))
}

struct Copy<'p> {
    pdf: &'p Pdf,
    pages: &'p HashSet<ObjectIdentifier>,
    out: PdfOut,
    /// New number by old identifier.
    numbers: BTreeMap<ObjectIdentifier, usize>,
    /// Objects that were named and are not written yet, in the order they were named.
    waiting: VecDeque<(ObjectIdentifier, usize)>,
    /// Layers (optional content groups) met so far.
    layers: BTreeMap<ObjectIdentifier, usize>,
    limit: usize,
}

impl<'p> Copy<'p> {
    fn page(&mut self, page: &Page<'p>, tree: usize) -> Result<Vec<u8>, OutputFull> {
        let raw = page.raw();
        let mut body = Vec::new();
        write_into(&mut body, format_args!("<</Type/Page/Parent {tree} 0 R"));
        boxed(&mut body, b"MediaBox", page.media_box());
        boxed(&mut body, b"CropBox", page.crop_box());
        let turn = match page.rotation() {
            Rotation::None => 0,
            Rotation::Horizontal => 90,
            Rotation::Flipped => 180,
            Rotation::FlippedHorizontal => 270,
        };
        if turn != 0 {
            write_into(&mut body, format_args!("/Rotate {turn}"));
        }
        for key in [b"UserUnit".as_slice(), b"Group", b"VP", b"Contents"] {
            self.entry(&mut body, raw, key)?;
        }
        let mut used = HashSet::new();
        names_in(page.page_stream().unwrap_or_default(), &mut used);
        body.extend_from_slice(b"/Resources");
        self.resources(&mut body, page.resources(), used)?;
        self.annotations(&mut body, raw)?;
        body.extend_from_slice(b">>");
        Ok(body)
    }

    fn annotations(&mut self, body: &mut Vec<u8>, page: &Dict<'p>) -> Result<(), OutputFull> {
        let Some(annotations) = page.get::<Array<'_>>(b"Annots") else {
            return Ok(());
        };
        body.extend_from_slice(b"/Annots[");
        for annotation in annotations.iter::<Dict<'_>>().take(MAX_ANNOTATIONS) {
            let kind = annotation.get::<Name<'_>>(b"Subtype");
            let shown = kind.is_some_and(|kind| ANNOTATION_KINDS.contains(&kind.as_ref()));
            if !shown || !annotation.contains_key(b"AP") {
                continue;
            }
            body.extend_from_slice(b"<</Type/Annot");
            for key in ANNOTATION_KEYS {
                self.entry(body, &annotation, key)?;
            }
            body.extend_from_slice(b">>");
            self.fits(body)?;
        }
        body.push(b']');
        Ok(())
    }

    /// Writes the resources whose names occur in the content, as a dictionary of its own.
    fn resources(
        &mut self,
        body: &mut Vec<u8>,
        resources: &Resources<'p>,
        mut used: HashSet<Vec<u8>>,
    ) -> Result<(), OutputFull> {
        names_of_nested_forms(resources, &mut used);
        let kinds: [(&[u8], &Dict<'p>); 7] = [
            (b"ExtGState", &resources.ext_g_states),
            (b"ColorSpace", &resources.color_spaces),
            (b"Pattern", &resources.patterns),
            (b"Shading", &resources.shadings),
            (b"XObject", &resources.x_objects),
            (b"Font", &resources.fonts),
            (b"Properties", &resources.properties),
        ];
        body.extend_from_slice(b"<<");
        for (kind, entries) in kinds {
            if entries.is_empty() {
                continue;
            }
            name(body, kind);
            body.extend_from_slice(b"<<");
            for (key, value) in entries.entries() {
                // DefaultGray, DefaultRGB and DefaultCMYK act without being named.
                if used.contains(key.as_ref() as &[u8]) || key.as_ref().starts_with(b"Default") {
                    name(body, key.as_ref());
                    body.push(b' ');
                    self.value(body, value, 0)?;
                }
            }
            body.extend_from_slice(b">>");
        }
        body.extend_from_slice(b">>");
        Ok(())
    }

    /// Writes the objects that were named, and those they name, until none is left.
    fn rest(&mut self) -> Result<(), OutputFull> {
        while let Some((old, new)) = self.waiting.pop_front() {
            let object =
                if self.pages.contains(&old) { None } else { self.pdf.xref().get::<Object<'p>>(old) };
            match object {
                Some(Object::Stream(stream)) => self.stream(new, &stream)?,
                Some(Object::Dict(dict)) => {
                    let kind = dict.get::<Name<'_>>(b"Type");
                    match kind.as_ref().map(AsRef::as_ref) {
                        Some(b"Page" | b"Pages" | b"Catalog" | b"Filespec") => {
                            self.out.object(new, b"null")?;
                        }
                        Some(b"OCG") => {
                            self.layers.insert(old, new);
                            let mut body = b"<</Type/OCG".to_vec();
                            for key in [b"Intent".as_slice(), b"Name"] {
                                self.entry(&mut body, &dict, key)?;
                            }
                            body.extend_from_slice(b">>");
                            self.out.object(new, &body)?;
                        }
                        _ => {
                            let mut body = Vec::new();
                            self.dict(&mut body, &dict, 0)?;
                            self.out.object(new, &body)?;
                        }
                    }
                }
                Some(other) => {
                    let mut body = Vec::new();
                    self.object(&mut body, other, 0)?;
                    self.out.object(new, &body)?;
                }
                None => self.out.object(new, b"null")?,
            }
        }
        Ok(())
    }

    fn stream(&mut self, new: usize, stream: &Stream<'p>) -> Result<(), OutputFull> {
        let dict = stream.dict();
        let mut entries = Vec::new();
        // Decryption is done, so a filter that says "encrypted" must not stay; data outside the file is not fetched.
        let encrypted =
            dict.get::<Name<'_>>(b"Filter").is_some_and(|filter| filter.as_ref() as &[u8] == b"Crypt");
        let external = matches!(dict.get::<Object<'_>>(b"F"), Some(Object::String(_) | Object::Dict(_)));
        for (key, value) in dict.entries() {
            let key = key.as_ref() as &[u8];
            let handled = match key {
                b"Length" | b"DL" | b"Resources" => true,
                b"Filter" | b"DecodeParms" => encrypted,
                b"F" | b"FFilter" | b"FDecodeParms" => external,
                other => NEVER.contains(&other),
            };
            if handled {
                continue;
            }
            name(&mut entries, key);
            entries.push(b' ');
            self.value(&mut entries, value, 0)?;
        }
        if let Some(resources) = dict.get::<Dict<'_>>(b"Resources") {
            entries.extend_from_slice(b"/Resources");
            if let Ok(content) = stream.decoded_data() {
                let mut used = HashSet::new();
                names_in(&content, &mut used);
                self.resources(&mut entries, &Resources::new(resources), used)?;
            } else {
                entries.extend_from_slice(b"<<>>");
            }
        }
        self.out.stream(new, &entries, &stream.raw_data())
    }

    fn dict(&mut self, body: &mut Vec<u8>, dict: &Dict<'p>, depth: u32) -> Result<(), OutputFull> {
        let own_glyphs =
            dict.get::<Name<'_>>(b"Subtype").is_some_and(|kind| kind.as_ref() as &[u8] == b"Type3");
        body.extend_from_slice(b"<<");
        for (key, value) in dict.entries() {
            let key = key.as_ref() as &[u8];
            if NEVER.contains(&key) {
                continue;
            }
            if own_glyphs && key == b"Resources" {
                self.glyph_resources(body, dict)?;
                continue;
            }
            name(body, key);
            body.push(b' ');
            self.value(body, value, depth)?;
        }
        body.extend_from_slice(b">>");
        self.fits(body)
    }

    /// Resources of a font whose glyphs are small drawings.
    fn glyph_resources(&mut self, body: &mut Vec<u8>, font: &Dict<'p>) -> Result<(), OutputFull> {
        let Some(resources) = font.get::<Dict<'_>>(b"Resources") else {
            return Ok(());
        };
        let mut used = HashSet::new();
        if let Some(glyphs) = font.get::<Dict<'_>>(b"CharProcs") {
            for key in glyphs.keys() {
                let content = glyphs.get::<Stream<'_>>(&key).map(|glyph| glyph.decoded_data());
                if let Some(Ok(content)) = content {
                    names_in(&content, &mut used);
                }
            }
        }
        body.extend_from_slice(b"/Resources");
        self.resources(body, &Resources::new(resources), used)
    }

    fn entry(&mut self, body: &mut Vec<u8>, dict: &Dict<'p>, key: &[u8]) -> Result<(), OutputFull> {
        if let Some(value) = dict.get_raw::<Object<'p>>(key) {
            name(body, key);
            body.push(b' ');
            self.value(body, value, 0)?;
        }
        Ok(())
    }

    fn value(
        &mut self,
        body: &mut Vec<u8>,
        value: MaybeRef<Object<'p>>,
        depth: u32,
    ) -> Result<(), OutputFull> {
        match value {
            MaybeRef::Ref(reference) => {
                let number = self.name_object(reference.into());
                write_into(body, format_args!("{number} 0 R"));
                Ok(())
            }
            MaybeRef::NotRef(object) => self.object(body, object, depth),
        }
    }

    fn object(&mut self, body: &mut Vec<u8>, object: Object<'p>, depth: u32) -> Result<(), OutputFull> {
        if depth > MAX_DEPTH {
            body.extend_from_slice(b"null");
            return Ok(());
        }
        match object {
            Object::Boolean(value) => body.extend_from_slice(if value { b"true" } else { b"false" }),
            Object::Number(value) => number(body, value.as_f64()),
            Object::String(value) => string(body, value.as_bytes()),
            Object::Name(value) => name(body, value.as_ref()),
            Object::Dict(value) => self.dict(body, &value, depth + 1)?,
            Object::Array(value) => {
                body.push(b'[');
                for (index, item) in value.raw_iter().enumerate() {
                    if index > 0 {
                        body.push(b' ');
                    }
                    self.value(body, item, depth + 1)?;
                    self.fits(body)?;
                }
                body.push(b']');
            }
            // A stream cannot stand inside another object.
            Object::Null(_) | Object::Stream(_) => body.extend_from_slice(b"null"),
        }
        Ok(())
    }

    fn name_object(&mut self, old: ObjectIdentifier) -> usize {
        if let Some(&number) = self.numbers.get(&old) {
            return number;
        }
        let number = self.out.number();
        self.numbers.insert(old, number);
        self.waiting.push_back((old, number));
        number
    }

    /// The layers that are not shown, by their new numbers.
    fn hidden_layers(&self) -> Vec<usize> {
        let config = catalog(self.pdf)
            .and_then(|catalog| catalog.get::<Dict<'_>>(b"OCProperties"))
            .and_then(|properties| properties.get::<Dict<'_>>(b"D"));
        let Some(config) = config else { return vec![] };
        let listed = |key: &[u8]| -> HashSet<ObjectIdentifier> {
            let list = config.get::<Array<'_>>(key);
            list.map(|list| list.raw_iter().filter_map(|item| item.as_obj_ref()).map(Into::into).collect())
                .unwrap_or_default()
        };
        let base_off =
            config.get::<Name<'_>>(b"BaseState").is_some_and(|base| base.as_ref() as &[u8] == b"OFF");
        let (on, off) = (listed(b"ON"), listed(b"OFF"));
        let hidden = |old: &ObjectIdentifier| off.contains(old) || (base_off && !on.contains(old));
        self.layers.iter().filter(|(old, _)| hidden(old)).map(|(_, new)| *new).collect()
    }

    /// Layers that are off stay off: a sheet must not show more alone than it did in its set.
    fn layer_states(&self, body: &mut Vec<u8>) {
        if self.layers.is_empty() {
            return;
        }
        let config = catalog(self.pdf)
            .and_then(|catalog| catalog.get::<Dict<'_>>(b"OCProperties"))
            .and_then(|properties| properties.get::<Dict<'_>>(b"D"));
        let all = |body: &mut Vec<u8>| {
            for new in self.layers.values() {
                write_into(body, format_args!("{new} 0 R "));
            }
        };
        body.extend_from_slice(b"/OCProperties<</OCGs[");
        all(body);
        body.extend_from_slice(b"]/D<</Order[");
        all(body);
        body.push(b']');
        if let Some(config) = config {
            if let Some(base) = config.get::<Name<'_>>(b"BaseState") {
                body.extend_from_slice(b"/BaseState");
                name(body, base.as_ref());
            }
            for key in [b"ON".as_slice(), b"OFF"] {
                let Some(listed) = config.get::<Array<'_>>(key) else {
                    continue;
                };
                name(body, key);
                body.push(b'[');
                for layer in listed.raw_iter().filter_map(|item| item.as_obj_ref()) {
                    if let Some(new) = self.layers.get(&layer.into()) {
                        write_into(body, format_args!("{new} 0 R "));
                    }
                }
                body.push(b']');
            }
        }
        body.extend_from_slice(b">>>>");
    }

    fn fits(&self, body: &[u8]) -> Result<(), OutputFull> {
        if body.len() > self.limit { Err(OutputFull) } else { Ok(()) }
    }
}

fn boxed(body: &mut Vec<u8>, key: &[u8], rect: Rect) {
    name(body, key);
    body.push(b'[');
    for (index, side) in [rect.x0, rect.y0, rect.x1, rect.y1].into_iter().enumerate() {
        if index > 0 {
            body.push(b' ');
        }
        number(body, side);
    }
    body.push(b']');
}
