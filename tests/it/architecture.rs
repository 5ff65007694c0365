//! The import picture: data moves one way, imports point the other way.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The floors, the lowest first. A module may use those below it, and none beside it.
const FLOORS: [&[&str]; 13] = [
    &["plain"],
    &["values"],
    &["lexicon"],
    &["catalog", "clock", "metrics", "table"],
    &["record", "query_error"],
    &["page", "statistics"],
    &["upstream"],
    &["publishers", "linking"],
    &["graph"],
    &["schema"],
    &["server", "config"],
    &["cli"],
    &["telemetry", "main", "lib"],
];

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The code of a file without comments and tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules that a file names after `crate::`, those in braces too.
fn used(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, path) in code.match_indices("crate::") {
        let rest = &code[at + path.len()..];
        match rest.strip_prefix('{') {
            None => names.extend(first_word(rest)),
            Some(list) => names.extend(items(list).filter_map(first_word)),
        }
    }
    names
}

fn first_word(text: &str) -> Option<String> {
    let word = text.trim_start().split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
    (!word.is_empty()).then(|| word.to_owned())
}

/// The items of a list in braces, up to the brace that closes it.
fn items(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    let mut begin = 0;
    let mut items = Vec::new();
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                items.push(&list[begin..at]);
                begin = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    items.into_iter()
}

#[test]
fn imports_are_found_in_every_form() {
    let code = "use crate::{\n    graph::{Graph, view::view},\n    page,\n};\nuse crate::domain::table::Table;\nlet x = crate::domain::clock::now();";
    assert_eq!(used(code).into_iter().collect::<Vec<_>>(), ["clock", "graph", "page", "table"]);
}

fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let module =
            relative.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let mut used = used(&code(&file));
        used.remove(&module);
        imports.entry(module).or_default().extend(used);
    }
    imports
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

#[test]
fn imports_point_down() {
    for (module, used) in imports() {
        let own = floor(&module).unwrap_or_else(|| panic!("`{module}` is on no floor of the picture"));
        for below in used.iter().filter(|used| floor(used).is_some()) {
            assert!(floor(below) < Some(own), "`{module}` uses `{below}`, which is not below it");
        }
    }
}

#[test]
fn a_publisher_imports_no_other() {
    let publishers = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/publishers");
    let folders: Vec<String> = fs::read_dir(&publishers)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert!(folders.len() >= 4);
    for publisher in &folders {
        let mut files = Vec::new();
        sources(&publishers.join(publisher), &mut files);
        for file in files {
            let code = code(&file);
            for other in folders.iter().filter(|other| *other != publisher) {
                assert!(!code.contains(&format!("publishers::{other}")), "{} uses `{other}`", file.display());
            }
        }
    }
}

#[test]
fn resolvers_do_no_io() {
    for module in [
        "schema",
        "page.rs",
        "page",
        "publishers",
        "upstream/rows.rs",
        "linking",
        "statistics",
        "graph/edges.rs",
        "graph/edges",
        "graph/funding.rs",
        "graph/grants.rs",
        "graph/linkage.rs",
        "graph/organisations.rs",
        "graph/selection.rs",
        "graph/spellings.rs",
        "graph/organisation.rs",
        "graph/search",
        "graph/explanation.rs",
        "graph/likeness.rs",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(module);
        let mut files = Vec::new();
        if path.is_dir() {
            sources(&path, &mut files);
        } else {
            files.push(path);
        }
        for file in files {
            let code = code(&file);
            // A resolver that reads the clock by itself hides from the cache that its answer will not last.
            for word in ["std::fs", "tokio::", "reqwest", "std::net", "std::time", "clock::now", "clock::today"] {
                assert!(!code.contains(word), "{} uses `{word}`", file.display());
            }
        }
    }
}
