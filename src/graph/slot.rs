//! One dataset as it stands, and its refresh: discover, fetch, read, judge, hold.
//!
//! A file that fails costs that file only: the one known before stays in its place. Every failure is logged once, here,
//! and shown in `datasets { lastError }`.

use std::{collections::HashMap, sync::Arc};

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::{
    dataset::{DatasetError, DatasetState},
    overrides::Override,
};
use crate::{
    catalog::Distribution,
    clock,
    metrics::Metrics,
    upstream::{
        bundle,
        decode::DecodeError,
        discover::{self, CatalogueError},
        fetch::{FetchError, FetchErrorKind, Fetched, Fetcher},
        held::{Held, HeldFile},
        judge::{Implausible, judge, judge_files},
        raw::{Origin, RawFile},
        read::{Options, ReadError},
        snapshot::Snapshot,
        source::{Files, Source, Wanted},
    },
};

pub(super) mod change;
mod observed;

/// What every refresh works with.
pub(super) struct Tools {
    pub fetcher: Fetcher,
    pub held: Option<Held>,
    pub metrics: Metrics,
    /// The same pace for every dataset, instead of its own.
    pub pace: Option<SignedDuration>,
}

/// Why a refresh of a dataset did not bring everything.
#[derive(Clone, Debug, thiserror::Error)]
enum LoadError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Implausible(#[from] Implausible),
    #[error("expected a file of the dataset, found none listed by the portal and none at a known address")]
    NotFound,
}

impl LoadError {
    const fn code(&self) -> &'static str {
        match self {
            Self::Fetch(_) => "FETCH_FAILED",
            Self::Read(_) => "NOT_A_TABLE",
            Self::Implausible(_) => "IMPLAUSIBLE",
            Self::Catalogue(CatalogueError::NotListed) | Self::NotFound => "NOT_LISTED",
            Self::Catalogue(_) => "CATALOGUE_FAILED",
        }
    }

    /// How long the server asked to be left alone.
    fn asked_to_wait(&self) -> Option<SignedDuration> {
        match self {
            Self::Fetch(FetchError { kind: FetchErrorKind::AskedToWait { wait_seconds, .. }, .. }) => {
                Some(SignedDuration::from_secs(i64::try_from(*wait_seconds).unwrap_or(i64::MAX)))
            }
            _ => None,
        }
    }
}

/// How long the portal's word holds.
pub(super) const LISTING_HOLDS: SignedDuration = SignedDuration::from_hours(24);
/// How soon a failed refresh is tried again, at the latest.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_mins(10);
/// One dataset as it stands.
pub(super) struct Slot {
    pub(super) source: &'static Source,
    /// What the operator changed about it.
    changed: Override,
    options: Options,
    raw: Vec<RawFile>,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) state: DatasetState,
    listing: Option<Listing>,
}

/// What the portal said of a dataset, and when.
struct Listing {
    files: Vec<Distribution>,
    at: Timestamp,
}

/// What came of a refresh.
struct Outcome {
    /// Whether there is something new to serve.
    changed: bool,
    /// Whether anybody was asked.
    asked: bool,
    errors: Vec<LoadError>,
}

impl Slot {
    /// What is held of a dataset, else what is bundled.
    pub(super) fn start(
        source: &'static Source,
        held: Option<&Held>,
        changed: Override,
        keep_personal_data: bool,
    ) -> Self {
        let options = Options { keep_personal_data, other_names: changed.names.clone() };
        if !changed.enabled {
            let state = DatasetState { is_off: true, ..DatasetState::unknown(source) };
            let snapshot = Arc::new((source.read.none)(&source.dataset));
            return Self { source, changed, options, raw: Vec::new(), snapshot, state, listing: None };
        }
        let held: Vec<RawFile> =
            held.map(|held| held.files(&source.dataset)).unwrap_or_default().into_iter().map(|file| file.raw).collect();
        let read = |files: Vec<RawFile>| match (source.read.files)(source, files, options.clone()) {
            Ok(snapshot) => Some(snapshot),
            Err(error) => {
                tracing::error!(dataset = source.dataset.plan, "kept rows cannot be read: {error}");
                None
            }
        };
        let held = Some(held).filter(|held| !held.is_empty()).and_then(|held| Some((read(held.clone())?, held)));
        let (snapshot, raw) = held.unwrap_or_else(|| {
            let bundled = bundle::files(&source.dataset);
            let snapshot = Some(bundled.clone()).filter(|files| !files.is_empty()).and_then(read);
            (snapshot.unwrap_or_else(|| (source.read.none)(&source.dataset)), bundled)
        });
        let state = DatasetState::unknown(source);
        Self { source, changed, options, raw, snapshot: Arc::new(snapshot), state, listing: None }
    }

    /// Asks upstream for the dataset's files. True when there is something new to serve.
    async fn refresh(&mut self, tools: &Tools) -> bool {
        let plan = self.source.dataset.plan;
        let before = self.checksums();
        let Outcome { changed, asked, errors } = self.load(tools).await;
        let now = clock::now();
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
            tracing::warn!(dataset = plan, code = error.code(), "{error}");
        }
        self.state.last_error =
            errors.first().map(|error| DatasetError { code: error.code(), message: error.to_string(), at: now });
        let asked_to_wait = errors.iter().filter_map(LoadError::asked_to_wait).max().unwrap_or_default();
        let wait = self.wait(self.changed.pace.or(tools.pace)).max(asked_to_wait.min(LISTING_HOLDS));
        self.state.next_due = asked.then(|| now.checked_add(wait).ok()).flatten();
        changed
    }

    fn checksums(&self) -> Vec<String> {
        self.raw.iter().map(|file| file.sha256.clone()).collect()
    }

    /// How long until the next refresh: the dataset's pace, sooner after a failure, spread so that datasets of one pace
    /// do not all come at once.
    fn wait(&self, pace: Option<SignedDuration>) -> SignedDuration {
        let own = self.source.dataset.frequency.fresh_for();
        let usual = pace.unwrap_or_else(|| if self.state.last_error.is_some() { own.min(AFTER_FAILURE) } else { own });
        SignedDuration::try_from_secs_f64(usual.as_secs_f64() * (0.9 + 0.1 * fastrand::f64())).unwrap_or(usual)
    }

    async fn load(&mut self, tools: &Tools) -> Outcome {
        let mut errors = Vec::new();
        if self.state.is_off {
            return Outcome { changed: false, asked: false, errors };
        }
        let mut catalogue_error = if self.changed.files.is_some() { None } else { self.discover(tools).await.err() };
        let listed = self.listing.as_ref().map(|listing| listing.files.as_slice());
        let known: Vec<Distribution> = self
            .raw
            .iter()
            .filter(|file| file.origin != Origin::Bundled)
            .map(|file| file.distribution.clone())
            .collect();
        let wanted = match &self.changed.files {
            Some(files) => files.iter().map(|file| Wanted { file: file.clone(), may_be_missing: false }).collect(),
            None => self.source.files(listed, &known, clock::today_in_hong_kong()),
        };
        if wanted.is_empty() {
            let asked = self.source.dataset.portal_id.is_some();
            errors.extend(catalogue_error.or_else(|| asked.then_some(LoadError::NotFound)));
            return Outcome { changed: false, asked, errors };
        }
        self.remember_held(tools).await;
        let plan = self.source.dataset.plan;
        let answers = join_all(wanted.iter().map(|wanted| tools.fetch(plan, &wanted.file.url))).await;
        let mut raw = Vec::new();
        let mut validators = HashMap::new();
        for (wanted, answer) in wanted.iter().zip(answers) {
            match answer {
                Ok(fetched) => {
                    raw.push(raw_file(wanted, &fetched));
                    validators.insert(wanted.file.url.clone(), fetched);
                }
                Err(error) => {
                    let before = self.known(&wanted.file.url);
                    if !(wanted.may_be_missing && error.is_missing() && before.is_none()) {
                        // A listed name that is gone has been replaced by another one: the portal knows which.
                        if error.is_missing() {
                            self.listing = None;
                        }
                        errors.push(error.into());
                        raw.extend(before);
                    }
                }
            }
        }
        // A portal that fails is no loss where the one file has a fixed address and came.
        let fixed = matches!(self.source.files, Files::At(_)) && errors.is_empty();
        errors.extend(catalogue_error.take().filter(|_| !fixed));
        let changed = match self.read(raw, &wanted, &mut errors).await {
            Some((snapshot, raw)) => {
                self.snapshot = Arc::new(snapshot);
                self.raw = raw;
                self.hold(tools, &validators).await;
                true
            }
            None => false,
        };
        Outcome { changed, asked: true, errors }
    }

    /// Asks the portal which files the dataset has, once a day.
    async fn discover(&mut self, tools: &Tools) -> Result<(), LoadError> {
        let now = clock::now();
        let holds = tools.pace.map_or(LISTING_HOLDS, |pace| pace.min(LISTING_HOLDS));
        if self.listing.as_ref().is_some_and(|listing| now.duration_since(listing.at) < holds) {
            return Ok(());
        }
        let mixed_with = self.source.identify.map_or(&[][..], |identify| identify.mixed_with);
        let entries = discover::entries(&self.source.dataset, mixed_with, clock::today_in_hong_kong());
        let plan = self.source.dataset.plan;
        let answers =
            join_all(entries.iter().map(|entry| async move { tools.fetch(plan, &entry.address()).await })).await;
        let mut files: Vec<Distribution> = Vec::new();
        let mut listed = false;
        for (entry, answer) in entries.iter().zip(answers) {
            let found = match answer {
                Ok(answer) => discover::files(entry, &answer.body),
                Err(error) if error.is_missing() => Err(CatalogueError::NotListed),
                Err(error) => return Err(error.into()),
            };
            match found {
                Ok(found) => {
                    listed |= entry.is_own;
                    files.extend(
                        found
                            .into_iter()
                            .filter(|file| !files.iter().any(|known| known.url == file.url))
                            .collect::<Vec<_>>(),
                    );
                }
                Err(CatalogueError::NotListed) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if !entries.is_empty() {
            self.state.listed = Some(listed);
            // A portal that lists nothing is asked again next time: it may have failed politely.
            self.listing = listed.then_some(Listing { files, at: now });
        }
        Ok(())
    }

    /// Reads the files and judges the result. `None` when nothing changed or nothing better came. A file that is no
    /// table, or that lost its columns or most of its rows, is replaced by the one known before.
    async fn read(
        &self,
        mut raw: Vec<RawFile>,
        wanted: &[Wanted],
        errors: &mut Vec<LoadError>,
    ) -> Option<(Snapshot, Vec<RawFile>)> {
        let source = self.source;
        loop {
            if raw.is_empty() || self.is_as_before(&raw) {
                return None;
            }
            let (files, options) = (raw.clone(), self.options.clone());
            let read = tokio::task::spawn_blocking(move || (source.read.files)(source, files, options)).await;
            let (url, error) = match read {
                Ok(Ok(snapshot)) => match judge_files(&snapshot, &self.snapshot).into_iter().next() {
                    Some((url, error)) => (url, Some(error.into())),
                    None => match judge(source, &snapshot, &self.snapshot) {
                        Ok(()) => return Some((snapshot, raw)),
                        Err(error) => {
                            errors.push(error.into());
                            return None;
                        }
                    },
                },
                Ok(Err(error)) => {
                    let may_be_missing =
                        wanted.iter().any(|wanted| wanted.file.url == error.url && wanted.may_be_missing);
                    let is_missing =
                        may_be_missing && error.error == DecodeError::Html && self.known(&error.url).is_none();
                    (error.url.clone(), (!is_missing).then(|| error.into()))
                }
                Err(error) => {
                    tracing::error!(dataset = source.dataset.plan, "reading ended early: {error}");
                    return None;
                }
            };
            errors.extend(error);
            let failed: Vec<String> =
                raw.iter().filter(|file| file.distribution.url == url).map(|file| file.sha256.clone()).collect();
            raw.retain(|file| file.distribution.url != url);
            // What was known before has been read before; the file that failed now is not tried again.
            raw.extend(self.known(&url).filter(|known| !failed.contains(&known.sha256)));
            raw.sort_by(|a, b| {
                (&a.distribution.period, &a.distribution.url).cmp(&(&b.distribution.period, &b.distribution.url))
            });
        }
    }

    /// Whether these are the files that the rows served now come from.
    fn is_as_before(&self, raw: &[RawFile]) -> bool {
        let key = |file: &RawFile| (file.distribution.url.clone(), file.sha256.clone(), file.origin);
        raw.iter().map(key).eq(self.raw.iter().map(key))
    }

    /// The file known before at this address.
    fn known(&self, url: &str) -> Option<RawFile> {
        self.raw.iter().find(|file| file.distribution.url == url).cloned()
    }

    /// Lets the first request for a held file be conditional.
    async fn remember_held(&self, tools: &Tools) {
        if self.state.last_checked.is_some() {
            return;
        }
        let files = tools.held.as_ref().map(|held| held.files(&self.source.dataset)).unwrap_or_default();
        for HeldFile { raw, etag, last_modified } in files {
            tools.fetcher.remember(&raw, etag, last_modified).await;
        }
    }

    /// Keeps the files for the next run.
    async fn hold(&self, tools: &Tools, validators: &HashMap<String, Arc<Fetched>>) {
        let Some(held) = tools.held.clone() else { return };
        let file = |raw: &RawFile| {
            // The validators of another body would pass it off as this one.
            let fetched = validators.get(&raw.distribution.url).filter(|fetched| fetched.sha256 == raw.sha256);
            HeldFile {
                raw: raw.clone(),
                etag: fetched.and_then(|fetched| fetched.etag.clone()),
                last_modified: fetched.and_then(|fetched| fetched.last_modified.clone()),
            }
        };
        let files: Vec<HeldFile> = self.raw.iter().filter(|raw| raw.origin != Origin::Bundled).map(file).collect();
        let source = self.source;
        let kept = tokio::task::spawn_blocking(move || held.keep(&source.dataset, &files)).await;
        if let Ok(Err(error)) = kept {
            tracing::warn!(dataset = source.dataset.plan, "the files could not be kept for the next run: {error}");
        }
    }
}

fn raw_file(wanted: &Wanted, fetched: &Fetched) -> RawFile {
    RawFile {
        as_of: wanted.file.date_in_name(),
        distribution: wanted.file.clone(),
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
