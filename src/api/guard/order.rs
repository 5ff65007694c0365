//! The fragments of a document, sorted so that each follows those that it spreads.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use crate::api::guard::LimitViolation;

/// The names of all fragments, each after the fragments that it contains. A fragment that contains itself is rejected.
/// Takes time linear in the document.
pub fn fragments(document: &ExecutableDocument) -> Result<Vec<&str>, LimitViolation> {
    let mut waiting: HashMap<&str, usize> = HashMap::new();
    let mut containers: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, fragment) in &document.fragments {
        let mut spreads = Vec::new();
        collect(&fragment.node.selection_set.node, &mut spreads);
        spreads.retain(|spread| document.fragments.contains_key(*spread));
        waiting.insert(name, spreads.len());
        for spread in spreads {
            containers.entry(spread).or_default().push(name);
        }
    }
    let mut ordered: Vec<&str> = waiting.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect();
    let mut at = 0;
    while let Some(&done) = ordered.get(at) {
        at += 1;
        for container in containers.remove(done).unwrap_or_default() {
            let Some(count) = waiting.get_mut(container) else { continue };
            *count -= 1;
            if *count == 0 {
                ordered.push(container);
            }
        }
    }
    let within_itself =
        document.fragments.iter().filter(|(name, _)| waiting.get(name.as_str()).is_some_and(|n| *n > 0));
    match within_itself.min_by_key(|(_, fragment)| fragment.pos) {
        Some((name, fragment)) => Err(LimitViolation::Cycle { name: name.to_string(), at: fragment.pos }),
        None => Ok(ordered),
    }
}

fn collect<'a>(set: &'a SelectionSet, spreads: &mut Vec<&'a str>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => collect(&field.node.selection_set.node, spreads),
            Selection::InlineFragment(fragment) => collect(&fragment.node.selection_set.node, spreads),
            Selection::FragmentSpread(spread) => spreads.push(&spread.node.fragment_name.node),
        }
    }
}
