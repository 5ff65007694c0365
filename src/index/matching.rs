//! Matching: links an external list of names to the organisations of the graph.

use std::sync::Arc;

use crate::{
    index::{
        Graph,
        mentions::{RawMention, collect_mentions},
        organisation::Organisation,
    },
    linking::{self, Curated, Method, Name},
};

/// The organisation that a name in the list refers to. A name of joint applicants has several matches.
#[derive(Debug)]
pub struct NameMatch<'g> {
    /// The position of the name in the list.
    pub name: u32,
    /// The position among joint applicants, from 0.
    pub joint: u8,
    /// The organisation of the graph. `None` unless exactly one matches.
    pub organisation: Option<&'g Organisation>,
    pub method: Method,
    pub evidence: Arc<str>,
}

/// Links names together with those of the graph. A name that would merge two organisations of the graph matches
/// neither. Takes time linear in the number of all names.
pub fn match_names<'g>(graph: &'g Graph, names: &[Name<'_>], curated: &Curated) -> Vec<NameMatch<'g>> {
    let raw_mentions = collect_mentions(&graph.snapshots);
    let own = raw_mentions.len();
    let all: Vec<Name<'_>> = raw_mentions.iter().map(RawMention::name).chain(names.iter().copied()).collect();
    let linked = linking::link(&all, curated);
    // Parsing a name does not depend on other names, so the first parts are those of the graph's mentions.
    let (known, asked) = linked.parts.split_at(graph.mention_index.mentions.len());
    let mut found: Vec<Found> = vec![Found::None; linked.clusters.len()];
    for (part, mention) in known.iter().zip(&graph.mention_index.mentions) {
        let found = &mut found[part.cluster as usize];
        *found = match *found {
            Found::None => Found::One(mention.organisation),
            Found::One(one) if one == mention.organisation => Found::One(one),
            _ => Found::Several,
        };
    }
    asked
        .iter()
        .map(|part| {
            let (organisation, evidence) = match found[part.cluster as usize] {
                Found::One(number) => (Some(graph.organisation_at(number)), part.evidence.clone()),
                Found::Several => (None, "several organisations of the graph fit".into()),
                Found::None => (None, "no organisation of the graph fits".into()),
            };
            NameMatch { name: part.name - own as u32, joint: part.joint, organisation, method: part.method, evidence }
        })
        .collect()
}

/// The organisations of the graph in a cluster.
#[derive(Clone, Copy)]
enum Found {
    None,
    One(u32),
    Several,
}
