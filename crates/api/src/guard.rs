//! Bodies that are still being sent when the right to them ends: they stop in the middle (`SEC-09`).

use std::future::Future;
use std::io;

use axum::body::Bytes;
use futures_util::stream::unfold;
use futures_util::{Stream, StreamExt};
use sluice_app::live::Ending;
use sluice_app::{Caller, sign_in};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::{Api, HEARTBEAT};

/// What tells that a right should be judged anew: an ending in this process at once, and the time, which also covers other processes and
/// sessions that run out.
#[derive(Debug)]
pub(crate) struct Watch {
    who: Caller,
    endings: Receiver<Ending>,
    looks: Interval,
}

/// Why to judge anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judge {
    /// Something of this caller ended or changed.
    Concerned,
    /// It is time.
    Due,
}

impl Watch {
    /// Begins to watch; do so before the right is judged, so that nothing falls between.
    pub(crate) fn new(api: &Api, who: Caller) -> Self {
        let mut looks = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { who, endings: api.live.listen_to_endings(), looks }
    }

    /// Waits until it has to be judged anew. May be dropped and asked again.
    pub(crate) async fn next(&mut self) -> Judge {
        loop {
            tokio::select! {
                ending = self.endings.recv() => match ending {
                    Ok(ending) if ending.concerns(self.who) => return Judge::Concerned,
                    Ok(_) => {}
                    // Missed some: one of them may have been ours.
                    Err(RecvError::Lagged(_)) => return Judge::Due,
                    Err(RecvError::Closed) => std::future::pending().await,
                },
                _ = self.looks.tick() => return Judge::Due,
            }
        }
    }
}

/// Sends a body on for as long as `may` says so; a reader that stops in the middle sees that it is not whole.
pub(crate) fn guarded<S, J, F>(
    api: Api,
    watch: Watch,
    may: J,
    body: S,
) -> impl Stream<Item = io::Result<Bytes>>
where
    S: Stream<Item = io::Result<Bytes>> + Unpin,
    J: Fn(Api) -> F,
    F: Future<Output = bool>,
{
    unfold(Some((api, watch, may, body)), |state| async move {
        let (api, mut watch, may, mut body) = state?;
        loop {
            tokio::select! {
                biased;
                _ = watch.next() => {
                    let lives = sign_in::still_lives(&api, watch.who).await.unwrap_or(false);
                    if !(lives && may(api.clone()).await) {
                        return Some((Err(io::Error::other("the right to this ended")), None));
                    }
                }
                piece = body.next() => {
                    return Some((piece?, Some((api, watch, may, body))));
                }
            }
        }
    })
}
