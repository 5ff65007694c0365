//! The owner of each part of the schema: one publisher, or none if the part spans publishers. Owners are derived from
//! the schema itself, so a new dataset needs no entry here.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    catalog::Publisher,
    resolve::framework::{MetaField, MetaType, MetaTypeName, Registry},
};

/// The interface of all objects with an ID. A type that implements it is an entity.
const NODE: &str = "Node";

/// The owners of the entities.
pub struct Ownership<'a> {
    registry: &'a Registry,
    /// The publisher of each entity. `None` for entities that span publishers.
    entities: BTreeMap<&'a str, Option<Publisher>>,
}

impl<'a> Ownership<'a> {
    /// Determines the owners. An entity that is returned by a field outside the publishers' parts has no owner. Any
    /// other entity belongs to the publisher whose fields lead to it.
    pub fn of(registry: &'a Registry) -> Self {
        let roots = registry.types.get(&registry.query_type).and_then(MetaType::fields);
        let mut entities = BTreeMap::new();
        for field in roots.into_iter().flat_map(|fields| fields.values()) {
            let publisher = publisher_of_root(&field.name);
            for entity in entities_shown(registry, field) {
                let owner = entities.entry(entity).or_insert(publisher);
                *owner = owner.and(publisher);
            }
        }
        Self { registry, entities }
    }

    /// Whether a type is an entity.
    pub fn is_entity(&self, name: &str) -> bool {
        self.entities.contains_key(name)
    }

    /// The entities, by name.
    pub fn entities(&self) -> impl Iterator<Item = &'a str> {
        self.entities.keys().copied()
    }

    /// The owner of a field. `None` if it has no single owner. Types that are not entities belong to every subgraph
    /// that shows them.
    pub fn of_field(&self, of_type: &str, field: &MetaField) -> Option<Publisher> {
        if of_type == self.registry.query_type {
            return publisher_of_root(&field.name);
        }
        let owner = self.entities.get(of_type).copied().flatten();
        owner.or_else(|| entities_shown(self.registry, field).into_iter().find_map(|shown| self.entities[shown]))
    }
}

/// The publisher to whose part of the query a root field belongs.
fn publisher_of_root(field: &str) -> Option<Publisher> {
    Publisher::ALL.into_iter().find(|publisher| match publisher {
        Publisher::RdCentres => field == "rdCentres",
        other => field == other.code(),
    })
}

/// The entities that a field leads to through value types only. Entities behind the interface `Node` do not count.
fn entities_shown<'a>(registry: &'a Registry, field: &'a MetaField) -> BTreeSet<&'a str> {
    let mut shown = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut ahead = vec![MetaTypeName::concrete_typename(&field.ty)];
    while let Some(name) = ahead.pop() {
        if registry.implements.get(name).is_some_and(|interfaces| interfaces.contains(NODE)) {
            shown.insert(name);
        } else if seen.insert(name)
            && let Some(MetaType::Object { fields, .. }) = registry.types.get(name)
        {
            ahead.extend(fields.values().map(|field| MetaTypeName::concrete_typename(&field.ty)));
        }
    }
    shown
}
