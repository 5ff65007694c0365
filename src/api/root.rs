//! What spans the publishers: organisations, sums, datasets, anything by its id.

use async_graphql::{Context, MergedObject, Object};

use crate::{
    api::{
        context::{graph, view},
        dataset::{Dataset, PublisherObject},
        edges::Node,
        federation::entities::Federation,
        link_explanation::LinkExplanation,
        search::{self, SearchFilter, SearchPage, SearchQuery, Suggestion},
    },
    domain::{
        catalog::Publisher,
        dataset_status::DatasetStatus,
        pagination::{List, Page, Window, is_counted},
        query_error::{QueryError, to_graphql},
        record::SearchType,
        resolve::{ByRef, Owned, SyncResolve, sync_resolvers},
    },
    index::{
        funding::{FundingDimension, FundingFilter, FundingGroup},
        organisation::{Organisation, OrganisationFilter, OrganisationOrder},
    },
    linking::OrganisationKind,
    publishers::Publishers,
    publishers::rdc::key_performance_indicators::RdCentreIndicatorsPart,
};

/// The most ids of one `nodes` query.
const MOST_IDS: usize = 100;

#[derive(Default)]
pub struct Root;

#[sync_resolvers]
#[Object]
impl Root {
    /// One organisation: by its id, also one that it had before, or by a name as any publisher writes it. A name that means no organisation, or that
    /// may mean several, gives none.
    async fn organisation<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "An id from an earlier answer.")] id: Option<async_graphql::ID>,
        #[graphql(desc = "A name in English or Chinese, or a known acronym: `HKRITA`, `香港理工大學`.")] name: Option<
            String,
        >,
    ) -> Option<async_graphql::Result<ByRef<'a, Organisation>>> {
        match (id, name) {
            (Some(id), None) => graph(ctx).organisation(&id).map(ByRef).map(Ok),
            (None, Some(name)) => graph(ctx).organisation_named(&name).map(ByRef).map(Ok),
            (None, None) | (Some(_), Some(_)) => Some(to_graphql(Err(QueryError::MissingArgument))),
        }
    }

    /// Every organisation that a publisher names, by name unless ordered otherwise.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn organisations<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Which of them; all without it.")] filter: Option<OrganisationFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<OrganisationOrder>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Page<'a, Organisation>> {
        let list = graph(ctx).select(filter.unwrap_or_default(), order_by);
        to_graphql(Window { first, after, last, before }.walk(&list, is_counted(ctx)))
    }

    /// The organisations of kind COMPANY.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn companies<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Which of them; all without it.")] filter: Option<OrganisationFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<OrganisationOrder>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Page<'a, Organisation>> {
        let list = graph(ctx).select(filter.unwrap_or_default().of_kind(OrganisationKind::Company), order_by);
        to_graphql(Window { first, after, last, before }.walk(&list, is_counted(ctx)))
    }

    /// Searches organisations, projects, laboratories, tenants, jobs, datasets and other records, the best hits first.
    /// Organisations are found by any of their names, also by acronyms and former names. English words match in any form,
    /// Chinese in either script. Every word must match, in the record itself or in a name of an organisation that it names;
    /// the last word may be incomplete. Where nothing matches, one wrong letter is ignored in words of five letters and
    /// more, two in words of nine and more.
    #[graphql(complexity = "crate::domain::pagination::cost(first, None, child_complexity)")]
    async fn search<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "At most 1,000 bytes.")] text: String,
        #[graphql(desc = "What may be found; anything without it.")] types: Option<Vec<SearchType>>,
        #[graphql(desc = "Filters the hits.")] filter: Option<SearchFilter>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<SearchPage<'a>> {
        let (types, filter) = (types.unwrap_or_default(), filter.unwrap_or_default());
        let query = SearchQuery { text: &text, types: &types, filter: &filter, first, after: after.as_deref() };
        to_graphql(query.page(view(ctx), ctx))
    }

    /// Suggestions for an input field while somebody types, the best first. The last word may be incomplete.
    #[graphql(complexity = "crate::domain::pagination::cost(first, None, child_complexity)")]
    async fn suggest<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "What was typed so far. At most 1,000 bytes.")] text: String,
        #[graphql(desc = "The number of suggestions. Default 8, maximum 20.")] first: Option<i32>,
    ) -> async_graphql::Result<Vec<Owned<Suggestion<'a>>>> {
        to_graphql(search::suggest(view(ctx), &text, first))
    }

    /// Why two names are, or are not, one organisation. The ids are of organisations, or of records: then the first
    /// organisation that the record names is meant, by the name that stands there.
    async fn explain_link<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The id of an organisation or of a row.")] a: async_graphql::ID,
        #[graphql(desc = "The id of another one.")] b: async_graphql::ID,
    ) -> Option<async_graphql::Result<LinkExplanation<'a>>> {
        Some(to_graphql(LinkExplanation::of(graph(ctx), &a, &b)))
    }

    /// Sums of public money over every kind that the graph knows. Grouped by ORGANISATION or CLUSTER, a joint grant
    /// counts in full for each of its organisations; otherwise each grant counts once.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn funding<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Which grants are summed; all of them without it.")] filter: Option<FundingFilter>,
        #[graphql(desc = "What the sums are by; an empty list gives one sum.")] group_by: Vec<FundingDimension>,
    ) -> Vec<Owned<FundingGroup<'a>>> {
        graph(ctx).funding(&filter.unwrap_or_default(), &group_by).into_iter().map(Owned).collect()
    }

    /// The R&D Centres: who they are and what they achieve.
    async fn rd_centres(&self) -> Option<RdCentres> {
        Some(RdCentres::default())
    }

    /// The bodies whose datasets the graph is made of.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn publishers(&self) -> Vec<PublisherObject> {
        Publisher::ALL.into_iter().map(PublisherObject).collect()
    }

    /// Every dataset with its state.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn datasets<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Which of them; all without it.")] filter: Option<DatasetFilter>,
    ) -> Vec<Dataset<'a>> {
        let filter = filter.unwrap_or_default();
        Dataset::all(view(ctx)).filter(|dataset| filter.keeps(dataset)).collect()
    }

    /// One dataset: by its portal id or its plan number, `D36`.
    async fn dataset<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "A portal id, or a plan number: `D36`.")] id: async_graphql::ID,
    ) -> Option<async_graphql::Result<Dataset<'a>>> {
        Some(to_graphql(
            Dataset::named(view(ctx), &id)
                .ok_or_else(|| QueryError::UnknownDataset(crate::domain::value::shorten(&id).into_owned())),
        ))
    }

    /// Anything by its id.
    async fn node<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "An id from an earlier answer.")] id: async_graphql::ID,
    ) -> Option<Node<'a>> {
        Node::find(view(ctx), &id)
    }

    /// Several things by their ids, in their order; null where nothing has the id.
    #[graphql(complexity = "ids.len() * child_complexity + 1")]
    async fn nodes<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "At most 100.")] ids: Vec<async_graphql::ID>,
    ) -> async_graphql::Result<Vec<Option<Node<'a>>>> {
        let found = i32::try_from(ids.len()).unwrap_or(i32::MAX);
        to_graphql(if ids.len() > MOST_IDS { Err(QueryError::TooManyIds { most: MOST_IDS, found }) } else { Ok(()) })?;
        Ok(ids.iter().map(|id| Node::find(view(ctx), id)).collect())
    }
}

/// The R&D Centres.
#[derive(SyncResolve, MergedObject, Default)]
pub struct RdCentres(Centres, RdCentreIndicatorsPart);

/// Who the R&D Centres are: they are found among all organisations, so that no publisher's file can tell.
#[derive(Default)]
pub struct Centres;

#[sync_resolvers]
#[Object]
impl Centres {
    /// The R&D Centres, by name.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn centres<'a>(&self, ctx: &Context<'a>) -> Option<Vec<&'a Organisation>> {
        let centres = OrganisationFilter::default().of_kind(OrganisationKind::RdCentre);
        Some(graph(ctx).select(centres, None).all())
    }
}

/// Which datasets: all that is given must hold.
#[derive(async_graphql::InputObject, Default)]
pub struct DatasetFilter {
    /// Of one of these publishers.
    pub publisher: Option<Vec<Publisher>>,
    /// In one of these states.
    pub status: Option<Vec<DatasetStatus>>,
}

impl DatasetFilter {
    fn keeps(&self, dataset: &Dataset<'_>) -> bool {
        self.publisher.as_ref().is_none_or(|codes| codes.contains(&dataset.description().publisher))
            && self.status.as_ref().is_none_or(|states| states.contains(&dataset.state().status(dataset.snapshot())))
    }
}

/// The query root.
#[derive(SyncResolve, MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(Root, Publishers, #[sync_resolve(skip)] Federation);
