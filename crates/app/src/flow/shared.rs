//! What the flow knows of a tool (`FLO-14`): its kinds, its travel rule, its apply rule, and what people are told of it, in one place.
//!
//! A new tool is one implementation of [`Shared`] and its place in [`Tools::built`]. The engine, the verbs on connections and the screens of
//! Connection Manager ask these; nothing there names a tool.

use std::any::Any;
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

use sluice_domain::feed::Kind;
use sluice_domain::permission::Tool;
use sluice_domain::{ConnectionId, ProjectId};
use sluice_store::connection::{ConnectionRow, ToolRow};
use sluice_store::flow::{Delivering, Share};
use sluice_store::{Session, Tx};
use uuid::Uuid;

use super::compare::Comparing;
use super::drawings::Drawings;
use crate::live::Topic;
use crate::{App, Error, Result};

/// Work of a tool, under way.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A tool that can be shared through a connection.
///
/// The first half stands on the upstream side and only reads; the second writes downstream, in the transaction of the engine, which holds the
/// connection's lock and saves the position with it.
pub trait Shared: Debug + Send + Sync {
    /// Which tool.
    fn tool(&self) -> Tool;

    /// The kinds of its entries in the feed. A word names one kind in all tools.
    fn kinds(&self) -> &'static [Kind];

    /// The kind of record that is counted as arrived, and as waiting.
    fn counted(&self) -> Kind;

    /// One of its kinds by word.
    fn kind(&self, key: &str) -> Option<Kind> {
        self.kinds().iter().copied().find(|kind| kind.key() == key)
    }

    /// What open screens of the downstream project fetch again after an arrival.
    fn topic(&self) -> Option<Topic>;

    /// What would arrive of a project now (`CON-15`): only what may travel.
    fn would_arrive<'a>(&'a self, db: &'a mut Session, project: ProjectId) -> Doing<'a, Preview>;

    /// The present state of records, as far as it may travel (`FLO-06`); in the order in which they are asked for.
    fn present<'a>(
        &'a self,
        db: &'a mut Session,
        connection: &'a ConnectionRow,
        records: &'a [(Kind, Uuid)],
    ) -> Doing<'a, Vec<Offer>>;

    /// Applies offers that [`Shared::present`] made, and tells people of what is news at once. Applying one twice is applying it once.
    fn apply<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        arriving: Arriving<'a>,
        offers: Vec<Offer>,
    ) -> Doing<'a, Tally>;

    /// What people call an offered record, to be shown while it is parked; and the drawing it belongs to, if it belongs to one.
    fn label(&self, offer: &Offer) -> (String, Option<Uuid>);

    /// A record of it was parked: what is shown of the tool downstream is another thing now.
    fn parked<'a>(&'a self, tx: &'a mut Tx, proof: &'a Delivering) -> Doing<'a, ()>;

    /// Tells people that everything that was there at the start has arrived.
    fn first_copy_complete<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        arriving: Arriving<'a>,
    ) -> Doing<'a, ()>;

    /// Does what waited until it can no longer be undone (`UND-02`). Answers whether there was news.
    fn settle<'a>(&'a self, app: &'a App, tx: &'a mut Tx, arriving: Arriving<'a>) -> Doing<'a, bool>;

    /// Takes everything back that came of it, and nothing local (`UND-02`).
    fn take_back<'a>(&'a self, tx: &'a mut Tx, proof: &'a Delivering) -> Doing<'a, ()>;

    /// How its copies are compared with the upstream and repaired (`SEE-06`); nothing where that is not built.
    fn comparing(&self) -> Option<&dyn Comparing> {
        None
    }

    /// Publish → copied of its last arrivals, milliseconds, shortest first (`SEE-07`).
    fn latencies<'a>(&'a self, db: &'a mut Session, connection: ConnectionId) -> Doing<'a, Vec<i64>>;
}

/// A connected tool into which something arrives.
#[derive(Debug, Clone, Copy)]
pub struct Arriving<'a> {
    /// The connection, live and locked.
    pub proof: &'a Delivering,
    /// How far the tool is.
    pub state: &'a ToolRow,
    /// Whether it can still be undone: then nothing may happen of itself that could not be taken back.
    pub undoable: bool,
}

/// What a batch did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Records that changed something here.
    pub records: i64,
    /// Records of the counted kind that are new here.
    pub arrived: i64,
    /// Bytes those refer to.
    pub bytes: i64,
}

/// What would arrive of a tool, or arrives.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    /// Records: drawings, RFIs …
    pub records: i64,
    /// Their revisions, where they have any.
    pub revisions: i64,
    /// Bytes.
    pub bytes: i64,
    /// Records by area.
    pub areas: Vec<Share>,
    /// Records by discipline.
    pub disciplines: Vec<Share>,
}

/// What of a record travels: a form that only its tool knows, on both sides.
pub trait Carried: Any + Debug + Send {}

impl<T: Any + Debug + Send> Carried for T {}

/// A record that changed, in its present state.
#[derive(Debug)]
pub struct Offer {
    /// Kind.
    pub kind: Kind,
    /// The record upstream.
    pub record: Uuid,
    content: Box<dyn Carried>,
}

impl Offer {
    /// Offers a record.
    pub fn new(kind: Kind, record: Uuid, content: impl Carried) -> Self {
        Self { kind, record, content: Box::new(content) }
    }

    /// What travels, for the tool that offered it.
    pub fn content<T: Carried>(self) -> Result<T> {
        let content: Box<dyn Any> = self.content;
        content.downcast::<T>().map(|content| *content).map_err(|_| stranger())
    }

    /// The same, to be looked at.
    pub fn content_ref<T: Carried>(&self) -> Option<&T> {
        let content: &dyn Any = self.content.as_ref();
        content.downcast_ref()
    }

    /// The same, to be changed where it is.
    pub fn content_mut<T: Carried>(&mut self) -> Option<&mut T> {
        let content: &mut dyn Any = self.content.as_mut();
        content.downcast_mut()
    }
}

fn stranger() -> Error {
    Error::fault("an offer came to another tool than the one that made it")
}

/// The tools that can be shared through a connection of this installation.
#[derive(Debug, Clone)]
pub struct Tools(Vec<Arc<dyn Shared>>);

impl Tools {
    /// Those that are built (`CON-13`: a tool not yet built is not offered).
    pub fn built() -> Self {
        Self(vec![Arc::new(Drawings)])
    }

    /// With one more.
    #[must_use]
    pub fn and(mut self, tool: Arc<dyn Shared>) -> Self {
        self.0.push(tool);
        self
    }

    /// Their names.
    pub fn names(&self) -> Vec<Tool> {
        self.0.iter().map(|shared| shared.tool()).collect()
    }

    /// One of them.
    pub fn get(&self, tool: Tool) -> Result<&dyn Shared> {
        let found = self.0.iter().find(|shared| shared.tool() == tool);
        found.map(AsRef::as_ref).ok_or_else(|| Error::fault(format!("{} cannot be shared here", tool.name())))
    }

    /// The kind of an entry, and the tool that carries it; nothing for one that this version does not know.
    pub fn of_kind(&self, key: &str) -> Option<(Tool, Kind)> {
        self.0.iter().find_map(|shared| Some((shared.tool(), shared.kind(key)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flo_14_a_kind_belongs_to_one_tool() {
        let tools = Tools::built();
        let mut seen = vec![];
        for name in tools.names() {
            let shared = tools.get(name).unwrap();
            assert!(shared.kinds().contains(&shared.counted()));
            for kind in shared.kinds() {
                assert!(!seen.contains(kind), "{} twice", kind.key());
                assert_eq!(tools.of_kind(kind.key()), Some((name, *kind)));
                seen.push(*kind);
            }
        }
        assert_eq!(tools.of_kind("weather"), None);
        assert_eq!(tools.names(), [Tool::Drawings], "what is not built is not offered");
    }

    #[test]
    fn an_offer_opens_for_its_own_tool_only() {
        let offer = Offer::new(Kind::new("note"), Uuid::nil(), "text".to_owned());
        assert!(offer.content::<i64>().is_err());
        let mut offer = Offer::new(Kind::new("note"), Uuid::nil(), "text".to_owned());
        offer.content_mut::<String>().unwrap().push_str(", changed");
        assert_eq!(offer.content::<String>().unwrap(), "text, changed");
    }
}
