//! The wire form of `can` maps (`PPL-07`).

use std::collections::BTreeMap;

use serde::Serialize;
use sluice_app::Can;
use utoipa::ToSchema;

/// Whether something is allowed and, where not, why.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Allowed {
    /// Yes or no.
    allowed: bool,
    /// Why not: stable code.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Why not: a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// What the caller may do with a resource.
pub(crate) type CanMap = BTreeMap<&'static str, Allowed>;

/// Puts a map into its wire form.
pub(crate) fn wire(can: Can) -> CanMap {
    let entry = |(act, allowed): (&'static str, Result<(), sluice_app::can::Why>)| {
        let why = allowed.err();
        let allowed = Allowed {
            allowed: why.is_none(),
            code: why.as_ref().map(|why| why.code.to_owned()),
            reason: why.map(|why| why.sentence),
        };
        (act, allowed)
    };
    can.0.into_iter().map(entry).collect()
}
