//! Newtype ids: each record has its own type, so that a project's id cannot be passed for a company's.

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A company: owns projects and people's memberships.
    CompanyId,
    /// A person: one sign-in.
    PersonId,
    /// A project of one company.
    ProjectId,
    /// A permission template of a company.
    TemplateId,
    /// A token for scripts.
    TokenId,
    /// An invitation into a company's directory.
    InvitationId,
    /// A connection between two projects, from the request on.
    ConnectionId,
    /// A request to add a tool to a live connection.
    AdditionId,
    /// One batch that a reconcile applied.
    DeliveryId,
    /// A message in the outbox or in a person's notifications.
    MessageId,
    /// An export of a company.
    ExportId,
    /// An area of a project's drawings.
    AreaId,
    /// A drawing set.
    SetId,
    /// A discipline of a project.
    DisciplineId,
    /// A drawing: the identity of a sheet.
    DrawingId,
    /// One revision of a drawing.
    RevisionId,
    /// Something that a person drew over a sheet.
    MarkupId,
    /// A batch of uploaded files.
    UploadId,
    /// One file of an upload.
    UploadFileId,
    /// One page of an uploaded file, under review.
    SheetId,
}
