//! The import rules: folders form layers, imports point to lower layers only, and no two files import each other in a
//! cycle. The size rule: a file has at most 400 lines.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The layers, lowest first. A file may import from its own folder and from lower layers.
const LAYERS: [&[&str]; 9] = [
    &["domain"],
    &["statistics"],
    &["upstream"],
    &["publishers", "linking"],
    &["index"],
    &["refresh"],
    &["api"],
    &["server"],
    &["cli"],
];

/// A module path below the crate and the file that defines it.
type Modules = BTreeMap<String, PathBuf>;

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Every module of the crate except its root and its binary.
fn modules() -> Modules {
    let src = source_folder();
    let mut files = Vec::new();
    collect_files(&src, &mut files);
    let path_of = |file: &PathBuf| {
        let relative = file.strip_prefix(&src).unwrap().with_extension("");
        let mut parts: Vec<&str> = relative.iter().map(|part| part.to_str().unwrap()).collect();
        if parts.last() == Some(&"mod") {
            parts.pop();
        }
        parts.join("::")
    };
    let modules = files.into_iter().map(|file| (path_of(&file), file));
    modules.filter(|(path, _)| !["lib", "main"].contains(&path.as_str())).collect()
}

/// The code of a file without its comments and unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("mod tests {").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Collects the paths of a `use` tree: `a::{b, c::{self, d}}` contains `a::b`, `a::c::self` and `a::c::d`.
fn paths_of_tree(tree: &str, prefix: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let path = tree.split(" as ").next().unwrap_or_default().trim();
        if !path.is_empty() {
            paths.push(format!("{prefix}{path}"));
        }
        return;
    };
    let prefix = format!("{prefix}{}", tree[..open].trim());
    let inner = &tree[open + 1..tree.rfind('}').unwrap_or(tree.len())];
    let (mut depth, mut begin) = (0, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                paths_of_tree(&inner[begin..at], &prefix, paths);
                begin = at + 1;
            }
            _ => {}
        }
    }
    paths_of_tree(&inner[begin..], &prefix, paths);
}

/// Every path in the code that begins with one of these roots.
fn paths(code: &str, roots: &[&str]) -> Vec<String> {
    let mut paths = Vec::new();
    let mut rest = code;
    let mut inline = String::new();
    while let Some(at) = rest.find("use ") {
        let before = rest[..at].rsplit('\n').next().unwrap_or_default().trim();
        let begins_statement = before.is_empty() || before.starts_with("pub");
        let Some(end) = rest[at..].find(';').filter(|_| begins_statement) else {
            inline.push_str(&rest[..at + 4]);
            rest = &rest[at + 4..];
            continue;
        };
        inline.push_str(&rest[..at]);
        paths_of_tree(&rest[at + 4..at + end].replace('\n', " "), "", &mut paths);
        rest = &rest[at + end + 1..];
    }
    inline.push_str(rest);
    let is_path_char = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    paths.extend(inline.split(|c: char| !is_path_char(c)).map(|path| path.trim_start_matches(':').to_owned()));
    paths.retain(|path| roots.iter().any(|root| path.starts_with(root)));
    paths
}

const OWN: [&str; 3] = ["crate::", "super::", "self::"];

/// Resolves a path that is used in the module `from`. Returns `None` for the crate root and for other crates.
fn target<'m>(modules: &'m Modules, from: &str, path: &str) -> Option<&'m str> {
    let mut at: Vec<&str> = from.split("::").collect();
    for part in path.split("::") {
        match part {
            "crate" => at.clear(),
            "self" => {}
            "super" => {
                at.pop();
            }
            name => at.push(name),
        }
    }
    (1..=at.len())
        .rev()
        .find_map(|length| modules.get_key_value(&at[..length].join("::")))
        .map(|(path, _)| path.as_str())
}

/// For each module, the other modules that it imports.
fn imports(modules: &Modules) -> BTreeMap<&str, BTreeSet<&str>> {
    let of_module = |path: &str, file: &Path| {
        paths(&code(file), &OWN)
            .iter()
            .filter_map(|used| target(modules, path, used))
            .filter(|used| *used != path)
            .collect()
    };
    modules.iter().map(|(path, file)| (path.as_str(), of_module(path, file))).collect()
}

fn layer(module: &str) -> usize {
    let folder = module.split("::").next().unwrap_or_default();
    LAYERS.iter().position(|folders| folders.contains(&folder)).unwrap_or_else(|| panic!("`{folder}` is in no layer"))
}

#[test]
fn use_paths_are_parsed() {
    let code = "use crate::{\n    index::{Graph, search::{self, Words}},\n    domain,\n};\npub use super::text as t;\nlet x = crate::domain::clock::now();";
    let found: BTreeSet<String> = paths(code, &OWN).into_iter().collect();
    let expected = [
        "crate::domain",
        "crate::domain::clock::now",
        "crate::index::Graph",
        "crate::index::search::Words",
        "crate::index::search::self",
        "super::text",
    ];
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn imports_point_to_lower_layers() {
    let modules = modules();
    for (module, used) in imports(&modules) {
        let folder = |path: &str| path.split("::").next().unwrap_or_default().to_owned();
        for below in used.into_iter().filter(|used| folder(used) != folder(module)) {
            assert!(layer(below) < layer(module), "`{module}` imports `{below}`, which is not in a lower layer");
        }
    }
}

#[test]
fn imports_have_no_cycles() {
    let modules = modules();
    let mut imports = imports(&modules);
    // Removes files whose imports have all been removed. The remaining files are on a cycle or import one.
    loop {
        let left: BTreeSet<&str> = imports.keys().copied().collect();
        let before = imports.len();
        imports.retain(|_, used| used.iter().any(|used| left.contains(used)));
        if imports.len() == before {
            break;
        }
    }
    // Removes files that no remaining file imports. Only cycles remain.
    loop {
        let used: BTreeSet<&str> = imports.values().flatten().copied().collect();
        let before = imports.len();
        imports.retain(|module, _| used.contains(module));
        if imports.len() == before {
            break;
        }
    }
    let left: BTreeSet<&str> = imports.keys().copied().collect();
    let cycle: Vec<String> = imports
        .iter()
        .map(|(module, used)| format!("{module} -> {:?}", used.intersection(&left).collect::<Vec<_>>()))
        .collect();
    assert!(cycle.is_empty(), "imports form a cycle:\n{}", cycle.join("\n"));
}

/// The name of the type that a line declares with any visibility above private.
fn public_type(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub")?;
    let rest = if rest.starts_with('(') { &rest[rest.find(')')? + 1..] } else { rest };
    let (keyword, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
    let end = rest.find(|character: char| !character.is_alphanumeric()).unwrap_or(rest.len());
    // In a macro the name can be a variable, `$name`.
    (end > 0 && ["struct", "enum", "trait", "type", "union"].contains(&keyword)).then(|| &rest[..end])
}

#[test]
fn no_two_public_types_share_a_name() {
    assert_eq!(public_type("    pub(in crate::index) struct Names<'a> {"), Some("Names"));
    assert_eq!(public_type("pub fn names() -> Names {"), None);
    assert_eq!(public_type("        pub struct $root;"), None);
    let mut declared: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, file) in modules() {
        for name in code(&file).lines().filter_map(public_type) {
            declared.entry(name.to_owned()).or_default().push(path.clone());
        }
    }
    assert!(declared.len() > 300, "only {} types were found", declared.len());
    declared.retain(|_, paths| paths.len() > 1);
    assert_eq!(declared, BTreeMap::new());
}

#[test]
fn publishers_do_not_import_each_other() {
    let modules = modules();
    for (module, used) in imports(&modules) {
        let Some(publisher) = module.strip_prefix("publishers::").and_then(|rest| rest.split("::").next()) else {
            continue;
        };
        let is_folder = |name: &str| source_folder().join("publishers").join(name).is_dir();
        for other in used.iter().filter_map(|used| used.strip_prefix("publishers::")?.split("::").next()) {
            let is_other = is_folder(publisher) && is_folder(other) && other != publisher;
            assert!(!is_other, "`{module}` imports the publisher `{other}`");
        }
    }
}

#[test]
fn source_files_have_at_most_400_lines() {
    const MAX_LINES: usize = 400;
    let mut files = Vec::new();
    collect_files(&source_folder(), &mut files);
    let lines = |file: &PathBuf| fs::read_to_string(file).unwrap().lines().count();
    let longer: Vec<String> = files
        .iter()
        .map(|file| (file, lines(file)))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(file, lines)| format!("{}: {lines} lines", file.display()))
        .collect();
    assert!(longer.is_empty(), "files are longer than {MAX_LINES} lines:\n{}", longer.join("\n"));
}

#[test]
fn the_index_has_no_resolvers() {
    let mut files = Vec::new();
    collect_files(&source_folder().join("index"), &mut files);
    for file in files {
        let code = code(&file);
        for word in ["Object]", "Context", "ComplexObject", "connection::", "async fn"] {
            assert!(!code.contains(word), "{} uses `{word}`", file.display());
        }
    }
}

#[test]
fn resolvers_do_no_io() {
    for folder in [
        "api",
        "publishers",
        "linking",
        "statistics",
        "index",
        "domain/pagination",
        "domain/record",
        "upstream/rows.rs",
    ] {
        let path = source_folder().join(folder);
        let mut files = Vec::new();
        if path.is_dir() {
            collect_files(&path, &mut files);
        } else {
            files.push(path);
        }
        for file in files {
            let code = code(&file);
            // The response cache cannot see that a response expires if a resolver reads the clock directly.
            for word in ["std::fs", "tokio::", "reqwest", "std::net", "std::time", "clock::now", "clock::today"] {
                assert!(!code.contains(word), "{} uses `{word}`", file.display());
            }
        }
    }
}

/// The modules that async-graphql hides from its documentation and this crate uses.
const HIDDEN_MODULES: [&str; 7] = [
    "async_graphql::async_trait",
    "async_graphql::context",
    "async_graphql::ContextSelectionSet",
    "async_graphql::futures_util",
    "async_graphql::indexmap",
    "async_graphql::registry",
    "async_graphql::static_assertions_next",
];
/// The hidden items and methods.
const HIDDEN_MEMBERS: [&str; 7] =
    [".schema_env", ".query_env", ".param_value", ".with_field(", ".with_selection_set(", ".with_index(", "QueryEnv"];

#[test]
fn one_file_uses_the_hidden_items_of_the_framework() {
    let only = source_folder().join("domain/resolve/framework.rs");
    let mut files = Vec::new();
    collect_files(&source_folder(), &mut files);
    collect_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("derive/src"), &mut files);
    for file in files {
        let code = code(&file);
        let paths = paths(&code, &["async_graphql::"]);
        let hidden = |path: &String| HIDDEN_MODULES.iter().any(|module| path.starts_with(module));
        let named: Vec<&str> = paths
            .iter()
            .filter(|path| hidden(path))
            .map(String::as_str)
            .chain(HIDDEN_MEMBERS.into_iter().filter(|member| code.contains(member)))
            .collect();
        assert_eq!(!named.is_empty(), file == only, "{} uses {named:?}", file.display());
    }
}
