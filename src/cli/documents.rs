//! `lionrock documents`: validates trusted documents.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::bail;
use async_graphql::{Pos, Variables, parser::types::ExecutableDocument};
use clap::{Args, Subcommand};

use crate::{
    api::{
        self,
        guard::{Guard, Limits},
        subgraph::Subgraph,
        validation::{DocumentValidator, Suggestions},
    },
    domain::pagination::LARGEST_SIZE,
    server::documents::{TrustedFile, read_folder},
};

#[derive(Args, Debug)]
pub struct DocumentsArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Validate every `*.graphql` file in a directory. Print the id, maximum cost, name and file of each operation.
    Check {
        /// Directory with the documents, as for `serve --trusted-documents`.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

impl DocumentsArgs {
    pub async fn run(self) -> anyhow::Result<()> {
        let Command::Check { folder } = self.command;
        let checker = Checker::new(Subgraph::Whole);
        let mut out = std::io::stdout().lock();
        let mut faults = Vec::new();
        for file in read_folder(&folder)? {
            match checker.check(&file).await {
                Ok(operations) => {
                    for (name, cost) in operations {
                        let path = file.path.display();
                        writeln!(out, "{}  {cost:>6}  {:<30}  {path}", file.id(), name.as_deref().unwrap_or("-"))?;
                    }
                }
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n       ")) }
    }
}

/// Validates documents against the schema and the query limits.
pub struct Checker {
    guard: Guard,
    validator: DocumentValidator,
}

impl Checker {
    pub fn new(subgraph: Subgraph) -> Self {
        let sdl = api::build(subgraph).sdl();
        Self { guard: Guard::new(&sdl, Limits::DEFAULT), validator: DocumentValidator::new(&sdl) }
    }

    /// Returns the operations of a document with their maximum costs, or its errors, each with `file:line:column`.
    pub async fn check(&self, file: &TrustedFile) -> Result<Vec<(Option<String>, usize)>, Vec<String>> {
        let fault = |at: Option<Pos>, message: &str| vec![located(&file.path, at, message)];
        let parsed = self.guard.parse(&file.text).map_err(|excess| fault(excess.at(), &excess.to_string()))?;
        let document = &parsed.executable;
        let variables = longest_pages(document);
        let mut operations = Vec::new();
        for (name, operation) in document.operations.iter() {
            let at = Some(operation.pos);
            let name = name.map(ToString::to_string);
            let price = self
                .guard
                .price(document, name.as_deref(), &variables)
                .map_err(|excess| fault(excess.at().or(at), &excess.to_string()))?;
            operations.push((operation.pos, name, price.requested));
        }
        self.validator.validate(&parsed, Suggestions::Included).map_err(|errors| {
            let faults = errors.iter();
            faults
                .map(|error| located(&file.path, error.locations.first().copied(), &error.message))
                .collect::<Vec<_>>()
        })?;
        operations.sort_by_key(|(at, ..)| *at);
        Ok(operations.into_iter().map(|(_, name, cost)| (name, cost)).collect())
    }
}

/// Returns the variables that give the maximum page sizes, for page sizes that are variables in the document.
fn longest_pages(document: &ExecutableDocument) -> Variables {
    let definitions = document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
    let mut variables = Variables::default();
    for definition in definitions.map(|definition| &definition.node) {
        let is_number = definition.var_type.node.to_string().trim_end_matches('!') == "Int";
        if is_number && definition.default_value.is_none() {
            variables.insert(definition.name.node.clone(), LARGEST_SIZE.into());
        }
    }
    variables
}

fn located(file: &Path, at: Option<Pos>, message: &str) -> String {
    let file = file.display();
    match at {
        Some(Pos { line, column }) => format!("{file}:{line}:{column}: {message}"),
        None => format!("{file}: {message}"),
    }
}
