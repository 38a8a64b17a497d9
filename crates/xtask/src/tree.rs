//! Where things are: the working tree, cargo's target folder, the screen; and whether this is CI.
//!
//! Children get their environment from here, so that every verb builds into the same folder.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The working tree and how to work in it.
pub(crate) struct Tree {
    /// The folder that holds the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder for everything xtask builds.
    pub(crate) target: PathBuf,
    /// With `CI=true` nothing may be left out.
    pub(crate) strict: bool,
}

impl Tree {
    /// Finds the tree this xtask was built from, else the one around the current folder.
    pub(crate) fn find() -> Result<Self> {
        let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(Path::to_path_buf);
        let here = env::current_dir().context("the current folder cannot be read")?;
        let root = here
            .ancestors()
            .map(Path::to_path_buf)
            .chain(built_from)
            .find(|folder| folder.join("crates/xtask/Cargo.toml").is_file());
        let Some(root) = root else {
            bail!("no Sluice working tree around {}: run it inside the repository", here.display());
        };
        let strict = env::var_os("CI").is_some_and(|value| value == "true");
        let tree = Self { root, target: target_folder()?, strict };
        tree.claim_target()?;
        Ok(tree)
    }

    /// Cargo tells our crates of two clones apart by the age of their files only: what one clone built last would pass for the other's. When
    /// the folder changes hands, our crates are forgotten and built again; everybody else's stay warm.
    fn claim_target(&self) -> Result<()> {
        let owner = self.target.join("clone");
        let root = self.root.as_os_str().as_encoded_bytes();
        if fs::read(&owner).is_ok_and(|known| known == root) {
            return Ok(());
        }
        for profile in ["debug", "release"] {
            let Ok(entries) = fs::read_dir(self.target.join(profile).join(".fingerprint")) else { continue };
            for entry in entries {
                let entry = entry?;
                if entry.file_name().as_encoded_bytes().starts_with(b"sluice-") {
                    fs::remove_dir_all(entry.path())?;
                }
            }
        }
        fs::create_dir_all(&self.target)?;
        fs::write(&owner, root).with_context(|| format!("{} cannot be written", owner.display()))
    }

    /// The folder of the screen.
    pub(crate) fn web(&self) -> PathBuf {
        self.root.join("web")
    }

    /// A child that starts in the root and builds into the shared target folder.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        if self.strict {
            // Nobody edits and rebuilds in CI: incremental files would only cost time and disk.
            command.env("CI", "true").env("CARGO_INCREMENTAL", "0");
        }
        command
    }

    /// The cargo that runs this xtask, or the one in `PATH`.
    pub(crate) fn cargo(&self) -> Command {
        let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let mut command = self.command(&cargo);
        // `cargo xtask` runs under cargo, which describes xtask to it in variables. Some build scripts watch those: passed on, they would
        // build half of the dependencies again each time a person changes between `cargo` and `cargo xtask`.
        for (name, _) in env::vars_os() {
            if name
                .to_str()
                .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
            {
                command.env_remove(name);
            }
        }
        command
    }

    /// Where nothing may be left out, the lock file is taken as it is; a person may have just added a dependency.
    pub(crate) fn locked(&self) -> Option<&'static str> {
        self.strict.then_some("--locked")
    }

    /// The binary named in `SLUICE_BIN`, if one is.
    pub(crate) fn named_binary() -> Result<Option<PathBuf>> {
        let named = env::var_os("SLUICE_BIN").filter(|named| !named.is_empty());
        named.map(|named| std::path::absolute(named).context("SLUICE_BIN")).transpose()
    }

    /// The server's binary as cargo leaves it; `profile` is the folder's name, `debug` or `release`.
    pub(crate) fn server_binary(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join(format!("sluice{}", env::consts::EXE_SUFFIX))
    }
}

/// The user's cache folder, unless cargo was told otherwise: a clone stays small, and several clones share one build.
fn target_folder() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty()) {
        return std::path::absolute(folder).context("CARGO_TARGET_DIR");
    }
    let cache = env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let cache = match cache {
        Some(cache) => cache,
        None => env::home_dir()
            .context("neither CARGO_TARGET_DIR, XDG_CACHE_HOME nor HOME is set")?
            .join(".cache"),
    };
    Ok(cache.join("sluice").join("target"))
}
