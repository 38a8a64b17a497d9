//! What is looked after without anybody asking: each connection is compared at night, each blob is checked against its hash once in thirty
//! days (`SEE-06`).
//!
//! All of it runs in a lane of its own with one worker, in short pieces with pauses between them, so that people never wait for it.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sluice_domain::ConnectionId;
use sluice_domain::permission::Tool;
use sluice_store::blob::Soundness;
use sluice_store::blob::record::{self, Due};
use sluice_store::connection::{self, NewEvent, repair};
use sluice_store::{Sha256, Tx, drawing};
use uuid::Uuid;

use crate::jobs::{self, Outcome};
use crate::live::Topic;
use crate::{App, Result};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A connection that was compared so lately, by hand, is left alone at night.
const COMPARED: SignedDuration = SignedDuration::from_hours(20);

/// The comparisons of a night are spread over so many seconds.
const SPREAD_SECONDS: u128 = 3 * 60 * 60;

/// Connections scheduled in one transaction.
const LOT: i64 = 200;

/// A blob is checked against its hash this often …
const CHECK_EVERY: SignedDuration = SignedDuration::from_hours(30 * 24);

/// … so many bytes in one piece of work, so many blobs at most …
const CHECK_BYTES: i64 = 64 << 20;
const CHECK_BLOBS: i64 = 200;

/// … with a pause between two pieces: 64 MiB in ten seconds is sixteen terabytes in thirty days.
const CHECK_PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// The subject of work that is about nothing in particular.
const EVERYTHING: Uuid = Uuid::nil();

/// Begins to look after everything; the server does so when it starts.
pub async fn begin(app: &App) -> Result<()> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let night = next_quiet(now, app.settings.quiet_hour);
    jobs::schedule(app, &mut tx, jobs::Kind::Nightly, EVERYTHING, night).await?;
    jobs::schedule(app, &mut tx, jobs::Kind::Check, EVERYTHING, now + CHECK_PAUSE).await?;
    Ok(tx.commit().await?)
}

/// The next time it is that hour, UTC.
fn next_quiet(now: Timestamp, hour: i8) -> Timestamp {
    let today = now.to_zoned(TimeZone::UTC).date();
    let at = |date: jiff::civil::Date| {
        date.at(hour.clamp(0, 23), 0, 0, 0).to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
    };
    at(today).filter(|at| *at > now).or_else(|| at(today.tomorrow().ok()?)).unwrap_or(now + DAY)
}

/// Schedules a comparison of every live connection, spread over the quiet hours.
pub(crate) async fn nightly(app: &App) -> Result<Outcome> {
    let now = app.environment.now();
    let mut after = ConnectionId(Uuid::nil());
    loop {
        let mut tx = app.db.begin().await?;
        let due = repair::due(&mut tx, after, now - COMPARED, LOT).await?;
        let Some(last) = due.last() else { break };
        after = *last;
        for id in due {
            // The same every night for a connection, and as good as random between two.
            let seconds = i64::try_from(id.0.as_u128() % SPREAD_SECONDS).unwrap_or_default();
            let at = now + SignedDuration::from_secs(seconds);
            jobs::schedule(app, &mut tx, jobs::Kind::Repair, id.0, at).await?;
        }
        tx.commit().await?;
    }
    Ok(Outcome::RetryAt(next_quiet(app.environment.now(), app.settings.quiet_hour), None))
}

/// Checks some blobs against their hashes.
pub(crate) async fn check(app: &App) -> Result<Outcome> {
    let now = app.environment.now();
    let due = {
        let mut db = app.db.read().await?;
        record::due(&mut db, now - CHECK_EVERY, now - DAY, CHECK_BLOBS).await?
    };
    let mut bytes = 0;
    for blob in &due {
        check_one(app, blob).await?;
        bytes += blob.byte_count;
        if bytes >= CHECK_BYTES {
            break;
        }
    }
    let pause = if due.is_empty() { SignedDuration::from_hours(1) } else { CHECK_PAUSE };
    Ok(Outcome::RetryAt(app.environment.now() + pause, None))
}

async fn check_one(app: &App, blob: &Due) -> Result<bool> {
    let sound = match app.blobs.check(blob.sha256, blob.byte_count).await? {
        Soundness::Sound => true,
        Soundness::Damaged(why) => {
            tracing::error!(blob = %blob.sha256, why, "a stored file is damaged");
            false
        }
    };
    let mut tx = app.db.begin().await?;
    let news = record::note_checked(&mut tx, blob, sound, app.environment.now()).await?;
    if news {
        tell(app, &mut tx, blob.sha256, if sound { "healed" } else { "damaged" }).await?;
    }
    tx.commit().await?;
    if news {
        ring(app, blob.sha256).await?;
    }
    Ok(sound)
}

/// A file is not as it should be, somebody who wanted to read it found: looks at it at once.
pub(crate) async fn suspect(app: &App, sha256: Sha256) -> Result<()> {
    let blob = {
        let mut db = app.db.read().await?;
        record::get(&mut db, sha256).await?
    };
    if let Some(blob) = blob {
        check_one(app, &blob).await?;
    }
    Ok(())
}

/// Bytes were put in place: where they were damaged before, they are no longer.
pub(crate) async fn put_in_place(app: &App, sha256: Sha256) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let healed = record::get(&mut tx, sha256).await?.is_some_and(|blob| blob.damaged_at.is_some());
    record::note_sound(&mut tx, sha256, app.environment.now()).await?;
    if healed {
        tell(app, &mut tx, sha256, "healed").await?;
    }
    tx.commit().await?;
    if healed {
        ring(app, sha256).await?;
    }
    Ok(())
}

/// Writes into the histories of the connections through which these bytes came, where both sides read it.
async fn tell(app: &App, tx: &mut Tx, sha256: Sha256, kind: &str) -> Result<()> {
    for copy in record::copies_of(tx, sha256).await? {
        let event = NewEvent {
            id: app.environment.id(),
            connection: copy.connection_id,
            kind,
            person: None,
            company: None,
            tool: Some(Tool::Drawings),
            reason: Some(&copy.number),
        };
        connection::add_event(tx, event, app.environment.now()).await?;
    }
    for project in record::projects_of(tx, sha256).await? {
        drawing::touch(tx, project).await?;
    }
    Ok(())
}

async fn ring(app: &App, sha256: Sha256) -> Result<()> {
    let mut db = app.db.read().await?;
    for project in record::projects_of(&mut db, sha256).await? {
        app.live.project(project, Topic::Drawings, None);
    }
    for copy in record::copies_of(&mut db, sha256).await? {
        if let Some(row) = connection::get(&mut db, copy.connection_id).await? {
            app.live.connection(row.id, row.connection().ends());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_night_is_today_or_tomorrow() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(next_quiet(at("2026-03-02T01:59:59Z"), 2), at("2026-03-02T02:00:00Z"));
        assert_eq!(next_quiet(at("2026-03-02T02:00:00Z"), 2), at("2026-03-03T02:00:00Z"));
        assert_eq!(next_quiet(at("2026-12-31T23:00:00Z"), 22), at("2027-01-01T22:00:00Z"));
    }
}
