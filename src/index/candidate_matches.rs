//! Candidate matches: organisations that may be the same although no rule links them, and links that a safeguard
//! rejected.

use crate::{
    index::Graph,
    linking::{NamePart, PossibleLink, RefusedLink},
};

/// The possible matches and rejected links of each organisation.
#[derive(Debug, Default)]
pub struct CandidateMatches {
    possible: Vec<PossibleLink>,
    /// Indices into `possible`, each listed under both of its organisations. Sorted by organisation.
    of_organisation: Vec<(u32, u32)>,
    /// Sorted by the two organisations, the smaller number first.
    refused: Vec<Refused>,
}

/// A rejected link between the names of two organisations.
#[derive(Debug)]
struct Refused {
    organisations: (u32, u32),
    mentions: [u32; 2],
    reason: &'static str,
}

impl CandidateMatches {
    /// Indexes the possible matches and refusals. A part has the number of its mention.
    pub fn of(possible: Vec<PossibleLink>, refusals: &[RefusedLink], parts: &[NamePart]) -> Self {
        let both = (0..).zip(&possible).flat_map(|(at, possible)| [(possible.a, at), (possible.b, at)]);
        let mut of_organisation: Vec<(u32, u32)> = both.collect();
        of_organisation.sort_unstable();
        let cluster = |part: u32| parts[part as usize].cluster;
        let mut refused: Vec<Refused> = refusals
            .iter()
            .map(|refusal| {
                let (a, b) = (refusal.a, refusal.b);
                let (a, b) = if cluster(a) <= cluster(b) { (a, b) } else { (b, a) };
                Refused { organisations: (cluster(a), cluster(b)), mentions: [a, b], reason: refusal.reason }
            })
            .collect();
        refused.sort_by_key(|refused| refused.organisations);
        Self { possible, of_organisation, refused }
    }

    /// The organisations that may be the same as this one, most certain first.
    pub fn matches(&self, organisation: u32) -> Vec<PossibleMatch<'_>> {
        let start = self.of_organisation.partition_point(|(of, _)| *of < organisation);
        let own = self.of_organisation[start..].iter().take_while(|(of, _)| *of == organisation);
        let mut found: Vec<PossibleMatch<'_>> = own
            .map(|(_, at)| {
                let possible = &self.possible[*at as usize];
                let other = if possible.a == organisation { possible.b } else { possible.a };
                PossibleMatch { possible, other }
            })
            .collect();
        found.sort_by(|a, b| b.possible.confidence.total_cmp(&a.possible.confidence).then(a.other.cmp(&b.other)));
        found
    }

    /// The links between two organisations that a safeguard rejected.
    pub fn refusals(&self, a: u32, b: u32) -> Vec<LinkRefusal> {
        let pair = (a.min(b), a.max(b));
        let start = self.refused.partition_point(|refused| refused.organisations < pair);
        let between = self.refused[start..].iter().take_while(|refused| refused.organisations == pair);
        between.map(|refused| LinkRefusal { mentions: refused.mentions, reason: refused.reason }).collect()
    }
}

/// An organisation that may be the same as this one.
pub struct PossibleMatch<'a> {
    pub possible: &'a PossibleLink,
    /// The number of the other organisation.
    pub other: u32,
}

/// A link between two names that a rule proposed and a safeguard rejected.
pub struct LinkRefusal {
    pub mentions: [u32; 2],
    pub reason: &'static str,
}

impl LinkRefusal {
    /// The two names, as published.
    pub fn written<'a>(&self, graph: &'a Graph) -> [&'a str; 2] {
        self.mentions.map(|mention| graph.mention_at(mention).own_name())
    }
}
