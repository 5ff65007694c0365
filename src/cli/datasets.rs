//! `lionrock datasets`: lists the datasets with their status.

use std::io::Write;

use clap::{Args, builder::BoolishValueParser};
use serde_json::{Value, json};

use super::loading::DataSource;
use crate::{
    api::dataset::DatasetObject,
    domain::{clock, dataset_status::DatasetError, text::Language},
    refresh::view::View,
};

#[derive(Args, Debug)]
pub struct Datasets {
    /// Print JSON instead of a table.
    #[arg(long, env = "LIONROCK_JSON", value_parser = BoolishValueParser::new())]
    json: bool,

    /// Portal ids or plan numbers of the datasets to list. By default, all are listed.
    #[arg(value_name = "DATASET")]
    ids: Vec<String>,

    #[command(flatten)]
    rows: DataSource,
}

impl Datasets {
    pub async fn run(self) -> anyhow::Result<()> {
        let refresher = self.rows.load().await?;
        let view = refresher.view();
        ensure_known(&view, &self.ids)?;
        let is_wanted = |dataset: &DatasetObject<'_>| {
            self.ids.is_empty() || self.ids.iter().any(|id| dataset.description().is_named(id))
        };
        let datasets: Vec<DatasetObject<'_>> = DatasetObject::all(&view).filter(is_wanted).collect();
        let mut out = std::io::stdout().lock();
        if self.json {
            serde_json::to_writer_pretty(
                &mut out,
                &datasets.iter().map(|dataset| described(&view, dataset)).collect::<Vec<_>>(),
            )?;
            writeln!(out)?;
        } else {
            table(&mut out, &view, &datasets)?;
        }
        Ok(())
    }
}

/// Returns an error if an id is not that of a dataset.
pub fn ensure_known(view: &View, ids: &[String]) -> anyhow::Result<()> {
    for id in ids {
        anyhow::ensure!(
            DatasetObject::named(view, id).is_some(),
            "expected a dataset's portal id or plan number such as `D36`, found `{id}`"
        );
    }
    Ok(())
}

/// Returns the name of an enum value in GraphQL responses.
pub fn word(value: impl async_graphql::InputType) -> String {
    value.to_value().to_string()
}

fn described(view: &View, dataset: &DatasetObject<'_>) -> Value {
    let (description, snapshot, state) = (dataset.description(), dataset.snapshot(), dataset.state());
    let drift = snapshot.drift();
    json!({
        "plan": description.plan,
        "id": description.id(),
        "publisher": description.publisher.code(),
        "title": { "en": description.title.en, "zhHant": description.title.zh_hant },
        "status": word(state.status(snapshot)),
        "freshness": word(state.freshness(clock::now())),
        "origin": snapshot.origin().map(word),
        "recordCount": snapshot.records.len(),
        "rejectCount": snapshot.rejects().count(),
        "namesWithoutOrganisation": view
            .graph
            .omitted_names(snapshot)
            .map(|(reason, count)| json!({ "reason": word(reason), "count": count }))
            .collect::<Vec<_>>(),
        "drift": { "missing": drift.missing, "unmapped": drift.unmapped },
        "lastChecked": state.last_checked.map(|at| at.to_string()),
        "confirmedAt": state.confirmed_at.map(|at| at.to_string()),
        "lastError": state.last_error.as_ref().map(error_json),
        "storageError": state.storage_error.as_ref().map(error_json),
        "distributions": snapshot.files.iter().map(|file| json!({
            "url": file.raw.distribution.url,
            "language": file.raw.distribution.language.map(Language::tag),
            "charset": file.charset,
            "sha256": file.raw.sha256,
        })).collect::<Vec<_>>(),
    })
}

fn error_json(error: &DatasetError) -> Value {
    json!({ "code": error.code, "message": error.message, "since": error.since.to_string() })
}

fn table(out: &mut impl Write, view: &View, datasets: &[DatasetObject<'_>]) -> std::io::Result<()> {
    writeln!(
        out,
        "{:<5} {:<7} {:<14} {:<8} {:>8} {:>8} {:>6}  TITLE",
        "PLAN", "BY", "STATUS", "ORIGIN", "RECORDS", "REJECTS", "FILES"
    )?;
    for dataset in datasets {
        let (description, snapshot) = (dataset.description(), dataset.snapshot());
        writeln!(
            out,
            "{:<5} {:<7} {:<14} {:<8} {:>8} {:>8} {:>6}  {}",
            description.plan,
            description.publisher.code(),
            word(dataset.state().status(snapshot)),
            snapshot.origin().map_or_else(|| "-".to_owned(), word),
            snapshot.records.len(),
            snapshot.rejects().count(),
            snapshot.files.len(),
            description.title.en,
        )?;
        for (reason, count) in view.graph.omitted_names(snapshot) {
            writeln!(out, "      {count} names without an organisation: {}", reason.text())?;
        }
        let state = dataset.state();
        for error in state.last_error.iter().chain(&state.storage_error) {
            writeln!(out, "      {}", error.message)?;
        }
    }
    Ok(())
}
