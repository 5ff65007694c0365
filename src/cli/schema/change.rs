//! A change between two schemas, and its effect on queries that were valid before.

/// The effect of a change on clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Breaking: a valid query becomes invalid, or its response changes shape.
    Breaking,
    /// Dangerous: queries stay valid, but a response may contain unexpected values or change its meaning.
    Dangerous,
    /// Safe: clients cannot notice the change.
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

/// A change between two schemas.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaChange {
    /// The effect on clients.
    pub severity: Severity,
    /// The coordinate: `Type`, `Type.field`, `Type.field(argument)`, `@directive`.
    pub place: String,
    /// The change in words.
    pub what: String,
}

/// The changes found so far.
#[derive(Default)]
pub struct SchemaChanges(Vec<SchemaChange>);

impl SchemaChanges {
    /// Adds a change.
    pub fn add(&mut self, severity: Severity, place: impl Into<String>, what: impl Into<String>) {
        self.0.push(SchemaChange { severity, place: place.into(), what: what.into() });
    }

    /// All changes, sorted by severity, then by coordinate.
    pub fn sorted(mut self) -> Vec<SchemaChange> {
        self.0.sort();
        self.0
    }
}
