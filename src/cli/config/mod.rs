//! What an operator can set: by flag or by environment, one struct per concern.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum, builder::BoolishValueParser};
use jiff::SignedDuration;
use reqwest::Url;

pub mod curated_folder;
pub mod public;

use crate::{
    api::subgraph::Subgraph,
    cli::config::curated_folder::CuratedFolderError,
    linking::Curated,
    refresh::{
        Settings,
        overrides::{Overrides, OverridesError},
    },
    upstream::fetch::{Bounds, FetchMode},
};

/// Files of the operator that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error(transparent)]
    Overrides(#[from] OverridesError),
    #[error(transparent)]
    Curated(#[from] CuratedFolderError),
}

/// Where rows come from.
#[derive(Args, Clone, Debug)]
pub struct Upstream {
    /// Keep fetched files in this folder, and begin from them next time.
    #[arg(long, env = "LIONROCK_STATE_DIR", value_name = "DIR")]
    pub state_dir: Option<PathBuf>,

    /// Fetch `https://host/path?query` as `BASE/host/path?query`, portal and files alike.
    #[arg(long, env = "LIONROCK_MIRROR", value_name = "BASE", value_parser = base)]
    pub mirror: Option<Url>,

    /// Make no connection at all, whatever else is set: answer from the bundle and the state directory.
    #[arg(long, env = "LIONROCK_OFFLINE", value_parser = BoolishValueParser::new())]
    pub offline: bool,

    /// Change datasets by a TOML file: other addresses, more column names, another pace, or off.
    #[arg(long, env = "LIONROCK_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Add reviewed lines about names to the embedded ones: a folder with any of `alias.csv`, `same.csv`, `different.csv`.
    #[arg(long, env = "LIONROCK_CURATED", value_name = "DIR")]
    pub curated: Option<PathBuf>,

    /// Tell the publishers how you are reached: an e-mail or web address for the user agent.
    #[arg(long, env = "LIONROCK_CONTACT", value_name = "ADDRESS", value_parser = contact)]
    pub contact: Option<String>,

    /// Leave at least this long between two requests to one host, `200ms`, `2s`, on top of at most four at once.
    #[arg(long, env = "LIONROCK_REFRESH_PACE", value_name = "DURATION", value_parser = spacing)]
    pub refresh_pace: Option<Duration>,

    /// Let this host be at a private address; hosts named by `--config` and the mirror may be anyway.
    #[arg(long, env = "LIONROCK_PRIVATE_HOST", value_name = "HOST", value_delimiter = ',')]
    pub private_host: Vec<String>,

    /// Serve the names, e-mail addresses and telephone numbers of contact persons that publishers give.
    #[arg(long, env = "LIONROCK_PERSONAL_DATA", value_parser = BoolishValueParser::new())]
    pub personal_data: bool,
}

impl Upstream {
    /// The settings of the graph's keeper.
    pub fn settings(&self, pace: Option<SignedDuration>) -> Result<Settings, ConfigError> {
        let way = match (&self.mirror, self.offline) {
            (_, true) => FetchMode::Offline,
            (Some(base), false) => FetchMode::Mirror(base.clone()),
            (None, false) => FetchMode::Direct,
        };
        Ok(Settings {
            way,
            bounds: Bounds { spacing: self.refresh_pace.unwrap_or_default(), ..Bounds::default() },
            contact: self.contact.clone(),
            private_hosts: self.private_host.clone(),
            state_dir: self.state_dir.clone(),
            keep_personal_data: self.personal_data,
            pace,
            overrides: self.overrides()?,
            curated: self.curated()?,
            shared: None,
        })
    }

    /// What the configuration file changes about datasets.
    pub fn overrides(&self) -> Result<Overrides, OverridesError> {
        Ok(self.config.as_deref().map(Overrides::read).transpose()?.unwrap_or_default())
    }

    /// The reviewed lines about names.
    pub fn curated(&self) -> Result<Curated, CuratedFolderError> {
        self.curated.as_deref().map_or_else(|| Ok(Curated::embedded()), curated_folder::read)
    }

    /// The files that the operator may change while the gateway runs.
    pub fn files(&self) -> Vec<PathBuf> {
        let curated = self.curated.iter().flat_map(|folder| curated_folder::FILES.map(|name| folder.join(name)));
        self.config.iter().cloned().chain(curated).collect()
    }
}

/// How the gateway listens and keeps itself current.
#[derive(Args, Clone, Debug)]
pub struct Serving {
    /// Listen at this address; port 0 takes any free port.
    #[arg(long, env = "LIONROCK_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:4000")]
    pub listen: SocketAddr,

    /// Serve one part of the graph as a subgraph, for a router to put together with the others: `graph` (what spans the
    /// publishers), `itf`, `hkas`, `hkstpc`, `itc`, `rdc`, `hkpc` or `hkctc`; or the `whole` as one subgraph.
    #[arg(long, env = "LIONROCK_SUBGRAPH", value_name = "NAME")]
    pub subgraph: Option<Subgraph>,

    /// Ask for every dataset again after this long, `10s`, `5m`, `1h`, instead of at its own pace.
    #[arg(long, env = "LIONROCK_REFRESH_EVERY", value_name = "DURATION", value_parser = pace)]
    pub refresh_every: Option<SignedDuration>,

    /// Share what is fetched with other replicas by this Redis server, `redis://host:6379`, so that each publisher is
    /// asked once for all of them.
    #[arg(long, env = "LIONROCK_REDIS_URL", value_name = "URL", hide_env_values = true)]
    pub redis: Option<String>,

    /// Answer `/metrics` at this address, and no longer beside the graph.
    #[arg(long, env = "LIONROCK_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,
}

/// What the program tells of itself.
#[derive(Args, Clone, Debug, Default)]
pub struct Telling {
    /// Write logs as text for people, or as JSON, an object a line, for programs.
    #[arg(long, env = "LIONROCK_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value_t, global = true)]
    pub log_format: LogFormat,

    /// Send traces to the OpenTelemetry collector at this address, by OTLP over HTTP.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL", value_parser = base, global = true)]
    pub otlp: Option<Url>,
}

/// The form of a log line.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

fn base(text: &str) -> Result<Url, String> {
    let expected = || format!("expected a base address such as `http://127.0.0.1:8000`, found `{text}`");
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

fn spacing(text: &str) -> Result<Duration, String> {
    let spacing = text.parse::<SignedDuration>().ok().and_then(|spacing| Duration::try_from(spacing).ok());
    spacing
        .filter(|spacing| *spacing <= Duration::from_mins(1))
        .ok_or_else(|| format!("expected a duration of at most a minute such as `200ms` or `2s`, found `{text}`"))
}

fn pace(text: &str) -> Result<SignedDuration, String> {
    text.parse()
        .ok()
        .filter(|pace| *pace >= SignedDuration::from_secs(1))
        .ok_or_else(|| format!("expected a duration of at least a second such as `30s` or `5m`, found `{text}`"))
}
