//! Linking, tested through the API and the commands: stable ids, explanations of links, and matching of name lists.

use std::{io::Write, path::Path};

use lionrock::refresh::{Refresher, Settings};
use serde_json::{Value, json};

use crate::{
    cli::{failure, run},
    gateway::{bundle, execute, fetched, query_data, settings},
    local_upstream::LocalUpstream,
};

const LIST: &str = "https://www.itf.gov.hk/datagovhk/annuallist_2023_e.csv";
const HEADER: &str = "No.,Programme*,Reference No.,Project Title,Lead Applicant,Funds Approved ($M),Revised Funds Approved ($M),Remarks,\r\n";

/// A list of projects with these applicants.
fn list(applicants: &[&str]) -> String {
    let row =
        |(at, applicant): (usize, &&str)| format!("{at},ITSP,ITS/7{at}0/23FX,Fiction {at},{applicant},1.5,-,,\r\n");
    let rows: String = applicants.iter().enumerate().map(row).collect();
    format!("{HEADER}{rows}")
}

fn settings_with_state(upstream: &LocalUpstream, state: &Path) -> Settings {
    Settings { state_dir: Some(state.to_owned()), ..settings(upstream) }
}

/// Returns the id and the former ids of an organisation.
async fn organisation(graph: &Refresher, argument: &str) -> (String, Vec<String>) {
    let query = format!("{{ organisation(by: {{ {argument} }}) {{ id formerIds }} }}");
    let found = query_data(graph, &query).await["organisation"].clone();
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{argument}: {found}")).to_owned();
    (text(&found["id"]), found["formerIds"].as_array().unwrap().iter().map(text).collect())
}

#[tokio::test]
async fn ids_are_stable_across_merges_splits_and_restarts() {
    const ENGLISH: &str = "Unreal Widget Works Limited";
    const CHINESE: &str = "幻器工坊有限公司";
    let by_name = |name: &str| format!("name: {name:?}");
    let upstream = LocalUpstream::start().await;
    let state = tempfile::tempdir().unwrap();
    upstream.put(LIST, list(&[ENGLISH, CHINESE, "Unreal Widget Works"]));
    let graph = Refresher::start(settings_with_state(&upstream, state.path())).unwrap();
    graph.refresh_all().await;
    let (english, _) = organisation(&graph, &by_name(ENGLISH)).await;
    let (chinese, _) = organisation(&graph, &by_name(CHINESE)).await;
    assert_ne!(english, chinese);

    upstream.put(LIST, list(&[ENGLISH, CHINESE]));
    graph.refresh_all().await;
    assert_eq!(organisation(&graph, &by_name(ENGLISH)).await, (english.clone(), vec![]), "one name was removed");

    upstream.put(LIST, list(&[ENGLISH, CHINESE, "Unreal Widget Works Limited 幻器工坊有限公司"]));
    graph.refresh_all().await;
    let (merged, former) = organisation(&graph, &by_name(ENGLISH)).await;
    assert_eq!(organisation(&graph, &by_name(CHINESE)).await.0, merged, "merged by a bilingual name");
    let retired = if merged == english { &chinese } else { &english };
    assert_eq!(former, std::slice::from_ref(retired), "one former id");
    for id in [&english, &chinese] {
        assert_eq!(organisation(&graph, &format!("id: {id:?}")).await.0, merged);
        assert_eq!(
            query_data(&graph, &format!("{{ node(id: {id:?}) {{ id }} }}")).await["node"]["id"],
            merged.as_str()
        );
    }
    drop(graph);

    let restarted = Refresher::start(settings_with_state(&upstream, state.path())).unwrap();
    assert_eq!(
        organisation(&restarted, &format!("id: {retired:?}")).await,
        (merged.clone(), vec![retired.clone()]),
        "after a restart"
    );

    upstream.put(LIST, list(&[ENGLISH, CHINESE]));
    restarted.refresh_all().await;
    let parts =
        [organisation(&restarted, &by_name(ENGLISH)).await.0, organisation(&restarted, &by_name(CHINESE)).await.0];
    assert_eq!(parts.iter().filter(|id| **id == merged).count(), 1, "after the split: {parts:?}");
    assert!(!parts.contains(retired), "a retired id is not reused");
    assert_eq!(organisation(&restarted, &format!("id: {retired:?}")).await.0, merged);
}

#[tokio::test]
async fn without_a_ledger_an_organisation_is_found_by_the_id_of_any_of_its_names() {
    let upstream = LocalUpstream::start().await;
    upstream.put(LIST, list(&["Unreal Widget Works Ltd."]));
    let before = fetched(&upstream).await;
    let id_of_first_name = organisation(&before, r#"name: "Unreal Widget Works Limited""#).await.0;
    upstream.put(LIST, list(&["Unreal Widget Works Ltd.", "Unreal Widget Works"]));
    let with_second_name = fetched(&upstream).await;
    let id_of_both_names = organisation(&with_second_name, r#"name: "Unreal Widget Works Limited""#).await.0;
    assert_ne!(id_of_first_name, id_of_both_names, "the id now comes from another name");
    assert_eq!(organisation(&with_second_name, &format!("id: {id_of_first_name:?}")).await.0, id_of_both_names);
}

#[tokio::test]
async fn a_damaged_ledger_does_not_stop_the_gateway() {
    let upstream = LocalUpstream::start().await;
    let state = tempfile::tempdir().unwrap();
    let held = state.path().join("held");
    std::fs::create_dir(&held).unwrap();
    std::fs::write(held.join("ledger.csv"), b"id,name,merged_into\norg:aaaaaaaaaaaa,,org:aaaaaaaaaaaa\n").unwrap();
    let graph = Refresher::start(settings_with_state(&upstream, state.path())).unwrap();
    graph.refresh_all().await;
    organisation(&graph, r#"name: "The Fictional Polytechnic of Lantau""#).await;
    assert!(held.join("ledger.corrupt").exists() && held.join("ledger.csv").exists());
}

#[tokio::test]
async fn explain_link_returns_same_possible_and_different() {
    let upstream = LocalUpstream::start().await;
    upstream.put(
        LIST,
        list(&[
            "Unreal Widget Works Limited",
            "UNREAL WIDGET WORKS LTD",
            "Unreal Widget Works (Hong Kong) Limited",
            "Unreal Widget Works Inc.",
            "Unreal Widget Works",
            "Nothing Alike Limited",
        ]),
    );
    let graph = fetched(&upstream).await;
    let explain = async |a: &str, b: &str| {
        let query = format!(
            "{{ explainLink(a: {a:?}, b: {b:?}) {{ verdict summary links {{ method evidence name }} possibleMatch {{ method tier confidence evidence }} refusals {{ names reason }} }} }}"
        );
        query_data(&graph, &query).await["explainLink"].clone()
    };
    let id = async |name: &str| organisation(&graph, &format!("name: {name:?}")).await.0;
    let limited = id("Unreal Widget Works Ltd").await;
    let nodes = query_data(
        &graph,
        "{ itf { projects(filter: { year: { from: 2023, to: 2023 } }) { nodes { id leadApplicantName { en } } } } }",
    )
    .await;
    let record = |name: &str| {
        let nodes = nodes["itf"]["projects"]["nodes"].as_array().unwrap();
        nodes.iter().find(|node| node["leadApplicantName"]["en"] == name).unwrap()["id"].as_str().unwrap().to_owned()
    };

    let same = explain(&record("Unreal Widget Works Limited"), &record("UNREAL WIDGET WORKS LTD")).await;
    assert_eq!((&same["verdict"], &same["links"][0]["method"]), (&json!("SAME"), &json!("EXACT_KEY")), "{same}");
    assert_eq!(same["links"].as_array().unwrap().len(), 2);

    let possible = explain(&limited, &id("Unreal Widget Works (HK) Limited").await).await;
    assert_eq!(possible["verdict"], "POSSIBLE");
    assert_eq!(
        (&possible["possibleMatch"]["method"], &possible["possibleMatch"]["tier"]),
        (&json!("OTHER_QUALIFIER"), &json!("POSSIBLE"))
    );
    let matches = query_data(&graph, &format!("{{ organisation(by: {{ id: {limited:?} }}) {{ sure: possibleMatches(minConfidence: 0.9) {{ evidence }} possibleMatches {{ confidence organisation {{ id }} }} }} }}")).await;
    assert_eq!(matches["organisation"]["sure"], json!([]));
    assert!(matches["organisation"]["possibleMatches"][0]["confidence"].as_f64().unwrap() >= 0.5);

    let refused = explain(&record("Unreal Widget Works"), &limited).await;
    assert_ne!(refused["verdict"], "SAME", "{refused}");
    assert_eq!(refused["refusals"][0]["reason"], "several organisations match", "{refused}");

    let different = explain(&limited, &id("Nothing Alike").await).await;
    assert_eq!(different["verdict"], "DIFFERENT");
    assert!(
        different["summary"].as_str().unwrap().contains("`nothing alike`")
            || different["summary"].as_str().unwrap().contains("nothingalike"),
        "{different}"
    );

    let unknown = execute(&graph, r#"{ explainLink(a: "org:zzzzzzzzzzzz", b: "x") { verdict } }"#).await;
    assert_eq!(
        (&unknown["data"]["explainLink"], &unknown["errors"][0]["extensions"]["code"]),
        (&Value::Null, &json!("UNKNOWN_ID"))
    );
}

#[tokio::test]
async fn names_have_a_kind_and_a_source_row() {
    let graph = bundle();
    let names = query_data(
        &graph,
        r#"{ organisation(by: { name: "ASTRI" }) { names { value kind provenance { row dataset { plan } } } } }"#,
    )
    .await;
    let names = names["organisation"]["names"].as_array().unwrap();
    assert!(names.iter().all(|name| name["provenance"]["row"].as_u64().is_some_and(|row| row > 0)), "{names:?}");
    assert_eq!(names[0]["kind"], "REGISTERED");
}

#[tokio::test]
async fn a_former_name_is_never_the_primary_name() {
    let graph = bundle();
    for (text, name) in [
        ("LSCM", "Logistics and Supply Chain MultiTech R&D Centre"),
        ("EdUHK", "The Education University of Hong Kong"),
        ("APAS", "Automotive Platforms and Application Systems R&D Centre"),
    ] {
        let query = format!("{{ organisation(by: {{ name: {text:?} }}) {{ name {{ en }} names {{ value kind }} }} }}");
        let organisation = query_data(&graph, &query).await["organisation"].clone();
        assert_eq!(organisation["name"]["en"], name, "{organisation}");
        let names = organisation["names"].as_array().unwrap();
        assert!(names.iter().any(|name| name["kind"] == "FORMER"), "{organisation}");
    }
    for (text, name) in [
        ("PwC", "PricewaterhouseCoopers Limited"),
        ("HKCCMA", "Hong Kong Critical Components Manufacturers Association Limited"),
    ] {
        let query = format!("{{ organisation(by: {{ name: {text:?} }}) {{ name {{ en }} }} }}");
        assert_eq!(query_data(&graph, &query).await["organisation"]["name"]["en"], name);
    }
}

#[tokio::test]
async fn alternative_names_stated_in_a_row_are_found() {
    let upstream = LocalUpstream::start().await;
    upstream.put(
        LIST,
        list(&[
            "Unreal Robots Limited (formerly known as Unreal Widget Works Limited)",
            "Unreal Widget Works Ltd",
            "Unreal Foods Limited (Yummy Bits)",
            "Unreal Harbour Council (UHC)",
            "Pathology Department",
        ]),
    );
    let graph = fetched(&upstream).await;
    let found = async |text: &str| {
        let query = format!(
            "{{ organisation(by: {{ name: {text:?} }}) {{ name {{ en }} names {{ value kind provenance {{ row }} }} links {{ method }} }} \
               search(text: {text:?}, first: 1) {{ nodes {{ ... on Organisation {{ name {{ en }} }} }} }} }}"
        );
        query_data(&graph, &query).await
    };
    for (text, name, kind) in [
        ("Unreal Widget Works Limited", "Unreal Robots Limited", "FORMER"),
        ("Yummy Bits", "Unreal Foods Limited", "TRADING"),
        ("UHC", "Unreal Harbour Council", "ACRONYM"),
    ] {
        let data = found(text).await;
        let organisation = &data["organisation"];
        assert_eq!(organisation["name"]["en"], name, "{data}");
        let names = organisation["names"].as_array().unwrap();
        let stated = names.iter().find(|name| name["value"] == text).unwrap_or_else(|| panic!("{data}"));
        assert_eq!(stated["kind"], kind, "{data}");
        assert!(stated["provenance"]["row"].as_u64().is_some_and(|row| row > 0), "{data}");
        assert_eq!(data["search"]["nodes"][0]["name"]["en"], name, "{data}");
    }
    let renamed = found("Unreal Robots Limited").await;
    let methods: Vec<&Value> =
        renamed["organisation"]["links"].as_array().unwrap().iter().map(|l| &l["method"]).collect();
    assert!(methods.contains(&&json!("STATED_NAME")), "{renamed}");
    let dataset = query_data(&graph, r#"{ dataset(id: "D36") { namesWithoutOrganisation { reason count } } }"#).await;
    assert_eq!(dataset["dataset"]["namesWithoutOrganisation"], json!([{ "reason": "UNIT_ALONE", "count": 1 }]));
}

#[tokio::test]
async fn every_bundled_name_has_an_organisation() {
    let graph = bundle();
    let datasets = query_data(&graph, "{ datasets { plan namesWithoutOrganisation { reason count } } }").await;
    for dataset in datasets["datasets"].as_array().unwrap() {
        assert_eq!(dataset["namesWithoutOrganisation"], json!([]), "{dataset}");
    }
}

#[test]
fn curate_lists_candidates_and_records_decisions() {
    let (success, listed, error) = run(&["curate", "list", "possible-matches", "--first", "1", "--offline"]);
    assert!(success, "{error}");
    let mut rows = csv::Reader::from_reader(listed.as_bytes());
    assert_eq!(rows.headers().unwrap().iter().take(2).collect::<Vec<_>>(), ["name_a", "id_a"]);
    assert_eq!(rows.records().count(), 1, "{listed}");
    for kind in ["unlinked", "one-language"] {
        let (success, listed, error) = run(&["curate", "list", kind, "--first", "2", "--offline"]);
        assert!(success && listed.lines().count() == 3, "{listed}{error}");
    }
    let folder = tempfile::tempdir().unwrap();
    let overrides = folder.path().join("overrides");
    let overrides = overrides.to_str().unwrap();
    let recorded = |arguments: &[&str]| {
        let all: Vec<&str> = arguments.iter().copied().chain(["--identity-overrides", overrides]).collect();
        run(&all)
    };
    let (a, b) = ("Unreal Prenetcis Limited", "Unreal Prenetics Limited");
    let (success, _, error) = recorded(&["curate", "same", a, b, "--source", "https://a.hk"]);
    assert!(success, "{error}");
    let names = names_file(&format!("record_id,name_en\n1,{a}\n2,{b}\n3,Unreal Bits\n4,Unreal Foods Ltd\n"));
    let names = names.path().to_str().unwrap();
    let ids = |output: &str| -> Vec<String> {
        output.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect()
    };
    let before = ids(&run(&["link", "--names", names]).1);
    let linked = ids(&recorded(&["link", "--names", names]).1);
    assert!(before[0] != before[1] && linked[0] == linked[1] && linked[2] != linked[3], "{linked:?}");
    let alias = ["curate", "alias", "Unreal Foods Limited", "Unreal Bits", "--kind", "trading", "--source", "a letter"];
    assert!(recorded(&alias).0);
    let linked = ids(&recorded(&["link", "--names", names]).1);
    assert_eq!(linked[2], linked[3]);
    let (success, _, error) = recorded(&["curate", "different", a, b, "--source", "https://b.hk"]);
    assert!(!success && error.contains("to differ"), "{error}");
    assert!(!Path::new(overrides).join("different.csv").exists());
    let (success, _, error) = recorded(&["curate", "same", a, b, "--source", " "]);
    assert!(!success && error.contains("`--source`"), "{error}");
}

fn names_file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn link_matches_names_with_each_other_and_with_the_graph() {
    let file = names_file(
        "\u{feff}record_id,name_en,name_zh\n1,Unreal Widget Works Ltd.,\n2,UNREAL WIDGET WORKS LIMITED,\n3,,\n4,香港理工大學,\n5,Highways Department; Transport Department,\n",
    );
    let path = file.path().to_str().unwrap();
    let (success, within_list, _) = run(&["link", "--names", path]);
    assert!(success);
    let lines: Vec<Vec<&str>> = within_list.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines[0], ["record_id", "cluster_id", "confidence"]);
    assert_eq!((lines[1][1], lines[1][2]), (lines[2][1], "0.999"));
    assert_eq!(lines[3], ["3", "", ""]);
    assert_eq!((lines[5][0], lines[6][0]), ("5#1", "5#2"));
    let (success, joined, _) = run(&["link", "--names", path, "--against-graph", "--explain", "--offline"]);
    assert!(success);
    let joined: Vec<&str> = joined.lines().collect();
    assert_eq!(joined[1], "1,,,,no organisation of the graph fits");
    let graph = bundle();
    let polyu = graph.view().graph.organisation_named("PolyU").unwrap().id.clone();
    assert!(joined[4].starts_with(&format!("4,{polyu},0.9")), "{}", joined[4]);
}

#[test]
fn an_invalid_list_of_names_is_reported_in_one_line() {
    let no_id = names_file("id,name_en\n1,A\n");
    let error = failure(&["link", "--names", no_id.path().to_str().unwrap()]);
    assert!(error.contains("`record_id`") && error.contains("id, name_en"), "{error}");
    let no_name = names_file("record_id,name\n1,A\n");
    assert!(failure(&["link", "--names", no_name.path().to_str().unwrap()]).contains("`name_en` or `name_zh`"));
    let ragged = names_file("record_id,name_en\n1,A,B\n");
    assert!(failure(&["link", "--names", ragged.path().to_str().unwrap()]).contains("line: 2"));
    assert!(failure(&["link", "--names", "/nowhere.csv"]).contains("/nowhere.csv"));
}

#[tokio::test]
async fn ambiguous_names_have_stable_ids() {
    let upstream = LocalUpstream::start().await;
    upstream.put(LIST, list(&["Unreal Hospital 幻一醫院", "Unreal Hospital 虛二醫院", "Unreal Hospital"]));
    let graph = fetched(&upstream).await;
    let ids = async || {
        let query = r#"{ organisations(filter: { name: "Unreal Hospital" }) { nodes { id } } }"#;
        query_data(&graph, query).await["organisations"]["nodes"].clone()
    };
    let before = ids().await;
    assert_eq!(before.as_array().unwrap().len(), 3, "{before}");
    let more = ["Unreal Hospital 幻一醫院", "Unreal Hospital 虛二醫院", "Unreal Hospital", "Nothing Alike Limited"];
    upstream.put(LIST, list(&more));
    graph.refresh_all().await;
    assert_eq!(ids().await, before);
}
