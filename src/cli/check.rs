//! `lionrock check`: fetches for real and tells what came. Ends with a status other than 0 when columns have drifted or
//! something could not be fetched, so that a schedule can watch the publishers.

use std::io::Write;

use clap::Args;

use super::datasets::word;
use crate::{api::dataset::Dataset, cli::config::Upstream, domain::dataset_status::DatasetStatus, refresh::Refresher};

#[derive(Args, Debug)]
pub struct Check {
    /// Only these, by portal id or plan number.
    ids: Vec<String>,

    #[command(flatten)]
    upstream: Upstream,
}

impl Check {
    pub async fn run(self) -> anyhow::Result<()> {
        let refresher = Refresher::start(self.upstream.settings(None)?)?;
        super::datasets::ensure_known(&refresher.view(), &self.ids)?;
        let is_wanted = |description: &crate::domain::catalog::Dataset| {
            self.ids.is_empty() || self.ids.iter().any(|id| description.is_named(id))
        };
        if self.ids.is_empty() {
            refresher.refresh_all().await;
        } else {
            refresher.refresh_some(|source| is_wanted(&source.dataset)).await;
        }
        let view = refresher.view();
        let mut out = std::io::stdout().lock();
        writeln!(
            out,
            "{:<5} {:<14} {:<8} {:>8} {:>8} {:>7}  WHAT IS NOT AS EXPECTED",
            "PLAN", "STATUS", "ORIGIN", "RECORDS", "REJECTS", "CHECKS"
        )?;
        let mut wrong = 0;
        for dataset in Dataset::all(&view).filter(|dataset| is_wanted(dataset.description())) {
            wrong += usize::from(report(&mut out, &dataset)?);
        }
        anyhow::ensure!(wrong == 0, "expected every dataset as it was, found {wrong} drifted or not fetched");
        Ok(())
    }
}

/// Writes one line and what belongs to it; true when the dataset drifted or failed.
fn report(out: &mut impl Write, dataset: &Dataset<'_>) -> std::io::Result<bool> {
    let (snapshot, state) = (dataset.snapshot(), dataset.state());
    let checks = snapshot.figures().map(|figures| figures.checks.as_slice()).unwrap_or_default();
    let passed = checks.iter().filter(|check| check.passed).count();
    let status = state.status(snapshot);
    let drift = snapshot.drift();
    let mut unexpected = Vec::new();
    if !drift.missing.is_empty() {
        unexpected.push(format!("missing: {}", drift.missing.join(", ")));
    }
    if !drift.unmapped.is_empty() {
        unexpected.push(format!("untaken: {}", drift.unmapped.join(", ")));
    }
    unexpected.extend(state.last_error.as_ref().map(|error| format!("{}: {}", error.code, error.message)));
    writeln!(
        out,
        "{:<5} {:<14} {:<8} {:>8} {:>8} {:>7}  {}",
        dataset.description().plan,
        word(status),
        snapshot.origin().map_or_else(|| "-".to_owned(), word),
        snapshot.records.len(),
        snapshot.rejects().count(),
        if checks.is_empty() { "-".to_owned() } else { format!("{passed}/{}", checks.len()) },
        unexpected.join("; ")
    )?;
    for (file, reject) in snapshot.rejects().take(5) {
        let column = reject.column.map_or_else(String::new, |column| format!(" column `{column}`:"));
        writeln!(out, "      {} row {}:{column} {}", file.raw.distribution.url, reject.row, reject.reason)?;
    }
    Ok(status == DatasetStatus::Drifted || state.last_error.is_some())
}
