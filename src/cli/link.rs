//! `lionrock link`: matches a list of names with each other or with the organisations of the graph.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::{Args, builder::BoolishValueParser};

use super::loading::DataSource;
use crate::{
    domain::catalog::Publisher,
    index::matching,
    linking::{self, Method, Name},
};

#[derive(Args, Debug)]
pub struct LinkArgs {
    /// CSV file with the names. It has the column `record_id` and at least one of `name_en` and `name_zh`. The columns
    /// `publisher`, `website` and `address` are optional. `-` reads standard input.
    #[arg(long, env = "LIONROCK_NAMES", value_name = "FILE")]
    names: PathBuf,

    /// Match the names with the organisations of the graph and print their ids. The id is empty if no organisation or
    /// several match.
    #[arg(long, env = "LIONROCK_AGAINST_GRAPH", value_parser = BoolishValueParser::new())]
    against_graph: bool,

    /// Add the columns `method` and `evidence` to the output.
    #[arg(long, env = "LIONROCK_EXPLAIN", value_parser = BoolishValueParser::new())]
    explain: bool,

    #[command(flatten)]
    rows: DataSource,
}

/// A line of the output.
struct Answer<'a> {
    name: u32,
    joint: u8,
    id: String,
    method: Method,
    evidence: &'a str,
}

impl LinkArgs {
    pub async fn run(self) -> anyhow::Result<()> {
        let list = List::read(&self.names)?;
        let names: Vec<Name<'_>> = list.rows.iter().map(|row| list.name(row)).collect();
        if self.against_graph {
            let refresher = self.rows.load().await?;
            let view = refresher.view();
            let matches = matching::match_names(&view.graph, &names, &refresher.curated());
            let answers = matches.iter().map(|found| Answer {
                name: found.name,
                joint: found.joint,
                id: found.organisation.map(|organisation| organisation.id.clone()).unwrap_or_default(),
                method: found.method,
                evidence: &found.evidence,
            });
            self.write(&list, answers)
        } else {
            let linked = linking::link(&names, &self.rows.curated()?);
            let answers = linked.parts.iter().map(|part| Answer {
                name: part.name,
                joint: part.joint,
                id: linked.clusters[part.cluster as usize].id.to_string(),
                method: part.method,
                evidence: &part.evidence,
            });
            self.write(&list, answers)
        }
    }

    /// Writes one line for each name. Joint applicants get one line each (`id#1`, `id#2`). A row without a name gets an
    /// empty line.
    fn write<'a>(&self, list: &List, answers: impl Iterator<Item = Answer<'a>>) -> anyhow::Result<()> {
        let mut out = csv::Writer::from_writer(std::io::stdout().lock());
        let columns = ["record_id", "cluster_id", "confidence", "method", "evidence"];
        let width = if self.explain { columns.len() } else { 3 };
        out.write_record(&columns[..width])?;
        let mut answers = answers.peekable();
        for (at, row) in (0..).zip(&list.rows) {
            let record_id = row.get(list.record_id).unwrap_or_default();
            let mut parts = Vec::new();
            while let Some(answer) = answers.next_if(|answer| answer.name == at) {
                parts.push(answer);
            }
            let is_joint = parts.len() > 1;
            for answer in &parts {
                let id = if is_joint { format!("{record_id}#{}", answer.joint + 1) } else { record_id.to_owned() };
                let (confidence, method) = if answer.id.is_empty() {
                    (String::new(), String::new())
                } else {
                    (answer.method.score().to_string(), super::datasets::word(answer.method))
                };
                out.write_record(&[id, answer.id.clone(), confidence, method, answer.evidence.to_owned()][..width])?;
            }
            if parts.is_empty() {
                out.write_record(&[record_id, "", "", "", "no name in this row"][..width])?;
            }
        }
        out.flush().context("cannot write to standard output")
    }
}

/// A parsed list of names.
struct List {
    rows: Vec<csv::StringRecord>,
    record_id: usize,
    publisher: Option<usize>,
    name_en: Option<usize>,
    name_zh: Option<usize>,
    website: Option<usize>,
    address: Option<usize>,
}

impl List {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let source: Box<dyn Read> = if path == Path::new("-") {
            Box::new(std::io::stdin().lock())
        } else {
            Box::new(File::open(path).with_context(|| format!("cannot read the CSV file of names `{shown}`"))?)
        };
        let mut reader = csv::Reader::from_reader(source);
        let headers = reader.headers().with_context(|| format!("{shown}: expected a CSV file with a header"))?.clone();
        let column = |name: &str| headers.iter().position(|header| header.trim() == name);
        let found = || headers.iter().collect::<Vec<_>>().join(", ");
        let Some(record_id) = column("record_id") else {
            bail!("{shown}: expected a column `record_id`, found {}", found());
        };
        let (name_en, name_zh) = (column("name_en"), column("name_zh"));
        if name_en.is_none() && name_zh.is_none() {
            bail!("{shown}: expected a column `name_en` or `name_zh`, found {}", found());
        }
        let rows = reader.into_records().collect::<Result<_, _>>();
        Ok(Self {
            rows: rows.with_context(|| format!("{shown}: expected rows of {} cells in UTF-8", headers.len()))?,
            record_id,
            publisher: column("publisher"),
            name_en,
            name_zh,
            website: column("website"),
            address: column("address"),
        })
    }

    fn name<'a>(&self, row: &'a csv::StringRecord) -> Name<'a> {
        let cell = |column: Option<usize>| column.and_then(|column| row.get(column)).unwrap_or_default();
        let code = cell(self.publisher);
        // An unknown publisher is treated as the first one. This affects only the choice of ids.
        let known = Publisher::ALL.into_iter().find(|publisher| publisher.code().eq_ignore_ascii_case(code));
        Name {
            publisher: known.unwrap_or(Publisher::Itf),
            en: cell(self.name_en),
            zh: cell(self.name_zh),
            website: cell(self.website),
            address: cell(self.address),
        }
    }
}
