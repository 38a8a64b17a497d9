//! Links from callouts to the sheets they name (`VIEW-05`): the words of a revision beside the numbers of its project. Nothing of it is stored;
//! an answer stays true until the project's log changes, and is recognised by that. Each project finds its own: nothing travels (`DRF-06`).

use std::collections::HashMap;

use sluice_domain::callout::{Found, Numbers, Placed};
use sluice_domain::{DrawingId, RevisionId};
use sluice_pdf::Word;
use sluice_store::blob::Derived;
use sluice_store::drawing;
use sluice_store::drawing::log::log_version;
use sluice_store::drawing::markup::{self, Linkable};
use tokio::io::AsyncReadExt;

use super::files;
use crate::uploads::words;
use crate::{App, Caller, Error, Result};

/// Links of one sheet; more than the densest index of sheets has.
const LINKS_MAX: usize = 2_000;

/// A place on a sheet that leads to another drawing, in points from the upper left corner.
#[derive(Debug, Clone)]
pub struct Link {
    /// Where it leads.
    pub drawing: DrawingId,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// The links of a revision.
#[derive(Debug)]
pub enum Links {
    /// They are as the caller has them.
    Unchanged,
    /// They are these.
    These(Vec<Link>),
}

/// The links of a revision with what they are recognised by: `seen` is what the caller has of them.
pub async fn of_revision(
    app: &App,
    who: Caller,
    id: RevisionId,
    seen: Option<&str>,
) -> Result<(String, Links)> {
    let file = files::of_revision(app, who, id).await?;
    let mut db = app.db.read().await?;
    let shown = drawing::revision(&mut db, id).await?.ok_or_else(|| Error::code("not_found"))?;
    let project = shown.drawing.project_id;
    // Before the rows: links may be newer than their mark, and never older.
    let version = log_version(&mut db, project).await?;
    let drawn = shown.revision.level_count.is_some();
    let tag = format!("{version}.{}", if drawn { "words" } else { "none" });
    if seen == Some(tag.as_str()) {
        return Ok((tag, Links::Unchanged));
    }
    let words = match files::open_derived(app, file.sha256, Derived::Words).await {
        Ok(mut opened) => {
            let mut text = String::new();
            opened.read_to_string(&mut text).await.map_err(Error::fault)?;
            words::decode(&text)
        }
        // Not drawn yet, or a sheet without words.
        Err(error) if error.public_code() == Some("not_found") => vec![],
        Err(error) => return Err(error),
    };
    if words.is_empty() {
        return Ok((tag, Links::These(vec![])));
    }
    let known = markup::linkable(&mut db, project).await?;
    drop(db);
    let from = Linkable {
        id: shown.drawing.id,
        number: shown.drawing.number,
        title: String::new(),
        area_id: shown.drawing.area_id,
        connection_id: shown.drawing.connection_id,
    };
    Ok((tag, Links::These(find(&words, &from, &known))))
}

/// Finds the links among words; a sheet never leads to itself.
fn find(words: &[Word], from: &Linkable, known: &[Linkable]) -> Vec<Link> {
    let mut by_number: HashMap<&str, Vec<&Linkable>> = HashMap::new();
    for drawing in known {
        by_number.entry(drawing.number.as_str()).or_default().push(drawing);
    }
    let numbers = by_number.iter().filter_map(|(number, alike)| Some((*number, meant(alike, from)?)));
    let numbers = Numbers::new(numbers.filter(|(_, drawing)| drawing.id != from.id));
    let words: Vec<OnSheet<'_>> = words.iter().map(OnSheet).collect();
    numbers.find(&words, LINKS_MAX).into_iter().filter_map(|found| link(&words, found)).collect()
}

/// Which of the drawings with one number a callout means: the one in the sheet's own area, else the one that came the same way. Where that
/// leaves two, nobody guesses.
fn meant<'a>(alike: &[&'a Linkable], from: &Linkable) -> Option<&'a Linkable> {
    let only = |fits: &dyn Fn(&Linkable) -> bool| {
        let mut those = alike.iter().filter(|drawing| fits(drawing));
        those.next().filter(|_| those.next().is_none()).copied()
    };
    only(&|drawing| drawing.area_id == from.area_id)
        .or_else(|| only(&|drawing| drawing.connection_id == from.connection_id))
        .or_else(|| only(&|_| true))
}

/// A word of a sheet.
struct OnSheet<'a>(&'a Word);

impl Placed for OnSheet<'_> {
    fn text(&self) -> &str {
        &self.0.text
    }

    fn is_followed_by(&self, next: &Self) -> bool {
        let (one, two) = (self.0, next.0);
        let reach = one.size.max(two.size);
        let apart =
            |a: f32, a_length: f32, b: f32, b_length: f32| (b - (a + a_length)).max(a - (b + b_length));
        one.angle == two.angle
            && apart(one.x, one.width, two.x, two.width) < reach
            && apart(one.y, one.height, two.y, two.height) < reach
            // On one line: the boxes overlap across the reading direction.
            && match one.angle {
                0 | 180 => apart(one.y, one.height, two.y, two.height) < 0.0,
                90 | 270 => apart(one.x, one.width, two.x, two.width) < 0.0,
                _ => true,
            }
    }
}

/// Where a number stands.
fn link(words: &[OnSheet<'_>], found: Found<&Linkable>) -> Option<Link> {
    let printed = words.get(found.first..found.first + found.count)?;
    let (mut left, mut top) = (f64::INFINITY, f64::INFINITY);
    let (mut right, mut bottom) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for OnSheet(word) in printed {
        left = left.min(word.x.into());
        top = top.min(word.y.into());
        right = right.max((word.x + word.width).into());
        bottom = bottom.max((word.y + word.height).into());
    }
    if let [OnSheet(word)] = printed {
        // The letters of the number alone: between two callouts in one word it has to be clear which is which.
        let count = word.text.chars().count().max(1);
        let share = |letters: usize| {
            f64::from(u32::try_from(letters).unwrap_or_default())
                / f64::from(u32::try_from(count).unwrap_or(u32::MAX))
        };
        let (begin, end) = (share(found.letters.0), share(found.letters.1));
        let (width, height) = (right - left, bottom - top);
        match word.angle {
            0 => (left, right) = (left + width * begin, left + width * end),
            180 => (left, right) = (right - width * end, right - width * begin),
            90 => (top, bottom) = (top + height * begin, top + height * end),
            270 => (top, bottom) = (bottom - height * end, bottom - height * begin),
            _ => {}
        }
    }
    Some(Link {
        drawing: found.what.id,
        number: found.what.number.clone(),
        title: found.what.title.clone(),
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice_domain::{AreaId, ConnectionId};
    use uuid::Uuid;

    fn word(text: &str, x: f32, y: f32, angle: u16) -> Word {
        let length = f32::from(u16::try_from(text.chars().count()).unwrap()) * 6.0;
        let (width, height) = if angle.is_multiple_of(180) { (length, 10.0) } else { (10.0, length) };
        Word { text: text.into(), x, y, width, height, size: 10.0, angle }
    }

    fn drawing(id: u128, number: &str, area: u128, connection: Option<u128>) -> Linkable {
        Linkable {
            id: DrawingId(Uuid::from_u128(id)),
            number: number.into(),
            title: "PLAN".into(),
            area_id: AreaId(Uuid::from_u128(area)),
            connection_id: connection.map(|id| ConnectionId(Uuid::from_u128(id))),
        }
    }

    #[test]
    fn view_05_a_link_lies_on_the_letters_of_the_number() {
        let (from, to) = (drawing(1, "A-101", 1, None), drawing(2, "A-501", 1, None));
        let known = [from.clone(), to];
        let words =
            [word("5/A-501", 100.0, 50.0, 0), word("A-101", 0.0, 0.0, 0), word("A-501", 20.0, 300.0, 270)];
        let links = find(&words, &from, &known);
        assert!(
            links.len() == 2 && links.iter().all(|link| link.number == "A-501"),
            "its own number is no link: {links:?}"
        );
        assert!((links[0].x - 112.0).abs() < 0.01 && (links[0].width - 30.0).abs() < 0.01, "{links:?}");
        assert!((links[1].y - 300.0).abs() < 0.01 && (links[1].height - 30.0).abs() < 0.01, "{links:?}");
    }

    #[test]
    fn view_05_words_of_one_number_stand_beside_each_other() {
        let (from, to) = (drawing(1, "0", 1, None), drawing(2, "7 / 1", 1, None));
        let known = [from.clone(), to];
        let beside = [word("7", 0.0, 0.0, 0), word("/", 9.0, 0.0, 0), word("1", 18.0, 0.0, 0)];
        let links = find(&beside, &from, &known);
        assert_eq!(links.len(), 1);
        assert!((links[0].width - 24.0).abs() < 0.01);
        let below = [word("7", 0.0, 0.0, 0), word("/", 9.0, 0.0, 0), word("1", 18.0, 12.0, 0)];
        let far = [word("7", 0.0, 0.0, 0), word("/", 9.0, 0.0, 0), word("1", 60.0, 0.0, 0)];
        assert!(find(&below, &from, &known).is_empty() && find(&far, &from, &known).is_empty());
    }

    #[test]
    fn view_05_of_two_with_one_number_the_one_of_the_same_area_or_origin_is_meant() {
        let words = [word("A-501", 0.0, 0.0, 0)];
        let found = |from: &Linkable, known: &[Linkable]| {
            find(&words, from, known).first().map(|link| link.drawing.0.as_u128())
        };
        let own = drawing(2, "A-501", 1, None);
        let copy = drawing(3, "A-501", 9, Some(7));
        let both = [own.clone(), copy.clone()];
        assert_eq!(found(&drawing(1, "A-101", 1, None), &both), Some(2));
        assert_eq!(found(&drawing(1, "A-101", 8, Some(7)), &both), Some(3), "it came the same way");
        let other = drawing(4, "A-501", 5, None);
        assert_eq!(found(&drawing(1, "A-101", 6, None), &[own, other]), None, "nobody guesses");
        assert_eq!(found(&drawing(1, "A-101", 6, None), &[copy]), Some(3));
    }
}
