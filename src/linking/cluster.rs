//! Clusters: union-find whose every union passes the guards, with the links made and the unions refused as evidence.

use crate::linking::{
    chinese::compatible, curated::LineSide, form::LegalForm, method::Method, parsed_name::ParsedName,
    unique_name::UniqueNames,
};

/// Two nodes that a rule united, and by which rule.
#[derive(Clone, Copy, Debug)]
pub struct UnitedPair {
    pub a: u32,
    pub b: u32,
    pub method: Method,
}

/// Why a union was refused.
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
            Self::CuratedDifferent => "a reviewed line says that they differ",
            Self::TwoKnown => "the reviewed names know them as two organisations",
            Self::LegalForms => "their legal forms differ",
            Self::ChineseNames => "their Chinese names differ",
            Self::Qualifiers => "the words that tell firms of one family apart differ",
            Self::Ambiguous => "several organisations fit",
        }
    }
}

/// What the guards need to know of a cluster.
#[derive(Clone, Debug, Default)]
struct State {
    classes: u32,
    /// One node for each Chinese core in it.
    chinese: Vec<u32>,
    organisation: Option<u32>,
    sides: Vec<LineSide>,
}

/// The legal form that a name counts with. A Chinese name alone has none that could conflict: `有限公司` stands for an
/// English plc as well.
fn classes(reading: &ParsedName) -> u32 {
    if reading.english.is_some() { reading.effective_class().bit() } else { 0 }
}

/// The clusters while they grow.
pub struct Clusters<'n, 'r> {
    nodes: &'n UniqueNames<'r>,
    parent: Vec<u32>,
    state: Vec<State>,
    pub links: Vec<UnitedPair>,
    pub refused: Vec<(u32, u32, RefusalReason)>,
}

impl<'n, 'r> Clusters<'n, 'r> {
    /// Every node on its own.
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

    /// The node that stands for the cluster: its smallest.
    pub fn root(&mut self, mut node: u32) -> u32 {
        while self.parent[node as usize] != node {
            let up = self.parent[self.parent[node as usize] as usize];
            self.parent[node as usize] = up;
            node = up;
        }
        node
    }

    /// The different roots of some nodes, in order.
    pub fn roots(&mut self, nodes: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut roots: Vec<u32> = nodes.map(|node| self.root(node)).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    /// The organisation that the curated lines know the cluster as.
    pub fn organisation(&mut self, node: u32) -> Option<u32> {
        let root = self.root(node);
        self.state[root as usize].organisation
    }

    /// Unites two clusters when the guards allow it; keeps the refusal otherwise. Answers whether they are one now.
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

    /// Unites `X Corporation` with the only `X Corporation Limited`: there the word is part of the name, not a legal form.
    pub fn unite_corporation(&mut self, full: u32, short: u32) {
        let (from, to) = (self.root(full), self.root(short));
        if from != to && self.state[to as usize].classes == LegalForm::Corporation.bit() {
            let held = std::mem::take(&mut self.state[to as usize].classes);
            if !self.unite(full, short, Method::NoLegalForm) {
                self.state[to as usize].classes = held;
            }
        }
    }

    /// Makes the cluster known as a curated organisation.
    pub fn know(&mut self, node: u32, organisation: u32) {
        let root = self.root(node);
        self.state[root as usize].organisation.get_or_insert(organisation);
    }

    /// Keeps a refusal as evidence.
    pub fn refuse(&mut self, a: u32, b: u32, reason: RefusalReason) {
        self.refused.push((a, b, reason));
    }

    /// What the guards say against uniting two clusters. A reviewed line outweighs every guard but `different`.
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
        (!self.chinese_agree(a, b)).then_some(RefusalReason::ChineseNames)
    }

    /// Whether the Chinese names of two clusters may all be writings of one. Known organisations may bear several.
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
