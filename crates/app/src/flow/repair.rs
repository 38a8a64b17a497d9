//! *Compare and repair* (`SEE-06`): every copy is compared with what upstream offers, and what differs is written anew.
//!
//! The feed holds one entry for each record, so that its entries up to the position are all that has to be here, in their present state: what
//! changed since stands after the position and comes by the ordinary way. A difference is judged once more under the connection's lock, where
//! neither side of it can move, before it is called one.

use std::collections::HashSet;

use sluice_domain::ConnectionId;
use sluice_store::connection::repair::{self, Repair};
use sluice_store::connection::{self, ConnectionRow};
use sluice_store::flow::{self, ParkedRow, compare as stored};
use uuid::Uuid;

use super::compare::{Comparing, Digested, Verdict};
use super::shared::{Arriving, Offer, Shared};
use super::step::{PARKED, tool_state};
use super::upstream::{ThisInstallation, Upstream, digested};
use super::{current_pause, in_words, open_until, reconcile_with, ring};
use crate::jobs::Outcome;
use crate::{App, Error, Result};

/// Records compared at a time.
const BATCH: i64 = 500;

/// Records judged and repaired in one transaction.
const LOT: usize = 100;

/// Runs the comparisons of a connection that somebody asked for; where nobody did, it is the nightly one.
pub(crate) async fn repair(app: &App, id: ConnectionId) -> Result<Outcome> {
    repair_with(app, &ThisInstallation::new(app.clone()), id).await
}

/// The same, over any upstream.
pub async fn repair_with<U: Upstream>(app: &App, upstream: &U, id: ConnectionId) -> Result<Outcome> {
    let mut runs = {
        let mut db = app.db.read().await?;
        repair::open(&mut db, id).await?
    };
    if runs.is_empty() {
        let mut tx = app.db.begin().await?;
        for tool in connection::tools(&mut tx, &[id]).await? {
            if app.tools.get(tool.tool)?.comparing().is_some() {
                let now = app.environment.now();
                repair::ask(&mut tx, app.environment.id(), (id, tool.tool), None, now).await?;
            }
        }
        runs = repair::open(&mut tx, id).await?;
        tx.commit().await?;
    }
    for run in runs {
        let shared = app.tools.get(run.tool)?;
        if let Some(comparing) = shared.comparing() {
            Work { app, upstream, shared, comparing, run }.run().await?;
        }
    }
    Ok(Outcome::Done)
}

struct Work<'a, U> {
    app: &'a App,
    upstream: &'a U,
    shared: &'a dyn Shared,
    comparing: &'a dyn Comparing,
    run: Repair,
}

impl<U: Upstream> Work<'_, U> {
    async fn run(&mut self) -> Result<()> {
        let id = self.run.connection_id;
        // Records that did not fit are tried again now, and what waits arrives by the ordinary way.
        let mut tx = self.app.db.begin().await?;
        stored::retry_parked(&mut tx, id, self.app.environment.now()).await?;
        tx.commit().await?;
        reconcile_with(self.app, self.upstream, id).await?;

        let Some((row, until)) = self.flowing().await? else { return self.finish("stopped").await };
        let copies = {
            let mut db = self.app.db.read().await?;
            self.comparing.count(&mut db, id).await?
        };
        // A run that a crash cut off begins anew: what it repaired is repaired.
        self.run.state = "running".into();
        self.run.record_count = copies;
        self.run.compared_count = 0;
        self.save().await?;

        let mut seen = 0;
        let mut after = 0;
        while after < until {
            let (records, read_to) = self.upstream.digests(&row, self.run.tool, after, BATCH).await?;
            let records: Vec<Digested> = records.into_iter().filter(|one| one.position <= until).collect();
            match self.batch(&row, &records).await? {
                Some(copies) => seen += copies,
                None => return self.finish("stopped").await,
            }
            if read_to <= after {
                break;
            }
            after = read_to;
            self.save().await?;
        }
        if copies > seen {
            self.strays(&row).await?;
        }
        self.finish("done").await
    }

    /// The connection and its position, where it is live and not paused.
    async fn flowing(&self) -> Result<Option<(ConnectionRow, i64)>> {
        let mut db = self.app.db.read().await?;
        let Some(row) = connection::get(&mut db, self.run.connection_id).await? else { return Ok(None) };
        let Some(state) = tool_state(&mut db, row.id, self.run.tool).await? else { return Ok(None) };
        let flows = row.connection().is_connected() && current_pause(&row, &state).is_none();
        Ok(flows.then_some((row, state.position)))
    }

    /// Compares a batch and repairs what differs; answers how many copies there were, or `None` where the connection ended or paused meanwhile.
    async fn batch(&mut self, row: &ConnectionRow, records: &[Digested]) -> Result<Option<i64>> {
        let compared = {
            let mut db = self.app.db.read().await?;
            self.comparing.compare(&mut db, row, records).await?
        };
        let judged = records.iter().zip(&compared.verdicts);
        let suspects: Vec<Uuid> =
            judged.filter(|(_, verdict)| **verdict != Verdict::Alike).map(|(one, _)| one.record).collect();
        for lot in suspects.chunks(LOT) {
            if !self.mend(row, lot).await? {
                return Ok(None);
            }
        }
        self.run.compared_count += count(records.iter().filter(|one| one.state.is_some()).count());
        Ok(Some(count(compared.copies)))
    }

    /// Repairs a lot; where one of its records does not fit, one by one. Answers whether the connection still flows.
    async fn mend(&mut self, row: &ConnectionRow, lot: &[Uuid]) -> Result<bool> {
        match self.try_mend(row, lot).await {
            Err(Error::Store(refused)) if refused.conflict().is_some() => {}
            other => return other,
        }
        for one in lot {
            match self.try_mend(row, std::slice::from_ref(one)).await {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(Error::Store(refused)) if refused.conflict().is_some() => {
                    self.park(row, *one, in_words(refused.conflict())).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Judges under the connection's lock and writes anew what differs, in one transaction. Answers whether the connection still flows.
    async fn try_mend(&mut self, row: &ConnectionRow, lot: &[Uuid]) -> Result<bool> {
        let mut tx = self.app.db.begin().await?;
        let Some(proof) = flow::deliver(&mut tx, row).await? else { return Ok(false) };
        let Some(state) = tool_state(&mut tx, row.id, self.run.tool).await? else { return Ok(false) };
        if current_pause(proof.connection(), &state).is_some() {
            return Ok(false);
        }
        let mut placed = self.upstream.placed(row, self.run.tool, lot).await?;
        // What stands behind the position is on its way here.
        placed.retain(|(position, _)| *position <= state.position);
        let records: Vec<Digested> =
            placed.iter().map(|(position, offer)| digested(self.shared, *position, offer)).collect();
        let compared = self.comparing.compare(&mut tx, row, &records).await?;
        let mut run = self.run.clone();
        let mut differing: Vec<Offer> = vec![];
        for ((_, offer), verdict) in placed.into_iter().zip(compared.verdicts) {
            let what = match verdict {
                Verdict::Alike => continue,
                Verdict::Missing => {
                    run.missing_count += 1;
                    "missing"
                }
                Verdict::Changed => {
                    run.changed_count += 1;
                    "changed"
                }
            };
            tracing::error!(connection = %row.id, kind = offer.kind.key(), record = %offer.record, what, "a copy differs from upstream");
            differing.push(offer);
        }
        let repaired: Vec<Uuid> = differing.iter().map(|offer| offer.record).collect();
        if !repaired.is_empty() {
            let undoable = open_until(&state, self.app.environment.now()).is_some();
            let arriving = Arriving { proof: &proof, state: &state, undoable };
            self.comparing.repair(self.app, &mut tx, arriving, differing).await?;
            for record in &repaired {
                flow::unpark(&mut tx, &proof, *record).await?;
            }
            run.repaired_count += count(repaired.len());
            repair::save(&mut tx, &run).await?;
        }
        tx.commit().await?;
        self.run = run;
        if !repaired.is_empty() {
            ring(self.app, row, self.shared);
        }
        Ok(true)
    }

    /// A record that cannot be written waits with its reason (`FLO-12`).
    async fn park(&mut self, row: &ConnectionRow, record: Uuid, why: &str) -> Result<()> {
        let mut tx = self.app.db.begin().await?;
        let Some(proof) = flow::deliver(&mut tx, row).await? else { return Ok(()) };
        let now = self.app.environment.now();
        for (_, offer) in self.upstream.placed(row, self.run.tool, &[record]).await? {
            let (label, drawing) = self.shared.label(&offer);
            let parked = ParkedRow {
                kind: offer.kind.key().to_owned(),
                record_id: record,
                attempts: 1,
                retry_at: now + PARKED,
                label,
                upstream_drawing_id: drawing,
            };
            flow::park(&mut tx, &proof, &parked, why, now).await?;
            self.shared.parked(&mut tx, &proof).await?;
        }
        self.run.changed_count += 1;
        repair::save(&mut tx, &self.run).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Looks for copies of records that upstream never offered. Nothing copied is ever erased (`FLO-10`): they are counted and named.
    async fn strays(&mut self, row: &ConnectionRow) -> Result<()> {
        let mut after = Uuid::nil();
        loop {
            let ids = {
                let mut db = self.app.db.read().await?;
                self.comparing.copied(&mut db, row.id, after, BATCH).await?
            };
            let Some(last) = ids.last() else { return Ok(()) };
            after = *last;
            let placed = self.upstream.placed(row, self.run.tool, &ids).await?;
            let known: HashSet<Uuid> = placed.into_iter().map(|(_, offer)| offer.record).collect();
            for stray in ids.iter().filter(|id| !known.contains(id)) {
                tracing::error!(connection = %row.id, record = %stray, "a copy of something upstream never offered");
                self.run.unknown_count += 1;
            }
        }
    }

    async fn save(&self) -> Result<()> {
        let mut tx = self.app.db.begin().await?;
        repair::save(&mut tx, &self.run).await?;
        tx.commit().await?;
        self.tell().await
    }

    async fn finish(&mut self, state: &str) -> Result<()> {
        self.run.state = state.into();
        self.run.ended_at = Some(self.app.environment.now());
        let mut tx = self.app.db.begin().await?;
        repair::save(&mut tx, &self.run).await?;
        repair::forget_clean(&mut tx, &self.run).await?;
        tx.commit().await?;
        self.tell().await
    }

    /// Tells open screens of both sides how far it is.
    async fn tell(&self) -> Result<()> {
        let mut db = self.app.db.read().await?;
        if let Some(row) = connection::get(&mut db, self.run.connection_id).await? {
            self.app.live.connection(row.id, row.connection().ends());
        }
        Ok(())
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
