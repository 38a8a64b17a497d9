//! Tests of the whole, through the interface, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::format_collect,
    clippy::duration_suboptimal_units,
    clippy::semicolon_if_nothing_returned,
    clippy::needless_pass_by_value,
    clippy::match_same_arms,
    reason = "a test stops at the first surprise"
)]

mod approval;
mod audit;
mod bad_files;
mod bad_input;
mod bytes;
mod closing;
mod connections;
mod copies;
mod corpus;
mod crash;
mod directory;
mod drawings;
mod exactly_once;
mod explanation;
mod export;
mod exports;
mod first_run;
mod flow;
mod log;
mod markups;
mod model;
mod notices;
mod once;
mod operation;
mod outbox;
mod passwords;
mod people;
mod permissions;
mod projects;
mod races;
mod record;
mod repair;
mod store;
mod story;
mod stranger;
mod third_party;
mod tokens;
mod tools;
mod undo;
mod uploads;
