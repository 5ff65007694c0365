//! Reads files with a time limit and catches panics, so that a bad file affects only itself.
//!
//! A thread cannot be killed, so a thread that exceeds the time limit is abandoned. Its resource use is bounded by the
//! limits on a file's bytes, cells and nesting. The threads do not belong to the async runtime, so the process can exit
//! without them.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use crate::upstream::{
    decode::{DecodeAbort, DecodeError},
    raw::RawFile,
    read_options::{ReadError, ReadOptions},
    snapshot::Snapshot,
    source::Source,
};

/// The time limit for the files of one dataset. The largest dataset takes about 1 s.
pub const LONGEST: Duration = Duration::from_secs(30);

/// The reason why files were not read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum UnreadReason {
    /// One file is not a table, or it exceeds the limits of its reader.
    #[error(transparent)]
    File(#[from] ReadError),
    /// The files together exceed the limits of the reader, but each file alone does not.
    #[error("cannot read the files of the dataset together: {0}")]
    Together(DecodeAbort),
}

/// Reads a dataset's files on separate threads.
pub async fn read(
    source: &'static Source,
    raw: Vec<RawFile>,
    options: ReadOptions,
    longest: Duration,
) -> Result<Snapshot, UnreadReason> {
    let (done, result) = oneshot::channel();
    let begun = begin(move || {
        // The receiver may have been dropped.
        let _ = done.send(read_here(source, raw, &options, longest));
    });
    let gone = || UnreadReason::Together(DecodeAbort::Panicked("no thread".to_owned()));
    if begun { result.await.unwrap_or_else(|_| Err(gone())) } else { Err(gone()) }
}

/// Reads a dataset's files, and blocks the current thread until they are read.
pub fn read_here(
    source: &'static Source,
    raw: Vec<RawFile>,
    options: &ReadOptions,
    longest: Duration,
) -> Result<Snapshot, UnreadReason> {
    let alone = |file: RawFile| Reading::begin(source, vec![file], options.clone());
    let gave_up = match Reading::begin(source, raw.clone(), options.clone()).wait(longest) {
        Ok(read) => return Ok(read?),
        Err(gave_up) => gave_up,
    };
    // Reading each file alone, in parallel, identifies the file that failed.
    let each: Vec<(String, Reading)> =
        raw.into_iter().map(|file| (file.distribution.url.clone(), alone(file))).collect();
    for (url, reading) in each {
        if let Err(gave_up) = reading.wait(longest) {
            return Err(ReadError { url, error: DecodeError::GaveUp(gave_up) }.into());
        }
    }
    Err(UnreadReason::Together(gave_up))
}

/// A read in progress.
struct Reading {
    result: mpsc::Receiver<Result<Result<Snapshot, ReadError>, DecodeAbort>>,
    begun: Instant,
}

impl Reading {
    fn begin(source: &'static Source, raw: Vec<RawFile>, options: ReadOptions) -> Self {
        let (done, result) = mpsc::sync_channel(1);
        begin(move || {
            // Unwind safety: no state of the reader is used after a panic.
            let read = catch_unwind(AssertUnwindSafe(|| (source.read.files)(source, raw, options)));
            // The receiver may have been dropped.
            let _ = done.send(read.map_err(|panic| DecodeAbort::Panicked(panic_message(panic.as_ref()))));
        });
        Self { result, begun: Instant::now() }
    }

    fn wait(self, longest: Duration) -> Result<Result<Snapshot, ReadError>, DecodeAbort> {
        match self.result.recv_timeout(longest.saturating_sub(self.begun.elapsed())) {
            Ok(result) => result,
            Err(mpsc::RecvTimeoutError::Timeout) => Err(DecodeAbort::TookTooLong(longest)),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(DecodeAbort::Panicked("no thread".to_owned())),
        }
    }
}

/// Runs a closure on a new thread. Returns false if the thread cannot be created.
fn begin(run: impl FnOnce() + Send + 'static) -> bool {
    thread::Builder::new().name("reader".to_owned()).spawn(run).is_ok()
}

/// Returns the message of a panic.
fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "nothing".to_owned())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{
        domain::catalog::{Dataset, Distribution},
        statistics::Layout,
        upstream::{
            raw::{Origin, sha256_hex},
            source::{FileSource, SnapshotReader},
        },
    };

    static SOURCE: Source = Source {
        dataset: Dataset::FICTIONAL,
        files: FileSource::Portal,
        expected: 0..=1,
        may_be_empty: true,
        joined_by: None,
        identify: None,
        layout: Layout::GUESS,
        read: SnapshotReader { files: scripted_reader, columns: &[], none: empty_snapshot },
    };

    fn empty_snapshot(dataset: &'static Dataset) -> Snapshot {
        Snapshot::new(dataset, Vec::new(), Box::new(crate::statistics::Figures::default()))
    }

    /// A reader whose behaviour depends on the content of its files.
    fn scripted_reader(source: &'static Source, raw: Vec<RawFile>, _: ReadOptions) -> Result<Snapshot, ReadError> {
        let says = |word: &[u8]| raw.iter().any(|file| file.body == word);
        assert!(!says(b"panic"), "the file said so");
        assert!(!(says(b"this") && says(b"that")), "this and that");
        while says(b"never end") {
            thread::park();
        }
        if let Some(file) = raw.iter().find(|file| file.body.is_empty()) {
            return Err(ReadError { url: file.distribution.url.clone(), error: DecodeError::Empty });
        }
        Ok(empty_snapshot(&source.dataset))
    }

    fn file(name: &str, body: &'static str) -> RawFile {
        RawFile {
            distribution: Distribution::at(format!("https://a.gov.hk/{name}.csv")),
            body: Bytes::from_static(body.as_bytes()),
            origin: Origin::Live,
            sha256: sha256_hex(body.as_bytes()),
            retrieved_at: None,
            published_at: None,
            as_of: None,
            declared_charset: None,
            by_mirror: false,
            source: None,
        }
    }

    async fn read_error(files: Vec<RawFile>, longest: Duration) -> UnreadReason {
        read(&SOURCE, files, ReadOptions::default(), longest).await.err().unwrap()
    }

    #[tokio::test]
    async fn a_panic_is_reported_with_its_file() {
        let files = vec![file("a", "sound"), file("b", "panic"), file("c", "sound")];
        let UnreadReason::File(error) = read_error(files, LONGEST).await else { panic!("expected a file") };
        assert_eq!(error.url, "https://a.gov.hk/b.csv");
        assert_eq!(error.error, DecodeError::GaveUp(DecodeAbort::Panicked("the file said so".to_owned())));
    }

    #[tokio::test]
    async fn an_endless_file_is_rejected() {
        let longest = Duration::from_millis(100);
        let UnreadReason::File(error) = read_error(vec![file("a", "sound"), file("b", "never end")], longest).await
        else {
            panic!("expected a file")
        };
        assert_eq!(error.url, "https://a.gov.hk/b.csv");
        assert_eq!(error.error, DecodeError::GaveUp(DecodeAbort::TookTooLong(longest)));
    }

    #[tokio::test]
    async fn files_that_fail_only_together_are_reported_together() {
        let error = read_error(vec![file("a", "this"), file("b", "that")], LONGEST).await;
        assert!(
            matches!(&error, UnreadReason::Together(DecodeAbort::Panicked(message)) if message == "this and that"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn errors_of_the_reader_are_unchanged() {
        let UnreadReason::File(error) = read_error(vec![file("a", "sound"), file("b", "")], LONGEST).await else {
            panic!("expected a file")
        };
        assert_eq!((error.url.as_str(), error.error), ("https://a.gov.hk/b.csv", DecodeError::Empty));
    }

    #[tokio::test]
    async fn valid_files_are_read() {
        assert!(read(&SOURCE, vec![file("a", "sound")], ReadOptions::default(), LONGEST).await.is_ok());
    }
}
