//! The files compiled into the binary, in the upstream format. They are served until a fetched file of their dataset
//! replaces them. `data/manifest.json` gives the date and the source of each file.

use bytes::Bytes;
use rust_embed::Embed;
use serde::Deserialize;

use crate::{
    domain::{
        catalog::{Dataset, Distribution},
        date,
    },
    upstream::raw::{Origin, RawFile, sha256_hex},
};

#[derive(Embed)]
#[folder = "data/"]
#[include = "manifest.json"]
#[include = "[A-Z]*/*"]
struct Data;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    files: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    plan: String,
    file: String,
    /// A day, month or year, as free text.
    as_of: Option<String>,
    source: String,
}

/// Returns the bundled files of a dataset, in the manifest's order.
pub fn files(dataset: &Dataset) -> Vec<RawFile> {
    let manifest = Data::get("manifest.json").expect("the manifest is compiled in");
    let manifest: Manifest = serde_json::from_slice(&manifest.data).expect("a test reads the manifest");
    manifest.files.into_iter().filter(|entry| entry.plan == dataset.plan).map(raw_file).collect()
}

fn raw_file(entry: Entry) -> RawFile {
    let file = Data::get(&entry.file).expect("a test finds every file of the manifest");
    let body = Bytes::from(file.data.into_owned());
    RawFile {
        distribution: Distribution::at(entry.file),
        origin: Origin::Bundled,
        sha256: sha256_hex(&body),
        body,
        retrieved_at: None,
        published_at: None,
        as_of: entry.as_of.as_deref().and_then(|day| date::parse(day).ok()),
        declared_charset: None,
        by_mirror: false,
        source: Some(match entry.as_of {
            Some(as_of) => format!("{} (as of {as_of})", entry.source),
            None => entry.source,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_lists_every_file_exactly_once() {
        let manifest: Manifest = serde_json::from_slice(&Data::get("manifest.json").unwrap().data).unwrap();
        let mut named: Vec<String> = manifest.files.into_iter().map(|entry| entry.file).collect();
        let mut there: Vec<String> = Data::iter().map(String::from).filter(|name| name != "manifest.json").collect();
        named.sort();
        there.sort();
        assert_eq!(named, there);
    }
}
