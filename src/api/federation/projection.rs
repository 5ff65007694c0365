//! Selects the part of the schema that a subgraph shows: its own fields and all types reachable from them. For an
//! entity of another subgraph, it shows the key, the fields of interfaces, and the fields that this subgraph adds.
//!
//! Every process holds all data, so every subgraph resolves the fields of interfaces. A router can therefore render a
//! list of search hits or grants without requests to the owners of the objects.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Value;

use crate::{
    api::{federation::ownership::Ownership, subgraph::Subgraph},
    domain::resolve::framework::{
        IndexMap, MetaDirectiveInvocation, MetaField, MetaInputValue, MetaType, MetaTypeName, Registry,
    },
};

/// The field that identifies an entity.
const KEY: &str = "id";
/// The types that only routers use.
const FEDERATION: [&str; 3] = ["_Any", "_Entity", "_Service"];

/// The types that a subgraph shows, each with its fields.
type ByRef = BTreeMap<String, BTreeSet<String>>;

/// Reduces the schema to a subgraph, and adds the directives for routers.
pub fn show_only(registry: &mut Registry, subgraph: Subgraph) {
    let ownership = Ownership::of(registry);
    let shown = shown(registry, &ownership, subgraph);
    let shared = shared(registry, &ownership);
    let entities: Vec<String> =
        ownership.entities().filter(|name| shown.contains_key(*name)).map(str::to_owned).collect();
    let resolvable: BTreeSet<String> =
        entities.iter().filter(|name| is_resolvable(registry, &ownership, &shown, name, subgraph)).cloned().collect();

    take_out(registry, &shown);
    for name in &entities {
        add_directive(registry, name, key(resolvable.contains(name)));
    }
    let implements = registry.implements.clone();
    for name in &entities {
        let interfaces = implements.get(name).into_iter().flatten();
        let fields = interfaces.filter_map(|interface| registry.types.get(interface)?.fields());
        let names: BTreeSet<String> = fields.flat_map(IndexMap::keys).filter(|field| *field != KEY).cloned().collect();
        if let Some(MetaType::Object { fields, .. }) = registry.types.get_mut(name) {
            for field in fields.values_mut().filter(|field| names.contains(&field.name)) {
                field.shareable = true;
            }
        }
    }
    for name in &shared {
        if let Some(MetaType::Object { shareable, .. }) = registry.types.get_mut(name) {
            *shareable = true;
        }
    }
    if resolvable.is_empty() {
        remove_field(registry, "_entities");
        registry.types.remove("_Any");
        registry.types.remove("_Entity");
    } else if let Some(MetaType::Union { possible_types, .. }) = registry.types.get_mut("_Entity") {
        *possible_types = resolvable.into_iter().collect();
    }
    if subgraph == Subgraph::Whole {
        conceal_federation(registry);
    }
}

/// Hides the parts for routers from introspection. They still work: the whole graph can be the only subgraph of a
/// router, which requests the service definition without introspection.
fn conceal_federation(registry: &mut Registry) {
    if let Some(MetaType::Object { fields, .. }) = registry.types.get_mut(&registry.query_type) {
        for field in fields.values_mut().filter(|field| field.name.starts_with('_')) {
            field.visible = Some(|_| false);
        }
    }
    for name in FEDERATION {
        if let Some(
            MetaType::Object { visible, .. } | MetaType::Scalar { visible, .. } | MetaType::Union { visible, .. },
        ) = registry.types.get_mut(name)
        {
            *visible = Some(|_| false);
        }
    }
}

/// Removes the parts for routers from the schema.
pub fn hide_federation(registry: &mut Registry) {
    remove_field(registry, "_entities");
    remove_field(registry, "_service");
    registry.types.retain(|name, _| !FEDERATION.contains(&name.as_str()));
}

/// Whether a subgraph resolves an entity: it has fields of the entity other than the key.
fn is_resolvable(
    registry: &Registry,
    ownership: &Ownership<'_>,
    shown: &ByRef,
    name: &str,
    subgraph: Subgraph,
) -> bool {
    let fields = registry.types.get(name).and_then(MetaType::fields).into_iter().flat_map(IndexMap::values);
    let mut fields = fields.filter(|field| shown[name].contains(&field.name) && field.name != KEY);
    subgraph == Subgraph::Whole || fields.any(|field| is_of(ownership, name, field, subgraph))
}

/// Whether a field belongs to a subgraph.
fn is_of(ownership: &Ownership<'_>, of_type: &str, field: &MetaField, subgraph: Subgraph) -> bool {
    match subgraph {
        Subgraph::Whole => true,
        Subgraph::Graph => ownership.of_field(of_type, field).is_none(),
        Subgraph::Publisher(publisher) => ownership.of_field(of_type, field) == Some(publisher),
    }
}

/// Whether a field of an object belongs to one of its interfaces. True for the key.
fn is_of_interface(registry: &Registry, object: &str, field: &MetaField) -> bool {
    let interfaces = registry.implements.get(object).into_iter().flatten();
    let mut interfaces = interfaces.filter_map(|interface| registry.types.get(interface));
    interfaces.any(|interface| interface.field_by_name(&field.name).is_some())
}

/// The value types that several subgraphs show. They are identical in each, because each shows all of their fields.
fn shared(registry: &Registry, ownership: &Ownership<'_>) -> BTreeSet<String> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for name in Subgraph::parts().flat_map(|part| shown(registry, ownership, part).into_keys()) {
        *count.entry(name).or_default() += 1;
    }
    let is_value = |name: &str| {
        matches!(registry.types.get(name), Some(MetaType::Object { .. }))
            && !ownership.is_entity(name)
            && !is_root(registry, name)
    };
    count.into_iter().filter(|(name, count)| *count > 1 && is_value(name)).map(|(name, _)| name).collect()
}

/// The types and fields of a subgraph: everything reachable from its root fields.
fn shown(registry: &Registry, ownership: &Ownership<'_>, subgraph: Subgraph) -> ByRef {
    let mut shown = ByRef::new();
    let subscription = registry.subscription_type.as_deref();
    let mut ahead: Vec<&str> = [Some(registry.query_type.as_str()), subscription].into_iter().flatten().collect();
    while let Some(name) = ahead.pop() {
        if name.starts_with('_') || shown.contains_key(name) {
            continue;
        }
        let Some(of_type) = registry.types.get(name) else { continue };
        let mut names = BTreeSet::new();
        match of_type {
            MetaType::Object { fields, .. } | MetaType::Interface { fields, .. } => {
                let is_open = !is_root(registry, name) && !ownership.is_entity(name);
                let is_shown = |field: &&MetaField| {
                    is_open || is_of_interface(registry, name, field) || is_of(ownership, name, field, subgraph)
                };
                for field in fields.values().filter(|field| !field.name.starts_with('_')).filter(is_shown) {
                    names.insert(field.name.clone());
                    ahead.push(MetaTypeName::concrete_typename(&field.ty));
                    ahead.extend(field.args.values().map(type_of_input));
                }
            }
            MetaType::InputObject { input_fields, .. } => ahead.extend(input_fields.values().map(type_of_input)),
            MetaType::Scalar { .. } | MetaType::Enum { .. } | MetaType::Union { .. } => {}
        }
        if let MetaType::Interface { possible_types, .. } | MetaType::Union { possible_types, .. } = of_type {
            ahead.extend(possible_types.iter().map(String::as_str));
        }
        shown.insert(name.to_owned(), names);
    }
    let interfaces = shown.keys().filter_map(|name| registry.implements.get(name)).flatten();
    for interface in interfaces.cloned().collect::<BTreeSet<String>>() {
        let fields = registry.types.get(&interface).and_then(MetaType::fields);
        let fields = fields.into_iter().flat_map(IndexMap::keys).cloned().collect();
        shown.entry(interface).or_insert(fields);
    }
    shown
}

fn type_of_input(input: &MetaInputValue) -> &str {
    MetaTypeName::concrete_typename(&input.ty)
}

fn is_root(registry: &Registry, name: &str) -> bool {
    name == registry.query_type || Some(name) == registry.subscription_type.as_deref()
}

/// Removes everything except the shown types and the types of every schema.
fn take_out(registry: &mut Registry, shown: &ByRef) {
    if registry.subscription_type.as_ref().is_some_and(|name| shown.get(name).is_none_or(BTreeSet::is_empty)) {
        registry.subscription_type = None;
    }
    let subscription = registry.subscription_type.clone();
    registry.types.retain(|name, of_type| match of_type {
        MetaType::Object { is_subscription: true, .. } => Some(name) == subscription.as_ref(),
        MetaType::Scalar { .. } => is_built_in(name) || name.starts_with('_') || shown.contains_key(name),
        _ => name.starts_with('_') || shown.contains_key(name),
    });
    registry.implements.retain(|name, _| shown.contains_key(name));
    for (name, of_type) in &mut registry.types {
        let Some(kept) = shown.get(name) else { continue };
        match of_type {
            MetaType::Object { fields, .. } => {
                fields.retain(|field, _| field.starts_with('_') || kept.contains(field));
            }
            MetaType::Interface { possible_types, .. } => possible_types.retain(|name| shown.contains_key(name)),
            _ => {}
        }
    }
}

fn is_built_in(scalar: &str) -> bool {
    matches!(scalar, "Boolean" | "Float" | "ID" | "Int" | "String")
}

fn remove_field(registry: &mut Registry, name: &str) {
    if let Some(MetaType::Object { fields, .. }) = registry.types.get_mut(&registry.query_type) {
        fields.shift_remove(name);
    }
}

/// The directive that declares the key of an entity, and whether this subgraph resolves it.
fn key(is_resolvable: bool) -> MetaDirectiveInvocation {
    let mut args = IndexMap::from([("fields".to_owned(), Value::from(KEY))]);
    if !is_resolvable {
        args.insert("resolvable".to_owned(), Value::from(false));
    }
    MetaDirectiveInvocation { name: "key".to_owned(), args }
}

fn add_directive(registry: &mut Registry, name: &str, directive: MetaDirectiveInvocation) {
    if let Some(MetaType::Object { directive_invocations, .. }) = registry.types.get_mut(name) {
        directive_invocations.push(directive);
    }
}
