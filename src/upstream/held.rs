//! Bodies kept on disk from run to run, so that a restart with the publishers down answers as before.
//!
//! One folder per dataset; per file a body named by the SHA-256 of its address, and beside it a JSON with address,
//! validators and checksum. Each is written to a temporary file, synced and renamed: a crash leaves the old or the new
//! one, never half of one.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    catalog::{Dataset, Distribution},
    upstream::raw::{Origin, RawFile, sha256_hex},
};

/// The folder of held bodies.
#[derive(Clone, Debug)]
pub struct Held {
    folder: PathBuf,
}

/// A body as it was held, with what makes the next request for it conditional.
#[derive(Debug)]
pub struct HeldFile {
    pub raw: RawFile,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Card {
    url: String,
    sha256: String,
    etag: Option<String>,
    last_modified: Option<String>,
    charset: Option<String>,
    retrieved_at: Option<Timestamp>,
    published_at: Option<Timestamp>,
    as_of: Option<Date>,
    by_mirror: bool,
}

impl Held {
    /// Opens the folder, making it if need be; fails when nothing can be written there.
    pub fn open(state_dir: &Path) -> io::Result<Self> {
        let folder = state_dir.join("held");
        fs::create_dir_all(&folder)?;
        tempfile::tempfile_in(&folder)?;
        Ok(Self { folder })
    }

    /// Keeps the files of a dataset, and only them: those that it no longer has are removed.
    pub fn keep(&self, dataset: &Dataset, files: &[HeldFile]) -> io::Result<()> {
        let folder = self.folder.join(dataset.plan);
        fs::create_dir_all(&folder)?;
        let mut names = Vec::new();
        for file in files {
            let name = sha256_hex(file.raw.distribution.url.as_bytes());
            let card = Card {
                url: file.raw.distribution.url.clone(),
                sha256: file.raw.sha256.clone(),
                etag: file.etag.clone(),
                last_modified: file.last_modified.clone(),
                charset: file.raw.declared_charset.clone(),
                retrieved_at: file.raw.retrieved_at,
                published_at: file.raw.published_at,
                as_of: file.raw.as_of,
                by_mirror: file.raw.by_mirror,
            };
            // The body first: a card whose body is another one's fails its checksum and is set aside.
            write(&folder, &format!("{name}.body"), &file.raw.body)?;
            write(&folder, &format!("{name}.json"), &serde_json::to_vec_pretty(&card)?)?;
            names.push(name);
        }
        for path in paths(&folder)? {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            // Another process may be writing beside this one, or have removed the file first.
            let is_temporary = path.extension().is_some_and(|extension| extension == "tmp");
            if !is_temporary && path.is_file() && !names.iter().any(|name| name == stem) {
                match fs::remove_file(path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// The files held of a dataset. One that is damaged is set aside as `….corrupt` and reported.
    pub fn files(&self, dataset: &Dataset) -> Vec<HeldFile> {
        let folder = self.folder.join(dataset.plan);
        let mut files = Vec::new();
        for path in paths(&folder).unwrap_or_default() {
            if path.extension().is_some_and(|extension| extension == "json") {
                match read(&path) {
                    Ok(file) => files.push(file),
                    Err(reason) => {
                        tracing::warn!(dataset = dataset.plan, path = %path.display(), "held file set aside: {reason}");
                        let _ = fs::rename(&path, path.with_extension("corrupt"));
                    }
                }
            }
        }
        files.sort_by(|a, b| {
            let key = |file: &HeldFile| (file.raw.distribution.period.clone(), file.raw.distribution.url.clone());
            key(a).cmp(&key(b))
        });
        files
    }
}

fn paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

fn write(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".").suffix(".tmp").tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name)).map_err(|error| error.error)?;
    Ok(())
}

fn read(card: &Path) -> Result<HeldFile, String> {
    let text = fs::read(card).map_err(|error| error.to_string())?;
    let body = fs::read(card.with_extension("body")).map_err(|error| error.to_string())?;
    let card: Card = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    let sha256 = sha256_hex(&body);
    if sha256 != card.sha256 {
        return Err(format!("expected the checksum {}, found {sha256}", card.sha256));
    }
    Ok(HeldFile {
        raw: RawFile {
            distribution: Distribution::at(card.url),
            body: Bytes::from(body),
            origin: Origin::Held,
            sha256,
            retrieved_at: card.retrieved_at,
            published_at: card.published_at,
            as_of: card.as_of,
            declared_charset: card.charset,
            by_mirror: card.by_mirror,
            source: None,
        },
        etag: card.etag,
        last_modified: card.last_modified,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Frequency, Publisher, Title};

    static DATASET: Dataset = Dataset {
        plan: "X1",
        category: None,
        released: None,
        portal_id: None,
        publisher: Publisher::Itf,
        title: Title::new("x", "x"),
        frequency: Frequency::Annual,
    };

    fn file(url: &str, body: &'static [u8]) -> HeldFile {
        let raw = RawFile {
            distribution: Distribution::at(url),
            body: Bytes::from_static(body),
            origin: Origin::Live,
            sha256: sha256_hex(body),
            retrieved_at: Some(Timestamp::UNIX_EPOCH),
            published_at: None,
            as_of: None,
            declared_charset: None,
            by_mirror: false,
            source: None,
        };
        HeldFile { raw, etag: Some("\"1\"".into()), last_modified: None }
    }

    #[test]
    fn what_is_kept_comes_back_and_what_is_gone_goes() {
        let state = tempfile::tempdir().unwrap();
        let held = Held::open(state.path()).unwrap();
        held.keep(&DATASET, &[file("https://a.gov.hk/1_e.csv", b"one"), file("https://a.gov.hk/2_e.csv", b"two")])
            .unwrap();
        held.keep(&DATASET, &[file("https://a.gov.hk/2_e.csv", b"two")]).unwrap();
        let files = held.files(&DATASET);
        assert_eq!(files.len(), 1);
        assert_eq!((&files[0].raw.body[..], files[0].raw.origin), (&b"two"[..], Origin::Held));
        assert_eq!(files[0].etag.as_deref(), Some("\"1\""));
    }

    #[test]
    fn a_damaged_body_is_set_aside() {
        let state = tempfile::tempdir().unwrap();
        let held = Held::open(state.path()).unwrap();
        held.keep(&DATASET, &[file("https://a.gov.hk/1_e.csv", b"one")]).unwrap();
        let body = paths(&state.path().join("held/X1"))
            .unwrap()
            .into_iter()
            .find(|path| path.extension().unwrap() == "body")
            .unwrap();
        fs::write(&body, b"onf").unwrap();
        assert!(held.files(&DATASET).is_empty());
        assert!(body.with_extension("corrupt").exists());
    }
}
