//! Requests from the program itself: checked like those of clients, but without a cost limit.

use async_graphql::{Request, ServerError, Variables};
use serde_json::{Map, Value};

use crate::api::{
    guard::{Guard, Limits},
    schema::Graphql,
    validation::{DocumentValidator, Suggestions},
};

/// Parses and validates a document for a schema, and coerces its variables.
pub fn checked_request(
    schema: &Graphql,
    text: &str,
    operation: Option<&str>,
    variables: Map<String, Value>,
) -> Result<Request, Vec<ServerError>> {
    let sdl = schema.sdl();
    let validator = DocumentValidator::new(&sdl);
    let parsed = Guard::new(&sdl, Limits::DEFAULT).parse(text).map_err(|violation| vec![violation.into()])?;
    validator.validate(&parsed, Suggestions::Included)?;
    let variables = validator.coerce(&parsed, operation, variables).map_err(|error| vec![error])?;
    let mut request = Request::new(text).variables(Variables::from_json(variables.into()));
    request.operation_name = operation.map(str::to_owned);
    request.set_parsed_query(parsed.executable);
    Ok(request)
}
