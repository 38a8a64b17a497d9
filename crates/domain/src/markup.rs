//! Markups: what people draw over a sheet (`VIEW-04`), in points from its upper left corner, whatever the screen shows of it.
//!
//! What a markup may look like and how much of it there may be. Who may do what with one is in [`crate::permission`].

use std::fmt;

/// How a markup looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A line by hand.
    Pen,
    /// A wide line by hand that lets the sheet through.
    Highlighter,
    /// A straight line.
    Line,
    /// A straight line with a head at its end.
    Arrow,
    /// A rectangle between two corners.
    Rectangle,
    /// A revision cloud between two corners.
    Cloud,
    /// Words that begin at a point.
    Text,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Pen, Self::Highlighter, Self::Line, Self::Arrow, Self::Rectangle, Self::Cloud, Self::Text];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pen => "pen",
            Self::Highlighter => "highlighter",
            Self::Line => "line",
            Self::Arrow => "arrow",
            Self::Rectangle => "rectangle",
            Self::Cloud => "cloud",
            Self::Text => "text",
        }
    }

    /// Reads [`Kind::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// How many points it has, least and most.
    const fn points(self) -> (usize, usize) {
        match self {
            Self::Pen | Self::Highlighter => (2, POINTS_MAX),
            Self::Line | Self::Arrow | Self::Rectangle | Self::Cloud => (2, 2),
            Self::Text => (1, 1),
        }
    }
}

/// What a markup is drawn in: words, so that each screen shows them as they are read best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Colour {
    /// Red.
    Red,
    /// Orange.
    Orange,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Purple.
    Purple,
    /// Black.
    Black,
}

impl Colour {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Red, Self::Orange, Self::Yellow, Self::Green, Self::Blue, Self::Purple, Self::Black];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Purple => "purple",
            Self::Black => "black",
        }
    }

    /// Reads [`Colour::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|colour| colour.key() == key)
    }
}

/// Most points of one line by hand: a screen leaves out those that do not show.
pub const POINTS_MAX: usize = 500;

/// Furthest a point may be from the upper left corner, in points of 1/72 inch: more than the largest paper.
pub const REACH: f64 = 20_000.0;

/// Thinnest line and lowest letters, in points.
pub const SIZE_MIN: f64 = 0.5;

/// Widest line and highest letters, in points.
pub const SIZE_MAX: f64 = 144.0;

/// Most characters of a text.
pub const TEXT_CHARACTERS_MAX: usize = 2_000;

/// Most personal markups that one person has on one drawing.
pub const PERSONAL_MAX: i64 = 500;

/// Most published markups on one drawing.
pub const PUBLISHED_MAX: i64 = 2_000;

/// Points of a sheet, each to a hundredth.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Points(Vec<[f64; 2]>);

impl Points {
    /// Rounds what is exact beyond what anybody sees.
    pub fn new(points: &[[f64; 2]]) -> Self {
        // What is no number stays none, and is refused as off the sheet.
        let rounded = |value: f64| (value * 100.0).round() / 100.0 + 0.0;
        Self(points.iter().map(|point| point.map(rounded)).collect())
    }

    /// One after the other.
    pub fn as_slice(&self) -> &[[f64; 2]] {
        &self.0
    }

    /// Reads back what `Display` wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        let point = |pair: &str| {
            let (x, y) = pair.split_once(',')?;
            Some([x.parse().ok()?, y.parse().ok()?])
        };
        Some(Self(text.split_whitespace().map(point).collect::<Option<_>>()?))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, [x, y]) in self.0.iter().enumerate() {
            write!(f, "{}{x},{y}", if place == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// What a person drew, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    kind: Kind,
    colour: Colour,
    size: f64,
    points: Points,
    text: Option<String>,
}

/// Why something drawn is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// A line wants two points, a text one.
    #[error("This kind of markup has {least} to {most} points.")]
    PointCount {
        /// At least.
        least: usize,
        /// At most.
        most: usize,
    },
    /// A point is nowhere on a sheet.
    #[error("A point lies off the sheet.")]
    OffTheSheet,
    /// Too thin, or too thick.
    #[error("A size is between 0.5 and 144 points.")]
    Size,
    /// A text markup says something.
    #[error("Say what is to stand there.")]
    NoText,
    /// It says too much.
    #[error("A text has up to 2,000 characters.")]
    LongText,
    /// Only a text markup has one.
    #[error("Only a text markup has a text.")]
    TextOfNoUse,
}

impl Shape {
    /// Checks what somebody drew.
    pub fn new(
        kind: Kind,
        colour: Colour,
        size: f64,
        points: &[[f64; 2]],
        text: Option<&str>,
    ) -> Result<Self, Unsound> {
        let (least, most) = kind.points();
        if !(least..=most).contains(&points.len()) {
            return Err(Unsound::PointCount { least, most });
        }
        if !points.iter().flatten().all(|value| (0.0..=REACH).contains(value)) {
            return Err(Unsound::OffTheSheet);
        }
        if !(SIZE_MIN..=SIZE_MAX).contains(&size) {
            return Err(Unsound::Size);
        }
        let text = text.map(|text| text.trim_end().replace("\r\n", "\n")).filter(|text| !text.is_empty());
        match (kind, &text) {
            (Kind::Text, None) => return Err(Unsound::NoText),
            (Kind::Text, Some(text)) if text.chars().count() > TEXT_CHARACTERS_MAX => {
                return Err(Unsound::LongText);
            }
            (Kind::Text, Some(_)) | (_, None) => {}
            (_, Some(_)) => return Err(Unsound::TextOfNoUse),
        }
        let text = text.map(|text| {
            // Letters only: a line break is kept, whatever else controls a terminal is not.
            text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
        });
        Ok(Self { kind, colour, size, points: Points::new(points), text })
    }

    /// How it looks.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// What it is drawn in.
    pub const fn colour(&self) -> Colour {
        self.colour
    }

    /// Width of its line, or height of its letters, in points.
    pub const fn size(&self) -> f64 {
        self.size
    }

    /// Where it goes.
    pub const fn points(&self) -> &Points {
        &self.points
    }

    /// What it says.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(points: &[[f64; 2]]) -> Result<Shape, Unsound> {
        Shape::new(Kind::Line, Colour::Red, 3.0, points, None)
    }

    #[test]
    fn view_04_each_kind_has_its_points() {
        for kind in Kind::ALL {
            let (least, most) = kind.points();
            let text = (kind == Kind::Text).then_some("Check this.");
            let drawn = |count| Shape::new(kind, Colour::Blue, 2.0, &vec![[1.0, 2.0]; count], text);
            assert!(drawn(least).is_ok() && drawn(most).is_ok(), "{kind:?}");
            for count in [least - 1, most + 1] {
                assert_eq!(drawn(count), Err(Unsound::PointCount { least, most }), "{kind:?} {count}");
            }
        }
    }

    #[test]
    fn view_04_what_is_no_place_or_no_size_is_refused() {
        for wrong in [-0.1, REACH + 0.1, f64::NAN, f64::INFINITY] {
            assert_eq!(line(&[[1.0, 1.0], [wrong, 1.0]]), Err(Unsound::OffTheSheet), "{wrong}");
            let size = Shape::new(Kind::Line, Colour::Red, wrong, &[[1.0, 1.0], [2.0, 2.0]], None);
            assert_eq!(size, Err(Unsound::Size), "{wrong}");
        }
    }

    #[test]
    fn view_04_only_a_text_says_something() {
        let text = |said: Option<&str>| Shape::new(Kind::Text, Colour::Red, 18.0, &[[1.0, 1.0]], said);
        assert_eq!(text(Some(" Move\r\n this\u{7} wall \n")).unwrap().text(), Some(" Move\n this  wall"));
        assert_eq!(text(Some(" \n")), Err(Unsound::NoText));
        assert_eq!(text(None), Err(Unsound::NoText));
        assert_eq!(text(Some(&"x".repeat(2_001))), Err(Unsound::LongText));
        let said = Shape::new(Kind::Cloud, Colour::Red, 3.0, &[[1.0, 1.0], [2.0, 2.0]], Some("Hello"));
        assert_eq!(said, Err(Unsound::TextOfNoUse));
    }

    #[test]
    fn keys_read_back() {
        assert!(Kind::ALL.into_iter().all(|kind| Kind::from_key(kind.key()) == Some(kind)));
        assert!(Colour::ALL.into_iter().all(|colour| Colour::from_key(colour.key()) == Some(colour)));
        assert_eq!((Kind::from_key("stamp"), Colour::from_key("#fff")), (None, None));
        assert_eq!((Points::from_text("1,2 3"), Points::from_text("a,b")), (None, None));
    }

    proptest! {
        #[test]
        fn view_04_points_are_kept_as_they_were_drawn(points in prop::collection::vec([0.0..REACH, 0.0..REACH], 2..=POINTS_MAX)) {
            let shape = Shape::new(Kind::Pen, Colour::Green, 1.5, &points, None).unwrap();
            let kept = Points::from_text(&shape.points().to_string()).unwrap();
            prop_assert_eq!(&kept, shape.points());
            for (kept, drawn) in kept.as_slice().iter().flatten().zip(points.iter().flatten()) {
                prop_assert!((kept - drawn).abs() <= 0.006);
            }
        }
    }
}
