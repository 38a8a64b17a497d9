//! Looking straight into the database: what the interface does not show, and what must hold whatever it says.

use sluice_store::Db;
use sluice_store::row::{Arg, Column};

use crate::site::Site;

/// One value of the one row that must be there; the column is called `value`.
pub async fn value<T: Column>(db: &Db, sql: &'static str, args: Vec<Arg>) -> T {
    db.read().await.unwrap().value(sql, args).await.unwrap()
}

/// The values of a column called `value`.
pub async fn values<T: Column>(db: &Db, sql: &'static str, args: Vec<Arg>) -> Vec<T> {
    let rows: Vec<(T,)> = db.read().await.unwrap().all(sql, args).await.unwrap();
    rows.into_iter().map(|(value,)| value).collect()
}

/// Runs a statement in a transaction of its own.
pub async fn run(db: &Db, sql: &'static str, args: Vec<Arg>) -> u64 {
    try_run(db, sql, args).await.unwrap()
}

/// The same, where the database may refuse.
pub async fn try_run(db: &Db, sql: &'static str, args: Vec<Arg>) -> sluice_store::Result<u64> {
    let mut tx = db.begin().await?;
    let touched = tx.run(sql, args).await?;
    tx.commit().await?;
    Ok(touched)
}

impl Site {
    /// A count, or another whole number.
    pub async fn count(&self, sql: &'static str, args: Vec<Arg>) -> i64 {
        value(&self.app.db, sql, args).await
    }
}
