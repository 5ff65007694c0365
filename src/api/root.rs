//! Query fields that span publishers: organisations, funding totals, datasets, and objects by ID.

use async_graphql::{Context, MergedObject, Object, OneofObject};

use crate::{
    api::{
        code_lists::CodeListsPart,
        context::{graph, view},
        dataset::{DatasetObject, PublisherObject},
        deprecated::{FundingFilter, OrganisationFilter, SearchFilter},
        edges::{GrantsPart, Node},
        federation::entities::Federation,
        link_explanation::LinkExplanation,
        search::{self, SearchPage, SearchQuery, Suggestion},
    },
    domain::{
        catalog::Publisher,
        dataset_status::DatasetStatus,
        pagination::{Page, PageSource, Window, is_counted},
        query_error::{Candidate, QueryError, to_graphql},
        record::SearchType,
        resolve::{ByRef, Owned, SyncResolve, sync_resolvers},
        text::Language,
        value::shorten,
    },
    index::{
        funding::{FundingDimension, FundingGroup},
        organisation::{Organisation, OrganisationConditions, OrganisationOrder},
    },
    linking::OrganisationKind,
    publishers::{Publishers, Rdc, answer::Answer},
};

/// The maximum number of IDs in one `nodes` query.
const MOST_IDS: usize = 100;
/// The maximum number of candidates that an error lists.
const MOST_CANDIDATES: usize = 20;

/// Identifies an organisation.
#[derive(OneofObject)]
pub enum OrganisationBy {
    /// A current or former ID, from an earlier response.
    Id(async_graphql::ID),
    /// A name as any publisher writes it, in English or Chinese, or a known acronym: `HKRITA`, `香港理工大學`.
    Name(String),
}

#[derive(Default)]
pub struct Root;

#[sync_resolvers]
#[Object]
impl Root {
    /// Looks up an organisation by its ID or by a name. Exactly one argument is required. Returns `null` if there is no such organisation. If several
    /// organisations may have the name, the error `AMBIGUOUS_NAME` lists them in `extensions.candidates`.
    async fn organisation<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The ID or a name.")] by: Option<OrganisationBy>,
        #[graphql(desc = "An ID from an earlier response.", deprecation = "Use `by: { id: ... }`.")] id: Option<
            async_graphql::ID,
        >,
        #[graphql(
            desc = "A name in English or Chinese, or a known acronym.",
            deprecation = "Use `by: { name: ... }`."
        )]
        name: Option<String>,
    ) -> Option<async_graphql::Result<ByRef<'a, Organisation>>> {
        let given = [by, id.map(OrganisationBy::Id), name.map(OrganisationBy::Name)];
        let mut given = given.into_iter().flatten();
        let (Some(by), None) = (given.next(), given.next()) else {
            return Some(to_graphql(Err(QueryError::OrganisationArguments)));
        };
        match by {
            OrganisationBy::Id(id) => graph(ctx).organisation(&id).map(ByRef).map(Ok),
            OrganisationBy::Name(name) => match graph(ctx).organisations_named(&name)[..] {
                [] => None,
                [organisation] => Some(Ok(ByRef(organisation))),
                ref several => Some(to_graphql(Err(ambiguous(&name, several)))),
            },
        }
    }

    /// All organisations that a publisher names, sorted by name by default.
    async fn organisations<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Filters the items. Omit to return all.")] filter: Option<OrganisationFilter>,
        #[graphql(desc = "The sort order. Default: by name, ascending.")] order_by: Option<OrganisationOrder>,
        window: Window,
    ) -> Answer<Page<'a, Organisation>> {
        let list = graph(ctx).select(filter.unwrap_or_default().conditions(), order_by);
        Some(to_graphql(window.walk(&list, is_counted(ctx))))
    }

    /// The organisations of kind `COMPANY`, sorted by name by default.
    async fn companies<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Filters the items. Omit to return all.")] filter: Option<OrganisationFilter>,
        #[graphql(desc = "The sort order. Default: by name, ascending.")] order_by: Option<OrganisationOrder>,
        window: Window,
    ) -> Answer<Page<'a, Organisation>> {
        let list =
            graph(ctx).select(filter.unwrap_or_default().conditions().of_kind(OrganisationKind::Company), order_by);
        Some(to_graphql(window.walk(&list, is_counted(ctx))))
    }

    /// Searches organisations, projects, laboratories, tenants, jobs, datasets and other records, best match first.
    /// Organisations are found by any of their names, including acronyms and former names. English words match in any
    /// form, Chinese in either script. Every word must match, in the record itself or in the name of an organisation
    /// that it names. The last word may be incomplete. If nothing matches, one wrong letter is tolerated in words of at
    /// least five letters, and two in words of at least nine. The first 1,000 hits can be read page by page.
    async fn search<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The search text, at most 1,000 bytes.")] text: String,
        #[graphql(desc = "The types of hits to return. Omit to return all.")] types: Option<Vec<SearchType>>,
        #[graphql(desc = "Filters the hits.")] filter: Option<SearchFilter>,
        window: Window,
    ) -> Answer<SearchPage<'a>> {
        let (types, filter) = (types.unwrap_or_default(), filter.unwrap_or_default().conditions());
        let query = SearchQuery { text: &text, types: &types, filter: &filter, window: &window };
        Some(to_graphql(query.page(view(ctx), ctx)))
    }

    /// Suggestions for a search field while the user types, best match first. The last word may be incomplete.
    #[graphql(complexity = "crate::domain::pagination::cost(first, None, child_complexity)")]
    async fn suggest<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The text typed so far, at most 1,000 bytes.")] text: String,
        #[graphql(default_with = "Some(8)", desc = "The number of suggestions. Maximum 20.")] first: Option<i32>,
    ) -> Answer<Vec<Owned<Suggestion<'a>>>> {
        Some(to_graphql(search::suggest(view(ctx), &text, first)))
    }

    /// Explains why two names do or do not refer to the same organisation. Each ID is of an organisation or of a
    /// record. For a record, the first organisation that it names is used, under the name in the record.
    async fn explain_link<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The ID of an organisation or of a record.")] a: async_graphql::ID,
        #[graphql(desc = "The ID of the other organisation or record.")] b: async_graphql::ID,
    ) -> Option<async_graphql::Result<LinkExplanation<'a>>> {
        Some(to_graphql(LinkExplanation::of(graph(ctx), &a, &b)))
    }

    /// Totals of public funding across all kinds of grant. Grouped by `ORGANISATION` or `CLUSTER`, a joint grant counts
    /// in full for each of its organisations. Otherwise each grant counts once.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn funding<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Filters the grants. Omit to include all.")] filter: Option<FundingFilter>,
        #[graphql(desc = "Dimensions to group by. An empty list returns one total.")] group_by: Vec<FundingDimension>,
    ) -> Vec<Owned<FundingGroup<'a>>> {
        graph(ctx).funding(&filter.unwrap_or_default().conditions(), &group_by).into_iter().map(Owned).collect()
    }

    /// The R&D Centres and their key performance indicators.
    async fn rd_centres(&self) -> Option<RdCentres> {
        Some(RdCentres::default())
    }

    /// The bodies that publish the datasets of the graph.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn publishers(&self) -> Vec<PublisherObject> {
        Publisher::ALL.into_iter().map(PublisherObject).collect()
    }

    /// All datasets with their status.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn datasets<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Filters the items. Omit to return all.")] filter: Option<DatasetFilter>,
    ) -> Vec<DatasetObject<'a>> {
        let filter = filter.unwrap_or_default();
        DatasetObject::all(view(ctx)).filter(|dataset| filter.keeps(dataset)).collect()
    }

    /// Looks up a dataset by its portal ID or its plan number, such as `D36`. Returns `null` if there is no such dataset.
    async fn dataset<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "A portal ID, or a plan number such as `D36`.")] id: async_graphql::ID,
    ) -> Option<DatasetObject<'a>> {
        DatasetObject::named(view(ctx), &id)
    }

    /// Looks up an object by its ID.
    async fn node<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "An ID from an earlier response.")] id: async_graphql::ID,
    ) -> Option<Node<'a>> {
        Node::find(view(ctx), &id)
    }

    /// Looks up objects by their IDs. Results are in the order of the IDs. An ID that resolves to no object yields
    /// `null`.
    #[graphql(complexity = "ids.len() * child_complexity + 1")]
    async fn nodes<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "At most 100 IDs.")] ids: Vec<async_graphql::ID>,
    ) -> Answer<Vec<Option<Node<'a>>>> {
        if ids.len() > MOST_IDS {
            let found = i32::try_from(ids.len()).unwrap_or(i32::MAX);
            return Some(to_graphql(Err(QueryError::TooManyIds { most: MOST_IDS, found })));
        }
        Some(Ok(ids.iter().map(|id| Node::find(view(ctx), id)).collect()))
    }
}

/// The error for a name that several organisations may have.
fn ambiguous(name: &str, several: &[&Organisation]) -> QueryError {
    let candidate = |organisation: &&Organisation| Candidate {
        id: organisation.id.clone(),
        name: organisation.name.nearest(Language::En).into_owned(),
    };
    let candidates = several.iter().take(MOST_CANDIDATES).map(candidate).collect();
    QueryError::AmbiguousName { name: shorten(name).into_owned(), candidates }
}

/// The R&D Centres.
#[derive(SyncResolve, MergedObject, Default)]
pub struct RdCentres(Centres, Rdc);

/// The list of R&D Centres. They are found among all organisations, because no publisher's file lists them.
#[derive(Default)]
pub struct Centres;

#[sync_resolvers]
#[Object]
impl Centres {
    /// The R&D Centres, sorted by name.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn centres<'a>(&self, ctx: &Context<'a>) -> Option<Vec<&'a Organisation>> {
        let centres = OrganisationConditions::default().of_kind(OrganisationKind::RdCentre);
        Some(graph(ctx).select(centres, None).all())
    }
}

/// Filters datasets. An item must satisfy every condition.
#[derive(async_graphql::InputObject, Default)]
pub struct DatasetFilter {
    /// Only datasets of these publishers.
    pub publishers: Option<Vec<Publisher>>,
    /// Only datasets with one of these statuses.
    pub statuses: Option<Vec<DatasetStatus>>,
    /// Only datasets of these publishers.
    #[graphql(deprecation = "Use `publishers`.")]
    pub publisher: Option<Vec<Publisher>>,
    /// Only datasets with one of these statuses.
    #[graphql(deprecation = "Use `statuses`.")]
    pub status: Option<Vec<DatasetStatus>>,
}

impl DatasetFilter {
    fn keeps(&self, dataset: &DatasetObject<'_>) -> bool {
        let publisher = dataset.description().publisher;
        let status = dataset.state().status(dataset.snapshot());
        [&self.publishers, &self.publisher].into_iter().flatten().all(|codes| codes.contains(&publisher))
            && [&self.statuses, &self.status].into_iter().flatten().all(|states| states.contains(&status))
    }
}

/// The query root of Lionrock's GraphQL interface.
#[derive(SyncResolve, MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(Root, GrantsPart, CodeListsPart, Publishers, Federation);
