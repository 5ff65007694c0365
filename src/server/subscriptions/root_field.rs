//! The single root field of a subscription, which may be inside a fragment.
//!
//! The framework starts one stream per root field, but none for a root fragment.

use async_graphql::{
    ErrorExtensionValues, Name, Pos, Positioned, ServerError,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
        SelectionSet,
    },
};

/// The name of the root type.
const ROOT: &str = "Subscription";

/// Checks that a subscription has one root field, and moves it out of its fragments.
pub fn select_one(document: &mut ExecutableDocument, operation: Option<&str>) -> Result<(), ServerError> {
    let Some(definition) = chosen(document, operation) else { return Ok(()) };
    let mut roots = RootFields::default();
    roots.gather(document, &definition.node.selection_set.node)?;
    let Some(field) = roots.merged()? else { return Ok(()) };
    let unused = unused_without(document, &definition, &roots.fragments);
    document.fragments.retain(|name, _| !unused.contains(name));
    let alone = |operation: &mut OperationDefinition| {
        operation.selection_set.node.items = vec![Positioned::new(Selection::Field(field.clone()), field.pos)];
    };
    match &mut document.operations {
        DocumentOperations::Single(operation) => alone(&mut operation.node),
        DocumentOperations::Multiple(operations) => {
            let name = operation.map(str::to_owned);
            if let Some(operation) = operations.iter_mut().find(|(known, _)| Some(known.as_str()) == name.as_deref()) {
                alone(&mut operation.1.node);
            }
        }
    }
    Ok(())
}

fn chosen(document: &ExecutableDocument, name: Option<&str>) -> Option<Positioned<OperationDefinition>> {
    let mut operations = document.operations.iter();
    let chosen = match &document.operations {
        DocumentOperations::Single(operation) => operation,
        DocumentOperations::Multiple(_) => operations.find(|(known, _)| known.map(Name::as_str) == name)?.1,
    };
    (chosen.node.ty == OperationType::Subscription).then(|| chosen.clone())
}

/// Returns the fragments that no other operation uses.
fn unused_without(
    document: &ExecutableDocument,
    without: &Positioned<OperationDefinition>,
    fragments: &[Name],
) -> Vec<Name> {
    let mut others = RootFields::default();
    for (_, operation) in document.operations.iter().filter(|(_, operation)| operation.pos != without.pos) {
        // An error in another operation is irrelevant.
        let _ = others.gather(document, &operation.node.selection_set.node);
    }
    fragments.iter().filter(|name| !others.fragments.contains(name)).cloned().collect()
}

/// The fields at the root of an operation, and the fragments that contain them.
#[derive(Default)]
struct RootFields {
    fields: Vec<Positioned<Field>>,
    fragments: Vec<Name>,
}

impl RootFields {
    fn gather(&mut self, document: &ExecutableDocument, selections: &SelectionSet) -> Result<(), ServerError> {
        for selection in &selections.items {
            match &selection.node {
                Selection::Field(field) => {
                    unconditional(&field.node.directives)?;
                    self.fields.push(field.clone());
                }
                Selection::InlineFragment(fragment) => {
                    unconditional(&fragment.node.directives)?;
                    self.gather(document, &fragment.node.selection_set.node)?;
                }
                Selection::FragmentSpread(spread) => {
                    unconditional(&spread.node.directives)?;
                    let name = &spread.node.fragment_name.node;
                    // Validation reports an unknown fragment, and one on another type.
                    let fragment = document.fragments.get(name);
                    let fragment = fragment.filter(|fragment| fragment.node.type_condition.node.on.node == ROOT);
                    if let Some(fragment) = fragment.filter(|_| !self.fragments.contains(name)) {
                        self.fragments.push(name.clone());
                        self.gather(document, &fragment.node.selection_set.node)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns the one field, with the selections of all its occurrences. `None` if there is no field.
    fn merged(&self) -> Result<Option<Positioned<Field>>, ServerError> {
        let Some((first, others)) = self.fields.split_first() else { return Ok(None) };
        let mut merged = first.clone();
        for other in others {
            let is_same = other.node.response_key() == first.node.response_key()
                && other.node.name == first.node.name
                && other.node.arguments == first.node.arguments;
            if !is_same {
                return Err(invalid("expected one root field in a subscription, found more", other.pos));
            }
            merged.node.selection_set.node.items.extend(other.node.selection_set.node.items.iter().cloned());
        }
        if first.node.name.node.starts_with("__") {
            return Err(invalid("expected a field of `Subscription`, found an introspection field", first.pos));
        }
        Ok(Some(merged))
    }
}

fn unconditional(directives: &[Positioned<Directive>]) -> Result<(), ServerError> {
    let conditional = directives.iter().find(|directive| matches!(&*directive.node.name.node, "skip" | "include"));
    match conditional {
        Some(directive) => {
            Err(invalid("expected no `@skip` or `@include` at the root of a subscription, found one", directive.pos))
        }
        None => Ok(()),
    }
}

fn invalid(message: &str, position: Pos) -> ServerError {
    let mut error = ServerError::new(message, Some(position));
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", "GRAPHQL_VALIDATION_FAILED");
    error
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn root(text: &str) -> Result<(usize, usize), String> {
        let mut document = parse_query(text).unwrap();
        select_one(&mut document, text.contains("subscription S").then_some("S")).map_err(|error| error.message)?;
        let operation = chosen(&document, Some("S")).unwrap();
        let [item] = operation.node.selection_set.node.items.as_slice() else { return Err("no field".to_owned()) };
        let Selection::Field(field) = &item.node else { return Err("a fragment".to_owned()) };
        Ok((field.node.selection_set.node.items.len(), document.fragments.len()))
    }

    #[test]
    fn the_root_field_can_be_in_fragments() {
        assert_eq!(root("subscription { a { b } }"), Ok((1, 0)));
        assert_eq!(root("subscription { ...F } fragment F on Subscription { a { b } }"), Ok((1, 0)));
        assert_eq!(root("subscription { ... on Subscription { ... { a { b } } } a { c } }"), Ok((2, 0)));
        let nested = "subscription { ...F } fragment F on Subscription { ...G a { ...H } } \
                      fragment G on Subscription { a { c } } fragment H on A { b }";
        assert_eq!(root(nested), Ok((2, 1)));
        let two = "subscription S { ...F } subscription T { ...F } fragment F on Subscription { a { b } }";
        assert_eq!(root(two), Ok((1, 1)), "another operation uses the fragment");
    }

    #[test]
    fn two_root_fields_are_invalid() {
        for text in [
            "subscription { a { b } c: a { b } }",
            "subscription { a(x: 1) { b } a(x: 2) { b } }",
            "subscription { ...F d } fragment F on Subscription { a { b } }",
            "subscription { __typename }",
            "subscription($v: Boolean!) { a @include(if: $v) { b } }",
            "subscription { ...F @skip(if: false) } fragment F on Subscription { a { b } }",
        ] {
            assert!(root(text).is_err_and(|message| message.starts_with("expected ")), "{text}");
        }
    }
}
