//! One change between two schemas, and what it does to a query that was valid before.

/// What a change does to those who ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A query that was valid is not any more, or its answer has another shape.
    Breaking,
    /// Every query stays valid, but an answer may hold what its reader does not expect, or mean something else.
    Dangerous,
    /// Nobody who asks can tell.
    Safe,
}

impl Severity {
    /// The severity in one word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Dangerous => "dangerous",
            Self::Safe => "safe",
        }
    }
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// What it does to those who ask.
    pub severity: Severity,
    /// Where: `Type`, `Type.field`, `Type.field(argument)`, `@directive`.
    pub place: String,
    /// What, in words.
    pub what: String,
}

/// The changes found so far.
#[derive(Default)]
pub struct Changes(Vec<Change>);

impl Changes {
    /// Adds a change.
    pub fn add(&mut self, severity: Severity, place: impl Into<String>, what: impl Into<String>) {
        self.0.push(Change { severity, place: place.into(), what: what.into() });
    }

    /// All of them, the worst first, then by place.
    pub fn sorted(mut self) -> Vec<Change> {
        self.0.sort();
        self.0
    }
}
