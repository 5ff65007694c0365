//! The shape of the schema for the guard: for each field, its type and the number of items that it returns. It is
//! derived from the SDL, so fields need no separate list.

use std::collections::HashMap;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, ServiceDocument, Type, TypeKind, TypeSystemDefinition},
};

/// Every type with its fields.
pub struct SchemaShape {
    types: HashMap<String, HashMap<String, FieldShape>>,
    sizes: Sizes,
}

/// The result of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldShape {
    pub type_name: String,
    pub number: Number,
    /// The cost of the search, filter or sum of the field, in addition to its items.
    pub work: Work,
    /// The plan numbers in its description, which are the datasets whose records it returns.
    pub plans: Vec<String>,
}

/// The number of items that a field returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// One item, or a list of scalars, which counts as one field of the response.
    One,
    /// As many items as `first` or `last` requests.
    Page,
    /// As many items as this argument has.
    Given(&'static str),
    /// A list without pagination, of this length at most or usually.
    List(usize),
    /// A list of elements of the schema.
    Introspected(IntrospectedList),
}

/// The cost of finding the items of a field. The unit is the cost of one field of the response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// The cost of every use of the field.
    pub always: usize,
    /// The cost of a use with a filter, which reads a whole list.
    pub filtered: usize,
}

/// The cost of a search for a text, or of a sum over all grants.
const SEARCH: usize = 125;
/// The cost of reading the list of a publisher, or all organisations.
const SCAN: usize = 50;

/// The lengths of long lists without pagination, by the type of their items. The lists of an object with an ID are short.
const LONG_LISTS: [(&str, usize); 8] = [
    ("CodeListEntry", 50),
    ("Dataset", 60),
    ("FundingGroup", 100),
    ("KeyLaboratory", 30),
    ("ResearchDesignation", 30),
    ("Restaurant", 30),
    ("TransportRoute", 30),
    ("VentureInvestment", 30),
];
/// The length of other lists without pagination.
const SHORT_LIST: usize = 10;

/// The arguments that request one item for each of their own.
const GIVEN: [&str; 2] = ["ids", "representations"];

/// A list that introspection returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntrospectedList {
    Types,
    Directives,
    Fields,
    Arguments,
    Interfaces,
    PossibleTypes,
    EnumValues,
    InputFields,
}

/// The number of schema elements of one kind: the average per parent, rounded up, and the maximum.
#[derive(Clone, Copy, Debug, Default)]
struct Measure {
    average: usize,
    most: usize,
}

#[derive(Debug, Default)]
struct Sizes {
    types: usize,
    directives: usize,
    fields: Measure,
    arguments: Measure,
    interfaces: Measure,
    possible: Measure,
    enum_values: Measure,
    input_fields: Measure,
}

impl SchemaShape {
    /// Reads the shape of a schema from its SDL.
    pub fn of(sdl: &str) -> Self {
        let own = parse_schema(sdl).expect("the schema's own SDL is well formed");
        let introspection =
            parse_schema(include_str!("introspection.graphql")).expect("the embedded SDL is well formed");
        let sizes = Sizes::of(&[&own, &introspection]);
        let mut types = HashMap::new();
        for document in [&own, &introspection] {
            types.extend(fields_by_type(document).map(|(name, fields)| {
                let has = |name: &str| fields.iter().any(|field| field.node.name.node == name);
                let (is_connection, is_object) = (has("pageInfo"), has("id"));
                let shapes = fields.iter().map(|field| {
                    (field.node.name.node.to_string(), shape(name, is_connection, is_object, &field.node))
                });
                (name.to_owned(), shapes.collect::<HashMap<_, _>>())
            }));
        }
        let mut shape = Self { types, sizes };
        shape.make_leaves_single();
        shape
    }

    /// The result of a field of a type. `None` if there is no such field.
    pub fn field(&self, of_type: &str, name: &str) -> Option<&FieldShape> {
        self.types.get(of_type)?.get(name)
    }

    /// The number of elements of a kind that introspection returns, for all types or for one type.
    pub const fn parts(&self, part: IntrospectedList, over_all: bool) -> usize {
        let measure = match part {
            IntrospectedList::Types => return self.sizes.types,
            IntrospectedList::Directives => return self.sizes.directives,
            IntrospectedList::Fields => self.sizes.fields,
            IntrospectedList::Arguments => self.sizes.arguments,
            IntrospectedList::Interfaces => self.sizes.interfaces,
            IntrospectedList::PossibleTypes => self.sizes.possible,
            IntrospectedList::EnumValues => self.sizes.enum_values,
            IntrospectedList::InputFields => self.sizes.input_fields,
        };
        if over_all { measure.average } else { measure.most }
    }

    /// Counts a list of items without fields as one field of the response.
    fn make_leaves_single(&mut self) {
        let composite: std::collections::HashSet<String> = self.types.keys().cloned().collect();
        for field in self.types.values_mut().flat_map(HashMap::values_mut) {
            if matches!(field.number, Number::List(_)) && !composite.contains(&field.type_name) {
                field.number = Number::One;
            }
        }
    }
}

impl Sizes {
    fn of(documents: &[&ServiceDocument]) -> Self {
        let definitions = || documents.iter().flat_map(|document| &document.definitions);
        let kinds = || {
            definitions().filter_map(|definition| match definition {
                TypeSystemDefinition::Type(definition) => Some(&definition.node.kind),
                _ => None,
            })
        };
        let fields_of = |kind: &'_ TypeKind| -> Vec<usize> {
            let fields = match kind {
                TypeKind::Object(object) => &object.fields,
                TypeKind::Interface(interface) => &interface.fields,
                _ => return Vec::new(),
            };
            fields.iter().map(|field| field.node.arguments.len()).collect()
        };
        let implementors = |kind: &TypeKind| match kind {
            TypeKind::Object(object) => object.implements.len(),
            TypeKind::Interface(interface) => interface.implements.len(),
            _ => 0,
        };
        // An upper bound: any type that implements an interface may implement this one.
        let possible = |kind: &TypeKind| match kind {
            TypeKind::Union(union) => union.members.len(),
            TypeKind::Interface(_) => kinds().filter(|kind| implementors(kind) > 0).count(),
            _ => 0,
        };
        // The five built-in scalars are not in the SDL.
        let types = kinds().count() + 5;
        let over_types = |count: &dyn Fn(&TypeKind) -> usize| Measure::of(kinds().map(count), types);
        let arguments = || kinds().flat_map(fields_of);
        let directives =
            definitions().filter(|definition| matches!(definition, TypeSystemDefinition::Directive(_))).count();
        Self {
            types,
            // The four built-in directives may be missing from the SDL.
            directives: directives + 4,
            fields: over_types(&|kind| fields_of(kind).len()),
            arguments: Measure::of(arguments(), arguments().count()),
            interfaces: over_types(&implementors),
            possible: over_types(&possible),
            enum_values: over_types(&|kind| match kind {
                TypeKind::Enum(kind) => kind.values.len(),
                _ => 0,
            }),
            input_fields: over_types(&|kind| match kind {
                TypeKind::InputObject(kind) => kind.fields.len(),
                _ => 0,
            }),
        }
    }
}

impl Measure {
    fn of(counts: impl Iterator<Item = usize> + Clone, things: usize) -> Self {
        let all: usize = counts.clone().sum();
        Self { average: all.div_ceil(things.max(1)), most: counts.max().unwrap_or_default() }
    }
}

fn fields_by_type(
    document: &ServiceDocument,
) -> impl Iterator<Item = (&str, &[async_graphql::Positioned<FieldDefinition>])> {
    document.definitions.iter().filter_map(|definition| {
        let TypeSystemDefinition::Type(definition) = definition else { return None };
        let fields = match &definition.node.kind {
            TypeKind::Object(object) => &object.fields[..],
            TypeKind::Interface(interface) => &interface.fields[..],
            TypeKind::Union(_) => &[],
            _ => return None,
        };
        Some((definition.node.name.node.as_str(), fields))
    })
}

fn shape(of_type: &str, is_connection: bool, is_object: bool, field: &FieldDefinition) -> FieldShape {
    let (type_name, is_list) = named(&field.ty.node);
    let takes = |argument: &str| field.arguments.iter().any(|known| known.node.name.node == argument);
    let number = if of_type.starts_with("__") {
        part(of_type, &field.name.node).map_or(Number::One, Number::Introspected)
    } else if is_connection {
        // The page size is counted at the field that returns the connection.
        Number::One
    } else if takes("first") {
        Number::Page
    } else if is_list && let Some(argument) = GIVEN.into_iter().find(|argument| takes(argument)) {
        Number::Given(argument)
    } else if is_list {
        let known = LONG_LISTS.iter().find(|(of_items, _)| *of_items == type_name && !is_object);
        Number::List(known.map_or(SHORT_LIST, |(_, length)| *length))
    } else {
        Number::One
    };
    let text = field.description.as_ref().map_or("", |description| description.node.as_str());
    let plans = text.split(|c: char| !c.is_alphanumeric()).filter(|word| is_plan(word)).map(str::to_owned).collect();
    let always = if takes("text") || takes("groupBy") { SEARCH } else { 0 };
    // The lists of an object with an ID are short, because they contain only what belongs to it.
    let filtered = if takes("filter") && !is_object { SCAN } else { 0 };
    FieldShape { type_name, number, work: Work { always, filtered }, plans }
}

/// Whether a word is a number in the open data plan, such as `D36`.
fn is_plan(word: &str) -> bool {
    let number = word.strip_prefix(['A', 'C', 'D', 'N']);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn part(of_type: &str, field: &str) -> Option<IntrospectedList> {
    Some(match (of_type, field) {
        ("__Schema", "types") => IntrospectedList::Types,
        ("__Schema", "directives") => IntrospectedList::Directives,
        ("__Type", "fields") => IntrospectedList::Fields,
        ("__Type", "interfaces") => IntrospectedList::Interfaces,
        ("__Type", "possibleTypes") => IntrospectedList::PossibleTypes,
        ("__Type", "enumValues") => IntrospectedList::EnumValues,
        ("__Type", "inputFields") => IntrospectedList::InputFields,
        ("__Field" | "__Directive", "args") => IntrospectedList::Arguments,
        _ => return None,
    })
}

/// The name of the innermost type, and whether it is in a list.
fn named(of: &Type) -> (String, bool) {
    match &of.base {
        BaseType::Named(name) => (name.to_string(), false),
        BaseType::List(item) => (named(item).0, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_list_lengths_and_work() {
        let shape = SchemaShape::of(&crate::api::sdl());
        let number = |of: &str, name: &str| shape.field(of, name).map(|field| field.number);
        assert_eq!(number("Query", "organisations"), Some(Number::Page));
        assert_eq!(number("Query", "nodes"), Some(Number::Given("ids")));
        assert_eq!(number("Query", "datasets"), Some(Number::List(60)));
        let work = |of: &str, name: &str| shape.field(of, name).map(|field| field.work);
        assert_eq!(work("Query", "search"), Some(Work { always: SEARCH, filtered: SCAN }));
        assert_eq!(work("Itf", "projects"), Some(Work { always: 0, filtered: SCAN }));
        assert_eq!(work("Organisation", "fundedProjects"), Some(Work::default()));
        assert_eq!(number("Accreditation", "fields"), Some(Number::One), "scalars");
        assert_eq!(number("OrganisationConnection", "nodes"), Some(Number::One), "counted with the page");
        assert_eq!(number("__Type", "fields"), Some(Number::Introspected(IntrospectedList::Fields)));
        assert_eq!(number("Query", "nothing"), None);
        assert!(
            shape.parts(IntrospectedList::Types, true) > 100
                && shape.parts(IntrospectedList::PossibleTypes, false) > 10
        );
    }
}
