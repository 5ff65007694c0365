//! One version of a dataset as it is held: which files it had, with which bodies. Written as a line with the checksum
//! of what follows, and JSON.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{catalog::Distribution, text::Language},
    upstream::{
        file_store::disk,
        raw::{Origin, RawFile, sha256_hex},
    },
};

/// A body as it was held, with what makes the next request for it conditional.
#[derive(Clone, Debug)]
pub struct StoredFile {
    pub raw: RawFile,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// A body that an operator refused for an address: it does not come back as long as the publisher has nothing else there.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct RefusedBody {
    pub url: String,
    pub sha256: String,
}

/// A version of a dataset's files.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Version {
    /// They count up from 1; the highest one is served.
    pub number: u32,
    /// When its files came together.
    pub kept_at: Timestamp,
    /// The version that an operator went back to by this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored_from: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedBody>,
    pub files: Vec<FileMeta>,
}

/// What is known of a file beside its body.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct FileMeta {
    pub url: String,
    pub sha256: String,
    pub bytes: u64,
    etag: Option<String>,
    last_modified: Option<String>,
    charset: Option<String>,
    retrieved_at: Option<Timestamp>,
    published_at: Option<Timestamp>,
    as_of: Option<Date>,
    by_mirror: bool,
    /// What the portal said of the file beside its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<String>,
}

const ENDING: &str = "version";

/// The name of a body's file.
pub fn body_name(sha256: &str) -> String {
    format!("{sha256}.body")
}

impl Version {
    /// Whether these are its files, body for body.
    pub fn has(&self, files: &[FileMeta]) -> bool {
        let key = |card: &FileMeta| (card.url.clone(), card.sha256.clone());
        self.files.iter().map(key).eq(files.iter().map(key))
    }

    /// The bodies of its files, as what a later version may not have again.
    pub fn refusals(&self) -> impl Iterator<Item = RefusedBody> {
        self.files.iter().map(|card| RefusedBody { url: card.url.clone(), sha256: card.sha256.clone() })
    }

    pub fn path(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.{ENDING}", self.number))
    }

    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        let content = format!("{}\n{text}\n", sha256_hex(text.trim_end().as_bytes()));
        disk::write(folder, &format!("{}.{ENDING}", self.number), content.as_bytes())
    }

    fn read(path: &Path) -> Result<Self, String> {
        let content = fs::read_to_string(path).map_err(|error| error.to_string())?;
        let (expected, text) = content.split_once('\n').ok_or("expected a checksum and JSON, found one line")?;
        let found = sha256_hex(text.trim_end().as_bytes());
        if found != expected {
            return Err(format!("expected the checksum {expected}, found {found}"));
        }
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

/// The versions in a folder.
#[derive(Debug, Default)]
pub struct Versions {
    /// Those that can be read, the newest first.
    pub sound: Vec<Version>,
    /// The others, with the reason.
    pub damaged: Vec<(PathBuf, String)>,
}

/// The versions in a folder.
pub fn all(folder: &Path) -> std::io::Result<Versions> {
    let Versions { mut sound, mut damaged } = Versions::default();
    for path in disk::paths(folder)?.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
    {
        match Version::read(&path) {
            Ok(version) => sound.push(version),
            Err(reason) => damaged.push((path, reason)),
        }
    }
    sound.sort_by_key(|version| std::cmp::Reverse(version.number));
    Ok(Versions { sound, damaged })
}

/// A number that no version in the folder has had, damaged ones included.
pub fn next_number(folder: &Path) -> std::io::Result<u32> {
    let number = |path: PathBuf| path.file_stem()?.to_str()?.parse::<u32>().ok();
    Ok(disk::paths(folder)?.into_iter().filter_map(number).max().unwrap_or(0) + 1)
}

impl FileMeta {
    pub fn of(file: &StoredFile) -> Self {
        Self {
            url: file.raw.distribution.url.clone(),
            sha256: file.raw.sha256.clone(),
            bytes: file.raw.body.len() as u64,
            etag: file.etag.clone(),
            last_modified: file.last_modified.clone(),
            charset: file.raw.declared_charset.clone(),
            retrieved_at: file.raw.retrieved_at,
            published_at: file.raw.published_at,
            as_of: file.raw.as_of,
            by_mirror: file.raw.by_mirror,
            language: file.raw.distribution.language.map(|language| language.tag().to_owned()),
            period: file.raw.distribution.period.clone(),
        }
    }

    /// The file with its body, if that is what was kept.
    pub fn read(&self, folder: &Path) -> Result<StoredFile, String> {
        let body = fs::read(folder.join(body_name(&self.sha256))).map_err(|error| error.to_string())?;
        let found = sha256_hex(&body);
        if found != self.sha256 {
            return Err(format!("expected the checksum {}, found {found}", self.sha256));
        }
        let mut distribution = Distribution::at(self.url.clone());
        let is_named = |language: &Language| self.language.as_deref() == Some(language.tag());
        distribution.language = Language::ALL.into_iter().find(is_named).or(distribution.language);
        distribution.period = self.period.clone().or(distribution.period);
        let raw = RawFile {
            distribution,
            body: Bytes::from(body),
            origin: Origin::Held,
            sha256: found,
            retrieved_at: self.retrieved_at,
            published_at: self.published_at,
            as_of: self.as_of,
            declared_charset: self.charset.clone(),
            by_mirror: self.by_mirror,
            source: None,
        };
        Ok(StoredFile { raw, etag: self.etag.clone(), last_modified: self.last_modified.clone() })
    }
}
