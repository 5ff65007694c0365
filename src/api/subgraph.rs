//! The subgraphs that the graph can be served as.

use std::{fmt, str::FromStr};

use crate::domain::catalog::Publisher;

/// Which part of the graph a schema shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Subgraph {
    /// All of it, as one subgraph.
    #[default]
    Whole,
    /// What spans the publishers: identity, search, sums, datasets.
    Graph,
    /// What one publisher gives, on organisations too.
    Publisher(Publisher),
}

impl Subgraph {
    /// The whole, then the parts that make it up.
    pub const ALL: [Self; 9] = [
        Self::Whole,
        Self::Graph,
        Self::Publisher(Publisher::Itf),
        Self::Publisher(Publisher::Hkas),
        Self::Publisher(Publisher::Hkstpc),
        Self::Publisher(Publisher::Itc),
        Self::Publisher(Publisher::RdCentres),
        Self::Publisher(Publisher::Hkpc),
        Self::Publisher(Publisher::Hkctc),
    ];

    /// The subgraphs that make up the whole.
    pub fn parts() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|subgraph| *subgraph != Self::Whole)
    }

    /// Its name in commands and in the supergraph.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Graph => "graph",
            Self::Publisher(publisher) => publisher.code(),
        }
    }
}

impl fmt::Display for Subgraph {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Subgraph {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(Self::name).join(", ");
        let found = Self::ALL.into_iter().find(|subgraph| subgraph.name() == name);
        found.ok_or_else(|| format!("expected one of {}, found `{name}`", names()))
    }
}
