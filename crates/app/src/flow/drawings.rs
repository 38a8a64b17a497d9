//! Drawings, as the flow knows them (`FLO-14`): the kinds of their records, what of them may travel, how they are applied, what people are told.

mod compare;

use sluice_domain::feed::Kind;
use sluice_domain::feed::drawings::Kind as Drawn;
use sluice_domain::permission::Tool;
use sluice_domain::{ConnectionId, ProjectId};
use sluice_store::connection::{self, ConnectionRow};
use sluice_store::flow::{self, Delivering};
use sluice_store::{Session, Tx, drawing, project};
use uuid::Uuid;

use super::compare::Comparing;
use super::shared::{Arriving, Doing, Offer, Preview, Shared, Tally};
use super::upstream::{self, Content};
use super::{apply, digest, release_titles};
use crate::App;
use crate::live::Topic;

/// The tool.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawings;

impl Shared for Drawings {
    fn tool(&self) -> Tool {
        Tool::Drawings
    }

    fn kinds(&self) -> &'static [Kind] {
        &Drawn::IN_FEED
    }

    fn counted(&self) -> Kind {
        Drawn::Revision.in_feed()
    }

    fn topic(&self) -> Option<Topic> {
        Some(Topic::Drawings)
    }

    fn would_arrive<'a>(&'a self, db: &'a mut Session, project: ProjectId) -> Doing<'a, Preview> {
        Box::pin(async move {
            let (total, areas, disciplines) = flow::would_arrive(db, project).await?;
            Ok(Preview {
                records: total.sheets,
                revisions: total.revisions,
                bytes: total.bytes,
                areas,
                disciplines,
            })
        })
    }

    fn present<'a>(
        &'a self,
        db: &'a mut Session,
        connection: &'a ConnectionRow,
        records: &'a [(Kind, Uuid)],
    ) -> Doing<'a, Vec<Offer>> {
        Box::pin(upstream::present(db, connection, records))
    }

    fn apply<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        arriving: Arriving<'a>,
        offers: Vec<Offer>,
    ) -> Doing<'a, Tally> {
        Box::pin(async move {
            let landed = apply::apply(app, tx, arriving.proof, arriving.undoable, offers).await?;
            digest::announce(app, tx, arriving.proof, arriving.state, &landed).await?;
            Ok(Tally { records: landed.records, arrived: landed.new_revisions, bytes: landed.bytes })
        })
    }

    fn label(&self, offer: &Offer) -> (String, Option<Uuid>) {
        let (label, drawing) = offer.content_ref::<Content>().map(Content::sheet).unwrap_or_default();
        (label.to_owned(), drawing.map(Uuid::from))
    }

    fn parked<'a>(&'a self, tx: &'a mut Tx, proof: &'a Delivering) -> Doing<'a, ()> {
        Box::pin(async move { Ok(drawing::touch(tx, proof.connection().downstream_project_id).await?) })
    }

    fn first_copy_complete<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        arriving: Arriving<'a>,
    ) -> Doing<'a, ()> {
        Box::pin(digest::first_copy(app, tx, arriving.proof, arriving.state))
    }

    /// Publishes what landed to be published.
    fn settle<'a>(&'a self, app: &'a App, tx: &'a mut Tx, arriving: Arriving<'a>) -> Doing<'a, bool> {
        Box::pin(async move {
            let (proof, now) = (arriving.proof, app.environment.now());
            let row = proof.connection();
            let arrival = project::get(tx, row.downstream_project_id).await?.map(|project| project.arrival);
            let arrival = arrival.unwrap_or_default();
            let published = flow::undo::publish_waiting(tx, proof, arrival != "review", now).await?;
            release_titles(app, tx, row.downstream_project_id).await?;
            if published > 0 && arrival == "publish_and_distribute" {
                let count = i64::try_from(published).unwrap_or(i64::MAX);
                digest::distributed(app, tx, row, count).await?;
            }
            Ok(published > 0)
        })
    }

    fn take_back<'a>(&'a self, tx: &'a mut Tx, proof: &'a Delivering) -> Doing<'a, ()> {
        Box::pin(async move { Ok(flow::undo::take_back(tx, proof).await?) })
    }

    fn comparing(&self) -> Option<&dyn Comparing> {
        Some(self)
    }

    fn latencies<'a>(&'a self, db: &'a mut Session, connection: ConnectionId) -> Doing<'a, Vec<i64>> {
        Box::pin(async move { Ok(connection::latencies(db, connection).await?) })
    }
}
