//! Resolving without futures. No resolver waits, but the framework allocates a boxed future and a value for every
//! field: four allocations each. An object that implements [`SyncResolve`] writes its fields directly to a
//! [`ResponseWriter`]: to [`JsonWriter`] for the response body, or to a [`ValueWriter`] for parts of a response that
//! the framework produces.
//!
//! If a field fails or cannot be resolved synchronously, the whole response is discarded and left to the framework,
//! which reports errors by its own rules. Fields have the same values either way: `tests/it/plain.rs` compares both on
//! random queries.

use std::borrow::Cow;

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, InputType, ObjectType, OutputType, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
    resolver_utils::EnumType,
};
use futures::future::BoxFuture;
pub use lionrock_derive::{SyncResolve, sync_resolvers};

mod relay;
mod writer;

pub use writer::{JsonWriter, ResponseWriter, ValueWriter};

/// A field that is requested.
#[derive(Clone, Copy)]
pub struct FieldContext<'a> {
    ctx: &'a ContextSelectionSet<'a>,
    field: &'a Positioned<Field>,
}

impl<'a> FieldContext<'a> {
    /// The context for the field's resolver.
    pub fn context(&self) -> Context<'a> {
        self.ctx.with_field(self.field)
    }

    /// The selection set of the field.
    fn selected(&self) -> &'a SelectionSet {
        &self.field.node.selection_set.node
    }
}

/// An argument. `None` if it cannot be parsed.
pub fn argument<T: InputType>(ctx: &Context<'_>, name: &str, default: Option<fn() -> T>) -> Option<T> {
    ctx.param_value(name, default).ok().map(|(_, value)| value)
}

/// An object whose fields resolve synchronously. Derived along with `SimpleObject` and `MergedObject`; put
/// `#[sync_resolvers]` above `#[Object]`.
pub trait SyncResolve: ContainerType {
    /// Writes a field. `None` if it cannot be resolved synchronously; the output written so far is then invalid.
    fn write_field<S: ResponseWriter>(&self, name: &str, asked: &FieldContext<'_>, writer: &mut S) -> Option<()>;
}

/// The fields of a `ComplexObject`. Put `#[sync_resolvers]` above it. The `SyncResolve` implementation of its struct
/// uses them too.
pub trait SyncMethods {
    /// Writes a field, like [`SyncResolve::write_field`].
    fn write_method<S: ResponseWriter>(&self, name: &str, asked: &FieldContext<'_>, writer: &mut S) -> Option<()>;
}

/// A value that can be written without a future.
pub trait WriteValue {
    /// Writes the value with its selection. `None` if part of it cannot be resolved synchronously.
    fn write<S: ResponseWriter>(&self, asked: &FieldContext<'_>, writer: &mut S) -> Option<()>;
}

impl<T: WriteValue + ?Sized> WriteValue for &T {
    fn write<S: ResponseWriter>(&self, asked: &FieldContext<'_>, writer: &mut S) -> Option<()> {
        (**self).write(asked, writer)
    }
}

impl<T: WriteValue> WriteValue for Option<T> {
    fn write<S: ResponseWriter>(&self, asked: &FieldContext<'_>, writer: &mut S) -> Option<()> {
        match self {
            Some(value) => value.write(asked, writer),
            None => writer.value(Value::Null),
        }
    }
}

/// Errors are left to the framework, which knows their paths and what becomes null.
impl<T: WriteValue, E> WriteValue for Result<T, E> {
    fn write<S: ResponseWriter>(&self, asked: &FieldContext<'_>, writer: &mut S) -> Option<()> {
        self.as_ref().ok()?.write(asked, writer)
    }
}

impl<T: WriteValue> WriteValue for [T] {
    fn write<S: ResponseWriter>(&self, asked: &FieldContext<'_>, writer: &mut S) -> Option<()> {
        list(self, asked, writer)
    }
}

impl<T: WriteValue> WriteValue for Vec<T> {
    fn write<S: ResponseWriter>(&self, asked: &FieldContext<'_>, writer: &mut S) -> Option<()> {
        list(self, asked, writer)
    }
}

/// Writes the items of a list.
pub fn list<S: ResponseWriter, T: WriteValue>(
    items: impl IntoIterator<Item = T>,
    asked: &FieldContext<'_>,
    writer: &mut S,
) -> Option<()> {
    writer.list(|writer| items.into_iter().try_for_each(|item| writer.item(|writer| item.write(asked, writer))))
}

/// Writes the selection of an object.
pub fn object<S: ResponseWriter, T: SyncResolve>(object: &T, asked: &FieldContext<'_>, writer: &mut S) -> Option<()> {
    fields(object, asked.ctx, asked.selected(), writer)
}

/// Writes a selection of an object's fields.
pub fn fields<S: ResponseWriter, T: SyncResolve>(
    object: &T,
    ctx: &ContextSelectionSet<'_>,
    set: &SelectionSet,
    writer: &mut S,
) -> Option<()> {
    writer.object(set.items.len(), |writer| {
        if set.items.iter().all(|selection| matches!(selection.node, Selection::Field(_))) {
            return set.items.iter().try_for_each(|selection| match &selection.node {
                Selection::Field(field) => give(object, ctx, field, writer),
                _ => None,
            });
        }
        let mut asked = Vec::with_capacity(set.items.len());
        each_field::<T>(ctx, set, &mut |field| asked.push(field));
        for (place, field) in asked.iter().enumerate() {
            let key = &field.node.response_key().node;
            let is_twice = asked[..place].iter().any(|known| known.node.response_key().node == *key);
            if S::MERGES || !is_twice {
                give(object, ctx, field, writer)?;
            } else if !field.node.selection_set.node.items.is_empty() {
                return None;
            }
        }
        Some(())
    })
}

fn give<S: ResponseWriter, T: SyncResolve>(
    object: &T,
    ctx: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
    writer: &mut S,
) -> Option<()> {
    writer.field(&field.node.response_key().node, |writer| value(object, ctx, field, writer))
}

fn value<S: ResponseWriter, T: SyncResolve>(
    object: &T,
    ctx: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
    writer: &mut S,
) -> Option<()> {
    match field.node.name.node.as_str() {
        "__typename" => writer.text(&T::type_name()),
        name => object.write_field(name, &FieldContext { ctx, field }, writer),
    }
}

/// Types whose value does not depend on a selection.
macro_rules! leaf {
    ($($type:ty: |$value:ident, $writer:ident| $give:expr;)*) => {
        $(impl $crate::domain::resolve::WriteValue for $type {
            fn write<S: $crate::domain::resolve::ResponseWriter>(&self, _: &$crate::domain::resolve::FieldContext<'_>, $writer: &mut S) -> Option<()> {
                let $value = self;
                $give
            }
        })*
    };
}
pub(crate) use leaf;

leaf! {
    str: |text, writer| writer.text(text);
    String: |text, writer| writer.text(text);
    Cow<'_, str>: |text, writer| writer.text(text);
    async_graphql::ID: |id, writer| writer.text(id);
    bool: |is_it, writer| writer.value((*is_it).into());
    i32: |number, writer| writer.number((*number).into());
    u32: |number, writer| writer.number((*number).into());
    i64: |number, writer| writer.number(*number);
    usize: |number, writer| writer.number(i64::try_from(*number).ok()?);
    f64: |number, writer| writer.value(async_graphql::ScalarType::to_value(number));
    rust_decimal::Decimal: |amount, writer| match i64::try_from(amount.mantissa()) {
        Ok(whole) if amount.scale() == 0 => writer.text(itoa::Buffer::new().format(whole)),
        _ => writer.text(&amount.to_string()),
    };
    jiff::Timestamp: |moment, writer| writer.value(async_graphql::ScalarType::to_value(moment));
    jiff::civil::Date: |date, writer| writer.value(async_graphql::ScalarType::to_value(date));
}

/// Writes the value of an enum by name.
pub fn name<S: ResponseWriter, T: EnumType>(value: T, writer: &mut S) -> Option<()> {
    T::items().iter().find(|item| item.value == value).and_then(|item| writer.name(item.name))
}

/// A borrowed object in a response.
#[derive(Clone, Copy, Debug)]
pub struct ByRef<'a, T>(pub &'a T);

impl<T: SyncResolve> WriteValue for ByRef<'_, T> {
    fn write<S: ResponseWriter>(&self, asked: &FieldContext<'_>, writer: &mut S) -> Option<()> {
        object(self.0, asked, writer)
    }
}

impl<T: SyncResolve> OutputType for ByRef<'_, T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        let mut asked = Vec::with_capacity(ctx.item.node.items.len());
        each_field::<T>(ctx, &ctx.item.node, &mut |field| asked.push(field));
        let mut answer = IndexMap::with_capacity(asked.len());
        for field in asked {
            let mut ready = ValueWriter::default();
            let value = match value(self.0, ctx, field, &mut ready) {
                Some(()) => ready.into_value(),
                None => resolve(self.0, &ctx.with_field(field)).await?.unwrap_or_default(),
            };
            writer::insert(&mut answer, field.node.response_key().node.clone(), value);
        }
        Ok(Value::Object(answer))
    }
}

impl<T: SyncResolve> ContainerType for ByRef<'_, T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.resolve_field(ctx).await
    }
}

impl<T: SyncResolve> ObjectType for ByRef<'_, T> {}

/// An object created for one response.
#[derive(Clone, Copy, Debug)]
pub struct Owned<T>(pub T);

impl<T: SyncResolve> WriteValue for Owned<T> {
    fn write<S: ResponseWriter>(&self, asked: &FieldContext<'_>, writer: &mut S) -> Option<()> {
        object(&self.0, asked, writer)
    }
}

impl<T: SyncResolve> OutputType for Owned<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        ByRef(&self.0).resolve(ctx, field).await
    }
}

/// Boxes the future, because types refer back to themselves.
fn resolve<'a, T: SyncResolve>(object: &'a T, ctx: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<Value>>> {
    Box::pin(object.resolve_field(ctx))
}

/// Visits every field that a selection requests of an object type, including those of the fragments that apply to it.
/// The fragments were validated before.
fn each_field<'a, T: OutputType>(
    ctx: &ContextSelectionSet<'a>,
    set: &'a SelectionSet,
    take: &mut impl FnMut(&'a Positioned<Field>),
) {
    let applies = |condition: &str| {
        let name = T::type_name();
        let interfaces = || ctx.schema_env.registry.implements.get(&*name);
        condition == name || interfaces().is_some_and(|interfaces| interfaces.contains(condition))
    };
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => take(field),
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                if condition.is_none_or(|condition| applies(&condition.node.on.node)) {
                    each_field::<T>(ctx, &fragment.node.selection_set.node, take);
                }
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = ctx.query_env.fragments.get(&spread.node.fragment_name.node)
                    && applies(&fragment.node.type_condition.node.on.node)
                {
                    each_field::<T>(ctx, &fragment.node.selection_set.node, take);
                }
            }
        }
    }
}
