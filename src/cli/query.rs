//! `lionrock query`: runs one query and prints the response.

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use async_graphql::{Request, ServerError, Variables};
use clap::{Args, ValueEnum};

use super::loading::DataSource;
use crate::api::{list_csv, subgraph::Subgraph};

/// The output format of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// The complete response, as the server sends it.
    Json,
    /// The single list in the response. Nested fields become columns with dotted names. A cell that a spreadsheet would
    /// read as a formula is prefixed with `'`.
    Csv,
}

#[derive(Args, Debug)]
pub struct QueryArgs {
    /// File with the query. `-` reads standard input.
    file: PathBuf,

    /// Variables of the query as a JSON object.
    #[arg(long, env = "LIONROCK_VARIABLES", value_name = "JSON")]
    variables: Option<String>,

    /// Name of the operation to run. Required if the file contains several operations.
    #[arg(long, env = "LIONROCK_OPERATION", value_name = "NAME")]
    operation: Option<String>,

    /// Output format.
    #[arg(long, env = "LIONROCK_FORMAT", value_enum, default_value_t = OutputFormat::Json)]
    format: OutputFormat,

    #[command(flatten)]
    rows: DataSource,
}

impl QueryArgs {
    pub async fn run(self) -> anyhow::Result<()> {
        let text = read(&self.file)?;
        let mut request = Request::new(text);
        if let Some(variables) = &self.variables {
            let variables: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(variables).context("expected a JSON object in `--variables`")?;
            request = request.variables(Variables::from_json(variables.into()));
        }
        if let Some(operation) = &self.operation {
            request = request.operation_name(operation);
        }
        // If the query cannot be parsed, the response contains its errors.
        let document = request.parsed_query().ok().cloned();
        let refresher = self.rows.load().await?;
        let answer = crate::api::build(Subgraph::Whole).execute(crate::api::on(&refresher.view(), request)).await;
        let errors: Vec<String> = answer.errors.iter().map(|error| located(&self.file, error)).collect();
        if answer.data != async_graphql::Value::Null {
            let mut out = std::io::stdout().lock();
            match (self.format, document) {
                (OutputFormat::Csv, Some(document)) => {
                    list_csv::write(&document, self.operation.as_deref(), &answer.data.into_json()?, out)?;
                }
                (OutputFormat::Json, _) | (_, None) => {
                    serde_json::to_writer_pretty(&mut out, &answer)?;
                    writeln!(out)?;
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { bail!("{}", errors.join("\n       ")) }
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read the query from standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| format!("cannot read the query file `{}`", file.display()))
}

/// Formats an error with its location in the query: `file:line:column`.
fn located(file: &Path, error: &ServerError) -> String {
    let message = error.message.trim().lines().last().unwrap_or_default().trim_start_matches(['=', ' ']).to_owned();
    match error.locations.first() {
        Some(place) => format!("{}:{}:{}: {message}", file.display(), place.line, place.column),
        None => format!("{}: {message}", file.display()),
    }
}
