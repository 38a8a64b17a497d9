//! The token of the first run, which lets somebody set up an empty installation. Only its hash is kept.

use jiff::Timestamp;

use crate::{Result, Session, Sha256, Tx, args, sql};

/// Offers a token; one that was offered before is void.
pub async fn offer(tx: &mut Tx, token_hash: Sha256, now: Timestamp) -> Result<()> {
    tx.run(
        sql!(
            "insert into first_run (id, token_hash, created_at) values (1, $1, $2)
             on conflict (id) do update set token_hash = excluded.token_hash, created_at = excluded.created_at"
        ),
        args![token_hash, now],
    )
    .await?;
    Ok(())
}

/// The hash of the token on offer.
pub async fn offered(db: &mut Session) -> Result<Option<Sha256>> {
    let row: Option<(Sha256,)> = db.maybe(sql!("select token_hash as value from first_run"), args![]).await?;
    Ok(row.map(|(hash,)| hash))
}

/// Uses the token up; answers whether it was still on offer (it works once).
pub async fn take(tx: &mut Tx, token_hash: Sha256) -> Result<bool> {
    let taken = tx.run(sql!("delete from first_run where token_hash = $1"), args![token_hash]).await?;
    Ok(taken == 1)
}

/// Makes the token void, whichever it is.
pub async fn withdraw(tx: &mut Tx) -> Result<()> {
    tx.run(sql!("delete from first_run"), args![]).await?;
    Ok(())
}
