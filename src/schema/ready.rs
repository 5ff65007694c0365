//! Running a document again that was found valid before.
//!
//! The framework parses, validates and copies a document for every request. [`Lane`] goes straight to the resolvers, with
//! the environment that the framework makes for them. Only a document that [`Graphql`](super::Graphql) has answered comes
//! this way, and only one whose fields are all resolved by our own types: not one with directives, or about the schema.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, Data, IntrospectionMode, Name, ObjectType, OutputType, Positioned,
    Response, SchemaEnv, ServerResult, Value, Variables,
    context::{QueryEnv, QueryEnvInner},
    extensions::Extensions,
    parser::types::{
        ExecutableDocument, Field, InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet,
    },
    registry::Registry,
    resolver_utils::resolve_container,
};
use futures::FutureExt;

use super::{Query, federation::Subgraph};

/// An operation of a valid document, with its fragments written out.
pub struct Ready {
    name: Option<String>,
    /// The operation without what it selects: resolvers look up the defaults of variables there.
    head: Positioned<OperationDefinition>,
    selection: Positioned<SelectionSet>,
    numbers: Vec<Name>,
}

impl Ready {
    /// The operation of this name, or the only one. `None` for one that the framework has to run.
    pub fn of(document: &ExecutableDocument, name: Option<&str>) -> Option<Self> {
        let (_, operation) =
            document.operations.iter().find(|(known, _)| name.is_none() || known.map(Name::as_str) == name)?;
        if operation.node.ty != OperationType::Query || !operation.node.directives.is_empty() {
            return None;
        }
        let set = &operation.node.selection_set;
        let selection = Positioned::new(written_out(&set.node, document)?, set.pos);
        let head = OperationDefinition {
            ty: operation.node.ty,
            variable_definitions: operation.node.variable_definitions.clone(),
            directives: Vec::new(),
            selection_set: Positioned::default(),
        };
        let numbers = super::numbers(&operation.node).cloned().collect();
        let head = Positioned::new(head, operation.pos);
        Some(Self { name: name.map(str::to_owned), head, selection, numbers })
    }

    /// What it declares of variables, and how it is called.
    pub fn operation(&self) -> (Option<&str>, &OperationDefinition) {
        (self.name.as_deref(), &self.head.node)
    }
}

/// A selection with every fragment in its place; `None` where there is anything that the framework does itself.
fn written_out(set: &SelectionSet, document: &ExecutableDocument) -> Option<SelectionSet> {
    let items = set.items.iter().map(|selection| {
        if !selection.node.directives().is_empty() {
            return None;
        }
        let written = match &selection.node {
            Selection::Field(field) => {
                let name = field.node.name.node.as_str();
                if name.starts_with('_') && name != "__typename" {
                    return None;
                }
                let within = &field.node.selection_set;
                let within = Positioned::new(written_out(&within.node, document)?, within.pos);
                let Field { alias, name, arguments, .. } = field.node.clone();
                let written = Field { alias, name, arguments, directives: Vec::new(), selection_set: within };
                Selection::Field(Positioned::new(written, field.pos))
            }
            Selection::InlineFragment(inline) => {
                let within = &inline.node.selection_set;
                Selection::InlineFragment(Positioned::new(
                    InlineFragment {
                        type_condition: inline.node.type_condition.clone(),
                        directives: Vec::new(),
                        selection_set: Positioned::new(written_out(&within.node, document)?, within.pos),
                    },
                    inline.pos,
                ))
            }
            Selection::FragmentSpread(spread) => {
                let fragment = &document.fragments.get(&spread.node.fragment_name.node)?.node;
                let within = &fragment.selection_set;
                if !fragment.directives.is_empty() {
                    return None;
                }
                Selection::InlineFragment(Positioned::new(
                    InlineFragment {
                        type_condition: Some(fragment.type_condition.clone()),
                        directives: Vec::new(),
                        selection_set: Positioned::new(written_out(&within.node, document)?, within.pos),
                    },
                    spread.pos,
                ))
            }
        };
        Some(Positioned::new(written, selection.pos))
    });
    Some(SelectionSet { items: items.collect::<Option<_>>()? })
}

/// The short way to the resolvers.
pub struct Lane {
    query: Query,
    environment: Environment,
}

/// What the framework gives every resolver of a schema.
#[derive(Clone)]
struct Environment {
    schema: SchemaEnv,
    extensions: Extensions,
    session: Arc<Data>,
}

impl Lane {
    /// A lane beside the schema that [`build`](super::build) makes.
    pub fn new(subgraph: Subgraph) -> Self {
        let probe = Probe::default();
        let seen = probe.0.clone();
        let asked = super::builder(probe, subgraph).finish().execute("{ _service { sdl } }").now_or_never();
        let environment = asked.and_then(|_| seen.get().cloned()).expect("a root field is resolved, and never waits");
        Self { query: Query::default(), environment }
    }

    /// The answer to an operation that is valid with these variables.
    pub async fn run(&self, ready: &Ready, mut variables: Variables, data: Data) -> Response {
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
        let mut answer = match resolve_container(&context, &self.query).await {
            Ok(data) => Response::new(data),
            Err(error) => Response::from_errors(vec![error]),
        };
        answer.errors.append(&mut env.errors.lock().unwrap_or_else(PoisonError::into_inner));
        answer
    }
}

/// Stands in the place of the query root once, to see what the framework gives its resolvers.
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
