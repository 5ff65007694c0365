//! Answers of what lies ready. The framework makes a future of every field, four allocations each; most fields of a
//! record are there already, so a [`Shown`] takes them from it at once and leaves only the others to the framework.
//!
//! What a field answers is the same either way: `tests/it/plain.rs` compares the two on queries made at random.

use std::{any::Any, borrow::Cow};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, InputType, Name, ObjectType, OutputType, Positioned, ServerResult,
    Value,
    indexmap::{IndexMap, map::Entry},
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
};
use futures::future::BoxFuture;
pub use lionrock_derive::Plain;

/// A field that is asked for.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    ctx: &'a ContextSelectionSet<'a>,
    field: &'a Positioned<Field>,
}

impl Asked<'_> {
    /// An argument; nothing where it cannot be read.
    pub fn argument<T: InputType>(&self, name: &str) -> Option<T> {
        self.ctx.with_field(self.field).param_value(name, None).ok().map(|(_, value)| value)
    }

    /// What the request brings.
    pub fn data<D: Any + Send + Sync>(&self) -> Option<&D> {
        self.ctx.data_opt()
    }
}

/// An object some of whose fields lie ready in it. Derived beside `SimpleObject`.
pub trait Plain: ContainerType {
    /// What a field gives; nothing where it does not lie ready, as a whole.
    fn plain(&self, name: &str, asked: &Asked<'_>) -> Option<Value>;
}

/// What can be given without a future.
pub trait Ready {
    /// The value, with what is selected of it; nothing where part of that does not lie ready.
    fn ready(&self, asked: &Asked<'_>) -> Option<Value>;
}

impl<T: Plain> Ready for T {
    fn ready(&self, asked: &Asked<'_>) -> Option<Value> {
        let set = &asked.field.node.selection_set.node;
        let mut answer = IndexMap::with_capacity(set.items.len());
        let mut is_ready = true;
        each_field::<Self>(asked.ctx, set, &mut |field| {
            if is_ready {
                match give(self, &Asked { field, ..*asked }) {
                    Some(value) => insert(&mut answer, field.node.response_key().node.clone(), value),
                    None => is_ready = false,
                }
            }
        });
        is_ready.then_some(Value::Object(answer))
    }
}

impl<T: Ready> Ready for Option<T> {
    fn ready(&self, asked: &Asked<'_>) -> Option<Value> {
        self.as_ref().map_or(Some(Value::Null), |value| value.ready(asked))
    }
}

impl<T: Ready> Ready for Vec<T> {
    fn ready(&self, asked: &Asked<'_>) -> Option<Value> {
        self.iter().map(|value| value.ready(asked)).collect::<Option<_>>().map(Value::List)
    }
}

/// Types whose value does not depend on what is selected of them.
macro_rules! leaf {
    ($($type:ty: |$value:ident| $as_value:expr;)*) => {
        $(impl $crate::plain::Ready for $type {
            fn ready(&self, _: &$crate::plain::Asked<'_>) -> Option<async_graphql::Value> {
                let $value = self;
                Some($as_value)
            }
        })*
    };
}
pub(crate) use leaf;

leaf! {
    String: |text| Value::String(text.clone());
    &str: |text| Value::String((*text).to_owned());
    bool: |is_it| Value::Boolean(*is_it);
    i32: |number| (*number).into();
    u32: |number| (*number).into();
    usize: |number| (*number).into();
    f64: |number| async_graphql::ScalarType::to_value(number);
    rust_decimal::Decimal: |amount| async_graphql::ScalarType::to_value(amount);
    jiff::Timestamp: |moment| async_graphql::ScalarType::to_value(moment);
    jiff::civil::Date: |date| async_graphql::ScalarType::to_value(date);
}

/// An object as an answer shows it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a, T>(pub &'a T);

impl<T: Plain> OutputType for Shown<'_, T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        let mut fields = Vec::with_capacity(ctx.item.node.items.len());
        each_field::<T>(ctx, &ctx.item.node, &mut |field| fields.push(field));
        let mut answer = IndexMap::with_capacity(fields.len());
        for field in fields {
            let value = match give(self.0, &Asked { ctx, field }) {
                Some(value) => value,
                None => resolve(self.0, &ctx.with_field(field)).await?.unwrap_or_default(),
            };
            insert(&mut answer, field.node.response_key().node.clone(), value);
        }
        Ok(Value::Object(answer))
    }
}

impl<T: Plain> ContainerType for Shown<'_, T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.resolve_field(ctx).await
    }
}

impl<T: Plain> ObjectType for Shown<'_, T> {}

/// An object that was made for one answer.
#[derive(Clone, Copy, Debug)]
pub struct Made<T>(pub T);

impl<T: Plain> OutputType for Made<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        Shown(&self.0).resolve(ctx, field).await
    }
}

/// A boxed future: types lead back to themselves.
fn resolve<'a, T: Plain>(object: &'a T, ctx: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<Value>>> {
    Box::pin(object.resolve_field(ctx))
}

fn give<T: Plain>(object: &T, asked: &Asked<'_>) -> Option<Value> {
    match asked.field.node.name.node.as_str() {
        "__typename" => Some(Value::String(T::type_name().into_owned())),
        name => object.plain(name, asked),
    }
}

/// Every field that a selection asks of an object type, with those of the fragments that apply to it. Which fragments
/// there are was validated before.
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

/// Puts a field into an object; what is asked for twice is merged.
fn insert(object: &mut IndexMap<Name, Value>, key: Name, value: Value) {
    match object.entry(key) {
        Entry::Occupied(mut known) => merge(known.get_mut(), value),
        Entry::Vacant(free) => {
            free.insert(value);
        }
    }
}

fn merge(known: &mut Value, value: Value) {
    match (known, value) {
        (Value::Object(known), Value::Object(more)) => {
            more.into_iter().for_each(|(key, value)| insert(known, key, value));
        }
        (Value::List(known), Value::List(more)) => {
            known.iter_mut().zip(more).for_each(|(known, more)| merge(known, more));
        }
        _ => {}
    }
}
