//! The cost that the guard computes is an upper bound of the response, tested with random valid queries.

use std::collections::{BTreeSet, HashMap};

use async_graphql::{
    Request, Variables,
    parser::{
        parse_schema,
        types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition},
    },
};
use fastrand::Rng;
use lionrock::api::{
    self,
    guard::{Guard, Limits},
};
use proptest::prelude::*;
use serde_json::Value;

use crate::gateway::bundle;

/// The fields of each type, and the implementors of each interface.
struct Types {
    fields: HashMap<String, Vec<FieldDefinition>>,
    implementors: HashMap<String, Vec<String>>,
}

impl Types {
    fn of(sdl: &str) -> Self {
        let mut types = Self { fields: HashMap::new(), implementors: HashMap::new() };
        for definition in parse_schema(sdl).unwrap().definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let fields = match definition.node.kind {
                TypeKind::Object(object) => {
                    for interface in object.implements {
                        types.implementors.entry(interface.node.to_string()).or_default().push(name.clone());
                    }
                    object.fields
                }
                TypeKind::Interface(interface) => interface.fields,
                TypeKind::Union(union) => {
                    let members = union.members.iter().map(|member| member.node.to_string()).collect();
                    types.implementors.insert(name.clone(), members);
                    Vec::new()
                }
                _ => continue,
            };
            types.fields.insert(name, fields.into_iter().map(|field| field.node).collect());
        }
        types
    }
}

/// Generates random valid queries.
struct QueryGenerator<'a> {
    types: &'a Types,
    random: Rng,
    aliases: usize,
    fragments: Vec<String>,
}

impl QueryGenerator<'_> {
    fn query(&mut self) -> String {
        let selection = self.selection("Query", 6);
        let mut text = format!("query {selection}");
        for fragment in self.fragments.drain(..) {
            text.push(' ');
            text.push_str(&fragment);
        }
        text
    }

    fn selection(&mut self, of_type: &str, depth: usize) -> String {
        let mut parts = vec!["__typename".to_owned()];
        let known = &self.types.fields[of_type];
        for _ in 0..self.random.usize(1..=4) {
            let Some(field) = self.random.choice(known) else { break };
            parts.extend(self.field(field, depth));
        }
        if depth > 0 && self.random.u8(..5) == 0 {
            parts.push(format!("... on {of_type} {}", self.selection(of_type, depth - 1)));
        }
        if let Some(name) = self.types.implementors.get(of_type).and_then(|names| self.random.choice(names)) {
            parts.push(format!("... on {name} {}", self.selection(name, depth.saturating_sub(1))));
        }
        let text = format!("{{ {} }}", parts.join(" "));
        if depth > 0 && depth < 6 && self.random.u8(..5) == 0 {
            let name = format!("F{}", self.fragments.len());
            self.fragments.push(format!("fragment {name} on {of_type} {text}"));
            return format!("{{ ...{name} }}");
        }
        text
    }

    fn field(&mut self, field: &FieldDefinition, depth: usize) -> Option<String> {
        let mut arguments = Vec::new();
        for argument in field.arguments.iter().map(|argument| &argument.node) {
            let is_needed = !argument.ty.node.nullable && argument.default_value.is_none();
            match self.value(argument, is_needed) {
                Some(value) => arguments.push(format!("{}: {value}", argument.name.node)),
                None if is_needed => return None,
                None => {}
            }
        }
        let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        let named = named(&field.ty.node);
        let selection = match self.types.fields.get(named) {
            Some(_) if depth == 0 => return None,
            Some(_) => self.selection(named, depth - 1),
            None => String::new(),
        };
        // Each field has its own alias. Otherwise two fields with different arguments could conflict.
        self.aliases += 1;
        Some(format!("{name}_{}: {name}{arguments} {selection}", self.aliases, name = field.name.node))
    }

    /// A value for an argument. `None` if the argument can be omitted or no value can be generated.
    fn value(&mut self, argument: &InputValueDefinition, is_needed: bool) -> Option<String> {
        match (argument.name.node.as_str(), &argument.ty.node.base) {
            ("first", _) => Some(self.random.u8(..7).to_string()),
            ("ids", _) => Some(format!("[{}]", "\"D36\" ".repeat(self.random.usize(..4)))),
            (_, BaseType::List(_)) if is_needed => Some("[]".to_owned()),
            (_, BaseType::Named(name)) if is_needed && matches!(name.as_str(), "ID" | "String") => {
                Some("\"D36\"".to_owned())
            }
            (_, BaseType::Named(name)) if name == "OrganisationBy" => Some("{ name: \"PolyU\" }".to_owned()),
            _ => None,
        }
    }
}

fn named(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}

/// The measured size of a response: its fields, its depth and its paths. At most ten items of a list without pages
/// count.
#[derive(Default)]
struct ResponseSize {
    fields: usize,
    depth: usize,
    paths: BTreeSet<String>,
}

fn measure(value: &Value, name: &str, path: &str, depth: usize, size: &mut ResponseSize) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = format!("{path}/{key}");
                size.fields += 1;
                size.depth = size.depth.max(depth + 1);
                size.paths.insert(path.clone());
                let name = key.rsplit_once('_').map_or(key.as_str(), |(name, _)| name);
                measure(value, name, &path, depth + 1, size);
            }
        }
        Value::Array(items) => {
            let counted = if matches!(name, "nodes" | "edges") { items.len() } else { 10 };
            for item in items.iter().take(counted) {
                measure(item, "", path, depth, size);
            }
        }
        _ => {}
    }
}

#[test]
fn the_query_cost_is_an_upper_bound_of_the_response() {
    let graph = bundle();
    let types = Types::of(&api::sdl());
    let guard = Guard::new(&api::sdl(), Limits { aliases: 10_000, ..Limits::DEFAULT });
    let schema = api::build(api::subgraph::Subgraph::Whole);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let count = std::cell::Cell::new(0);
    proptest!(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() }, |(seed in any::<u64>())| {
        let mut generator = QueryGenerator { types: &types, random: Rng::with_seed(seed), aliases: 0, fragments: Vec::new() };
        let text = generator.query();
        let Ok(cost) = guard.parse(&text).and_then(|document| guard.price(&document.executable, None, &Variables::default())) else {
            return Ok(());
        };
        prop_assume!(cost.requested < 5_000 && cost.aliases <= Limits::DEFAULT.aliases);
        let response = runtime.block_on(schema.execute(api::on(&graph.view(), Request::new(&text))));
        prop_assert!(response.errors.iter().all(|error| !error.path.is_empty()), "{text}: {:?}", response.errors);
        let mut size = ResponseSize::default();
        measure(&serde_json::to_value(&response.data).unwrap(), "", "", 0, &mut size);
        prop_assert!(size.fields <= cost.requested, "{} fields, {cost:?}: {text}", size.fields);
        prop_assert!(size.paths.len() <= cost.fields, "{} paths, {cost:?}: {text}", size.paths.len());
        prop_assert!(size.depth <= cost.depth, "depth {}, {cost:?}: {text}", size.depth);
        count.set(count.get() + 1);
    });
    assert!(count.get() >= 30, "only {} queries were executed", count.get());
}

proptest! {
    #[test]
    fn the_guard_never_panics(words in proptest::collection::vec(
        prop::sample::select(vec![
            "{", "}", "(", ")", "[", "]", "...", "on", "fragment", "query", "F", "G", "Query", "a", "first", ":", "1", "$x", "Int",
            "@skip", "if", "true", "\"s\"", "organisations", "nodes", "__schema", "types", "=", "!", "# c\n",
        ]),
        0..60,
    )) {
        static GUARD: std::sync::LazyLock<Guard> = std::sync::LazyLock::new(|| Guard::new(&api::sdl(), Limits::DEFAULT));
        if let Ok(document) = GUARD.parse(&words.join(" ")) {
            let _ = GUARD.price(&document.executable, None, &Variables::default());
        }
    }
}
