//! Compares two schemas. Definitions are matched by name, and each difference is classified by its effect on clients.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::{
    Name, Positioned,
    parser::types::{
        BaseType, ConstDirective, DirectiveDefinition, EnumType, FieldDefinition, InputValueDefinition,
        SchemaDefinition, ServiceDocument, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
    },
};

use super::change::{
    SchemaChange, SchemaChanges,
    Severity::{Breaking, Dangerous, Safe},
};

#[cfg(test)]
mod tests;

/// The changes from one schema to the next, most severe first.
pub fn changes(old: &ServiceDocument, new: &ServiceDocument) -> Vec<SchemaChange> {
    let (old, new) = (Definitions::of(old), Definitions::of(new));
    let mut changes = SchemaChanges::default();
    for (operation, before, after) in old.roots().into_iter().zip(new.roots()).map(|((name, a), (_, b))| (name, a, b)) {
        match (before, after) {
            (Some(before), None) => changes.add(Breaking, format!("schema.{operation}"), format!("`{before}` removed")),
            (Some(before), Some(after)) if before != after => {
                changes.add(Breaking, format!("schema.{operation}"), format!("`{before}` became `{after}`"));
            }
            (None, Some(after)) => changes.add(Safe, format!("schema.{operation}"), format!("`{after}` added")),
            _ => {}
        }
    }
    for (name, before, after) in pairs(&old.types, &new.types) {
        match (before, after) {
            (Some(_), None) => changes.add(Breaking, name, "type removed"),
            (None, Some(_)) => changes.add(Safe, name, "type added"),
            (Some(before), Some(after)) => compare_types(name, before, after, &mut changes),
            (None, None) => {}
        }
    }
    for (name, before, after) in pairs(&old.directives, &new.directives) {
        let place = format!("@{name}");
        match (before, after) {
            (Some(_), None) => changes.add(Breaking, place, "directive removed"),
            (None, Some(_)) => changes.add(Safe, place, "directive added"),
            (Some(before), Some(after)) => compare_directives(&place, before, after, &mut changes),
            (None, None) => {}
        }
    }
    changes.sorted()
}

/// The definitions of a schema by name.
struct Definitions<'a> {
    schema: Option<&'a SchemaDefinition>,
    types: BTreeMap<&'a str, &'a TypeDefinition>,
    directives: BTreeMap<&'a str, &'a DirectiveDefinition>,
}

impl<'a> Definitions<'a> {
    fn of(document: &'a ServiceDocument) -> Self {
        let mut found = Self { schema: None, types: BTreeMap::new(), directives: BTreeMap::new() };
        for definition in &document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => found.schema = Some(&schema.node),
                TypeSystemDefinition::Type(one) => {
                    found.types.insert(&one.node.name.node, &one.node);
                }
                TypeSystemDefinition::Directive(one) => {
                    found.directives.insert(&one.node.name.node, &one.node);
                }
            }
        }
        found
    }

    /// The root type of each operation. Without a schema definition, the type with the default name.
    fn roots(&self) -> [(&'static str, Option<String>); 3] {
        let named = |root: Option<&Positioned<Name>>, default: &str| match self.schema {
            Some(_) => root.map(|name| name.node.to_string()),
            None => self.types.contains_key(default).then(|| default.to_owned()),
        };
        let schema = self.schema;
        [
            ("query", named(schema.and_then(|schema| schema.query.as_ref()), "Query")),
            ("mutation", named(schema.and_then(|schema| schema.mutation.as_ref()), "Mutation")),
            ("subscription", named(schema.and_then(|schema| schema.subscription.as_ref()), "Subscription")),
        ]
    }
}

/// Every name that occurs on either side, with its definition on each.
fn pairs<'a, T>(old: &BTreeMap<&'a str, T>, new: &BTreeMap<&'a str, T>) -> Vec<(&'a str, Option<T>, Option<T>)>
where
    T: Copy,
{
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    names.into_iter().map(|name| (name, old.get(name).copied(), new.get(name).copied())).collect()
}

fn by_name<'a, T>(items: &'a [Positioned<T>], name: impl Fn(&'a T) -> &'a Name) -> BTreeMap<&'a str, &'a T> {
    items.iter().map(|item| (name(&item.node).as_str(), &item.node)).collect()
}

fn compare_types(name: &str, old: &TypeDefinition, new: &TypeDefinition, changes: &mut SchemaChanges) {
    compare_descriptions(name, old.description.as_ref(), new.description.as_ref(), changes);
    match (&old.kind, &new.kind) {
        (TypeKind::Scalar, TypeKind::Scalar) => {}
        (TypeKind::Object(before), TypeKind::Object(after)) => {
            compare_members(name, "interface", &before.implements, &after.implements, changes);
            compare_fields(name, &before.fields, &after.fields, changes);
        }
        (TypeKind::Interface(before), TypeKind::Interface(after)) => {
            compare_members(name, "interface", &before.implements, &after.implements, changes);
            compare_fields(name, &before.fields, &after.fields, changes);
        }
        (TypeKind::Union(before), TypeKind::Union(after)) => {
            compare_members(name, "member", &before.members, &after.members, changes);
        }
        (TypeKind::Enum(before), TypeKind::Enum(after)) => compare_values(name, before, after, changes),
        (TypeKind::InputObject(before), TypeKind::InputObject(after)) => {
            let place = |field: &str| format!("{name}.{field}");
            compare_inputs("input field", place, &before.fields, &after.fields, changes);
        }
        (before, after) => changes.add(Breaking, name, format!("{} became {}", kind(before), kind(after))),
    }
}

const fn kind(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Scalar => "a scalar",
        TypeKind::Object(_) => "an object",
        TypeKind::Interface(_) => "an interface",
        TypeKind::Union(_) => "a union",
        TypeKind::Enum(_) => "an enum",
        TypeKind::InputObject(_) => "an input object",
    }
}

/// Compares the interfaces of a type, or the members of a union. A fragment on a removed member matches nothing.
/// Existing clients do not handle an added member.
fn compare_members(
    place: &str,
    what: &str,
    old: &[Positioned<Name>],
    new: &[Positioned<Name>],
    changes: &mut SchemaChanges,
) {
    let (old, new) = (by_name(old, |name| name), by_name(new, |name| name));
    for (name, before, after) in pairs(&old, &new) {
        match (before, after) {
            (Some(_), None) => changes.add(Breaking, place, format!("{what} `{name}` removed")),
            (None, Some(_)) => changes.add(Dangerous, place, format!("{what} `{name}` added")),
            _ => {}
        }
    }
}

fn compare_values(name: &str, old: &EnumType, new: &EnumType, changes: &mut SchemaChanges) {
    let (old, new) = (by_name(&old.values, |one| &one.value.node), by_name(&new.values, |one| &one.value.node));
    for (value, before, after) in pairs(&old, &new) {
        let place = format!("{name}.{value}");
        match (before, after) {
            (Some(_), None) => changes.add(Breaking, place, "enum value removed"),
            (None, Some(_)) => changes.add(Dangerous, place, "enum value added"),
            (Some(before), Some(after)) => {
                compare_deprecations(&place, &before.directives, &after.directives, changes);
                compare_descriptions(&place, before.description.as_ref(), after.description.as_ref(), changes);
            }
            (None, None) => {}
        }
    }
}

fn compare_fields(
    name: &str,
    old: &[Positioned<FieldDefinition>],
    new: &[Positioned<FieldDefinition>],
    changes: &mut SchemaChanges,
) {
    let (old, new) = (by_name(old, |one| &one.name.node), by_name(new, |one| &one.name.node));
    for (field, before, after) in pairs(&old, &new) {
        let place = format!("{name}.{field}");
        match (before, after) {
            (Some(_), None) => changes.add(Breaking, place, "field removed"),
            (None, Some(_)) => changes.add(Safe, place, "field added"),
            (Some(before), Some(after)) => {
                let (was, is) = (&before.ty.node, &after.ty.node);
                if was != is {
                    let severity = if gives(is, was) { Safe } else { Breaking };
                    changes.add(severity, &place, format!("type `{was}` became `{is}`"));
                }
                let argument = |name: &str| format!("{place}({name})");
                compare_inputs("argument", argument, &before.arguments, &after.arguments, changes);
                compare_deprecations(&place, &before.directives, &after.directives, changes);
                compare_descriptions(&place, before.description.as_ref(), after.description.as_ref(), changes);
            }
            (None, None) => {}
        }
    }
}

/// Arguments, or the fields of an input object.
fn compare_inputs(
    what: &str,
    place: impl Fn(&str) -> String,
    old: &[Positioned<InputValueDefinition>],
    new: &[Positioned<InputValueDefinition>],
    changes: &mut SchemaChanges,
) {
    let (old, new) = (by_name(old, |one| &one.name.node), by_name(new, |one| &one.name.node));
    for (name, before, after) in pairs(&old, &new) {
        let place = place(name);
        match (before, after) {
            (Some(_), None) => changes.add(Breaking, place, format!("{what} removed")),
            (None, Some(after)) if is_required(after) => {
                changes.add(Breaking, place, format!("required {what} added"));
            }
            // The behaviour without the argument may have changed. The schema does not show it.
            (None, Some(_)) => changes.add(Dangerous, place, format!("optional {what} added")),
            (Some(before), Some(after)) => compare_input(&place, before, after, changes),
            (None, None) => {}
        }
    }
}

fn compare_input(
    place: &str,
    before: &InputValueDefinition,
    after: &InputValueDefinition,
    changes: &mut SchemaChanges,
) {
    let (was, is) = (&before.ty.node, &after.ty.node);
    if was != is {
        // A default replaces a missing value, but not an explicit null.
        let severity = if gives(was, is) { Safe } else { Breaking };
        changes.add(severity, place, format!("type `{was}` became `{is}`"));
    }
    let default = |one: &InputValueDefinition| one.default_value.as_ref().map(|value| value.node.to_string());
    match (default(before), default(after)) {
        (Some(was), Some(is)) if was != is => changes.add(Dangerous, place, format!("default `{was}` became `{is}`")),
        (Some(was), None) => {
            // Clients that relied on the default must pass a value now.
            let severity = if is_required(after) && !is_required(before) { Breaking } else { Dangerous };
            changes.add(severity, place, format!("default `{was}` removed"));
        }
        (None, Some(is)) => changes.add(Dangerous, place, format!("default `{is}` added")),
        _ => {}
    }
    compare_deprecations(place, &before.directives, &after.directives, changes);
    compare_descriptions(place, before.description.as_ref(), after.description.as_ref(), changes);
}

fn is_required(input: &InputValueDefinition) -> bool {
    !input.ty.node.nullable && input.default_value.is_none()
}

/// Whether every value of `one` is a value of `other`.
fn gives(one: &Type, other: &Type) -> bool {
    if one.nullable && !other.nullable {
        return false;
    }
    match (&one.base, &other.base) {
        (BaseType::Named(one), BaseType::Named(other)) => one == other,
        (BaseType::List(one), BaseType::List(other)) => gives(one, other),
        _ => false,
    }
}

fn compare_directives(place: &str, old: &DirectiveDefinition, new: &DirectiveDefinition, changes: &mut SchemaChanges) {
    let argument = |name: &str| format!("{place}({name})");
    compare_inputs("argument", argument, &old.arguments, &new.arguments, changes);
    for location in old.locations.iter().filter(|one| !new.locations.iter().any(|other| other.node == one.node)) {
        changes.add(Breaking, place, format!("location `{:?}` removed", location.node));
    }
    for location in new.locations.iter().filter(|one| !old.locations.iter().any(|other| other.node == one.node)) {
        changes.add(Safe, place, format!("location `{:?}` added", location.node));
    }
    compare_descriptions(place, old.description.as_ref(), new.description.as_ref(), changes);
}

fn compare_deprecations(
    place: &str,
    old: &[Positioned<ConstDirective>],
    new: &[Positioned<ConstDirective>],
    changes: &mut SchemaChanges,
) {
    let is_deprecated = |directives: &[Positioned<ConstDirective>]| {
        directives.iter().any(|directive| directive.node.name.node == "deprecated")
    };
    match (is_deprecated(old), is_deprecated(new)) {
        (false, true) => changes.add(Safe, place, "deprecated"),
        (true, false) => changes.add(Safe, place, "not deprecated any more"),
        _ => {}
    }
}

fn compare_descriptions(
    place: &str,
    old: Option<&Positioned<String>>,
    new: Option<&Positioned<String>>,
    changes: &mut SchemaChanges,
) {
    // Blank lines and indentation come from the printer.
    let words = |text: Option<&Positioned<String>>| {
        text.map(|text| text.node.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).unwrap_or_default()
    };
    if words(old) != words(new) {
        changes.add(Safe, place, "description changed");
    }
}
