//! The subgraphs that the graph can be served as.

use std::{fmt, str::FromStr};

use crate::domain::catalog::Publisher;

/// The part of the graph that a schema shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Subgraph {
    /// The whole graph, as one subgraph.
    #[default]
    Whole,
    /// The part that spans publishers: organisations, search, funding totals, datasets.
    Graph,
    /// The part of one publisher, including the fields that it adds to organisations.
    Publisher(Publisher),
}

impl Subgraph {
    /// The whole graph, followed by its parts.
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

    /// The subgraphs that make up the whole graph.
    pub fn parts() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|subgraph| *subgraph != Self::Whole)
    }

    /// The name in commands and in the supergraph.
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
