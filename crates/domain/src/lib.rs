//! The rules of Sluice and nothing else: who may do what, which projects may connect, what may travel, which revision is current.
//!
//! Deliberately absent: input, output, SQL, HTTP, a clock, randomness. Facts come in as arguments; a function fails only by a rule,
//! and each rule names its requirement (`CON-04`).

pub mod callout;
pub mod connection;
pub mod discipline;
pub mod explanation;
pub mod feed;
pub mod id;
pub mod markup;
pub mod people;
pub mod permission;
pub mod project;
pub mod revision;
pub mod search;
pub mod sheet_number;
pub mod sync;
pub mod topology;
pub mod travel;

pub use id::{
    AdditionId, AreaId, CompanyId, ConnectionId, DeliveryId, DisciplineId, DrawingId, ExportId, InvitationId,
    MarkupId, MessageId, PersonId, ProjectId, RevisionId, SetId, SheetId, TemplateId, TokenId, UploadFileId,
    UploadId,
};

/// A refusal by rule: something a person can read, and a code a program can match on.
///
/// `app` holds the one table from code to HTTP status and next step; `docs/errors.md` is printed from it.
pub trait Reason: std::fmt::Display {
    /// Stable `snake_case` code; never reused for another meaning.
    fn code(&self) -> &'static str;
}
