//! The curated lines: reviewed `same`, `different` and `alias` decisions that no rule can derive, each with its source.
//!
//! Lines refer to names and publishers, never to internal ids. They are parsed once, checked for contradictions, and
//! indexed by the same keys as all other names.

use std::collections::HashMap;

use crate::domain::catalog::Publisher;
use crate::linking::{
    chinese::{Chinese, compatible},
    curated_file::{self, AliasLine, CuratedError, PairLine},
    form::LegalForm,
    key::English,
    name_key::NameKey,
    organisation_kind::OrganisationKind,
};

pub(super) const ALIAS: &str = include_str!("../../data/linking/alias.csv");
pub(super) const SAME: &str = include_str!("../../data/linking/same.csv");
pub(super) const DIFFERENT: &str = include_str!("../../data/linking/different.csv");

/// The parsed and indexed curated lines.
#[derive(Clone, Debug, Default)]
pub struct Curated {
    pub(super) organisations: Vec<CuratedOrganisation>,
    pub(super) aliases: Vec<AliasLine>,
    pub(super) same: Vec<DecisionLine>,
    pub(super) different: Vec<DecisionLine>,
    names: HashMap<String, Vec<(LegalForm, CuratedName)>>,
    acronyms: HashMap<String, CuratedName>,
    sides: HashMap<NameKey, Vec<LineSide>>,
}

/// An organisation described by alias lines.
#[derive(Clone, Debug)]
pub(super) struct CuratedOrganisation {
    pub name: String,
    pub kind: Option<OrganisationKind>,
    pub source: String,
    pub names: Vec<English>,
    pub chinese: Vec<Chinese>,
}

/// The organisation that a name denotes, and the alias line of the name. `None` for the organisation's own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CuratedName {
    pub organisation: u32,
    pub line: Option<u32>,
}

/// A `same` or `different` line.
#[derive(Clone, Debug)]
pub(super) struct DecisionLine {
    pub publishers: [Option<Publisher>; 2],
    pub names: [String; 2],
    pub source: String,
}

/// One side of a `same` or `different` line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct LineSide {
    pub differs: bool,
    pub line: u32,
    pub second: bool,
    pub publisher: Option<Publisher>,
}

impl Curated {
    /// Parses the three files. Contradictory lines are an error.
    pub fn parse(alias_csv: &str, same_csv: &str, different_csv: &str) -> Result<Self, CuratedError> {
        let aliases = curated_file::aliases(alias_csv)?;
        let same = curated_file::pairs("same.csv", same_csv)?;
        let different = curated_file::pairs("different.csv", different_csv)?;
        Self::of_lines(aliases, same, different)
    }

    pub(super) fn of_lines(
        aliases: Vec<AliasLine>,
        same: Vec<PairLine>,
        different: Vec<PairLine>,
    ) -> Result<Self, CuratedError> {
        let mut curated = Self::default();
        for line in aliases {
            curated.add_alias(line)?;
        }
        curated.add_pairs(same, false)?;
        curated.add_pairs(different, true)?;
        curated.check()?;
        Ok(curated)
    }

    /// Returns the lines embedded in the program.
    pub fn embedded() -> Self {
        Self::parse(ALIAS, SAME, DIFFERENT).expect("the embedded lines are tested")
    }

    fn add_alias(&mut self, line: AliasLine) -> Result<(), CuratedError> {
        let name = line.own_name();
        let organisation = if let Some(at) = self.organisations.iter().position(|known| known.name == name) {
            at as u32
        } else {
            self.organisations.push(CuratedOrganisation {
                name: name.to_owned(),
                kind: None,
                source: line.source.clone(),
                names: Vec::new(),
                chinese: Vec::new(),
            });
            self.organisations.len() as u32 - 1
        };
        if line.organisation_kind.is_some() {
            self.organisations[organisation as usize].kind = line.organisation_kind;
        }
        let own = CuratedName { organisation, line: None };
        for name in [&line.name_en, &line.name_zh] {
            self.add_name(name, own)?;
        }
        let known = CuratedName { organisation, line: Some(self.aliases.len() as u32) };
        if line.is_acronym() {
            let held = *self.acronyms.entry(line.alias.to_lowercase()).or_insert(known);
            self.agree(&line.alias, held, known)?;
        } else {
            self.add_name(&line.alias, known)?;
        }
        self.aliases.push(line);
        Ok(())
    }

    fn add_name(&mut self, name: &str, known: CuratedName) -> Result<(), CuratedError> {
        for (text, class) in keys(name) {
            let held = self.names.entry(text).or_default();
            match held.iter().find(|(other, _)| *other == class).map(|(_, held)| *held) {
                Some(held) => self.agree(name, held, known)?,
                None => held.push((class, known)),
            }
        }
        let organisation = &mut self.organisations[known.organisation as usize];
        match Chinese::read(name) {
            Some(chinese) => organisation.chinese.push(chinese),
            None => organisation.names.extend(English::read(name)),
        }
        Ok(())
    }

    fn agree(&self, name: &str, held: CuratedName, known: CuratedName) -> Result<(), CuratedError> {
        if held.organisation == known.organisation {
            return Ok(());
        }
        let of = |known: CuratedName| self.organisations[known.organisation as usize].name.clone();
        Err(CuratedError::TwoOrganisations { name: name.to_owned(), first: of(held), second: of(known) })
    }

    fn add_pairs(&mut self, lines: Vec<PairLine>, differs: bool) -> Result<(), CuratedError> {
        for line in lines {
            let lines = if differs { &mut self.different } else { &mut self.same };
            let at = lines.len() as u32;
            let PairLine { publishers, names, source } = line;
            for (second, (name, publisher)) in names.iter().zip(publishers).enumerate() {
                let key = NameKey::of_text(name).ok_or_else(|| CuratedError::Unreadable { name: name.clone() })?;
                self.sides.entry(key).or_default().push(LineSide { differs, line: at, second: second == 1, publisher });
            }
            lines.push(DecisionLine { publishers, names, source });
        }
        Ok(())
    }

    /// Checks that no two names are declared both the same and different.
    fn check(&self) -> Result<(), CuratedError> {
        let same: Vec<[String; 2]> = self.same.iter().map(|pair| self.groups(pair)).collect();
        for pair in &self.different {
            let [from, to] = self.groups(pair);
            let mut reached = Vec::from([from]);
            let mut next = 0;
            while next < reached.len() {
                let here = reached[next].clone();
                let beside = same.iter().filter(|groups| groups.contains(&here)).flatten();
                let found: Vec<String> = beside.filter(|group| !reached.contains(group)).cloned().collect();
                reached.extend(found);
                next += 1;
            }
            if reached.contains(&to) {
                let [first, second] = pair.names.clone();
                let name = |known: CuratedName| format!("`{}`", self.organisations[known.organisation as usize].name);
                let one = self.known(&first).map_or_else(|| "one".to_owned(), name);
                return Err(CuratedError::Contradiction { first, second, one });
            }
        }
        Ok(())
    }

    /// Returns a label for each side of a line: a known organisation or a name key, limited to a publisher if the line
    /// names one.
    fn groups(&self, pair: &DecisionLine) -> [String; 2] {
        [0, 1].map(|side| {
            let name = &pair.names[side];
            let group = match self.known(name) {
                Some(known) => format!("organisation {}", known.organisation),
                None => keys(name).into_iter().map(|(key, class)| format!("{key} {class:?}")).collect(),
            };
            pair.publishers[side].map_or(group.clone(), |publisher| format!("{}: {group}", publisher.code()))
        })
    }

    /// True if the whole text is a curated name.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.known(name).is_some()
    }

    /// Returns the organisation whose name or acronym is the whole text.
    pub(super) fn known(&self, name: &str) -> Option<CuratedName> {
        let by_name = match Chinese::read(name) {
            Some(chinese) => self.chinese(&chinese),
            None => English::read(name).and_then(|english| self.english(&english.key(), english.class)),
        };
        by_name.or_else(|| self.acronym(&name.trim().to_lowercase()))
    }

    /// Returns the organisation of an English key. A name without a legal form may match the full name.
    pub(super) fn english(&self, key: &str, class: LegalForm) -> Option<CuratedName> {
        self.named(key, class)
    }

    /// Returns the organisation of a Chinese name.
    pub(super) fn chinese(&self, name: &Chinese) -> Option<CuratedName> {
        self.named(&name.core, name.class)
    }

    fn named(&self, key: &str, class: LegalForm) -> Option<CuratedName> {
        let held = self.names.get(key)?;
        let exact = held.iter().find(|(other, _)| *other == class);
        let short = || match held.as_slice() {
            [only] if class == LegalForm::None && key.chars().count() > 4 => Some(only),
            _ => None,
        };
        exact.or_else(short).map(|(_, known)| *known)
    }

    /// True if the Chinese name is compatible with a curated Chinese name of the organisation. Also true if either is
    /// missing.
    pub(super) fn may_be_called(&self, organisation: u32, chinese: Option<&str>) -> bool {
        let known = &self.organisations[organisation as usize].chinese;
        chinese.is_none_or(|own| known.is_empty() || known.iter().any(|name| compatible(&name.core, own)))
    }

    /// Returns the organisation of a lower-case acronym.
    pub(super) fn acronym(&self, acronym: &str) -> Option<CuratedName> {
        self.acronyms.get(acronym).copied()
    }

    /// True if any `same` or `different` line exists.
    pub(super) fn has_pairs(&self) -> bool {
        !self.sides.is_empty()
    }

    /// Returns the sides of `same` and `different` lines that match a name.
    pub(super) fn sides(&self, keys: &[Option<NameKey>], publisher: Publisher) -> Vec<LineSide> {
        let mut sides: Vec<LineSide> = keys
            .iter()
            .flatten()
            .filter_map(|key| self.sides.get(key))
            .flatten()
            .filter(|side| side.publisher.is_none_or(|only| only == publisher))
            .copied()
            .collect();
        sides.sort_unstable();
        sides.dedup();
        sides
    }

    /// Returns every curated name, whether it is an acronym, and its organisation.
    pub(super) fn every_name(&self) -> impl Iterator<Item = (&str, bool, u32)> {
        self.aliases.iter().flat_map(|line| {
            let own = line.own_name();
            let at = self.organisations.iter().position(|known| known.name == own).unwrap_or_default() as u32;
            [(&line.name_en, false), (&line.name_zh, false), (&line.alias, line.is_acronym())]
                .into_iter()
                .filter(|(name, _)| !name.is_empty())
                .map(move |(name, acronym)| (name.as_str(), acronym, at))
        })
    }

    /// Returns a readable explanation of the `same` line of two names.
    pub(super) fn explain_same(&self, names: &[&str; 2]) -> String {
        let keys = names.map(NameKey::of_text);
        let line = self.same.iter().find(|pair| pair.names.iter().all(|name| keys.contains(&NameKey::of_text(name))));
        let [a, b] = names;
        match line {
            Some(line) => {
                format!("a reviewed line states that `{a}` and `{b}` are the same organisation ({})", line.source)
            }
            None => format!("reviewed lines state that `{a}` and `{b}` are the same organisation"),
        }
    }

    /// Returns a readable explanation of a curated name.
    pub(super) fn explain(&self, known: CuratedName) -> String {
        let organisation = &self.organisations[known.organisation as usize];
        match known.line.map(|line| &self.aliases[line as usize]) {
            Some(line) => {
                let (kind, validity) = (line.kind_in_words(), line.validity());
                format!("`{}` is {kind} of `{}`{validity} ({})", line.alias, organisation.name, line.source)
            }
            None => format!("`{}` is a reviewed name ({})", organisation.name, organisation.source),
        }
    }
}

/// Returns the keys of a curated name in English and Chinese.
fn keys(name: &str) -> Vec<(String, LegalForm)> {
    match Chinese::read(name) {
        Some(chinese) => Vec::from([(chinese.core, chinese.class)]),
        None => English::read(name).map(|english| (english.key(), english.class)).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALIAS: &str = "name_en,name_zh,alias,kind,organisation_kind,source,valid_from,valid_until\n";
    const PAIR: &str = "publisher_a,name_a,publisher_b,name_b,source,note\n";

    #[test]
    fn embedded_lines_are_consistent() {
        let curated = Curated::embedded();
        assert!(curated.organisations.len() > 50);
        assert!(curated.aliases.iter().all(|line| line.source.starts_with("https://")), "every line has a source");
    }

    #[test]
    fn contradictions_are_errors() {
        let two =
            format!("{ALIAS}Alpha Council,,ABC,ACRONYM,,https://a.hk,,\nBeta Council,,ABC,ACRONYM,,https://b.hk,,\n");
        assert!(matches!(Curated::parse(&two, PAIR, PAIR), Err(CuratedError::TwoOrganisations { .. })));
        let same =
            format!("{PAIR},Alpha Limited,,Beta Limited,https://a.hk,\n,Beta Ltd,,Gamma Limited,https://a.hk,\n");
        let different = format!("{PAIR},Gamma Ltd,,Alpha Ltd.,https://a.hk,\n");
        assert!(matches!(Curated::parse(ALIAS, &same, &different), Err(CuratedError::Contradiction { .. })));
        assert!(Curated::parse(ALIAS, &same, PAIR).is_ok());
        let alias = format!("{ALIAS}Alpha Limited,,Beta Limited,FORMER,,https://a.hk,,\n");
        let different = format!("{PAIR},Alpha Ltd,,Beta Ltd.,https://a.hk,\n");
        assert!(matches!(Curated::parse(&alias, PAIR, &different), Err(CuratedError::Contradiction { .. })));
    }

    #[test]
    fn a_short_acronym_is_refused() {
        let short = format!("{ALIAS}University of Macau,,UM,ACRONYM,,https://um.edu.mo,,\n");
        assert!(Curated::parse(&short, PAIR, PAIR).is_err());
    }
}
