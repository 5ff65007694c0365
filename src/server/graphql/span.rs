//! Operation attributes of a request's span.

use async_graphql::parser::types::OperationType;
use tracing::Span;

/// Maximum length of an operation name in traces, in bytes.
const LONGEST_NAME: usize = 100;

/// Records an operation's name and type in the span.
pub fn describe(name: Option<&str>, operation: OperationType, span: &Span) {
    if span.is_disabled() {
        return;
    }
    if let Some(name) = name.filter(|name| name.len() <= LONGEST_NAME) {
        span.record("graphql.operation.name", name);
    }
    span.record("graphql.operation.type", operation.to_string());
}
