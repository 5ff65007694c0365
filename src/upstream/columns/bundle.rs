//! Groups columns with the same content in several languages, and detects cells with several languages.

use super::{facts::Facts, profile::Profile, role::SUFFICIENT};
use crate::domain::{
    lexicon::{GroupKind, LanguageMark, WordGroup},
    record::{ValueShape, binding::Half},
    script::has_han,
    text::Language,
};

/// Columns that are translations of each other. Most bundles have one member.
#[derive(Clone, Debug, Default)]
pub(super) struct Bundle {
    pub members: Vec<Member>,
}

/// A column, or half of each of its cells, in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub column: usize,
    pub half: Half,
    pub language: Language,
}

impl Bundle {
    fn has(&self, language: Language) -> bool {
        self.members.iter().any(|member| member.language == language)
    }

    /// The column whose values represent the bundle.
    pub fn first(&self) -> usize {
        self.members.first().map_or(0, |member| member.column)
    }
}

/// Groups the named columns of a table into bundles.
pub(super) fn bundles(facts: &[Facts], file_language: Option<Language>) -> Vec<Bundle> {
    // A Chinese heading among English ones marks a Chinese column, even an empty one.
    let is_mixed = facts.iter().any(|fact| fact.is_named && !has_han(&fact.shown));
    let mut bundles: Vec<Bundle> = Vec::new();
    for (column, fact) in facts.iter().enumerate().filter(|(_, fact)| fact.is_named) {
        let language = language(fact, file_language, is_mixed);
        if fact.mark.is_none() && fact.profile.is_bilingual() {
            let chinese = match file_language {
                Some(Language::ZhHans) => Language::ZhHans,
                _ => fact.profile.script(&fact.shown),
            };
            let latin = Member { column, half: Half::Latin, language: Language::En };
            bundles.push(Bundle { members: vec![latin, Member { column, half: Half::Chinese, language: chinese }] });
            continue;
        }
        let member = Member { column, half: Half::Whole, language };
        let is_text = |fact: &Facts| !fact.profile.is_of_values() || fact.mark.is_some();
        let is_certain =
            |known: &Facts| known.stem == fact.stem && known.mark != fact.mark || name_one_role(known, fact);
        let is_likely = |place: usize, known: &Facts| {
            is_text(known)
                && is_text(fact)
                && fill_the_same_rows(&known.profile, &fact.profile)
                && mean_the_same(known, fact, column.abs_diff(place))
        };
        let is_open =
            |bundle: &Bundle| !bundle.has(language) && bundle.members.iter().all(|other| other.half == Half::Whole);
        let all = |bundle: &Bundle, test: &dyn Fn(usize, &Facts) -> bool| {
            is_open(bundle) && bundle.members.iter().all(|other| test(other.column, &facts[other.column]))
        };
        // A certain match further away takes precedence over a likely match in the adjacent column.
        let found = bundles.iter().rposition(|bundle| all(bundle, &|_, known| is_certain(known))).or_else(|| {
            bundles.iter().rposition(|bundle| all(bundle, &|at, known| is_certain(known) || is_likely(at, known)))
        });
        match found {
            Some(at) => bundles[at].members.push(member),
            None => bundles.push(Bundle { members: vec![member] }),
        }
    }
    for bundle in &mut bundles {
        bundle.members.sort_by_key(|member| member.language);
    }
    bundles
}

/// Returns the language of a column.
fn language(fact: &Facts, file: Option<Language>, is_mixed: bool) -> Language {
    let by_content = || fact.profile.script(&fact.shown);
    match (fact.mark, file) {
        (Some(LanguageMark::Chinese), _) if fact.profile.is_chinese() => by_content(),
        (Some(mark), _) => mark.language(),
        // A Chinese column in an English file is the Chinese half of a pair.
        (None, Some(Language::En) | None) if fact.profile.is_all_chinese() && !fact.profile.is_of_values() => {
            by_content()
        }
        (None, Some(Language::En) | None) if is_mixed && is_chinese_only(&fact.shown) => by_content(),
        (None, Some(language)) => language,
        (None, None) => Language::En,
    }
}

fn is_chinese_only(heading: &str) -> bool {
    has_han(heading) && !heading.chars().any(|c| c.is_ascii_alphabetic())
}

/// True if two headings certainly mean the same role. The caller ensures that the languages of their columns differ.
fn name_one_role(one: &Facts, other: &Facts) -> bool {
    let is_sure = |fact: &Facts, role: usize| fact.fits[role].points >= SUFFICIENT;
    one.best_role().is_some_and(|role| other.best_role() == Some(role) && is_sure(one, role) && is_sure(other, role))
}

/// True if two headings have the same meaning in different languages.
fn mean_the_same(one: &Facts, other: &Facts, distance: usize) -> bool {
    let same_stem = !one.stem.is_empty() && one.stem == other.stem;
    let is_same_thing = || identity(one).is_some_and(|one| identity(other) == Some(one));
    let differ_in_script = one.profile.is_chinese() != other.profile.is_chinese() || one.mark != other.mark;
    // For example `Company` followed by `Chinese Name`.
    let continues =
        distance == 1 && one.mark.is_none() && other.mark.is_some() && is_generic(other) && !is_generic(one);
    let same_role = one.best_role().is_some_and(|role| other.best_role() == Some(role));
    same_stem && (one.mark != other.mark || differ_in_script)
        || differ_in_script && (is_same_thing() || same_role && distance <= 2)
        || continues
}

/// Returns the head noun of a heading and its modifiers.
fn identity(fact: &Facts) -> Option<(WordGroup, Vec<WordGroup>)> {
    let half = fact.heading.halves.first()?;
    let head = fact.heading.head()?;
    let mut others: Vec<WordGroup> = half
        .terms
        .iter()
        .filter_map(|term| term.groups.first().copied())
        .filter(|group| {
            *group != head && !matches!(group.kind(), GroupKind::Generic | GroupKind::Class | GroupKind::Unit)
        })
        .collect();
    others.sort();
    others.dedup();
    half.is_explained().then_some((head, others))
}

fn is_generic(fact: &Facts) -> bool {
    fact.heading
        .halves
        .iter()
        .flat_map(|half| &half.terms)
        .all(|term| !term.groups.is_empty() && term.groups.iter().all(|group| group.kind() == GroupKind::Generic))
}

/// True if two columns are blank in the same rows, except for one row in ten. Also true if either column has no values.
fn fill_the_same_rows(one: &Profile, other: &Profile) -> bool {
    if one.filled == 0 || other.filled == 0 || one.share(ValueShape::Text).is_none() {
        return true;
    }
    let rows = one.blanks.len().min(other.blanks.len()).max(1);
    let differ = one.blanks.iter().zip(&other.blanks).filter(|(a, b)| a != b).count();
    // Small companies often have no Chinese name.
    differ * 10 <= rows || differ * 2 <= rows && rows < 10
}
