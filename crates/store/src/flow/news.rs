//! News of arrivals, gathered by what they are about until it is time to tell them.

use jiff::Timestamp;
use sluice_domain::ConnectionId;
use sluice_domain::permission::Tool;

use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// What is gathered of one kind.
    pub struct Gathered {
        /// Of this tool.
        pub tool: Tool,
        /// What about.
        pub kind: String,
        /// Until when it is gathered.
        pub gather_until: Timestamp,
        /// How many sheets since the last message.
        pub news_count: i64,
        /// Which, as `app` wrote them.
        pub sheets: String,
    }
}

/// What a connection gathers.
pub async fn of_connection(db: &mut Session, id: ConnectionId) -> Result<Vec<Gathered>> {
    db.all(
        sql!(
            "select tool, kind, gather_until, news_count, sheets from arrival_news where connection_id = $1 order by tool, kind"
        ),
        args![id],
    )
    .await
}

/// Keeps what is gathered of one kind.
pub async fn keep(tx: &mut Tx, id: ConnectionId, news: &Gathered) -> Result<()> {
    tx.run(
        sql!(
            "insert into arrival_news (connection_id, tool, kind, gather_until, news_count, sheets) values ($1, $2, $3, $4, $5, $6)
             on conflict (connection_id, tool, kind) do update set gather_until = excluded.gather_until,
                news_count = excluded.news_count, sheets = excluded.sheets"
        ),
        args![id, news.tool, &news.kind, news.gather_until, news.news_count, &news.sheets],
    )
    .await?;
    Ok(())
}

/// Gathers no longer: the next news is told at once.
pub async fn end(tx: &mut Tx, id: ConnectionId, tool: Tool, kind: &str) -> Result<()> {
    tx.run(
        sql!("delete from arrival_news where connection_id = $1 and tool = $2 and kind = $3"),
        args![id, tool, kind],
    )
    .await?;
    Ok(())
}
