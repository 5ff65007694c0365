//! `lionrock query`: runs one query and prints the response.

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use async_graphql::ServerError;
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
        let variables = match &self.variables {
            Some(variables) => serde_json::from_str(variables).context("expected a JSON object in `--variables`")?,
            None => serde_json::Map::new(),
        };
        let schema = crate::api::build(Subgraph::Whole);
        let mut request = crate::api::checked_request(&schema, &text, self.operation.as_deref(), variables)
            .map_err(|errors| self.failed(&errors))?;
        let document = request.parsed_query().ok().cloned();
        let refresher = self.rows.load().await?;
        let answer = schema.execute(crate::api::on(&refresher.view(), request)).await;
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
        if answer.errors.is_empty() { Ok(()) } else { Err(self.failed(&answer.errors)) }
    }

    /// Returns an error with all errors of the query, one per line.
    fn failed(&self, errors: &[ServerError]) -> anyhow::Error {
        let errors: Vec<String> = errors.iter().map(|error| located(&self.file, error)).collect();
        anyhow!("{}", errors.join("\n       "))
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
