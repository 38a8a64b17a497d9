//! The one table of public error codes. `OpenAPI`, `docs/errors.md` and the screen are made from it; a code never changes its meaning.

/// A public code.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable, `snake_case`.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What happened, in general.
    pub title: &'static str,
    /// What to do next.
    pub action: &'static str,
}

macro_rules! codes {
    ($($status:literal $code:literal $title:literal $action:literal;)*) => {
        /// All codes, by status and name.
        pub const CODES: &[Code] = &[$(Code { code: $code, status: $status, title: $title, action: $action }),*];
    };
}

codes! {
    400 "malformed_request" "The request could not be read." "Check the form of the request against the API description.";
    400 "unsound_cursor" "The position to continue from could not be read." "Start again from the first page.";
    401 "not_signed_in" "You are not signed in, or your session has ended." "Sign in and try again.";
    401 "bad_credentials" "The e-mail address or the password is wrong." "Check both and try again, or ask your administrator to reset the password.";
    403 "cross_site" "The request came from another site and was refused." "Open Sluice under its own address and try again.";
    403 "needs_level" "Your level on this tool is too low." "Ask a Directory Admin of the project for a higher level.";
    403 "needs_scope" "The token lacks a scope for this." "Use a token that has the scope named, or sign in.";
    403 "sign_in_only" "A token cannot be used for this." "Sign in with your address and password.";
    403 "other_side" "The other company decides this." "Ask the other company to do it.";
    403 "own_request" "Nobody can answer their own request." "Ask a colleague of the upstream company to answer it.";
    403 "not_representing" "The directory does not record you as representing the company that acts here." "Ask a Directory Admin of that company to record which company you represent.";
    403 "needs_tool_level" "You cannot see what would be shared." "Ask a Directory Admin of the project for Read Only or higher on the tool.";
    403 "needs_connection_manager_admin" "Starting a connection needs Admin on Connection Manager." "Ask a Directory Admin of your project.";
    403 "not_a_member" "You are not in the directory of both projects." "Ask the other company to add you to its project's directory.";
    403 "external_read_only" "This came from the upstream project and cannot be changed here." "Ask the upstream company to change it; the change arrives by itself.";
    403 "external_undeletable" "A copy cannot be deleted." "Mark it obsolete here instead.";
    403 "invitation_for_other_person" "This invitation is for another person's sign-in." "Sign in with the address it was sent to, then open the link again.";
    403 "not_your_markup" "Somebody else made this markup." "Ask whoever made it; Drawings Admins can delete it once it is published.";
    403 "own_uploads_only" "You can review your own uploads only." "Ask a Drawings Admin to review this one.";
    403 "wrong_first_run_token" "This is not the token of the first run." "Look for the newest one in the log of the server; each start prints a new one.";
    403 "installation_admin_only" "Only the administrator of the installation can do this." "Ask whoever operates this installation.";
    404 "not_found" "There is nothing here under this address." "Check the address, or ask whether you have been given access.";
    405 "method_not_allowed" "This address does not take this kind of request." "See the API description for what it takes.";
    409 "connection_not_in_state" "The connection has moved on." "Reload to see where it stands now.";
    409 "connection_spent" "This project was connected before and can never connect again." "Create a new project and connect that one.";
    409 "already_requested" "This project already has a request waiting." "Withdraw the request before asking elsewhere.";
    409 "tool_shared_already" "This tool is shared already, or a request for it waits." "Reload to see where it stands.";
    409 "undo_too_late" "It can no longer be undone." "Disconnect instead; what was copied then stays downstream.";
    409 "already_connected" "This project is already connected." "Nothing needs to be done.";
    409 "own_company" "Both projects belong to the same company." "Choose a project of another company.";
    409 "upstream_is_downstream" "This project cannot be an upstream project." "Choose the project where the drawings are published first.";
    409 "downstream_is_upstream" "Other projects are connected to this one." "Use a project of its own to receive drawings.";
    409 "project_inactive" "A project is inactive." "Make the project active first.";
    409 "tool_off" "The tool is switched off." "Switch the tool on in the project's settings.";
    409 "connection_paused" "The connection is paused." "Undo what pauses it, then try again.";
    409 "requester_lost_access" "The person who asked no longer has the access that a connection needs." "Decline the request, or ask them to withdraw it and have someone else ask.";
    409 "duplicate" "There is one already." "Use another name or number.";
    409 "number_taken" "Another drawing of this area has this number." "Use another number, or add a revision to that drawing.";
    409 "revision_taken" "This drawing already has this revision in this set with this date." "Change the revision, the set or the date.";
    409 "number_twice" "Two sheets of this upload have this number and revision." "Correct one of them, or remove it.";
    409 "upload_not_ready" "The upload is not in a state for this." "Wait until its files are processed.";
    409 "file_complete" "All bytes of this file are here." "Remove its sheets in the review instead.";
    409 "sheet_not_open" "This sheet was confirmed or removed already." "Reload to see where it stands.";
    409 "drawing_deleted" "This drawing is deleted." "Restore it first.";
    409 "drawing_not_deleted" "This drawing is not deleted." "Reload to see where it stands.";
    409 "not_external" "This is a drawing of your own." "Mark it obsolete itself.";
    409 "last_revision" "A drawing keeps at least one revision." "Delete the drawing instead.";
    409 "nothing_to_publish" "Every revision of this drawing is published." "Nothing needs to be done.";
    409 "sheet_failed" "There is no sheet: its page could not be worked on." "Export the sheet again and upload it.";
    409 "offset_mismatch" "The file has another number of received bytes." "Ask for the offset again and continue from there.";
    409 "too_many" "There are as many as there can be." "Remove one that is not needed any more.";
    409 "person_inactive" "This person is deactivated." "Reactivate them first.";
    409 "service_account" "A service account has no sign-in." "Give it a token instead.";
    409 "not_invited" "No invitation of this person is open." "Nothing needs to be done.";
    409 "own_people" "The company's own people represent the company itself." "Nothing needs to be done.";
    409 "file_damaged" "The stored file of this sheet is damaged and is not given out." "Upload the same file again, or ask the upstream company to; or have a backup restored.";
    409 "last_administrator" "A company needs at least one administrator." "Make another person administrator first.";
    409 "idempotency_in_progress" "The same request is being carried out." "Wait a moment and send it again with the same key: you get its answer.";
    409 "idempotency_answer_lost" "This request took effect, but its answer was lost." "Look at what it changed. Do not send it again under another key.";
    409 "export_under_way" "An export of this company is being made." "Wait until it is done, or remove it.";
    409 "key_reused" "This Idempotency-Key was used with another request." "Use a new key for a new request.";
    410 "first_run_over" "This installation has been set up already." "Sign in, or ask whoever set it up to invite you.";
    410 "invitation_expired" "This invitation has expired." "Ask the person who invited you to send it again.";
    410 "invitation_used" "This invitation was accepted already." "Sign in.";
    410 "password_reset_expired" "This link has expired." "Ask for a new password again.";
    410 "password_reset_used" "This link was used already, or the password was changed since." "Sign in, or ask for a new password again.";
    410 "invitation_revoked" "This invitation was taken back or replaced by a newer one." "Look for a newer mail, or ask the person who invited you.";
    410 "upload_expired" "Nothing more of this file came for days, and it was given up." "Upload the file again.";
    412 "stale" "Somebody changed this in the meantime." "Reload, look at the change, and try again.";
    412 "tus_version_unsupported" "Another version of the tus protocol is spoken here." "Send Tus-Resumable: 1.0.0.";
    413 "body_too_large" "The request is too large." "Send less at once.";
    413 "file_too_large" "A file may have up to 2 GB." "Split the PDF into smaller files.";
    415 "unsupported_media_type" "The request has another form than this address takes." "Send JSON, or what the API description says.";
    416 "range_unsound" "The file has no such part." "Ask for a range within the size of the file.";
    422 "invalid" "Some fields need another value." "Correct the fields named and try again.";
    422 "nothing_to_share" "No tool that can be shared was chosen." "Choose at least one thing to share.";
    422 "reason_missing" "A reason is needed." "Say why; both companies see it.";
    422 "reason_too_long" "The reason is too long." "Shorten it to 2,000 characters.";
    422 "consequences_not_accepted" "The consequences were not accepted." "Read what disconnecting means and accept it.";
    422 "weak_password" "The password is too short, or too easy to guess." "Choose at least 10 characters. Several words that do not belong together do well.";
    422 "must_choose_company" "It is not said which company you represent." "Choose one of your companies.";
    422 "set_date_missing" "A new set needs a name and a date." "Give the date printed on the set.";
    422 "number_missing" "The sheet has no number." "Type the number printed on the sheet.";
    422 "not_a_pdf" "The file is not a PDF." "Export the drawings as PDF and upload that.";
    422 "pdf_empty" "The file is empty." "Export it again; the transfer may have failed.";
    422 "pdf_damaged" "The PDF is damaged or cut off." "Export it again, or print it to a new PDF.";
    422 "pdf_truncated" "The PDF was cut off before its end." "Export it again; the transfer may have failed.";
    422 "pdf_encrypted" "The PDF is protected by a password." "Remove the password and upload it again.";
    422 "pdf_no_pages" "The PDF has no pages." "Export it again.";
    422 "pdf_too_many_pages" "The PDF has more than 2,000 pages." "Split it into smaller files.";
    422 "pdf_too_large" "The PDF is too large to be read." "Split it into smaller files.";
    422 "pdf_too_big" "The PDF is larger than 2 GB." "Split it into smaller files.";
    422 "pdf_too_complex" "The PDF took too long to open." "Print it to a new PDF and upload that.";
    422 "pdf_not_checked" "The PDF could not be looked at." "Upload it again; if it stays, tell whoever operates this installation.";
    422 "page_damaged" "The page is damaged." "Export the sheet again; the other sheets are not affected.";
    422 "page_size_invalid" "The page has no size, or an impossible one." "Export the sheet again with its real paper size.";
    422 "page_too_complex" "The page took too long to draw." "Export the sheet with fewer layers, or as a picture.";
    422 "page_too_large" "The page needs more memory than is allowed." "Export the sheet with smaller pictures.";
    422 "page_crashed" "The page could not be drawn." "Print the sheet to a new PDF and upload that.";
    422 "page_not_tried" "Too many pages before this one failed." "Repair the file, or upload the remaining pages on their own.";
    429 "too_many_attempts" "Too many failed tries." "Wait, then try again.";
    429 "too_many_requests_today" "These two projects have had three requests within a day." "Try again tomorrow, or talk to the other company.";
    429 "too_many_requests" "Too many requests from here." "Wait a moment and try again.";
    500 "fault" "Something went wrong on our side. Nothing was lost." "Try again; if it stays, give the request id to whoever operates this installation.";
    503 "busy" "The server is busy." "Try again in a moment.";
    503 "stopping" "The server is being restarted." "Try again in a moment.";
}

/// What is wrong with a field, in general, by the code it has in `errors` of a problem. The problem itself says it of the very field.
pub const FIELDS: &[(&str, &str)] = &[
    ("address_length", "This address is too long."),
    ("does_not_qualify", "This person may not be on the list."),
    ("employees_only", "Only the company's own people can administer it."),
    ("files_missing", "At least one file is needed."),
    ("incomplete", "Each one has to be named once."),
    ("list_length", "These are too many at once."),
    ("missing", "This is needed."),
    ("name_differs", "This is not its name. Type it exactly as it is written."),
    ("name_length", "A name has 1 to 255 characters."),
    ("not_an_email", "This is not an e-mail address."),
    ("not_their_company", "A collaborator represents a company they work for."),
    ("number_length", "A project number has up to 255 characters."),
    ("off_the_sheet", "This lies off the sheet."),
    ("one_of", "Exactly one of these has to be chosen."),
    ("out_of_range", "There is no such place; places are counted from 1."),
    ("point_count", "These are too few points, or too many."),
    ("scopes_missing", "At least one scope is needed."),
    ("text_length", "This text is too long."),
    ("too_large_for_pdf", "This is too much for one PDF. Take a zip."),
    ("unknown_field", "There is no such field here."),
    ("unknown_mode", "There is no such setting."),
    ("unknown_scope", "There is no such scope."),
    ("unknown_template", "There is no such template."),
    ("unknown_time_zone", "There is no such time zone."),
    ("unknown_value", "This cannot be chosen here."),
    ("unsound_date", "This is not a date."),
    ("unsound_days", "This is not a number of days that can be chosen."),
    ("unsound_field", "This cannot be read."),
    ("unsound_id", "This is not an id."),
    ("unsound_size", "There is no such size."),
    ("unsound_time", "This is not a time."),
    ("wrong_password", "This address has a sign-in already. Give its password."),
];

/// The entry of a code; an unknown one is a fault, and a test keeps that from happening.
pub fn find(code: &str) -> &'static Code {
    const FAULT: &Code = &Code {
        code: "fault",
        status: 500,
        title: "Something went wrong on our side.",
        action: "Try again.",
    };
    CODES.iter().find(|entry| entry.code == code).unwrap_or(FAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_say_what_to_do() {
        for (place, entry) in CODES.iter().enumerate() {
            assert!(!CODES[place + 1..].iter().any(|other| other.code == entry.code), "{} twice", entry.code);
            assert!(entry.title.ends_with('.') && entry.action.ends_with('.'), "{}: sentences", entry.code);
        }
    }

    /// The Rust files below a folder.
    fn sources(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }

    #[test]
    fn use_04_every_code_of_a_field_is_in_the_table() {
        let crates = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let mut files = vec![];
        for name in ["app", "api", "domain"] {
            sources(&std::path::Path::new(crates).join(name).join("src"), &mut files);
        }
        let (mut used, plain) =
            (std::collections::BTreeSet::new(), |c: char| c.is_ascii_lowercase() || c == '_');
        for file in files {
            let text = std::fs::read_to_string(file).unwrap();
            for beginning in ["Error::field(", "FieldError {"] {
                for (place, _) in text.match_indices(beginning) {
                    // The code is the first literal that is a plain word; a pointer begins with a slash, a sentence has spaces.
                    let rest = text[place..].split(';').next().unwrap();
                    let mut literals = rest.split('"').skip(1).step_by(2);
                    used.extend(
                        literals.find(|text| !text.is_empty() && text.chars().all(plain)).map(str::to_owned),
                    );
                }
            }
        }
        assert!(used.len() > 15, "{used:?}");
        let known = FIELDS.iter().map(|(code, _)| (*code).to_owned()).collect();
        assert_eq!(used, known);
        assert!(FIELDS.iter().all(
            |(code, sentence)| sentence.ends_with('.') && !CODES.iter().any(|entry| entry.code == *code)
        ));
    }

    #[test]
    fn use_04_every_reason_of_the_domain_is_in_the_table() {
        use sluice_domain::Reason;
        use sluice_domain::connection::repair::NotRepairable;
        use sluice_domain::connection::{
            InvalidTransition, NotYours, Pause, Side, State, TooLate, UnsoundReason, Verb,
        };
        use sluice_domain::people::Unfit;
        use sluice_domain::permission::{Access, Level, Refusal, Tool};
        use sluice_domain::topology::Ineligible as I;
        let reasons: Vec<Box<dyn Reason>> = vec![
            Box::new(Refusal::NotThere),
            Box::new(Refusal::NeedsLevel { tool: Tool::Drawings, level: Level::Admin }),
            Box::new(Refusal::ToolOff(Tool::Drawings)),
            Box::new(Refusal::NeedsScope { tool: Tool::Drawings, access: Access::Write }),
            Box::new(Refusal::SignInOnly),
            Box::new(InvalidTransition { state: State::Declined, verb: Verb::Approve }),
            Box::new(NotYours::OtherSide(Side::Upstream)),
            Box::new(NotYours::OwnRequest),
            Box::new(NotYours::RepresentsAnother),
            Box::new(TooLate::TimeOver),
            Box::new(TooLate::Used),
            Box::new(Unfit::Accepted),
            Box::new(Unfit::Deactivated),
            Box::new(Unfit::ServiceAccount),
            Box::new(Unfit::NotInvited),
            Box::new(Unfit::OwnPeople),
            Box::new(Unfit::LastAdministrator),
            Box::new(NotRepairable::RepresentsAnother),
            Box::new(NotRepairable::NotLive(State::Disconnected)),
            Box::new(NotRepairable::Paused(Pause::ToolOff(Side::Upstream))),
            Box::new(UnsoundReason::Missing),
            Box::new(UnsoundReason::TooLong),
            Box::new(I::OwnCompany),
            Box::new(I::Spent),
            Box::new(I::AlreadyRequested),
            Box::new(I::AlreadyConnected),
            Box::new(I::DownstreamIsUpstream),
            Box::new(I::UpstreamIsDownstream),
            Box::new(I::ProjectInactive(Side::Upstream)),
            Box::new(I::ToolOff(Tool::Drawings, Side::Upstream)),
            Box::new(I::NotAMember(Side::Upstream)),
            Box::new(I::NeedsConnectionManagerAdmin),
            Box::new(I::NotRepresenting),
            Box::new(I::NeedsToolLevel(Tool::Drawings, Side::Upstream)),
            Box::new(I::NothingToShare),
            Box::new(I::CannotBeShared(Tool::Rfis)),
            Box::new(I::NotConnected),
            Box::new(I::SharedAlready(Tool::Drawings)),
            Box::new(I::TooManyRequests),
        ];
        for reason in reasons {
            assert!(
                CODES.iter().any(|entry| entry.code == reason.code()),
                "{} is not in the table",
                reason.code()
            );
        }
    }
}
