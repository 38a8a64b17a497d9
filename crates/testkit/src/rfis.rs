//! A second tool that can be shared, as small as one can be: RFIs standing in, with one kind of record and a table that the test kit makes.
//! It stands here and nowhere else; the engine knows nothing of it (`FLO-14`).

use std::sync::Arc;

use sluice_app::flow::{Arriving, Doing, Offer, Preview, Shared, Tally, Tools};
use sluice_app::live::Topic;
use sluice_app::{App, flow};
use sluice_domain::feed::Kind;
use sluice_domain::permission::Tool;
use sluice_domain::{ConnectionId, ProjectId};
use sluice_store::connection::ConnectionRow;
use sluice_store::flow::Delivering;
use sluice_store::{Session, Tx, args};
use uuid::Uuid;

use crate::sql;

/// The kind of its one record.
pub const RFI: Kind = Kind::new("rfi");

/// A subject that no downstream project can keep: what carries it is parked.
pub const IMPOSSIBLE: &str = "impossible";

/// The tool.
#[derive(Debug, Clone, Copy)]
pub struct Rfis;

/// The built tools, and this one.
pub fn tools() -> Tools {
    Tools::built().and(Arc::new(Rfis))
}

/// What of an RFI travels; nothing while it is open (`RFF-01`).
#[derive(Debug)]
enum Content {
    Closed(Rfi),
    Withheld,
}

sluice_store::record! {
    /// An RFI.
    pub struct Rfi {
        /// Which.
        pub id: Uuid,
        /// Number.
        pub number: String,
        /// Subject.
        pub subject: String,
        /// Only closed ones travel.
        pub closed: bool,
        /// Counts up with each change.
        pub version: i64,
    }
}

const SELECT: &str = "select id, number, subject, closed, version from test_rfi where project_id = $1 and id";

impl Shared for Rfis {
    fn tool(&self) -> Tool {
        Tool::Rfis
    }

    fn kinds(&self) -> &'static [Kind] {
        &[RFI]
    }

    fn counted(&self) -> Kind {
        RFI
    }

    fn topic(&self) -> Option<Topic> {
        None
    }

    fn label(&self, offer: &Offer) -> (String, Option<Uuid>) {
        match offer.content_ref::<Content>() {
            Some(Content::Closed(rfi)) => (rfi.number.clone(), None),
            _ => (String::new(), None),
        }
    }

    fn parked<'a>(&'a self, _: &'a mut Tx, _: &'a Delivering) -> Doing<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn would_arrive<'a>(&'a self, db: &'a mut Session, project: ProjectId) -> Doing<'a, Preview> {
        Box::pin(async move {
            let sql = "select count(*) as value from test_rfi where project_id = $1 and closed and connection_id is null";
            let records = db.value(sql, args![project]).await?;
            Ok(Preview { records, ..Preview::default() })
        })
    }

    fn present<'a>(
        &'a self,
        db: &'a mut Session,
        connection: &'a ConnectionRow,
        records: &'a [(Kind, Uuid)],
    ) -> Doing<'a, Vec<Offer>> {
        Box::pin(async move {
            let keys = records.iter().map(|(_, id)| (*id).into()).collect();
            let rows: Vec<Rfi> = db.all_in(SELECT, args![connection.upstream_project_id], keys, "").await?;
            let state = |id: Uuid| rows.iter().find(|rfi| rfi.id == id && rfi.closed).cloned();
            let offers = records.iter().map(|(kind, id)| {
                Offer::new(*kind, *id, state(*id).map_or(Content::Withheld, Content::Closed))
            });
            Ok(offers.collect())
        })
    }

    fn apply<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        arriving: Arriving<'a>,
        offers: Vec<Offer>,
    ) -> Doing<'a, Tally> {
        Box::pin(async move {
            let row = arriving.proof.connection();
            let mut tally = Tally::default();
            for offer in offers {
                let Content::Closed(rfi) = offer.content::<Content>()? else { continue };
                let known =
                    "select count(*) as value from test_rfi where connection_id = $1 and upstream_id = $2";
                let known: i64 = tx.value(known, args![row.id, rfi.id]).await?;
                tally.arrived += i64::from(known == 0);
                let written = tx
                    .run(
                        "insert into test_rfi (id, project_id, number, subject, closed, version, connection_id, upstream_id, upstream_version)
                         values ($1, $2, $3, $4, true, 1, $5, $6, $7)
                         on conflict (connection_id, upstream_id) do update set subject = excluded.subject,
                            upstream_version = excluded.upstream_version
                          where excluded.upstream_version > test_rfi.upstream_version",
                        args![
                            app.environment.id::<Uuid>(),
                            row.downstream_project_id,
                            rfi.number,
                            rfi.subject,
                            row.id,
                            rfi.id,
                            rfi.version
                        ],
                    )
                    .await?;
                tally.records += i64::try_from(written).unwrap_or(i64::MAX);
            }
            Ok(tally)
        })
    }

    fn first_copy_complete<'a>(&'a self, _: &'a App, _: &'a mut Tx, _: Arriving<'a>) -> Doing<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn settle<'a>(&'a self, _: &'a App, _: &'a mut Tx, _: Arriving<'a>) -> Doing<'a, bool> {
        Box::pin(async { Ok(false) })
    }

    fn take_back<'a>(&'a self, tx: &'a mut Tx, proof: &'a Delivering) -> Doing<'a, ()> {
        Box::pin(async move {
            tx.run("delete from test_rfi where connection_id = $1", args![proof.connection().id]).await?;
            Ok(())
        })
    }

    fn latencies<'a>(&'a self, _: &'a mut Session, _: ConnectionId) -> Doing<'a, Vec<i64>> {
        Box::pin(async { Ok(vec![]) })
    }
}

/// Makes the table.
pub(crate) async fn make_table(app: &App) {
    let postgres = app.db.engine() == "postgresql";
    let (id, whole, truth) =
        if postgres { ("uuid", "bigint", "boolean") } else { ("blob", "integer", "integer") };
    let table = format!(
        "create table if not exists test_rfi (
           id {id} primary key, project_id {id} not null references project (id), number text not null, subject text not null,
           closed {truth} not null, version {whole} not null, connection_id {id} references connection (id), upstream_id {id},
           upstream_version {whole}, unique (connection_id, upstream_id),
           check (connection_id is null or subject <> '{IMPOSSIBLE}'))"
    );
    sql::run(&app.db, table.leak(), args![]).await;
}

/// Opens an RFI in an upstream project; it does not travel.
pub async fn open(app: &App, project: Uuid, number: &str, subject: &str) -> Uuid {
    let id: Uuid = app.environment.id();
    let mut tx = app.db.begin().await.unwrap();
    let sql = "insert into test_rfi (id, project_id, number, subject, closed, version) values ($1, $2, $3, $4, false, 1)";
    tx.run(sql, args![id, project, number, subject]).await.unwrap();
    flow::offer(app, &mut tx, ProjectId(project), &[(RFI, id, 1)]).await.unwrap();
    tx.commit().await.unwrap();
    app.live.wake();
    id
}

/// Changes its subject and closes it, in the transaction that offers it.
pub async fn close(app: &App, project: Uuid, rfi: Uuid, subject: &str) {
    let mut tx = app.db.begin().await.unwrap();
    let sql = "update test_rfi set subject = $2, closed = true, version = version + 1 where id = $1 returning version as value";
    let version: i64 = tx.value(sql, args![rfi, subject]).await.unwrap();
    flow::offer(app, &mut tx, ProjectId(project), &[(RFI, rfi, version)]).await.unwrap();
    tx.commit().await.unwrap();
    app.live.wake();
}

/// So many closed RFIs at once.
pub async fn closed(app: &App, project: Uuid, count: usize) -> Vec<Uuid> {
    let mut all = vec![];
    for number in 1..=count {
        let rfi = open(app, project, &format!("RFI-{number}"), "draft").await;
        close(app, project, rfi, &format!("Question {number}")).await;
        all.push(rfi);
    }
    all
}

/// The subjects of the RFIs of a project that came through a connection.
pub async fn arrived(app: &App, project: Uuid) -> Vec<String> {
    let sql = "select subject as value from test_rfi where project_id = $1 and connection_id is not null order by number";
    sql::values(&app.db, sql, args![project]).await
}
