//! `sluice doctor`: looks at everything an installation needs and says what to do.

use jiff::Timestamp;
use sluice_app::Environment;
use sluice_store::blob::record;
use sluice_store::{Db, job, message, migrate};

use crate::config::Settings;
use crate::serve;

/// One thing that was looked at.
enum Finding {
    Fine(String),
    /// What is wrong, and what to do.
    Wrong(String, String),
}

/// Looks, prints, and fails where something is wrong.
pub async fn doctor(settings: &Settings) -> anyhow::Result<()> {
    let mut findings = vec![address(settings)];
    match serve::open_existing_database(settings).await {
        Ok(db) => {
            findings.extend(database(&db, settings).await);
            db.close().await;
        }
        Err(error) => findings.push(Finding::Wrong(
            format!("The database cannot be opened: {error:#}."),
            "Check --data or --database-url, and that this user may write there.".into(),
        )),
    }
    findings.push(files(settings));
    findings.push(mail(settings).await);
    findings.push(clock());
    let mut wrong = 0;
    for finding in &findings {
        match finding {
            Finding::Fine(what) => println!("  ok    {what}"),
            Finding::Wrong(what, todo) => {
                wrong += 1;
                println!("  WRONG {what}\n        {todo}");
            }
        }
    }
    anyhow::ensure!(wrong == 0, "{wrong} of {} checks found something to do", findings.len());
    println!("Everything is in order.");
    Ok(())
}

fn address(settings: &Settings) -> Finding {
    let local =
        ["//127.", "//localhost", "//[::1]"].iter().any(|name| settings.app.public_url.contains(name));
    if settings.https() || local {
        Finding::Fine(format!("people reach it at {}", settings.app.public_url))
    } else {
        Finding::Wrong(
            format!(
                "The public address {} is not https: passwords travel in the clear.",
                settings.app.public_url
            ),
            "Put a proxy with https in front and set --public-url to its address.".into(),
        )
    }
}

async fn database(db: &Db, settings: &Settings) -> Vec<Finding> {
    let engine = db.engine();
    let mut findings = vec![];
    match migrate::pending(db).await {
        Ok(pending) if pending.is_empty() => {
            findings.push(Finding::Fine(format!("the database ({engine}) is up to date")));
        }
        Ok(pending) => {
            findings.push(Finding::Wrong(
                format!("The database ({engine}) lacks: {}.", pending.join(", ")),
                "Run `sluice migrate`, or start `sluice serve`, which does so by itself.".into(),
            ));
            return findings;
        }
        Err(error) => {
            findings.push(Finding::Wrong(
                format!("The database ({engine}) does not answer: {error}."),
                "Check that it runs.".into(),
            ));
            return findings;
        }
    }
    findings.push(damaged(db).await);
    match waiting(db).await {
        Ok((failing, mails)) => findings.extend([work(&failing, settings), mails.finding(settings)]),
        Err(error) => findings.push(Finding::Wrong(
            format!("The waiting work cannot be read: {error}."),
            "Check the database.".into(),
        )),
    }
    findings
}

/// Files that are not what their name says.
async fn damaged(db: &Db) -> Finding {
    let found = async { record::damaged(&mut db.read().await?).await };
    match found.await {
        Ok(damaged) if damaged.is_empty() => Finding::Fine("no stored file is known to be damaged".into()),
        Ok(damaged) => {
            let names: Vec<String> = damaged.iter().take(20).map(ToString::to_string).collect();
            Finding::Wrong(
                format!("{} stored files are damaged: {}.", damaged.len(), names.join(", ")),
                "Put them back below blobs/sha256 from a backup, or have the same PDF uploaded again.".into(),
            )
        }
        Err(error) => Finding::Wrong(
            format!("Damaged files cannot be asked for: {error}."),
            "Check the database.".into(),
        ),
    }
}

/// How many mails are not out.
struct Mails {
    waiting: i64,
    stuck: i64,
}

impl Mails {
    fn finding(&self, settings: &Settings) -> Finding {
        let Self { waiting, stuck } = self;
        if *stuck == 0 {
            return Finding::Fine(format!("no mail is stuck; {waiting} wait to be sent"));
        }
        Finding::Wrong(
            format!("{stuck} of {waiting} mails that wait have failed too often."),
            format!(
                "`sluice admin list-mail --data {0}` says why; when it is mended, `sluice admin retry-mail --data {0}` sends them.",
                settings.data.display()
            ),
        )
    }
}

fn work(failing: &[String], settings: &Settings) -> Finding {
    if failing.is_empty() {
        return Finding::Fine("no work is stuck".into());
    }
    Finding::Wrong(
        format!("{} pieces of work keep failing. {}", failing.len(), failing.join(" ")),
        format!("Mend the cause; they are tried again by themselves (data: {}).", settings.data.display()),
    )
}

async fn waiting(db: &Db) -> sluice_store::Result<(Vec<String>, Mails)> {
    let mut session = db.read().await?;
    let failing = job::failing(&mut session, 3).await?;
    let failing = failing
        .into_iter()
        .map(|job| format!("{} {}: {}.", job.kind, job.subject, job.last_error.unwrap_or_default()));
    let failing = failing.collect();
    let mails =
        Mails { waiting: message::waiting(&mut session).await?, stuck: message::stuck(&mut session).await? };
    Ok((failing, mails))
}

fn files(settings: &Settings) -> Finding {
    let folder = settings.data.join("blobs");
    let probe = folder.join("doctor");
    if !folder.is_dir() {
        return Finding::Wrong(
            format!("There is no folder of files {}; nothing was made.", folder.display()),
            "Check --data. `sluice serve` makes the folder of a new installation.".into(),
        );
    }
    let tried = std::fs::write(&probe, b"probe").and_then(|()| std::fs::remove_file(&probe));
    match tried {
        Ok(()) => Finding::Fine(format!("files can be written in {}", folder.display())),
        Err(error) => Finding::Wrong(
            format!("Files cannot be written in {}: {error}.", folder.display()),
            "Check that the disk has room and that this user may write there.".into(),
        ),
    }
}

async fn mail(settings: &Settings) -> Finding {
    match sluice_app::mail::reachable(&settings.app).await {
        Ok(true) => Finding::Fine("the mail server answers".into()),
        Ok(false) => Finding::Wrong("No mail server is set: messages wait.".into(), "Set --smtp-url.".into()),
        Err(error) => {
            Finding::Wrong(format!("The mail server does not answer: {error}."), "Check --smtp-url.".into())
        }
    }
}

fn clock() -> Finding {
    let now = Environment::system().now();
    // The year this was written: a clock before it is certainly wrong.
    let earliest = Timestamp::from_second(1_767_225_600).unwrap_or(Timestamp::UNIX_EPOCH);
    if now > earliest {
        Finding::Fine(format!("the clock says {now}"))
    } else {
        Finding::Wrong(
            format!("The clock says {now}."),
            "Set the machine's clock; use a time service.".into(),
        )
    }
}
