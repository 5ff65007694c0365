//! Measures the size of a selection, including its fragments. Each fragment is measured once.

use std::{collections::HashMap, convert::Infallible};

use async_graphql::{
    Positioned, Value, Variables,
    parser::types::{
        ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet, VariableDefinition,
    },
};

use crate::{
    api::guard::shape::{FieldShape, IntrospectedList, Number, SchemaShape, Work},
    domain::pagination,
};

/// The measures of a selection. Sums saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelectionCost {
    pub fields: usize,
    /// The number of fields and fragments.
    pub selections: usize,
    pub depth: usize,
    /// The nesting depth of fields and fragments.
    pub nesting: usize,
    pub aliases: usize,
    pub directives: usize,
    /// The bytes of arguments with every variable and fragment expanded. Errors repeat arguments.
    pub arguments: usize,
    /// The number of fields in the response.
    pub cost: usize,
    /// The number of introspection fields in the response.
    pub introspected: usize,
}

impl SelectionCost {
    /// Adds the measures of a sibling.
    pub fn add(&mut self, other: Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.selections = self.selections.saturating_add(other.selections);
        self.depth = self.depth.max(other.depth);
        self.nesting = self.nesting.max(other.nesting);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.arguments = self.arguments.saturating_add(other.arguments);
        self.cost = self.cost.saturating_add(other.cost);
        self.introspected = self.introspected.saturating_add(other.introspected);
    }
}

/// The position of a selection in the schema.
#[derive(Clone, Copy)]
struct Place<'a> {
    of_type: Option<&'a str>,
    /// Whether introspection covers all types here. Lists then have their average length.
    over_all: bool,
}

/// The measures of a fragment: within introspection of one type, and of all types.
#[derive(Clone, Copy)]
struct Fragment {
    single: SelectionCost,
    over_all: SelectionCost,
}

/// Measures one document with its variables.
pub struct Measurer<'a> {
    shape: &'a SchemaShape,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    /// The largest of the defaults of each variable that is not given.
    defaults: HashMap<&'a str, &'a Value>,
    /// The length of each variable in bytes, as written in the query.
    lengths: HashMap<&'a str, usize>,
    fragments: HashMap<&'a str, Fragment>,
}

impl<'a> Measurer<'a> {
    pub fn new(shape: &'a SchemaShape, document: &'a ExecutableDocument, variables: &'a Variables) -> Self {
        let definitions = document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
        let mut defaults: HashMap<&str, &Value> = HashMap::new();
        for Positioned { node: VariableDefinition { name, default_value, .. }, .. } in definitions {
            let Some(value) = default_value else { continue };
            let known = defaults.entry(&name.node).or_insert(&value.node);
            if size(&value.node) > size(known) {
                *known = &value.node;
            }
        }
        let given = variables.iter().map(|(name, value)| (name.as_str(), value));
        let all = defaults.iter().map(|(name, value)| (*name, *value)).chain(given);
        let lengths = all.map(|(name, value)| (name, value.to_string().len())).collect();
        Self { shape, document, variables, defaults, lengths, fragments: HashMap::new() }
    }

    /// The same measurer, with every variable counted as this many bytes.
    #[must_use]
    pub fn with_variables_of(self, bytes: usize) -> Self {
        let definitions =
            self.document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
        let lengths = definitions.map(|definition| (definition.node.name.node.as_str(), bytes)).collect();
        Self { lengths, ..self }
    }

    /// Measures a fragment. The fragments that it spreads must be measured first.
    pub fn fragment(&mut self, name: &'a str) -> SelectionCost {
        let Some(fragment) = self.document.fragments.get(name) else { return SelectionCost::default() };
        let of_type = fragment.node.type_condition.node.on.node.as_str();
        let measure = |over_all| {
            let place = Place { of_type: Some(of_type), over_all };
            let mut measured = self.selection(&fragment.node.selection_set.node, place);
            measured.directives = measured.directives.saturating_add(fragment.node.directives.len());
            measured
        };
        let single = measure(false);
        let over_all = if of_type.starts_with("__") { measure(true) } else { single };
        self.fragments.insert(name, Fragment { single, over_all });
        single
    }

    /// Measures an operation. All fragments must be measured first.
    pub fn operation(&self, operation: &'a OperationDefinition) -> SelectionCost {
        let of_type = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let place = Place { of_type: Some(of_type), over_all: false };
        let mut measured = self.selection(&operation.selection_set.node, place);
        let on_variables: usize =
            operation.variable_definitions.iter().map(|definition| definition.node.directives.len()).sum();
        measured.directives =
            measured.directives.saturating_add(operation.directives.len()).saturating_add(on_variables);
        measured
    }

    /// Measures a selection set. The recursion depth is bounded by the nesting of brackets, which has been checked.
    fn selection(&self, set: &'a SelectionSet, place: Place<'a>) -> SelectionCost {
        let mut all = SelectionCost::default();
        for selection in &set.items {
            let mut measured = match &selection.node {
                Selection::Field(field) => self.field(&field.node, place),
                Selection::InlineFragment(inline) => {
                    let condition =
                        inline.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    let place = Place { of_type: condition.or(place.of_type), ..place };
                    self.selection(&inline.node.selection_set.node, place)
                }
                Selection::FragmentSpread(spread) => self
                    .fragments
                    .get(spread.node.fragment_name.node.as_str())
                    .map(|fragment| if place.over_all { fragment.over_all } else { fragment.single })
                    .unwrap_or_default(),
            };
            measured.directives = measured.directives.saturating_add(selection.node.directives().len());
            measured.selections = measured.selections.saturating_add(1);
            measured.nesting = measured.nesting.saturating_add(1);
            all.add(measured);
        }
        all
    }

    fn field(&self, field: &'a Field, place: Place<'a>) -> SelectionCost {
        let tells_of_schema = matches!(field.name.node.as_str(), "__schema" | "__type");
        let known = place.of_type.and_then(|of_type| self.shape.field(of_type, &field.name.node));
        let shape = match field.name.node.as_str() {
            "__schema" => Some(("__Schema", Number::One)),
            "__type" => Some(("__Type", Number::One)),
            _ => known.map(|FieldShape { type_name, number, .. }| (type_name.as_str(), *number)),
        };
        let number = shape.map_or(Number::One, |(_, number)| number);
        let within = Place {
            of_type: shape.map(|(of_type, _)| of_type),
            over_all: match number {
                Number::Introspected(IntrospectedList::Types) => true,
                Number::Introspected(
                    IntrospectedList::Fields
                    | IntrospectedList::Arguments
                    | IntrospectedList::EnumValues
                    | IntrospectedList::InputFields,
                ) => place.over_all,
                _ => false,
            },
        };
        let children = self.selection(&field.selection_set.node, within);
        let counted = |count: usize| children.cost.saturating_mul(count).saturating_add(1);
        let cost = match number {
            Number::One => counted(1),
            Number::Page => {
                // An empty page has the fields of the connection too.
                let [first, last] = ["first", "last"].map(|name| self.int(field, name).map(|size| size.max(1)));
                pagination::cost(first.or(i32::try_from(pagination::DEFAULT_SIZE).ok()), last, children.cost)
            }
            Number::Given(argument) => counted(self.length(field, argument)),
            Number::List(length) => counted(length),
            Number::Introspected(part) => counted(self.shape.parts(part, place.over_all)),
        };
        let Work { always, filtered } = known.map(|shape| shape.work).unwrap_or_default();
        let filtered = if self.argument(field, "filter").is_some() { filtered } else { 0 };
        let cost = cost.saturating_add(always).saturating_add(filtered);
        SelectionCost {
            fields: children.fields.saturating_add(1),
            depth: children.depth.saturating_add(1),
            arguments: children.arguments.saturating_add(self.written_out(field)),
            aliases: children.aliases.saturating_add(usize::from(field.alias.is_some())),
            cost: if tells_of_schema { 1 } else { cost },
            introspected: if tells_of_schema { cost } else { children.introspected },
            ..children
        }
    }

    /// An argument with its variables replaced. `None` if the argument or one of its variables is not given.
    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        let given = |name: &str| self.variables.get(name).or_else(|| self.defaults.get(name).copied()).cloned();
        let value = field.get_argument(name)?.node.clone();
        value.into_const_with(|name| given(&name).ok_or(())).ok()
    }

    /// The number of bytes in the arguments of a field.
    fn written_out(&self, field: &Field) -> usize {
        let mut length = 0_usize;
        for (_, value) in &field.arguments {
            let literal = value.node.clone().into_const_with(|name| {
                length = length.saturating_add(self.lengths.get(name.as_str()).copied().unwrap_or_default());
                Ok::<_, Infallible>(Value::Null)
            });
            let Ok(literal) = literal;
            length = length.saturating_add(literal.to_string().len());
        }
        length
    }

    /// An argument as a number. `None` if the number is out of range; the resolver then rejects it.
    fn int(&self, field: &Field, name: &str) -> Option<i32> {
        let Value::Number(number) = self.argument(field, name)? else { return None };
        i32::try_from(number.as_i64()?).ok()
    }

    fn length(&self, field: &Field, name: &str) -> usize {
        match self.argument(field, name) {
            Some(Value::List(items)) => items.len(),
            _ => 1,
        }
    }
}

/// The number of items that a default requests, for comparing two defaults.
fn size(value: &Value) -> u64 {
    match value {
        Value::Number(number) => number.as_u64().unwrap_or_default(),
        Value::List(items) => items.len() as u64,
        _ => 0,
    }
}

/// The number of values in the variables, however deeply they are nested. The JSON reader limits their nesting.
pub fn values(variables: &Variables) -> usize {
    fn within(value: &Value) -> usize {
        let inner: usize = match value {
            Value::List(items) => items.iter().map(within).sum(),
            Value::Object(fields) => fields.values().map(within).sum(),
            _ => 0,
        };
        inner + 1
    }
    variables.values().map(within).sum()
}
