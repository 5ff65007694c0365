//! Rules for the schema. The committed SDL must equal the printed SDL.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use async_graphql::{
    Positioned,
    parser::{
        parse_schema,
        types::{FieldDefinition, TypeKind, TypeSystemDefinition},
    },
};
use lionrock::{api::subgraph::Subgraph, publishers};

/// The numbers of the open data plan, and of the datasets that were added since.
fn plan() -> impl Iterator<Item = String> {
    let section = |letter: char, count: usize| (1..=count).map(move |number| format!("{letter}{number}"));
    section('A', 2).chain(section('C', 7)).chain(section('D', 47)).chain(section('N', 4))
}

/// The descriptions in an SDL, each with the line that follows it.
fn described_fields(sdl: &str) -> Vec<(String, &str)> {
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
fn every_plan_number_has_a_dataset_and_a_described_field() {
    let sdl = lionrock::api::sdl();
    let fields = described_fields(&sdl);
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
fn the_committed_sdl_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/graph.graphql");
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let printed = lionrock::api::sdl();
    assert!(
        committed == printed,
        "the schema changed: review the change, then run `cargo run -- schema > schema/graph.graphql`"
    );
}

#[tokio::test]
async fn organisation_by_is_a_oneof_input() {
    let sdl = lionrock::api::sdl();
    assert!(sdl.contains("input OrganisationBy @oneOf {") && sdl.contains("directive @oneOf on INPUT_OBJECT"));
    let query =
        r#"{ by: __type(name: "OrganisationBy") { isOneOf } other: __type(name: "OrganisationFilter") { isOneOf } }"#;
    let expected = serde_json::json!({ "by": { "isOneOf": true }, "other": { "isOneOf": false } });
    assert_eq!(crate::gateway::query_data(&crate::gateway::bundle(), query).await, expected);
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
        let begin = sdl.find(&format!("type {name} implements ")).unwrap_or_else(|| panic!("{name} is no node"));
        let body = &sdl[begin..begin + sdl[begin..].find("\n}").unwrap()];
        let interfaces = body.lines().next().unwrap_or_default();
        for interface in ["Node", "SearchHit", "Record"] {
            assert!(interfaces.split_whitespace().any(|word| word == interface), "{name} is no {interface}");
        }
        assert!(body.contains("provenance: Provenance!"), "{name} has no provenance");
    }
}

/// The object types of an SDL: the first line of each, and the lines of its fields.
fn objects(sdl: &str) -> Vec<(&str, Vec<&str>)> {
    let mut objects: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut is_open = false;
    for line in sdl.lines() {
        if line.starts_with("type ") {
            objects.push((line, Vec::new()));
        }
        is_open = (is_open || line.starts_with("type ")) && line != "}";
        // Arguments of a field have a deeper indentation.
        if is_open
            && !line.starts_with("\t\t")
            && let Some((_, fields)) = objects.last_mut()
        {
            fields.push(line.trim());
        }
    }
    objects
}

#[test]
fn only_nodes_have_an_id() {
    let sdl = lionrock::api::sdl();
    let objects = objects(&sdl);
    let mut nodes = 0;
    for (object, fields) in &objects {
        let is_node = object.split_once(" implements ").is_some_and(|(_, interfaces)| interfaces.contains("Node"));
        let ids = fields.iter().filter(|field| field.starts_with("id:")).copied().collect::<Vec<_>>();
        assert_eq!(ids, if is_node { vec!["id: ID!"] } else { vec![] }, "{object}");
        nodes += usize::from(is_node);
    }
    assert!(nodes > 15 && objects.len() > 80, "{nodes} of {}", objects.len());
}

#[test]
fn every_sum_of_money_counts_its_missing_amounts() {
    let sdl = lionrock::api::sdl();
    let mut sums = 0;
    for (object, fields) in objects(&sdl) {
        if fields.iter().any(|field| field.starts_with("total:")) {
            for field in ["total: Money", "count: Int!", "countWithoutAmount: Int!"] {
                assert!(fields.contains(&field), "{object} has no `{field}`");
            }
            sums += 1;
        }
    }
    assert_eq!(sums, 5);
}

#[test]
fn interface_fields_have_the_same_type_in_every_node() {
    let sdl = lionrock::api::sdl();
    let document = parse_schema(&sdl).unwrap();
    let types = document.definitions.iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => Some(&definition.node),
        _ => None,
    });
    let (mut common, mut own) = (BTreeMap::new(), Vec::new());
    for definition in types {
        let name = definition.name.node.as_str();
        let fields = |fields: &[Positioned<FieldDefinition>]| -> Vec<(String, String)> {
            fields.iter().map(|field| (field.node.name.node.to_string(), field.node.ty.node.to_string())).collect()
        };
        match &definition.kind {
            TypeKind::Interface(interface) => common.extend(fields(&interface.fields)),
            TypeKind::Object(object) if !object.implements.is_empty() => own.push((name, fields(&object.fields))),
            _ => {}
        }
    }
    let mut compared = 0;
    for (object, fields) in own {
        for (field, ty) in fields {
            if let Some(expected) = common.get(&field) {
                assert_eq!(&ty, expected, "{object}.{field}");
                compared += 1;
            }
        }
    }
    assert!(common.len() >= 11 && compared > 100, "{common:?}, {compared} compared");
}

/// Collects the error codes in the sources of a folder: string literals in capitals with an underscore.
fn codes_in(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            codes_in(&entry, codes);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&entry).unwrap();
            let is_code = |text: &&str| {
                text.contains('_') && text.chars().all(|c| c.is_ascii_uppercase() || c == '_') && text.len() > 5
            };
            codes.extend(text.split('"').filter(is_code).map(str::to_owned));
        }
    }
}

#[test]
fn every_error_code_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut codes = BTreeSet::new();
    for folder in ["src/api", "src/server", "src/domain", "src/refresh"] {
        codes_in(&root.join(folder), &mut codes);
    }
    // Environment variables of the build.
    codes.retain(|code| !["CARGO_PKG_VERSION", "LIONROCK_COMMIT"].contains(&code.as_str()));
    // Token names of the parser, which messages replace by the brackets.
    codes.retain(|code| !["PAREN", "BRACK", "CURLY"].iter().any(|bracket| code.ends_with(bracket)));
    let pages = ["docs/query-guide.md", "docs/security.md", "schema/graph.graphql"];
    let pages = pages.map(|page| std::fs::read_to_string(root.join(page)).unwrap());
    let missing: Vec<&String> =
        codes.iter().filter(|code| !pages.iter().any(|page| page.contains(&format!("`{code}`")))).collect();
    assert!(missing.is_empty() && codes.len() > 30, "{missing:?} of {codes:?}");
}

#[test]
fn every_scalar_has_a_specification_url() {
    let sdl = lionrock::api::sdl();
    let scalars: Vec<&str> = sdl.lines().filter(|line| line.starts_with("scalar ")).collect();
    assert_eq!(scalars.len(), 4, "{scalars:?}");
    assert!(scalars.iter().all(|scalar| scalar.contains(" @specifiedBy(url: \"https://")), "{scalars:?}");
}

#[test]
fn root_fields_that_can_fail_are_nullable() {
    let sdl = lionrock::api::sdl();
    let begin = sdl.find("\ntype Query {").unwrap();
    let query = &sdl[begin..begin + sdl[begin..].find("\n}").unwrap()];
    for page in ["organisations", "companies", "search", "suggest", "nodes"] {
        let begin = query.find(&format!("\n\t{page}(")).unwrap();
        let ty = query[begin..].split_once("\n\t): ").unwrap().1.lines().next().unwrap();
        assert!(!ty.ends_with('!'), "{page}: {ty}");
    }
}

#[tokio::test]
async fn introspection_shows_federation_in_subgraphs_only() {
    let names = |subgraph| async move {
        let query = "{ __schema { types { name fields { name } } } }";
        let response = lionrock::api::build(subgraph).execute(query).await;
        assert!(response.errors.is_empty(), "{:?}", response.errors);
        response.data.to_string()
    };
    let [whole, part] = [names(Subgraph::Whole).await, names(Subgraph::Graph).await];
    for name in ["_service", "_entities", "_Service", "_Entity", "_Any"] {
        let name = format!("\"{name}\"");
        assert!(!whole.contains(&name) && part.contains(&name), "{name}");
    }
    let served = lionrock::api::build(Subgraph::Whole).execute("{ _service { sdl } }").await;
    assert!(served.errors.is_empty() && served.data.to_string().contains("@key"), "{:?}", served.errors);
}

#[tokio::test]
async fn every_schema_element_has_a_description() {
    let introspection = "{ __schema {
        types {
            name description
            fields(includeDeprecated: true) { name description args { name description } }
            inputFields { name description }
            enumValues(includeDeprecated: true) { name description }
        }
        directives { name description args { name description } }
    } }";
    let response = lionrock::api::build(Subgraph::Whole).execute(introspection).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    let schema = response.data.into_json().unwrap();
    let mut count = 0;
    let mut undescribed = Vec::new();
    for root in ["types", "directives"] {
        for one in schema["__schema"][root].as_array().unwrap() {
            if !one["name"].as_str().unwrap().starts_with("__") {
                collect_undescribed(one, "", &mut count, &mut undescribed);
            }
        }
    }
    assert!(count > 1000, "{count}");
    assert!(
        undescribed.is_empty(),
        "{} of {count} without a description: {}",
        undescribed.len(),
        undescribed.join(", ")
    );
}

/// Collects the names of elements without a description, qualified by their type.
fn collect_undescribed(one: &serde_json::Value, path: &str, count: &mut usize, undescribed: &mut Vec<String>) {
    let name = format!("{path}{}", one["name"].as_str().unwrap());
    *count += 1;
    if one["description"].as_str().is_none_or(|text| text.trim().is_empty()) {
        undescribed.push(name.clone());
    }
    for inner in ["fields", "args", "inputFields", "enumValues"] {
        for one in one[inner].as_array().into_iter().flatten() {
            collect_undescribed(one, &format!("{name}."), count, undescribed);
        }
    }
}
