//! Coercion of variables before execution, by [CoerceVariableValues](https://spec.graphql.org/September2025/#CoerceVariableValues()).

use apollo_compiler::{
    ast::Type,
    schema::{ExtendedType, InputObjectType},
};
use async_graphql::{Pos, ServerError};
use serde_json::{Map, Number, Value};

use super::{DocumentValidator, coded, positions::is_one_of};
use crate::api::document::ParsedDocument;

impl DocumentValidator {
    /// Coerces the variables of an operation of a valid document. Values that the operation does not declare stay as
    /// they are. Fails if a required value is missing or a value does not have the type of its variable.
    pub fn coerce(
        &self,
        parsed: &ParsedDocument,
        operation: Option<&str>,
        mut variables: Map<String, Value>,
    ) -> Result<Map<String, Value>, ServerError> {
        for definition in parsed.variables(operation) {
            let fault = |message| {
                let at = definition.location().and_then(|span| span.line_column(&parsed.tree.sources));
                coded(message, at.map(|at| Pos { line: at.line, column: at.column }), "BAD_USER_INPUT")
            };
            let name = definition.name.as_str();
            match variables.get_mut(name) {
                Some(value) => {
                    *value = self.value(&definition.ty, value.take(), &format!("${name}")).map_err(fault)?;
                }
                None if definition.ty.is_non_null() && definition.default_value.is_none() => {
                    return Err(fault(format!(
                        "expected a value for `${name}` of type `{}`, found none",
                        definition.ty
                    )));
                }
                None => {}
            }
        }
        Ok(variables)
    }

    fn value(&self, of_type: &Type, value: Value, path: &str) -> Result<Value, String> {
        let fault = |found: &str| Err(format!("expected `{path}` of type `{of_type}`, found {found}"));
        if value.is_null() {
            return if of_type.is_non_null() { fault("null") } else { Ok(value) };
        }
        if of_type.is_list() {
            let item = of_type.item_type();
            return match value {
                Value::Array(items) => {
                    let coerced = items.into_iter().enumerate();
                    let coerced = coerced.map(|(at, value)| self.value(item, value, &format!("{path}[{at}]")));
                    coerced.collect::<Result<_, _>>().map(Value::Array)
                }
                // One value stands for a list of one.
                single => self.value(item, single, path),
            };
        }
        let found = kind(&value);
        let name = of_type.inner_named_type();
        let coerced = match self.schema.types.get(name) {
            Some(ExtendedType::Scalar(_)) => scalar(name, value),
            Some(ExtendedType::Enum(known)) => {
                Some(value).filter(|value| value.as_str().is_some_and(|value| known.values.contains_key(value)))
            }
            Some(ExtendedType::InputObject(known)) => match value {
                Value::Object(fields) => return self.object(known, fields, path),
                _ => None,
            },
            _ => None,
        };
        coerced.map_or_else(|| fault(found), Ok)
    }

    fn object(&self, known: &InputObjectType, mut fields: Map<String, Value>, path: &str) -> Result<Value, String> {
        if let Some(unknown) = fields.keys().find(|name| !known.fields.contains_key(name.as_str())) {
            let unknown = crate::domain::value::shorten(unknown);
            return Err(format!("expected a field of `{}` in `{path}`, found `{unknown}`", known.name));
        }
        if is_one_of(known) && (fields.len() != 1 || fields.values().any(Value::is_null)) {
            return Err(format!("expected exactly one field of `{}` in `{path}`, and not null", known.name));
        }
        for (name, definition) in &known.fields {
            let path = format!("{path}.{name}");
            match fields.get_mut(name.as_str()) {
                Some(value) => *value = self.value(&definition.ty, value.take(), &path)?,
                None if definition.ty.is_non_null() && definition.default_value.is_none() => {
                    return Err(format!("expected `{path}` of type `{}`, found none", definition.ty));
                }
                None => {}
            }
        }
        Ok(Value::Object(fields))
    }
}

/// The value of a scalar. `None` if the value is of another type. Scalars of the schema itself take any value here; the
/// argument checks it.
fn scalar(name: &str, value: Value) -> Option<Value> {
    match (name, &value) {
        ("Int", Value::Number(number)) => {
            let integer = integer(number)?.parse::<i32>().ok()?;
            Some(integer.into())
        }
        ("ID", Value::Number(number)) => integer(number).map(Value::String),
        ("ID" | "String", Value::String(_)) | ("Float", Value::Number(_)) | ("Boolean", Value::Bool(_)) => Some(value),
        ("Int" | "ID" | "String" | "Float" | "Boolean", _) => None,
        _ => Some(value),
    }
}

/// The digits of a number without a fraction.
fn integer(number: &Number) -> Option<String> {
    if !number.is_f64() {
        return Some(number.to_string());
    }
    let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
    // The sum turns -0 into 0.
    Some((float + 0.0).to_string())
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a Boolean",
        Value::Number(_) => "a number of another type or range",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
