//! `lionrock schema`: prints the SDL, or the changes since an older one.

use std::{io::Write, path::PathBuf};

use anyhow::{Context, bail};
use async_graphql::parser::{parse_schema, types::ServiceDocument};
use clap::{Args, Subcommand};

mod change;
mod compare;

use change::Severity;

use crate::api::subgraph::Subgraph;

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Schema {
    /// Subgraph to print: `graph`, `itf`, `hkas`, `hkstpc`, `itc`, `rdc`, `hkpc`, `hkctc`, or `whole` (the complete
    /// graph as one subgraph). By default, the complete schema for clients is printed.
    #[arg(long, value_name = "NAME")]
    subgraph: Option<Subgraph>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// List the changes since an older SDL. Exits with status 1 if a change can break a query.
    Diff {
        /// File with the older SDL.
        old: PathBuf,
    },
}

impl Schema {
    pub fn run(self) -> anyhow::Result<()> {
        match self.command {
            None => {
                let sdl = self.subgraph.map_or_else(crate::api::sdl, crate::api::schema::subgraph_sdl);
                Ok(std::io::stdout().write_all(sdl.as_bytes())?)
            }
            Some(Command::Diff { old }) => diff(&old),
        }
    }
}

fn diff(old: &PathBuf) -> anyhow::Result<()> {
    let shown = old.display();
    let text = std::fs::read_to_string(old).with_context(|| format!("cannot read the SDL file `{shown}`"))?;
    let before: ServiceDocument = parse_schema(&text).map_err(|error| {
        let message = error.to_string();
        let reason = message.trim().lines().last().unwrap_or_default().trim_start_matches(['=', ' ']).to_owned();
        match error.positions().next() {
            Some(place) => anyhow::anyhow!("{shown}:{}:{}: {reason}", place.line, place.column),
            None => anyhow::anyhow!("{shown}: {reason}"),
        }
    })?;
    let now = parse_schema(crate::api::sdl()).context("the embedded SDL is invalid")?;

    let changes = compare::changes(&before, &now);
    let mut out = std::io::stdout().lock();
    for change in &changes {
        writeln!(out, "{:<9}  {}: {}", change.severity.word(), change.place, change.what)?;
    }
    let count = |severity: Severity| changes.iter().filter(|change| change.severity == severity).count();
    let (breaking, dangerous, safe) = (count(Severity::Breaking), count(Severity::Dangerous), count(Severity::Safe));
    writeln!(out, "{breaking} breaking, {dangerous} dangerous, {safe} safe")?;
    if breaking > 0 {
        bail!("expected no breaking change since `{shown}`, found {breaking}");
    }
    Ok(())
}
