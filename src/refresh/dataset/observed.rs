//! Tracing and metrics of refreshes: one span per refresh, with its result, and the counters.

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
        value::printable,
    },
    refresh::dataset::{DatasetRefresher, RefreshContext},
    upstream::fetch::{FetchError, Fetched},
};

impl RefreshContext {
    /// Fetches one file of a dataset.
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
    /// Fetches the first available of a table's files, in the given order. The error is that of the first file.
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
                        let message = printable(&error);
                        tracing::warn!(dataset, "{message}; using {} with the same table instead", file.url);
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
    /// Returns the maximum age of another replica's fetch that this replica reuses.
    ///
    /// It is most of the dataset's interval, so that each file is fetched once per interval by all replicas together.
    pub(crate) fn recent(&self, context: &RefreshContext) -> Duration {
        let wait = self.wait(self.changed.pace.or(context.pace));
        Duration::try_from(wait).unwrap_or_default().mul_f64(0.8)
    }

    /// Fetches the dataset's files in a separate span. Returns true if there is new data to serve.
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
        // Signed, because OpenTelemetry integers are signed and unsigned values become strings.
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
