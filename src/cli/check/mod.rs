//! `lionrock check`: fetches datasets and reports how their files were read. Exits with status 0 only if every
//! requested dataset is `OK`, disabled or known to be withdrawn, so that a scheduled run can monitor the publishers.

use std::{collections::BTreeMap, io::Write, path::PathBuf};

use clap::Args;

use super::datasets::word;
use crate::{
    api::dataset::DatasetObject, cli::config::Upstream, domain::dataset_status::DatasetStatus, refresh::Refresher,
};

mod explain;
mod save;

#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Portal ids or plan numbers of the datasets to check. By default, all are checked.
    #[arg(value_name = "DATASET")]
    ids: Vec<String>,

    /// Print how each file was read: format, header row, columns with evidence, units, periods and rejected rows.
    #[arg(long)]
    explain: bool,

    /// Directory to save the fetched files in, with a report for the maintainers. The report contains no cell values.
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,

    #[command(flatten)]
    upstream: Upstream,
}

impl CheckArgs {
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
        let datasets: Vec<DatasetObject<'_>> =
            DatasetObject::all(&view).filter(|dataset| is_wanted(dataset.description())).collect();
        let mut out = std::io::stdout().lock();
        table(&mut out, &datasets)?;
        if self.explain {
            for dataset in &datasets {
                explain::dataset(&mut out, dataset)?;
            }
        }
        if let Some(folder) = &self.save {
            let saved = save::save(folder, &refresher, &datasets).await?;
            writeln!(out, "saved {saved} bodies and report.json in {}", folder.display())?;
        }
        let wrong = datasets.iter().filter(|dataset| !is_fine(dataset)).count();
        anyhow::ensure!(
            wrong == 0,
            "expected all {} datasets to be OK, disabled or known to be withdrawn, found {wrong} that are not",
            datasets.len()
        );
        Ok(())
    }
}

fn status(dataset: &DatasetObject<'_>) -> DatasetStatus {
    dataset.state().status(dataset.snapshot())
}

/// True if a dataset needs no action: it is `OK`, disabled or known to be withdrawn.
fn is_fine(dataset: &DatasetObject<'_>) -> bool {
    match status(dataset) {
        DatasetStatus::Ok | DatasetStatus::Off => true,
        DatasetStatus::Withdrawn => dataset.description().portal_id.is_none(),
        _ => false,
    }
}

/// The mark at the start of a line that needs attention.
const MARK: char = '!';

fn table(out: &mut impl Write, datasets: &[DatasetObject<'_>]) -> std::io::Result<()> {
    writeln!(
        out,
        "  {:<5} {:<14} {:<8} {:>8} {:>8} {:>7}  ACTION",
        "PLAN", "STATUS", "ORIGIN", "RECORDS", "REJECTS", "CHECKS"
    )?;
    for dataset in datasets {
        let (snapshot, state) = (dataset.snapshot(), dataset.state());
        let checks = snapshot.figures().map(|figures| figures.checks.as_slice()).unwrap_or_default();
        let passed = checks.iter().filter(|check| check.passed).count();
        writeln!(
            out,
            "{} {:<5} {:<14} {:<8} {:>8} {:>8} {:>7}  {}",
            if is_fine(dataset) { ' ' } else { MARK },
            dataset.description().plan,
            word(state.status(snapshot)),
            snapshot.origin().map_or_else(|| "-".to_owned(), word),
            snapshot.records.len(),
            snapshot.rejects().count(),
            if checks.is_empty() { "-".to_owned() } else { format!("{passed}/{}", checks.len()) },
            to_do(dataset, checks.len() - passed),
        )?;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for dataset in datasets {
        *counts.entry(word(status(dataset))).or_default() += 1;
    }
    let counts: Vec<String> = counts.into_iter().map(|(status, count)| format!("{count} {status}")).collect();
    writeln!(out, "{} datasets: {}", datasets.len(), counts.join(", "))
}

/// Returns the operator's next steps for a dataset, in one line. Empty if no action is needed.
fn to_do(dataset: &DatasetObject<'_>, failed_checks: usize) -> String {
    let (snapshot, state) = (dataset.snapshot(), dataset.state());
    let plan = dataset.description().plan;
    let drift = snapshot.drift();
    let mut steps = Vec::new();
    if let Some(error) = &state.last_error {
        steps.push(format!("{}: {}", error.code, error.message));
    }
    if !drift.missing.is_empty() {
        let columns = drift.missing.join(", ");
        steps.push(format!("add the headings of {columns} to `columns` of [datasets.{plan}] in the --config file"));
    }
    if !drift.unmapped.is_empty() {
        steps.push(format!("not understood: {}", drift.unmapped.join(", ")));
    }
    let rejects = snapshot.rejects().count();
    if rejects > 0 {
        steps.push(format!("{rejects} rows rejected"));
    }
    if failed_checks > 0 {
        steps.push(format!("{failed_checks} checks failed"));
    }
    match status(dataset) {
        DatasetStatus::Inferred => steps.push("confirm what was inferred".to_owned()),
        DatasetStatus::Withdrawn if dataset.description().portal_id.is_some() => {
            steps.push("no longer listed by the portal: ask the publisher".to_owned());
        }
        _ => {}
    }
    let explains = !drift.is_empty() || rejects > 0 || failed_checks > 0 || status(dataset) == DatasetStatus::Inferred;
    if explains {
        steps.push(format!("see: lionrock check --explain {plan}"));
    }
    steps.join("; ")
}
