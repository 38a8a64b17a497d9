//! The register of all connections of all projects of a company, both directions (`SEE-03`).
//!
//! What it is filtered by depends on rules (whether a tool is paused) and on how people write names, so that it is judged here and not in
//! the database; what it shows is loaded for the page that is asked for only.

use std::collections::HashMap;

use sluice_domain::connection::{Side, State, ToolState, pause};
use sluice_domain::permission::act;
use sluice_domain::sheet_number::sort_key;
use sluice_domain::{CompanyId, ConnectionId, ProjectId};
use sluice_store::connection::register::{self, RegisterRow};

use super::view::{ConnectionView, views};
use crate::{App, Caller, Result, cursor, permit_in_company};

/// What of the register is asked for; what is `None` or empty does not matter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// On which side the company is.
    pub side: Option<Side>,
    /// In one of these states.
    pub states: Vec<State>,
    /// Of this project of the company.
    pub project: Option<ProjectId>,
    /// With this company.
    pub company: Option<CompanyId>,
    /// A tool is in this state (`CON-16`).
    pub tool_state: Option<ToolState>,
    /// Part of a name, a number or a reason.
    pub text: Option<String>,
}

/// What the register is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// When it was asked for, newest first.
    #[default]
    Requested,
    /// The company's own project, by name.
    Project,
    /// The other company, by name.
    Company,
    /// State, as it goes through them.
    State,
    /// Last arrival, newest first; those without one at the end.
    LastArrival,
}

impl Filter {
    fn admits(&self, tools: &[RegisterRow]) -> bool {
        let Some(row) = tools.first() else { return false };
        self.side.is_none_or(|side| side == row.side)
            && (self.states.is_empty() || self.states.contains(&row.state))
            && self.project.is_none_or(|project| project == row.own_project_id)
            && self.company.is_none_or(|company| company == row.other_company_id)
            && self.tool_state.is_none_or(|wanted| tools.iter().any(|tool| state_of(tool) == wanted))
            && self.text.as_deref().is_none_or(|text| mentions(row, &text.to_lowercase()))
    }
}

fn state_of(row: &RegisterRow) -> ToolState {
    let paused = pause((row.upstream_active, row.upstream_on), (row.downstream_active, row.downstream_on));
    ToolState::of(row.state, paused.is_some())
}

fn mentions(row: &RegisterRow, text: &str) -> bool {
    let reason = row.reason.as_deref().unwrap_or_default();
    [
        &row.own_project_name,
        &row.own_project_number,
        &row.other_company_name,
        &row.other_project_name,
        &row.other_project_number,
        reason,
    ]
    .into_iter()
    .any(|words: &str| words.to_lowercase().contains(text))
}

impl Sort {
    /// A text whose order is the order asked for.
    fn key(self, tools: &[RegisterRow]) -> String {
        let Some(row) = tools.first() else { return String::new() };
        let newest_first = |ms: i64| format!("{:020}", i64::MAX - ms.max(0));
        match self {
            Self::Requested => newest_first(row.requested_at.as_millisecond()),
            Self::Project => sort_key(&row.own_project_name),
            Self::Company => sort_key(&row.other_company_name),
            Self::State => {
                let place = State::ALL.iter().position(|state| *state == row.state);
                format!("{:02}", place.unwrap_or(State::ALL.len()))
            }
            Self::LastArrival => {
                let last = tools.iter().filter_map(|tool| tool.last_arrival_at).max();
                newest_first(last.map_or(0, jiff::Timestamp::as_millisecond))
            }
        }
    }
}

/// A page of the register, and where the next one begins.
pub async fn register(
    app: &App,
    who: Caller,
    id: CompanyId,
    filter: &Filter,
    sort: Sort,
    page: (Option<&str>, i64),
) -> Result<(Vec<ConnectionView>, Option<String>)> {
    let (after, limit) = page;
    let after = after.map(cursor::read).transpose()?.map(|(id, key)| (key, ConnectionId(id)));
    let mut db = app.db.read().await?;
    let (permit, _) = permit_in_company::<act::ViewRegister>(&mut db, who, id).await?;

    let mut rows = register::of_company(&mut db, &permit).await?;
    rows.sort_unstable_by_key(|row| row.id.0);
    let connections = rows.chunk_by(|a, b| a.id == b.id).filter(|tools| filter.admits(tools));
    let mut keys: Vec<(String, ConnectionId)> =
        connections.filter_map(|tools| Some((sort.key(tools), tools.first()?.id))).collect();
    keys.sort_unstable_by(|(a, a_id), (b, b_id)| (a, a_id.0).cmp(&(b, b_id.0)));
    if let Some((key, id)) = &after {
        keys.retain(|(other, other_id)| (other, other_id.0) > (key, id.0));
    }
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = keys.len() > wanted;
    keys.truncate(wanted);
    let next = keys.last().filter(|_| more).map(|(key, id)| cursor::write(id.0, key));

    let ids: Vec<ConnectionId> = keys.iter().map(|(_, id)| *id).collect();
    let rows = register::rows(&mut db, &permit, &ids).await?;
    let places: HashMap<ConnectionId, usize> =
        ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let mut page = views(app, &mut db, who, rows, Some(id)).await?;
    page.sort_unstable_by_key(|view| places.get(&view.row.id).copied());
    Ok((page, next))
}
