//! Violations of the guard's limits, each with a code and a message that is safe to show.

use async_graphql::{ErrorExtensionValues, Pos, ServerError};

/// The reason why a query is rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitViolation {
    #[error("{message}")]
    Unparsable { message: String, at: Pos },
    #[error("expected at most {most} tokens, found more")]
    Tokens { most: usize, at: Pos },
    #[error("expected brackets nested at most {most} levels deep, found more")]
    Nesting { most: usize, at: Pos },
    #[error("expected names and numbers of at most {most} bytes, found a longer one")]
    Name { most: usize, at: Pos },
    #[error("expected fragments without cycles, found `{name}` in a cycle")]
    Cycle { name: String, at: Pos },
    #[error("expected at most {most} fields and fragments after expanding all fragments, found {found}")]
    Selections { most: usize, found: usize },
    #[error("expected fields nested at most {most} levels deep, found {found}")]
    Depth { most: usize, found: usize },
    #[error("expected at most {most} aliases after expanding all fragments, found {found}")]
    Aliases { most: usize, found: usize },
    #[error("expected at most {most} directives after expanding all fragments, found {found}")]
    Directives { most: usize, found: usize },
    #[error("expected at most {most} values in `variables`, found {found}")]
    Values { most: usize, found: usize },
    #[error("expected arguments of at most {most} bytes after expanding all variables and fragments, found {found}")]
    Arguments { most: usize, found: usize },
    #[error("expected a query that costs at most {most}, found {found}: request smaller pages or fewer fields")]
    Cost { most: usize, found: usize },
    #[error("expected introspection of at most {most} fields, found up to {found}")]
    Introspection { most: usize, found: usize },
    #[error("expected `operationName` to be one of the document's operations, found `{0}`")]
    UnknownOperation(String),
    #[error("expected `operationName`, because the document has several operations, found none")]
    NoOperationName,
}

impl LimitViolation {
    /// The code in `extensions.code`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unparsable { .. } => "GRAPHQL_PARSE_FAILED",
            Self::Cycle { .. } => "GRAPHQL_VALIDATION_FAILED",
            Self::Tokens { .. } => "TOO_MANY_TOKENS",
            Self::Name { .. } => "NAME_TOO_LONG",
            Self::Nesting { .. } | Self::Depth { .. } => "QUERY_TOO_DEEP",
            Self::Aliases { .. } => "TOO_MANY_ALIASES",
            Self::Directives { .. } => "TOO_MANY_DIRECTIVES",
            Self::Arguments { .. } => "ARGUMENTS_TOO_LARGE",
            Self::Values { .. } => "TOO_MANY_VALUES",
            Self::Selections { .. } | Self::Cost { .. } | Self::Introspection { .. } => "QUERY_TOO_COMPLEX",
            Self::UnknownOperation(_) | Self::NoOperationName => "OPERATION_RESOLUTION_FAILURE",
        }
    }

    /// True if the document does not contain the requested operation. It may be within the limits.
    pub const fn is_about_name(&self) -> bool {
        matches!(self, Self::UnknownOperation(_) | Self::NoOperationName)
    }

    /// The position in the text, if the violation has a single position.
    pub const fn at(&self) -> Option<Pos> {
        match self {
            Self::Unparsable { at, .. }
            | Self::Tokens { at, .. }
            | Self::Nesting { at, .. }
            | Self::Name { at, .. }
            | Self::Cycle { at, .. } => Some(*at),
            _ => None,
        }
    }
}

impl From<LimitViolation> for ServerError {
    fn from(excess: LimitViolation) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", excess.code());
        let mut error = Self::new(excess.to_string(), excess.at());
        error.extensions = Some(extensions);
        error
    }
}
