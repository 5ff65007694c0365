//! Fuzzes linking. Each line of the text is a published name: English, a tab, and Chinese. The order of the names must
//! not change the organisations. `cargo +nightly fuzz run linker fuzz/corpus/linker fuzz/seeds/linker`.
#![no_main]

use std::{collections::BTreeSet, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use lionrock::{
    domain::catalog::Publisher,
    linking::{Curated, Name, link},
};

/// Maximum number of names in one input.
const MOST_NAMES: usize = 64;

static CURATED: LazyLock<Curated> = LazyLock::new(Curated::embedded);

/// Returns every part of a name with the ID of its organisation.
fn linked(names: &[Name<'_>]) -> BTreeSet<String> {
    let result = link(names, &CURATED);
    let parts = result.parts.iter().map(|part| {
        let name = &names[part.name as usize];
        let id = &result.clusters[part.cluster as usize].id;
        format!("{:?} {:?} {} {id} {:?} {}", name.en, name.zh, part.joint, part.method, part.evidence)
    });
    parts.collect()
}

fuzz_target!(|text: &str| {
    let name = |line| {
        let (en, zh) = str::split_once(line, '\t').unwrap_or((line, ""));
        Name { publisher: Publisher::Itf, en, zh, website: "", address: "" }
    };
    let mut names: Vec<Name<'_>> = text.lines().take(MOST_NAMES).map(name).collect();
    let forwards = linked(&names);
    names.reverse();
    assert_eq!(forwards, linked(&names), "the order of the names changes the organisations");
});
