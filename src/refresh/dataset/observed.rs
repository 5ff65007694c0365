//! A refresh as an operator sees it: one span, with what came of it, and the counters.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tracing::{Instrument, Span, field::Empty};

use crate::{
    domain::{
        catalog::Distribution,
        clock,
        metrics::{FetchOutcome, RefreshOutcome},
    },
    refresh::dataset::{DatasetRefresher, RefreshContext},
    upstream::fetch::{FetchError, Fetched},
};

impl RefreshContext {
    /// The file at an address, for a dataset.
    pub(crate) async fn fetch(
        &self,
        dataset: &'static str,
        url: &str,
        recent: Duration,
    ) -> Result<Arc<Fetched>, FetchError> {
        let (begun, asked_at) = (Instant::now(), clock::now());
        let answer = self.fetcher.fetch_recent(url, recent).await;
        let (outcome, bytes) = match &answer {
            Ok(fetched) if fetched.by_replica => (FetchOutcome::Shared, 0),
            Ok(fetched) if fetched.retrieved_at >= asked_at => (FetchOutcome::Fetched, fetched.body.len()),
            Ok(_) => (FetchOutcome::Unchanged, 0),
            Err(error) if error.is_missing() => (FetchOutcome::Missing, 0),
            Err(_) => (FetchOutcome::Failed, 0),
        };
        self.metrics.fetched(dataset, outcome, bytes, begun.elapsed());
        answer
    }
}

impl RefreshContext {
    /// The first of a table's files that comes, in the order given. The error is that of the first file.
    pub(super) async fn fetch_any<'a>(
        &self,
        dataset: &'static str,
        files: impl Iterator<Item = &'a Distribution>,
        recent: Duration,
    ) -> Result<(&'a Distribution, Arc<Fetched>), FetchError> {
        let mut first = None;
        for file in files {
            match self.fetch(dataset, &file.url, recent).await {
                Ok(fetched) => {
                    if let Some(error) = first {
                        tracing::warn!(dataset, "{error}; using {} with the same table instead", file.url);
                    }
                    return Ok((file, fetched));
                }
                Err(error) => {
                    first.get_or_insert(error);
                }
            }
        }
        Err(first.expect("a table has a file"))
    }
}

impl DatasetRefresher {
    /// How recently another replica must have asked for this one not to ask: within most of the dataset's pace, so that
    /// a set of replicas asks once a round.
    pub(crate) fn recent(&self, context: &RefreshContext) -> Duration {
        let wait = self.wait(self.changed.pace.or(context.pace));
        Duration::try_from(wait).unwrap_or_default().mul_f64(0.8)
    }

    /// Asks upstream for the dataset's files, in a span of its own. True when there is something new to serve.
    pub(crate) async fn refresh_observed(&mut self, context: &RefreshContext) -> bool {
        let span = tracing::info_span!(
            "refresh",
            dataset = self.source.dataset.plan,
            outcome = Empty,
            files = Empty,
            bytes = Empty,
            rows = Empty,
            rejects = Empty,
            otel.status_code = Empty,
            error.code = Empty
        );
        let begun = Instant::now();
        let checked_before = self.state.last_checked;
        let changed = self.refresh(context).instrument(span.clone()).await;
        if self.state.last_checked == checked_before {
            return changed;
        }
        let outcome = match (&self.state.last_error, changed) {
            (Some(_), _) => RefreshOutcome::Failed,
            (None, true) => RefreshOutcome::Changed,
            (None, false) => RefreshOutcome::Unchanged,
        };
        context.metrics.refreshed(self.source.dataset.plan, outcome, begun.elapsed());
        self.describe(&span, outcome);
        changed
    }

    fn describe(&self, span: &Span, outcome: RefreshOutcome) {
        span.record("outcome", outcome.word());
        // Signed: traces have no other whole numbers, and tell unsigned ones as text.
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        span.record("files", number(self.raw.len()));
        span.record("bytes", number(self.raw.iter().map(|file| file.body.len()).sum()));
        span.record("rows", number(self.snapshot.records.len()));
        span.record("rejects", number(self.snapshot.rejects().count()));
        if let Some(error) = &self.state.last_error {
            span.record("otel.status_code", "ERROR");
            span.record("error.code", error.code);
        }
    }
}
