//! Configuration: options on the command line, then `SLUICE_…` variables, then `sluice.toml`, then what is sensible.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde::Deserialize;
use sluice_api::{IpNet, Limits, Readers};

/// What the operator can say, on the command line, in the environment or in the file.
#[derive(Debug, Default, Clone, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, env = "SLUICE_LISTEN")]
    pub listen: Option<String>,
    /// Folder for the database and the files [default: ./data]
    #[arg(long, env = "SLUICE_DATA")]
    pub data: Option<PathBuf>,
    /// PostgreSQL instead of SQLite: `postgres://user:password@host/database`
    #[arg(long, env = "SLUICE_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Mail server: `smtp://user:password@host:587?tls=required`
    #[arg(long, env = "SLUICE_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Sender of all mail [default: Sluice <sluice@HOST OF THE PUBLIC ADDRESS>]
    #[arg(long, env = "SLUICE_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Address under which people reach this server; links in mails begin with it [default: `http://LISTEN`]
    #[arg(long, env = "SLUICE_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Days until an unanswered connection request expires [default: 60]
    #[arg(long, env = "SLUICE_REQUEST_DAYS")]
    pub request_days: Option<i64>,
    /// Days without a byte until an upload that is not complete is given up [default: 7]
    #[arg(long, env = "SLUICE_UPLOAD_DAYS")]
    pub upload_days: Option<i64>,
    /// Proxies in front that are believed when they say for whom they ask: addresses or networks, `127.0.0.1, 10.0.0.0/8` [default: none]
    #[arg(long, env = "SLUICE_TRUSTED_PROXIES")]
    pub trusted_proxies: Option<String>,
    /// Requests a person may send per second, ten times as many at once; 0 is no limit [default: 200]
    #[arg(long, env = "SLUICE_REQUESTS_PER_SECOND")]
    pub requests_per_second: Option<u32>,
    /// Let this machine itself read `/metrics` [default: nobody may]
    #[arg(long, env = "SLUICE_METRICS_LOCAL", num_args = 0..=1, default_missing_value = "true")]
    pub metrics_local: Option<bool>,
    /// Let whoever sends this as `Authorization: Bearer` read `/metrics`
    #[arg(long, env = "SLUICE_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// The hour of the day, UTC, at which connections are compared with their upstream [default: 3]
    #[arg(long, env = "SLUICE_QUIET_HOUR")]
    pub quiet_hour: Option<i8>,
    /// A file with these options, one a line, `public_url = "…"` [default: sluice.toml, where it exists]
    #[arg(long, env = "SLUICE_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

/// The configuration, complete.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen.
    pub listen: String,
    /// Folder for the database and the files.
    pub data: PathBuf,
    /// PostgreSQL, where not SQLite.
    pub database_url: Option<String>,
    /// What the use cases want to know.
    pub app: sluice_app::Settings,
    /// What the interface wants to know.
    pub api: sluice_api::Settings,
}

impl Settings {
    /// Reads the file and fills in what was not said.
    pub fn read(options: Options) -> anyhow::Result<Self> {
        let file = options.config.clone().unwrap_or_else(|| "sluice.toml".into());
        let from_file: Options = match std::fs::read_to_string(&file) {
            Ok(text) => {
                toml::from_str(&text).with_context(|| format!("{} cannot be read", file.display()))?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && options.config.is_none() => {
                Options::default()
            }
            Err(error) => return Err(error).with_context(|| format!("{} cannot be opened", file.display())),
        };
        Self::complete(options, from_file)
    }

    /// Fills in what was not said, without looking for a file.
    pub fn complete(options: Options, from_file: Options) -> anyhow::Result<Self> {
        let listen = options.listen.or(from_file.listen).unwrap_or_else(|| "127.0.0.1:8080".into());
        let public_url =
            options.public_url.or(from_file.public_url).unwrap_or_else(|| format!("http://{listen}"));
        let public_url = public_url.trim_end_matches('/').to_owned();
        anyhow::ensure!(
            public_url.starts_with("http://") || public_url.starts_with("https://"),
            "the public address must begin with http:// or https://, not {public_url}"
        );
        let request_days = options
            .request_days
            .or(from_file.request_days)
            .unwrap_or(sluice_domain::connection::REQUEST_DAYS);
        anyhow::ensure!(
            (1..=3_650).contains(&request_days),
            "request_days must be between 1 and 3650, not {request_days}"
        );
        let upload_days = options.upload_days.or(from_file.upload_days).unwrap_or(sluice_app::UPLOAD_DAYS);
        anyhow::ensure!(
            (1..=365).contains(&upload_days),
            "upload_days must be between 1 and 365, not {upload_days}"
        );
        let metrics = Readers {
            this_machine: options.metrics_local.or(from_file.metrics_local).unwrap_or(false),
            token: options.metrics_token.or(from_file.metrics_token),
        };
        anyhow::ensure!(
            metrics.token.as_ref().is_none_or(|token| token.len() >= 16),
            "the token for /metrics must have at least 16 characters"
        );
        let mut limits = Limits::default();
        if let Some(per_second) = options.requests_per_second.or(from_file.requests_per_second) {
            limits.people = NonZeroU32::new(per_second).map(Limits::people);
        }
        let proxies = options.trusted_proxies.or(from_file.trusted_proxies).unwrap_or_default();
        let api = sluice_api::Settings {
            https: public_url.starts_with("https://"),
            trusted_proxies: networks(&proxies)?,
            limits,
            metrics,
        };
        let quiet_hour = options.quiet_hour.or(from_file.quiet_hour).unwrap_or(sluice_app::QUIET_HOUR);
        anyhow::ensure!(
            (0..=23).contains(&quiet_hour),
            "quiet_hour must be between 0 and 23, not {quiet_hour}"
        );
        let mail_from = options
            .mail_from
            .or(from_file.mail_from)
            .unwrap_or_else(|| format!("Sluice <sluice@{}>", host(&public_url)));
        Ok(Self {
            data: options.data.or(from_file.data).unwrap_or_else(|| "data".into()),
            database_url: options.database_url.or(from_file.database_url),
            app: sluice_app::Settings {
                mail_from,
                smtp_url: options.smtp_url.or(from_file.smtp_url),
                request_days,
                upload_days,
                quiet_hour,
                public_url,
            },
            api,
            listen,
        })
    }

    /// Whether people reach the server by https.
    pub fn https(&self) -> bool {
        self.api.https
    }
}

/// Reads a list of addresses and networks.
fn networks(list: &str) -> anyhow::Result<Vec<IpNet>> {
    let network = |text: &str| {
        let read = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        read.with_context(|| format!("{text} is no address and no network of a proxy"))
    };
    list.split([',', ' ']).map(str::trim).filter(|text| !text.is_empty()).map(network).collect()
}

/// The host of an address, without port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_sensible() {
        let settings = Settings::read(Options {
            public_url: Some("https://plans.example.com:8443/".into()),
            ..Options::default()
        })
        .unwrap();
        assert_eq!(settings.app.public_url, "https://plans.example.com:8443");
        assert_eq!(settings.app.mail_from, "Sluice <sluice@plans.example.com>");
        assert!(settings.https());
        assert!(
            Settings::read(Options { public_url: Some("plans.example.com".into()), ..Options::default() })
                .is_err()
        );
    }

    #[test]
    fn proxies_limits_and_readers_are_read() {
        let options = Options {
            trusted_proxies: Some("127.0.0.1, 10.0.0.0/8 ::1".into()),
            requests_per_second: Some(0),
            metrics_token: Some("0123456789abcdef".into()),
            ..Options::default()
        };
        let settings = Settings::complete(options, Options::default()).unwrap();
        let proxies: Vec<String> = settings.api.trusted_proxies.iter().map(ToString::to_string).collect();
        assert_eq!(proxies, ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]);
        assert!(settings.api.limits.people.is_none() && settings.api.limits.secrets.is_some());
        for wrong in [
            Options { trusted_proxies: Some("proxy.example".into()), ..Options::default() },
            Options { metrics_token: Some("short".into()), ..Options::default() },
            Options { upload_days: Some(0), ..Options::default() },
        ] {
            assert!(Settings::complete(wrong, Options::default()).is_err());
        }
    }

    #[test]
    fn an_option_wins_over_the_file_and_an_unknown_line_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sluice.toml");
        std::fs::write(&file, "listen = \"0.0.0.0:80\"\nrequest_days = 30\n").unwrap();
        let options =
            Options { config: Some(file.clone()), listen: Some("127.0.0.1:9".into()), ..Options::default() };
        let settings = Settings::read(options.clone()).unwrap();
        assert_eq!((settings.listen.as_str(), settings.app.request_days), ("127.0.0.1:9", 30));
        std::fs::write(&file, "colour = \"blue\"\n").unwrap();
        assert!(Settings::read(options).is_err());
    }
}
