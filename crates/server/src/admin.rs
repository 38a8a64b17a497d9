//! `sluice admin`: what only the operator can do. Each command opens the data itself, whether or not a server runs on it.

use std::io::Read;

use clap::{Args, Subcommand};
use sluice_app::operator::ListedConnection;
use sluice_app::{App, Environment, closing, companies, export, invitations, mail, operator, passwords};
use sluice_domain::MessageId;
use tokio::sync::watch;
use uuid::Uuid;

use crate::command::ExportOptions;
use crate::config::{Options, Settings};
use crate::serve;

/// The commands of the operator.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Creates a company with its first administrator.  Example: echo "$PASSWORD" | sluice admin create-company --name "Harbor Builders"
    /// --admin-name "Ines Ortega" --admin-email ines@harbor.example --admin-password-stdin
    CreateCompany {
        /// Name of the company.
        #[arg(long)]
        name: String,
        /// Its administrator.
        #[command(flatten)]
        admin: NewAdmin,
        /// Where the data is.
        #[command(flatten)]
        options: Options,
    },
    /// Creates an administrator of the installation, who creates companies through the API and sees no company's records.
    CreateAdmin {
        /// The administrator.
        #[command(flatten)]
        admin: NewAdmin,
        /// Where the data is.
        #[command(flatten)]
        options: Options,
    },
    /// Closes a company: its connections end, its people see nothing of it any more, and other companies keep their copies. Cannot be
    /// undone.  Example: sluice admin close-company --company "Delta Mechanical"
    /// --reason "The company has moved to another installation."
    CloseCompany {
        /// Its exact name, or its id.
        #[arg(long)]
        company: String,
        /// Why; shown to the companies whose connections end.
        #[arg(long)]
        reason: String,
        /// Where the data is.
        #[command(flatten)]
        options: Options,
    },
    /// Prints new links for everything a person is invited to, for an installation that sends no mail; links sent before stop working.
    InvitationLink {
        /// Their address.
        #[arg(long)]
        email: String,
        /// Where the data is.
        #[command(flatten)]
        options: Options,
    },
    /// Lists the mails that are not out although they were tried, stuck ones first: id, state, tries, since, kind, address, last error.
    ListMail {
        /// Where the data is.
        #[command(flatten)]
        options: Options,
    },
    /// Sends stuck mails again, once the mail server is mended.  Example: sluice admin retry-mail --data ./data
    RetryMail {
        /// Only this one.
        #[arg(long)]
        id: Option<Uuid>,
        /// Where the data is.
        #[command(flatten)]
        options: Options,
    },
    /// Gives up a mail whose address is dead; its reader still sees the notification on the screen.
    DropMail {
        /// Which, as `list-mail` shows it.
        #[arg(long)]
        id: Uuid,
        /// Where the data is.
        #[command(flatten)]
        options: Options,
    },
    /// Lists all connections and requests of the installation, newest first, one a line.  Example: sluice admin list-connections --json
    ListConnections {
        /// One JSON object a line instead.
        #[arg(long)]
        json: bool,
        /// Where the data is.
        #[command(flatten)]
        options: Options,
    },
    /// Sets a person's password and ends their sessions.  Example: echo "$PASSWORD" | sluice admin reset-password --email ines@harbor.example
    ResetPassword {
        /// Their address.
        #[arg(long)]
        email: String,
        /// Where the data is.
        #[command(flatten)]
        options: Options,
    },
}

/// An administrator to create.
#[derive(Debug, Args)]
pub struct NewAdmin {
    /// Their name.
    #[arg(id = "admin_name", long = "admin-name")]
    name: String,
    /// Their address.
    #[arg(id = "admin_email", long = "admin-email")]
    email: String,
    /// Read the password from standard input.
    #[arg(id = "admin_password_stdin", long = "admin-password-stdin", required = true)]
    password_stdin: bool,
}

/// Opens the data for a command.
async fn open(options: Options) -> anyhow::Result<App> {
    let settings = Settings::read(options)?;
    serve::open(&settings, Environment::system(), &std::env::current_exe()?).await
}

fn password() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().take(4_096).read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn sentence(error: sluice_app::Error) -> anyhow::Error {
    match error {
        sluice_app::Error::Refused { code, detail, .. } => anyhow::anyhow!("{detail} {}", code.action),
        sluice_app::Error::Invalid(fields) => {
            let named = fields
                .iter()
                .map(|field| format!("{}: {}", field.pointer.trim_start_matches('/'), field.detail));
            anyhow::anyhow!("{}", named.collect::<Vec<_>>().join(" "))
        }
        fault => fault.into(),
    }
}

fn as_line(connection: &ListedConnection) -> String {
    format!(
        "{}  {:<12}  {}  {} ({}) → {} ({})",
        connection.id,
        connection.state.key(),
        connection.requested_at.strftime("%Y-%m-%d"),
        connection.upstream_project,
        connection.upstream_company,
        connection.downstream_project,
        connection.downstream_company,
    )
}

fn as_json(connection: &ListedConnection) -> String {
    let side = |company: &str, project: &str| serde_json::json!({"company": company, "project": project});
    serde_json::json!({
        "id": connection.id.to_string(),
        "state": connection.state.key(),
        "requested_at": connection.requested_at.to_string(),
        "upstream": side(&connection.upstream_company, &connection.upstream_project),
        "downstream": side(&connection.downstream_company, &connection.downstream_project),
    })
    .to_string()
}

/// `sluice export`: says on standard error how far it is, and at the end what was written.
pub async fn export(asked: ExportOptions) -> anyhow::Result<()> {
    let app = open(asked.options).await?;
    let (progress, mut seen) = watch::channel(export::Progress::default());
    let telling = tokio::spawn(async move {
        let mut told = 0;
        while seen.changed().await.is_ok() {
            let now = *seen.borrow_and_update();
            let share = now.files_done.saturating_mul(100).checked_div(now.files).unwrap_or(100);
            if share >= told + 10 {
                told = share - share % 10;
                eprintln!("{told} % ({} of {} files)", now.files_done, now.files);
            }
        }
    });
    let made = export::by_operator(&app, &asked.company, &asked.file, &progress).await.map_err(sentence)?;
    drop(progress);
    telling.await?;
    println!("{} ({} bytes)", asked.file.display(), made.bytes);
    app.db.close().await;
    anyhow::ensure!(
        made.damaged == 0,
        "{} files could not be had; damaged-files.csv in the archive names them",
        made.damaged
    );
    Ok(())
}

/// One line, its parts kept apart by tabs.
fn troubled(mail: &mail::Troubled) -> String {
    let error = mail.mail_error.as_deref().unwrap_or_default().replace(['\t', '\n', '\r'], " ");
    let (state, tries, since) = (mail.mail_state.key(), mail.mail_attempts, mail.created_at);
    format!("{}\t{state}\t{tries}\t{since}\t{}\t{}\t{error}", mail.id, mail.kind, mail.email)
}

/// Carries a command out; what was made is printed as one line of JSON.
pub async fn run(command: Admin) -> anyhow::Result<()> {
    match command {
        Admin::CreateCompany { name, admin, options } => {
            let app = open(options).await?;
            let founded = companies::found_by_operator(&app, &name, &admin.name, &admin.email, &password()?)
                .await
                .map_err(sentence)?;
            println!(
                "{{\"company_id\":\"{}\",\"person_id\":\"{}\"}}",
                founded.company, founded.administrator
            );
            app.db.close().await;
        }
        Admin::CreateAdmin { admin, options } => {
            let app = open(options).await?;
            let person = companies::create_installation_admin(&app, &admin.name, &admin.email, &password()?)
                .await
                .map_err(sentence)?;
            println!("{{\"person_id\":\"{person}\"}}");
            app.db.close().await;
        }
        Admin::CloseCompany { company, reason, options } => {
            let app = open(options).await?;
            let (closed, ended) =
                closing::close_by_operator(&app, &company, &reason).await.map_err(sentence)?;
            println!("{{\"company_id\":\"{}\",\"ended_connections\":{ended}}}", closed.id);
            app.db.close().await;
        }
        Admin::InvitationLink { email, options } => {
            let app = open(options).await?;
            let links = invitations::links_for_operator(&app, &email).await.map_err(sentence)?;
            anyhow::ensure!(!links.is_empty(), "{email} has no open invitation");
            for (company, path) in links {
                println!("{company}: {}", app.link(&path));
            }
            app.db.close().await;
        }
        Admin::ListConnections { json, options } => {
            let app = open(options).await?;
            for connection in operator::connections(&app).await.map_err(sentence)? {
                println!("{}", if json { as_json(&connection) } else { as_line(&connection) });
            }
            app.db.close().await;
        }
        Admin::ListMail { options } => {
            let app = open(options).await?;
            for mail in mail::troubled(&app).await.map_err(sentence)? {
                println!("{}", troubled(&mail));
            }
            app.db.close().await;
        }
        Admin::RetryMail { id, options } => {
            let app = open(options).await?;
            let revived = mail::try_again(&app, id.map(MessageId)).await.map_err(sentence)?;
            println!(
                "{revived} will be sent again, by the server that runs on this data or by the next one."
            );
            app.db.close().await;
        }
        Admin::DropMail { id, options } => {
            let app = open(options).await?;
            mail::give_up(&app, MessageId(id)).await.map_err(sentence)?;
            println!("It will not be sent.");
            app.db.close().await;
        }
        Admin::ResetPassword { email, options } => {
            let app = open(options).await?;
            passwords::reset_by_operator(&app, &email, &password()?).await.map_err(sentence)?;
            println!("The password is set; all their sessions have ended.");
            app.db.close().await;
        }
    }
    Ok(())
}
