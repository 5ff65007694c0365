//! Error codes for the framework's own errors, and limits on the errors in a response.

use async_graphql::{ErrorExtensionValues, PathSegment, Response, ServerError};

/// Maximum number of errors in a response.
const MOST_ERRORS: usize = 20;
/// Maximum length of an error message in characters.
const LONGEST_MESSAGE: usize = 500;

/// True if the request failed before any field was resolved.
pub fn is_request_error(answer: &Response) -> bool {
    let no_field = |error: &ServerError| !error.path.iter().any(|segment| matches!(segment, PathSegment::Field(_)));
    answer.data == async_graphql::Value::Null && !answer.errors.is_empty() && answer.errors.iter().all(no_field)
}

/// Adds a code to every error without one. The document is valid, so request errors concern the values of variables.
pub fn complete(answer: &mut Response) {
    let is_request_error = is_request_error(answer);
    let mut errors: Vec<ServerError> = Vec::new();
    for error in answer.errors.drain(..) {
        // The framework reports some errors twice.
        if errors.len() < MOST_ERRORS && !errors.contains(&error) {
            errors.push(error);
        }
    }
    answer.errors = errors;
    for error in &mut answer.errors {
        if code(error).is_none() {
            let code = match error.message.as_str() {
                "Query is too complex." => "QUERY_TOO_COMPLEX",
                "Query is nested too deep." => "QUERY_TOO_DEEP",
                message if message.starts_with("The recursion depth") => "QUERY_TOO_DEEP",
                message if message.starts_with("Subscriptions are not supported") => "SUBSCRIPTION_NOT_SUPPORTED",
                message if is_request_error || is_about_input(message) => "BAD_USER_INPUT",
                message => {
                    tracing::error!("resolver returned an error without a code: {message}");
                    "the field could not be resolved".clone_into(&mut error.message);
                    "INTERNAL_SERVER_ERROR"
                }
            };
            error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
        }
        if let Some((end, _)) = error.message.char_indices().nth(LONGEST_MESSAGE) {
            error.message.truncate(end);
            error.message.push('…');
        }
    }
}

/// An error of the whole request with a code.
pub fn coded(message: String, code: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
    error
}

fn code(error: &ServerError) -> Option<&async_graphql::Value> {
    error.extensions.as_ref()?.get("code")
}

/// True if the message concerns an argument that the framework could not parse.
fn is_about_input(message: &str) -> bool {
    message.starts_with("Failed to parse \"")
        || message.starts_with("Expected input type \"")
        || message.starts_with("Invalid value for argument")
        || message.contains("occurred while parsing \"")
}

#[cfg(test)]
mod tests {
    use async_graphql::{Value, value};

    use super::*;

    fn completed(mut answer: Response) -> Response {
        complete(&mut answer);
        answer
    }

    fn at_field(message: &str) -> ServerError {
        ServerError::new(message, None).with_path(vec![PathSegment::Field("a".to_owned())])
    }

    #[test]
    fn every_error_has_a_code() {
        for (message, expected) in [
            ("Query is too complex.", "QUERY_TOO_COMPLEX"),
            ("Query is nested too deep.", "QUERY_TOO_DEEP"),
            ("Invalid value for argument \"a\"", "BAD_USER_INPUT"),
        ] {
            let twice = vec![ServerError::new(message, None), ServerError::new(message, None)];
            let answer = completed(Response::from_errors(twice));
            assert_eq!(answer.errors.len(), 1);
            assert_eq!(code(&answer.errors[0]), Some(&Value::from(expected)), "{message}");
            assert_eq!(answer.errors[0].message, message);
        }
        let mut answer = Response::new(value!({ "a": null }));
        answer.errors = vec![at_field("Failed to parse \"Int\": no"), at_field("password is hunter2")];
        let answer = completed(answer);
        assert_eq!(code(&answer.errors[0]), Some(&Value::from("BAD_USER_INPUT")));
        assert_eq!(code(&answer.errors[1]), Some(&Value::from("INTERNAL_SERVER_ERROR")));
        assert_eq!(answer.errors[1].message, "the field could not be resolved");
    }

    #[test]
    fn errors_are_limited_in_number_and_length() {
        let errors = (0..1000).map(|n| ServerError::new(format!("{n}{}", "é".repeat(10_000)), None)).collect();
        let answer = completed(Response::from_errors(errors));
        assert_eq!(answer.errors.len(), 20);
        assert_eq!(answer.errors[19].message.chars().count(), 501);
    }
}
