//! `lionrock check --save DIR`: saves every fetched body unchanged, and a report without cell values.
//!
//! `DIR/report.json` contains headings, cell types, counts and statuses, and can be sent to the maintainers.
//! `DIR/upstream.json` maps addresses to bodies, in the format of the test fixtures.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde_json::{Value, json};

use super::{super::datasets::word, status};
use crate::{
    api::dataset::DatasetObject,
    domain::clock,
    refresh::Refresher,
    upstream::{raw::sha256_hex, report},
};

/// Saves the fetched bodies of these datasets. Returns the number of bodies.
pub async fn save(folder: &Path, refresher: &Refresher, datasets: &[DatasetObject<'_>]) -> anyhow::Result<usize> {
    let mut upstream = BTreeMap::new();
    for dataset in datasets {
        let plan = dataset.description().plan;
        for fetched in refresher.fetched(plan).await {
            let file = Path::new(if fetched.is_of_portal { "portal" } else { plan }).join(file_name(&fetched.url));
            write(&folder.join(&file), &fetched.body)?;
            let entry = json!({ "file": file, "contentType": fetched.media_type(), "status": 200 });
            upstream.insert(fetched.url, entry);
        }
    }
    write(&folder.join("upstream.json"), serde_json::to_string_pretty(&upstream)?.as_bytes())?;
    let report = json!({
        "lionrock": crate::domain::version::VERSION,
        "checkedAt": clock::now().to_string(),
        "datasets": datasets.iter().map(described).collect::<Vec<_>>(),
    });
    write(&folder.join("report.json"), serde_json::to_string_pretty(&report)?.as_bytes())?;
    Ok(upstream.len())
}

fn described(dataset: &DatasetObject<'_>) -> Value {
    let (snapshot, state) = (dataset.snapshot(), dataset.state());
    let figures = snapshot.figures().map(|figures| {
        json!({
            "dimensions": figures.dimensions.iter().map(|dimension| &dimension.id).collect::<Vec<_>>(),
            "measures": figures.measures.iter()
                .map(|measure| json!({ "id": measure.id, "unit": format!("{:?}", measure.unit) })).collect::<Vec<_>>(),
            "periods": figures.periods.len(),
            "checks": figures.checks.len(),
            "checksPassed": figures.checks.iter().filter(|check| check.passed).count(),
        })
    });
    json!({
        "plan": dataset.description().plan,
        "id": dataset.description().id(),
        "status": word(status(dataset)),
        "origin": snapshot.origin().map(word),
        "records": snapshot.records.len(),
        "rejects": snapshot.rejects().count(),
        "lastError": state.last_error.as_ref().map(|error| error.code),
        "figures": figures,
        "files": report::files(snapshot),
    })
}

/// Returns a unique file name for an address: its last segment and a part of the address's checksum.
fn file_name(url: &str) -> PathBuf {
    let path = url.split(['?', '#']).next().unwrap_or(url).trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or_default();
    let safe: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let safe = safe.trim_start_matches('.');
    let sum = sha256_hex(url.as_bytes());
    PathBuf::from(format!("{}-{}", &sum[..8], if safe.is_empty() { "body" } else { safe }))
}

fn write(path: &Path, body: &[u8]) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create the directory `{}`", folder.display()))?;
    }
    fs::write(path, body).with_context(|| format!("cannot write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_stay_within_the_folder() {
        for url in ["https://a.gov.hk/../../etc/passwd", "https://a.gov.hk/", "https://a.gov.hk/R&D/..", "x", ""] {
            let name = file_name(url);
            assert_eq!(name.components().count(), 1, "{url}: {}", name.display());
            assert!(!name.to_string_lossy().starts_with('.'), "{url}");
        }
        assert_ne!(file_name("https://a.gov.hk/1/list.csv"), file_name("https://a.gov.hk/2/list.csv"));
    }
}
