//! Whether the copies of a project are as new as upstream's, found out once for everything that is shown.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use sluice_domain::connection::{State, pause};
use sluice_domain::permission::Tool;
use sluice_domain::sync::{OutOfSync, out_of_sync};
use sluice_domain::{ProjectId, Reason};
use sluice_store::Session;
use sluice_store::drawing::Drawing;
use sluice_store::flow::{self, FlowState};
use uuid::Uuid;

use crate::Result;

/// How the flow into a project stands.
#[derive(Debug, Default)]
pub(crate) struct Sync {
    state: Option<FlowState>,
    /// Drawings upstream of which something is parked.
    parked: HashSet<Uuid>,
}

impl Sync {
    /// Loads it; a project without an upstream costs one look.
    pub(crate) async fn load(db: &mut Session, project: ProjectId) -> Result<Self> {
        let state = flow::state_of(db, project, Tool::Drawings).await?;
        let parked = match &state {
            Some(state) => flow::parked_drawings(db, state.connection_id).await?.into_iter().collect(),
            None => HashSet::new(),
        };
        Ok(Self { state, parked })
    }

    fn judge(&self, parked: bool, unpublished: bool) -> Option<OutOfSync> {
        let Some(state) = &self.state else { return Some(OutOfSync::Disconnected) };
        let upstream = (state.upstream_active, state.upstream_on);
        let downstream = (state.downstream_active, state.downstream_on);
        out_of_sync(state.state, pause(upstream, downstream), parked, unpublished, state.waiting)
    }

    /// Why a copy may be older than its record upstream; nothing for an own drawing. `unpublished`: a newer revision waits to be published here.
    pub(crate) fn of(&self, drawing: &Drawing, unpublished: bool) -> Option<OutOfSync> {
        let parked = drawing.upstream_id.is_some_and(|id| self.parked.contains(&id));
        drawing.connection_id.and_then(|_| self.judge(parked, unpublished))
    }

    /// What the upstream company and project are called now, for a copy and while they are connected (`PPL-17`).
    pub(crate) fn called_now(&self, drawing: &Drawing) -> Option<(String, String)> {
        drawing.connection_id.and(self.names()).map(|(company, project)| (company.clone(), project.clone()))
    }

    fn names(&self) -> Option<(&String, &String)> {
        let connected = self.state.as_ref().filter(|state| state.state == State::Connected)?;
        Some((&connected.upstream_company_name, &connected.upstream_project_name))
    }

    /// A mark that is another one when any copy is shown differently.
    /// What is parked or waits to be published is not in it: that says by itself that the log changed.
    pub(crate) fn mark(&self) -> String {
        let sync = match (&self.state, self.judge(false, false)) {
            (None, _) => "none",
            (Some(_), None) => "in_sync",
            (Some(_), Some(why)) => why.code(),
        };
        let mut names = DefaultHasher::new();
        self.names().hash(&mut names);
        format!("{sync}.{:x}", names.finish())
    }
}
