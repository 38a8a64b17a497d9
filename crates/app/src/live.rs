//! Wakes open screens and background work after a commit. Nothing depends on a wake-up arriving: timers and reloads find the same state.

use sluice_domain::connection::End;
use sluice_domain::{CompanyId, ConnectionId, PersonId, ProjectId};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::Caller;

/// What an open screen should fetch again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Drawings, sets, areas.
    Drawings,
    /// What is drawn over sheets.
    Markups,
    /// Uploads and their sheets.
    Uploads,
    /// Connections and their progress.
    Connections,
    /// The project itself, its directory.
    Project,
    /// A person's notifications.
    Notifications,
    /// Everything: the listener fell behind.
    Everything,
}

impl Topic {
    /// All topics.
    pub const ALL: [Self; 7] = [
        Self::Drawings,
        Self::Markups,
        Self::Uploads,
        Self::Connections,
        Self::Project,
        Self::Notifications,
        Self::Everything,
    ];

    /// The word on the wire.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Drawings => "drawings",
            Self::Markups => "markups",
            Self::Uploads => "uploads",
            Self::Connections => "connections",
            Self::Project => "project",
            Self::Notifications => "notifications",
            Self::Everything => "everything",
        }
    }
}

/// Whom a hint concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Screens open on a project.
    Project(ProjectId),
    /// One person's screens.
    Person(PersonId),
}

/// A hint: no content, only that something changed. What a screen then fetches is authorised as ever (`SEC-09`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hint {
    /// Whom.
    pub audience: Audience,
    /// What.
    pub topic: Topic,
    /// Which record, where one.
    pub id: Option<Uuid>,
    /// Of a connection: its two companies. Who stands in the project for a third one hears nothing of it (`SEE-01`).
    pub between: Option<[CompanyId; 2]>,
}

/// Something that open streams and downloads rest on has ended or changed: they are judged anew at once (`SEC-09`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// This session.
    Session(Uuid),
    /// What this person may do, somewhere.
    Person(PersonId),
}

impl Ending {
    /// Whether it concerns a caller.
    pub fn concerns(self, who: Caller) -> bool {
        match self {
            Self::Session(session) => who.session() == Some(session),
            Self::Person(person) => person == who.person,
        }
    }
}

/// The bell.
#[derive(Debug)]
pub struct Live {
    hints: broadcast::Sender<Hint>,
    endings: broadcast::Sender<Ending>,
    work: Notify,
    stopping: CancellationToken,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            hints: broadcast::channel(4_096).0,
            endings: broadcast::channel(1_024).0,
            work: Notify::new(),
            stopping: CancellationToken::new(),
        }
    }
}

impl Live {
    /// Tells screens of a project.
    pub fn project(&self, project: ProjectId, topic: Topic, id: Option<Uuid>) {
        self.tell(Hint { audience: Audience::Project(project), topic, id, between: None });
    }

    /// Tells screens of both projects of a connection, as far as they may know of it.
    pub fn connection(&self, id: ConnectionId, ends: [End; 2]) {
        let between = Some(ends.map(|end| end.company));
        for end in ends {
            let audience = Audience::Project(end.project);
            self.tell(Hint { audience, topic: Topic::Connections, id: Some(id.0), between });
        }
    }

    /// Tells a person's screens.
    pub fn person(&self, person: PersonId, topic: Topic) {
        self.tell(Hint { audience: Audience::Person(person), topic, id: None, between: None });
    }

    fn tell(&self, hint: Hint) {
        // Nobody listening is ordinary.
        let _ = self.hints.send(hint);
    }

    /// Listens. A listener that falls behind is told so and fetches everything again.
    pub fn listen(&self) -> broadcast::Receiver<Hint> {
        self.hints.subscribe()
    }

    /// Tells open streams and downloads that a session ended, or that a person's rights changed. Other processes notice at their next look.
    pub fn ended(&self, ending: Ending) {
        // Nobody listening is ordinary.
        let _ = self.endings.send(ending);
    }

    /// Listens to endings.
    pub fn listen_to_endings(&self) -> broadcast::Receiver<Ending> {
        self.endings.subscribe()
    }

    /// This process is about to stop: it is not ready any more, and streams end.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    /// Whether it is about to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// Waits until it is about to stop.
    pub async fn stopped(&self) {
        self.stopping.cancelled().await;
    }

    /// Background work was scheduled.
    pub fn wake(&self) {
        self.work.notify_waiters();
        // One that is just about to wait finds this.
        self.work.notify_one();
    }

    /// Waits until background work was scheduled.
    pub async fn woken(&self) {
        self.work.notified().await;
    }
}
