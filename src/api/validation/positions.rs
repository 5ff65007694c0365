//! Three rules on values: a variable matches the type of every position, an input object has no repeated field, and a
//! one-of input object has exactly one field.
//!
//! `apollo-compiler` compares a variable inside a list or an input object by the name of its type only, accepts a null
//! default for a position that must not be null, does not look for repeated fields, and does not know `@oneOf`.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{Argument, DirectiveList, InputValueDefinition, Type, Value, VariableDefinition},
    executable::{Selection, SelectionSet},
    parser::SourceSpan,
    schema::InputObjectType,
};

/// An error with its position.
pub type Fault = (String, Option<SourceSpan>);

/// A variable in a position of a known type.
struct Usage<'a> {
    variable: &'a Name,
    expected: &'a Type,
    /// Whether the argument or the input field has a default.
    has_default: bool,
    /// Whether it is the field of a one-of input object, which must not be null.
    is_one_of: bool,
    at: Option<SourceSpan>,
}

/// The variables and fragments that an operation or a fragment uses directly.
#[derive(Default)]
struct Uses<'a> {
    variables: Vec<Usage<'a>>,
    fragments: Vec<&'a Name>,
}

struct Collector<'a> {
    schema: &'a Schema,
    faults: Vec<Fault>,
}

/// Checks a document that is valid by the rules of `apollo-compiler`.
pub fn check(schema: &Schema, document: &ExecutableDocument) -> Vec<Fault> {
    let mut collector = Collector { schema, faults: Vec::new() };
    let mut fragments = HashMap::new();
    for fragment in document.fragments.values() {
        let mut uses = Uses::default();
        collector.directives(&fragment.directives, &mut uses);
        collector.selections(&fragment.selection_set, &mut uses);
        fragments.insert(&fragment.name, uses);
    }
    for operation in document.operations.iter() {
        let mut uses = Uses::default();
        collector.directives(&operation.directives, &mut uses);
        for variable in &operation.variables {
            if let Some(default) = &variable.default_value {
                collector.value(Some(&variable.ty), false, default, &mut uses);
            }
            collector.directives(&variable.directives, &mut uses);
        }
        collector.selections(&operation.selection_set, &mut uses);
        let variables = operation.variables.iter().map(|variable| (&variable.name, variable)).collect();
        let mut reached: HashSet<&Name> = uses.fragments.iter().copied().collect();
        let mut waiting: Vec<&Name> = reached.iter().copied().collect();
        collector.compare(&uses, &variables);
        while let Some(uses) = waiting.pop().and_then(|name| fragments.get(name)) {
            collector.compare(uses, &variables);
            waiting.extend(uses.fragments.iter().copied().filter(|name| reached.insert(name)));
        }
    }
    collector.faults
}

impl<'a> Collector<'a> {
    fn selections(&mut self, set: &'a SelectionSet, uses: &mut Uses<'a>) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.directives(&field.directives, uses);
                    self.arguments(&field.definition.arguments, &field.arguments, uses);
                    self.selections(&field.selection_set, uses);
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.directives, uses);
                    uses.fragments.push(&spread.fragment_name);
                }
                Selection::InlineFragment(fragment) => {
                    self.directives(&fragment.directives, uses);
                    self.selections(&fragment.selection_set, uses);
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a DirectiveList, uses: &mut Uses<'a>) {
        let schema = self.schema;
        for directive in directives {
            let known = schema.directive_definitions.get(&directive.name);
            self.arguments(known.map_or(&[], |known| &known.arguments), &directive.arguments, uses);
        }
    }

    fn arguments(&mut self, known: &'a [Node<InputValueDefinition>], given: &'a [Node<Argument>], uses: &mut Uses<'a>) {
        for argument in given {
            let definition = known.iter().find(|known| known.name == argument.name);
            let has_default = definition.is_some_and(|definition| definition.default_value.is_some());
            self.value(definition.map(|definition| &*definition.ty), has_default, &argument.value, uses);
        }
    }

    fn value(&mut self, expected: Option<&'a Type>, has_default: bool, value: &'a Node<Value>, uses: &mut Uses<'a>) {
        match &**value {
            Value::Variable(variable) => {
                if let Some(expected) = expected {
                    let at = value.location();
                    uses.variables.push(Usage { variable, expected, has_default, is_one_of: false, at });
                }
            }
            Value::List(items) => {
                let expected = expected.map(Type::item_type);
                for item in items {
                    self.value(expected, false, item, uses);
                }
            }
            Value::Object(fields) => {
                let schema = self.schema;
                let of_type = expected.and_then(|expected| schema.get_input_object(expected.inner_named_type()));
                let one_of = of_type.filter(|of_type| is_one_of(of_type));
                if let Some(of_type) = one_of.filter(|_| !matches!(&fields[..], [(_, field)] if !field.is_null())) {
                    let message = format!("expected exactly one field of `{}`, and not null", of_type.name);
                    self.faults.push((message, value.location()));
                }
                let before = uses.variables.len();
                let mut names = HashSet::new();
                for (name, field) in fields {
                    if !names.insert(name) {
                        let message = format!("expected each input field at most once, found `{name}` twice");
                        self.faults.push((message, name.location()));
                    }
                    let definition = of_type.and_then(|of_type| of_type.fields.get(name));
                    let has_default = definition.is_some_and(|definition| definition.default_value.is_some());
                    self.value(definition.map(|definition| &*definition.ty), has_default, field, uses);
                }
                if one_of.is_some() && matches!(&fields[..], [(_, field)] if field.as_variable().is_some()) {
                    uses.variables[before..].iter_mut().for_each(|usage| usage.is_one_of = true);
                }
            }
            _ => {}
        }
    }

    fn compare(&mut self, uses: &Uses<'_>, variables: &HashMap<&Name, &Node<VariableDefinition>>) {
        for usage in &uses.variables {
            let Some(variable) = variables.get(usage.variable) else { continue };
            if !is_allowed(variable, usage) {
                let (name, of_type) = (usage.variable, &variable.ty);
                let expected = if usage.is_one_of { &usage.expected.clone().non_null() } else { usage.expected };
                let message = format!("expected a value of type `{expected}`, found `${name}` of type `{of_type}`");
                self.faults.push((message, usage.at));
            }
        }
    }
}

/// Whether an input object is declared with `@oneOf`.
pub fn is_one_of(of_type: &InputObjectType) -> bool {
    of_type.directives.has("oneOf")
}

/// [IsVariableUsageAllowed](https://spec.graphql.org/September2025/#IsVariableUsageAllowed()).
fn is_allowed(variable: &VariableDefinition, usage: &Usage<'_>) -> bool {
    if usage.is_one_of && !variable.ty.is_non_null() {
        return false;
    }
    if !usage.expected.is_non_null() || variable.ty.is_non_null() {
        return variable.ty.is_assignable_to(usage.expected);
    }
    let has_value = variable.default_value.as_ref().is_some_and(|default| !default.is_null());
    (has_value || usage.has_default) && variable.ty.is_assignable_to(&usage.expected.clone().nullable())
}
