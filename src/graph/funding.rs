//! Public money, whatever publisher tells of it: one fact per grant, and their sums.
//!
//! Sums without ORGANISATION or CLUSTER count each grant once. Grouped by those, a joint grant counts in full for each
//! of its organisations, because no publisher says how it is shared.

use std::collections::BTreeMap;

use async_graphql::{ComplexObject, Context, Enum, InputObject, SimpleObject};

use super::{Graph, organisation::Organisation, view::graph};
use crate::{
    page::YearRange,
    plain::Plain,
    publishers::{
        hkstpc::tenancies::Tenancy,
        itc::business_grants::BusinessGrant,
        itf::{
            better_living::BetterLivingProject, key_laboratories::KeyLaboratory, projects::FundedProject,
            raise_plus::RaisePlusProject, trials::TrialProject, ventures::VentureInvestment,
        },
    },
    record::{Head, Record, Role},
    values::{
        money::Money,
        text::{Language, Text},
    },
};

/// What kind of public money a grant is.
#[derive(Plain, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FundingKind {
    /// A project of the Innovation and Technology Fund (D36).
    FundedProject,
    /// A project of the Public Sector Trial Scheme (D43, D44).
    TrialProject,
    /// A project of the Fund for Better Living (D32).
    BetterLivingProject,
    /// A project of the `RAISe`+ Scheme (N1).
    RaisePlusProject,
    /// Support of a key laboratory (D41).
    KeyLaboratory,
    /// An investment of the Venture Fund (D42).
    VentureInvestment,
    /// A grant of the Distance Business Programme (D1).
    BusinessGrant,
}

/// One grant.
#[derive(Debug)]
pub struct Fact {
    kind: FundingKind,
    programme: Option<String>,
    year: Option<i32>,
    amount: Option<Money>,
    /// The organisations that lead or receive it.
    organisations: Vec<u32>,
}

/// A sum of public money.
#[derive(Plain, SimpleObject, Clone, Debug, Default)]
pub struct FundingSummary {
    /// The sum of the amounts that are known.
    pub total: Money,
    /// How many grants there are.
    pub count: usize,
    /// How many of them are without a known amount.
    pub count_without_amount: usize,
    /// The sums by year; the year is absent where no source says it.
    pub by_year: Vec<FundingByYear>,
    /// The sums by kind and programme.
    pub by_scheme: Vec<FundingByScheme>,
}

/// The public money of one year.
#[derive(Plain, SimpleObject, Clone, Debug)]
pub struct FundingByYear {
    /// The year of approval; null for the grants whose year is not known.
    pub year: Option<i32>,
    /// The sum of the amounts that are known.
    pub total: Money,
    /// How many grants there are.
    pub count: usize,
}

/// The public money of one kind and programme.
#[derive(Plain, SimpleObject, Clone, Debug)]
pub struct FundingByScheme {
    /// The kind of grant.
    pub kind: FundingKind,
    /// The code of the programme, where the kind has programmes.
    pub programme: Option<String>,
    /// The sum of the amounts that are known.
    pub total: Money,
    /// How many grants there are.
    pub count: usize,
}

fn each<T: Record>(graph: &Graph, give: impl FnMut(&T)) {
    graph.snapshots.records::<T>().for_each(give);
}

/// Every grant in the graph.
pub(super) fn facts(graph: &Graph) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |kind, roles: &[Role], head: &Head, programme: Option<&str>, year, amount| {
        let organisations =
            graph.organisations_of(head, roles).iter().map(|organisation| organisation.number).collect();
        facts.push(Fact { kind, programme: programme.map(str::to_owned), year, amount, organisations });
    };
    each(graph, |project: &FundedProject| {
        let programme = project.programme.as_ref().map(|programme| programme.code.as_str());
        add(
            FundingKind::FundedProject,
            &[Role::LeadApplicant],
            &project.head,
            programme,
            project.year,
            project.funding,
        );
    });
    each(graph, |project: &TrialProject| {
        add(FundingKind::TrialProject, &[Role::Applicant], &project.head, None, project.year, project.approved);
    });
    each(graph, |project: &BetterLivingProject| {
        add(FundingKind::BetterLivingProject, &[Role::Applicant], &project.head, None, None, project.grant);
    });
    each(graph, |project: &RaisePlusProject| {
        add(FundingKind::RaisePlusProject, &[Role::LeadApplicant], &project.head, None, project.year, project.approved);
    });
    each(graph, |laboratory: &KeyLaboratory| {
        add(FundingKind::KeyLaboratory, &[Role::Host], &laboratory.head, None, laboratory.year, laboratory.funding);
    });
    each(graph, |investment: &VentureInvestment| {
        add(
            FundingKind::VentureInvestment,
            &[Role::Investee],
            &investment.head,
            None,
            investment.year,
            investment.amount,
        );
    });
    each(graph, |grant: &BusinessGrant| {
        add(FundingKind::BusinessGrant, &[Role::Grantee], &grant.head, None, None, Some(grant.approved));
    });
    facts
}

/// Gives every organisation the clusters of its tenancies and the sums of its grants.
pub(super) fn summarise(graph: &mut Graph) {
    let mut clusters: Vec<(u32, Text)> = Vec::new();
    for tenancy in graph.snapshots.records::<Tenancy>() {
        let organisations = graph.organisations_of(&tenancy.head, &[Role::Tenant]);
        clusters.extend(
            organisations.iter().filter_map(|organisation| Some((organisation.number, tenancy.cluster.clone()?))),
        );
    }
    for (number, cluster) in clusters {
        let known = &mut graph.organisations[number as usize].clusters;
        if !known.contains(&cluster) {
            known.push(cluster);
        }
    }
    let mut by_organisation: Vec<Vec<u32>> = vec![Vec::new(); graph.organisations.len()];
    for (number, fact) in (0..).zip(&graph.facts) {
        for organisation in &fact.organisations {
            by_organisation[*organisation as usize].push(number);
        }
    }
    for (organisation, facts) in graph.organisations.iter_mut().zip(by_organisation) {
        organisation.funding = FundingSummary::of(facts.iter().map(|fact| &graph.facts[*fact as usize]));
    }
}

#[derive(Default)]
struct Sum {
    total: Money,
    count: usize,
    without_amount: usize,
}

impl Sum {
    fn add(&mut self, fact: &Fact) {
        self.total = self.total + fact.amount.unwrap_or_default();
        self.count += 1;
        self.without_amount += usize::from(fact.amount.is_none());
    }
}

impl FundingSummary {
    fn of<'a>(facts: impl Iterator<Item = &'a Fact>) -> Self {
        let mut all = Sum::default();
        let mut by_year: BTreeMap<Option<i32>, Sum> = BTreeMap::new();
        let mut by_scheme: BTreeMap<(FundingKind, Option<&str>), Sum> = BTreeMap::new();
        for fact in facts {
            all.add(fact);
            by_year.entry(fact.year).or_default().add(fact);
            by_scheme.entry((fact.kind, fact.programme.as_deref())).or_default().add(fact);
        }
        Self {
            total: all.total,
            count: all.count,
            count_without_amount: all.without_amount,
            by_year: by_year
                .into_iter()
                .map(|(year, sum)| FundingByYear { year, total: sum.total, count: sum.count })
                .collect(),
            by_scheme: by_scheme
                .into_iter()
                .map(|((kind, programme), sum)| FundingByScheme {
                    kind,
                    programme: programme.map(str::to_owned),
                    total: sum.total,
                    count: sum.count,
                })
                .collect(),
        }
    }
}

/// What sums are grouped by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FundingDimension {
    /// What kind of public money it is.
    Kind,
    /// The year of approval.
    Year,
    /// The programme of the Innovation and Technology Fund.
    Programme,
    /// The cluster of the receiving organisation's tenancy in Science Park.
    Cluster,
    /// The receiving organisation.
    Organisation,
}

/// Which grants are summed: all that is given must hold.
#[derive(InputObject, Default)]
pub struct FundingFilter {
    /// Of one of these kinds.
    pub kind: Option<Vec<FundingKind>>,
    /// Approved in these years; grants whose year is not known are left out.
    pub year: Option<YearRange>,
    /// Of one of these programmes, by code.
    pub programme: Option<Vec<String>>,
    /// Received by an organisation with a tenancy in one of these clusters, by English name.
    pub cluster: Option<Vec<String>>,
    /// Received by one of these organisations.
    pub organisation: Option<Vec<async_graphql::ID>>,
}

/// A sum over the grants that share the dimensions asked for; the other dimensions are absent.
#[derive(Plain, SimpleObject, Debug)]
#[graphql(complex)]
pub struct FundingGroup {
    /// The kind of grant, where the sums are by kind.
    pub kind: Option<FundingKind>,
    /// The year of approval, where the sums are by year and it is known.
    pub year: Option<i32>,
    /// The code of the programme.
    pub programme: Option<String>,
    /// The English name of the cluster.
    pub cluster: Option<String>,
    #[graphql(skip)]
    organisation_number: Option<u32>,
    /// The sum of the amounts that are known.
    pub total: Money,
    /// How many grants there are.
    pub count: usize,
    /// How many of them are without a known amount.
    pub count_without_amount: usize,
}

#[ComplexObject]
impl FundingGroup {
    /// The organisation, where the sums are by organisation.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<&'a Organisation> {
        self.organisation_number.map(|number| &graph(ctx).organisations()[number as usize])
    }
}

/// What a group's grants share; absent where that was not asked for or is not known.
type Shared<'a> = (Option<FundingKind>, Option<i32>, Option<&'a str>, Option<&'a str>, Option<u32>);

impl Graph {
    /// The sums of the grants that a filter keeps, by these dimensions, in their order.
    pub fn funding(&self, filter: &FundingFilter, dimensions: &[FundingDimension]) -> Vec<FundingGroup> {
        let mut groups: BTreeMap<Shared<'_>, Sum> = BTreeMap::new();
        if dimensions.is_empty() {
            groups.insert(Shared::default(), Sum::default());
        }
        for fact in self.facts.iter().filter(|fact| self.keeps(filter, fact)) {
            for shared in self.shared(fact, dimensions) {
                groups.entry(shared).or_default().add(fact);
            }
        }
        groups
            .into_iter()
            .map(|((kind, year, programme, cluster, organisation_number), sum)| FundingGroup {
                kind,
                year,
                programme: programme.map(str::to_owned),
                cluster: cluster.map(str::to_owned),
                organisation_number,
                total: sum.total,
                count: sum.count,
                count_without_amount: sum.without_amount,
            })
            .collect()
    }

    /// The groups that a grant counts in.
    fn shared<'a>(&'a self, fact: &'a Fact, dimensions: &[FundingDimension]) -> Vec<Shared<'a>> {
        let by = |dimension| dimensions.contains(&dimension);
        let kind = by(FundingDimension::Kind).then_some(fact.kind);
        let year = fact.year.filter(|_| by(FundingDimension::Year));
        let programme = fact.programme.as_deref().filter(|_| by(FundingDimension::Programme));
        let mut groups: Vec<Shared<'a>> = Vec::new();
        let by_organisation = by(FundingDimension::Organisation);
        let by_cluster = by(FundingDimension::Cluster);
        if by_organisation || by_cluster {
            for number in &fact.organisations {
                let organisation = by_organisation.then_some(*number);
                let clusters: Vec<Option<&str>> =
                    if by_cluster { self.clusters_of(*number).map(Some).collect() } else { vec![None] };
                let clusters = if clusters.is_empty() { vec![None] } else { clusters };
                groups.extend(clusters.into_iter().map(|cluster| (kind, year, programme, cluster, organisation)));
            }
        }
        if groups.is_empty() {
            groups.push((kind, year, programme, None, None));
        }
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    fn clusters_of(&self, organisation: u32) -> impl Iterator<Item = &str> {
        self.organisations[organisation as usize].clusters.iter().filter_map(|cluster| cluster.published(Language::En))
    }

    fn keeps(&self, filter: &FundingFilter, fact: &Fact) -> bool {
        let received_by = |ids: &Vec<async_graphql::ID>| {
            fact.organisations.iter().any(|number| ids.iter().any(|id| **id == self.organisations[*number as usize].id))
        };
        let in_cluster = |names: &Vec<String>| {
            fact.organisations
                .iter()
                .flat_map(|number| self.clusters_of(*number))
                .any(|cluster| names.iter().any(|name| name.eq_ignore_ascii_case(cluster)))
        };
        filter.kind.as_ref().is_none_or(|kinds| kinds.contains(&fact.kind))
            && filter.year.is_none_or(|years| fact.year.is_some_and(|year| years.contains(year)))
            && filter.programme.as_ref().is_none_or(|codes| {
                fact.programme
                    .as_ref()
                    .is_some_and(|programme| codes.iter().any(|code| code.eq_ignore_ascii_case(programme)))
            })
            && filter.cluster.as_ref().is_none_or(in_cluster)
            && filter.organisation.as_ref().is_none_or(received_by)
    }
}
