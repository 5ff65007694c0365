//! The fields that routers query: the SDL of a subgraph, and entities by their keys.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use async_graphql::{Any, Context, Object, OutputType, Positioned, ServerResult, Value, parser::types::Field};

use crate::{
    api::{context::view, edges::Node, subgraph::Subgraph},
    domain::{
        query_error::{QueryError, to_graphql},
        resolve::{
            FieldContext, JsonWriter, WriteValue,
            framework::{self, ContextSelectionSet, IndexSet, MetaType, MetaTypeId, Registry},
            sync_resolvers,
        },
    },
    refresh::view::View,
};

/// The maximum number of representations in one `_entities` query. It equals the number of objects that the most
/// expensive query may request.
const MOST_REPRESENTATIONS: usize = 10_000;

#[derive(Default)]
pub struct Federation;

#[sync_resolvers]
#[Object]
impl Federation {
    /// For routers: the service definition of this subgraph.
    #[graphql(name = "_service")]
    async fn service<'a>(&self, ctx: &Context<'a>) -> &'a Service {
        ctx.data_unchecked::<Service>()
    }

    /// For routers: entities by their keys. Results are in the order of the representations. A key that resolves to no
    /// entity yields `null` and an error that states the reason.
    #[graphql(name = "_entities", complexity = "representations.len() * child_complexity + 1")]
    async fn entities<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "At most 10,000 items, each with `__typename` and `id`.")] representations: Vec<Any>,
    ) -> async_graphql::Result<Vec<Option<async_graphql::Result<Entity<'a>>>>> {
        let found = representations.len();
        if found > MOST_REPRESENTATIONS {
            let found = i32::try_from(found).unwrap_or(i32::MAX);
            return to_graphql(Err(QueryError::TooManyIds { most: MOST_REPRESENTATIONS, found }));
        }
        let known = known_here(ctx);
        let find = |representation: &Any| Some(to_graphql(Entity::find(view(ctx), known, &representation.0)));
        Ok(representations.iter().map(find).collect())
    }
}

/// The types of entities that this subgraph resolves.
fn known_here<'a>(ctx: &Context<'a>) -> Option<&'a IndexSet<String>> {
    framework::registry(ctx).types.get(Entity::type_name().as_ref())?.possible_types()
}

/// The service definition of a subgraph.
pub struct Service {
    subgraph: Subgraph,
    print: fn(Subgraph) -> String,
    /// The printed SDL.
    printed: Arc<OnceLock<String>>,
}

impl Service {
    /// The service definition of a subgraph, with the function that prints its SDL.
    pub fn new(subgraph: Subgraph, print: fn(Subgraph) -> String) -> Self {
        Self { subgraph, print, printed: Arc::default() }
    }
}

/// For routers: the service definition of a subgraph.
#[sync_resolvers]
#[Object(name = "_Service")]
impl Service {
    /// The SDL of the subgraph.
    async fn sdl(&self) -> &str {
        self.printed.get_or_init(|| (self.print)(self.subgraph))
    }
}

/// An entity that a router can request by its key.
struct Entity<'a>(Node<'a>);

impl<'a> Entity<'a> {
    /// Finds the entity of a representation, if this subgraph resolves its type.
    fn find(view: &'a View, known: Option<&IndexSet<String>>, representation: &Value) -> Result<Self, QueryError> {
        let text = |key: &'static str| match representation {
            Value::Object(fields) => match fields.get(key) {
                Some(Value::String(text)) => Ok(text),
                _ => Err(QueryError::InvalidRepresentation(key)),
            },
            _ => Err(QueryError::InvalidRepresentation(key)),
        };
        let (type_name, id) = (text("__typename")?, text("id")?);
        let shortened = |text: &str| crate::domain::value::shorten(text).into_owned();
        if !known.is_some_and(|known| known.contains(type_name)) {
            return Err(QueryError::NoEntity(shortened(type_name)));
        }
        let found = Node::find(view, id).filter(|node| node.introspection_type_name() == *type_name);
        found.map(Self).ok_or_else(|| QueryError::UnknownEntity { type_name: shortened(type_name), id: shortened(id) })
    }
}

impl WriteValue for Entity<'_> {
    fn write(&self, asked: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        self.0.write(asked, writer)
    }
}

impl OutputType for Entity<'_> {
    fn type_name() -> Cow<'static, str> {
        "_Entity".into()
    }

    /// A union of all entities that the subgraph resolves. The projection adds its members.
    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Union, |_| MetaType::Union {
            name: Self::type_name().into_owned(),
            description: Some("For routers: an entity that this subgraph resolves by its key.".to_owned()),
            possible_types: IndexSet::new(),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: Some(std::any::type_name::<Self>()),
            directive_invocations: Vec::new(),
        })
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        self.0.resolve(ctx, field).await
    }
}
