//! Search quality: judged queries over the bundled data (`tests/judged/README.md`).

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use lionrock::refresh::Refresher;
use serde_json::{Value, json};

use crate::{
    gateway::{bundle, fetched, query_data},
    local_upstream::LocalUpstream,
};

/// The number of hits that are evaluated.
const DEPTH: usize = 10;
/// The official address of the first list of designated research institutions in the fixtures.
const INSTITUTIONS: &str = "https://www.itc.gov.hk/datagovhk/DLRI/DLRIs_List_20260115_List1.json";

/// A query and its acceptable first results. An empty list means that the query must find nothing.
struct Judged {
    query: String,
    expected: Vec<String>,
}

fn judged() -> Vec<Judged> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judged/search.csv");
    let mut lines = csv::Reader::from_path(path).unwrap();
    let lines = lines.records().map(|line| {
        let line = line.unwrap();
        let expected = line[1].split(" | ").filter(|text| !text.is_empty()).map(str::to_owned).collect();
        Judged { query: line[0].to_owned(), expected }
    });
    lines.collect()
}

/// The ids of the first hits.
async fn hits(graph: &Refresher, text: &str) -> Vec<String> {
    let query = format!("{{ search(text: {}, first: {DEPTH}) {{ nodes {{ id }} }} }}", json!(text));
    let nodes = query_data(graph, &query).await["search"]["nodes"].clone();
    nodes.as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

/// Resolves an expected result to an id. Organisations are given by name, everything else by id.
async fn id(graph: &Refresher, expected: &str) -> String {
    let Some(name) = expected.strip_prefix("organisation ") else { return expected.to_owned() };
    let found = query_data(graph, &format!("{{ organisation(by: {{ name: {} }}) {{ id }} }}", json!(name))).await;
    found["organisation"]["id"].as_str().unwrap_or_else(|| panic!("no organisation has the name `{name}`")).to_owned()
}

#[tokio::test]
async fn judged_queries_return_the_expected_results() {
    let graph = bundle();
    let judged = judged();
    assert!(judged.len() >= 120, "found {} queries", judged.len());
    let (mut first, mut fifth, mut reciprocal, mut misses) = (0_u32, 0_u32, 0.0, String::new());
    for Judged { query, expected } in &judged {
        let found = hits(&graph, query).await;
        let mut wanted = Vec::new();
        for text in expected {
            wanted.push(id(&graph, text).await);
        }
        let rank = if wanted.is_empty() {
            found.is_empty().then_some(0)
        } else {
            found.iter().position(|id| wanted.contains(id))
        };
        first += u32::from(rank == Some(0));
        fifth += u32::from(rank.is_some_and(|rank| rank < 5));
        reciprocal += rank.map_or(0.0, |rank| 1.0 / f64::from(rank as u32 + 1));
        if rank != Some(0) {
            let rank = rank.map_or_else(|| "not found".to_owned(), |rank| format!("hit {}", rank + 1));
            writeln!(misses, "  {query}: {rank}, first {:?}, expected {wanted:?}", found.first()).unwrap();
        }
    }
    let count = f64::from(judged.len() as u32);
    let share = |found: u32| f64::from(found) / count;
    let report = format!(
        "{} queries: success at 1 {:.3}, at 5 {:.3}, MRR {:.3}\n{misses}",
        judged.len(),
        share(first),
        share(fifth),
        reciprocal / count
    );
    println!("{report}");
    assert!(share(first) >= 0.95, "{report}");
}

/// Well-known organisations are found by their common names, whichever name the publisher uses.
#[tokio::test]
async fn well_known_organisations_are_found_by_every_name() {
    let upstream = LocalUpstream::start().await;
    let well_known: &[(&str, &str, &[&str])] = &[
        ("The University of Hong Kong", "香港大學", &["HKU", "香港大学", "港大", "Hong Kong University", "H.K.U."]),
        (
            "The Chinese University of Hong Kong",
            "香港中文大學",
            &["CUHK", "中大", "香港中文大学", "Chinese University"],
        ),
        ("The Hong Kong University of Science and Technology", "香港科技大學", &["HKUST", "科大", "香港科大"]),
        ("The Hong Kong Polytechnic University", "香港理工大學", &["PolyU", "理大", "polyu", "Poly U"]),
        ("City University of Hong Kong", "香港城市大學", &["CityU", "城大", "City Univ", "city u"]),
        ("Hong Kong Baptist University", "香港浸會大學", &["HKBU", "浸大", "Baptist University"]),
        ("The Hong Kong Institute of Education", "香港教育學院", &["EdUHK", "教大", "Education University"]),
        ("Hong Kong Applied Science and Technology Research Institute Company Limited", "", &["ASTRI", "應科院"]),
        (
            "Nano and Advanced Materials Institute Limited",
            "納米及先進材料研發院有限公司",
            &["NAMI", "nano an", "納米院"],
        ),
        ("The Hong Kong Research Institute of Textiles and Apparel Limited", "", &["HKRITA"]),
        ("Logistics and Supply Chain MultiTech R&D Centre Limited", "", &["LSCM", "LSCM R&D Center"]),
        ("Automotive Platforms and Application Systems R&D Centre", "", &["APAS"]),
        ("Hong Kong Productivity Council", "香港生產力促進局", &["HKPC", "HK Productivity Council", "生產力局"]),
        ("Vocational Training Council", "職業訓練局", &["VTC", "職訓局"]),
        ("Hong Kong Science and Technology Parks Corporation", "香港科技園公司", &["HKSTP", "HKSTPC", "科技園公司"]),
        ("Hong Kong Cyberport Management Company Limited", "", &["Cyberport", "數碼港", "数码港"]),
        ("Canaan Semiconductor Limited", "", &["CanaanSemiconductor", "canaan semi", "Canaan Semiconducter"]),
        ("Ask Amy Limited", "", &["ask amy"]),
    ];
    let institution = |(en, zh, _): &(&str, &str, &[&str])| json!({ "name_en": en, "name_tc": zh, "name_sc": "", "designation_date": "2019-03-15", "website": "" });
    let institutions: Vec<Value> = well_known.iter().map(institution).collect();
    upstream.put(INSTITUTIONS, json!(institutions).to_string());
    let graph = fetched(&upstream).await;
    let mut wrong = BTreeMap::new();
    for (name, _, queries) in well_known {
        let wanted = id(&graph, &format!("organisation {name}")).await;
        for query in queries.iter().chain([name]) {
            let found = hits(&graph, query).await;
            if found.first() != Some(&wanted) {
                wrong.insert(*query, found.iter().position(|id| *id == wanted));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    let amy = id(&graph, "organisation Ask Amy Limited").await;
    assert!(!hits(&graph, "NAMI").await.contains(&amy), "typing errors are not corrected in short words");
}
