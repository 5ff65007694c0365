//! The errors of a fetch.

use std::net::IpAddr;

use std::{error::Error, time::Duration};

/// A fetch that returned no body.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{url}: {kind} (attempts: {attempts}, {:.1} s)", .elapsed.as_secs_f64())]
pub struct FetchError {
    /// The official URL.
    pub url: String,
    pub kind: FetchErrorKind,
    pub attempts: u32,
    pub elapsed: Duration,
}

impl FetchError {
    /// True if the publisher answered with status 404 or 410.
    pub const fn is_missing(&self) -> bool {
        matches!(self.kind, FetchErrorKind::Status(404 | 410))
    }
}

/// The cause of a failed fetch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchErrorKind {
    #[error("expected network access, found it disabled by `--offline`")]
    Offline,
    #[error("expected a listed host, found `{0}`")]
    UnlistedHost(String),
    #[error("expected a valid URL, found an invalid one")]
    BadAddress,
    #[error("expected a file or a redirect to a listed host, found a redirect to `{0}`")]
    Redirect(String),
    #[error(transparent)]
    PrivateAddress(#[from] PrivateAddress),
    #[error("expected status 200, found {0}")]
    Status(u16),
    #[error("expected status 200, found {status} with a `Retry-After` of {wait_seconds} s")]
    AskedToWait { status: u16, wait_seconds: u64 },
    #[error(
        "expected a response from `{host}`, found {failures} consecutive failures, the last one: {last}; circuit open for {wait_seconds} s"
    )]
    HostPaused { host: String, failures: u32, last: Box<Self>, wait_seconds: u64 },
    #[error("expected a body of at most {0} bytes, found more")]
    TooLarge(usize),
    #[error("expected a body encoded with gzip, br, deflate or zstd, found `{0}`")]
    Encoding(String),
    #[error("expected a complete response, found {0}")]
    Connection(String),
    #[error("timed out")]
    TimedOut,
}

impl FetchErrorKind {
    /// True if a retry may succeed: the server failed, not the request.
    pub(super) const fn is_passing(&self) -> bool {
        match self {
            Self::Status(status) => matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504),
            Self::Connection(_) | Self::TimedOut => true,
            _ => false,
        }
    }

    /// True if the host sent no response, in this request or in those that opened its circuit.
    pub fn is_without_response(&self) -> bool {
        match self {
            Self::Connection(_) | Self::TimedOut => true,
            Self::HostPaused { last, .. } => last.is_without_response(),
            _ => false,
        }
    }

    /// Converts an error of the HTTP client.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        // The outermost message repeats the URL; the innermost message names the cause.
        let mut innermost: &dyn Error = error;
        while let Some(source) = innermost.source() {
            innermost = source;
            if let Some(private) = innermost.downcast_ref::<PrivateAddress>() {
                return private.clone().into();
            }
            if let Some(RefusedRedirect(to)) = innermost.downcast_ref() {
                return Self::Redirect(to.clone());
            }
        }
        Self::Connection(innermost.to_string())
    }
}

/// A redirect to a host that is not allowed, or beyond the limit on redirects.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct RefusedRedirect(pub String);

/// A host that resolves only to non-public addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a public address of `{host}`, found a private one: allow it with `--allow-private-host`")]
pub struct PrivateAddress {
    pub host: String,
    pub found: IpAddr,
}
