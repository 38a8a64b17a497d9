//! SQL, migrations and blobs: the only crate that knows them. SQLite and a folder, or PostgreSQL.
//!
//! Deliberately absent: rules. What may be written is decided in `sluice_domain` and shown by a `Permit`, which writers here take.
//! Every statement stands in [`sql!`], once for both databases; a test prepares all of them on both.

pub mod audit;
pub mod blob;
pub mod closing;
pub mod company;
pub mod company_export;
pub mod connection;
pub mod db;
pub mod drawing;
pub mod error;
pub mod expired;
pub mod export;
pub mod feed;
pub mod figures;
pub mod first_run;
pub mod flow;
pub mod job;
pub mod message;
pub mod migrate;
pub mod neighbour;
pub mod once;
pub mod operator;
pub mod password_reset;
pub mod person;
pub mod project;
pub mod recipient;
pub mod reference;
pub mod row;
pub mod sqlite;
pub mod standing;
pub mod template;
pub mod token;
pub mod upload;

pub use blob::{Blobs, Sha256};
pub use db::{Db, Session, Tx};
pub use error::{Conflict, Error, Result};
