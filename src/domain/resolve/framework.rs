//! Uses of undocumented parts of async-graphql: hand-written output types, the context of resolvers, and the type
//! registry. They are confined to this file, because an update of async-graphql can break them.

use std::{
    borrow::Cow,
    collections::HashMap,
    marker::PhantomData,
    sync::{Arc, Mutex, OnceLock},
};

use async_graphql::{
    ContainerType, Context, Data, InputType, IntrospectionMode, ObjectType, OutputType, Positioned, SchemaEnv,
    ServerResult, Value, Variables,
    context::{QueryEnv, QueryEnvInner},
    extensions::Extensions,
    parser::types::{Field, OperationDefinition},
    resolver_utils::resolve_container,
};
pub use async_graphql::{
    ContextSelectionSet,
    indexmap::{IndexMap, IndexSet},
    registry::{MetaDirectiveInvocation, MetaField, MetaInputValue, MetaType, MetaTypeId, MetaTypeName, Registry},
};

/// An argument. `None` if it cannot be parsed.
pub fn argument<T: InputType>(ctx: &Context<'_>, name: &str, default: Option<fn() -> T>) -> Option<T> {
    ctx.param_value(name, default).ok().map(|(_, value)| value)
}

/// The context for the resolver of a field.
pub fn with_field<'a>(ctx: &'a ContextSelectionSet<'a>, field: &'a Positioned<Field>) -> Context<'a> {
    ctx.with_field(field)
}

/// The registry of the schema that resolves a field.
pub fn registry<'a>(ctx: &Context<'a>) -> &'a Registry {
    &ctx.schema_env.registry
}

/// A borrowed object in a response.
#[derive(Clone, Copy, Debug)]
pub struct ByRef<'a, T>(pub &'a T);

impl<T: ContainerType> OutputType for ByRef<'_, T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(ctx, self.0).await
    }
}

impl<T: ContainerType> ContainerType for ByRef<'_, T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.resolve_field(ctx).await
    }
}

impl<T: ContainerType> ObjectType for ByRef<'_, T> {}

/// An object created for one response.
#[derive(Clone, Copy, Debug)]
pub struct Owned<T>(pub T);

impl<T: ContainerType> OutputType for Owned<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(ctx, &self.0).await
    }
}

/// The data that the framework passes to every resolver of a schema.
#[derive(Clone)]
pub struct Environment {
    schema: SchemaEnv,
    extensions: Extensions,
    session: Arc<Data>,
}

impl Environment {
    /// Captures the environment of a schema that is built with a probe as its query type.
    pub fn of<Q: ObjectType>(execute: impl FnOnce(Probe<Q>)) -> Self {
        let seen = Arc::new(OnceLock::new());
        execute(Probe { seen: seen.clone(), query: PhantomData });
        seen.get().cloned().expect("a root field was resolved")
    }

    /// Calls a function with the context that the framework would create for an operation.
    pub fn enter<T>(
        &self,
        operation: &Positioned<OperationDefinition>,
        variables: Variables,
        data: Data,
        run: impl FnOnce(&ContextSelectionSet<'_>) -> T,
    ) -> T {
        let env = QueryEnv::new(QueryEnvInner {
            extensions: self.extensions.clone(),
            variables,
            operation_name: None,
            operation: operation.clone(),
            fragments: HashMap::new(),
            uploads: Vec::new(),
            session_data: self.session.clone(),
            query_data: Arc::new(data),
            http_headers: Mutex::default(),
            introspection_mode: IntrospectionMode::Enabled,
            errors: Mutex::default(),
        });
        run(&env.create_context(&self.schema, None, &operation.node.selection_set, None))
    }

    /// The name of the query type.
    pub fn query_type(&self) -> &str {
        &self.schema.registry.query_type
    }

    /// The name of the type of a field, without its list and non-null wrappers.
    pub fn type_of_field(&self, of_type: &str, field: &str) -> Option<&str> {
        let field = self.schema.registry.types.get(of_type)?.field_by_name(field)?;
        Some(MetaTypeName::concrete_typename(&field.ty))
    }

    /// The object types that a value of a type can have. Empty for a scalar and an enum.
    pub fn object_types(&self, name: &str) -> Vec<&str> {
        match self.schema.registry.types.get(name) {
            Some(MetaType::Object { name, .. }) => vec![name],
            Some(MetaType::Interface { possible_types, .. } | MetaType::Union { possible_types, .. }) => {
                possible_types.iter().map(String::as_str).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether an object type is the other type, implements it or is a member of it.
    pub fn is_of(&self, object_type: &str, name: &str) -> bool {
        let of = || self.schema.registry.types.get(name).is_some_and(|of| of.is_possible_type(object_type));
        object_type == name || of()
    }
}

/// A replacement for the query type that captures the environment of resolvers.
pub struct Probe<Q> {
    seen: Arc<OnceLock<Environment>>,
    query: PhantomData<Q>,
}

impl<Q: ObjectType> OutputType for Probe<Q> {
    fn type_name() -> Cow<'static, str> {
        Q::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Q::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl<Q: ObjectType> ContainerType for Probe<Q> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.seen.get_or_init(|| Environment {
            schema: ctx.schema_env.clone(),
            extensions: ctx.query_env.extensions.clone(),
            session: ctx.query_env.session_data.clone(),
        });
        Ok(None)
    }
}

impl<Q: ObjectType> ObjectType for Probe<Q> {}
