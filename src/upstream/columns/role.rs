//! Scores how well a heading fits a known column. This is the heading's part of the evidence.

use std::collections::HashSet;

use crate::domain::{
    lexicon::{GroupKind, Heading, HeadingPhrase, HeadingTerms, WordGroup, group, language},
    record::{Column, HeaderAlias, column::normalised},
};

/// A known column with its word groups resolved.
pub(super) struct ColumnHints {
    pub column: &'static Column,
    /// Its declared names with their ranks. Names configured by the operator come first.
    names: Vec<(String, usize)>,
    meanings: Vec<Vec<WordGroup>>,
    weak_meanings: Vec<Vec<WordGroup>>,
    beside: HashSet<WordGroup>,
    contrasts: HashSet<WordGroup>,
}

/// A heading as published, with its parsed form.
pub(super) struct PublishedHeading {
    /// Its letters and digits.
    bare: String,
    /// Its letters and digits without the language mark.
    stem: String,
    pub heading: Heading,
}

impl PublishedHeading {
    pub fn read(text: &str) -> Self {
        let heading = Heading::read(text);
        let stem = if heading.mark.is_some() { normalised(&language::split(text).0) } else { String::new() };
        Self { bare: normalised(text), stem, heading }
    }
}

/// The fit of a heading to a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HeadingFit {
    pub points: i32,
    pub reason: &'static str,
    /// The rank of the declared name that it equals. `None` if it equals none.
    pub declared: Option<usize>,
}

/// The points of a heading that rules the role out.
pub(super) const CONTRAST: i32 = -30;
const DECLARED: i32 = 45;
const WHOLE: i32 = 26;
const EXPLAINED: i32 = 22;
const GUESSED: i32 = 16;
const WEAK: i32 = 14;
const AMBIGUOUS: i32 = 12;
const PARTLY: i32 = 8;
const OTHER_HEAD: i32 = -15;

/// The minimum points of a heading that is sufficient evidence alone.
pub(super) const SUFFICIENT: i32 = EXPLAINED;

impl HeadingFit {
    const NOTHING: Self = Self { points: 0, reason: "heading without a known meaning", declared: None };

    const fn new(points: i32, reason: &'static str) -> Self {
        Self { points, reason, declared: None }
    }
}

impl ColumnHints {
    pub fn new(column: &'static Column, others: &[HeaderAlias]) -> Self {
        let patterns = |meanings: &[&str]| -> Vec<Vec<WordGroup>> {
            meanings.iter().map(|meaning| meaning.split(' ').filter_map(group).collect()).collect()
        };
        let set = |names: &[&str]| names.iter().filter_map(|name| group(name)).collect();
        let given = others.iter().filter(|other| other.column == column.name).map(|other| (other.header.clone(), 0));
        let own = column.normalised_names().map(|(name, _, rank)| (name, rank + 1));
        Self {
            column,
            names: given.chain(own).collect(),
            meanings: patterns(column.meanings),
            weak_meanings: patterns(column.weak_meanings),
            beside: set(column.beside),
            contrasts: set(column.contrasts),
        }
    }

    /// Returns the fit of a heading to this column.
    pub fn fit(&self, PublishedHeading { bare, stem, heading }: &PublishedHeading) -> HeadingFit {
        let declared = |name: &str| {
            let ranks = self.names.iter().filter(|(known, _)| known == name).map(|(_, rank)| *rank);
            ranks.min()
        };
        if bare.is_empty() {
            return HeadingFit::NOTHING;
        }
        if let Some(rank) = declared(bare).or_else(|| heading.mark.and_then(|_| declared(stem))) {
            return HeadingFit { points: DECLARED, reason: "declared name", declared: Some(rank) };
        }
        let fits: Vec<HeadingFit> = heading.halves.iter().map(|half| self.fit_half(half)).collect();
        if let Some(contrast) = fits.iter().find(|fit| fit.points <= CONTRAST) {
            return *contrast;
        }
        let best = fits.iter().max_by_key(|fit| fit.points).copied().unwrap_or(HeadingFit::NOTHING);
        if best.points > 0 && fits.iter().any(|fit| fit.points < 0) {
            return HeadingFit::new(0, "halves of the heading disagree");
        }
        best
    }

    fn fit_half(&self, half: &HeadingTerms) -> HeadingFit {
        let terms: Vec<&HeadingPhrase> = half.terms.iter().filter(|term| !is(term, GroupKind::Unit)).collect();
        if terms.is_empty() {
            return HeadingFit::NOTHING;
        }
        let strong = self.meanings.iter().map(|meaning| (meaning, false));
        let weak = self.weak_meanings.iter().map(|meaning| (meaning, true));
        let fits = strong.chain(weak).filter_map(|(meaning, is_weak)| self.fit_meaning(half, &terms, meaning, is_weak));
        if let Some(best) = fits.max_by_key(|fit| fit.points) {
            return best;
        }
        let unambiguous = |term: &&&HeadingPhrase| term.groups.len() == 1 && !term.is_ambiguous;
        let excludes = |term: &&HeadingPhrase| term.groups.iter().any(|group| self.contrasts.contains(group));
        if terms.iter().filter(unambiguous).any(excludes) {
            return HeadingFit::new(CONTRAST, "heading contrasts");
        }
        match half.head_term() {
            Some(head) if !self.wants(head) && head.groups.len() == 1 && !head.is_ambiguous => {
                let wanted = || self.meanings.iter().filter_map(|meaning| meaning.last());
                if wanted().any(|wanted| wanted.contrasts_with(head.groups[0])) {
                    return HeadingFit::new(CONTRAST, "head noun contrasts");
                }
                HeadingFit::new(OTHER_HEAD, "head noun of something else")
            }
            _ => HeadingFit::NOTHING,
        }
    }

    /// True if a term is the head of any meaning.
    fn wants(&self, term: &HeadingPhrase) -> bool {
        let mut heads = self.meanings.iter().chain(&self.weak_meanings).filter_map(|meaning| meaning.last());
        heads.any(|head| term.groups.contains(head))
    }

    /// Returns the fit of a heading to one meaning. `None` if the heading lacks some of its groups.
    fn fit_meaning(
        &self,
        half: &HeadingTerms,
        terms: &[&HeadingPhrase],
        meaning: &[WordGroup],
        is_weak: bool,
    ) -> Option<HeadingFit> {
        let mut used = vec![false; terms.len()];
        for wanted in meaning {
            let at = (0..terms.len()).rev().find(|at| !used[*at] && terms[*at].groups.contains(wanted))?;
            used[at] = true;
        }
        let head = half.head_term();
        let is_about = head.is_some_and(|head| meaning.iter().any(|group| head.groups.contains(group)));
        // For example `vacancy posted on`: the modifier is next to the subject of the whole list.
        let narrows = |group: &WordGroup| group.kind() == GroupKind::Modifier;
        let is_of_subject = meaning.iter().all(narrows) && head.is_some_and(|head| self.explains(head));
        if head.is_some() && !is_about && !is_of_subject {
            return None;
        }
        let extras = || terms.iter().zip(&used).filter(|(_, used)| !**used).map(|(term, _)| *term);
        let excludes = |group: &WordGroup| {
            let narrows = group.kind() == GroupKind::Modifier;
            self.contrasts.contains(group) || narrows && meaning.iter().any(|wanted| wanted.contrasts_with(*group))
        };
        let is_contrast =
            |term: &HeadingPhrase| term.groups.len() == 1 && !self.explains(term) && term.groups.iter().any(excludes);
        if extras().any(is_contrast) {
            return Some(HeadingFit::new(CONTRAST, "heading contrasts"));
        }
        let is_used =
            |test: fn(&HeadingPhrase) -> bool| terms.iter().zip(&used).any(|(term, used)| *used && test(term));
        let unexplained: f32 = extras().filter(|term| !self.explains(term)).map(weight).sum();
        if head.is_none()
            && !meaning.iter().all(|group| group.kind() == GroupKind::Modifier || group.kind() == GroupKind::Generic)
        {
            // The head noun of the heading is unknown.
            return Some(HeadingFit::new(PARTLY, "some words of the heading"));
        }
        if unexplained > 0.0 && head.is_none() && meaning.iter().all(|group| group.kind() == GroupKind::Generic) {
            return Some(HeadingFit::new(WEAK, "name of something unknown"));
        }
        if unexplained > 0.0 {
            let known: f32 = terms.iter().zip(&used).filter(|(_, used)| **used).map(|(term, _)| weight(term)).sum();
            let dice = 2.0 * known / (2.0 * known + unexplained);
            let points = if dice >= 0.75 {
                GUESSED
            } else if dice >= 0.5 {
                PARTLY
            } else {
                0
            };
            return Some(HeadingFit::new(
                points.min(if is_weak { PARTLY } else { points }),
                "some words of the heading",
            ));
        }
        // An ambiguous word is certain in a meaning of several words.
        if meaning.len() == 1 && is_used(|term| term.is_ambiguous) {
            return Some(HeadingFit::new(AMBIGUOUS, "ambiguous heading"));
        }
        if is_weak {
            return Some(HeadingFit::new(WEAK, "heading may mean it"));
        }
        if is_used(|term| term.is_guessed) {
            return Some(HeadingFit::new(GUESSED, "abbreviated heading"));
        }
        let one = terms.len() == 1;
        Some(HeadingFit::new(
            if one { WHOLE } else { EXPLAINED },
            if one { "phrase of the lexicon" } else { "words of the lexicon" },
        ))
    }

    /// True if a term next to a meaning does not change it.
    fn explains(&self, term: &HeadingPhrase) -> bool {
        let is_public = group("public").is_some_and(|group| term.groups.contains(&group));
        is_public
            || is(term, GroupKind::Generic) && !term.groups.iter().any(|group| self.contrasts.contains(group))
            || term.groups.iter().any(|group| self.beside.contains(group))
    }
}

fn is(term: &HeadingPhrase, kind: GroupKind) -> bool {
    term.groups.iter().any(|group| group.kind() == kind)
}

/// Returns the weight of a term in a heading.
fn weight(term: &HeadingPhrase) -> f32 {
    if is(term, GroupKind::Generic) {
        0.3
    } else if is(term, GroupKind::Modifier) || is(term, GroupKind::Class) {
        0.7
    } else {
        1.0
    }
}
