//! Search over the fixtures: matches, ranking and pagination of hits.

use lionrock::refresh::Refresher;
use serde_json::{Value, json};

use crate::gateway::{execute, fixtures, query_data};

/// The type and id of each hit.
async fn hits(graph: &Refresher, arguments: &str) -> Vec<(String, String)> {
    let query = format!("{{ search({arguments}) {{ nodes {{ __typename id }} }} }}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let nodes = query_data(graph, &query).await["search"]["nodes"].clone();
    nodes.as_array().unwrap().iter().map(|node| (text(&node["__typename"]), text(&node["id"]))).collect()
}

fn types(hits: &[(String, String)]) -> Vec<&str> {
    let mut types: Vec<&str> = hits.iter().map(|(kind, _)| kind.as_str()).collect();
    types.sort_unstable();
    types.dedup();
    types
}

#[tokio::test]
async fn records_are_found_by_their_words() {
    let graph = fixtures();
    let robots = hits(&graph, r#"text: "harbour robotic", first: 100"#).await;
    for kind in ["Organisation", "FundedProject", "Tenancy", "Accreditation", "JobVacancy"] {
        assert!(types(&robots).contains(&kind), "{kind}: {:?}", types(&robots));
    }
    let ids = |hits: Vec<(String, String)>| {
        let mut ids: Vec<String> = hits.into_iter().map(|(_, id)| id).collect();
        ids.sort_unstable();
        ids
    };
    let all = ids(robots);
    for same in ["HARBOUR ROBOTICS", "Robotics  (harbour)", "ｈａｒｂｏｕｒ robots"] {
        assert_eq!(ids(hits(&graph, &format!("text: {same:?}, first: 100")).await), all, "{same}");
    }
    let mistyped = ids(hits(&graph, r#"text: "harbuor robotics", first: 100"#).await);
    assert_eq!(mistyped, all, "a typing error");
    let prefix = hits(&graph, r#"text: "imaginary harb", first: 100, types: [ORGANISATION]"#).await;
    assert!(!prefix.is_empty(), "the last word may be a prefix");
    assert_eq!(hits(&graph, r#"text: "harbour nowhere zzzzzz""#).await, [], "every word must occur");
    assert_eq!(hits(&graph, r#"text: " . ""#).await, []);
}

#[tokio::test]
async fn chinese_text_is_found_in_both_scripts() {
    let graph = fixtures();
    let traditional = hits(&graph, r#"text: "海港機械人", first: 100"#).await;
    assert!(
        types(&traditional).contains(&"Organisation") && types(&traditional).contains(&"Tenancy"),
        "{traditional:?}"
    );
    assert_eq!(hits(&graph, r#"text: "海港机械人", first: 100"#).await, traditional);
    assert_eq!(hits(&graph, r#"text: "機海械人""#).await, [], "the order of the characters matters");
}

#[tokio::test]
async fn type_filters_apply_and_titles_rank_above_other_texts() {
    let graph = fixtures();
    let only = hits(&graph, r#"text: "robot", types: [PROJECT, JOB], first: 100"#).await;
    assert!(
        only.iter().all(|(kind, _)| kind.ends_with("Project") || kind == "JobVacancy") && !only.is_empty(),
        "{only:?}"
    );
    let datasets = hits(&graph, r#"text: "car park vacancy", types: [DATASET]"#).await;
    assert_eq!(types(&datasets), ["Dataset"]);
    let node =
        query_data(&graph, &format!("{{ node(id: {:?}) {{ ... on Dataset {{ plan }} }} }}", datasets[0].1)).await;
    assert!(["C1", "C2"].contains(&node["node"]["plan"].as_str().unwrap()), "{node}");
    let first = hits(&graph, r#"text: "Fictional Polytechnic of Lantau", first: 1"#).await;
    assert_eq!(first[0].0, "Organisation", "the organisation itself is the best hit: {first:?}");
}

#[tokio::test]
async fn hits_have_highlights() {
    let graph = fixtures();
    let query = r#"{ search(text: "harbour robots", types: [ORGANISATION], first: 1) { totalCount edges { score highlights { text pieces { text isMatch } } } } }"#;
    let found = query_data(&graph, query).await["search"].clone();
    assert!(found["totalCount"].as_u64().unwrap() >= 1 && found["edges"][0]["score"].as_f64().unwrap() > 0.0);
    let highlight = &found["edges"][0]["highlights"][0];
    let pieces = highlight["pieces"].as_array().unwrap();
    let joined: String = pieces.iter().map(|piece| piece["text"].as_str().unwrap()).collect();
    assert_eq!(json!(joined), highlight["text"]);
    let matched: Vec<&str> =
        pieces.iter().filter(|piece| piece["isMatch"] == true).map(|piece| piece["text"].as_str().unwrap()).collect();
    assert!(matched.iter().any(|text| text.eq_ignore_ascii_case("robotics")), "{pieces:?}");
}

#[tokio::test]
async fn pagination_continues_after_a_refresh() {
    let graph = fixtures();
    let page = async |after: &str| {
        let query = format!(
            r#"{{ search(text: "robot", first: 3{after}) {{ totalCount pageInfo {{ hasNextPage hasPreviousPage endCursor }} nodes {{ id }} }} }}"#
        );
        query_data(&graph, &query).await["search"].clone()
    };
    let first = page("").await;
    let mut ids: Vec<Value> = first["nodes"].as_array().unwrap().clone();
    let mut last = first.clone();
    graph.refresh_all().await;
    while last["pageInfo"]["hasNextPage"] == true {
        last = page(&format!(", after: {}", last["pageInfo"]["endCursor"])).await;
        ids.extend(last["nodes"].as_array().unwrap().iter().cloned());
    }
    assert_eq!(json!(ids.len()), first["totalCount"]);
    let mut different = ids.clone();
    different.sort_by_key(ToString::to_string);
    different.dedup();
    assert_eq!(different.len(), ids.len(), "every hit once");
    assert_eq!(
        (&first["pageInfo"]["hasPreviousPage"], &last["pageInfo"]["hasPreviousPage"]),
        (&json!(false), &json!(true))
    );
}

#[tokio::test]
async fn hits_can_be_paginated_backwards() {
    let graph = fixtures();
    let page = async |arguments: &str| {
        let query = format!(
            r#"{{ search(text: "robot", {arguments}) {{ pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} nodes {{ id }} }} }}"#
        );
        query_data(&graph, &query).await["search"].clone()
    };
    let nodes = |page: &Value| page["nodes"].as_array().unwrap().clone();
    let all = nodes(&page("first: 100").await);
    let mut backwards = Vec::new();
    let mut part = page("last: 4").await;
    assert_eq!(part["pageInfo"]["hasNextPage"], false);
    loop {
        backwards.splice(0..0, nodes(&part));
        if part["pageInfo"]["hasPreviousPage"] == false {
            break;
        }
        part = page(&format!("last: 4, before: {}", part["pageInfo"]["startCursor"])).await;
        assert_eq!(part["pageInfo"]["hasNextPage"], true);
    }
    assert!(all.len() > 8);
    assert_eq!(backwards, all);
    let five = page("first: 5").await;
    let between = format!("after: {}, before: {}", five["pageInfo"]["startCursor"], five["pageInfo"]["endCursor"]);
    assert_eq!(nodes(&page(&between).await), all[1..4]);
}

#[tokio::test]
async fn invalid_searches_return_an_error_code() {
    let graph = fixtures();
    let long = "x".repeat(1_001);
    for (arguments, code) in [
        (format!("text: {long:?}"), "TEXT_TOO_LONG"),
        (r#"text: "robot", first: 101"#.to_owned(), "PAGE_TOO_LARGE"),
        (r#"text: "robot", after: "x""#.to_owned(), "INVALID_CURSOR"),
        // The cursor is `0:nothing` in Base64.
        (r#"text: "robot", after: "MDpub3RoaW5n""#.to_owned(), "CURSOR_EXPIRED"),
    ] {
        let response = execute(&graph, &format!("{{ search({arguments}) {{ nodes {{ id }} }} }}")).await;
        assert_eq!(response["errors"][0]["extensions"]["code"], code, "{response}");
    }
}

#[tokio::test]
async fn facet_counts_match_the_filtered_hits() {
    let graph = fixtures();
    let facets = "facets { types { type count } datasets { dataset { plan } count } publishers { publisher { code } count } years { year count } }";
    let search = async |filter: &str| {
        let query = format!(
            "{{ search(text: \"robot\", first: 100{filter}) {{ totalCount nodes {{ __typename id }} {facets} }} }}"
        );
        query_data(&graph, &query).await["search"].clone()
    };
    let all = search("").await;
    let sum =
        |facets: &Value| facets.as_array().unwrap().iter().map(|facet| facet["count"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(json!(sum(&all["facets"]["types"])), all["totalCount"]);
    for facet in all["facets"]["datasets"].as_array().unwrap() {
        let plan = facet["dataset"]["plan"].as_str().unwrap();
        let of_dataset = search(&format!(", filter: {{ datasets: [{plan:?}] }}")).await;
        let ids = of_dataset["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap());
        let count = ids.filter(|id| id.split(':').next() == Some(plan)).count();
        assert_eq!(json!(count), facet["count"], "{plan}");
    }
    for facet in all["facets"]["publishers"].as_array().unwrap() {
        let code = facet["publisher"]["code"].as_str().unwrap();
        let of_publisher = search(&format!(", filter: {{ publishers: [{code}] }}")).await;
        assert_eq!(sum(&of_publisher["facets"]["publishers"]), facet["count"].as_u64().unwrap(), "{code}");
    }
    for facet in all["facets"]["years"].as_array().unwrap() {
        let year = &facet["year"];
        let of_year = search(&format!(", filter: {{ year: {{ from: {year}, to: {year} }} }}")).await;
        assert_eq!(of_year["totalCount"], facet["count"], "{year}");
    }
    let none = search(", filter: { year: { from: 1900, to: 1901 } }").await;
    assert_eq!(none["totalCount"], 0);
    let unknown = execute(&graph, r#"{ search(text: "robot", filter: { datasets: ["D99"] }) { totalCount } }"#).await;
    assert_eq!(unknown["errors"][0]["extensions"]["code"], "UNKNOWN_DATASET");
}

#[tokio::test]
async fn suggestions_complete_the_last_word() {
    let graph = fixtures();
    let query = r#"{ suggest(text: "fictional poly", first: 3) { nodeId type name snippet { text pieces { text isMatch } } } }"#;
    let suggestions = query_data(&graph, query).await["suggest"].clone();
    let first = &suggestions[0];
    assert_eq!(
        (&first["type"], &first["name"]),
        (&json!("ORGANISATION"), &json!("The Fictional Polytechnic of Lantau"))
    );
    let matched = json!({ "text": "Polytechnic", "isMatch": true });
    assert!(first["snippet"]["pieces"].as_array().unwrap().contains(&matched), "{first}");
    let node = query_data(&graph, &format!("{{ node(id: {}) {{ __typename }} }}", first["nodeId"])).await;
    assert_eq!(node["node"]["__typename"], "Organisation");
    assert!(suggestions.as_array().unwrap().len() <= 3);
    assert_eq!(query_data(&graph, r#"{ suggest(text: "") { nodeId } }"#).await["suggest"], json!([]));
    assert_eq!(query_data(&graph, r#"{ suggest(text: "zzzzzz") { nodeId } }"#).await["suggest"], json!([]));
    let many = execute(&graph, r#"{ suggest(text: "robot", first: 21) { nodeId } }"#).await;
    assert_eq!(many["errors"][0]["extensions"]["code"], "PAGE_TOO_LARGE");
}

#[tokio::test]
async fn a_reference_finds_its_record_and_its_organisation() {
    let graph = fixtures();
    let projects =
        query_data(&graph, "{ itf { projects(first: 50) { nodes { id reference leadApplicant { id } } } } }").await;
    let projects = projects["itf"]["projects"]["nodes"].as_array().unwrap().clone();
    let led = projects
        .iter()
        .filter(|project| project["reference"].is_string() && project["leadApplicant"]["id"].is_string());
    let mut count = 0;
    for project in led.take(5) {
        let reference = project["reference"].as_str().unwrap();
        let found = hits(&graph, &format!("text: {reference:?}")).await;
        assert_eq!(json!(found[0].1), project["id"], "{reference}");
        let organisations = hits(&graph, &format!("text: {reference:?}, types: [ORGANISATION]")).await;
        assert!(organisations.iter().any(|(_, id)| project["leadApplicant"]["id"] == json!(id)), "{reference}");
        count += 1;
    }
    assert!(count > 0);
}
