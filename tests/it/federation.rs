//! The subgraphs: the fields of each, and the responses to routers.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use async_graphql::{
    Request, Response, Variables,
    parser::{
        parse_schema,
        types::{FieldDefinition, TypeKind, TypeSystemDefinition},
    },
};
use lionrock::{
    api::{self, edges::Node, schema, subgraph::Subgraph},
    domain::catalog::Publisher,
    refresh::Refresher,
};
use serde_json::{Map, Value, json};

use crate::{
    gateway::{bundle, fetched},
    local_upstream::LocalUpstream,
};

/// Returns the object types of an SDL with their fields.
fn objects(sdl: &str) -> BTreeMap<String, BTreeSet<String>> {
    let document = parse_schema(sdl).unwrap();
    let objects = document.definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => Some(definition.node),
        _ => None,
    });
    objects
        .filter_map(|object| match object.kind {
            TypeKind::Object(kind) => {
                let name = |field: &FieldDefinition| field.name.node.to_string();
                Some((object.name.node.to_string(), kind.fields.iter().map(|field| name(&field.node)).collect()))
            }
            _ => None,
        })
        .collect()
}

/// Returns whether a subgraph resolves fields of a type other than its key.
fn resolves(subgraph: Subgraph, type_name: &str) -> bool {
    let sdl = schema::subgraph_sdl(subgraph);
    let entity = sdl.lines().find(|line| line.starts_with(&format!("type {type_name} implements ")));
    entity.is_some_and(|entity| entity.contains(" @key(") && !entity.contains("resolvable: false"))
}

#[test]
fn the_committed_subgraphs_are_up_to_date() {
    for subgraph in Subgraph::parts() {
        let file = format!("schema/subgraphs/{subgraph}.graphql");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == schema::subgraph_sdl(subgraph),
            "a subgraph changed: review the change, then run `cargo run -- schema --subgraph {subgraph} > {file}`, and compose \
             the supergraph again (`npm run --silent compose` in tests/federation)"
        );
    }
}

#[test]
fn every_field_is_in_a_subgraph_and_every_root_field_in_exactly_one() {
    let whole = objects(&api::sdl());
    let parts: Vec<_> = Subgraph::parts().map(|subgraph| objects(&api::subgraph_sdl(subgraph))).collect();
    for (object, fields) in &whole {
        for field in fields {
            let count =
                parts.iter().filter(|part| part.get(object).is_some_and(|fields| fields.contains(field))).count();
            assert!(count > 0, "{object}.{field} is in no subgraph");
            let is_root = matches!(object.as_str(), "Query" | "Subscription");
            assert!(!is_root || count == 1, "{object}.{field} is in {count} subgraphs");
        }
    }
    for (object, fields) in parts.iter().flatten() {
        assert!(
            fields.is_subset(&whole[object]),
            "a subgraph has fields of {object} that the complete graph does not have"
        );
    }
    assert_eq!(objects(&schema::subgraph_sdl(Subgraph::Whole)), whole);
}

#[tokio::test]
async fn records_belong_to_the_publisher_of_their_dataset() {
    let refresher = fetched(&LocalUpstream::start().await).await;
    let view = refresher.view();
    let mut count = 0;
    for snapshot in view.graph.snapshots.iter() {
        let Some(node) = Node::of_record(snapshot, 0) else { continue };
        let type_name = async_graphql::OutputType::introspection_type_name(&node);
        let publisher = snapshot.dataset.publisher;
        for subgraph in Subgraph::parts() {
            let is_owner = subgraph == Subgraph::Publisher(publisher);
            assert_eq!(resolves(subgraph, &type_name), is_owner, "{type_name} of {publisher:?} in {subgraph}");
        }
        count += 1;
    }
    assert!(count > 15, "{count}");
    assert!(resolves(Subgraph::Graph, "Dataset") && resolves(Subgraph::Graph, "Organisation"));
    assert!(resolves(Subgraph::Publisher(Publisher::Hkas), "Organisation"), "HKAS adds its accreditations");
    assert!(!resolves(Subgraph::Publisher(Publisher::RdCentres), "Organisation"), "only the key");
}

/// Executes a query for entities by key in a subgraph.
async fn entities(refresher: &Refresher, subgraph: Subgraph, fields: &str, representations: Value) -> Value {
    let query = format!("query($r: [_Any!]!) {{ _entities(representations: $r) {{ {fields} }} }}");
    let variables = Variables::from_json(json!({ "r": representations }));
    let request = api::on(&refresher.view(), Request::new(query).variables(variables));
    serde_json::to_value(api::build(subgraph).execute(request).await).unwrap()
}

const HKAS: Subgraph = Subgraph::Publisher(Publisher::Hkas);

#[tokio::test]
async fn entities_keep_their_order_and_an_invalid_one_is_null() {
    let refresher = bundle();
    let view = refresher.view();
    let polyu = view.graph.organisation_named("PolyU").unwrap().id.clone();
    let hku = view.graph.organisation_named("HKU").unwrap().id.clone();
    let organisation = |id: &str| json!({ "__typename": "Organisation", "id": id });
    let representations = json!([
        organisation(&polyu),
        organisation("nobody"),
        { "__typename": "Dataset", "id": "D36" },
        { "__typename": "Nothing", "id": "D36" },
        { "__typename": "Accreditation", "id": polyu },
        { "id": polyu },
        { "__typename": "Organisation" },
        { "__typename": "Organisation", "id": 7 },
        "text",
        organisation(&hku),
        organisation(&polyu),
    ]);
    let fields = "__typename ... on Organisation { id accreditations(first: 1) { totalCount } }";
    let response = entities(&refresher, HKAS, fields, representations).await;
    let found: Vec<Option<&str>> =
        response["data"]["_entities"].as_array().unwrap().iter().map(|one| one["id"].as_str()).collect();
    let mut expected = vec![None; 11];
    (expected[0], expected[9], expected[10]) = (Some(polyu.as_str()), Some(hku.as_str()), Some(polyu.as_str()));
    assert_eq!(found, expected, "{response}");
    let errors: Vec<(u64, &str)> = response["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["path"][1].as_u64().unwrap(), error["extensions"]["code"].as_str().unwrap()))
        .collect();
    let invalid = |at| (at, "INVALID_REPRESENTATION");
    let mut expected = vec![(1, "UNKNOWN_ID"), (4, "UNKNOWN_ID")];
    expected.extend([2, 3, 5, 6, 7, 8].map(invalid));
    expected.sort_unstable();
    assert_eq!(errors, expected);
}

#[tokio::test]
async fn every_record_is_resolved_by_key_in_its_own_subgraph() {
    let refresher = bundle();
    let view = refresher.view();
    let mut count = 0;
    for snapshot in view.graph.snapshots.iter() {
        let Some(node) = Node::of_record(snapshot, 0) else { continue };
        let type_name = async_graphql::OutputType::introspection_type_name(&node).into_owned();
        let representation = json!({ "__typename": type_name, "id": snapshot.records.meta(0).unwrap().id });
        let owner = Subgraph::Publisher(snapshot.dataset.publisher);
        let fields = format!("__typename ... on {type_name} {{ id provenance {{ row dataset {{ id }} }} }}");
        let response = entities(&refresher, owner, &fields, json!([representation])).await;
        assert_eq!(response.get("errors"), None, "{type_name}");
        let found = &response["data"]["_entities"][0];
        assert_eq!(found["id"], representation["id"]);
        assert_eq!(found["provenance"]["dataset"]["id"], snapshot.dataset.id());
        let whole = entities(&refresher, Subgraph::Whole, &fields, json!([representation])).await;
        assert_eq!(whole, response, "the complete graph resolves entities, too");
        count += 1;
    }
    assert!(count > 8, "{count}");
}

#[tokio::test]
async fn fields_outside_a_subgraph_are_rejected() {
    let refresher = bundle();
    let execute = async |subgraph, query: &str| {
        let schema = api::build(subgraph);
        let response = match api::checked_request(&schema, query, None, Map::new()) {
            Ok(request) => schema.execute(api::on(&refresher.view(), request)).await,
            Err(errors) => Response::from_errors(errors),
        };
        serde_json::to_value(response).unwrap()
    };
    for (subgraph, query) in [
        (HKAS, "{ organisations { nodes { id } } }"),
        (HKAS, "{ itf { projects { totalCount } } }"),
        (HKAS, "query($r: [_Any!]!) { _entities(representations: $r) { ... on Organisation { name } } }"),
        (HKAS, "query($r: [_Any!]!) { _entities(representations: $r) { ... on Dataset { id } } }"),
        (HKAS, "subscription { carParkVacancies { id } }"),
        (HKAS, "{ __type(name: \"Organisation\") { fields { name } } hkpc { __typename } }"),
        (Subgraph::Graph, "{ hkas { accreditations { totalCount } } }"),
        (Subgraph::Graph, "{ organisations { nodes { accreditations { totalCount } } } }"),
        (Subgraph::Graph, "{ node(id: \"x\") { ... on Tenancy { name { en } } } }"),
        (Subgraph::Publisher(Publisher::Hkpc), "query($r: [_Any!]!) { _entities(representations: $r) { __typename } }"),
    ] {
        let response = execute(subgraph, query).await;
        assert!(!response["errors"].as_array().is_none_or(Vec::is_empty), "{subgraph}: {query}: {response}");
        assert_eq!(response["data"], Value::Null, "{subgraph}: {query}");
    }
    let known =
        execute(HKAS, "{ __type(name: \"Organisation\") { fields { name } } __schema { types { name } } }").await;
    assert_eq!(
        known["data"]["__type"]["fields"],
        json!(["id", "label", "searchType", "accreditations"].map(|name| json!({ "name": name })))
    );
    let types = known["data"]["__schema"]["types"].as_array().unwrap();
    assert!(!types.iter().any(|of_type| of_type["name"] == "FundedProject"), "{types:?}");
    let service = execute(HKAS, "{ _service { sdl } }").await;
    assert_eq!(service["data"]["_service"]["sdl"], schema::subgraph_sdl(HKAS));
}
