//! Clusters: a union-find structure with guards against wrong unions. It records links and refused unions as evidence.

use crate::linking::{
    chinese::compatible, curated::LineSide, form::LegalForm, method::Method, parsed_name::ParsedName,
    unique_name::UniqueNames,
};

/// Two nodes united by a rule.
#[derive(Clone, Copy, Debug)]
pub struct UnitedPair {
    pub a: u32,
    pub b: u32,
    pub method: Method,
}

/// The reason for a refused union.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefusalReason {
    CuratedDifferent,
    TwoKnown,
    LegalForms,
    ChineseNames,
    Qualifiers,
    Ambiguous,
}

impl RefusalReason {
    pub const fn text(self) -> &'static str {
        match self {
            Self::CuratedDifferent => "a reviewed line states that they are different organisations",
            Self::TwoKnown => "the reviewed lines list them as two organisations",
            Self::LegalForms => "their legal forms differ",
            Self::ChineseNames => "their Chinese names differ",
            Self::Qualifiers => "they differ in words that distinguish companies of one group",
            Self::Ambiguous => "several organisations match",
        }
    }
}

/// The state of a cluster that the guards check.
#[derive(Clone, Debug, Default)]
struct State {
    classes: u32,
    /// One representative node per distinct Chinese core.
    chinese: Vec<u32>,
    organisation: Option<u32>,
    sides: Vec<LineSide>,
}

/// Returns the legal form of a name as a bit set.
///
/// The set is empty for a name in Chinese only, because `有限公司` can also translate an English plc.
fn classes(reading: &ParsedName) -> u32 {
    if reading.english.is_some() { reading.effective_class().bit() } else { 0 }
}

/// The clusters under construction.
pub struct Clusters<'n, 'r> {
    nodes: &'n UniqueNames<'r>,
    parent: Vec<u32>,
    state: Vec<State>,
    pub links: Vec<UnitedPair>,
    pub refused: Vec<(u32, u32, RefusalReason)>,
}

impl<'n, 'r> Clusters<'n, 'r> {
    /// Creates one cluster per node.
    pub fn new(nodes: &'n UniqueNames<'r>) -> Self {
        let state = nodes.nodes.iter().enumerate().map(|(at, node)| State {
            classes: classes(node.reading),
            chinese: node.reading.chinese.iter().map(|_| at as u32).collect(),
            organisation: node.known.map(|known| known.organisation),
            sides: node.sides.iter().filter(|side| side.differs).copied().collect(),
        });
        Self {
            nodes,
            parent: (0..nodes.nodes.len() as u32).collect(),
            state: state.collect(),
            links: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// Returns the root of the cluster: its smallest node.
    pub fn root(&mut self, mut node: u32) -> u32 {
        while self.parent[node as usize] != node {
            let up = self.parent[self.parent[node as usize] as usize];
            self.parent[node as usize] = up;
            node = up;
        }
        node
    }

    /// Returns the distinct roots of some nodes, in order.
    pub fn roots(&mut self, nodes: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut roots: Vec<u32> = nodes.map(|node| self.root(node)).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    /// Returns the curated organisation of the cluster.
    pub fn organisation(&mut self, node: u32) -> Option<u32> {
        let root = self.root(node);
        self.state[root as usize].organisation
    }

    /// Unites two clusters if the guards allow it, else records the refusal. Returns true if they are one cluster
    /// afterwards.
    pub fn unite(&mut self, a: u32, b: u32, method: Method) -> bool {
        let (from, to) = (self.root(a), self.root(b));
        if from == to {
            return true;
        }
        if let Some(reason) = self.objection(from, to, method) {
            self.refuse(a, b, reason);
            return false;
        }
        let (low, high) = (from.min(to), from.max(to));
        self.parent[high as usize] = low;
        let joining = std::mem::take(&mut self.state[high as usize]);
        let nodes = self.nodes;
        let state = &mut self.state[low as usize];
        state.classes |= joining.classes;
        state.organisation = state.organisation.or(joining.organisation);
        state.sides.extend(joining.sides);
        for node in joining.chinese {
            let core = nodes.reading(node).chinese_core();
            if !state.chinese.iter().any(|held| nodes.reading(*held).chinese_core() == core) {
                state.chinese.push(node);
            }
        }
        self.links.push(UnitedPair { a, b, method });
        true
    }

    /// Unites `X Corporation` with the only `X Corporation Limited`. In such names, `Corporation` is not a legal form.
    pub fn unite_corporation(&mut self, full: u32, short: u32) {
        let (from, to) = (self.root(full), self.root(short));
        if from != to && self.state[to as usize].classes == LegalForm::Corporation.bit() {
            let held = std::mem::take(&mut self.state[to as usize].classes);
            if !self.unite(full, short, Method::NoLegalForm) {
                self.state[to as usize].classes = held;
            }
        }
    }

    /// Assigns a curated organisation to the cluster.
    pub fn know(&mut self, node: u32, organisation: u32) {
        let root = self.root(node);
        self.state[root as usize].organisation.get_or_insert(organisation);
    }

    /// Records a refusal as evidence.
    pub fn refuse(&mut self, a: u32, b: u32, reason: RefusalReason) {
        self.refused.push((a, b, reason));
    }

    /// Returns the guard's reason against a union. A curated line overrides all guards except `different`.
    fn objection(&self, a: u32, b: u32, method: Method) -> Option<RefusalReason> {
        let (a, b) = (&self.state[a as usize], &self.state[b as usize]);
        let differ = |one: &LineSide, other: &LineSide| one.line == other.line && one.second != other.second;
        if a.sides.iter().any(|one| b.sides.iter().any(|other| differ(one, other))) {
            return Some(RefusalReason::CuratedDifferent);
        }
        if method == Method::Curated {
            return None;
        }
        if a.organisation.zip(b.organisation).is_some_and(|(a, b)| a != b) {
            return Some(RefusalReason::TwoKnown);
        }
        if method == Method::CuratedAlias && a.organisation.is_some() && b.organisation.is_some() {
            return None;
        }
        if a.classes != 0 && b.classes != 0 && a.classes & b.classes == 0 {
            return Some(RefusalReason::LegalForms);
        }
        // A renamed organisation usually has a new Chinese name too.
        (method != Method::StatedName && !self.chinese_agree(a, b)).then_some(RefusalReason::ChineseNames)
    }

    /// True if all Chinese names of two clusters may be spellings of one name. Curated organisations may have several.
    fn chinese_agree(&self, a: &State, b: &State) -> bool {
        let agree = |one: &u32, other: &u32| {
            let (one, other) = (self.nodes.reading(*one).chinese_core(), self.nodes.reading(*other).chinese_core());
            one.zip(other).is_none_or(|(one, other)| compatible(one, other))
        };
        if a.chinese.is_empty() || b.chinese.is_empty() {
            return true;
        }
        if a.organisation.is_some() || b.organisation.is_some() {
            return a.chinese.iter().any(|one| b.chinese.iter().any(|other| agree(one, other)));
        }
        a.chinese.iter().all(|one| b.chinese.iter().all(|other| agree(one, other)))
    }
}
