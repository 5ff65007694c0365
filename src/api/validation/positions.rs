//! Two rules on values: a variable fits every position where it is used, and an input object has no field twice.
//!
//! `apollo-compiler` compares a variable inside a list or an input object by the name of its type only, accepts a null
//! default for a position that must not be null, and does not look for repeated fields.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{Argument, DirectiveList, InputValueDefinition, Type, Value, VariableDefinition},
    executable::{Selection, SelectionSet},
    parser::SourceSpan,
};

/// A fault with its place.
pub type Fault = (String, Option<SourceSpan>);

/// A variable in a position of a known type.
struct Usage<'a> {
    variable: &'a Name,
    expected: &'a Type,
    /// Whether the argument or the input field has a default.
    has_default: bool,
    at: Option<SourceSpan>,
}

/// What an operation or a fragment uses by itself.
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
                collector.value(None, false, default, &mut uses);
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
                    uses.variables.push(Usage { variable, expected, has_default, at: value.location() });
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
            }
            _ => {}
        }
    }

    fn compare(&mut self, uses: &Uses<'_>, variables: &HashMap<&Name, &Node<VariableDefinition>>) {
        for usage in &uses.variables {
            let Some(variable) = variables.get(usage.variable) else { continue };
            if !is_allowed(variable, usage) {
                let (name, of_type, expected) = (usage.variable, &variable.ty, usage.expected);
                let message = format!("expected a value of type `{expected}`, found `${name}` of type `{of_type}`");
                self.faults.push((message, usage.at));
            }
        }
    }
}

/// [IsVariableUsageAllowed](https://spec.graphql.org/September2025/#IsVariableUsageAllowed()).
fn is_allowed(variable: &VariableDefinition, usage: &Usage<'_>) -> bool {
    if !usage.expected.is_non_null() || variable.ty.is_non_null() {
        return variable.ty.is_assignable_to(usage.expected);
    }
    let has_value = variable.default_value.as_ref().is_some_and(|default| !default.is_null());
    (has_value || usage.has_default) && variable.ty.is_assignable_to(&usage.expected.clone().nullable())
}
