//! Selections of a valid document, prepared for execution.

use std::sync::Arc;

use async_graphql::{Positioned, parser::types::Field};

use crate::domain::resolve::writer;

/// The fields that a query selects of a value, for every object type that the value can have. Fragments are inlined and
/// repeated fields are merged.
#[derive(Debug, Default)]
pub struct PreparedSelection(Vec<(Box<str>, Vec<SelectedField>)>);

/// A field of a selection.
#[derive(Debug)]
pub struct SelectedField {
    /// The JSON of the response key.
    pub(super) key: Box<str>,
    /// The field as resolvers receive it: its arguments, and the names of the selected subfields.
    pub(super) field: Positioned<Field>,
    pub(super) selection: Arc<PreparedSelection>,
    condition: Condition,
    /// The conditions of the same field at earlier positions in the selection. If one of them holds, the field is
    /// written there.
    earlier: Vec<Condition>,
}

/// The tests by `@skip` and `@include` that must all pass.
pub type Condition = Vec<Test>;

/// A test of a variable by `@skip` or `@include`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Test {
    /// The index of the variable's value among the flags of the request.
    pub flag: usize,
    /// The value that passes.
    pub expected: bool,
}

impl PreparedSelection {
    /// The selection with the fields of every object type.
    pub fn new(of_types: Vec<(Box<str>, Vec<SelectedField>)>) -> Self {
        Self(of_types)
    }

    /// The fields selected of an object of this type.
    pub(super) fn fields_of(&self, type_name: &str) -> &[SelectedField] {
        match &self.0[..] {
            [(_, fields)] => fields,
            types => types.iter().find(|(name, _)| **name == *type_name).map_or(&[], |(_, fields)| fields),
        }
    }

    /// All fields, of every type.
    pub fn fields(&self) -> impl Iterator<Item = &SelectedField> {
        self.0.iter().flat_map(|(_, fields)| fields)
    }
}

impl SelectedField {
    /// Creates a field with its selection. It is written if its condition holds and none of the earlier conditions
    /// does.
    pub fn new(
        field: Positioned<Field>,
        selection: Arc<PreparedSelection>,
        condition: Condition,
        earlier: Vec<Condition>,
    ) -> Self {
        Self { key: writer::key(&field.node.response_key().node), field, selection, condition, earlier }
    }

    pub fn name(&self) -> &str {
        &self.field.node.name.node
    }

    pub(super) fn is_included(&self, flags: &[bool]) -> bool {
        let holds = |condition: &Condition| condition.iter().all(|test| flags.get(test.flag) == Some(&test.expected));
        holds(&self.condition) && !self.earlier.iter().any(holds)
    }
}
