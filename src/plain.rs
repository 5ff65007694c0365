//! Answers without futures. No resolver waits, yet the framework makes a boxed future and a value of every field: four
//! allocations each. An object that is [`Plain`] gives its fields at once into a [`Sink`]: into [`Json`] as it is sent, or
//! into a [`Tree`] of the framework's values where a part of the answer is the framework's.
//!
//! What does not come ready, an error before all, is given up as a whole and left to the framework, which tells it by its
//! rules. What a field answers is the same either way: `tests/it/plain.rs` compares them on queries made at random.

use std::borrow::Cow;

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, InputType, ObjectType, OutputType, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
    resolver_utils::EnumType,
};
use futures::future::BoxFuture;
pub use lionrock_derive::{Plain, edges};

mod relay;
mod sink;

pub use sink::{Json, Sink, Tree};

/// A field that is asked for.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    ctx: &'a ContextSelectionSet<'a>,
    field: &'a Positioned<Field>,
}

impl<'a> Asked<'a> {
    /// What a resolver of the field is given.
    pub fn context(&self) -> Context<'a> {
        self.ctx.with_field(self.field)
    }

    /// What is selected of it.
    fn selected(&self) -> &'a SelectionSet {
        &self.field.node.selection_set.node
    }
}

/// An argument; nothing where it cannot be read.
pub fn argument<T: InputType>(ctx: &Context<'_>, name: &str, default: Option<fn() -> T>) -> Option<T> {
    ctx.param_value(name, default).ok().map(|(_, value)| value)
}

/// An object whose fields come ready. Derived beside `SimpleObject` and `MergedObject`; `#[edges]` stands above `#[Object]`.
pub trait Plain: ContainerType {
    /// Gives a field; nothing where it does not come ready. What the sink has been given of it by then is worth nothing.
    fn plain<S: Sink>(&self, name: &str, asked: &Asked<'_>, sink: &mut S) -> Option<()>;
}

/// The fields of a `ComplexObject`: `#[edges]` stands above it, and `Plain` of its struct looks here, too.
pub trait Edges {
    /// Gives a field, as [`Plain::plain`] does.
    fn edge<S: Sink>(&self, name: &str, asked: &Asked<'_>, sink: &mut S) -> Option<()>;
}

/// What can be given without a future.
pub trait Ready {
    /// Gives the value with what is selected of it; nothing where part of that does not come ready.
    fn ready<S: Sink>(&self, asked: &Asked<'_>, sink: &mut S) -> Option<()>;
}

impl<T: Ready + ?Sized> Ready for &T {
    fn ready<S: Sink>(&self, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
        (**self).ready(asked, sink)
    }
}

impl<T: Ready> Ready for Option<T> {
    fn ready<S: Sink>(&self, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
        match self {
            Some(value) => value.ready(asked, sink),
            None => sink.value(Value::Null),
        }
    }
}

/// Errors are the framework's: it knows where they stand and what becomes null.
impl<T: Ready, E> Ready for Result<T, E> {
    fn ready<S: Sink>(&self, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
        self.as_ref().ok()?.ready(asked, sink)
    }
}

impl<T: Ready> Ready for [T] {
    fn ready<S: Sink>(&self, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
        list(self, asked, sink)
    }
}

impl<T: Ready> Ready for Vec<T> {
    fn ready<S: Sink>(&self, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
        list(self, asked, sink)
    }
}

/// Gives the items of a list.
pub fn list<S: Sink, T: Ready>(items: impl IntoIterator<Item = T>, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
    sink.list(|sink| items.into_iter().try_for_each(|item| sink.item(|sink| item.ready(asked, sink))))
}

/// Gives what is selected of an object.
pub fn object<S: Sink, T: Plain>(object: &T, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
    fields(object, asked.ctx, asked.selected(), sink)
}

/// Gives a selection of an object's fields.
pub fn fields<S: Sink, T: Plain>(
    object: &T,
    ctx: &ContextSelectionSet<'_>,
    set: &SelectionSet,
    sink: &mut S,
) -> Option<()> {
    sink.object(set.items.len(), |sink| {
        if set.items.iter().all(|selection| matches!(selection.node, Selection::Field(_))) {
            return set.items.iter().try_for_each(|selection| match &selection.node {
                Selection::Field(field) => give(object, ctx, field, sink),
                _ => None,
            });
        }
        let mut asked = Vec::with_capacity(set.items.len());
        each_field::<T>(ctx, set, &mut |field| asked.push(field));
        for (place, field) in asked.iter().enumerate() {
            let key = &field.node.response_key().node;
            let is_twice = asked[..place].iter().any(|known| known.node.response_key().node == *key);
            if S::MERGES || !is_twice {
                give(object, ctx, field, sink)?;
            } else if !field.node.selection_set.node.items.is_empty() {
                return None;
            }
        }
        Some(())
    })
}

fn give<S: Sink, T: Plain>(
    object: &T,
    ctx: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
    sink: &mut S,
) -> Option<()> {
    sink.field(&field.node.response_key().node, |sink| value(object, ctx, field, sink))
}

fn value<S: Sink, T: Plain>(
    object: &T,
    ctx: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
    sink: &mut S,
) -> Option<()> {
    match field.node.name.node.as_str() {
        "__typename" => sink.text(&T::type_name()),
        name => object.plain(name, &Asked { ctx, field }, sink),
    }
}

/// Types whose value does not depend on what is selected of them.
macro_rules! leaf {
    ($($type:ty: |$value:ident, $sink:ident| $give:expr;)*) => {
        $(impl $crate::plain::Ready for $type {
            fn ready<S: $crate::plain::Sink>(&self, _: &$crate::plain::Asked<'_>, $sink: &mut S) -> Option<()> {
                let $value = self;
                $give
            }
        })*
    };
}
pub(crate) use leaf;

leaf! {
    str: |text, sink| sink.text(text);
    String: |text, sink| sink.text(text);
    Cow<'_, str>: |text, sink| sink.text(text);
    async_graphql::ID: |id, sink| sink.text(id);
    bool: |is_it, sink| sink.value((*is_it).into());
    i32: |number, sink| sink.number((*number).into());
    u32: |number, sink| sink.number((*number).into());
    i64: |number, sink| sink.number(*number);
    usize: |number, sink| sink.number(i64::try_from(*number).ok()?);
    f64: |number, sink| sink.value(async_graphql::ScalarType::to_value(number));
    rust_decimal::Decimal: |amount, sink| match i64::try_from(amount.mantissa()) {
        Ok(whole) if amount.scale() == 0 => sink.text(itoa::Buffer::new().format(whole)),
        _ => sink.text(&amount.to_string()),
    };
    jiff::Timestamp: |moment, sink| sink.value(async_graphql::ScalarType::to_value(moment));
    jiff::civil::Date: |date, sink| sink.value(async_graphql::ScalarType::to_value(date));
}

/// Gives the name of an enum's value.
pub fn name<S: Sink, T: EnumType>(value: T, sink: &mut S) -> Option<()> {
    T::items().iter().find(|item| item.value == value).and_then(|item| sink.name(item.name))
}

/// An object as an answer shows it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a, T>(pub &'a T);

impl<T: Plain> Ready for Shown<'_, T> {
    fn ready<S: Sink>(&self, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
        object(self.0, asked, sink)
    }
}

impl<T: Plain> OutputType for Shown<'_, T> {
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
            let mut ready = Tree::default();
            let value = match value(self.0, ctx, field, &mut ready) {
                Some(()) => ready.into_value(),
                None => resolve(self.0, &ctx.with_field(field)).await?.unwrap_or_default(),
            };
            sink::insert(&mut answer, field.node.response_key().node.clone(), value);
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

impl<T: Plain> Ready for Made<T> {
    fn ready<S: Sink>(&self, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
        object(&self.0, asked, sink)
    }
}

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
