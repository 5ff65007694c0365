//! The committed SDL is a reviewed file. It must equal the printed SDL.

use std::path::Path;

use lionrock::publishers;

/// The numbers of the open data plan, and what has come since.
fn plan() -> impl Iterator<Item = String> {
    let section = |letter: char, count: usize| (1..=count).map(move |number| format!("{letter}{number}"));
    section('A', 2).chain(section('C', 7)).chain(section('D', 47)).chain(section('N', 4))
}

/// The descriptions of the SDL's fields, each with the line of its field.
fn described(sdl: &str) -> Vec<(String, &str)> {
    let mut fields = Vec::new();
    let mut description = None;
    let mut lines = sdl.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "\"\"\"" {
            let text: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "\"\"\"").map(str::trim).collect();
            description = Some(text.join(" "));
        } else if let Some(text) = description.take() {
            fields.push((text, line.trim()));
        }
    }
    fields
}

#[test]
fn every_number_of_the_plan_is_a_dataset_with_a_described_field() {
    let sdl = lionrock::api::sdl();
    let fields = described(&sdl);
    let sources = publishers::sources();
    let mut count = 0;
    for number in plan() {
        assert!(sources.iter().any(|source| source.dataset.plan == number), "{number} is no dataset");
        let is_named = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == number);
        let field = fields.iter().find(|(text, line)| is_named(text) && line.contains([':', '(']));
        let (text, _) = field.unwrap_or_else(|| panic!("{number} has no field whose description names it"));
        assert!(text.len() > 20, "{number}: {text}");
        count += 1;
    }
    assert_eq!((count, sources.len()), (60, 60));
}

#[test]
fn the_committed_sdl_is_the_one_in_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/graph.graphql");
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let printed = lionrock::api::sdl();
    assert!(
        committed == printed,
        "the schema moved: read the change, then `cargo run -- schema > schema/graph.graphql`"
    );
}

#[test]
fn every_record_type_is_a_node_with_provenance() {
    let sdl = lionrock::api::sdl();
    for name in [
        "FundedProject",
        "TrialProject",
        "BetterLivingProject",
        "RaisePlusProject",
        "KeyLaboratory",
        "VentureInvestment",
        "Accreditation",
        "Tenancy",
        "BusinessGrant",
        "ResearchDesignation",
    ] {
        let begin = sdl.find(&format!("type {name} implements Node {{")).unwrap_or_else(|| panic!("{name} is no node"));
        let body = &sdl[begin..begin + sdl[begin..].find("\n}").unwrap()];
        assert!(body.contains("provenance: Provenance!"), "{name} has no provenance");
    }
}

#[tokio::test]
async fn everything_in_the_schema_is_described() {
    let introspection = "{ __schema {
        types {
            name description
            fields(includeDeprecated: true) { name description args { name description } }
            inputFields { name description }
            enumValues(includeDeprecated: true) { name description }
        }
        directives { name description args { name description } }
    } }";
    let answer = lionrock::api::build(lionrock::api::subgraph::Subgraph::Whole).execute(introspection).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    let schema = answer.data.into_json().unwrap();
    let mut count = 0;
    let mut bare = Vec::new();
    for root in ["types", "directives"] {
        for one in schema["__schema"][root].as_array().unwrap() {
            if !one["name"].as_str().unwrap().starts_with("__") {
                gather(one, "", &mut count, &mut bare);
            }
        }
    }
    assert!(count > 1000, "{count}");
    assert!(bare.is_empty(), "{} of {count} without a description: {}", bare.len(), bare.join(", "));
}

/// The names, from the type on, of what has no description.
fn gather(one: &serde_json::Value, path: &str, count: &mut usize, bare: &mut Vec<String>) {
    let name = format!("{path}{}", one["name"].as_str().unwrap());
    *count += 1;
    if one["description"].as_str().is_none_or(|text| text.trim().is_empty()) {
        bare.push(name.clone());
    }
    for inner in ["fields", "args", "inputFields", "enumValues"] {
        for one in one[inner].as_array().into_iter().flatten() {
            gather(one, &format!("{name}."), count, bare);
        }
    }
}
