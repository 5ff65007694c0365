//! Sorted lists of records, compared with a stable sort of the published list, and look-ups by key.

use std::{cmp::Ordering, fmt::Write};

use lionrock::{
    domain::{
        pagination::{Direction, InOrder, PageSource},
        record::Record,
    },
    publishers::itf::{projects::FundedProject, trials::TrialProject},
    refresh::Refresher,
    upstream::rows::SortedRecords,
};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    gateway::{fetched, fixtures, query_data},
    local_upstream::LocalUpstream,
};

const PROJECTS: &str = "https://www.itf.gov.hk/datagovhk/annuallist_2023_e.csv";
const GRANTS: &str = "https://www.itc.gov.hk/datagovhk/DBP/dbp_grantee_list.csv";

/// Puts lists with repeated titles, amounts and names, some in another case, and with missing references and amounts.
fn put_lists_with_ties(upstream: &LocalUpstream) {
    let mut projects = "No.,Programme,Reference No.,Project Title,Lead Applicant,Funds Approved ($M)\n".to_owned();
    let mut grants = "Application No.,Enterprise Name (English),Approved Amount (HK$)\n".to_owned();
    let firms = ["Imaginary Harbour Robotics Limited", "Nowhere Bay University", "IMAGINARY HARBOUR ROBOTICS LIMITED"];
    for number in 0..50 {
        let title = ["Robots", "robots", "A Boat", "機械人", "Zebra Robots"][number * 7 % 5];
        let reference = match number % 4 {
            0 => String::new(),
            1 => format!("ITS/{}/23fx", 800 + number * 13 % 50),
            _ => format!("ITS/{}/23FX", 800 + number * 13 % 50),
        };
        let amount = ["0.5", "10", "1.75", "9.25", "0.5", ""][number * 5 % 6];
        let firm = firms[number % 3];
        writeln!(projects, "{number},ITSP,{reference},{title},{firm},{amount}").unwrap();
        writeln!(grants, "09{number:05},{firm},{}", [50000, 300_000, 9000][number * 11 % 3]).unwrap();
    }
    upstream.put(PROJECTS, projects);
    upstream.put(GRANTS, grants);
}

/// A list of records: the query, in which `ARGUMENTS` is replaced, and the JSON pointer of the page in the data.
struct RecordList {
    query: &'static str,
    page: &'static str,
}

const ALL_PROJECTS: RecordList = RecordList {
    query: "{ itf { projects(ARGUMENTS) { totalCount pageInfo { hasPreviousPage hasNextPage startCursor endCursor } nodes { id reference year funding { amount } title { in(language: EN) } } } } }",
    page: "/itf/projects",
};
const LED_PROJECTS: RecordList = RecordList {
    query: r#"{ organisation(by: { name: "Imaginary Harbour Robotics Limited" }) { fundedProjects(ARGUMENTS) { totalCount pageInfo { hasPreviousPage hasNextPage startCursor endCursor } nodes { id reference year funding { amount } title { in(language: EN) } } } } }"#,
    page: "/organisation/fundedProjects",
};
const ALL_GRANTS: RecordList = RecordList {
    query: "{ itc { businessGrants(ARGUMENTS) { totalCount pageInfo { hasPreviousPage hasNextPage startCursor endCursor } nodes { id approved { amount } enterpriseName { in(language: EN) } } } } }",
    page: "/itc/businessGrants",
};

impl RecordList {
    async fn page(&self, graph: &Refresher, arguments: &str) -> Value {
        let data = query_data(graph, &self.query.replace("ARGUMENTS", arguments)).await;
        data.pointer(self.page).unwrap().clone()
    }

    /// Asserts the sort order for every field, direction and filter: on a single page, and on short pages in both
    /// directions.
    async fn assert_is_sorted(&self, graph: &Refresher, filters: &[&str], fields: &[(&str, Compare)]) {
        for filter in filters {
            let published = nodes(&self.page(graph, &format!("first: 100, filter: {filter}")).await);
            assert!(published.len() > 14, "{filter} matches several pages");
            for (field, compare) in fields {
                for direction in [Direction::Asc, Direction::Desc] {
                    let mut expected = published.clone();
                    expected.sort_by(|a, b| compare(a, b, direction));
                    let direction_name = format!("{direction:?}").to_uppercase();
                    let arguments =
                        format!("filter: {filter}, orderBy: {{ field: {field}, direction: {direction_name} }}");
                    let page = self.page(graph, &format!("first: 100, {arguments}")).await;
                    assert_eq!(page["totalCount"], json!(expected.len()), "{arguments}");
                    assert_eq!(nodes(&page), expected, "{arguments}");
                    assert_eq!(self.forwards(graph, &arguments).await, expected, "{arguments}");
                    assert_eq!(self.backwards(graph, &arguments).await, expected, "{arguments}");
                }
            }
        }
    }

    async fn forwards(&self, graph: &Refresher, arguments: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut page = self.page(graph, &format!("first: 7, {arguments}")).await;
        loop {
            all.extend(nodes(&page));
            if page["pageInfo"]["hasNextPage"] == false {
                return all;
            }
            let after = &page["pageInfo"]["endCursor"];
            page = self.page(graph, &format!("first: 7, after: {after}, {arguments}")).await;
            assert_eq!(page["pageInfo"]["hasPreviousPage"], true);
        }
    }

    async fn backwards(&self, graph: &Refresher, arguments: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut page = self.page(graph, &format!("last: 7, {arguments}")).await;
        loop {
            all.splice(0..0, nodes(&page));
            if page["pageInfo"]["hasPreviousPage"] == false {
                return all;
            }
            let before = &page["pageInfo"]["startCursor"];
            page = self.page(graph, &format!("last: 7, before: {before}, {arguments}")).await;
            assert_eq!(page["pageInfo"]["hasNextPage"], true);
        }
    }
}

fn nodes(page: &Value) -> Vec<Value> {
    page["nodes"].as_array().unwrap().clone()
}

type Compare = fn(&Value, &Value, Direction) -> Ordering;

fn amount(money: &Value) -> Option<Decimal> {
    money["amount"].as_str().map(|amount| amount.parse().unwrap())
}

fn lower(text: &Value) -> String {
    text["in"].as_str().unwrap().to_lowercase()
}

const PROJECT_ORDERS: [(&str, Compare); 4] = [
    ("YEAR", |a, b, direction| direction.of(a["year"].as_i64().cmp(&b["year"].as_i64()))),
    ("FUNDING", |a, b, direction| direction.of(amount(&a["funding"]).cmp(&amount(&b["funding"])))),
    ("TITLE", |a, b, direction| direction.of(lower(&a["title"]).cmp(&lower(&b["title"])))),
    ("REFERENCE", |a, b, direction| direction.of(a["reference"].as_str().cmp(&b["reference"].as_str()))),
];

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_sorted_like_a_stable_sort() {
    let upstream = LocalUpstream::start().await;
    put_lists_with_ties(&upstream);
    let graph = fetched(&upstream).await;
    // Excludes the bundled register, which is too long to read page by page.
    let recent = [
        "{ year: { from: 2019 } }",
        r#"{ year: { from: 2019 }, title: "ROBOT" }"#,
        r#"{ year: { from: 2019 }, funding: { from: "1000000" } }"#,
    ];
    ALL_PROJECTS.assert_is_sorted(&graph, &recent, &PROJECT_ORDERS).await;
    let filters = ["{}", r#"{ title: "ROBOT" }"#, r#"{ funding: { from: "1000000" } }"#];
    LED_PROJECTS.assert_is_sorted(&graph, &filters, &PROJECT_ORDERS).await;
    let approved: Compare = |a, b, direction| direction.of(amount(&a["approved"]).cmp(&amount(&b["approved"])));
    // Grants with the same name are reversed, too. They are published in the order of their application numbers.
    let name: Compare = |a, b, direction| {
        let key = |grant: &Value| (lower(&grant["enterpriseName"]), grant["id"].to_string());
        direction.of(key(a).cmp(&key(b)))
    };
    let filters = ["{}", r#"{ enterpriseName: "harbour" }"#, r#"{ approved: { to: "60000" } }"#];
    ALL_GRANTS.assert_is_sorted(&graph, &filters, &[("APPROVED", approved), ("ENTERPRISE_NAME", name)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_several_datasets_are_sorted_together() {
    let graph = fixtures().view().graph.clone();
    let rows = graph.snapshots.rows::<TrialProject>();
    let all = rows.all();
    let datasets = all.chunk_by(|a, b| std::ptr::eq(a.meta().dataset, b.meta().dataset));
    assert_eq!(datasets.count(), 2);
    let sorted = SortedRecords::default();
    for direction in [Direction::Asc, Direction::Desc] {
        let mut expected = all.clone();
        expected.sort_by(|a, b| direction.of(a.year.cmp(&b.year)));
        let ids = |some: &[&TrialProject]| some.iter().map(|project| project.meta.id.clone()).collect::<Vec<_>>();
        let order = sorted.by(&rows, direction, |project| project.year);
        let list = graph.snapshots.rows();
        assert_eq!(ids(&InOrder { list, order }.all()), ids(&expected));
    }
    for wanted in &all {
        let first = all.iter().find(|project| project.year == wanted.year).unwrap();
        let found = SortedRecords::default().find(&rows, |project| project.year, &wanted.year).unwrap();
        assert_eq!(found.meta.id, first.meta.id);
    }
    assert!(SortedRecords::default().find(&rows, |project| project.year, &Some(1066)).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn projects_are_found_by_reference_in_any_case() {
    let upstream = LocalUpstream::start().await;
    put_lists_with_ties(&upstream);
    let graph = fetched(&upstream).await;
    let view = graph.view();
    let projects = view.graph.snapshots.rows::<FundedProject>().all();
    // All projects from the upstream, and some of the bundled register.
    let is_tested = |(at, project): &(usize, &&FundedProject)| project.meta.dataset.plan == "D36" || at % 100 == 0;
    let tested = projects.iter().enumerate().filter(is_tested);
    let references = tested.filter_map(|(_, project)| project.reference.as_deref());
    for wanted in references.chain(["", "ITS/000/00XX", "zzz"]) {
        let first = projects.iter().find(|project| {
            project.reference.as_deref().is_some_and(|reference| reference.eq_ignore_ascii_case(wanted))
        });
        for written in [wanted.to_owned(), format!(" {} ", wanted.to_lowercase()), wanted.to_uppercase()] {
            let data = query_data(&graph, &format!("{{ itf {{ project(reference: {written:?}) {{ id }} }} }}")).await;
            let id = first.map(|project| project.meta.id.as_str());
            assert_eq!(data["itf"]["project"]["id"].as_str(), id, "{written:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accreditations_are_found_only_in_their_scheme() {
    let graph = fixtures();
    let data =
        query_data(&graph, "{ hkas { accreditations(first: 100) { nodes { id scheme registrationNumber } } } }").await;
    let known = data["hkas"]["accreditations"]["nodes"].as_array().unwrap();
    for scheme in ["HOKLAS", "HKCAS", "HKIAS"] {
        let own: Vec<&Value> = known.iter().filter(|one| one["scheme"] == scheme).collect();
        assert!(!own.is_empty(), "{scheme}");
        for number in known.iter().filter_map(|one| one["registrationNumber"].as_str()) {
            let bare = |number: &str| number.trim_start_matches("HOKLAS").trim().to_owned();
            let is_it = |one: &&&Value| one["registrationNumber"].as_str().map(bare) == Some(bare(number));
            let expected = own.iter().find(is_it).map_or(Value::Null, |one| one["id"].clone());
            let bare_number = bare(number);
            let query = format!(
                "{{ hkas {{ accreditation(scheme: {scheme}, registrationNumber: {bare_number:?}) {{ id }} }} }}"
            );
            assert_eq!(
                query_data(&graph, &query).await["hkas"]["accreditation"]["id"],
                expected,
                "{scheme} {bare_number}"
            );
        }
    }
}
