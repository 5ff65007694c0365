//! Execution of validated documents.
//!
//! The framework copies and checks a document for every request. [`FastExecutor`] calls the resolvers directly, in the
//! same environment, and writes their values as JSON. The framework executes documents with introspection fields, and
//! operations with errors.

use async_graphql::{
    Data, Name, Positioned, Value, Variables,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType},
};
use futures::FutureExt;

use crate::{
    api::{
        plan::{Plan, Planner},
        root::Query,
        schema,
        subgraph::Subgraph,
    },
    domain::resolve::{self, Environment, JsonWriter, RequestContext},
};

/// An operation of a valid document, prepared for execution.
pub struct PreparedQuery {
    name: Option<String>,
    /// The operation without its selection set. Resolvers look up the defaults of variables in it.
    head: Positioned<OperationDefinition>,
    plan: Plan,
    /// The variables of type `Int` without a default.
    numbers: Vec<Name>,
    /// The defaults of the variables that `@skip` and `@include` test.
    defaults: Vec<Option<bool>>,
    document: ExecutableDocument,
}

impl PreparedQuery {
    /// The name of the operation, and its definition with the variables that it declares.
    pub fn operation(&self) -> (Option<&str>, &OperationDefinition) {
        (self.name.as_deref(), &self.head.node)
    }

    /// The number of fields in memory.
    pub fn fields(&self) -> usize {
        self.plan.fields
    }

    /// The document, for the framework.
    pub fn document(&self) -> &ExecutableDocument {
        &self.document
    }
}

/// The size of a response in bytes.
#[derive(Clone, Copy, Debug)]
pub struct ResponseSize {
    pub expected: usize,
    /// The maximum.
    pub limit: usize,
}

/// The reason why a response was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotWritten {
    /// A field failed, so the framework must run the operation.
    FieldFailed,
    /// The response exceeds its maximum size.
    TooLarge,
}

/// Runs prepared operations by calling the resolvers directly.
pub struct FastExecutor {
    query: Query,
    environment: Environment,
}

impl FastExecutor {
    /// An executor for the schema that [`build`](super::build) creates.
    pub fn new(subgraph: Subgraph) -> Self {
        let environment = Environment::of::<Query>(|probe| {
            let schema = schema::builder(probe, subgraph).finish();
            schema.execute("{ _service { sdl } }").now_or_never().expect("the probe never waits");
        });
        Self { query: Query::default(), environment }
    }

    /// Prepares the operation with this name, or the only operation. `None` if the framework must run it.
    pub fn prepare(&self, document: &ExecutableDocument, name: Option<&str>) -> Option<PreparedQuery> {
        let (own_name, operation) =
            document.operations.iter().find(|(known, _)| name.is_none() || known.map(Name::as_str) == name)?;
        let OperationDefinition { ty, variable_definitions, directives, selection_set } = &operation.node;
        if *ty != OperationType::Query || !directives.is_empty() {
            return None;
        }
        let plan = Planner::new(document, &self.environment).plan(&selection_set.node)?;
        let default_of = |name: &Name| {
            let definition = variable_definitions.iter().find(|definition| definition.node.name.node == *name)?;
            match definition.node.default_value.as_ref()?.node {
                Value::Boolean(value) => Some(value),
                _ => None,
            }
        };
        let head = OperationDefinition {
            ty: *ty,
            variable_definitions: variable_definitions.clone(),
            directives: Vec::new(),
            selection_set: Positioned::default(),
        };
        Some(PreparedQuery {
            name: own_name.map(ToString::to_string),
            numbers: schema::numbers(&operation.node).cloned().collect(),
            head: Positioned::new(head, operation.pos),
            defaults: plan.flags.iter().map(default_of).collect(),
            plan,
            document: document.clone(),
        })
    }

    /// Runs an operation that is valid with these variables. Returns the response as JSON.
    pub fn run(
        &self,
        ready: &PreparedQuery,
        mut variables: Variables,
        data: Data,
        size: ResponseSize,
    ) -> Result<Vec<u8>, NotWritten> {
        let flag = |(name, default): (&Name, &Option<bool>)| match variables.get(name) {
            Some(Value::Boolean(value)) => Some(*value),
            _ => *default,
        };
        let flags: Vec<bool> = ready
            .plan
            .flags
            .iter()
            .zip(&ready.defaults)
            .map(flag)
            .collect::<Option<_>>()
            .ok_or(NotWritten::FieldFailed)?;
        for name in &ready.numbers {
            variables.entry(name.clone()).or_insert(Value::Null);
        }
        self.environment.enter(&ready.head, variables, data, |ctx| {
            let request = RequestContext { ctx, flags: &flags };
            let mut json = JsonWriter::after(b"{\"data\":", size.expected, size.limit);
            let query_type = self.environment.query_type();
            let written = resolve::fields(&self.query, query_type, &ready.plan.selection, request, &mut json);
            if json.is_full() {
                return Err(NotWritten::TooLarge);
            }
            written.ok_or(NotWritten::FieldFailed)?;
            let mut body = json.into_bytes();
            body.push(b'}');
            Ok(body)
        })
    }
}
