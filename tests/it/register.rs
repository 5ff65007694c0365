//! The register of projects: totals in the graph equal the sums of its rows.

use std::collections::HashMap;

use lionrock::refresh::Refresher;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::gateway::{bundle, query_data};

/// The rows of the bundled register, by column name.
fn rows() -> Vec<HashMap<String, String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/N2/itf-project-register.csv");
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

/// The number and the total of the projects that an organisation leads, from the rows. A consortium is a different
/// applicant.
fn sum_of(rows: &[HashMap<String, String>], name: &str) -> (usize, u64) {
    let led = || rows.iter().filter(|row| row["Organisation"] == name);
    (led().count(), led().map(|row| row["Funds Approved (HK$)"].parse::<u64>().unwrap()).sum())
}

/// The same from the graph.
async fn led_by(graph: &Refresher, name: &str) -> (usize, u64) {
    let query = format!(
        "{{ organisation(by: {{ name: {name:?} }}) {{ funding {{ byScheme {{ kind total {{ amount }} }} }} fundedProjects {{ totalCount }} }} }}"
    );
    let organisation = query_data(graph, &query).await["organisation"].clone();
    let schemes = organisation["funding"]["byScheme"].as_array().unwrap().clone();
    let amount = |scheme: &Value| scheme["total"]["amount"].as_str().map_or(0, |amount| amount.parse::<u64>().unwrap());
    let projects = schemes.iter().filter(|scheme| scheme["kind"] == "FUNDED_PROJECT");
    (organisation["fundedProjects"]["totalCount"].as_u64().unwrap() as usize, projects.map(amount).sum())
}

#[tokio::test]
async fn sums_of_organisations_match_the_register() {
    let rows = rows();
    let graph = bundle();
    // D36 lists more projects, without amounts. These organisations may lead some of them.
    let other = query_data(&graph, "{ dataset(id: \"D36\") { recordCount } }").await["dataset"]["recordCount"]
        .as_u64()
        .unwrap();
    for (name, in_register) in [
        ("PolyU", "The Hong Kong Polytechnic University"),
        ("CUHK", "The Chinese University of Hong Kong"),
        ("HKUST", "The Hong Kong University of Science and Technology"),
        ("ASTRI", "The Hong Kong Applied Science and Technology Research Institute Company Limited"),
        ("The University of Hong Kong", "The University of Hong Kong"),
        ("City University of Hong Kong", "City University of Hong Kong"),
    ] {
        let (projects, dollars) = led_by(&graph, name).await;
        let (in_rows, expected) = sum_of(&rows, in_register);
        assert_eq!(dollars, expected, "{name}");
        assert!(
            (in_rows..=in_rows + other as usize).contains(&projects),
            "{name}: {projects}, {in_rows} in the register"
        );
    }
    let total: u64 = rows.iter().map(|row| row["Funds Approved (HK$)"].parse::<u64>().unwrap()).sum();
    assert!(total > 10_000_000_000, "{total}");
    let all = query_data(
        &graph,
        "{ funding(filter: { kinds: [FUNDED_PROJECT] }, groupBy: []) { total { amount } isAdditive } }",
    )
    .await;
    let amount = all["funding"][0]["total"]["amount"].as_str().unwrap().parse::<Decimal>().unwrap();
    assert!(amount >= Decimal::from(total) && all["funding"][0]["isAdditive"] == true, "{all}");
}

#[tokio::test]
async fn the_register_is_complete_and_references_may_repeat() {
    let graph = bundle();
    let state = query_data(
        &graph,
        "{ dataset(id: \"N2\") { status origin recordCount rejects { totalCount } drift { missing } } }",
    )
    .await;
    assert_eq!(
        state["dataset"],
        json!({ "status": "OK", "origin": "BUNDLED", "recordCount": 5134, "rejects": { "totalCount": 0 }, "drift": null })
    );
    let twice = query_data(
        &graph,
        "{ itf { projects(filter: { title: \"A Network Processor\" }, first: 100) { totalCount } } \
           funding(filter: { programmes: [\"SERAP\"], kinds: [FUNDED_PROJECT] }, groupBy: []) { count } }",
    )
    .await;
    let serap = rows().iter().filter(|row| row["Programme"].starts_with("Small Entrepreneur")).count();
    assert_eq!(twice["funding"][0]["count"], serap);
}

#[tokio::test]
async fn register_projects_have_partners_technology_areas_and_centres() {
    let graph = bundle();
    let data = query_data(
        &graph,
        "{ itf { project(reference: \"uit/131\") { reference programme { code } startsOn endsOn funding { amount } year \
           technologyAreas { en } leadApplicant { name { en } } companyPartners { name { en } organisation { name { en } } } rdCentre { name { en } } } } \
           search(text: \"AOC Limited\", first: 3) { nodes { id } } }",
    )
    .await;
    assert_eq!(
        data["itf"]["project"],
        json!({
            "reference": "UIT/131",
            "programme": { "code": "UICP" },
            "startsOn": "2016-01-08",
            "endsOn": "2018-01-07",
            "funding": { "amount": "180000" },
            "year": null,
            "technologyAreas": [{ "en": "Information Technology" }, { "en": "Logistics and Supply Chain Management" }],
            "leadApplicant": { "name": { "en": "The Hong Kong Polytechnic University" } },
            "companyPartners": [{ "name": { "en": "AOC Limited" }, "organisation": { "name": { "en": "AOC Limited" } } }],
            "rdCentre": null,
        })
    );
    let centre = query_data(
        &graph,
        "{ itf { project(reference: \"ITP/023/19TP\") { rdCentre { name { en } kind } leadApplicant { name { en } } } } }",
    )
    .await;
    let project = &centre["itf"]["project"];
    assert_eq!(project["rdCentre"]["name"], project["leadApplicant"]["name"], "{centre}");
}
