//! The conditions of a filter on the keys of grants.

use crate::{
    domain::range::YearRange,
    index::{
        funding::{FundingConditions, FundingKind},
        grants::{GrantKey, Grants},
    },
};

/// A filter, evaluated once for each programme and set of clusters.
pub(super) struct GrantPredicate {
    kinds: Option<Vec<FundingKind>>,
    years: Option<YearRange>,
    programmes: Option<Vec<bool>>,
    cluster_sets: Option<Vec<bool>>,
}

impl GrantPredicate {
    pub fn of(grants: &Grants, filter: &FundingConditions) -> Self {
        let is_wanted = |wanted: &[String], name: &str| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
        let programmes = filter
            .programmes
            .as_ref()
            .map(|wanted| grants.programmes.iter().map(|programme| is_wanted(wanted, programme)).collect());
        let cluster_sets = filter.clusters.as_ref().map(|wanted| {
            let clusters: Vec<bool> = grants.clusters.iter().map(|cluster| is_wanted(wanted, cluster)).collect();
            let is_any = |set: &Vec<Option<u32>>| set.iter().flatten().any(|cluster| clusters[*cluster as usize]);
            grants.cluster_sets.iter().map(is_any).collect()
        });
        Self { kinds: filter.kinds.clone(), years: filter.year, programmes, cluster_sets }
    }

    pub fn keeps(&self, key: &GrantKey) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&key.kind))
            && self.years.is_none_or(|years| years.contains(key.year))
            && self
                .programmes
                .as_ref()
                .is_none_or(|wanted| key.programme.is_some_and(|programme| wanted[programme as usize]))
            && self.cluster_sets.as_ref().is_none_or(|wanted| wanted[key.clusters as usize])
    }
}
