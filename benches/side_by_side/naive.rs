//! The comparison server in Rust: async-graphql as in the first chapters of its book, with derived types over plain
//! rows and a map from id to object.

use std::collections::{BTreeMap, HashMap};

use async_graphql::{
    ComplexObject, Context, EmptyMutation, EmptySubscription, Enum, ID, InputObject, Object, Request, Schema,
    SimpleObject,
};
use axum::{Router, body::Bytes, http::header::CONTENT_TYPE, routing::post};
use serde::Deserialize;
use tokio::net::TcpListener;

#[derive(SimpleObject, Deserialize)]
#[graphql(complex)]
struct Organisation {
    id: ID,
    name: Text,
    #[graphql(skip)]
    names: Vec<Name>,
    funding: Sum,
    #[graphql(skip)]
    #[serde(rename = "fundedProjects")]
    funded_projects: NodeList<Project>,
    #[graphql(skip)]
    accreditations: NodeList<Accreditation>,
    #[graphql(name = "tenanciesConnection")]
    tenancies: TenancyPage,
}

#[derive(Deserialize)]
struct Name {
    value: String,
}

#[derive(SimpleObject, Deserialize)]
struct Sum {
    total: Money,
}

#[derive(SimpleObject, Deserialize)]
struct Money {
    amount: String,
}

#[derive(SimpleObject, Deserialize)]
struct Text {
    en: Option<String>,
    #[serde(rename = "zhHant", default)]
    zh_hant: Option<String>,
}

#[derive(SimpleObject, Deserialize)]
struct Programme {
    code: String,
}

/// A list, as in the JSON data.
#[derive(Deserialize)]
struct NodeList<T> {
    nodes: Vec<T>,
}

#[derive(SimpleObject)]
struct OrganisationPage<'a> {
    nodes: Vec<&'a Organisation>,
}

#[derive(SimpleObject)]
struct ProjectPage<'a> {
    nodes: Vec<&'a Project>,
}

#[derive(SimpleObject)]
struct AccreditationPage<'a> {
    nodes: Vec<&'a Accreditation>,
}

#[derive(SimpleObject, Deserialize)]
struct Project {
    reference: Option<String>,
    title: Text,
    programme: Option<Programme>,
    year: Option<i32>,
    approved: Option<Money>,
    remarks: Option<String>,
}

#[derive(SimpleObject, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Accreditation {
    registration_number: Option<String>,
    name: Text,
    address: Option<Text>,
    test_categories: Vec<Text>,
}

#[derive(SimpleObject, Deserialize)]
struct TenancyPage {
    nodes: Vec<Tenancy>,
}

#[derive(SimpleObject, Deserialize)]
struct Tenancy {
    name: Text,
    cluster: Option<Text>,
    introduction: Option<Text>,
    website: Option<String>,
}

#[derive(SimpleObject)]
struct FundingGroup {
    year: Option<i32>,
    programme: Option<String>,
    count: usize,
    total: Money,
}

#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum ProjectOrderField {
    Reference,
}

#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum OrganisationOrderField {
    Funding,
}

#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Asc,
    Desc,
}

#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum FundingDimension {
    Year,
    Programme,
}

#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum FundingKind {
    FundedProject,
}

#[derive(InputObject)]
struct ProjectOrder {
    field: ProjectOrderField,
}

#[derive(InputObject)]
struct OrganisationOrder {
    field: OrganisationOrderField,
    direction: Option<Direction>,
}

#[derive(InputObject)]
struct OrganisationBy {
    id: Option<ID>,
}

#[derive(InputObject)]
struct OrganisationFilter {
    name: Option<String>,
}

#[derive(InputObject)]
struct FundingFilter {
    clusters: Option<Vec<String>>,
    kinds: Option<Vec<FundingKind>>,
}

/// Returns the page size.
fn size(first: Option<i32>) -> usize {
    first.and_then(|first| usize::try_from(first).ok()).unwrap_or(20)
}

#[ComplexObject]
impl Organisation {
    async fn funded_projects(
        &self,
        first: Option<i32>,
        #[graphql(name = "orderBy")] _order_by: Option<ProjectOrder>,
    ) -> ProjectPage<'_> {
        ProjectPage { nodes: self.funded_projects.nodes.iter().take(size(first)).collect() }
    }

    async fn accreditations(&self, first: Option<i32>) -> AccreditationPage<'_> {
        AccreditationPage { nodes: self.accreditations.nodes.iter().take(size(first)).collect() }
    }
}

struct Data {
    /// Sorted by funding, highest first.
    all: Vec<Organisation>,
    by_id: HashMap<String, usize>,
    lower: Vec<Vec<String>>,
}

impl Data {
    fn read(path: &str) -> Self {
        let text = std::fs::read(path).expect("the data file exists");
        let all: Vec<Organisation> = serde_json::from_slice(&text).expect("the data file is valid JSON");
        let by_id = all.iter().enumerate().map(|(at, organisation)| (organisation.id.to_string(), at)).collect();
        let lower =
            |organisation: &Organisation| organisation.names.iter().map(|name| name.value.to_lowercase()).collect();
        let lower = all.iter().map(lower).collect();
        Self { all, by_id, lower }
    }
}

fn amount(money: &Money) -> f64 {
    money.amount.parse().unwrap_or_default()
}

/// The number and the sum of the grants of a year and programme.
type Groups<'a> = BTreeMap<(Option<i32>, Option<&'a str>), (usize, f64)>;

struct Query;

#[Object]
impl Query {
    async fn organisation<'a>(&self, ctx: &Context<'a>, by: OrganisationBy) -> Option<&'a Organisation> {
        let data = ctx.data_unchecked::<Data>();
        data.by_id.get(by.id?.as_str()).map(|at| &data.all[*at])
    }

    async fn organisations<'a>(
        &self,
        ctx: &Context<'a>,
        filter: Option<OrganisationFilter>,
        #[graphql(name = "orderBy")] _order_by: Option<OrganisationOrder>,
        first: Option<i32>,
    ) -> OrganisationPage<'a> {
        let data = ctx.data_unchecked::<Data>();
        let part = filter.and_then(|filter| filter.name).unwrap_or_default().to_lowercase();
        let kept = (0..data.all.len()).filter(|at| data.lower[*at].iter().any(|name| name.contains(&part)));
        OrganisationPage { nodes: kept.take(size(first)).map(|at| &data.all[at]).collect() }
    }

    async fn funding(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "groupBy")] _group_by: Vec<FundingDimension>,
        filter: Option<FundingFilter>,
    ) -> Vec<FundingGroup> {
        let data = ctx.data_unchecked::<Data>();
        let selected_clusters = filter.and_then(|filter| filter.clusters).unwrap_or_default();
        let mut groups: Groups<'_> = BTreeMap::new();
        for organisation in &data.all {
            let tenancies = organisation.tenancies.nodes.iter();
            let clusters = tenancies.filter_map(|tenancy| tenancy.cluster.as_ref()?.en.as_ref());
            if clusters.into_iter().any(|cluster| selected_clusters.contains(cluster)) {
                for project in &organisation.funded_projects.nodes {
                    let programme = project.programme.as_ref().map(|programme| programme.code.as_str());
                    let group = groups.entry((project.year, programme)).or_default();
                    group.0 += 1;
                    group.1 += project.approved.as_ref().map(amount).unwrap_or_default();
                }
            }
        }
        let group = |((year, programme), (count, sum)): ((_, Option<&str>), (usize, f64))| FundingGroup {
            year,
            programme: programme.map(str::to_owned),
            count,
            total: Money { amount: sum.to_string() },
        };
        groups.into_iter().map(group).collect()
    }
}

/// Serves the data until the process is killed.
pub async fn serve(port: &str, path: &str) {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription).data(Data::read(path)).finish();
    let handler = async move |body: Bytes| {
        let request: Request = serde_json::from_slice(&body).expect("a request is valid JSON");
        let response = schema.execute(request).await;
        ([(CONTENT_TYPE, "application/json")], serde_json::to_vec(&response).expect("a response is valid JSON"))
    };
    let router = Router::new().route("/graphql", post(handler));
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("the port is free");
    axum::serve(listener, router).await.expect("the server runs");
}
