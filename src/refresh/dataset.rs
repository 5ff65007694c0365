//! The state and the refresh of a single dataset: discover, fetch, read, check, save.
//!
//! If a file fails, its last good version stays in use and the other files are updated. Each failure is logged once, in
//! this module, and appears in `datasets { lastError }`.

use std::{collections::HashMap, sync::Arc};

pub(super) mod change;
mod error;
mod keeping;
mod observed;
mod reading;

use error::LoadError;

use bytes::Bytes;
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

use crate::{
    domain::{catalog::Distribution, clock, dataset_status::DatasetError, metrics::Metrics, value::printable},
    refresh::{overrides::Override, state::DatasetState},
    upstream::{
        discover::{self, CatalogueEntry, CatalogueError, ListedTable},
        fetch::{Fetched, Fetcher},
        file_store::{FileStore, RefusedBody, StoredFile},
        raw::{Origin, RawFile},
        read_options::{ReadError, ReadOptions},
        snapshot::Snapshot,
        source::{FileRequest, FileSource, Source},
    },
};

/// The context shared by all refreshes.
pub(super) struct RefreshContext {
    pub fetcher: Fetcher,
    pub held: Option<FileStore>,
    pub metrics: Metrics,
    /// The refresh interval of all datasets, instead of their own.
    pub pace: Option<SignedDuration>,
}

/// The time for which a catalogue listing is valid.
pub(super) const LISTING_HOLDS: SignedDuration = SignedDuration::from_hours(24);
/// Maximum delay before the retry of a failed refresh.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_mins(10);

/// A fetched body, unparsed.
pub struct FetchedBody {
    pub url: String,
    pub body: Bytes,
    /// True if the body is an entry of the portal's catalogue.
    pub is_of_portal: bool,
}

impl FetchedBody {
    /// Returns the media type, detected from the content.
    pub fn media_type(&self) -> &'static str {
        let begin: Vec<u8> = self.body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(4).collect();
        match begin.as_slice() {
            [b'{' | b'[', ..] => "application/json",
            [b'P', b'K', ..] | [0xd0, 0xcf, ..] => "application/vnd.ms-excel",
            [b'<', b'!' | b'h' | b'H', ..] => "text/html",
            [b'<', ..] => "application/xml",
            _ => "text/csv",
        }
    }
}

/// The current state of a dataset, with the operations that refresh it.
pub(super) struct DatasetRefresher {
    pub(super) source: &'static Source,
    /// The operator's override.
    changed: Override,
    options: ReadOptions,
    raw: Vec<RawFile>,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) state: DatasetState,
    listing: Option<Listing>,
    /// The files saved by an earlier run, until they are passed to the fetcher.
    held: Vec<StoredFile>,
    /// The bodies that the operator rejected.
    refused: Vec<RefusedBody>,
    /// The checksums of bodies on which the reader was aborted. These bodies are not read again.
    given_up: HashMap<String, ReadError>,
}

/// The files that the portal lists for a dataset, with the time of the listing.
struct Listing {
    tables: Vec<ListedTable>,
    at: Timestamp,
}

/// The result of a refresh.
struct Outcome {
    /// True if the served data changes.
    changed: bool,
    /// True if a server was contacted.
    asked: bool,
    errors: Vec<LoadError>,
    /// True if any file was received or confirmed as unchanged.
    any_came: bool,
    /// When the publisher sent or confirmed all received files. Earlier than now if another replica fetched them.
    confirmed_at: Option<Timestamp>,
}

impl DatasetRefresher {
    /// Fetches the dataset's files from upstream. Returns true if there is new data to serve.
    async fn refresh(&mut self, context: &RefreshContext) -> bool {
        let plan = self.source.dataset.plan;
        let before = self.checksums();
        let Outcome { changed, asked, errors, any_came, confirmed_at } = self.load(context).await;
        self.state.any_came = any_came;
        let now = clock::now();
        let confirmed_at = confirmed_at.filter(|_| errors.is_empty()).unwrap_or(now);
        if asked {
            self.state.last_checked = Some(now);
        }
        if changed && before != self.checksums() {
            self.state.last_changed = Some(now);
            let rejects = self.snapshot.rejects().count();
            tracing::info!(
                dataset = plan,
                records = self.snapshot.records.len(),
                files = self.raw.len(),
                rejects,
                "rows changed"
            );
        }
        for error in &errors {
            if error.is_without_response() && context.fetcher.connectivity.is_interrupted() {
                tracing::debug!(dataset = plan, code = error.code(), "{}", printable(error));
            } else {
                tracing::warn!(dataset = plan, code = error.code(), "{}", printable(error));
            }
        }
        if asked && errors.is_empty() {
            self.state.confirmed_at = Some(confirmed_at);
        }
        let since = self.state.last_error.as_ref().map_or(now, |before| before.since);
        let first = errors.first();
        self.state.last_error = first.map(|error| DatasetError::new(error.code(), &error.to_string(), now, since));
        if !changed && asked && self.state.storage_error.is_some() {
            self.save_files(context).await;
        }
        let requested_wait = errors.iter().filter_map(LoadError::requested_wait).max().filter(|_| !any_came);
        let wait =
            self.wait(self.changed.pace.or(context.pace)).max(requested_wait.unwrap_or_default().min(LISTING_HOLDS));
        self.state.next_due = asked.then(|| confirmed_at.checked_add(wait).ok()).flatten();
        changed
    }

    fn checksums(&self) -> Vec<String> {
        self.raw.iter().map(|file| file.sha256.clone()).collect()
    }

    /// Returns the time until the next refresh: the dataset's interval, or less after a failure.
    ///
    /// Jitter spreads datasets with the same interval.
    fn wait(&self, pace: Option<SignedDuration>) -> SignedDuration {
        let own = self.source.dataset.frequency.fresh_for();
        let usual = pace.unwrap_or_else(|| if self.state.last_error.is_some() { own.min(AFTER_FAILURE) } else { own });
        SignedDuration::try_from_secs_f64(usual.as_secs_f64() * (0.9 + 0.1 * fastrand::f64())).unwrap_or(usual)
    }

    async fn load(&mut self, context: &RefreshContext) -> Outcome {
        let mut errors = Vec::new();
        if self.state.is_off || matches!(self.source.files, FileSource::Bundled) && self.changed.files.is_none() {
            return Outcome { changed: false, asked: false, errors, any_came: false, confirmed_at: None };
        }
        let mut catalogue_error = if self.changed.files.is_some() { None } else { self.discover(context).await.err() };
        let wanted = self.files_to_fetch();
        if wanted.is_empty() {
            let asked = self.source.dataset.portal_id.is_some();
            errors.extend(catalogue_error.or_else(|| asked.then_some(LoadError::NotFound)));
            return Outcome { changed: false, asked, errors, any_came: false, confirmed_at: None };
        }
        for StoredFile { raw, etag, last_modified } in std::mem::take(&mut self.held) {
            context.fetcher.remember(&raw, etag, last_modified).await;
        }
        let (plan, recent) = (self.source.dataset.plan, self.recent(context));
        let answers = join_all(wanted.iter().map(|wanted| context.fetch_any(plan, wanted.all(), recent))).await;
        let any_came = answers.iter().any(Result::is_ok);
        let confirmed_at = answers.iter().flatten().map(|(_, fetched)| fetched.confirmed_at).min();
        let mut raw = Vec::new();
        let mut any_refused = false;
        for (wanted, answer) in wanted.iter().zip(answers) {
            match answer {
                Ok((file, fetched)) if self.is_refused(&file.url, &fetched) => {
                    any_refused = true;
                    errors.push(LoadError::Refused { url: file.url.clone() });
                    raw.extend(self.known_of(wanted));
                }
                Ok((file, fetched)) => raw.push(raw_file(file, &fetched)),
                Err(error) => {
                    let before = self.known_of(wanted);
                    if !(wanted.may_be_missing && error.is_missing() && before.is_none()) {
                        // A missing file was probably renamed. The next discovery finds the new name.
                        if error.is_missing() {
                            self.listing = None;
                        }
                        errors.push(error.into());
                        raw.extend(before);
                    }
                }
            }
        }
        if any_refused {
            self.stay_restored(&mut raw);
        }
        // If the portal mixes up its files, a body may move to another address, and its rows would count twice.
        let is_part = self.source.identify.is_some() && !errors.is_empty();
        if is_part && self.raw.iter().any(|file| file.origin != Origin::Bundled) {
            raw.clone_from(&self.raw);
        }
        // A failure of the portal can be ignored if all files have fixed addresses that do not change from year to
        // year.
        let is_fixed = |wanted: &FileRequest| wanted.file.period.is_none() && wanted.file.as_of.is_none();
        let is_no_loss = errors.is_empty() && wanted.iter().all(is_fixed) && self.state.listed != Some(false);
        errors.extend(catalogue_error.take().filter(|_| !is_no_loss));
        if self.state.listed == Some(false) && errors.is_empty() && self.changed.files.is_none() {
            errors.push(LoadError::Unlisted);
        }
        let changed = match self.read(raw, &wanted, context, &mut errors).await {
            Some((snapshot, raw)) => {
                self.snapshot = Arc::new(snapshot);
                self.raw = raw;
                self.save_files(context).await;
                true
            }
            None => false,
        };
        Outcome { changed, asked: true, errors, any_came, confirmed_at }
    }

    /// Returns the files to fetch: the operator's, else those the portal lists, else those already known.
    fn files_to_fetch(&self) -> Vec<FileRequest> {
        if let Some(files) = &self.changed.files {
            return files.iter().cloned().map(FileRequest::file).collect();
        }
        let listed = self.listing.as_ref().map(|listing| listing.tables.as_slice());
        let fetched = self.raw.iter().filter(|file| file.origin != Origin::Bundled);
        let held: Vec<Distribution> = fetched.map(|file| file.distribution.clone()).collect();
        let known = || discover::known_files(&self.entries());
        self.source.files(listed, &held, known, clock::today_in_hong_kong())
    }

    /// Returns the catalogue entries that may list the dataset's files.
    fn entries(&self) -> Vec<CatalogueEntry> {
        let mixed_with = self.source.identify.map_or(&[][..], |identify| identify.mixed_with);
        discover::entries(&self.source.dataset, mixed_with, clock::today_in_hong_kong())
    }

    /// Fetches the dataset's file list from the portal, once a day.
    async fn discover(&mut self, context: &RefreshContext) -> Result<(), LoadError> {
        let now = clock::now();
        let holds = context.pace.map_or(LISTING_HOLDS, |pace| pace.min(LISTING_HOLDS));
        if self.listing.as_ref().is_some_and(|listing| now.duration_since(listing.at) < holds) {
            return Ok(());
        }
        let entries = self.entries();
        let (plan, recent) = (self.source.dataset.plan, self.recent(context));
        let asked = entries.iter().map(|entry| async move { context.fetch(plan, &entry.address(), recent).await });
        let answers = join_all(asked).await;
        let mut tables: Vec<ListedTable> = Vec::new();
        let mut listed = false;
        for (entry, answer) in entries.iter().zip(answers) {
            let found = match answer {
                Ok(answer) => {
                    // A long listing takes long to parse.
                    let (entry, body) = (entry.clone(), answer.body.clone());
                    let parsed = tokio::task::spawn_blocking(move || discover::files(&entry, &body)).await;
                    parsed.unwrap_or_else(|error| Err(CatalogueError::NotJson(error.to_string())))
                }
                Err(error) if error.is_missing() => Err(CatalogueError::NotListed),
                Err(error) => return Err(error.into()),
            };
            match found {
                Ok(found) => {
                    listed |= entry.is_own;
                    tables.extend(found);
                }
                Err(CatalogueError::NotListed) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if !entries.is_empty() {
            self.state.listed = Some(listed);
            // An empty listing may be a hidden failure, so it is requested again at the next refresh.
            self.listing = listed.then(|| Listing { tables: discover::merged(tables), at: now });
        }
        Ok(())
    }

    /// True if these are the files of the currently served rows.
    fn is_as_before(&self, raw: &[RawFile]) -> bool {
        let key = |file: &RawFile| (file.distribution.url.clone(), file.sha256.clone(), file.origin);
        raw.iter().map(key).eq(self.raw.iter().map(key))
    }

    /// Returns the last fetched bodies of the dataset's catalogue entries and files.
    pub(super) async fn fetched(&self, context: &RefreshContext) -> Vec<FetchedBody> {
        let entries = self.entries().into_iter().map(|entry| (entry.address(), true));
        let wanted = self.files_to_fetch();
        let files = wanted.iter().flat_map(FileRequest::all).map(|file| (file.url.clone(), false));
        let mut bodies = Vec::new();
        for (url, is_of_portal) in entries.chain(files) {
            if let Some(fetched) = context.fetcher.kept(&url).await {
                bodies.push(FetchedBody { url, body: fetched.body.clone(), is_of_portal });
            }
        }
        bodies
    }

    /// Returns the known file at this address.
    fn known(&self, url: &str) -> Option<RawFile> {
        self.raw.iter().find(|file| file.distribution.url == url).cloned()
    }

    /// Returns the known file of this table, in any format.
    fn known_of(&self, wanted: &FileRequest) -> Option<RawFile> {
        wanted.all().find_map(|file| self.known(&file.url))
    }
}

fn raw_file(file: &Distribution, fetched: &Fetched) -> RawFile {
    RawFile {
        as_of: file.as_of,
        distribution: file.clone(),
        body: fetched.body.clone(),
        origin: Origin::Live,
        sha256: fetched.sha256.clone(),
        retrieved_at: Some(fetched.retrieved_at),
        published_at: fetched.published_at(),
        declared_charset: fetched.declared_charset.clone(),
        by_mirror: fetched.by_mirror,
        source: None,
    }
}
