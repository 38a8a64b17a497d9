//! Disciplines of a batch: matched with the project's own by name, else added. A local one is never renamed or reordered (`DRF-05`); one that
//! the connection added is called and ordered as it is upstream (`DRF-01`).

use std::collections::{BTreeMap, HashMap};

use sluice_domain::{ConnectionId, DisciplineId};
use sluice_store::Tx;
use sluice_store::flow::known::{self, KnownDiscipline};
use sluice_store::flow::{self, Delivering, DisciplineCopy, OfferedDiscipline};
use uuid::Uuid;

use crate::{App, Result};

/// What stands here for each offered discipline, with its name.
pub(super) async fn write(
    app: &App,
    tx: &mut Tx,
    proof: &Delivering,
    offered: BTreeMap<Uuid, OfferedDiscipline>,
) -> Result<HashMap<Uuid, (DisciplineId, String)>> {
    let known = known::disciplines(tx, proof).await?;
    let (here, copies) = place(proof.connection().id, &known, offered, || app.environment.id());
    flow::write_disciplines(tx, proof, &copies).await?;
    Ok(here)
}

fn same_name(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// Finds what stands here for each discipline, and what has to be written.
fn place(
    connection: ConnectionId,
    known: &[KnownDiscipline],
    offered: BTreeMap<Uuid, OfferedDiscipline>,
    mut new_id: impl FnMut() -> DisciplineId,
) -> (HashMap<Uuid, (DisciplineId, String)>, Vec<DisciplineCopy>) {
    let mut here = HashMap::new();
    let mut copies: Vec<DisciplineCopy> = vec![];
    let ours = |discipline: &&KnownDiscipline| discipline.connection_id == Some(connection);
    for (upstream, offered) in offered {
        let local = known.iter().find(|discipline| {
            discipline.connection_id.is_none() && same_name(&discipline.name, &offered.name)
        });
        if let Some(local) = local {
            here.insert(upstream, (local.id, local.name.clone()));
            continue;
        }
        let by_id = known.iter().filter(ours).find(|discipline| discipline.upstream_id == Some(upstream));
        // Added before it was noted which one it is upstream.
        let by_name = || {
            known.iter().filter(ours).find(|discipline| {
                discipline.upstream_id.is_none() && same_name(&discipline.name, &offered.name)
            })
        };
        let added = by_id.or_else(by_name);
        if let Some(added) =
            added.filter(|added| added.upstream_version.is_some_and(|seen| seen >= offered.version))
        {
            here.insert(upstream, (added.id, added.name.clone()));
            continue;
        }
        let id = added.map_or_else(&mut new_id, |added| added.id);
        here.insert(upstream, (id, String::new()));
        copies.push(DisciplineCopy { id, name: offered.name.clone(), offered });
    }
    // Names are unique in a project: one that somebody else holds gets a number.
    let changing: Vec<DisciplineId> = copies.iter().map(|copy| copy.id).collect();
    let mut taken: Vec<String> = known
        .iter()
        .filter(|discipline| !changing.contains(&discipline.id))
        .map(|discipline| discipline.name.to_lowercase())
        .collect();
    for copy in &mut copies {
        let numbered = (2..).map(|number| format!("{} ({number})", copy.offered.name));
        let mut names = std::iter::once(copy.offered.name.clone()).chain(numbered);
        if let Some(free) = names.find(|name| !taken.contains(&name.to_lowercase())) {
            taken.push(free.to_lowercase());
            copy.name.clone_from(&free);
            here.insert(copy.offered.id.0, (copy.id, free));
        }
    }
    (here, copies)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONNECTION: ConnectionId = ConnectionId(Uuid::from_u128(1));

    fn local(id: u128, name: &str) -> KnownDiscipline {
        KnownDiscipline {
            id: DisciplineId(Uuid::from_u128(id)),
            name: name.into(),
            connection_id: None,
            upstream_id: None,
            upstream_version: None,
        }
    }

    fn added(id: u128, name: &str, upstream: u128) -> KnownDiscipline {
        KnownDiscipline {
            connection_id: Some(CONNECTION),
            upstream_id: Some(Uuid::from_u128(upstream)),
            upstream_version: Some(1),
            ..local(id, name)
        }
    }

    fn offered(upstream: u128, version: i64, name: &str) -> OfferedDiscipline {
        OfferedDiscipline {
            id: DisciplineId(Uuid::from_u128(upstream)),
            version,
            name: name.into(),
            position: 3,
            published_count: 1,
        }
    }

    fn placed(
        known: &[KnownDiscipline],
        offers: Vec<OfferedDiscipline>,
    ) -> (Vec<(u128, u128, String)>, Vec<String>) {
        let offers = offers.into_iter().map(|offer| (offer.id.0, offer)).collect();
        let (here, copies) = place(CONNECTION, known, offers, || DisciplineId(Uuid::from_u128(99)));
        let mut here: Vec<_> = here
            .into_iter()
            .map(|(upstream, (id, name))| (upstream.as_u128(), id.0.as_u128(), name))
            .collect();
        here.sort();
        (here, copies.into_iter().map(|copy| copy.name).collect())
    }

    #[test]
    fn drf_05_a_local_discipline_is_matched_by_name_and_left_alone() {
        let (here, written) = placed(&[local(5, "ARCHITECTURAL")], vec![offered(7, 9, "Architectural")]);
        assert_eq!((here, written.len()), (vec![(7, 5, "ARCHITECTURAL".to_owned())], 0));
    }

    #[test]
    fn drf_01_one_the_connection_added_follows_its_name_upstream() {
        let known = [added(5, "Lifts", 7)];
        assert_eq!(placed(&known, vec![offered(7, 1, "Lifts")]).1.len(), 0, "nothing new");
        let (here, written) = placed(&known, vec![offered(7, 2, "Vertical transport")]);
        assert_eq!(
            (here, written),
            (vec![(7, 5, "Vertical transport".into())], vec!["Vertical transport".to_owned()])
        );
    }

    #[test]
    fn names_that_change_places_do_not_collide() {
        let known = [added(5, "Lifts", 7), added(6, "Stairs", 8)];
        let (here, _) = placed(&known, vec![offered(7, 2, "Stairs"), offered(8, 2, "Lifts")]);
        assert_eq!(here, [(7, 5, "Stairs".into()), (8, 6, "Lifts".into())]);
        let (here, _) = placed(&known, vec![offered(7, 2, "Stairs")]);
        assert_eq!(here, [(7, 5, "Stairs (2)".into())], "the other one still has it");
    }

    #[test]
    fn a_renamed_one_that_was_matched_is_added_beside_the_local_one() {
        let (here, written) = placed(&[local(5, "Architectural")], vec![offered(7, 2, "Architecture")]);
        assert_eq!((here, written.len()), (vec![(7, 99, "Architecture".to_owned())], 1));
    }
}
