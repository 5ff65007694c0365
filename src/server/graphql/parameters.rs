//! The parameters of a request, from a JSON body or from the URL.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// The parameters of one operation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    #[serde(default)]
    pub query: Option<String>,
    /// The id of a trusted document.
    #[serde(default)]
    pub document_id: Option<String>,
    #[serde(default)]
    pub operation_name: Option<String>,
    #[serde(default)]
    pub variables: Option<Map<String, Value>>,
    #[serde(default)]
    pub extensions: Option<RequestExtensions>,
}

/// The protocol extensions of a request. Unknown ones are ignored.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestExtensions {
    /// A persisted query.
    #[serde(default)]
    pub persisted_query: Option<PersistedQuery>,
    /// True if the response includes its cost.
    #[serde(default)]
    pub cost: bool,
}

/// A persisted query, identified by its hash according to the protocol of Apollo clients.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersistedQuery {
    pub version: u32,
    pub sha256_hash: String,
}

/// The body of a request: a single operation or a batch.
#[derive(Debug)]
pub enum RequestBody {
    One(Box<Parameters>),
    Batch(Vec<Parameters>),
}

/// The parameters of a GET request. The structured ones are JSON text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressParameters {
    query: Option<String>,
    document_id: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// Which cost information the response includes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CostDetail {
    #[default]
    Nothing,
    /// The cost in addition to the data.
    Include,
    /// The cost without the data.
    Only,
}

/// The request header that selects the cost information: `include` or `only`.
pub const COST_HEADER: &str = "lionrock-cost";

impl CostDetail {
    /// Parses the header.
    pub fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        match headers.get(COST_HEADER).map(HeaderValue::as_bytes) {
            None => Ok(Self::Nothing),
            Some(b"include") => Ok(Self::Include),
            Some(b"only") => Ok(Self::Only),
            Some(_) => Err(Refusal::bad_request(
                "expected the header `Lionrock-Cost` to be `include` or `only`, found another value",
            )),
        }
    }
}

impl CostDetail {
    /// Returns this value, or the setting in the extensions if this is `Nothing`.
    pub fn or(self, parameters: &Parameters) -> Self {
        let has_cost = parameters.extensions.as_ref().is_some_and(|extensions| extensions.cost);
        if self == Self::Nothing && has_cost { Self::Include } else { self }
    }
}

impl Parameters {
    /// Checks that the parameters identify a document.
    pub fn checked(self) -> Result<Self, Refusal> {
        let by_hash = self.extensions.as_ref().is_some_and(|extensions| extensions.persisted_query.is_some());
        match (&self.query, &self.document_id) {
            (Some(_), Some(_)) => Err(Refusal::bad_request("expected either `query` or `documentId`, found both")),
            (None, None) if !by_hash => Err(Refusal::bad_request("expected the parameter `query`, found none")),
            _ => Ok(Self { operation_name: self.operation_name.filter(|name| !name.is_empty()), ..self }),
        }
    }
}

impl RequestBody {
    /// Parses a JSON body of at most `batch` operations.
    pub fn from_body(body: &Bytes, batch: usize) -> Result<Self, Refusal> {
        // The JSON specification lets a parser ignore a byte order mark.
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        // The common case is parsed directly. The slower path below reports the errors.
        if body.trim_ascii_start().starts_with(b"{")
            && let Ok(parameters) = serde_json::from_slice::<Parameters>(body)
        {
            return parameters.checked().map(|parameters| Self::One(Box::new(parameters)));
        }
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| Refusal::bad_request(format!("expected valid JSON: {error}")))?;
        let one = |value: Value| {
            serde_json::from_value::<Parameters>(value)
                .map_err(|error| Refusal::bad_request(format!("expected a GraphQL request: {error}")))
                .and_then(Parameters::checked)
        };
        match value {
            Value::Array(_) if batch <= 1 => Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "BATCH_NOT_ALLOWED",
                "expected a JSON object with one request, found an array: batches are disabled",
            )),
            Value::Array(items) if items.is_empty() || items.len() > batch => Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "BATCH_NOT_ALLOWED",
                format!("expected a batch of 1 to {batch} requests, found {}", items.len()),
            )),
            Value::Array(items) => items.into_iter().map(one).collect::<Result<_, _>>().map(Self::Batch),
            value => one(value).map(|parameters| Self::One(Box::new(parameters))),
        }
    }

    /// Parses the parameters of a URL.
    pub fn from_address(parameters: AddressParameters) -> Result<Self, Refusal> {
        fn json<T: DeserializeOwned>(name: &str, text: Option<String>) -> Result<Option<T>, Refusal> {
            let text = text.filter(|text| !text.is_empty());
            let parsed = text.map(|text| serde_json::from_str::<Option<T>>(&text)).transpose();
            parsed
                .map(Option::flatten)
                .map_err(|error| Refusal::bad_request(format!("expected `{name}` to be a JSON object: {error}")))
        }
        let parameters = Parameters {
            query: parameters.query,
            document_id: parameters.document_id,
            operation_name: parameters.operation_name,
            variables: json("variables", parameters.variables)?,
            extensions: json("extensions", parameters.extensions)?,
        };
        parameters.checked().map(|parameters| Self::One(Box::new(parameters)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str, batch: usize) -> Result<RequestBody, Refusal> {
        RequestBody::from_body(&Bytes::copy_from_slice(text.as_bytes()), batch)
    }

    #[test]
    fn batches_are_limited_in_length() {
        let two = r#"[{"query":"{a}"},{"query":"{b}"}]"#;
        assert_eq!(body(two, 1).unwrap_err().code, "BATCH_NOT_ALLOWED");
        assert!(matches!(body(two, 2), Ok(RequestBody::Batch(items)) if items.len() == 2));
        let three = r#"[{"query":"{a}"},{"query":"{b}"},{"query":"{c}"}]"#;
        assert_eq!(body(three, 2).unwrap_err().message, "expected a batch of 1 to 2 requests, found 3");
        assert!(body("[]", 2).is_err() && body(r#"[{"query":"{a}"},{}]"#, 2).is_err());
    }

    #[test]
    fn a_request_must_name_its_document_in_one_way() {
        for text in [
            r#"{"query":"{a}"}"#,
            r#"{"documentId":"sha256:00"}"#,
            r#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}"#,
            r#"{"query":"{a}","variables":null,"operationName":"","extensions":{"other":[1]}}"#,
        ] {
            assert!(
                matches!(body(text, 1), Ok(RequestBody::One(parameters)) if parameters.operation_name.is_none()),
                "{text}"
            );
        }
        for text in [
            "{}",
            r#"{"query":"{a}","documentId":"x"}"#,
            r#"{"query":1}"#,
            r#"{"query":"{a}","variables":[]}"#,
            r#"{"query":"{a}","extensions":1}"#,
            "null",
            "1",
        ] {
            assert_eq!(body(text, 1).unwrap_err().code, "BAD_REQUEST", "{text}");
        }
        let nested = format!(r#"{{"query":"{{a}}","variables":{{"a":{}1{}}}}}"#, "[".repeat(5000), "]".repeat(5000));
        assert_eq!(body(&nested, 1).unwrap_err().code, "BAD_REQUEST", "deeply nested JSON is rejected");
    }
}
