//! Lists over all records: search hits, grants, collaborators, mentions and code lists. Each is compared with other
//! fields of the schema.

use std::collections::{BTreeMap, BTreeSet};

use lionrock::{index::funding::FundingKind, refresh::Refresher};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::{
    gateway::{bundle, execute, fetched, fixtures, query_data},
    local_upstream::LocalUpstream,
};

const POLYTECHNIC: &str = "The Fictional Polytechnic of Lantau";

fn items(list: &Value) -> &Vec<Value> {
    list.as_array().unwrap_or_else(|| panic!("expected a list, found {list}"))
}

fn dollars(money: &Value) -> Option<Decimal> {
    money["amount"].as_str().map(|amount| amount.parse().unwrap())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("expected a text, found {value}"))
}

#[tokio::test]
async fn every_hit_has_a_label_in_all_languages_of_its_name() {
    let graph = fixtures();
    let query = r#"{ search(text: "TEXT", first: 100) { nodes {
        __typename id label { en zhHant } searchType
        ... on Organisation { name { en zhHant } }
        ... on Dataset { title { en zhHant } }
        ... on Record { organisations { id } provenance { dataset { plan } } }
        ... on FundedProject { title { en zhHant } }
        ... on KeyLaboratory { laboratory: name { en zhHant } }
        ... on BusinessGrant { enterpriseName { en zhHant } }
        ... on TransportRoute { route }
    } } }"#;
    let mut types = BTreeSet::new();
    for search_text in
        ["imaginary", "fictional", "nowhere", "hong kong", "science park", "pretend", "robotics", "bus", "example"]
    {
        let data = query_data(&graph, &query.replace("TEXT", search_text)).await;
        for hit in items(&data["search"]["nodes"]) {
            assert!(hit["label"] != serde_json::json!({ "en": null, "zhHant": null }), "{hit}");
            for name in ["name", "title", "laboratory", "enterpriseName"] {
                if !hit[name].is_null() {
                    assert_eq!(hit[name], hit["label"], "{hit}");
                }
            }
            if let Some(route) = hit["route"].as_str() {
                assert_eq!(hit["label"]["en"], route);
            }
            let is_record = !["Organisation", "Dataset"].contains(&text(&hit["__typename"]));
            assert_eq!(hit["provenance"].is_object(), is_record, "{hit}");
            types.insert(text(&hit["__typename"]).to_owned());
        }
    }
    assert!(types.len() > 10, "{types:?}");
}

#[tokio::test]
async fn the_type_of_a_hit_matches_the_type_filter() {
    let graph = fixtures();
    let mut found = 0;
    for kind in ["ORGANISATION", "PROJECT", "LABORATORY", "TENANT", "JOB", "DATASET", "OTHER"] {
        let query =
            format!("{{ search(text: \"hong kong\", types: [{kind}], first: 100) {{ nodes {{ searchType }} }} }}");
        for hit in items(&query_data(&graph, &query).await["search"]["nodes"]) {
            assert_eq!(hit["searchType"], kind);
            found += 1;
        }
    }
    assert!(found > 20, "{found}");
}

#[tokio::test]
async fn suggestions_include_their_node() {
    let query = r#"{ suggest(text: "imagin") { nodeId name type node { id label { en } searchType } } }"#;
    let data = query_data(&fixtures(), query).await;
    let suggestions = items(&data["suggest"]);
    assert!(suggestions.len() > 3);
    for suggestion in suggestions {
        assert_eq!(suggestion["node"]["id"], suggestion["nodeId"]);
        assert_eq!(suggestion["node"]["searchType"], suggestion["type"]);
    }
}

#[tokio::test]
async fn the_organisations_of_a_record_match_its_edges() {
    let query = r"{ itf { projects(first: 100) { nodes {
        organisations { id } leadApplicants { id } companyPartners { organisation { id } } rdCentre { id } } } } }";
    let data = query_data(&fixtures(), query).await;
    let mut count = 0;
    for project in items(&data["itf"]["projects"]["nodes"]) {
        let ids = |list: &Value, path: fn(&Value) -> &Value| -> BTreeSet<String> {
            items(list).iter().filter_map(|one| path(one)["id"].as_str()).map(str::to_owned).collect()
        };
        let mut expected = ids(&project["leadApplicants"], |one| one);
        expected.extend(ids(&project["companyPartners"], |one| &one["organisation"]));
        expected.extend(project["rdCentre"]["id"].as_str().map(str::to_owned));
        assert_eq!(ids(&project["organisations"], |one| one), expected);
        assert_eq!(items(&project["organisations"]).len(), expected.len(), "each organisation once");
        count += expected.len();
    }
    assert!(count > 40, "{count}");
}

/// Reads all pages of a list of grants.
async fn all_grants(graph: &Refresher, arguments: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = "null".to_owned();
    loop {
        let query = format!(
            "{{ grants(first: 25, after: {after}, {arguments}) {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{
                __typename id title {{ in(language: EN) }} year programme {{ code }} amount {{ amount }} fundingKind
                recipients {{ name {{ en }} role organisation {{ id }} }} }} }} }}"
        );
        let page = query_data(graph, &query).await["grants"].clone();
        all.extend(items(&page["nodes"]).iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"], all.len());
            return all;
        }
        after = page["pageInfo"]["endCursor"].to_string();
    }
}

#[tokio::test]
async fn grant_totals_match_the_funding_sums_for_the_same_filter() {
    let graph = fixtures();
    let mut counts = BTreeSet::new();
    for filter in [
        "{}",
        "{ kinds: [FUNDED_PROJECT] }",
        "{ kinds: [TRIAL_PROJECT, BUSINESS_GRANT, KEY_LABORATORY] }",
        "{ kinds: [] }",
        "{ year: { from: 2023 } }",
        "{ year: { from: 2020, to: 2021 }, kinds: [FUNDED_PROJECT] }",
        "{ programmes: [\"ITSP\", \"ess\"] }",
        "{ clusters: [\"Robotics\"] }",
        "{ organisations: [\"nobody\"] }",
    ] {
        let query = format!(
            "{{ grants(filter: {filter}) {{ totalCount funding {{ total {{ amount }} count countWithoutAmount }} }}
                funding(groupBy: [], filter: {filter}) {{ total {{ amount }} count countWithoutAmount }} }}"
        );
        let data = query_data(&graph, &query).await;
        assert_eq!(data["grants"]["funding"], data["funding"][0], "{filter}");
        assert_eq!(data["grants"]["totalCount"], data["funding"][0]["count"], "{filter}");
        let grants = all_grants(&graph, &format!("filter: {filter}")).await;
        assert_eq!(grants.len(), data["funding"][0]["count"].as_u64().unwrap() as usize, "{filter}");
        let sum: Decimal = grants.iter().filter_map(|grant| dollars(&grant["amount"])).sum();
        assert_eq!(sum, dollars(&data["funding"][0]["total"]).unwrap_or_default(), "{filter}");
        let ids: BTreeSet<&str> = grants.iter().map(|grant| text(&grant["id"])).collect();
        assert_eq!(ids.len(), grants.len(), "each grant once: {filter}");
        counts.insert(grants.len());
    }
    assert!(counts.len() > 5, "the filters give different counts: {counts:?}");
}

#[tokio::test]
async fn the_grants_of_an_organisation_add_up_to_its_funding() {
    let graph = fixtures();
    let query = "{ organisations(first: 25, orderBy: { field: FUNDING, direction: DESC }) { nodes { id funding { total { amount } count countWithoutAmount }
        grants(first: 25) { totalCount funding { total { amount } count countWithoutAmount }
            nodes { id year recipients { organisation { id } } } } } } }";
    let data = query_data(&graph, query).await;
    let mut with_grants = 0;
    for organisation in items(&data["organisations"]["nodes"]) {
        let grants = &organisation["grants"];
        assert_eq!(grants["funding"], organisation["funding"]);
        assert_eq!(grants["totalCount"], organisation["funding"]["count"]);
        let years: Vec<Option<i64>> = items(&grants["nodes"]).iter().map(|grant| grant["year"].as_i64()).collect();
        assert!(years.is_sorted_by(|a, b| a >= b), "latest first: {years:?}");
        for grant in items(&grants["nodes"]) {
            let mut recipients = items(&grant["recipients"]).iter();
            assert!(recipients.any(|one| one["organisation"]["id"] == organisation["id"]), "{grant}");
        }
        with_grants += usize::from(!years.is_empty());
    }
    assert!(with_grants > 10, "{with_grants}");
    let by_id = format!(
        "{{ organisation(by: {{ name: {POLYTECHNIC:?} }}) {{ id grants(filter: {{ kinds: [KEY_LABORATORY] }}) {{ totalCount }} }} }}"
    );
    assert_eq!(query_data(&graph, &by_id).await["organisation"]["grants"]["totalCount"], 3);
}

#[tokio::test]
async fn grant_fields_match_the_fields_of_each_record_type() {
    let graph = fixtures();
    let query = "{ grants(first: 100, filter: { kinds: [KIND] }) { nodes { id label: title { en } fundingKind year amount { amount }
        ... on FundedProject { funding { amount } leadApplicantName { en } }
        ... on TrialProject { approved { amount } title { en } }
        ... on BetterLivingProject { grant { amount } applicantName { en } }
        ... on RaisePlusProject { approved { amount } batch { en } }
        ... on KeyLaboratory { funding { amount } laboratory: name { en } }
        ... on VentureInvestment { companyName { en } website }
        ... on BusinessGrant { approved { amount } enterpriseName { en } } } } }";
    for kind in [
        FundingKind::FundedProject,
        FundingKind::TrialProject,
        FundingKind::BetterLivingProject,
        FundingKind::RaisePlusProject,
        FundingKind::KeyLaboratory,
        FundingKind::VentureInvestment,
        FundingKind::BusinessGrant,
    ] {
        let name = text(&async_graphql::resolver_utils::enum_value(kind).into_json().unwrap()).to_owned();
        let data = query_data(&graph, &query.replace("KIND", &name)).await;
        let grants = items(&data["grants"]["nodes"]);
        assert!(grants.len() > 2, "{name}: {}", grants.len());
        for grant in grants {
            assert_eq!(grant["fundingKind"], name.as_str());
            for own in ["funding", "approved", "grant"] {
                if grant.get(own).is_some() {
                    assert_eq!(grant[own], grant["amount"], "{grant}");
                }
            }
            for own in ["laboratory", "companyName", "enterpriseName"] {
                if grant.get(own).is_some() {
                    assert_eq!(grant[own], grant["label"], "{grant}");
                }
            }
        }
    }
}

#[tokio::test]
async fn grants_are_sorted_and_filtered_by_amount_and_title() {
    let graph = fixtures();
    for (field, key) in [("YEAR", "/year"), ("AMOUNT", "/amount/amount"), ("TITLE", "/title/in")] {
        let sorted = |direction: &str| format!("orderBy: {{ field: {field}, direction: {direction} }}");
        let ascending = all_grants(&graph, &sorted("ASC")).await;
        let descending = all_grants(&graph, &sorted("DESC")).await;
        let key = |grant: &Value| match grant.pointer(key) {
            Some(Value::Number(number)) => (number.as_i64().map(Decimal::from), String::new()),
            Some(Value::String(text)) if field == "AMOUNT" => (Some(text.parse().unwrap()), String::new()),
            Some(Value::String(text)) => (None, text.to_lowercase()),
            _ => (None, String::new()),
        };
        assert!(ascending.is_sorted_by_key(key), "{field}");
        assert!(descending.is_sorted_by(|a, b| key(a) >= key(b)), "{field}");
        assert!(ascending.len() == descending.len() && ascending.len() > 60, "{field}: {}", ascending.len());
    }
    let all = all_grants(&graph, "orderBy: null").await;
    let between = all_grants(&graph, "filter: { amount: { from: \"1000000\", to: \"2000000\" } }").await;
    let is_between = |grant: &&Value| {
        dollars(&grant["amount"]).is_some_and(|amount| (1_000_000.into()..=2_000_000.into()).contains(&amount))
    };
    assert_eq!(all.iter().filter(is_between).count(), between.len());
    assert!(between.iter().all(|grant| is_between(&grant)) && !between.is_empty());
    let titled = all_grants(&graph, "filter: { title: \"ROBOT\" }").await;
    assert!(titled.len() > 1 && titled.len() < all.len() / 2, "{}", titled.len());
}

#[tokio::test]
async fn grants_can_be_paginated_backwards_and_invalid_cursors_are_errors() {
    let graph = fixtures();
    let backwards =
        query_data(&graph, "{ grants(last: 5) { nodes { id } pageInfo { startCursor hasPreviousPage } } }").await;
    let all = all_grants(&graph, "orderBy: null").await;
    let last: Vec<&Value> = all[all.len() - 5..].iter().map(|grant| &grant["id"]).collect();
    let shown: Vec<&Value> = items(&backwards["grants"]["nodes"]).iter().map(|grant| &grant["id"]).collect();
    assert_eq!(shown, last);
    for (cursor, code) in [("!", "INVALID_CURSOR"), ("RDM2OngveC94", "CURSOR_EXPIRED")] {
        let response =
            execute(&graph, &format!("{{ grants(after: {cursor:?}) {{ totalCount }} years {{ year }} }}")).await;
        assert_eq!(response["errors"][0]["extensions"]["code"], code);
        assert!(response["data"]["grants"].is_null() && response["data"]["years"].is_array(), "{response}");
    }
}

/// Counts the shared records of an organisation and each collaborator from its mentions.
async fn collaborator_counts(graph: &Refresher, id: &str) -> BTreeMap<String, usize> {
    let mut shared: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut after = "null".to_owned();
    loop {
        let query = format!(
            "{{ node(id: {id:?}) {{ ... on Organisation {{ mentions(first: 100, after: {after}) {{
                pageInfo {{ hasNextPage endCursor }} nodes {{ record {{ id organisations {{ id }} }} }} }} }} }} }}"
        );
        let mentions = query_data(graph, &query).await["node"]["mentions"].clone();
        for mention in items(&mentions["nodes"]) {
            for organisation in items(&mention["record"]["organisations"]) {
                let other = text(&organisation["id"]);
                if other != id {
                    shared.entry(other.to_owned()).or_default().insert(text(&mention["record"]["id"]).to_owned());
                }
            }
        }
        if mentions["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = mentions["pageInfo"]["endCursor"].to_string();
    }
    shared.into_iter().map(|(id, records)| (id, records.len())).collect()
}

/// Reads all pages of the collaborators of an organisation.
async fn all_collaborators(graph: &Refresher, id: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = "null".to_owned();
    loop {
        let query = format!(
            "{{ organisation(by: {{ id: {id:?} }}) {{ collaborators(first: 40, after: {after}) {{
                totalCount pageInfo {{ hasNextPage endCursor }} nodes {{
                    organisation {{ id }} recordCount roles {{ role collaboratorRole recordCount }} isAdditive
                    funding {{ total {{ amount }} count countWithoutAmount }}
                    records(first: 20) {{ totalCount nodes {{
                        id organisations {{ id }} ... on Grant {{ amount {{ amount }} }} }} }} }} }} }} }}"
        );
        let page = query_data(graph, &query).await["organisation"]["collaborators"].clone();
        all.extend(items(&page["nodes"]).iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"], all.len());
            return all;
        }
        after = page["pageInfo"]["endCursor"].to_string();
    }
}

#[tokio::test]
async fn collaborators_are_the_organisations_of_the_same_records() {
    let graph = fixtures();
    let most_mentioned = "{ organisations(first: 15, orderBy: { field: MENTIONS, direction: DESC }) { nodes { id } } }";
    let most_mentioned = query_data(&graph, most_mentioned).await;
    let ids: Vec<&str> = items(&most_mentioned["organisations"]["nodes"]).iter().map(|one| text(&one["id"])).collect();
    let (mut pairs, mut additive) = (BTreeMap::new(), 0);
    for id in &ids {
        let collaborators = all_collaborators(&graph, id).await;
        let shown: BTreeMap<String, usize> = collaborators
            .iter()
            .map(|one| (text(&one["organisation"]["id"]).to_owned(), one["recordCount"].as_u64().unwrap() as usize))
            .collect();
        assert_eq!(shown, collaborator_counts(&graph, id).await, "{id}");
        let order: Vec<(u64, Option<Decimal>)> = collaborators
            .iter()
            .map(|one| (one["recordCount"].as_u64().unwrap(), dollars(&one["funding"]["total"])))
            .collect();
        assert!(order.is_sorted_by(|a, b| a >= b), "{order:?}");
        for one in &collaborators {
            let is_shared = assert_adds_up(one);
            additive += usize::from(!is_shared);
            pairs.insert(((*id).to_owned(), text(&one["organisation"]["id"]).to_owned()), one["recordCount"].clone());
        }
    }
    for ((one, other), count) in pairs.iter().filter(|((_, other), _)| ids.contains(&other.as_str())) {
        assert_eq!(pairs.get(&(other.clone(), one.clone())), Some(count), "{one} and {other}");
    }
    assert!(pairs.len() > 20 && additive > 3 && additive < pairs.len(), "{} pairs, {additive} additive", pairs.len());
}

/// Compares the counts and sums of a collaborator with its records. Returns whether a record names a third
/// organisation.
fn assert_adds_up(collaborator: &Value) -> bool {
    let records = items(&collaborator["records"]["nodes"]);
    assert_eq!(collaborator["records"]["totalCount"], collaborator["recordCount"]);
    assert_eq!(collaborator["recordCount"], records.len());
    let grants: Vec<&Value> = records.iter().filter(|record| record.get("amount").is_some()).collect();
    assert_eq!(collaborator["funding"]["count"], grants.len());
    let sum: Decimal = grants.iter().filter_map(|grant| dollars(&grant["amount"])).sum();
    assert_eq!(dollars(&collaborator["funding"]["total"]).unwrap_or_default(), sum);
    let is_shared = records.iter().any(|record| items(&record["organisations"]).len() > 2);
    assert_eq!(collaborator["isAdditive"], !is_shared);
    let in_roles = items(&collaborator["roles"]).iter().map(|roles| roles["recordCount"].as_u64().unwrap());
    assert!(in_roles.sum::<u64>() >= collaborator["recordCount"].as_u64().unwrap());
    is_shared
}

#[tokio::test]
async fn a_grant_that_two_datasets_list_counts_once() {
    let upstream = LocalUpstream::start().await;
    upstream.put(
        "https://www.itf.gov.hk/datagovhk/annuallist_2023_e.csv",
        "No.,Programme,Reference No.,Project Title,Lead Applicant,Funds Approved ($M)\n\
         1,ITSP,ITT/901/23tp,A Robot of Two Lists,Imaginary Harbour Robotics Limited,1.25\n",
    );
    let graph = fetched(&upstream).await;
    let query = r#"{
        search(text: "ITT/901/23TP") { nodes { __typename } }
        grants(filter: { title: "robot" }, first: 100) { nodes { __typename title { en } amount { amount } } }
        organisation(by: { name: "Imaginary Harbour Robotics Limited" }) {
            grants(first: 100) { totalCount funding { count total { amount } } } funding { count total { amount } }
            collaborators(first: 100) { nodes { organisation { name { en } } roles { collaboratorRole recordCount }
                funding { count } records { nodes { label { en } organisations { name { en } } } } } }
        }
    }"#;
    let data = query_data(&graph, query).await;
    let listed = items(&data["search"]["nodes"]).iter().filter(|hit| text(&hit["__typename"]).ends_with("Project"));
    assert_eq!(listed.count(), 2, "both records are found: {}", data["search"]);
    let titles: Vec<&str> = items(&data["grants"]["nodes"]).iter().map(|grant| text(&grant["title"]["en"])).collect();
    assert!(titles.contains(&"A Robot of Two Lists"), "{titles:?}");
    assert!(!titles.contains(&"Trial: Guide Robot for the Library of Nowhere"), "{titles:?}");
    let organisation = &data["organisation"];
    assert_eq!(organisation["grants"]["funding"], organisation["funding"]);
    let is_parks_department = |one: &&Value| one["organisation"]["name"]["en"] == "Department of Imaginary Parks";
    let parks = items(&organisation["collaborators"]["nodes"]).iter().find(is_parks_department).unwrap();
    for record in items(&parks["records"]["nodes"]) {
        let mut named = items(&record["organisations"]).iter();
        assert!(
            named.any(|one| one["name"] == parks["organisation"]["name"]),
            "the record names both organisations: {record}"
        );
    }
    let mut labels = items(&parks["records"]["nodes"]).iter();
    assert!(labels.any(|record| record["label"]["en"] == "Trial: Guide Robot for the Library of Nowhere"), "{parks}");
}

/// A filter, and whether an item satisfies it.
type Condition<'c> = (&'c str, &'c dyn Fn(&Value) -> bool);

#[tokio::test]
async fn collaborators_are_filtered_and_sorted() {
    let graph = fixtures();
    let list = async |arguments: &str| {
        let query = format!(
            r#"{{ organisation(by: {{ name: "The Fictional Polytechnic of Lantau" }}) {{
                collaborators(first: 100{arguments}) {{ totalCount nodes {{ organisation {{ id name {{ en }} kind }}
                    recordCount funding {{ total {{ amount }} }} roles {{ collaboratorRole }} }} }} }} }}"#
        );
        items(&query_data(&graph, &query).await["organisation"]["collaborators"]["nodes"]).clone()
    };
    let all = list("").await;
    let funding =
        |one: &Value| one["funding"]["total"]["amount"].as_str().map(|amount| amount.parse::<Decimal>().unwrap());
    let has_role = |one: &Value| items(&one["roles"]).iter().any(|roles| roles["collaboratorRole"] == "PARTICIPANT");
    let conditions: [Condition<'_>; 5] = [
        ("kinds: [COMPANY]", &|one| one["organisation"]["kind"] == "COMPANY"),
        (r#"name: "imaginary""#, &|one| text(&one["organisation"]["name"]["en"]).to_lowercase().contains("imaginary")),
        ("minRecordCount: 2", &|one| one["recordCount"].as_u64() >= Some(2)),
        ("roles: [PARTICIPANT]", &has_role),
        ("funding: { from: 1000000 }", &|one| funding(one) >= Some(1_000_000.into())),
    ];
    for (filter, holds) in conditions {
        let kept = list(&format!(", filter: {{ {filter} }}")).await;
        let expected: Vec<&Value> = all.iter().filter(|one| holds(one)).collect();
        assert_eq!(kept.iter().collect::<Vec<_>>(), expected, "{filter}");
        assert!(!kept.is_empty() && kept.len() < all.len(), "{filter}: {} of {}", kept.len(), all.len());
    }
    let by_funding = list(", orderBy: { field: FUNDING }").await;
    assert!(by_funding.is_sorted_by_key(funding) && by_funding.len() == all.len());
    let mut by_name = list(", orderBy: { field: NAME, direction: DESC }").await;
    by_name.reverse();
    assert_eq!(by_name, list(", orderBy: { field: NAME }").await);
}

#[tokio::test]
async fn mentions_are_filtered() {
    let graph = fixtures();
    let list = async |arguments: &str| {
        let query = format!(
            r#"{{ organisation(by: {{ name: "The Fictional Polytechnic of Lantau" }}) {{ mentions(first: 100{arguments}) {{
                totalCount nodes {{ role link {{ method }} provenance {{ row dataset {{ plan publisher {{ code }} }} }} }} }} }} }}"#
        );
        let page = query_data(&graph, &query).await["organisation"]["mentions"].clone();
        assert_eq!(page["totalCount"], items(&page["nodes"]).len());
        items(&page["nodes"]).clone()
    };
    let all = list("").await;
    let dataset = |one: &Value| one["provenance"]["dataset"].clone();
    let conditions: [Condition<'_>; 4] = [
        ("roles: [LEAD_APPLICANT]", &|one| one["role"] == "LEAD_APPLICANT"),
        ("methods: [EXACT_KEY]", &|one| one["link"]["method"] == "EXACT_KEY"),
        (r#"datasets: ["D36", "D3"]"#, &|one| ["D36", "D3"].contains(&text(&dataset(one)["plan"]))),
        ("publishers: [HKAS]", &|one| dataset(one)["publisher"]["code"] == "HKAS"),
    ];
    for (filter, holds) in conditions {
        let kept = list(&format!(", filter: {{ {filter} }}")).await;
        let expected: Vec<&Value> = all.iter().filter(|one| holds(one)).collect();
        assert_eq!(kept.iter().collect::<Vec<_>>(), expected, "{filter}");
        assert!(!kept.is_empty() && kept.len() < all.len(), "{filter}: {} of {}", kept.len(), all.len());
    }
    let unknown = execute(
        &graph,
        r#"{ organisations(first: 1) { nodes { mentions(filter: { datasets: ["D99"] }) { totalCount } } } }"#,
    )
    .await;
    assert_eq!(unknown["errors"][0]["extensions"]["code"], "UNKNOWN_DATASET", "{unknown}");
}

#[tokio::test]
async fn code_list_counts_match_the_filtered_lists() {
    let graph = fixtures();
    let query =
        "{ programmes { code label { en } count } technologyAreas { code count } clusters { code label { en } count }
        fieldCodes { code label { en } count } years { year count } }";
    let data = query_data(&graph, query).await;
    for programme in items(&data["programmes"]) {
        let query = format!("{{ grants(filter: {{ programmes: [{}] }}) {{ totalCount }} }}", programme["code"]);
        assert_eq!(query_data(&graph, &query).await["grants"]["totalCount"], programme["count"], "{programme}");
    }
    for year in items(&data["years"]) {
        let year_number = &year["year"];
        let query =
            format!("{{ grants(filter: {{ year: {{ from: {year_number}, to: {year_number} }} }}) {{ totalCount }} }}");
        assert_eq!(query_data(&graph, &query).await["grants"]["totalCount"], year["count"], "{year}");
    }
    for cluster in items(&data["clusters"]) {
        let query = format!("{{ organisations(filter: {{ clusters: [{}] }}) {{ totalCount }} }}", cluster["code"]);
        assert_eq!(query_data(&graph, &query).await["organisations"]["totalCount"], cluster["count"], "{cluster}");
        assert_eq!(cluster["label"]["en"], cluster["code"]);
    }
    let accreditations = query_data(&graph, "{ hkas { accreditations(first: 100) { nodes { fields } } } }").await;
    let mut fields: BTreeMap<&str, usize> = BTreeMap::new();
    for accreditation in items(&accreditations["hkas"]["accreditations"]["nodes"]) {
        for field in items(&accreditation["fields"]) {
            *fields.entry(text(field)).or_default() += 1;
        }
    }
    let shown: BTreeMap<&str, usize> = items(&data["fieldCodes"])
        .iter()
        .map(|entry| (text(&entry["code"]), entry["count"].as_u64().unwrap() as usize))
        .collect();
    assert_eq!(shown, fields);
    for list in ["programmes", "clusters", "fieldCodes", "years"] {
        assert!(items(&data[list]).len() > 2, "{list}: {}", data[list]);
    }
    let register = query_data(&bundle(), "{ technologyAreas { code label { en } count } }").await;
    assert!(items(&register["technologyAreas"]).len() > 3, "{register}");
}
