//! Curation: candidates for manual review. A reviewed decision becomes a line of a curated file.

use rust_decimal::Decimal;

use crate::{
    domain::text::Language,
    index::{Graph, organisation::Organisation},
    linking::{Method, PossibleLink, Tier},
};

/// The kind of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandidateKind {
    /// Two organisations that may be one.
    PossibleMatch,
    /// An organisation with a single spelling, which neither a rule nor a curated line linked to another.
    Unlinked,
    /// An organisation with names in one language only.
    OneLanguage,
}

/// A candidate for manual review.
#[derive(Debug)]
pub struct ReviewCandidate<'g> {
    pub kind: CandidateKind,
    pub organisation: &'g Organisation,
    /// The other organisation of a possible match, and the evidence for it.
    pub other: Option<(&'g Organisation, &'g PossibleLink)>,
}

impl ReviewCandidate<'_> {
    /// The public funding of the organisations.
    pub fn funding(&self) -> Decimal {
        let of = |organisation: &Organisation| organisation.funding.total.map_or(Decimal::ZERO, |total| total.amount);
        of(self.organisation) + self.other.map_or(Decimal::ZERO, |(other, _)| of(other))
    }

    fn is_suspected(&self) -> bool {
        self.other.is_some_and(|(_, possible)| possible.method.tier() == Tier::Suspected)
    }
}

/// Returns the candidates of a kind: suspected matches before possible ones, then by public funding, most first. Takes
/// time linear in the number of organisations, apart from sorting.
pub fn candidates(graph: &Graph, kind: CandidateKind) -> Vec<ReviewCandidate<'_>> {
    let mut found: Vec<ReviewCandidate<'_>> = match kind {
        CandidateKind::PossibleMatch => graph
            .organisations()
            .iter()
            .flat_map(|organisation| {
                let matches = graph.candidate_matches().matches(organisation.number);
                matches.into_iter().filter(|found| found.possible.a == organisation.number).map(move |found| {
                    let other = Some((graph.organisation_at(found.other), found.possible));
                    ReviewCandidate { kind, organisation, other }
                })
            })
            .collect(),
        CandidateKind::Unlinked => graph
            .organisations()
            .iter()
            .filter(|organisation| graph.mentions_to(organisation).all(|mention| is_single(mention.method)))
            .filter(|organisation| organisation.names.len() == 1 && !graph.is_reviewed(organisation))
            .map(|organisation| ReviewCandidate { kind, organisation, other: None })
            .collect(),
        CandidateKind::OneLanguage => graph
            .organisations()
            .iter()
            .filter(|organisation| {
                let is_english = |language| language == Language::En;
                let mut names = organisation.names.iter().map(|name| is_english(name.language));
                let first = names.next();
                first.is_some() && names.all(|is_english| Some(is_english) == first)
            })
            .map(|organisation| ReviewCandidate { kind, organisation, other: None })
            .collect(),
    };
    found.sort_by_cached_key(|candidate| {
        let mentions = candidate.organisation.mentions.len();
        let id = candidate.organisation.id.clone();
        (!candidate.is_suspected(), std::cmp::Reverse((candidate.funding(), mentions)), id)
    });
    found
}

/// True if a rule linked a name only to another mention of the same spelling.
const fn is_single(method: Method) -> bool {
    matches!(method, Method::Alone | Method::ExactKey | Method::ChineseKey)
}
