//! The operator's settings, from flags or environment variables. One struct per concern.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum, builder::BoolishValueParser};
use jiff::SignedDuration;
use reqwest::Url;

pub mod curated_folder;
pub mod public;

use crate::{
    api::subgraph::Subgraph,
    cli::config::curated_folder::CuratedFolderError,
    linking::{Curated, CuratedFile},
    refresh::{
        Settings,
        overrides::{Overrides, OverridesError},
    },
    upstream::fetch::{Bounds, FetchMode},
};

/// An error in the operator's files.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error(transparent)]
    Overrides(#[from] OverridesError),
    #[error(transparent)]
    Curated(#[from] CuratedFolderError),
}

/// The sources of rows.
#[derive(Args, Clone, Debug)]
pub struct Upstream {
    /// Directory for fetched files and the ledger of organisation ids. The next run starts from the files in it.
    #[arg(long, env = "LIONROCK_STATE_DIR", value_name = "DIR")]
    pub state_dir: Option<PathBuf>,

    /// Base URL of a mirror. `https://host/path?query` is fetched as `BASE/host/path?query`. This applies to the portal
    /// and to all files.
    #[arg(long, env = "LIONROCK_MIRROR", value_name = "BASE", value_parser = base)]
    pub mirror: Option<Url>,

    /// Do not contact any publisher. Serve only the bundle and the state directory. Overrides `--mirror`.
    #[arg(long, env = "LIONROCK_OFFLINE", value_parser = BoolishValueParser::new())]
    pub offline: bool,

    /// TOML file with settings for datasets: file addresses, additional column names, refresh intervals, and datasets
    /// to disable.
    #[arg(long, env = "LIONROCK_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Directory with reviewed decisions about names, in addition to the embedded ones. It contains any of `alias.csv`,
    /// `same.csv` and `different.csv`.
    #[arg(long, env = "LIONROCK_IDENTITY_OVERRIDES", value_name = "DIR")]
    pub identity_overrides: Option<PathBuf>,

    /// E-mail or web address of the operator. It is sent to publishers in the `User-Agent` header.
    #[arg(long, env = "LIONROCK_CONTACT", value_name = "ADDRESS", value_parser = contact)]
    pub contact: Option<String>,

    /// Minimum interval between two requests to the same host, such as `200ms` or `2s`. Maximum `1m`. Independently of
    /// this, at most four requests to a host run concurrently.
    #[arg(long, env = "LIONROCK_MIN_FETCH_INTERVAL", value_name = "DURATION", value_parser = parse_request_interval)]
    pub min_fetch_interval: Option<Duration>,

    /// Host that may resolve to a private address. Repeat the flag or separate hosts with commas. The mirror and the
    /// hosts in the `--config` file are always allowed.
    #[arg(long, env = "LIONROCK_ALLOW_PRIVATE_HOST", value_name = "HOST", value_delimiter = ',')]
    pub allow_private_host: Vec<String>,

    /// Include the names, e-mail addresses and telephone numbers of contact persons. By default, they are removed when
    /// a file is read.
    #[arg(long, env = "LIONROCK_INCLUDE_PERSONAL_DATA", value_parser = BoolishValueParser::new())]
    pub include_personal_data: bool,
}

impl Upstream {
    /// Returns the settings of the refresher.
    pub fn settings(&self, pace: Option<SignedDuration>) -> Result<Settings, ConfigError> {
        let way = match (&self.mirror, self.offline) {
            (_, true) => FetchMode::Offline,
            (Some(base), false) => FetchMode::Mirror(base.clone()),
            (None, false) => FetchMode::Direct,
        };
        Ok(Settings {
            way,
            bounds: Bounds { spacing: self.min_fetch_interval.unwrap_or_default(), ..Bounds::default() },
            contact: self.contact.clone(),
            private_hosts: self.allow_private_host.clone(),
            state_dir: self.state_dir.clone(),
            keep_personal_data: self.include_personal_data,
            pace,
            overrides: self.overrides()?,
            curated: self.curated()?,
            shared: None,
        })
    }

    /// Returns the dataset settings of the configuration file.
    pub fn overrides(&self) -> Result<Overrides, OverridesError> {
        Ok(self.config.as_deref().map(Overrides::read).transpose()?.unwrap_or_default())
    }

    /// Returns the reviewed lines about names.
    pub fn curated(&self) -> Result<Curated, CuratedFolderError> {
        self.identity_overrides.as_deref().map_or_else(|| Ok(Curated::embedded()), curated_folder::read)
    }

    /// Returns the files that are reloaded when they change.
    pub fn files(&self) -> Vec<PathBuf> {
        let curated =
            self.identity_overrides.iter().flat_map(|folder| CuratedFile::ALL.map(|file| folder.join(file.name())));
        self.config.iter().cloned().chain(curated).collect()
    }
}

/// The settings of listening and refreshing.
#[derive(Args, Clone, Debug)]
pub struct Serving {
    /// Address to listen on. Port 0 selects a free port.
    #[arg(long, env = "LIONROCK_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:4000")]
    pub listen: SocketAddr,

    /// Subgraph to serve to a federation router: `graph` (the types shared by all publishers), `itf`, `hkas`, `hkstpc`,
    /// `itc`, `rdc`, `hkpc`, `hkctc`, or `whole` (the complete graph as one subgraph). By default, the complete graph
    /// is served to clients.
    #[arg(long, env = "LIONROCK_SUBGRAPH", value_name = "NAME")]
    pub subgraph: Option<Subgraph>,

    /// Interval between two refreshes of a dataset, such as `30s`, `5m` or `1h`. Minimum `1s`. By default, each dataset
    /// has its own interval.
    #[arg(long, env = "LIONROCK_REFRESH_INTERVAL", value_name = "DURATION", value_parser = parse_refresh_interval)]
    pub refresh_interval: Option<SignedDuration>,

    /// URL of the Redis server through which replicas share fetched files, such as `redis://host:6379`. One replica
    /// fetches a file, and the others read it from Redis.
    #[arg(long, env = "LIONROCK_REDIS_URL", value_name = "URL", hide_env_values = true)]
    pub redis_url: Option<String>,

    /// Secret with which replicas authenticate the files in Redis. Every replica needs the same one. Without it, a
    /// client that can write to Redis can change the rows that replicas serve.
    #[arg(long, env = "LIONROCK_REDIS_SECRET", value_name = "TEXT", hide_env_values = true, requires = "redis_url")]
    pub redis_secret: Option<String>,

    /// Address of a separate listener for `/metrics` and the health checks. The main listener then responds with 404 to
    /// `/metrics`.
    #[arg(long, env = "LIONROCK_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,
}

/// The settings of logs and traces.
#[derive(Args, Clone, Debug, Default)]
pub struct ObservabilityArgs {
    /// Log format: `text`, or `json` with one object per line.
    #[arg(long, env = "LIONROCK_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value_t, global = true)]
    pub log_format: LogFormat,

    /// Base URL of an OpenTelemetry collector. Traces are sent to it with OTLP over HTTP.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL", value_parser = base, global = true)]
    pub otlp_endpoint: Option<Url>,
}

/// The format of a log line.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

fn base(text: &str) -> Result<Url, String> {
    let expected = || format!("expected a base URL such as `http://127.0.0.1:8000`, found `{text}`");
    let url = Url::parse(text).map_err(|_| expected())?;
    let is_base = matches!(url.scheme(), "http" | "https") && url.host().is_some() && url.query().is_none();
    if is_base { Ok(url) } else { Err(expected()) }
}

fn contact(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '\\' | ';');
    let is_address = text.contains(['@', '.']) && text.chars().all(is_plain);
    let expected =
        || format!("expected an address such as `data@example.org` or `https://example.org/data`, found `{text}`");
    is_address.then(|| text.to_owned()).ok_or_else(expected)
}

fn parse_request_interval(text: &str) -> Result<Duration, String> {
    let spacing = text.parse::<SignedDuration>().ok().and_then(|spacing| Duration::try_from(spacing).ok());
    spacing
        .filter(|spacing| *spacing <= Duration::from_mins(1))
        .ok_or_else(|| format!("expected a duration of at most a minute such as `200ms` or `2s`, found `{text}`"))
}

fn parse_refresh_interval(text: &str) -> Result<SignedDuration, String> {
    text.parse()
        .ok()
        .filter(|pace| *pace >= SignedDuration::from_secs(1))
        .ok_or_else(|| format!("expected a duration of at least a second such as `30s` or `5m`, found `{text}`"))
}
