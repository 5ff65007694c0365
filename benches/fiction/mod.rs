//! Fictional files of any size in the publishers' formats. At scale 1 there are 40,000 grants to 30,000 firms, 2,000
//! projects, 2,000 tenants, 400 laboratories and five car parks. The output is deterministic.

use std::sync::Arc;

use bytes::Bytes;
use lionrock::{
    domain::catalog::Distribution,
    publishers,
    upstream::{
        raw::{Origin, RawFile, sha256_hex},
        read_options::ReadOptions,
        snapshot::Snapshot,
        snapshots::Snapshots,
        source::Source,
    },
};

pub mod files;
pub mod names;

pub use files::{Fiction, car_parks};

impl Fiction {
    /// The body of a dataset's first file.
    pub fn body(&self, plan: &str) -> &str {
        self.files.iter().find(|(of, _, _)| *of == plan).map_or("", |(_, _, body)| body)
    }

    /// Reads all files into snapshots, in the order of the sources.
    pub fn snapshots(&self) -> Snapshots {
        Snapshots::new(publishers::sources().into_iter().map(|source| Arc::new(self.read(source))).collect())
    }

    fn read(&self, source: &'static Source) -> Snapshot {
        let own = self.files.iter().filter(|(plan, _, _)| *plan == source.dataset.plan);
        let raw: Vec<RawFile> = own.map(|(_, url, body)| raw(url, body)).collect();
        if raw.is_empty() {
            return (source.read.none)(&source.dataset);
        }
        (source.read.files)(source, raw, ReadOptions::default()).expect("generated files can be read")
    }
}

/// The snapshots after one dataset has changed to this body.
pub fn with(snapshots: &Snapshots, plan: &str, body: &str) -> Snapshots {
    let changed = |(snapshot, source): (&Arc<Snapshot>, &'static Source)| {
        if source.dataset.plan != plan {
            return snapshot.clone();
        }
        let url = &snapshot.files[0].raw.distribution.url;
        let read = (source.read.files)(source, vec![raw(url, body)], ReadOptions::default());
        Arc::new(read.expect("generated files can be read"))
    };
    snapshots.next(snapshots.iter_shared().zip(publishers::sources()).map(changed).collect())
}

fn raw(url: &str, body: &str) -> RawFile {
    RawFile {
        distribution: Distribution::at(url),
        sha256: sha256_hex(body.as_bytes()),
        body: Bytes::from(body.to_owned()),
        origin: Origin::Live,
        retrieved_at: None,
        published_at: None,
        as_of: None,
        declared_charset: None,
        by_mirror: false,
        source: None,
    }
}
