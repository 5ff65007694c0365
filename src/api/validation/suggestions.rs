//! Error messages for unknown fields, with suggestions of similar names.

use apollo_compiler::{
    Name, Schema,
    ast::{Definition, Document, Selection},
    schema::ExtendedType,
};

/// The lowest similarity of a suggested name, from 0 to 1.
const SIMILAR: f64 = 0.7;

/// A message for each unknown field, by the byte where its name begins.
pub fn unknown_fields(schema: &Schema, document: &Document) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                let root = schema.root_operation(operation.operation_type);
                walk(schema, root, &operation.selection_set, &mut found);
            }
            Definition::FragmentDefinition(fragment) => {
                walk(schema, Some(&fragment.type_condition), &fragment.selection_set, &mut found);
            }
            _ => {}
        }
    }
    found
}

fn walk(schema: &Schema, of_type: Option<&Name>, set: &[Selection], found: &mut Vec<(usize, String)>) {
    let Some(of_type) = of_type else { return };
    for selection in set {
        match selection {
            Selection::Field(field) => match schema.type_field(of_type, &field.name) {
                Ok(definition) => walk(schema, Some(definition.ty.inner_named_type()), &field.selection_set, found),
                Err(_) => {
                    if let Some(span) = field.name.location() {
                        found.push((span.offset(), message(schema, of_type, &field.name)));
                    }
                }
            },
            Selection::InlineFragment(fragment) => {
                let condition = fragment.type_condition.as_ref();
                walk(schema, condition.or(Some(of_type)), &fragment.selection_set, found);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn message(schema: &Schema, of_type: &Name, name: &Name) -> String {
    let names: Vec<&Name> = match schema.types.get(of_type) {
        Some(ExtendedType::Object(object)) => object.fields.keys().collect(),
        Some(ExtendedType::Interface(interface)) => interface.fields.keys().collect(),
        _ => Vec::new(),
    };
    let similarity = |known: &Name| strsim::normalized_damerau_levenshtein(known, name);
    let similar =
        names.into_iter().map(|known| (similarity(known), known)).filter(|(likeness, _)| *likeness >= SIMILAR);
    let message = format!("expected a field of the type `{of_type}`, found `{name}`");
    match similar.max_by(|(one, _), (other, _)| one.total_cmp(other)) {
        Some((_, known)) => format!("{message}. Did you mean \"{known}\"?"),
        None => message,
    }
}
