use std::{sync::LazyLock, time::Instant};

use serde_json::{Value, json};

use super::*;
use crate::api::{
    guard::{Guard, Limits},
    subgraph::Subgraph,
};

const SDL: &str = "
    type Query {
      item(id: ID, filter: Filter): Item
      found(by: By!): Item
      items(first: Int!, years: [Int!], colour: Colour = RED): [Item!]!
      page(first: Int! = 20): Item
    }
    type Subscription { changed(id: ID): Item!  ended: Item }
    interface Named { name: String! }
    type Item implements Named { id: ID!  name: String!  item: Item  nodes(ids: [ID!]): [Item!]  other: Other }
    type Other implements Named { name: String!  item: Item  id: Int!  nodes(ids: [ID!]): [Item!] }
    enum Colour { RED GREEN }
    directive @oneOf on INPUT_OBJECT
    input By @oneOf { id: ID  name: String  filter: Filter }
    input Filter { name: String!  years: [Int!]  inner: Filter  size: Int! = 3 }
    schema { query: Query  subscription: Subscription }";

static VALIDATOR: LazyLock<DocumentValidator> = LazyLock::new(|| DocumentValidator::new(SDL));

fn parse(text: &str) -> ParsedDocument {
    ParsedDocument::parse(text).map_err(|error| error.message).unwrap()
}

fn messages(text: &str) -> Vec<String> {
    let found = VALIDATOR.validate(&parse(text), Suggestions::Included);
    found.err().unwrap_or_default().into_iter().map(|error| error.message).collect()
}

#[track_caller]
fn valid(text: &str) {
    assert_eq!(messages(text), [""; 0], "{text}");
}

#[track_caller]
fn invalid(text: &str) {
    assert!(!messages(text).is_empty(), "{text}");
}

#[test]
fn variables_must_fit_their_positions() {
    for text in [
        "query($x: String) { item(id: $x) { id } }",
        "query($x: Int) { items(first: $x) { id } }",
        "query($x: Int = null) { items(first: $x) { id } }",
        "query($x: [Int!]!) { items(first: $x) { id } }",
        "query($x: Int) { items(first: 1, years: [1, $x]) { id } }",
        "query($x: Int!) { items(first: 1, years: $x) { id } }",
        "query($x: [Int]) { items(first: 1, years: $x) { id } }",
        "query($x: String) { item(filter: { name: $x }) { id } }",
        "query($x: Int) { item(filter: { name: \"\", inner: { name: \"\", years: [$x] } }) { id } }",
        "query($x: Boolean) { item { id @skip(if: $x) } }",
        "query A($x: Int!) { ...F } query B($x: Int) { ...F } fragment F on Query { items(first: $x) { id } }",
    ] {
        invalid(text);
    }
    for text in [
        "query($x: ID!) { item(id: $x) { id } }",
        "query($x: Int = 1) { items(first: $x) { id } }",
        "query($x: Int) { page(first: $x) { id } }",
        "query($x: Int) { item(filter: { name: \"\", size: $x }) { id } }",
        "query($x: Int!) { items(first: 1, years: [$x]) { id } }",
        "query($x: Boolean!) { __typename @include(if: $x) }",
    ] {
        valid(text);
    }
    assert_eq!(
        messages("query($x: Int) { items(first: 1, years: [$x]) { id } }"),
        ["expected a value of type `Int!`, found `$x` of type `Int`"]
    );
}

#[test]
fn one_of_input_objects_must_have_one_field() {
    for text in [
        "{ found(by: {}) { id } }",
        "{ found(by: { id: null }) { id } }",
        "{ found(by: { id: \"a\", name: \"b\" }) { id } }",
        "{ found(by: { id: \"a\", name: null }) { id } }",
        "query($x: ID) { found(by: { id: $x }) { id } }",
        "query($x: ID = \"a\") { found(by: { id: $x }) { id } }",
        "query($x: ID!, $y: String!) { found(by: { id: $x, name: $y }) { id } }",
        "query($x: By) { found(by: $x) { id } }",
        "query($x: By! = {}) { found(by: $x) { id } }",
    ] {
        invalid(text);
    }
    for text in [
        "{ found(by: { id: \"a\" }) { id } }",
        "query($x: ID!) { found(by: { id: $x }) { id } }",
        "query($x: By!) { found(by: $x) { id } }",
        // A variable within the field is validated at its own position.
        "query($x: [Int!]) { found(by: { filter: { name: \"\", years: $x } }) { id } }",
    ] {
        valid(text);
    }
    let coerced = |value: Value| {
        let parsed = parse("query($by: By!) { found(by: $by) { id } }");
        let variables = serde_json::Map::from_iter([("by".to_owned(), value)]);
        VALIDATOR.coerce(&parsed, None, variables).map_err(|error| error.message)
    };
    let expected = "expected exactly one field of `By` in `$by`, and not null";
    for value in
        [json!({}), json!({ "id": null }), json!({ "id": "a", "name": "b" }), json!({ "id": "a", "name": null })]
    {
        assert_eq!(coerced(value), Err(expected.to_owned()));
    }
    assert!(coerced(json!({ "name": "a" })).is_ok());
}

#[test]
fn overlapping_fields_must_be_mergeable() {
    for text in [
        "{ item { name: id name } }",
        "{ item { id } ...F } fragment F on Query { item(id: 1) { id } }",
        "{ item { other { name } } item { other { name: id } } }",
        "{ item { ... on Named { ... on Item { id } ... on Other { id } } } }",
        "{ item { item { nodes(ids: [1]) { id } } item { nodes(ids: [1, 2]) { id } } } }",
        "{ item(filter: { name: \"\", years: [1, 2] }) { id } item(filter: { years: [1], name: \"\" }) { id } }",
        "{ item { ...F nodes(ids: []) { id } } } fragment F on Item { nodes(ids: [1]) { id } }",
    ] {
        invalid(text);
    }
    for text in [
        "{ item { name } ...F } fragment F on Query { item { name: name } }",
        "{ item { nodes(ids: [1, 2]) { id } nodes(ids: [1, 2]) { name } } }",
        "{ a: item { nodes(ids: [1]) { id } } b: item { nodes(ids: [1, 2]) { id } } }",
        "{ item(filter: { name: \"\", years: [1, 2] }) { id } item(filter: { years: [1, 2], name: \"\" }) { id } }",
    ] {
        valid(text);
    }
}

#[test]
fn values_must_match_their_types() {
    for text in [
        "{ item(filter: { name: \"a\", name: \"a\" }) { id } }",
        "{ item(filter: \"a\") { id } }",
        "{ item(filter: [{ name: \"\" }]) { id } }",
        "{ item(filter: { name: null }) { id } }",
        "{ item(filter: { name: \"\", nothing: 1 }) { id } }",
        "{ items(first: 1, colour: \"RED\") { id } }",
        "{ items(first: null) { id } }",
        "{ items(first: 1, first: 1) { id } }",
        "{ items(first: 2147483648) { id } }",
        "{ item { id @skip(if: true, if: true) } }",
        "{ item { id @skip } }",
        "{ item { id @skip(if: 1) } }",
        "{ item { id @skip(if: true, unless: true) } }",
        "{ item { id @deprecated } }",
        "{ item { id @specifiedBy(url: \"\") } }",
        "{ __typename(a: 1) }",
        "{ __typename @nothing }",
        "{ item { __typename { id } } }",
        "query($x: Boolean!) { item { id } }",
    ] {
        invalid(text);
    }
    for text in [
        "{ item(id: 99999999999999999999) { id } }",
        "{ items(first: -0) { id } }",
        r#"{ item(id: "\u{1F600}\uD83D\uDE00") { id } }"#,
        "{ items(first: 1, years: 1, colour: GREEN) { id } }",
    ] {
        valid(text);
    }
}

#[test]
fn subscriptions_must_have_one_root_field() {
    for text in [
        "subscription { changed { id } ended { id } }",
        "subscription { ...F } fragment F on Subscription { changed { id } ended { id } }",
        "subscription { __typename }",
    ] {
        invalid(text);
    }
    valid("subscription { ...F } fragment F on Subscription { changed { id } }");
}

#[test]
fn errors_suggest_similar_field_names() {
    let found = messages("{ items(first: 1) { nam } }");
    assert_eq!(found, ["expected a field of the type `Item`, found `nam`. Did you mean \"name\"?"]);
    let found = VALIDATOR.validate(&parse("{\n  itens }"), Suggestions::Omitted).unwrap_err();
    assert!(!found[0].message.contains("Did you mean"), "{}", found[0].message);
    assert_eq!(found[0].locations, [Pos { line: 2, column: 3 }]);
}

fn coerced(text: &str, variables: Value) -> Result<Value, String> {
    let parsed = parse(text);
    let Value::Object(variables) = variables else { panic!("no object") };
    VALIDATOR.coerce(&parsed, None, variables).map(Value::Object).map_err(|error| error.message)
}

#[test]
fn coercion_errors_name_the_path() {
    let text = "query($x: Int!, $y: [Filter!]) { __typename }";
    for (given, message) in [
        (json!({}), "expected a value for `$x` of type `Int!`, found none"),
        (json!({ "x": null }), "expected `$x` of type `Int!`, found null"),
        (json!({ "x": "1" }), "expected `$x` of type `Int!`, found a string"),
        (json!({ "x": 1.5 }), "expected `$x` of type `Int!`, found a number of another type or range"),
        (json!({ "x": 1u64 << 31 }), "expected `$x` of type `Int!`, found a number of another type or range"),
        (json!({ "x": 1, "y": [{ "name": "a" }, null] }), "expected `$y[1]` of type `Filter!`, found null"),
        (
            json!({ "x": 1, "y": { "name": "a", "years": [1, "b"] } }),
            "expected `$y.years[1]` of type `Int!`, found a string",
        ),
        (json!({ "x": 1, "y": [{}] }), "expected `$y[0].name` of type `String!`, found none"),
        (json!({ "x": 1, "y": [{ "name": "", "z": 1 }] }), "expected a field of `Filter` in `$y[0]`, found `z`"),
        (json!({ "x": 1, "y": 1 }), "expected `$y` of type `Filter!`, found a number of another type or range"),
    ] {
        assert_eq!(coerced(text, given.clone()), Err(message.to_owned()), "{given}");
    }
    let given = json!({ "x": 1.0, "y": [{ "name": "a" }], "unused": [1] });
    assert_eq!(coerced(text, given), Ok(json!({ "x": 1, "y": [{ "name": "a" }], "unused": [1] })));
    let ids = "query($x: [ID], $c: Colour = RED) { __typename }";
    let given = json!({ "x": [1, "a", u64::MAX, 1e20, -0.0, null] });
    let expected = json!({ "x": ["1", "a", "18446744073709551615", "100000000000000000000", "0", null] });
    assert_eq!(coerced(ids, given), Ok(expected));
    assert!(coerced(ids, json!({ "c": "BLUE" })).is_err() && coerced(ids, json!({ "x": 1.5 })).is_err());
}

#[test]
fn documents_can_be_validated_against_every_served_schema() {
    for subgraph in Subgraph::ALL {
        let sdl = crate::api::build(subgraph).sdl();
        // The SDL uses the Federation directives without defining them.
        let invalid = Schema::parse_and_validate(&sdl, "").err();
        let errors = invalid.iter().flat_map(|invalid| invalid.errors.iter()).map(|found| found.to_json().message);
        let own: Vec<String> = errors.filter(|message| !message.starts_with("cannot find directive `@")).collect();
        assert_eq!(own, [""; 0], "{subgraph:?}");
        let validator = DocumentValidator::new(&sdl);
        let introspection = parse(
            "{ __schema { types { name isOneOf fields(includeDeprecated: true) { name args { type { ofType { name } } } } } } _service { sdl } }",
        );
        assert_eq!(validator.validate(&introspection, Suggestions::Included), Ok(()), "{subgraph:?}");
    }
}

/// The validation time of the largest documents. The limits allow for an unoptimised build on a busy machine.
#[test]
fn hostile_documents_are_validated_in_linear_time() {
    let sdl = crate::api::build(Subgraph::Whole).sdl();
    let (validator, guard) = (DocumentValidator::new(&sdl), Guard::new(&sdl, Limits::DEFAULT));
    let many = |times, part: &str| -> String { (0..times).map(|n| part.replace('#', &n.to_string())).collect() };
    let documents = [
        ("a field, repeated", format!("{{ {} }}", many(3_000, "__typename "))),
        ("fields with a list", format!("{{ {} }}", many(500, "nodes(ids: [\"a\", \"b\"]) { __typename } "))),
        (
            "lists of other lengths",
            format!("{{ {} }}", many(450, "nodes(ids: [\"a\"]) { __typename } nodes(ids: []) { id } ")),
        ),
        (
            "fragments",
            format!("{{ {} }} {}", many(1_000, "...F# "), many(1_000, "fragment F# on Query { __typename } ")),
        ),
        (
            "a chain of fragments",
            format!(
                "{{ ...F0 }} {} fragment F60 on Query {{ __typename }}",
                (0..60).map(|n| format!("fragment F{n} on Query {{ ...F{} }} ", n + 1)).collect::<String>()
            ),
        ),
        (
            "variables",
            format!("query({}) {{ nodes(ids: [{}]) {{ id }} }}", many(1_200, "$v#: ID! "), many(1_200, "$v# ")),
        ),
        ("operations", many(900, "query Q# { ...F } ") + "fragment F on Query { __typename }"),
        ("unknown fields", format!("{{ {} }}", many(3_000, "f# "))),
        (
            "inline fragments",
            format!("{{ node(id: 1) {{ {} }} }}", many(800, "... on Organisation { id } ... on Dataset { id } ")),
        ),
    ];
    for (what, text) in documents {
        let parsed = guard.parse(&text).unwrap_or_else(|excess| panic!("{what}: {excess}"));
        let begun = Instant::now();
        let verdict = validator.validate(&parsed, Suggestions::Omitted);
        let took = begun.elapsed();
        println!("{what}: {} bytes, {took:?}, {}", text.len(), verdict.is_ok());
        assert!(took.as_secs() < 20, "{what}: {took:?}");
    }
}
