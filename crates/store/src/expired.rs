//! Forgetting what has run out: sessions, failed sign-ins, invitations. Nothing anybody can still use is touched.

use jiff::Timestamp;

use crate::{Result, Tx, args, sql};

/// Forgets sessions that ended before.
pub async fn sessions(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.run(
        sql!("delete from session where expires_at < $1 or (revoked_at is not null and revoked_at < $1)"),
        args![before],
    )
    .await
}

/// Forgets failed sign-ins of addresses that are not locked and were not tried since.
pub async fn failures(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.run(sql!("delete from sign_in_throttle where last_at < $1 and locked_until < $1"), args![before]).await
}

/// Forgets invitations that were accepted, taken back or ran out before; the last one of somebody who has not accepted yet stays, because
/// sending it again wants to know its project.
pub async fn invitations(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.run(
        // cross-tenant: the sweep forgets everybody's
        sql!(
            "delete from invitation
              where (accepted_at < $1 or revoked_at < $1 or expires_at < $1)
                and (accepted_at is not null or exists (select 1 from invitation later
                       where later.company_id = invitation.company_id and later.person_id = invitation.person_id
                         and later.created_at > invitation.created_at))"
        ),
        args![before],
    )
    .await
}
