//! The fast executor returns the same responses as async-graphql. Both execute random queries over every type.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_graphql::{
    OutputType, Positioned, Request, Value, Variables,
    parser::{
        parse_query, parse_schema,
        types::{BaseType, FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition},
    },
};
use fastrand::Rng;
use futures::FutureExt;
use lionrock::{
    api::{
        self, Graphql,
        edges::Node,
        executor::{FastExecutor, ResponseSize},
        guard::{Guard, Limits},
        subgraph::Subgraph,
    },
    refresh::view::View,
};
use serde_json::{Value as Json, json};

use crate::gateway::fixtures;

/// The number of random queries for each type.
const QUERIES: u64 = 12;
const UNLIMITED: ResponseSize = ResponseSize { expected: 0, limit: usize::MAX };
/// The number of objects in each query.
const OBJECTS: usize = 5;

/// Returns the ids of some records of every type, by type name.
fn records(view: &View) -> BTreeMap<String, Vec<String>> {
    let mut records: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for snapshot in view.graph.snapshots.iter() {
        for index in 0..OBJECTS {
            let Some(node) = Node::of_record(snapshot, index) else { break };
            let id = snapshot.records.meta(index).unwrap().id.clone();
            records.entry(node.introspection_type_name().into_owned()).or_default().push(id);
        }
    }
    records
}

/// Generates random selections from a schema.
struct QueryGenerator {
    /// The fields of objects and interfaces.
    types: HashMap<String, Vec<FieldDefinition>>,
    /// The interfaces of each object.
    interfaces: HashMap<String, Vec<String>>,
    /// The objects of each interface.
    possible: HashMap<String, Vec<String>>,
    random: Rng,
    /// The named fragments generated so far.
    fragments: Vec<String>,
}

impl QueryGenerator {
    fn new(sdl: &str, seed: u64) -> Self {
        let (mut types, mut interfaces) = (HashMap::new(), HashMap::new());
        let mut possible: HashMap<String, Vec<String>> = HashMap::new();
        for definition in parse_schema(sdl).unwrap().definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let (fields, implements) = match definition.node.kind {
                TypeKind::Object(object) => (object.fields, object.implements),
                TypeKind::Interface(interface) => (interface.fields, Vec::new()),
                _ => continue,
            };
            types.insert(name.clone(), fields.into_iter().map(|field| field.node).collect());
            let implements: Vec<String> = implements.iter().map(|interface| interface.node.to_string()).collect();
            for interface in &implements {
                possible.entry(interface.clone()).or_default().push(name.clone());
            }
            interfaces.insert(name, implements);
        }
        let random = Rng::with_seed(seed);
        Self { types, interfaces, possible, random, fragments: Vec::new() }
    }

    /// A selection of an interface: one of its fields, and selections of two of its objects.
    fn selection_of_interface(&mut self, of: &str, depth: usize) -> String {
        let mut object = || {
            let possible = &self.possible[of];
            possible[self.random.usize(0..possible.len())].clone()
        };
        let [some, other] = [object(), object()];
        let field = self.field(of, depth);
        let [of_some, of_other] = [&some, &other].map(|of| self.selection(of, depth));
        format!("{{ {field} ... on {some} {of_some} __typename ... on {other} {of_other} }}")
    }

    /// A selection of a type in braces, with at most `depth` levels.
    fn selection(&mut self, of: &str, depth: usize) -> String {
        let mut parts = Vec::new();
        for _ in 0..self.random.usize(1..6) {
            let part = match self.random.usize(0..14) {
                0 => "__typename".to_owned(),
                1 => format!("... {}", self.selection(of, depth)),
                2 => format!("... on {of} {} {}", self.directive(), self.selection(of, depth)),
                3 if !self.interfaces[of].is_empty() => {
                    let all = &self.interfaces[of];
                    let interface = all[self.random.usize(0..all.len())].clone();
                    format!("... on {interface} {{ {} }}", self.field(&interface, depth))
                }
                4 => {
                    let (number, selection) = (self.fragments.len(), self.selection(of, depth));
                    // The selection may have added another fragment.
                    let name = format!("F{number}x{}", self.fragments.len());
                    self.fragments.push(format!("fragment {name} on {of} {selection}"));
                    format!("...{name} {}", self.directive())
                }
                _ => self.field(of, depth),
            };
            parts.push(part);
        }
        format!("{{ {} }}", parts.join(" "))
    }

    fn field(&mut self, of: &str, depth: usize) -> String {
        let fields = &self.types[of];
        let field = &fields[self.random.usize(0..fields.len())];
        let (name, inner) = (field.name.node.to_string(), inner_type(&field.ty.node.base).to_owned());
        let needs = |argument: &Positioned<InputValueDefinition>| {
            !argument.node.ty.node.nullable && argument.node.default_value.is_none()
        };
        let argument = match name.as_str() {
            "in" => "(language: ZH_HANT)",
            "funding" if of == "Query" => "(groupBy: [YEAR, KIND, ORGANISATION], filter: { year: { from: 2022 } })",
            _ if field.arguments.iter().any(needs) => return "__typename".to_owned(),
            _ if field.arguments.iter().any(|argument| argument.node.name.node == "first") => "(first: 2)",
            _ => "",
        };
        let is_object = self.types.contains_key(&inner);
        // These values change between the two executions.
        let is_clock = ["ageSeconds", "freshness"].contains(&name.as_str());
        let is_deep = depth == 0 && is_object;
        if is_clock || is_deep || name.starts_with('_') {
            return "__typename".to_owned();
        }
        let alias = if self.random.u8(0..4) == 0 { format!("{name}{inner}: ") } else { String::new() };
        let selection = match (is_object, self.possible.contains_key(&inner)) {
            (true, true) => self.selection_of_interface(&inner, depth - 1),
            (true, false) => self.selection(&inner, depth - 1),
            (false, _) => String::new(),
        };
        format!("{alias}{name}{argument} {} {selection}", self.directive())
    }

    fn directive(&mut self) -> &'static str {
        match self.random.u8(0..14) {
            0 => "@include(if: $yes)",
            1 => "@skip(if: $yes)",
            2 => "@include(if: false)",
            3 => "@skip(if: false)",
            _ => "",
        }
    }
}

fn inner_type(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(item) => inner_type(&item.base),
    }
}

/// Runs a query with async-graphql and with the fast executor, and compares the responses. Returns whether the fast
/// executor returned one, which it does if no field fails. Returns `None` if the query exceeds a limit.
fn run_both(schema: &Graphql, executor: &FastExecutor, view: &Arc<View>, text: &str, variables: &Json) -> Option<bool> {
    let variables = Variables::from_json(variables.clone());
    let request = Request::new(text).variables(variables.clone());
    let response = schema.execute(api::on(view, request)).now_or_never().expect("no resolver is pending");
    if response.data == Value::Null {
        return None;
    }
    let document = parse_query(text).unwrap();
    let prepared = executor.prepare(&document, None).unwrap_or_else(|| panic!("not prepared: {text}"));
    let Ok(fast_response) = executor.run(&prepared, variables, api::data(view), UNLIMITED) else {
        assert!(!response.errors.is_empty(), "{text}");
        return Some(false);
    };
    let (fast_response, response) =
        (String::from_utf8(fast_response).unwrap(), serde_json::to_string(&response).unwrap());
    if fast_response != response {
        let same = fast_response.bytes().zip(response.bytes()).take_while(|(a, b)| a == b).count();
        let about = |text: &str| text.chars().skip(same.saturating_sub(200)).take(400).collect::<String>();
        panic!("{text}\nfast executor: …{}…\nasync-graphql: …{}…", about(&fast_response), about(&response));
    }
    Some(true)
}

/// Returns the number of fields in a response.
fn field_count(value: &Json) -> usize {
    match value {
        Json::Object(fields) => fields.len() + fields.values().map(field_count).sum::<usize>(),
        Json::Array(items) => items.iter().map(field_count).sum(),
        _ => 0,
    }
}

/// The price of a query counts lists without pagination by their usual length, so a response can have more fields.
const MOST_FIELDS_PER_PRICE: usize = 8;

/// Checks that the number of fields in a response is bounded by the price of the query, which is known before it runs.
fn check_price(guard: &Guard, schema: &Graphql, view: &Arc<View>, text: &str, variables: &Json) {
    let variables = Variables::from_json(variables.clone());
    let Ok(parsed) = guard.parse(text) else { return };
    let Ok(price) = guard.price(&parsed.executable, None, &variables) else { return };
    let request = Request::new(text).variables(variables);
    let response = schema.execute(api::on(view, request)).now_or_never().expect("no resolver waits");
    let fields = field_count(&response.data.into_json().unwrap());
    let most = MOST_FIELDS_PER_PRICE * price.requested;
    assert!(fields <= most, "expected at most {most} fields for the price, found {fields}: {text}");
}

/// Runs random queries. Returns the number that the fast executor executed, and the number of fallbacks to
/// async-graphql.
fn run_all(view: &Arc<View>, ids: &Json, query: impl Fn(&mut QueryGenerator) -> String) -> (u64, u64) {
    let schema = api::build(Subgraph::default());
    let executor = FastExecutor::new(Subgraph::default());
    let guard = Guard::new(&api::sdl(), Limits { cost: usize::MAX, selections: usize::MAX, ..Limits::DEFAULT });
    let (mut fast, mut fallbacks) = (0, 0);
    for seed in 0..QUERIES {
        let mut generator = QueryGenerator::new(&api::sdl(), seed);
        let operation = query(&mut generator);
        let text = format!("{operation} {}", generator.fragments.join(" "));
        for yes in [true, false] {
            let variables = json!({ "yes": yes, "ids": ids });
            check_price(&guard, &schema, view, &text, &variables);
            match run_both(&schema, &executor, view, &text, &variables) {
                Some(true) => fast += 1,
                Some(false) => fallbacks += 1,
                None => {}
            }
        }
    }
    (fast, fallbacks)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_gives_the_same_response_as_async_graphql() {
    let view = fixtures().view();
    let organisations = view.graph.organisations().iter().take(OBJECTS).map(|one| one.id.clone()).collect();
    let schema = api::build(Subgraph::default());
    let response = schema.execute(api::on(&view, "{ datasets { id } }")).await.data.into_json().unwrap();
    let datasets = response["datasets"].as_array().unwrap().iter().take(OBJECTS);
    let datasets = datasets.map(|dataset| dataset["id"].as_str().unwrap().to_owned()).collect();
    let mut objects = records(&view);
    assert!(objects.len() > 15, "{:?}", objects.keys());
    objects.insert("Organisation".to_owned(), organisations);
    objects.insert("Dataset".to_owned(), datasets);
    for (of, ids) in objects {
        let query = |generator: &mut QueryGenerator| {
            let selection = generator.selection(&of, 3);
            format!("query($yes: Boolean!, $ids: [ID!]!) {{ objects: nodes(ids: $ids) {{ ... on {of} {selection} }} }}")
        };
        let (fast, fallbacks) = run_all(&view, &json!(ids), query);
        assert!(fast > fallbacks.max(QUERIES / 3), "{of}: {fast} executed, {fallbacks} fallbacks");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_root_field_gives_the_same_response_as_async_graphql() {
    let view = fixtures().view();
    let query = |generator: &mut QueryGenerator| format!("query($yes: Boolean!) {}", generator.selection("Query", 3));
    let (fast, fallbacks) = run_all(&view, &json!([]), query);
    assert!(fast > fallbacks.max(QUERIES / 3), "{fast} executed, {fallbacks} fallbacks");
}

/// Fields are in the order of their first occurrence that is not skipped.
#[tokio::test(flavor = "multi_thread")]
async fn skipped_fields_do_not_affect_merging_or_order() {
    let view = fixtures().view();
    let (schema, executor) = (api::build(Subgraph::default()), FastExecutor::new(Subgraph::default()));
    for text in [
        "query($yes: Boolean!) { a: __typename @skip(if: $yes) b: __typename a: __typename }",
        "query($yes: Boolean!) { itf { a: __typename } ... @include(if: $yes) { itf { b: __typename } } }",
        "query($yes: Boolean!) { ... @skip(if: $yes) { itf { a: __typename } } itf { b: __typename } }",
        "query($yes: Boolean!) { ... @skip(if: $yes) { itf { a: __typename } } ... @include(if: $yes) { itf { b: __typename } } }",
        "query($yes: Boolean!, $no: Boolean = false) { itf @include(if: $yes) @skip(if: $no) { ...F } } fragment F on Itf { a: __typename @skip(if: $yes) }",
        "{ itf { __typename @skip(if: true) } datasets { id @include(if: true) } }",
        "{ _service { sdl } }",
        "{ _entities(representations: [{ __typename: \"Dataset\", id: \"D36\" }]) { __typename ... on Dataset { id } } }",
    ] {
        for yes in [true, false] {
            let is_fast = run_both(&schema, &executor, &view, text, &json!({ "yes": yes }));
            assert_eq!(is_fast, Some(true), "{text}");
        }
    }
}
