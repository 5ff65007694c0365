//! `lionrock curate`: lists names for review, and appends a decision to the operator's files.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::{Args, Subcommand, ValueEnum};

use super::{config::curated_folder, loading::DataSource};
use crate::{
    domain::{script::has_han, text::Language},
    index::curation::{CandidateKind, ReviewCandidate, candidates},
    linking::CuratedFile,
};

#[derive(Args, Debug)]
pub struct CurateArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// List names for review as CSV, those with the most public funding first.
    List {
        /// Kind of candidates.
        #[arg(value_enum)]
        kind: ListedKind,

        /// Maximum number of lines.
        #[arg(long, env = "LIONROCK_CURATE_FIRST", default_value_t = 50)]
        first: usize,

        #[command(flatten)]
        rows: Box<DataSource>,
    },
    /// State that two names denote the same organisation. Appends a line to `same.csv`.
    Same(Pair),
    /// State that two names denote different organisations. Appends a line to `different.csv`.
    Different(Pair),
    /// State another name of an organisation. Appends a line to `alias.csv`.
    Alias(Alias),
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum ListedKind {
    /// Pairs of organisations that may be one: typing errors and other orders of words first.
    PossibleMatches,
    /// Organisations with a single spelling.
    Unlinked,
    /// Organisations with names in one language only.
    OneLanguage,
}

/// The file of a decision, and its source.
#[derive(Args, Debug)]
struct Recorded {
    /// Directory with the reviewed decisions of the operator.
    #[arg(long, env = "LIONROCK_IDENTITY_OVERRIDES", value_name = "DIR")]
    identity_overrides: PathBuf,

    /// Web address or document that supports the decision.
    #[arg(long, env = "LIONROCK_CURATE_SOURCE")]
    source: String,
}

#[derive(Args, Debug)]
struct Pair {
    /// First name.
    name_a: String,
    /// Second name.
    name_b: String,
    /// Remark for other reviewers.
    #[arg(long, env = "LIONROCK_CURATE_NOTE", default_value = "")]
    note: String,
    #[command(flatten)]
    recorded: Recorded,
}

#[derive(Args, Debug)]
struct Alias {
    /// Present full name of the organisation, in English or Chinese.
    organisation: String,
    /// Its other name.
    alias: String,
    /// Kind of the other name.
    #[arg(long, env = "LIONROCK_CURATE_KIND", value_enum)]
    kind: AliasKind,
    #[command(flatten)]
    recorded: Recorded,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum AliasKind {
    Acronym,
    Former,
    Trading,
    Translation,
}

impl AliasKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Acronym => "ACRONYM",
            Self::Former => "FORMER",
            Self::Trading => "TRADING",
            Self::Translation => "TRANSLATION",
        }
    }
}

impl CurateArgs {
    pub async fn run(self) -> anyhow::Result<()> {
        match self.action {
            Action::List { kind, first, rows } => list(kind, first, &rows).await,
            Action::Same(pair) => pair.append(CuratedFile::Same),
            Action::Different(pair) => pair.append(CuratedFile::Different),
            Action::Alias(alias) => alias.append(),
        }
    }
}

async fn list(kind: ListedKind, first: usize, rows: &DataSource) -> anyhow::Result<()> {
    let kind = match kind {
        ListedKind::PossibleMatches => CandidateKind::PossibleMatch,
        ListedKind::Unlinked => CandidateKind::Unlinked,
        ListedKind::OneLanguage => CandidateKind::OneLanguage,
    };
    let refresher = rows.load().await?;
    let view = refresher.view();
    let mut out = csv::Writer::from_writer(std::io::stdout().lock());
    out.write_record(["name_a", "id_a", "name_b", "id_b", "method", "evidence", "funding", "mentions"])?;
    for candidate in candidates(&view.graph, kind).into_iter().take(first) {
        out.write_record(row(&candidate))?;
    }
    out.flush().context("cannot write to standard output")
}

fn row(candidate: &ReviewCandidate<'_>) -> [String; 8] {
    let ReviewCandidate { organisation, other, .. } = candidate;
    let name = |language| organisation.name.nearest(language).to_string();
    let (name_b, id_b, method, evidence) = match other {
        Some((other, possible)) => (
            other.name.nearest(Language::En).to_string(),
            other.id.clone(),
            super::datasets::word(possible.method),
            possible.evidence.clone(),
        ),
        None => Default::default(),
    };
    let mentions = organisation.mentions.len() + other.map_or(0, |(other, _)| other.mentions.len());
    [
        name(Language::En),
        organisation.id.clone(),
        name_b,
        id_b,
        method,
        evidence,
        candidate.funding().normalize().to_string(),
        mentions.to_string(),
    ]
}

impl Recorded {
    fn append(self, file: CuratedFile, mut values: Vec<(&str, String)>) -> anyhow::Result<()> {
        ensure!(!self.source.trim().is_empty(), "expected the source of the decision in `--source`, found nothing");
        values.push(("source", self.source));
        curated_folder::append(&self.identity_overrides, file, &values)?;
        Ok(())
    }
}

impl Pair {
    fn append(self, file: CuratedFile) -> anyhow::Result<()> {
        let Self { name_a, name_b, note, recorded } = self;
        recorded.append(file, Vec::from([("name_a", name_a), ("name_b", name_b), ("note", note)]))
    }
}

impl Alias {
    fn append(self) -> anyhow::Result<()> {
        let Self { organisation, alias, kind, recorded } = self;
        let own = if has_han(&organisation) { "name_zh" } else { "name_en" };
        let line = Vec::from([(own, organisation), ("alias", alias), ("kind", kind.code().to_owned())]);
        recorded.append(CuratedFile::Alias, line)
    }
}
