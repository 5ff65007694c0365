//! Fields of one response name whose arguments differ in the length of a list.
//!
//! `apollo-compiler` compares two lists item by item, up to the end of the shorter. A second validation therefore adds
//! an argument with the lengths of the lists to each such field. No document can contain this argument.

use std::collections::HashMap;

use apollo_compiler::{
    Name, Node, Schema,
    ast::{Argument, Definition, DirectiveList, Document, Field, InputValueDefinition, Selection, Value},
    diagnostic::ToCliReport,
    schema::ExtendedType,
    ty,
    validation::Valid,
};

use super::positions::Fault;

/// The name of the argument. It contains a space, so it cannot occur in a document.
const LENGTHS: Name = Name::new_static_unchecked("list lengths");

/// Adds the argument to every field that has arguments.
pub fn add_argument(schema: &mut Schema) {
    let definition = Node::new(InputValueDefinition {
        description: None,
        name: LENGTHS,
        ty: Node::new(ty!(String)),
        default_value: None,
        directives: DirectiveList::default(),
    });
    for of_type in schema.types.values_mut() {
        let fields = match of_type {
            ExtendedType::Object(object) => &mut object.make_mut().fields,
            ExtendedType::Interface(interface) => &mut interface.make_mut().fields,
            _ => continue,
        };
        for field in fields.values_mut().filter(|field| !field.arguments.is_empty()) {
            field.make_mut().arguments.push(definition.clone());
        }
    }
}

/// Checks a document that is valid by the rules of `apollo-compiler`.
pub fn check(schema: &Valid<Schema>, document: &Document) -> Vec<Fault> {
    let mut known = HashMap::new();
    if !selections(document).any(|set| differs(set, &mut known)) {
        return Vec::new();
    }
    let mut document = document.clone();
    for definition in &mut document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => add_lengths(&mut operation.make_mut().selection_set),
            Definition::FragmentDefinition(fragment) => add_lengths(&mut fragment.make_mut().selection_set),
            _ => {}
        }
    }
    let Err(invalid) = document.to_executable_validate(schema) else { return Vec::new() };
    let faults = invalid.errors.iter().map(|found| {
        let message =
            "expected the same arguments for fields with the same response name, found lists of other lengths";
        (message.to_owned(), found.error.location())
    });
    faults.collect()
}

fn selections(document: &Document) -> impl Iterator<Item = &[Selection]> {
    document.definitions.iter().filter_map(|definition| match definition {
        Definition::OperationDefinition(operation) => Some(&operation.selection_set[..]),
        Definition::FragmentDefinition(fragment) => Some(&fragment.selection_set[..]),
        _ => None,
    })
}

/// Whether two fields anywhere in the document have one response name and lists of different lengths.
fn differs<'d>(set: &'d [Selection], known: &mut HashMap<&'d Name, String>) -> bool {
    set.iter().any(|selection| match selection {
        Selection::Field(field) => {
            let lengths = lengths(field);
            let is_other = !lengths.is_empty()
                && known.entry(field.response_name()).or_insert_with(|| lengths.clone()) != &lengths;
            is_other || differs(&field.selection_set, known)
        }
        Selection::InlineFragment(fragment) => differs(&fragment.selection_set, known),
        Selection::FragmentSpread(_) => false,
    })
}

fn add_lengths(set: &mut [Selection]) {
    for selection in set {
        match selection {
            Selection::Field(field) => {
                let lengths = lengths(field);
                let field = field.make_mut();
                if !lengths.is_empty() {
                    let value = Node::new(Value::String(lengths));
                    field.arguments.push(Node::new(Argument { name: LENGTHS, value }));
                }
                add_lengths(&mut field.selection_set);
            }
            Selection::InlineFragment(fragment) => add_lengths(&mut fragment.make_mut().selection_set),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// The lengths of all lists in the arguments of a field, in the order of their names. Empty if it has no list.
fn lengths(field: &Field) -> String {
    let mut text = String::new();
    let mut arguments: Vec<_> = field.arguments.iter().map(|argument| (&argument.name, &argument.value)).collect();
    write_fields(&mut arguments, &mut text);
    text
}

fn write_fields(fields: &mut [(&Name, &Node<Value>)], text: &mut String) {
    fields.sort_unstable_by_key(|(name, _)| *name);
    for (name, value) in fields {
        let begin = text.len();
        text.push_str(name);
        let before = text.len();
        write_value(value, text);
        if text.len() == before {
            text.truncate(begin);
        }
    }
}

fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::List(items) => {
            text.push('[');
            text.push_str(&items.len().to_string());
            for item in items {
                text.push(' ');
                write_value(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            write_fields(&mut fields.iter().map(|(name, value)| (name, value)).collect::<Vec<_>>(), text);
        }
        _ => {}
    }
}
