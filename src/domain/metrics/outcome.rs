//! The outcomes that metrics count, and their names as values of a label.

/// The outcome of requesting one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchOutcome {
    /// The publisher returned a body.
    Fetched,
    /// The known body is still current.
    Unchanged,
    /// Another replica had fetched the file.
    Shared,
    /// The publisher has no such file.
    Missing,
    /// The request failed.
    Failed,
}

/// The outcome of refreshing one dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// Every file was fetched, and something was new.
    Changed,
    /// Every file was fetched, and nothing was new.
    Unchanged,
    /// A file could not be fetched or read.
    Failed,
}

/// The outcome of building a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildOutcome {
    Succeeded,
    Failed,
}

/// The outcome of reloading the operator's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReloadOutcome {
    Applied,
    Refused,
}

/// The outcome of a lookup in the cache that replicas share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedOutcome {
    /// A body from another replica was used.
    Hit,
    /// No body is recent enough.
    Miss,
    /// The cached body was damaged and not used.
    Corrupt,
    /// The cache did not respond in time, or responded with an error.
    Unavailable,
}

/// The outcome of a lookup in an in-memory cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheOutcome {
    /// The entry was present.
    Hit,
    /// The entry had to be created.
    Miss,
}

/// The outcome of a subscription event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventOutcome {
    /// Computed once, for all clients that listen to the same operation.
    Computed,
    /// Queued for one client.
    Queued,
    /// Not sent to one client, because it has too many unsent events or bytes.
    Lost,
}

impl CacheOutcome {
    pub const fn of(was_there: bool) -> Self {
        if was_there { Self::Hit } else { Self::Miss }
    }
}

macro_rules! words {
    ($($outcome:ident: $($value:ident $word:literal),+;)+) => {
        $(impl $outcome {
            /// The outcome as the value of a label.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$value => $word),+
                }
            }
        })+
    };
}

words! {
    FetchOutcome: Fetched "fetched", Unchanged "unchanged", Shared "shared", Missing "missing", Failed "failed";
    RefreshOutcome: Changed "changed", Unchanged "unchanged", Failed "failed";
    BuildOutcome: Succeeded "succeeded", Failed "failed";
    ReloadOutcome: Applied "applied", Refused "refused";
    SharedOutcome: Hit "hit", Miss "miss", Corrupt "corrupt", Unavailable "unavailable";
    CacheOutcome: Hit "hit", Miss "miss";
    EventOutcome: Computed "computed", Queued "queued", Lost "lost";
}
