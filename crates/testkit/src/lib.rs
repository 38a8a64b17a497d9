//! Tests of the whole: a server in process with a clock of its own, on both databases; people who call it; companies, projects and
//! drawings in the words of the trade; a mail server that keeps what it gets.
//!
//! Deliberately absent: tests of one crate's insides. Those stand beside the code.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise; nothing of this crate is in the product"
)]

pub mod clock;
pub mod copied;
pub mod dice;
mod documented;
pub mod mail_sink;
pub mod person;
pub mod postgres;
pub mod rfis;
pub mod seed;
pub mod sheets;
pub mod site;
pub mod sql;
pub mod stand;
pub mod world;

pub use clock::Clock;
pub use dice::Dice;
pub use person::{Answer, Person};
pub use serde_json::{Value, json};
pub use site::Site;
pub use world::World;

/// Declares a test that runs on both databases: `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($site:ident: Site) $body:block)*) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            async fn body($site: $crate::Site) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body($crate::Site::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(site) = $crate::Site::postgres().await {
                    body(site).await;
                }
            }
        }
    )*};
}
