//! `lionrock versions`: lists the stored versions of datasets in the state directory, and restores one.

use std::{io::Write, path::PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};

use crate::{
    domain::catalog::Dataset,
    publishers,
    upstream::file_store::{FileStore as Folder, FileStoreError, Version},
};

#[derive(Args, Debug)]
pub struct VersionsArgs {
    /// State directory of `lionrock serve`.
    #[arg(long, env = "LIONROCK_STATE_DIR", value_name = "DIR", global = true)]
    state_dir: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// List the stored versions of a dataset, or of all datasets, newest first.
    List {
        /// Portal id or plan number of a dataset.
        dataset: Option<String>,
    },
    /// Restore an earlier version of a dataset.
    ///
    /// The replaced files are refused. As long as the publisher offers the same files, the restored version is served
    /// and `datasets { lastError }` reports `REFUSED`. As soon as the publisher offers a different file at an address,
    /// that file is served. To accept a refused version again, restore it. A running gateway applies the change within
    /// seconds. Otherwise the next start applies it.
    Restore {
        /// Portal id or plan number of the dataset.
        dataset: String,
        /// Number of the version, as printed by `lionrock versions list`.
        #[arg(value_name = "VERSION")]
        number: u32,
    },
}

impl VersionsArgs {
    pub fn run(self) -> anyhow::Result<()> {
        let state_dir = self.state_dir.context("expected a state directory, found none: set `--state-dir`")?;
        anyhow::ensure!(state_dir.is_dir(), "expected a state directory, found none at `{}`", state_dir.display());
        let folder = Folder::in_folder(&state_dir);
        let mut out = std::io::stdout().lock();
        match self.command {
            Command::List { dataset } => {
                let only = dataset.as_deref().map(named).transpose()?;
                writeln!(out, "{:<5} {:>7}  {:<20}  {:>5} {:>10}", "PLAN", "VERSION", "STORED", "FILES", "BYTES")?;
                for source in publishers::sources() {
                    if only.is_none_or(|only| only.plan == source.dataset.plan) {
                        list(&mut out, &source.dataset, &folder.versions(&source.dataset)?)?;
                    }
                }
            }
            Command::Restore { dataset, number } => {
                let dataset = named(&dataset)?;
                match folder.restore(dataset, number) {
                    Ok(restored) => writeln!(
                        out,
                        "{}: restored version {number} as version {}; it is served from the next start on",
                        dataset.plan, restored.number
                    )?,
                    Err(FileStoreError::InUse) => {
                        folder.request(dataset, number)?;
                        writeln!(out, "{}: requested version {number} from the running gateway", dataset.plan)?;
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }
}

fn named(id: &str) -> anyhow::Result<&'static Dataset> {
    let source = publishers::sources().into_iter().find(|source| source.dataset.is_named(id));
    let expected = || format!("expected a dataset's portal id or plan number such as `D36`, found `{id}`");
    Ok(&source.with_context(expected)?.dataset)
}

fn list(out: &mut impl Write, dataset: &Dataset, versions: &[Version]) -> std::io::Result<()> {
    for (position, version) in versions.iter().enumerate() {
        let bytes: u64 = version.files.iter().map(|file| file.bytes).sum();
        let (number, kept, files) = (version.number, version.kept_at, version.files.len());
        write!(out, "{:<5} {number:>7}  {kept:<20.0}  {files:>5} {bytes:>10}", dataset.plan)?;
        if position == 0 {
            write!(out, "  served")?;
        }
        if let Some(from) = version.restored_from {
            write!(out, "  restored from {from}")?;
        }
        if !version.refused.is_empty() {
            write!(out, "  refused files: {}", version.refused.len())?;
        }
        writeln!(out)?;
    }
    Ok(())
}
