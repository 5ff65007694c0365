//! A stored version of a dataset: its files and their bodies. The file format is one line with the checksum of the
//! rest, followed by JSON.

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

/// A stored body with the validators for the next conditional request.
#[derive(Clone, Debug)]
pub struct StoredFile {
    pub raw: RawFile,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// A body that an operator refused for a URL. It is not accepted again until the publisher serves a different body
/// there.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct RefusedBody {
    pub url: String,
    pub sha256: String,
}

/// A version of a dataset's files.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Version {
    /// The version number. Numbers count up from 1; the highest version is served.
    pub number: u32,
    /// The time at which the version was stored.
    pub kept_at: Timestamp,
    /// The version that an operator restored with this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored_from: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedBody>,
    pub files: Vec<FileMeta>,
}

/// The metadata of a stored file.
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
    /// The language that the portal listed for the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<String>,
}

const ENDING: &str = "version";

/// Returns the file name of a body.
pub fn body_name(sha256: &str) -> String {
    format!("{sha256}.body")
}

impl Version {
    /// True if the version has exactly these files and bodies, in this order.
    pub fn has(&self, files: &[FileMeta]) -> bool {
        let key = |card: &FileMeta| (card.url.clone(), card.sha256.clone());
        self.files.iter().map(key).eq(files.iter().map(key))
    }

    /// Returns the bodies of the files as refusals for a later version.
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
    /// The readable versions, newest first.
    pub sound: Vec<Version>,
    /// The unreadable versions, with the reasons.
    pub damaged: Vec<(PathBuf, String)>,
}

/// Reads all versions in a directory.
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

/// Returns a number that no version in the directory has used, damaged versions included.
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

    /// Reads the body and returns the file. Fails if the checksum does not match.
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
