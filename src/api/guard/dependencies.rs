//! The datasets that a response can show, determined by the fields that a document requests.

use std::collections::BTreeSet;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use crate::api::guard::shape::SchemaShape;

/// The types that give access to every dataset.
const SEE_ALL: [&str; 4] = ["Dataset", "Node", "SearchHit", "_Entity"];

/// The datasets that a response can show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatasetDependencies {
    /// Whether the response can show every dataset, with its state.
    pub every_one: bool,
    /// The plan numbers of the datasets whose own fields are requested.
    pub plans: BTreeSet<String>,
}

impl DatasetDependencies {
    /// The datasets that a document depends on, including those of unused fragments. Takes time linear in the document.
    pub fn by(document: &ExecutableDocument, shape: &SchemaShape) -> Self {
        let mut touched = Self::default();
        for (_, operation) in document.operations.iter() {
            touched.walk(&operation.node.selection_set.node, Some("Query"), shape);
        }
        for fragment in document.fragments.values() {
            let of_type = fragment.node.type_condition.node.on.node.as_str();
            touched.walk(&fragment.node.selection_set.node, Some(of_type), shape);
        }
        touched
    }

    fn walk(&mut self, set: &SelectionSet, of_type: Option<&str>, shape: &SchemaShape) {
        self.every_one |= of_type.is_some_and(|name| SEE_ALL.contains(&name));
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let known = of_type.and_then(|of_type| shape.field(of_type, &field.node.name.node));
                    self.plans.extend(known.iter().flat_map(|known| known.plans.iter().cloned()));
                    let within = known.map(|known| known.type_name.as_str());
                    self.walk(&field.node.selection_set.node, within, shape);
                }
                Selection::InlineFragment(inline) => {
                    let condition =
                        inline.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    self.walk(&inline.node.selection_set.node, condition.or(of_type), shape);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn a_query_depends_on_the_datasets_of_its_fields() {
        let shape = SchemaShape::of(&crate::api::sdl());
        let touched = |text: &str| DatasetDependencies::by(&parse_query(text).unwrap(), &shape);
        let car_parks = touched("{ hkstpc { carParks { __typename } } }");
        assert!(car_parks.plans.contains("C1") && !car_parks.every_one, "{car_parks:?}");
        let organisations = touched("{ organisations { nodes { id } } }");
        assert!(!organisations.plans.contains("C1") && !organisations.every_one, "{organisations:?}");
        assert!(touched("{ datasets { plan } }").every_one);
        assert!(touched("{ node(id: \"x\") { ...F } } fragment F on Node { id }").every_one);
    }
}
