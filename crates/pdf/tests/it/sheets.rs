//! Good files: what comes out is the sheet, the whole sheet and nothing but the sheet.

use sluice_pdf::draw::{Plan, SheetDrawing, TitleBlock, set_pdf, set_pdf_without_bookmarks};
use sluice_pdf::{Leaf, Naming, PageEvidence, TilePack, Workshop, read_set, text_of};

use crate::pdfs::{self, LETTER};
use crate::{program, small, work};

fn structural_set() -> Vec<SheetDrawing> {
    let sheet = |number: &str, title: &str, plan, title_block| SheetDrawing {
        number: number.into(),
        title: title.into(),
        revision: "B".into(),
        discipline: "STRUCTURAL".into(),
        date: "2026-03-02".into(),
        project: "HARBOR TOWER".into(),
        company: "NORTHSIDE ENGINEERS".into(),
        plan,
        title_block,
        seed: 11,
        changed: false,
    };
    vec![
        sheet("S-101", "FOUNDATION PLAN", Plan::Structure, TitleBlock::Right),
        sheet("S-102", "SECOND FLOOR FRAMING PLAN", Plan::Structure, TitleBlock::Right),
        sheet("S-201", "NORTH ELEVATION", Plan::Elevation, TitleBlock::Bottom),
        sheet("S-301", "ROOF FRAMING PLAN", Plan::Structure, TitleBlock::Bottom),
    ]
}

#[tokio::test]
async fn drw_03_a_drawn_set_comes_back_as_it_was_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let drawn = structural_set();
    let workshop = Workshop::new(program(), small());
    for (bookmarked, pdf) in [(true, set_pdf(&drawn)), (false, set_pdf_without_bookmarks(&drawn))] {
        let file = folder.path().join("Harbor Tower.pdf");
        std::fs::write(&file, pdf).unwrap();
        let report = workshop.check(&file).await.unwrap();
        assert_eq!(report.pages, 4);
        assert_eq!(report.bookmarks.len(), if bookmarked { 4 } else { 0 });
        let (worked, outcomes) = work(&workshop, &file, 1..=4, folder.path()).await;
        worked.unwrap();
        let evidence: Vec<PageEvidence> = outcomes
            .into_iter()
            .map(|outcome| {
                let sheet = outcome.result.unwrap();
                assert!((sheet.width_pt - 2592.0).abs() < 0.01 && (sheet.height_pt - 1728.0).abs() < 0.01);
                PageEvidence {
                    file_name: "Harbor Tower.pdf".into(),
                    page_index: outcome.page - 1,
                    page_count: 4,
                    bookmark: report.bookmarks.get(&outcome.page).cloned(),
                    label: None,
                    width_pt: sheet.width_pt,
                    height_pt: sheet.height_pt,
                    words: sheet.words,
                }
            })
            .collect();
        for (sheet, reading) in drawn.iter().zip(read_set(&evidence, Naming::None)) {
            let number = reading.number.unwrap();
            assert_eq!(number.text, sheet.number);
            assert!(number.confidence >= 0.7, "{} {}", number.text, number.confidence);
            assert_eq!(reading.title.unwrap().text, sheet.title);
            assert_eq!(reading.revision.unwrap().text, sheet.revision);
            let block = reading.title_block.unwrap();
            assert!(block.x > 1500.0 && block.y > 1000.0, "{block:?}");
        }
    }
}

#[tokio::test]
async fn sec_08_a_split_sheet_holds_nothing_of_its_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("set.pdf");
    // Both pages hang their drawing into one shared dictionary, and the file carries what must not travel.
    let objects = [
        "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/Metadata 11 0 R/Outlines 12 0 R\
         /Names<</EmbeddedFiles<</Names[(secret.txt)13 0 R]>>>>>>"
            .to_owned(),
        "<</Type/Pages/Count 2/Kids[4 0 R 5 0 R]/MediaBox[0 0 612 792]/Rotate 90/Resources<</Font<</F1 3 0 R>>\
         /XObject<</Ours 8 0 R/Theirs 9 0 R>>>>>>"
            .to_owned(),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/Contents 6 0 R/AA<</O<</S/JavaScript/JS(evil)>>>>/Annots[10 0 R]/PieceInfo<</X(private)>>>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/Contents 7 0 R>>".to_owned(),
        pdfs::stream("", "/Ours Do"),
        pdfs::stream("", "/Theirs Do"),
        pdfs::stream("/Type/XObject/Subtype/Form/BBox[0 0 612 792]", "BT /F1 20 Tf 90 90 Td (OUR SHEET) Tj ET"),
        pdfs::stream("/Type/XObject/Subtype/Form/BBox[0 0 612 792]", "BT /F1 20 Tf 90 90 Td (NEIGHBOUR) Tj ET"),
        "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Dest[5 0 R/Fit]>>".to_owned(),
        pdfs::stream("/Type/Metadata/Subtype/XML", "<x>XMPSECRET</x>"),
        "<</Type/Outlines/First 14 0 R/Last 14 0 R/Count 1>>".to_owned(),
        "<</Type/Filespec/F(secret.txt)/EF<</F 15 0 R>>>>".to_owned(),
        "<</Title(BOOKMARKSECRET)/Parent 12 0 R/Dest[5 0 R/Fit]>>".to_owned(),
        pdfs::stream("/Type/EmbeddedFile", "ATTACHMENT"),
    ];
    std::fs::write(&file, pdfs::file(&objects, "/Info<</Author(INFOSECRET)>>")).unwrap();
    let workshop = Workshop::new(program(), small());
    let (worked, outcomes) = work(&workshop, &file, 1..=2, folder.path()).await;
    worked.unwrap();
    let sheet = outcomes[0].result.as_ref().unwrap();
    assert_eq!((sheet.width_pt, sheet.height_pt, sheet.rotation), (792.0, 612.0, 90));
    assert_eq!(text_of(&sheet.words), "OUR SHEET");
    let bytes = std::fs::read(&sheet.pdf).unwrap();
    let holds = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(holds("OUR SHEET"));
    for secret in [
        "NEIGHBOUR",
        "JavaScript",
        "evil",
        "XMPSECRET",
        "ATTACHMENT",
        "secret.txt",
        "BOOKMARKSECRET",
        "INFOSECRET",
        "private",
        "/Link",
        "/AA",
    ] {
        assert!(!holds(secret), "{secret}");
    }
    // Another reader finds the same page.
    let second = lopdf::Document::load_mem(&bytes).unwrap();
    assert_eq!(second.get_pages().len(), 1);
    assert!(second.extract_text(&[1]).unwrap().contains("OUR SHEET") || second.objects.len() < 10);
}

#[tokio::test]
async fn the_same_page_gives_the_same_bytes_and_splits_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("set.pdf");
    std::fs::write(&file, set_pdf(&structural_set())).unwrap();
    let workshop = Workshop::new(program(), small());
    let mut hashes = Vec::new();
    let mut file = file;
    for page in [2, 2] {
        let staging = tempfile::tempdir().unwrap();
        let (worked, outcomes) = work(&workshop, &file, page..=page, staging.path()).await;
        worked.unwrap();
        hashes.push(outcomes[0].result.as_ref().unwrap().pdf_sha256);
    }
    assert_eq!(hashes[0], hashes[1]);
    // A split sheet is a file that can be split.
    let (_, outcomes) = work(&workshop, &file, 3..=3, folder.path()).await;
    file = outcomes[0].result.as_ref().unwrap().pdf.clone();
    assert_eq!(workshop.check(&file).await.unwrap().pages, 1);
    let staging = tempfile::tempdir().unwrap();
    let (worked, outcomes) = work(&workshop, &file, 1..=1, staging.path()).await;
    worked.unwrap();
    assert!(text_of(&outcomes[0].result.as_ref().unwrap().words).contains("S-201"));
}

#[tokio::test]
async fn drw_02_five_hundred_pages_come_out_once_each() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("book.pdf");
    let contents: Vec<String> =
        (1..=500).map(|page| format!("BT /F1 20 Tf 72 72 Td (PAGE{page}) Tj ET")).collect();
    let pages: Vec<(&str, &str)> = contents.iter().map(|content| (LETTER, content.as_str())).collect();
    std::fs::write(&file, pdfs::pages(&pages)).unwrap();
    let workshop = Workshop::new(program(), small());
    assert_eq!(workshop.check(&file).await.unwrap().pages, 500);
    let (worked, outcomes) = work(&workshop, &file, 1..=500, folder.path()).await;
    worked.unwrap();
    assert_eq!(outcomes.len(), 500);
    for (number, outcome) in (1..).zip(&outcomes) {
        assert_eq!(outcome.page, number);
        let words = &outcome.result.as_ref().unwrap().words;
        assert_eq!(text_of(words), format!("PAGE{number}"));
    }
}

#[tokio::test]
async fn view_01_the_tile_pack_holds_the_picture() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("set.pdf");
    std::fs::write(&file, set_pdf(&structural_set()[..1])).unwrap();
    let workshop = Workshop::new(program(), sluice_pdf::Limits::default());
    let (worked, outcomes) = work(&workshop, &file, 1..=1, folder.path()).await;
    worked.unwrap();
    let sheet = outcomes[0].result.as_ref().unwrap();
    assert_eq!((sheet.pyramid.width, sheet.pyramid.height, sheet.pyramid.levels), (7200, 4800, 5));
    let pack = std::fs::read(&sheet.tiles).unwrap();
    assert_eq!(pack.len() as u64, sheet.tiles_bytes);
    let index = TilePack::index(&pack).unwrap();
    let range = index.locate(0, 0, 0).unwrap();
    let webp = &pack[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
    assert_eq!((&webp[..4], &webp[8..12]), (b"RIFF".as_slice(), b"WEBP".as_slice()));
    let thumbnail = std::fs::read(&sheet.thumbnail).unwrap();
    let decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(thumbnail)).unwrap();
    assert_eq!(decoder.dimensions(), (450, 300));
}

#[tokio::test]
async fn drw_03_user_units_and_rotation_are_in_sizes_and_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("units.pdf");
    let text = "BT /F1 20 Tf 10 10 Td (CORNER) Tj ET";
    std::fs::write(
        &file,
        pdfs::pages(&[
            ("/MediaBox[0 0 300 200]/UserUnit 2", text),
            ("/MediaBox[0 0 300 200]/Rotate 180", text),
        ]),
    )
    .unwrap();
    let workshop = Workshop::new(program(), small());
    let (worked, outcomes) = work(&workshop, &file, 1..=2, folder.path()).await;
    worked.unwrap();
    let [first, second] = [0, 1].map(|at| outcomes[at].result.as_ref().unwrap());
    assert_eq!((first.width_pt, first.height_pt), (600.0, 400.0));
    let word = &first.words[0];
    assert!((word.x - 20.0).abs() < 1.0 && word.y > 340.0 && (word.size - 40.0).abs() < 0.1, "{word:?}");
    let word = &second.words[0];
    assert!(word.angle == 180 && word.x > 190.0 && word.y < 20.0, "{word:?}");
}

/// Binds files and answers the whole of what came, or how it ended.
async fn bound(workshop: &Workshop, leaves: Vec<Leaf>) -> std::io::Result<Vec<u8>> {
    let (pieces, mut fetched) = tokio::sync::mpsc::channel(2);
    let collect = async {
        let mut whole = vec![];
        while let Some(piece) = fetched.recv().await {
            whole.extend(piece?);
        }
        Ok(whole)
    };
    let (worked, whole) = tokio::join!(
        async {
            let worked = workshop.bind(leaves, &pieces).await;
            drop(pieces);
            worked
        },
        collect
    );
    worked.unwrap();
    whole
}

#[tokio::test]
async fn log_03_sheets_are_bound_with_bookmarks_and_labels() {
    let folder = tempfile::tempdir().unwrap();
    let workshop = Workshop::new(program(), small());
    let mut leaves = vec![];
    let set = set_pdf(&structural_set());
    let layered = std::fs::read(layered(folder.path())).unwrap();
    for (place, (pdf, page, label)) in [
        (set.clone(), 2, "S-102 Second floor (framing)"),
        (set, 4, "S-301 Toiture \u{e9}tage"),
        (layered, 1, "E-001 Layers"),
    ]
    .into_iter()
    .enumerate()
    {
        let file = folder.path().join(format!("{place}.pdf"));
        std::fs::write(&file, pdf).unwrap();
        let staging = folder.path().join(place.to_string());
        std::fs::create_dir(&staging).unwrap();
        let (worked, outcomes) = work(&workshop, &file, page..=page, &staging).await;
        worked.unwrap();
        let sheet = outcomes.into_iter().next().unwrap().result.unwrap();
        leaves.push(Leaf { label: label.into(), file: sheet.pdf, bytes: sheet.pdf_bytes });
    }
    let file = folder.path().join("bound.pdf");
    std::fs::write(&file, bound(&workshop, leaves.clone()).await.unwrap()).unwrap();

    // Our own reader: pages, bookmarks, labels, words.
    let report = workshop.check(&file).await.unwrap();
    assert_eq!(report.pages, 3);
    for (page, leaf) in (1..).zip(&leaves) {
        assert_eq!(report.bookmarks.get(&page), Some(&leaf.label));
        assert_eq!(report.labels.get(&page), Some(&leaf.label));
    }
    let (worked, outcomes) = work(&workshop, &file, 1..=3, folder.path()).await;
    worked.unwrap();
    let text = |place: usize| text_of(&outcomes[place].result.as_ref().unwrap().words);
    assert!(text(0).contains("S-102") && !text(0).contains("S-301"));
    assert!(text(1).contains("S-301"));
    assert_eq!(text(2), "SHOWN", "what is hidden alone stays hidden in the set");
    // And another one.
    let second = lopdf::Document::load(&file).unwrap();
    assert_eq!(second.get_pages().len(), 3);

    // The same sheet twice, and none at all.
    let twice = bound(&workshop, vec![leaves[0].clone(), leaves[0].clone()]).await.unwrap();
    assert_eq!(lopdf::Document::load_mem(&twice).unwrap().get_pages().len(), 2);
    // A sheet that cannot be had is no sheet left out: the file does not end.
    let missing = Leaf { file: folder.path().join("nowhere.pdf"), ..leaves[0].clone() };
    assert!(bound(&workshop, vec![leaves[0].clone(), missing]).await.is_err());
    let broken = folder.path().join("broken.pdf");
    std::fs::write(&broken, "%PDF-1.7\nnothing\n%%EOF\n").unwrap();
    let broken = Leaf { file: broken, bytes: 25, ..leaves[0].clone() };
    assert!(bound(&workshop, vec![broken]).await.is_err());
}

/// A page with two layers, one of them off.
fn layered(folder: &std::path::Path) -> std::path::PathBuf {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R 7 0 R]/D<</Order[6 0 R 7 0 R]/OFF[7 0 R]>>>>>>".to_owned(),
        "<</Type/Pages/Count 1/Kids[4 0 R]/MediaBox[0 0 612 792]>>".to_owned(),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<</F1 3 0 R>>/Properties<</On 6 0 R/Off 7 0 R>>>>>>".to_owned(),
        pdfs::stream("", "/OC /On BDC BT /F1 20 Tf 90 90 Td (SHOWN) Tj ET EMC /OC /Off BDC BT /F1 20 Tf 90 190 Td (HIDDEN) Tj ET EMC"),
        "<</Type/OCG/Name(On)>>".to_owned(),
        "<</Type/OCG/Name(Off)>>".to_owned(),
    ];
    let file = folder.join("layered.pdf");
    std::fs::write(&file, pdfs::file(&objects, "")).unwrap();
    file
}
