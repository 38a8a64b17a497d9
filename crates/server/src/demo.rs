//! `sluice demo` (being written).

use crate::command::DemoOptions;

/// Serves the demo.
pub async fn demo(_options: DemoOptions) -> anyhow::Result<()> {
    Ok(())
}
