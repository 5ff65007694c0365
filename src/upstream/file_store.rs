//! Stores bodies on disk between runs. After a restart while the publishers are down, the served data is the same as
//! before. A bad publication can be undone by restoring an earlier version.
//!
//! Each dataset has one directory. It holds the bodies, named by their SHA-256, and one small file per [`Version`] that
//! lists its bodies. A body is written before the version that names it, so a crash leaves the previous version intact.
//! One process holds the lock and writes; other processes only read.

use std::{
    collections::{BTreeMap, HashSet},
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::domain::{catalog::Dataset, clock};

mod disk;
mod ledger;
mod restoring;
mod version;

use version::Versions;
pub use version::{FileMeta, RefusedBody, StoredFile, Version};

/// The maximum number of versions of a dataset, including the served one.
const MOST_VERSIONS: usize = 8;
/// The maximum total size in bytes of a dataset's bodies across all versions.
const MOST_BYTES: u64 = 128 << 20;

/// The directory of stored bodies.
#[derive(Clone, Debug)]
pub struct FileStore {
    folder: PathBuf,
    /// The lock file. `Some` while this process holds the lock.
    lock: Arc<Mutex<Option<File>>>,
}

/// The reason why nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum FileStoreError {
    #[error(
        "expected exclusive access to the state directory, found it locked by another process: files are read but not stored"
    )]
    InUse,
    #[error("cannot write to the state directory: {0}")]
    Unwritable(#[from] io::Error),
    #[error("expected one of the versions {known}, found {found}")]
    NoVersion { known: String, found: u32 },
    #[error("expected version {number} to be intact, found `{url}` corrupt: {reason}")]
    Damaged { number: u32, url: String, reason: String },
}

impl FileStoreError {
    /// Returns a stable error code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InUse => "STATE_DIR_LOCKED",
            Self::Unwritable(_) => "STATE_DIR_NOT_WRITABLE",
            Self::NoVersion { .. } => "NO_VERSION",
            Self::Damaged { .. } => "STORED_FILE_CORRUPT",
        }
    }
}

/// The stored state of a dataset.
#[derive(Debug, Default)]
pub struct StoredDataset {
    pub files: Vec<StoredFile>,
    pub refused: Vec<RefusedBody>,
    /// The damaged files, with the reasons.
    pub damaged: Vec<String>,
}

impl FileStore {
    /// Returns the store in a state directory. The directory need not exist, and is not created before the first write.
    pub fn in_folder(state_dir: &Path) -> Self {
        Self { folder: state_dir.join("held"), lock: Arc::default() }
    }

    /// Returns the path of the store.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Acquires the lock of the store for this process. Returns true if this process did not hold it before.
    pub fn claim(&self) -> Result<bool, FileStoreError> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if lock.is_some() {
            return Ok(false);
        }
        let open = || {
            fs::create_dir_all(&self.folder)?;
            File::options().create(true).truncate(false).write(true).open(self.folder.join("lock"))
        };
        let file = open()?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FileStoreError::InUse),
            // The file system has no locks. The operator must ensure that only one process uses it.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        *lock = Some(file);
        Ok(true)
    }

    /// Stores the files of a dataset as its newest version, and removes old versions.
    pub fn keep(&self, dataset: &Dataset, files: &[StoredFile], refused: &[RefusedBody]) -> Result<(), FileStoreError> {
        self.claim()?;
        self.write(dataset, files, refused).map_err(FileStoreError::from)
    }

    fn write(&self, dataset: &Dataset, files: &[StoredFile], refused: &[RefusedBody]) -> io::Result<()> {
        let folder = self.folder.join(dataset.plan);
        fs::create_dir_all(&folder)?;
        let cards: Vec<FileMeta> = files.iter().map(FileMeta::of).collect();
        let newest = version::all(&folder)?.sound.into_iter().next();
        let version = match newest {
            // The bodies are the same, but they may have been fetched again or with other validators.
            Some(newest) if newest.has(&cards) => Version { refused: refused.to_vec(), files: cards, ..newest },
            _ => Version {
                number: version::next_number(&folder)?,
                kept_at: clock::now(),
                restored_from: None,
                refused: refused.to_vec(),
                files: cards,
            },
        };
        for file in files {
            let name = version::body_name(&file.raw.sha256);
            if fs::read(folder.join(&name)).ok().as_deref() != Some(&file.raw.body[..]) {
                disk::write(&folder, &name, &file.raw.body)?;
            }
        }
        version.write(&folder)?;
        prune(&folder)
    }

    /// Returns the newest readable version of a dataset. A damaged body is replaced by the previous body for the same
    /// URL. Damaged files are renamed to `….corrupt`.
    pub fn files(&self, dataset: &Dataset) -> StoredDataset {
        let folder = self.folder.join(dataset.plan);
        let mut kept = StoredDataset::default();
        let Versions { sound: versions, damaged } = match version::all(&folder) {
            Ok(all) => all,
            Err(error) => {
                kept.damaged.push(format!("cannot read the directory: {error}"));
                return kept;
            }
        };
        for (path, reason) in damaged {
            kept.damaged.push(self.set_aside(&path, &reason));
        }
        let Some((newest, older)) = versions.split_first() else { return kept };
        kept.refused.clone_from(&newest.refused);
        for card in &newest.files {
            let before = older.iter().filter_map(|version| version.files.iter().find(|before| before.url == card.url));
            let mut tried = HashSet::new();
            for card in std::iter::once(card).chain(before) {
                if !tried.insert(&card.sha256) || newest.refused.iter().any(|refused| refused.sha256 == card.sha256) {
                    continue;
                }
                match card.read(&folder) {
                    Ok(file) => {
                        kept.files.push(file);
                        break;
                    }
                    Err(reason) => {
                        let path = folder.join(version::body_name(&card.sha256));
                        kept.damaged.push(format!("{}: {}", card.url, self.set_aside(&path, &reason)));
                    }
                }
            }
        }
        kept.files.sort_by(|a, b| {
            let key = |file: &StoredFile| (file.raw.distribution.period.clone(), file.raw.distribution.url.clone());
            key(a).cmp(&key(b))
        });
        kept
    }

    /// Renames a damaged file to `….corrupt` if this process can hold the lock. Returns a description of the damage.
    fn set_aside(&self, path: &Path, reason: &str) -> String {
        if self.claim().is_ok() || self.is_claimed() {
            // If the rename fails, the next read finds the damage again.
            let _ = fs::rename(path, path.with_extension("corrupt"));
        }
        let name = path.file_name().unwrap_or_default().display();
        format!("`{name}` is corrupt: {reason}")
    }

    /// True if this process holds the lock of the store.
    pub fn is_claimed(&self) -> bool {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

/// Removes versions beyond the limits, unreferenced bodies, and temporary files of a killed process.
fn prune(folder: &Path) -> io::Result<()> {
    let versions = version::all(folder)?.sound;
    let mut bodies: BTreeMap<String, u64> = BTreeMap::new();
    for (position, version) in versions.iter().enumerate() {
        let mut with_it = bodies.clone();
        with_it.extend(version.files.iter().map(|card| (version::body_name(&card.sha256), card.bytes)));
        let fits = position < MOST_VERSIONS && with_it.values().sum::<u64>() <= MOST_BYTES;
        if position > 0 && !fits {
            for dropped in &versions[position..] {
                disk::remove(&dropped.path(folder))?;
            }
            break;
        }
        bodies = with_it;
    }
    disk::sync(folder)?;
    for path in disk::paths(folder)? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_body = path.extension().is_some_and(|ending| ending == "body");
        let is_left = path.extension().is_some_and(|ending| ending == "tmp");
        if is_left || is_body && !bodies.contains_key(name) {
            disk::remove(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;
    use crate::{
        domain::catalog::Distribution,
        upstream::raw::{Origin, RawFile, sha256_hex},
    };

    static DATASET: Dataset = Dataset::FICTIONAL;
    const ONE: &str = "https://a.gov.hk/1_e.csv";
    const TWO: &str = "https://a.gov.hk/2_e.csv";

    fn file(url: &str, body: &str) -> StoredFile {
        let raw = RawFile {
            distribution: Distribution::at(url),
            body: Bytes::copy_from_slice(body.as_bytes()),
            origin: Origin::Live,
            sha256: sha256_hex(body.as_bytes()),
            retrieved_at: Some(Timestamp::UNIX_EPOCH),
            published_at: None,
            as_of: None,
            declared_charset: None,
            by_mirror: false,
            source: None,
        };
        StoredFile { raw, etag: Some("\"1\"".into()), last_modified: None }
    }

    fn bodies(kept: &StoredDataset) -> Vec<String> {
        kept.files.iter().map(|file| String::from_utf8_lossy(&file.raw.body).into_owned()).collect()
    }

    fn with_ending(folder: &Path, ending: &str) -> Vec<PathBuf> {
        disk::paths(folder).unwrap().into_iter().filter(|path| path.extension().is_some_and(|e| e == ending)).collect()
    }

    #[test]
    fn stored_files_are_restored_and_removed_files_are_not() {
        let state = tempfile::tempdir().unwrap();
        let held = FileStore::in_folder(state.path());
        held.keep(&DATASET, &[file(ONE, "one"), file(TWO, "two")], &[]).unwrap();
        held.keep(&DATASET, &[file(TWO, "two")], &[]).unwrap();
        let kept = held.files(&DATASET);
        assert_eq!((bodies(&kept), kept.damaged.len()), (vec!["two".to_owned()], 0));
        assert_eq!((kept.files[0].raw.origin, kept.files[0].etag.as_deref()), (Origin::Held, Some("\"1\"")));
        let numbers = || held.versions(&DATASET).unwrap().iter().map(|version| version.number).collect::<Vec<_>>();
        assert_eq!(numbers(), [2, 1]);
        held.keep(&DATASET, &[file(TWO, "two")], &[]).unwrap();
        assert_eq!(numbers(), [2, 1], "unchanged bodies do not create a version");
    }

    #[test]
    fn old_versions_and_their_bodies_are_deleted() {
        let state = tempfile::tempdir().unwrap();
        let held = FileStore::in_folder(state.path());
        for number in 0..20 {
            held.keep(&DATASET, &[file(ONE, "always"), file(TWO, &format!("body {number}"))], &[]).unwrap();
        }
        let folder = state.path().join("held/X1");
        assert_eq!(held.versions(&DATASET).unwrap().len(), MOST_VERSIONS);
        assert_eq!(with_ending(&folder, "body").len(), MOST_VERSIONS + 1);
    }

    #[test]
    fn a_damaged_body_is_replaced_by_the_previous_one() {
        let state = tempfile::tempdir().unwrap();
        let held = FileStore::in_folder(state.path());
        held.keep(&DATASET, &[file(ONE, "old"), file(TWO, "two")], &[]).unwrap();
        held.keep(&DATASET, &[file(ONE, "new"), file(TWO, "two")], &[]).unwrap();
        let body = |text: &str| state.path().join("held/X1").join(version::body_name(&sha256_hex(text.as_bytes())));
        fs::write(body("new"), b"nEw").unwrap();
        fs::remove_file(body("two")).unwrap();
        let kept = held.files(&DATASET);
        assert_eq!(bodies(&kept), ["old"]);
        assert_eq!(kept.damaged.len(), 2, "{:?}", kept.damaged);
        assert!(
            kept.damaged[0].contains(ONE) && kept.damaged[0].contains("expected the checksum"),
            "{:?}",
            kept.damaged
        );
        assert!(body("new").with_extension("corrupt").exists());
    }

    #[test]
    fn a_damaged_version_is_replaced_by_the_previous_one() {
        let state = tempfile::tempdir().unwrap();
        let held = FileStore::in_folder(state.path());
        held.keep(&DATASET, &[file(ONE, "old")], &[]).unwrap();
        held.keep(&DATASET, &[file(ONE, "new")], &[]).unwrap();
        let newest = state.path().join("held/X1/2.version");
        let text = fs::read_to_string(&newest).unwrap().replace("\\\"1\\\"", "\\\"2\\\"");
        fs::write(&newest, text).unwrap();
        let kept = held.files(&DATASET);
        assert_eq!((bodies(&kept), kept.damaged.len()), (vec!["old".to_owned()], 1));
        held.keep(&DATASET, &[file(ONE, "newer")], &[]).unwrap();
        assert_eq!(held.versions(&DATASET).unwrap()[0].number, 3, "version numbers are not reused");
    }

    #[test]
    fn a_restored_version_refuses_the_bodies_that_replaced_it() {
        let state = tempfile::tempdir().unwrap();
        let held = FileStore::in_folder(state.path());
        for body in ["good", "bad", "worse"] {
            held.keep(&DATASET, &[file(ONE, body), file(TWO, "two")], &[]).unwrap();
        }
        let refused = |body: &str| RefusedBody { url: ONE.to_owned(), sha256: sha256_hex(body.as_bytes()) };
        let restored = held.restore(&DATASET, 1).unwrap();
        assert_eq!((restored.number, restored.restored_from, &restored.refused), (4, Some(1), &vec![refused("worse")]));
        let kept = held.files(&DATASET);
        assert_eq!((bodies(&kept), kept.refused), (vec!["good".to_owned(), "two".to_owned()], vec![refused("worse")]));
        let again = held.restore(&DATASET, 2).unwrap();
        assert_eq!(again.refused, [refused("good"), refused("worse")]);
        assert_eq!(held.restore(&DATASET, 3).unwrap().refused, [refused("bad"), refused("good")]);
        let error = held.restore(&DATASET, 9).unwrap_err().to_string();
        assert_eq!(error, "expected one of the versions 6, 5, 4, 3, 2, 1, found 9");
    }

    #[test]
    fn only_one_process_writes_at_a_time() {
        let state = tempfile::tempdir().unwrap();
        let (first, second) = (FileStore::in_folder(state.path()), FileStore::in_folder(state.path()));
        first.keep(&DATASET, &[file(ONE, "one")], &[]).unwrap();
        assert!(matches!(second.keep(&DATASET, &[file(ONE, "two")], &[]), Err(FileStoreError::InUse)));
        assert_eq!(bodies(&second.files(&DATASET)), ["one"]);
        second.request(&DATASET, 1).unwrap();
        assert_eq!(first.take_requests(), [("X1".to_owned(), 1)]);
        assert_eq!(first.take_requests(), []);
        drop(first);
        assert!(second.claim().unwrap());
        second.keep(&DATASET, &[file(ONE, "two")], &[]).unwrap();
    }

    #[test]
    fn partial_files_of_a_killed_process_are_deleted() {
        let state = tempfile::tempdir().unwrap();
        let held = FileStore::in_folder(state.path());
        held.keep(&DATASET, &[file(ONE, "one")], &[]).unwrap();
        let folder = state.path().join("held/X1");
        fs::write(folder.join(".half.tmp"), b"on").unwrap();
        held.keep(&DATASET, &[file(ONE, "one")], &[]).unwrap();
        assert_eq!(with_ending(&folder, "tmp"), Vec::<PathBuf>::new());
    }
}
