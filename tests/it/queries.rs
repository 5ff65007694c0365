//! Queries: joins over the fixtures, pagination, filters and errors. The example queries run over the bundle.

use std::collections::BTreeMap;

use lionrock::refresh::{Refresher, Settings};
use serde_json::{Value, json};

use crate::gateway::{bundle, execute, fixtures, query_data};

/// The number of mentions of an organisation, by dataset and role.
async fn mentions(graph: &Refresher, name: &str) -> BTreeMap<String, usize> {
    let query = format!(
        "{{ organisation(by: {{ name: {name:?} }}) {{ mentions(first: 100) {{ nodes {{ role provenance {{ dataset {{ plan }} }} }} }} }} }}"
    );
    let data = query_data(graph, &query).await;
    let mut counts = BTreeMap::new();
    for mention in data["organisation"]["mentions"]["nodes"].as_array().unwrap_or_else(|| panic!("{name} is not found"))
    {
        let key = format!(
            "{} {}",
            mention["provenance"]["dataset"]["plan"].as_str().unwrap(),
            mention["role"].as_str().unwrap()
        );
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn counts<const N: usize>(expected: [(&str, usize); N]) -> BTreeMap<String, usize> {
    expected.into_iter().map(|(key, count)| (key.to_owned(), count)).collect()
}

#[tokio::test]
async fn names_are_linked_across_publishers() {
    let graph = fixtures();
    assert_eq!(
        mentions(&graph, "The Fictional Polytechnic of Lantau").await,
        counts([
            ("D2 DESIGNEE", 1),
            ("D27 TENANT", 1),
            ("D28 EMPLOYER", 1),
            ("D3 HOLDER", 1),
            ("D36 LEAD_APPLICANT", 8),
            ("D41 HOST", 3),
            ("D43 APPLICANT", 1),
            ("D44 APPLICANT", 2),
            ("D44 PARTICIPANT", 2),
            ("D5 HOLDER", 1),
            ("N1 LEAD_APPLICANT", 3),
        ])
    );
    assert_eq!(
        mentions(&graph, "幻想海港機械人有限公司").await,
        counts([
            ("D1 GRANTEE", 2),
            ("D27 TENANT", 1),
            ("D28 EMPLOYER", 3),
            ("D3 HOLDER", 1),
            ("D36 LEAD_APPLICANT", 5),
            ("D42 INVESTEE", 1),
            ("D43 APPLICANT", 1),
            ("D44 APPLICANT", 2),
            ("N1 CO_APPLICANT", 1),
        ])
    );
    assert_eq!(
        mentions(&graph, "MBITC").await,
        counts([
            ("D2 DESIGNEE", 1),
            ("D27 TENANT", 1),
            ("D28 EMPLOYER", 1),
            ("D3 HOLDER", 1),
            ("D36 LEAD_APPLICANT", 5),
            ("D4 HOLDER", 1),
            ("D44 PARTICIPANT", 1),
            ("D5 HOLDER", 1),
        ])
    );
}

#[tokio::test]
async fn similar_names_are_not_linked() {
    let graph = fixtures();
    let names = [
        "Imaginary Harbour Robotics Limited",
        "Imaginary Harbour Robotics (Macau) Limited",
        "Imaginary Harbour Robotics Holdings Limited",
        "Never-Never Semiconductor Limited",
        "Never-Never Semiconductor Inc.",
        "Example Widgets Limited",
        "Example Widgets (Hong Kong) Limited",
        "Example Quantum Widgets Limited",
        "Nowhere Bay University",
        "Nowhere Bay University (GZ)",
    ];
    let mut ids = Vec::new();
    for name in names {
        let data = query_data(&graph, &format!("{{ organisation(by: {{ name: {name:?} }}) {{ id }} }}")).await;
        ids.push(data["organisation"]["id"].as_str().unwrap_or_else(|| panic!("{name} is not found")).to_owned());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), names.len());
}

#[tokio::test]
async fn an_organisation_has_sums_provenance_and_evidence() {
    let graph = fixtures();
    let data = query_data(
        &graph,
        r#"{ organisation(by: { name: "Pretend Textiles and Apparel R&D Centre" }) {
            kind website clusters { en } publishers { code }
            funding { total { amount currency } count byYear { year total { amount } count countWithoutAmount } byScheme { kind total { amount } count countWithoutAmount } }
            fundedProjects(first: 1, orderBy: { field: FUNDING, direction: DESC }) { totalCount nodes {
                reference funding { amount } provenance { distribution row origin byMirror retrievedAt sha256 dataset { id } licence attribution } } }
            researchDesignation { designatedOn }
            tenancies: tenanciesConnection { nodes { organisation { name { en } } } }
            links { method tier score evidence name }
        } }"#,
    )
    .await;
    let organisation = &data["organisation"];
    assert_eq!(organisation["researchDesignation"]["designatedOn"], "2019-03-15");
    let years: Vec<_> =
        organisation["funding"]["byYear"].as_array().unwrap().iter().map(|year| year["year"].clone()).collect();
    assert!(years.windows(2).all(|pair| pair[0].as_i64() < pair[1].as_i64()), "{years:?}");
    for groups in ["byYear", "byScheme"] {
        let groups = organisation["funding"][groups].as_array().unwrap();
        let count: i64 = groups.iter().map(|group| group["count"].as_i64().unwrap()).sum();
        assert_eq!(organisation["funding"]["count"], count);
        for group in groups {
            let is_unknown = group["count"] == group["countWithoutAmount"];
            assert_eq!(group["total"].is_null(), is_unknown, "{group}");
        }
    }
    let provenance = &organisation["fundedProjects"]["nodes"][0]["provenance"];
    assert!(provenance["distribution"].as_str().unwrap().starts_with("https://www.itf.gov.hk/datagovhk/annuallist_"));
    assert_eq!((&provenance["origin"], &provenance["byMirror"]), (&json!("LIVE"), &json!(true)));
    assert_eq!(provenance["sha256"].as_str().unwrap().len(), 64);
    assert!(provenance["attribution"].as_str().unwrap().contains("DATA.GOV.HK"));
    for link in organisation["links"].as_array().unwrap() {
        assert_eq!(link["tier"], "CERTAIN", "{link}");
        assert!(!link["evidence"].as_str().unwrap().is_empty(), "{link}");
    }
}

#[tokio::test]
async fn joint_grants_count_once_in_total_and_once_per_organisation() {
    let graph = fixtures();
    let data = query_data(&graph, "{ all: funding(filter: { kinds: [FUNDED_PROJECT], year: { from: 2019 } }, groupBy: []) { total { amount } count }
        each: funding(filter: { kinds: [FUNDED_PROJECT] }, groupBy: [ORGANISATION]) { total { amount } count organisation { name { en } } } }").await;
    assert_eq!(data["all"], json!([{ "total": { "amount": "124812582.5" }, "count": 41 }]));
    let sum_of = |name: &str| {
        let groups = data["each"].as_array().unwrap();
        groups.iter().find(|group| group["organisation"]["name"]["en"] == name).unwrap()["total"]["amount"].clone()
    };
    // 17,335,765 alone and 4,380,000 jointly; 8,400,000.50 alone and 4,000,000 jointly.
    assert_eq!(sum_of("The Fictional Polytechnic of Lantau"), "21715765");
    assert_eq!(sum_of("Imaginary Harbour Robotics Limited"), "12400000.5");
    let counted: i64 = data["each"].as_array().unwrap().iter().map(|group| group["count"].as_i64().unwrap()).sum();
    assert!(counted > 41, "{counted}");
}

#[tokio::test]
async fn pagination_works_in_both_directions() {
    let graph = fixtures();
    let page = |arguments: &str| {
        format!(
            "{{ itf {{ projects(filter: {{ year: {{ from: 2019 }} }}, {arguments}) {{ totalCount nodes {{ reference }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"
        )
    };
    let all = query_data(&graph, &page("first: 100")).await["itf"]["projects"]["nodes"].as_array().unwrap().clone();
    let mut forwards = Vec::new();
    let mut after = String::new();
    loop {
        let data = query_data(&graph, &page(&format!("first: 7{after}"))).await;
        let projects = &data["itf"]["projects"];
        forwards.extend(projects["nodes"].as_array().unwrap().clone());
        assert_eq!(projects["totalCount"], 41);
        if projects["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = format!(", after: {}", projects["pageInfo"]["endCursor"]);
    }
    assert_eq!(forwards, all);
    let last = query_data(&graph, &page("last: 5")).await;
    let last = &last["itf"]["projects"];
    assert_eq!(last["nodes"].as_array().unwrap()[..], all[36..]);
    let before = query_data(&graph, &page(&format!("last: 5, before: {}", last["pageInfo"]["startCursor"]))).await;
    assert_eq!(before["itf"]["projects"]["nodes"].as_array().unwrap()[..], all[31..36]);
}

#[tokio::test]
async fn the_default_of_first_applies_unless_last_is_given() {
    let graph = fixtures();
    let count = async |arguments: &str| {
        let page = query_data(&graph, &format!("{{ itf {{ projects{arguments} {{ nodes {{ id }} }} }} }}")).await;
        page["itf"]["projects"]["nodes"].as_array().unwrap().len()
    };
    for (arguments, expected) in
        [("", 20), ("(first: null)", 20), ("(first: 20)", 20), ("(last: 30)", 30), ("(first: 20, last: 30)", 30)]
    {
        assert_eq!(count(arguments).await, expected, "{arguments}");
    }
    for both in ["first: 19, last: 30", "first: 1, last: 1"] {
        let response = execute(&graph, &format!("{{ organisations({both}) {{ totalCount }} }}")).await;
        assert_eq!(response["errors"][0]["extensions"]["code"], "INVALID_ARGUMENT", "{both}");
    }
    // An argument with an undefined variable is omitted.
    let variable =
        "query($first: Int, $last: Int = 30) { itf { projects(first: $first, last: $last) { nodes { id } } } }";
    assert_eq!(query_data(&graph, variable).await["itf"]["projects"]["nodes"].as_array().unwrap().len(), 30);
}

#[tokio::test]
async fn projects_and_companies_are_filtered_and_sorted() {
    let graph = fixtures();
    let data = query_data(
        &graph,
        r#"{ itf { projects(filter: { programmes: ["itsp"], year: { from: 2020, to: 2021 }, funding: { from: "2000000" } }, orderBy: { field: FUNDING, direction: DESC }, first: 50) {
            nodes { year programme { code name { en } } funding { amount } } } } }"#,
    )
    .await;
    let projects = data["itf"]["projects"]["nodes"].as_array().unwrap();
    let amounts: Vec<f64> =
        projects.iter().map(|project| project["funding"]["amount"].as_str().unwrap().parse().unwrap()).collect();
    assert!(
        !amounts.is_empty() && amounts.is_sorted_by(|a, b| a >= b) && amounts.iter().all(|amount| *amount >= 2e6),
        "{amounts:?}"
    );
    for project in projects {
        assert!(
            [2020, 2021].contains(&project["year"].as_i64().unwrap()) && project["programme"]["code"] == "ITSP",
            "{project}"
        );
    }
    let data =
        query_data(&graph, r#"{ companies(filter: { clusters: ["電子"] }) { nodes { kind clusters { zhHant } } } }"#)
            .await;
    let companies = data["companies"]["nodes"].as_array().unwrap();
    assert!(
        !companies.is_empty()
            && companies
                .iter()
                .all(|company| company["kind"] == "COMPANY" && company["clusters"][0]["zhHant"] == "電子")
    );
}

#[tokio::test]
async fn every_node_is_found_by_its_id() {
    let graph = fixtures();
    let data = query_data(
        &graph,
        r#"{ organisation(by: { name: "Nowhere Bay University" }) { id } itf { projects(first: 1) { nodes { id } } trialProjects(first: 1) { nodes { id } } }
           hkas { accreditations(first: 1) { nodes { id } } } hkstpc { tenancies(first: 1) { nodes { id } } } itc { businessGrants(first: 1) { nodes { id } } researchInstitutions: researchInstitutionsConnection { nodes { id } } } }"#,
    )
    .await;
    let mut ids = Vec::new();
    collect_ids(&data, &mut ids);
    assert!(ids.len() >= 7, "{ids:?}");
    let found = query_data(&graph, &format!("{{ nodes(ids: {}) {{ __typename id }} }}", json!(ids))).await;
    let back: Vec<_> =
        found["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(back, ids);
    let nothing = query_data(&graph, r#"{ node(id: "org:nothing") { id } nodes(ids: ["D36:none"]) { id } organisation(by: { name: "Nobody at All Limited" }) { id } }"#).await;
    assert_eq!(nothing, json!({ "node": null, "nodes": [null], "organisation": null }));
}

fn collect_ids(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            ids.extend(fields.get("id").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect_ids(value, ids));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_ids(item, ids)),
        _ => {}
    }
}

#[tokio::test]
async fn errors_have_a_code_and_do_not_affect_other_fields() {
    let graph = bundle();
    for (query, code) in [
        ("{ organisations(first: 101) { totalCount } }", "PAGE_TOO_LARGE"),
        ("{ organisations(first: -1) { totalCount } }", "PAGE_TOO_LARGE"),
        ("{ organisations(first: 1, last: 1) { totalCount } }", "INVALID_ARGUMENT"),
        ("{ organisations(after: \"%\") { totalCount } }", "INVALID_CURSOR"),
        ("{ organisations(after: \"b3JnOmdvbmU\") { totalCount } }", "CURSOR_EXPIRED"),
        ("{ search(text: \"\", filter: { datasets: [\"D99\"] }) { totalCount } }", "UNKNOWN_DATASET"),
    ] {
        let response = execute(&graph, query).await;
        assert_eq!(response["errors"][0]["extensions"]["code"], code, "{query}: {response}");
    }
    let partial = execute(&graph, "{ organisations(after: \"%\") { totalCount } publishers { code } }").await;
    assert_eq!(partial["data"]["organisations"], Value::Null);
    assert_eq!(partial["data"]["publishers"].as_array().unwrap().len(), 7);
    assert_eq!(partial["errors"][0]["path"], json!(["organisations"]));
    let unknown = query_data(
        &graph,
        "{ dataset(id: \"D99\") { id } organisation(by: { name: \"Nobody at All\" }) { id } node(id: \"x\") { id } }",
    )
    .await;
    assert_eq!(unknown, json!({ "dataset": null, "organisation": null, "node": null }));
}

#[tokio::test]
async fn an_ambiguous_name_returns_its_candidates() {
    let graph = fixtures();
    let response = execute(&graph, r#"{ organisation(by: { name: "Never-Never Semiconductor" }) { id } }"#).await;
    let error = &response["errors"][0];
    assert_eq!(
        (&response["data"]["organisation"], &error["path"]),
        (&Value::Null, &json!(["organisation"])),
        "{response}"
    );
    assert_eq!(error["extensions"]["code"], "AMBIGUOUS_NAME");
    let candidates = error["extensions"]["candidates"].as_array().unwrap();
    let mut names: Vec<&str> = candidates.iter().map(|candidate| candidate["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Never-Never Semiconductor Inc.", "Never-Never Semiconductor Limited"]);
    for candidate in candidates {
        let found =
            query_data(&graph, &format!("{{ organisation(by: {{ id: {} }}) {{ name {{ en }} }} }}", candidate["id"]))
                .await;
        assert_eq!(found["organisation"]["name"]["en"], candidate["name"]);
    }
}

#[tokio::test]
async fn ids_are_the_same_after_a_restart() {
    let ids = "{ organisations(first: 100) { nodes { id name { en zhHant zhHans } } } itf { projects(first: 100) { nodes { id } } } }";
    let first = query_data(&Refresher::start(Settings::offline()).unwrap(), ids).await;
    let second = query_data(&Refresher::start(Settings::offline()).unwrap(), ids).await;
    assert_eq!(first, second);
}

#[tokio::test]
async fn the_responses_to_the_example_queries_match_the_snapshots() {
    let graph = bundle();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "graphql"));
    files.sort();
    assert!(files.len() >= 6);
    for file in files {
        let data = query_data(&graph, &std::fs::read_to_string(&file).unwrap()).await;
        let name = file.file_stem().unwrap().to_str().unwrap();
        insta::assert_snapshot!(name, serde_json::to_string_pretty(&data).unwrap());
    }
}
