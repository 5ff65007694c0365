//! Execution of validated documents.
//!
//! The framework parses, validates and copies a document for every request. [`FastExecutor`] calls the resolvers
//! directly, in the environment that the framework creates for them, and writes their values as JSON. It runs only
//! documents that [`Graphql`](super::Graphql) has validated and whose fields are all resolved by our own types.
//! Documents with directives or introspection fields run in the framework.

use std::{
    borrow::Cow,
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, Data, IntrospectionMode, Name, ObjectType, OutputType, Pos,
    Positioned, Response, SchemaEnv, ServerResult, Value, Variables,
    context::{QueryEnv, QueryEnvInner},
    extensions::Extensions,
    parser::types::{
        ExecutableDocument, Field, InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet,
        TypeCondition,
    },
    registry::{MetaTypeName, Registry},
    resolver_utils::resolve_container,
};
use futures::FutureExt;

use crate::{
    api::{root::Query, schema, subgraph::Subgraph},
    domain::resolve::{self, JsonWriter},
};

/// An operation of a valid document, with fragments inlined and repeated fields merged.
pub struct PreparedQuery {
    name: Option<String>,
    /// The operation without its selection set. Resolvers look up the defaults of variables in it.
    head: Positioned<OperationDefinition>,
    selection: Positioned<SelectionSet>,
    numbers: Vec<Name>,
}

impl PreparedQuery {
    /// The name of the operation, and its definition with the variables that it declares.
    pub fn operation(&self) -> (Option<&str>, &OperationDefinition) {
        (self.name.as_deref(), &self.head.node)
    }
}

/// The outcome of an operation.
pub enum Outcome {
    /// A response without errors, as JSON.
    Written(Vec<u8>),
    /// A response that the framework helped to produce.
    Answer(Response),
}

/// Flattens the selections of one document: inlines fragments and merges repeated fields.
struct Writer<'d> {
    document: &'d ExecutableDocument,
    registry: &'d Registry,
}

/// A part of a selection. Parts keep their order.
enum Part<'d> {
    /// A field with all of its selection sets, wherever they occur in the document.
    Field(&'d Positioned<Field>, Vec<&'d SelectionSet>),
    /// A selection on one of the types of an interface.
    Kind(Pos, &'d Positioned<TypeCondition>, &'d SelectionSet),
}

/// The parts of a selection, and the position of each field among them.
#[derive(Default)]
struct Asked<'d> {
    parts: Vec<Part<'d>>,
    places: HashMap<&'d Name, usize>,
}

impl<'d> Asked<'d> {
    /// Adds a field, or adds a selection set to a field that is already present.
    fn add(&mut self, field: &'d Positioned<Field>) {
        let within = &field.node.selection_set.node;
        match self.places.entry(&field.node.response_key().node) {
            Entry::Occupied(known) => {
                if let Part::Field(_, all) = &mut self.parts[*known.get()] {
                    all.push(within);
                }
            }
            Entry::Vacant(free) => {
                free.insert(self.parts.len());
                self.parts.push(Part::Field(field, vec![within]));
            }
        }
    }
}

impl<'d> Writer<'d> {
    /// Merges the selection sets of a type into one. `None` if they contain anything that only the framework can
    /// execute.
    fn written_out(&self, sets: &[&'d SelectionSet], of: &str) -> Option<SelectionSet> {
        let mut asked = Asked::default();
        sets.iter().try_for_each(|set| self.gather(set, of, &mut asked))?;
        let ty = self.registry.types.get(of)?;
        let items = asked.parts.into_iter().map(|part| {
            Some(match part {
                Part::Field(field, within) => {
                    let of =
                        ty.field_by_name(&field.node.name.node).map(|field| MetaTypeName::concrete_typename(&field.ty));
                    let within = if field.node.selection_set.node.items.is_empty() {
                        SelectionSet::default()
                    } else {
                        self.written_out(&within, of?)?
                    };
                    let Field { alias, name, arguments, .. } = field.node.clone();
                    let selection_set = Positioned::new(within, field.node.selection_set.pos);
                    let written = Field { alias, name, arguments, directives: Vec::new(), selection_set };
                    Positioned::new(Selection::Field(Positioned::new(written, field.pos)), field.pos)
                }
                Part::Kind(pos, condition, set) => {
                    let within = self.written_out(&[set], &condition.node.on.node)?;
                    let fragment = InlineFragment {
                        type_condition: Some(condition.clone()),
                        directives: Vec::new(),
                        selection_set: Positioned::new(within, pos),
                    };
                    Positioned::new(Selection::InlineFragment(Positioned::new(fragment, pos)), pos)
                }
            })
        });
        Some(SelectionSet { items: items.collect::<Option<_>>()? })
    }

    fn gather(&self, set: &'d SelectionSet, of: &str, asked: &mut Asked<'d>) -> Option<()> {
        for selection in &set.items {
            if !selection.node.directives().is_empty() {
                return None;
            }
            let (condition, within) = match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    if name.starts_with('_') && name != "__typename" {
                        return None;
                    }
                    asked.add(field);
                    continue;
                }
                Selection::InlineFragment(fragment) => {
                    (fragment.node.type_condition.as_ref(), &fragment.node.selection_set.node)
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = &self.document.fragments.get(&spread.node.fragment_name.node)?.node;
                    if !fragment.directives.is_empty() {
                        return None;
                    }
                    (Some(&fragment.type_condition), &fragment.selection_set.node)
                }
            };
            match condition {
                Some(condition) if !self.is_always(of, &condition.node.on.node) => {
                    asked.parts.push(Part::Kind(selection.pos, condition, within));
                }
                _ => self.gather(within, of, asked)?,
            }
        }
        Some(())
    }

    /// Whether every object of one type is also of the other.
    fn is_always(&self, of: &str, condition: &str) -> bool {
        of == condition || self.registry.types.get(condition).is_some_and(|condition| condition.is_possible_type(of))
    }
}

/// Runs prepared operations by calling the resolvers directly.
pub struct FastExecutor {
    query: Query,
    environment: Environment,
}

/// What the framework passes to every resolver of a schema.
#[derive(Clone)]
struct Environment {
    schema: SchemaEnv,
    extensions: Extensions,
    session: Arc<Data>,
}

impl FastExecutor {
    /// An executor for the schema that [`build`](super::build) creates.
    pub fn new(subgraph: Subgraph) -> Self {
        let probe = Probe::default();
        let seen = probe.0.clone();
        let asked = schema::builder(probe, subgraph).finish().execute("{ _service { sdl } }").now_or_never();
        let environment = asked.and_then(|_| seen.get().cloned()).expect("a root field is resolved, and never waits");
        Self { query: Query::default(), environment }
    }

    /// Prepares the operation with this name, or the only operation. `None` if the framework has to run it.
    pub fn prepare(&self, document: &ExecutableDocument, name: Option<&str>) -> Option<PreparedQuery> {
        let (own_name, operation) =
            document.operations.iter().find(|(known, _)| name.is_none() || known.map(Name::as_str) == name)?;
        if operation.node.ty != OperationType::Query || !operation.node.directives.is_empty() {
            return None;
        }
        let registry = &self.environment.schema.registry;
        let set = &operation.node.selection_set;
        let written = Writer { document, registry }.written_out(&[&set.node], &registry.query_type)?;
        let head = OperationDefinition {
            ty: operation.node.ty,
            variable_definitions: operation.node.variable_definitions.clone(),
            directives: Vec::new(),
            selection_set: Positioned::default(),
        };
        Some(PreparedQuery {
            name: own_name.map(ToString::to_string),
            numbers: schema::numbers(&operation.node).cloned().collect(),
            head: Positioned::new(head, operation.pos),
            selection: Positioned::new(written, set.pos),
        })
    }

    /// Runs an operation that is valid with these variables. If a length is given and every field resolves
    /// synchronously, the response is JSON of about that length.
    pub async fn run(
        &self,
        ready: &PreparedQuery,
        mut variables: Variables,
        data: Data,
        length: Option<usize>,
    ) -> Outcome {
        for name in &ready.numbers {
            variables.entry(name.clone()).or_insert(Value::Null);
        }
        let Environment { schema, extensions, session } = &self.environment;
        let env = QueryEnv::new(QueryEnvInner {
            extensions: extensions.clone(),
            variables,
            operation_name: ready.name.clone(),
            operation: ready.head.clone(),
            fragments: HashMap::new(),
            uploads: Vec::new(),
            session_data: session.clone(),
            query_data: Arc::new(data),
            http_headers: Mutex::default(),
            introspection_mode: IntrospectionMode::Enabled,
            errors: Mutex::default(),
        });
        let context = env.create_context(schema, None, &ready.selection, None);
        if let Some(length) = length {
            let mut json = JsonWriter::after(b"{\"data\":", length);
            if resolve::fields(&self.query, &context, &ready.selection.node, &mut json).is_some() {
                let mut body = json.into_bytes();
                body.push(b'}');
                return Outcome::Written(body);
            }
        }
        let mut answer = match resolve_container(&context, &self.query).await {
            Ok(data) => Response::new(data),
            Err(error) => Response::from_errors(vec![error]),
        };
        answer.errors.append(&mut env.errors.lock().unwrap_or_else(PoisonError::into_inner));
        Outcome::Answer(answer)
    }
}

/// Takes the place of the query root once, to capture what the framework passes to its resolvers.
#[derive(Default)]
struct Probe(Arc<OnceLock<Environment>>);

impl OutputType for Probe {
    fn type_name() -> Cow<'static, str> {
        <Query as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Query as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl ContainerType for Probe {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.get_or_init(|| Environment {
            schema: ctx.schema_env.clone(),
            extensions: ctx.query_env.extensions.clone(),
            session: ctx.query_env.session_data.clone(),
        });
        Ok(None)
    }
}

impl ObjectType for Probe {}
