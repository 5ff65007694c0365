//! Fuzzes the fast executor: its response to any query over the bundle must be that of async-graphql, as far as it has
//! one. The bytes choose the fields of the query. `cargo +nightly fuzz run executor`.
#![no_main]

use std::{
    collections::HashMap,
    slice,
    sync::{Arc, LazyLock},
};

use async_graphql::{
    Request, Value, Variables,
    parser::{
        parse_query, parse_schema,
        types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition},
    },
};
use futures::FutureExt;
use libfuzzer_sys::fuzz_target;
use lionrock::{
    api::{
        self, Graphql,
        executor::{FastExecutor, ResponseSize},
        guard::{Guard, Limits},
        subgraph::Subgraph,
    },
    refresh::{Refresher, Settings, view::View},
};

/// Maximum nesting of a query, and maximum number of fields in one selection.
const DEEPEST: usize = 5;
const MOST_FIELDS: usize = 6;
/// Maximum cost of a query, so that each run is short.
const MOST_COST: usize = 5_000;
/// Values of arguments.
const TEXTS: [&str; 6] = ["hkust", "香港", "limited", "D36", "", "😀"];

struct Subject {
    schema: Graphql,
    executor: FastExecutor,
    guard: Guard,
    types: Types,
    view: Arc<View>,
}

static SUBJECT: LazyLock<Subject> = LazyLock::new(|| {
    let refresher = Refresher::start(Settings::offline()).expect("the bundle is valid");
    let sdl = api::sdl();
    Subject {
        schema: api::build(Subgraph::default()),
        executor: FastExecutor::new(Subgraph::default()),
        guard: Guard::new(&sdl, Limits { cost: MOST_COST, ..Limits::DEFAULT }),
        types: Types::of(&sdl),
        view: refresher.view(),
    }
});

/// The types of the schema, by name.
struct Types {
    fields: HashMap<String, Vec<FieldDefinition>>,
    /// The object types of each interface.
    objects: HashMap<String, Vec<String>>,
    values: HashMap<String, Vec<String>>,
}

impl Types {
    fn of(sdl: &str) -> Self {
        let (mut fields, mut objects, mut values) = (HashMap::new(), HashMap::<_, Vec<_>>::new(), HashMap::new());
        for definition in parse_schema(sdl).expect("the SDL is valid").definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            match definition.node.kind {
                TypeKind::Object(object) => {
                    for interface in &object.implements {
                        objects.entry(interface.node.to_string()).or_default().push(name.clone());
                    }
                    fields.insert(name, object.fields.into_iter().map(|field| field.node).collect());
                }
                TypeKind::Interface(interface) => {
                    fields.insert(name, interface.fields.into_iter().map(|field| field.node).collect());
                }
                TypeKind::Enum(all) => {
                    values.insert(name, all.values.iter().map(|value| value.node.value.node.to_string()).collect());
                }
                _ => {}
            }
        }
        Self { fields, objects, values }
    }
}

/// The choices that the bytes of the input make.
struct Choices<'b>(slice::Iter<'b, u8>);

impl Choices<'_> {
    fn choose(&mut self, number: usize) -> usize {
        self.0.next().map_or(0, |byte| usize::from(*byte)) % number.max(1)
    }

    fn are_made(&self) -> bool {
        self.0.as_slice().is_empty()
    }
}

impl Types {
    fn selection(&self, of: &str, depth: usize, choices: &mut Choices<'_>) -> String {
        let mut parts = vec!["__typename".to_owned()];
        for _ in 0..=choices.choose(MOST_FIELDS) {
            if choices.are_made() {
                break;
            }
            let objects = self.objects.get(of).map_or(&[][..], Vec::as_slice);
            if !objects.is_empty() && choices.choose(2) == 0 {
                let object = &objects[choices.choose(objects.len())];
                parts.push(format!("... on {object} {}", self.selection(object, depth, choices)));
            } else if let Some(field) = self.field(of, depth, choices) {
                parts.push(field);
            }
        }
        format!("{{ {} }}", parts.join(" "))
    }

    fn field(&self, of: &str, depth: usize, choices: &mut Choices<'_>) -> Option<String> {
        let all = &self.fields[of];
        let field = &all[choices.choose(all.len())];
        let name = field.name.node.as_str();
        let depends_on_time = ["ageSeconds", "freshness"].contains(&name);
        // async-graphql does not give access to additional fields of edges, so it resolves them itself.
        let is_of_edge = ["score", "highlights"].contains(&name);
        if depends_on_time || is_of_edge || name.starts_with('_') {
            return None;
        }
        let mut arguments = Vec::new();
        for argument in &field.arguments {
            let argument = &argument.node;
            let is_required = !argument.ty.node.nullable && argument.default_value.is_none();
            if !is_required && choices.choose(3) != 0 {
                continue;
            }
            match self.value(&argument.ty.node, choices) {
                Some(value) => arguments.push(format!("{}: {value}", argument.name.node)),
                None if is_required => return None,
                None => {}
            }
        }
        let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        let inner = inner_type(&field.ty.node.base);
        let selection = match self.fields.contains_key(inner) {
            true if depth == DEEPEST => return None,
            true => self.selection(inner, depth + 1, choices),
            false => String::new(),
        };
        // The same name with other arguments would be a conflict.
        let alias = if arguments.is_empty() { String::new() } else { format!("a{}: ", choices.0.len()) };
        let directive = ["", "", "", "@skip(if: true)", "@include(if: true)"][choices.choose(5)];
        Some(format!("{alias}{name}{arguments} {directive} {selection}"))
    }

    fn value(&self, of: &Type, choices: &mut Choices<'_>) -> Option<String> {
        match &of.base {
            BaseType::List(item) => {
                let items: Option<Vec<_>> = (0..choices.choose(3)).map(|_| self.value(item, choices)).collect();
                Some(format!("[{}]", items?.join(", ")))
            }
            BaseType::Named(name) => match name.as_str() {
                "Int" => Some((choices.choose(9) as i32 - 2).to_string()),
                "Boolean" => Some(["true", "false"][choices.choose(2)].to_owned()),
                "String" | "ID" => Some(format!("{:?}", TEXTS[choices.choose(TEXTS.len())])),
                other => {
                    let values = self.values.get(other)?;
                    Some(values[choices.choose(values.len())].clone())
                }
            },
        }
    }
}

fn inner_type(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(item) => inner_type(&item.base),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Subject { schema, executor, guard, types, view } = &*SUBJECT;
    let text = types.selection("Query", 0, &mut Choices(bytes.iter()));
    let Ok(parsed) = guard.parse(&text) else { return };
    if guard.price(&parsed.executable, None, &Variables::default()).is_err() {
        return;
    }
    let expected = schema.execute(api::on(view, Request::new(&text))).now_or_never().expect("no resolver waits");
    if expected.data == Value::Null {
        return;
    }
    let document = parse_query(&text).expect("the guard has parsed it");
    let Some(prepared) = executor.prepare(&document, None) else { return };
    let size = ResponseSize { expected: 0, limit: usize::MAX };
    match executor.run(&prepared, Variables::default(), api::data(view), size) {
        Ok(written) => {
            let expected = serde_json::to_vec(&expected).expect("a response is JSON");
            assert!(written == expected, "{text}\n{}\n{}", lossy(&written), lossy(&expected));
        }
        Err(_) => assert!(!expected.errors.is_empty(), "not written without an error: {text}"),
    }
});

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
