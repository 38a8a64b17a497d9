//! The wire form of `can` maps (`PPL-07`).

use std::collections::BTreeMap;

use serde::Serialize;
use sluice_app::Can;
use utoipa::ToSchema;

use crate::words::ErrorCode;

/// Whether something is allowed and, where not, why.
#[derive(Debug, Serialize, ToSchema)]
struct Allowed {
    /// Yes or no.
    allowed: bool,
    /// Why not: stable code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ErrorCode>)]
    code: Option<&'static str>,
    /// Why not: a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// What the caller may do with a resource, act by act.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Can, value_type = BTreeMap<String, Allowed>)]
pub(crate) struct CanMap(BTreeMap<&'static str, Allowed>);

/// Puts a map into its wire form.
pub(crate) fn wire(can: Can) -> CanMap {
    let entry = |(act, allowed): (&'static str, Result<(), sluice_app::can::Why>)| {
        let why = allowed.err();
        let allowed = Allowed {
            allowed: why.is_none(),
            code: why.as_ref().map(|why| why.code),
            reason: why.map(|why| why.sentence),
        };
        (act, allowed)
    };
    CanMap(can.0.into_iter().map(entry).collect())
}
