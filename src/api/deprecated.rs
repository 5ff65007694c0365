//! Deprecated fields of filters. Each is combined with its successor, and both must be satisfied.

use async_graphql::{ID, InputObject};
use rust_decimal::Decimal;

use crate::{
    api::search::SearchConditions,
    domain::{catalog::Publisher, range::AmountRange},
    index::{
        funding::{FundingConditions, FundingKind},
        organisation::OrganisationConditions,
    },
    linking::OrganisationKind,
};

/// The values that satisfy both conditions. A condition without values is absent.
fn both<T: PartialEq>(current: Option<Vec<T>>, deprecated: Option<Vec<T>>) -> Option<Vec<T>> {
    match (current, deprecated) {
        (Some(mut current), Some(deprecated)) => {
            current.retain(|value| deprecated.contains(value));
            Some(current)
        }
        (current, deprecated) => current.or(deprecated),
    }
}

/// Filters organisations. An item must satisfy every condition.
#[derive(InputObject, Default)]
pub struct OrganisationFilter {
    #[graphql(flatten)]
    current: OrganisationConditions,
    /// Only organisations of these kinds.
    #[graphql(deprecation = "Use `kinds`.")]
    kind: Option<Vec<OrganisationKind>>,
    /// Only organisations that are named by every one of these publishers.
    #[graphql(deprecation = "Use `allPublishers`.")]
    publisher: Option<Vec<Publisher>>,
    /// Only organisations with a tenancy in this cluster of Science Park, by its name in any language.
    #[graphql(deprecation = "Use `clusters`.")]
    cluster: Option<String>,
    /// Only organisations with public funding of at least this many dollars.
    #[graphql(deprecation = "Use `funding`.")]
    funding_at_least: Option<Decimal>,
}

impl OrganisationFilter {
    pub fn conditions(self) -> OrganisationConditions {
        let mut all = self.current;
        all.kinds = both(all.kinds, self.kind);
        all.clusters = both(all.clusters, self.cluster.map(|cluster| vec![cluster]));
        if let Some(named_by) = self.publisher {
            all.all_publishers.get_or_insert_default().extend(named_by);
        }
        if let Some(least) = self.funding_at_least {
            let range = all.funding.get_or_insert_default();
            range.from = AmountRange::at_least(least).from.max(range.from);
        }
        all
    }
}

/// Filters the grants that a total includes. A grant must satisfy every condition.
#[derive(InputObject, Default)]
pub struct FundingFilter {
    #[graphql(flatten)]
    current: FundingConditions,
    /// Only grants of these kinds.
    #[graphql(deprecation = "Use `kinds`.")]
    kind: Option<Vec<FundingKind>>,
    /// Only grants of these programmes, by programme code.
    #[graphql(deprecation = "Use `programmes`.")]
    programme: Option<Vec<String>>,
    /// Only grants received by an organisation with a tenancy in one of these clusters, by English name.
    #[graphql(deprecation = "Use `clusters`.")]
    cluster: Option<Vec<String>>,
    /// Only grants received by one of these organisations.
    #[graphql(deprecation = "Use `organisations`.")]
    organisation: Option<Vec<ID>>,
}

impl FundingFilter {
    pub fn conditions(self) -> FundingConditions {
        let mut all = self.current;
        all.kinds = both(all.kinds, self.kind);
        all.programmes = both(all.programmes, self.programme);
        all.clusters = both(all.clusters, self.cluster);
        all.organisations = both(all.organisations, self.organisation);
        all
    }
}

/// Filters the hits of a search. An item must satisfy every condition.
#[derive(InputObject, Default)]
pub struct SearchFilter {
    #[graphql(flatten)]
    current: SearchConditions,
    /// Only records of these datasets, the datasets themselves, and the organisations that they name.
    #[graphql(deprecation = "Use `datasets`.")]
    dataset: Option<Vec<String>>,
    /// Only records of these publishers' datasets, the datasets themselves, and the organisations that they name.
    #[graphql(deprecation = "Use `publishers`.")]
    publisher: Option<Vec<Publisher>>,
}

impl SearchFilter {
    pub fn conditions(self) -> SearchConditions {
        let mut all = self.current;
        all.datasets = both(all.datasets, self.dataset);
        all.publishers = both(all.publishers, self.publisher);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deprecated_field_is_combined_with_its_successor() {
        let filter = OrganisationFilter {
            current: OrganisationConditions {
                kinds: Some(vec![OrganisationKind::Company, OrganisationKind::University]),
                all_publishers: Some(vec![Publisher::Itf]),
                funding: Some(AmountRange { from: Some(5.into()), to: Some(9.into()) }),
                ..OrganisationConditions::default()
            },
            kind: Some(vec![OrganisationKind::University, OrganisationKind::RdCentre]),
            publisher: Some(vec![Publisher::Hkas]),
            cluster: Some("Biomedical".to_owned()),
            funding_at_least: Some(7.into()),
        };
        let all = filter.conditions();
        assert_eq!(all.kinds, Some(vec![OrganisationKind::University]));
        assert_eq!(all.all_publishers, Some(vec![Publisher::Itf, Publisher::Hkas]));
        assert_eq!(all.clusters.as_deref(), Some(&["Biomedical".to_owned()][..]));
        let funding = all.funding.unwrap();
        assert_eq!((funding.from, funding.to), (Some(7.into()), Some(9.into())));
    }

    #[test]
    fn without_deprecated_fields_the_conditions_stay() {
        let current = FundingConditions { programmes: Some(vec!["ITSP".to_owned()]), ..FundingConditions::default() };
        let all = FundingFilter { current, ..FundingFilter::default() }.conditions();
        assert_eq!((all.programmes, all.kinds), (Some(vec!["ITSP".to_owned()]), None));
    }
}
