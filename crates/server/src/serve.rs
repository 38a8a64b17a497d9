//! `sluice serve`: opens the data, serves the interface and the screen, works in the background, stops without losing a request.

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use sluice_app::{App, Environment, first_run, flow, jobs, sweep, upkeep, uploads};
use sluice_pdf::{Limits, Workshop};
use sluice_store::{Blobs, Db, migrate as migrations};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::Settings;
use crate::screen;

/// The database in the data folder, where it is SQLite.
const DATABASE: &str = "sluice.db";

/// The file in the data folder that says that a server works on it.
const LOCK: &str = "serve.lock";

/// How long requests that are being answered may take when the process is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// Opens the database that the settings name, which must be there: for looking at it, not for beginning one.
pub async fn open_existing_database(settings: &Settings) -> anyhow::Result<Db> {
    if settings.database_url.is_none() {
        let file = settings.data.join(DATABASE);
        anyhow::ensure!(
            file.is_file(),
            "there is no database {}; nothing was made. Name the folder of the data with --data, or begin one with `sluice serve`",
            file.display()
        );
    }
    open_database(settings).await
}

/// Opens the database that the settings name.
pub async fn open_database(settings: &Settings) -> anyhow::Result<Db> {
    if let Some(url) = &settings.database_url {
        return Db::postgres(url).await.context("the PostgreSQL database cannot be opened");
    }
    std::fs::create_dir_all(&settings.data)
        .with_context(|| format!("the folder {} cannot be made", settings.data.display()))?;
    let file = settings.data.join(DATABASE);
    Db::sqlite(&file).with_context(|| format!("the database {} cannot be opened", file.display()))
}

/// Holds the data folder for one server, until the file is dropped or the process dies. A second one would clear away what the first has in
/// hand and take its work for a dead process's. With PostgreSQL nothing is held: several servers share its work.
pub fn hold(settings: &Settings) -> anyhow::Result<Option<File>> {
    if settings.database_url.is_some() {
        return Ok(None);
    }
    std::fs::create_dir_all(&settings.data)
        .with_context(|| format!("the folder {} cannot be made", settings.data.display()))?;
    let path = settings.data.join(LOCK);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("{} cannot be opened", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => anyhow::bail!(
            "another server works on the folder {}; stop it first, or name another folder with --data",
            settings.data.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

/// Opens the data and puts the application together, with the tools that are built. `program` is this program, to be started as a worker.
pub async fn open(settings: &Settings, environment: Environment, program: &Path) -> anyhow::Result<App> {
    open_sharing(settings, environment, program, flow::Tools::built()).await
}

/// The same, with other tools that can be shared through a connection.
pub async fn open_sharing(
    settings: &Settings,
    environment: Environment,
    program: &Path,
    tools: flow::Tools,
) -> anyhow::Result<App> {
    let db = open_database(settings).await?;
    migrations::run(&db).await?;
    let blobs =
        Blobs::open(settings.data.join("blobs")).await.context("the folder of files cannot be opened")?;
    let workshop = Workshop::new(program.to_owned(), Limits::default());
    Ok(App::new(db, blobs, workshop, environment, settings.app.clone(), tools))
}

/// The interface and the screen in one router.
pub fn router(app: App, settings: &Settings) -> Router {
    let api = sluice_api::router(app, settings.api.clone());
    screen::with_screen(api, settings.https())
}

/// Runs until the process is told to stop.
pub async fn serve(settings: Settings) -> anyhow::Result<()> {
    let program = std::env::current_exe().context("this program cannot find itself")?;
    let _held = hold(&settings)?;
    let app = open(&settings, Environment::system(), &program).await?;
    let listener = listen(&settings.listen).await?;
    let address = listener.local_addr()?;
    println!("Sluice serves {} (listening on {address})", settings.app.public_url);
    if settings.app.smtp_url.is_none() {
        println!("No mail server is set (--smtp-url): messages wait until there is one.");
    }
    if !settings.https() && !address.ip().is_loopback() {
        println!(
            "The public address is http: passwords travel in the clear. Put a proxy with https in front and set --public-url."
        );
    }
    if let Some(token) = first_run::open(&app).await? {
        println!("Nobody has used this installation yet. Set it up in a browser, under this address:");
        println!("  {}", app.link(&format!("/first-run#{}", token.0)));
        println!("The address works once, and until the next start, which prints another one.");
    }
    run(app, &settings, listener, stop_signal()).await
}

/// Listens on an address.
pub async fn listen(address: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; another program may use it"))
}

/// Serves and works until `stop`.
pub async fn run(
    app: App,
    settings: &Settings,
    listener: TcpListener,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    app.blobs.clear_staging().await?;
    jobs::take_up(&app).await?;
    flow::wake_all(&app).await?;
    uploads::abandoned::take_up(&app).await?;
    sweep::begin(&app).await?;
    upkeep::begin(&app).await?;
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let work = tokio::spawn(jobs::run(app.clone(), cores.max(2), cores, stop.clone()));
    let service = router(app.clone(), settings).into_make_service_with_connect_info::<SocketAddr>();
    let told = {
        let (app, stop) = (app.clone(), stop.clone());
        async move {
            stop.cancelled().await;
            // No longer ready, and live streams end, which would otherwise hold the server for ever.
            app.live.stop();
        }
    };
    let server = axum::serve(listener, service).with_graceful_shutdown(told);
    tokio::select! {
        served = server => served?,
        // A slow reader must not hold it either.
        () = async { stop.cancelled().await; tokio::time::sleep(LAST_ANSWERS).await } => {}
    }
    stop.cancel();
    // The next start takes up what a worker had claimed; waiting longer is not needed.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(5), work).await;
    app.db.close().await;
    Ok(())
}

/// Cancelled when the process is asked to stop.
pub fn stop_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
        let terminated = async {
            match &mut terminate {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminated => {}
        }
        asked.cancel();
    });
    stop
}

/// `sluice migrate`.
pub async fn migrate(settings: &Settings, check: bool) -> anyhow::Result<()> {
    let db = if check { open_existing_database(settings).await? } else { open_database(settings).await? };
    let pending = migrations::pending(&db).await?;
    for name in &pending {
        println!("{name}");
    }
    if check {
        anyhow::ensure!(pending.is_empty(), "the database is behind; `sluice migrate` brings it up to date");
    } else {
        migrations::run(&db).await?;
    }
    println!("The database is up to date.");
    db.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Options;

    #[test]
    fn one_server_works_on_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let options = |database_url| Options {
            data: Some(folder.path().to_owned()),
            database_url,
            ..Options::default()
        };
        let settings = Settings::complete(options(None), Options::default()).unwrap();
        let held = hold(&settings).unwrap();
        assert!(held.is_some());
        let refused = hold(&settings).unwrap_err().to_string();
        assert!(refused.contains("another server works on the folder"), "{refused}");
        drop(held);
        assert!(hold(&settings).unwrap().is_some(), "it ends with the process, whatever ended that");
        // Several nodes serve one PostgreSQL.
        let url = Some("postgres://localhost/sluice".to_owned());
        let shared = Settings::complete(options(url), Options::default()).unwrap();
        assert!(hold(&shared).unwrap().is_none());
    }
}
