//! Prepares the selections of a valid document for execution: inlines fragments, merges repeated fields, and turns
//! `@skip` and `@include` into tests of variables.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet},
};
use async_graphql_value::Value;

use crate::domain::resolve::{Condition, Environment, PreparedSelection, SelectedField, Test};

/// The maximum number of fields of a plan.
const MOST_FIELDS: usize = 20_000;

/// Prepares the selections of one document.
pub struct Planner<'d> {
    document: &'d ExecutableDocument,
    environment: &'d Environment,
    flags: Vec<Name>,
    /// The selections prepared so far. Equal selections are shared.
    planned: HashMap<(Vec<SetKey>, &'d str), Arc<PreparedSelection>>,
    fields: usize,
}

/// The prepared selection of an operation.
pub struct Plan {
    pub selection: Arc<PreparedSelection>,
    /// The variables that `@skip` and `@include` test. Tests refer to them by position.
    pub flags: Vec<Name>,
    /// The number of fields in memory. Fields of an interface count once for each of its types.
    pub fields: usize,
}

/// A directive that only the framework can apply.
struct UnknownDirective;

/// A selection set with its condition.
#[derive(Clone)]
struct ConditionalSet<'d> {
    set: &'d SelectionSet,
    condition: Condition,
}

/// The identity of a [`ConditionalSet`].
type SetKey = (*const SelectionSet, Condition);

/// The fields of an object type, in the order of their places in the document.
#[derive(Default)]
struct Gathered<'d> {
    places: Vec<(&'d Positioned<Field>, Condition)>,
    /// The selection sets of each field, by response key.
    sets: HashMap<&'d Name, Vec<ConditionalSet<'d>>>,
}

impl<'d> Gathered<'d> {
    fn add(&mut self, field: &'d Positioned<Field>, condition: Condition) {
        let set = ConditionalSet { set: &field.node.selection_set.node, condition: condition.clone() };
        self.sets.entry(&field.node.response_key().node).or_default().push(set);
        self.places.push((field, condition));
    }
}

impl<'d> Planner<'d> {
    /// A planner for the documents of a schema.
    pub fn new(document: &'d ExecutableDocument, environment: &'d Environment) -> Self {
        Self { document, environment, flags: Vec::new(), planned: HashMap::new(), fields: 0 }
    }

    /// Prepares the selection of an operation on the query type. `None` if only the framework can execute it.
    pub fn plan(mut self, set: &'d SelectionSet) -> Option<Plan> {
        let sets = vec![ConditionalSet { set, condition: Condition::new() }];
        let selection = self.selection(&sets, self.environment.query_type())?;
        Some(Plan { selection, flags: self.flags, fields: self.fields })
    }

    /// Merges the selection sets of a value of this type.
    fn selection(&mut self, sets: &[ConditionalSet<'d>], of: &'d str) -> Option<Arc<PreparedSelection>> {
        let keys = sets.iter().map(|set| (std::ptr::from_ref(set.set), set.condition.clone()));
        let key = (keys.collect(), of);
        if let Some(planned) = self.planned.get(&key) {
            return Some(planned.clone());
        }
        let mut of_types = Vec::new();
        for object_type in self.environment.object_types(of) {
            let mut gathered = Gathered::default();
            for set in sets {
                self.gather(set.set, &set.condition, object_type, &mut gathered)?;
            }
            of_types.push((object_type.into(), self.fields(gathered, object_type)?));
        }
        let selection = Arc::new(PreparedSelection::new(of_types));
        self.planned.insert(key, selection.clone());
        Some(selection)
    }

    /// Merges fields with the same response key.
    fn fields(&mut self, mut gathered: Gathered<'d>, object_type: &str) -> Option<Vec<SelectedField>> {
        for sets in gathered.sets.values_mut() {
            // The selections of a field have no further condition.
            if sets.iter().all(|set| set.condition == sets[0].condition) {
                for set in sets {
                    set.condition.clear();
                }
            }
        }
        let mut earlier: HashMap<&Name, Vec<Condition>> = HashMap::new();
        let mut fields = Vec::new();
        for (field, condition) in gathered.places {
            let key = &field.node.response_key().node;
            let earlier = earlier.entry(key).or_default();
            let implies = |known: &Condition| known.iter().all(|test| condition.contains(test));
            if !earlier.iter().any(implies) {
                let before = earlier.clone();
                fields.push(self.field(field, &gathered.sets[key], object_type, condition.clone(), before)?);
                earlier.push(condition);
            }
        }
        Some(fields)
    }

    fn field(
        &mut self,
        field: &'d Positioned<Field>,
        sets: &[ConditionalSet<'d>],
        object_type: &str,
        condition: Condition,
        earlier: Vec<Condition>,
    ) -> Option<SelectedField> {
        self.fields += 1;
        if self.fields > MOST_FIELDS {
            return None;
        }
        let Field { alias, name, arguments, selection_set, .. } = &field.node;
        let selection = if selection_set.node.items.is_empty() {
            Arc::default()
        } else {
            self.selection(sets, self.environment.type_of_field(object_type, &name.node)?)?
        };
        let prepared = Field {
            alias: alias.clone(),
            name: name.clone(),
            arguments: arguments.clone(),
            directives: Vec::new(),
            selection_set: Positioned::new(names_of(&selection), selection_set.pos),
        };
        Some(SelectedField::new(Positioned::new(prepared, field.pos), selection, condition, earlier))
    }

    /// Gathers the fields that a selection set selects of an object type under a condition.
    fn gather(
        &mut self,
        set: &'d SelectionSet,
        condition: &Condition,
        object_type: &str,
        gathered: &mut Gathered<'d>,
    ) -> Option<()> {
        for selection in &set.items {
            let Some(condition) = self.under(condition, selection.node.directives()).ok()? else { continue };
            let (of, within) = match &selection.node {
                Selection::Field(field) => {
                    if field.node.name.node.starts_with("__") && field.node.name.node != "__typename" {
                        return None;
                    }
                    gathered.add(field, condition);
                    continue;
                }
                Selection::InlineFragment(fragment) => {
                    (fragment.node.type_condition.as_ref(), &fragment.node.selection_set.node)
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = &self.document.fragments.get(&spread.node.fragment_name.node)?.node;
                    if !fragment.directives.is_empty() {
                        return None;
                    }
                    (Some(&fragment.type_condition), &fragment.selection_set.node)
                }
            };
            if of.is_none_or(|of| self.environment.is_of(object_type, &of.node.on.node)) {
                self.gather(within, &condition, object_type, gathered)?;
            }
        }
        Some(())
    }

    /// Adds the tests of directives to a condition. `None` if the condition cannot hold.
    fn under(
        &mut self,
        condition: &Condition,
        directives: &[Positioned<Directive>],
    ) -> Result<Option<Condition>, UnknownDirective> {
        let mut condition = condition.clone();
        for directive in directives {
            let expected = match directive.node.name.node.as_str() {
                "include" => true,
                "skip" => false,
                _ => return Err(UnknownDirective),
            };
            match directive.node.get_argument("if").map(|value| &value.node) {
                Some(Value::Boolean(value)) if *value == expected => {}
                Some(Value::Boolean(_)) => return Ok(None),
                Some(Value::Variable(name)) => condition.push(Test { flag: self.flag(name), expected }),
                _ => return Err(UnknownDirective),
            }
        }
        condition.sort_unstable();
        condition.dedup();
        Ok(Some(condition))
    }

    fn flag(&mut self, name: &Name) -> usize {
        self.flags.iter().position(|known| known == name).unwrap_or_else(|| {
            self.flags.push(name.clone());
            self.flags.len() - 1
        })
    }
}

/// The names of the fields of a selection, for look-ahead in resolvers.
fn names_of(selection: &PreparedSelection) -> SelectionSet {
    let at = Pos::default();
    let items = selection.fields().map(|field| {
        let name = Positioned::new(Name::new(field.name()), at);
        let (arguments, directives, selection_set) = (Vec::new(), Vec::new(), Positioned::default());
        let field = Field { alias: None, name, arguments, directives, selection_set };
        Positioned::new(Selection::Field(Positioned::new(field, at)), at)
    });
    SelectionSet { items: items.collect() }
}
