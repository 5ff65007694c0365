//! Creates fixtures from the files that `lionrock check --save DIR` saved:
//!
//! ```sh
//! lionrock check --save published
//! cargo run --example fixtures -- published tests/fixtures
//! ```
//!
//! It copies every body and adds its address to `upstream.json`. The local upstream of the tests and of the demo then
//! serves it. Bodies are as published: remove personal data before you commit them.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Component, Path},
};

use anyhow::{Context, ensure};
use serde_json::Value;

type Upstream = BTreeMap<String, Value>;

fn main() -> anyhow::Result<()> {
    let folders: Vec<String> = env::args().skip(1).collect();
    let [from, to] = folders.as_slice() else {
        anyhow::bail!("expected two folders: the output of `check --save`, and the fixtures")
    };
    let count = copy(Path::new(from), Path::new(to))?;
    println!("copied {count} bodies from {from} to {to}");
    Ok(())
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<usize> {
    let saved = list(from)?;
    let mut fixtures = if to.join("upstream.json").exists() { list(to)? } else { Upstream::new() };
    let count = saved.len();
    for (url, entry) in saved {
        let file = Path::new(entry["file"].as_str().unwrap_or_default());
        let is_within = file.components().all(|part| matches!(part, Component::Normal(_)));
        ensure!(is_within && file.components().count() == 2, "expected `PLAN/name`, found `{}`", file.display());
        let target = to.join(file);
        fs::create_dir_all(target.parent().unwrap_or(to))?;
        fs::copy(from.join(file), &target)
            .with_context(|| format!("expected {} in {}", file.display(), from.display()))?;
        fixtures.insert(url, entry);
    }
    fs::write(to.join("upstream.json"), serde_json::to_string_pretty(&fixtures)? + "\n")?;
    Ok(count)
}

fn list(folder: &Path) -> anyhow::Result<Upstream> {
    let path = folder.join("upstream.json");
    let text = fs::read(&path).with_context(|| format!("expected the list {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("expected {} as JSON", path.display()))
}
