//! What only the operator asks, across all companies of the installation. Nothing here is reached by a request.

use jiff::Timestamp;
use sluice_domain::ConnectionId;
use sluice_domain::connection::State;

use crate::{Result, Session, args, record, sql};

record! {
    /// A connection with the names the operator knows it by.
    pub struct ListedConnection {
        /// Which.
        pub id: ConnectionId,
        /// State.
        pub state: State,
        /// The company where data originates.
        pub upstream_company: String,
        /// Its project.
        pub upstream_project: String,
        /// The company where data is copied.
        pub downstream_company: String,
        /// Its project.
        pub downstream_project: String,
        /// Asked for.
        pub requested_at: Timestamp,
    }
}

/// All connections and requests, newest first.
pub async fn connections(db: &mut Session) -> Result<Vec<ListedConnection>> {
    db.all(
        // cross-tenant: the whole installation, for its operator on the command line
        sql!(
            "select n.id, n.state, uc.name as upstream_company, up.name as upstream_project, dc.name as downstream_company,
                    dp.name as downstream_project, n.requested_at
               from connection n
               join company uc on uc.id = n.upstream_company_id
               join project up on up.id = n.upstream_project_id
               join company dc on dc.id = n.downstream_company_id
               join project dp on dp.id = n.downstream_project_id
              order by n.requested_at desc, n.id"
        ),
        args![],
    )
    .await
}
