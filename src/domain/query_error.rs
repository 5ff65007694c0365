//! Errors that are returned to clients: a stable code in `extensions.code` and a message that is safe to show.

use async_graphql::{Error, ErrorExtensions, Name, Value};
use jiff::Timestamp;

/// The reason why a query cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    #[error("expected `first` or `last` between 0 and {most}, found {found}")]
    PageTooLarge { most: usize, found: i32 },
    #[error("expected at most one of `first` and `last`, found both")]
    TwoPages,
    #[error("expected a cursor from an earlier page, found `{0}`")]
    InvalidCursor(String),
    #[error("expected a cursor to an existing item, found one to a removed item: start again without a cursor")]
    CursorExpired,
    #[error("expected a text of at most {most} bytes, found {found}")]
    TextTooLong { most: usize, found: usize },
    #[error("expected exactly one of `by`, `id` and `name`, found none or several")]
    OrganisationArguments,
    #[error("expected the name of one organisation, found `{name}`, which several may have")]
    AmbiguousName { name: String, candidates: Vec<Candidate> },
    #[error("expected at most {most} ids, found {found}")]
    TooManyIds { most: usize, found: i32 },
    #[error("expected the id of an organisation or of a record that names one, found `{0}`")]
    NotNamed(String),
    #[error("expected a dataset's portal id or plan number such as `D36`, found `{0}`")]
    UnknownDataset(String),
    #[error("expected rows of the dataset {plan}, found none: {reason}")]
    Unavailable { dataset: String, plan: &'static str, reason: String, since: Option<Timestamp> },
    #[error("expected a representation with the string field `{0}`, found none")]
    InvalidRepresentation(&'static str),
    #[error("expected the type of an entity in this subgraph, found `{0}`")]
    NoEntity(String),
    #[error("expected the id of a `{type_name}`, found `{id}`")]
    UnknownEntity { type_name: String, id: String },
}

/// An organisation that a name may refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub id: String,
    pub name: String,
}

impl Candidate {
    fn to_value(&self) -> Value {
        let fields = [("id", &self.id), ("name", &self.name)];
        Value::Object(fields.map(|(name, text)| (Name::new(name), Value::from(text.as_str()))).into_iter().collect())
    }
}

impl QueryError {
    /// The code in `extensions.code`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PageTooLarge { .. } => "PAGE_TOO_LARGE",
            Self::TooManyIds { .. } => "TOO_MANY_IDS",
            Self::TwoPages | Self::OrganisationArguments => "INVALID_ARGUMENT",
            Self::InvalidCursor(_) => "INVALID_CURSOR",
            Self::AmbiguousName { .. } => "AMBIGUOUS_NAME",
            Self::TextTooLong { .. } => "TEXT_TOO_LONG",
            Self::CursorExpired => "CURSOR_EXPIRED",
            Self::NotNamed(_) | Self::UnknownEntity { .. } => "UNKNOWN_ID",
            Self::UnknownDataset(_) => "UNKNOWN_DATASET",
            Self::Unavailable { .. } => "DATASET_UNAVAILABLE",
            Self::InvalidRepresentation(_) | Self::NoEntity(_) => "INVALID_REPRESENTATION",
        }
    }
}

impl ErrorExtensions for QueryError {
    fn extend(&self) -> Error {
        Error::new(self.to_string()).extend_with(|_, extensions| {
            extensions.set("code", self.code());
            if let Self::AmbiguousName { candidates, .. } = self {
                extensions.set("candidates", Value::List(candidates.iter().map(Candidate::to_value).collect()));
            }
            if let Self::Unavailable { dataset, since, .. } = self {
                extensions.set("dataset", dataset.as_str());
                if let Some(since) = since {
                    extensions.set("since", since.to_string());
                }
            }
        })
    }
}

/// Converts a result for use in a resolver.
pub fn to_graphql<T>(result: Result<T, QueryError>) -> async_graphql::Result<T> {
    result.map_err(|error| error.extend())
}
