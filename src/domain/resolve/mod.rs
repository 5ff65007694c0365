//! Resolving without futures. Resolvers never wait, but the framework makes four allocations per field for boxed
//! futures and values. An object that implements [`SyncResolve`] writes the fields of a [`PreparedSelection`] directly
//! to a [`JsonWriter`].
//!
//! If a field fails or cannot be resolved synchronously, the whole response is discarded and the framework executes the
//! operation. Both ways give the same values: `tests/it/executor.rs` compares them on random queries.

use std::borrow::Cow;

use async_graphql::{ContainerType, Context, resolver_utils::EnumType};
pub use lionrock_derive::{SyncResolve, sync_resolvers};

pub mod framework;
mod relay;
mod selection;
mod writer;

use framework::ContextSelectionSet;
pub use framework::{ByRef, Environment, Owned, argument};
pub use selection::{Condition, PreparedSelection, SelectedField, Test};
pub use writer::JsonWriter;

/// A request during execution.
#[derive(Clone, Copy)]
pub struct RequestContext<'a> {
    pub ctx: &'a ContextSelectionSet<'a>,
    /// The values of the variables that `@skip` and `@include` test.
    pub flags: &'a [bool],
}

/// A field that is requested.
#[derive(Clone, Copy)]
pub struct FieldContext<'a> {
    request: RequestContext<'a>,
    field: &'a SelectedField,
}

impl<'a> FieldContext<'a> {
    /// The context for the field's resolver.
    pub fn context(&self) -> Context<'a> {
        framework::with_field(self.request.ctx, &self.field.field)
    }
}

/// An object whose fields resolve synchronously. Derived along with `SimpleObject` and `MergedObject`; put
/// `#[sync_resolvers]` above `#[Object]`.
pub trait SyncResolve: ContainerType + WriteField {}

impl<T: ContainerType + WriteField> SyncResolve for T {}

/// Writes the fields of an object.
pub trait WriteField {
    /// Writes a field. `None` if it cannot be resolved synchronously; the output written so far is then invalid.
    fn write_field(&self, name: &str, asked: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()>;
}

/// The fields of a `ComplexObject`. Put `#[sync_resolvers]` above it. The `SyncResolve` implementation of its struct
/// uses them too.
pub trait SyncMethods {
    /// Writes a field, like [`WriteField::write_field`].
    fn write_method(&self, name: &str, asked: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()>;
}

/// A value that can be written without a future.
pub trait WriteValue {
    /// Writes the value with its selection. `None` if part of it cannot be resolved synchronously.
    fn write(&self, asked: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()>;
}

impl<T: WriteValue + ?Sized> WriteValue for &T {
    fn write(&self, asked: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        (**self).write(asked, writer)
    }
}

impl<T: WriteValue> WriteValue for Option<T> {
    fn write(&self, asked: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        match self {
            Some(value) => value.write(asked, writer),
            None => writer.null(),
        }
    }
}

/// Errors are left to the framework, which adds their paths and propagates nulls.
impl<T: WriteValue, E> WriteValue for Result<T, E> {
    fn write(&self, asked: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        self.as_ref().ok()?.write(asked, writer)
    }
}

impl<T: WriteValue> WriteValue for [T] {
    fn write(&self, asked: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        list(self, asked, writer)
    }
}

impl<T: WriteValue> WriteValue for Vec<T> {
    fn write(&self, asked: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        list(self, asked, writer)
    }
}

/// Writes the items of a list.
pub fn list<T: WriteValue>(
    items: impl IntoIterator<Item = T>,
    asked: &FieldContext<'_>,
    writer: &mut JsonWriter,
) -> Option<()> {
    writer.begin_list();
    for item in items {
        item.write(asked, writer)?;
        writer.end_part()?;
    }
    writer.end_list();
    Some(())
}

/// Writes the selection of an object.
pub fn object<T: SyncResolve>(object: &T, asked: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
    fields(object, &T::type_name(), &asked.field.selection, asked.request, writer)
}

/// Writes the fields that are selected of an object of this type.
pub fn fields(
    object: &dyn WriteField,
    type_name: &str,
    selection: &PreparedSelection,
    request: RequestContext<'_>,
    writer: &mut JsonWriter,
) -> Option<()> {
    writer.begin_object();
    for field in selection.fields_of(type_name) {
        if !field.is_included(request.flags) {
            continue;
        }
        writer.key(&field.key);
        match field.name() {
            "__typename" => writer.text(type_name)?,
            name => object.write_field(name, &FieldContext { request, field }, writer)?,
        }
        writer.end_part()?;
    }
    writer.end_object();
    Some(())
}

/// Types whose value does not depend on a selection.
macro_rules! leaf {
    ($($type:ty: |$value:ident, $writer:ident| $give:expr;)*) => {
        $(impl $crate::domain::resolve::WriteValue for $type {
            fn write(&self, _: &$crate::domain::resolve::FieldContext<'_>, $writer: &mut $crate::domain::resolve::JsonWriter) -> Option<()> {
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
    bool: |is_it, writer| writer.value(&(*is_it).into());
    i32: |number, writer| writer.number((*number).into());
    u32: |number, writer| writer.number((*number).into());
    i64: |number, writer| writer.number(*number);
    usize: |number, writer| writer.number(i64::try_from(*number).ok()?);
    f64: |number, writer| writer.value(&async_graphql::ScalarType::to_value(number));
    rust_decimal::Decimal: |amount, writer| match i64::try_from(amount.mantissa()) {
        Ok(whole) if amount.scale() == 0 => writer.text(itoa::Buffer::new().format(whole)),
        _ => writer.text(&amount.to_string()),
    };
    jiff::Timestamp: |moment, writer| writer.value(&async_graphql::ScalarType::to_value(moment));
    jiff::civil::Date: |date, writer| writer.value(&async_graphql::ScalarType::to_value(date));
}

/// Writes the value of an enum by name.
pub fn name<T: EnumType>(value: T, writer: &mut JsonWriter) -> Option<()> {
    T::items().iter().find(|item| item.value == value).and_then(|item| writer.text(item.name))
}

impl<T: SyncResolve> WriteValue for ByRef<'_, T> {
    fn write(&self, asked: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        object(self.0, asked, writer)
    }
}

impl<T: SyncResolve> WriteValue for Owned<T> {
    fn write(&self, asked: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        object(&self.0, asked, writer)
    }
}
