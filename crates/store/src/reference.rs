//! Which company holds which bytes (`FLO-04`): taking a reference, and letting go of one that nothing of the company needs any more.
//!
//! Takers share a lock on the company, a release has it alone: nobody is left with a record whose reference somebody else has just let go.
//! The lock is the last one a transaction takes.

use jiff::Timestamp;
use sluice_domain::CompanyId;

use crate::row::Arg;
use crate::{Result, Sha256, Tx, args};

/// Takes the company's reference to bytes that are there; one it holds already stays.
pub async fn take(tx: &mut Tx, company: CompanyId, hashes: &[Sha256], now: Timestamp) -> Result<()> {
    tx.lock("select id from company where id = $1 for share", args![company]).await?;
    let rows = hashes.iter().map(|sha256| args![company, *sha256, now]).collect();
    tx.insert_many(
        "insert into blob_reference (company_id, sha256, created_at)",
        "on conflict (company_id, sha256) do nothing",
        rows,
    )
    .await?;
    Ok(())
}

/// Lets go of those of these bytes that no record of the company refers to, with their pictures. Call it after the records were removed.
pub async fn release(tx: &mut Tx, company: CompanyId, hashes: &[Sha256]) -> Result<()> {
    tx.lock("select id from company where id = $1 for no key update", args![company]).await?;
    let keys: Vec<Arg> = hashes.iter().map(|sha256| Arg::from(*sha256)).collect();
    for statement in [
        "delete from preview
          where company_id = $1
            and not exists (select 1 from drawing_revision r join project p on p.id = r.project_id
                             where r.sha256 = preview.sha256 and p.company_id = $1)
            and not exists (select 1 from sheet s join project p on p.id = s.project_id
                             where s.sha256 = preview.sha256 and p.company_id = $1)
            and sha256",
        "delete from blob_reference
          where company_id = $1
            and not exists (select 1 from drawing_revision r join project p on p.id = r.project_id
                             where r.sha256 = blob_reference.sha256 and p.company_id = $1)
            and not exists (select 1 from sheet s join project p on p.id = s.project_id
                             where s.sha256 = blob_reference.sha256 and p.company_id = $1)
            and sha256",
    ] {
        tx.run_in(statement, args![company], keys.clone()).await?;
    }
    Ok(())
}
