//! The operation in the span of a request.

use async_graphql::parser::types::OperationType;
use tracing::Span;

/// The longest name of an operation that traces tell, in bytes.
const LONGEST_NAME: usize = 100;

/// Puts an operation's name and type into the span.
pub fn describe(name: Option<&str>, operation: OperationType, span: &Span) {
    if span.is_disabled() {
        return;
    }
    if let Some(name) = name.filter(|name| name.len() <= LONGEST_NAME) {
        span.record("graphql.operation.name", name);
    }
    span.record("graphql.operation.type", operation.to_string());
}
