//! Malformed files, with faults seen in published files: each gives the correct values or an error.

use std::{io::Write, sync::Arc};

use lionrock::{
    domain::text::Language,
    publishers::{hkas::accreditations::Accreditation, hkstpc::tenancies::Tenancy, itf::projects::FundedProject},
    refresh::Refresher,
    upstream::{
        raw::{RawFile, sha256_hex},
        read_options::ReadOptions,
        snapshot::Snapshot,
    },
};
use serde_json::json;

use super::{DIRECTORY, LIST_2019, dataset};
use crate::{
    datasets::{raw, source},
    gateway::settings,
    local_upstream::{Fault, LocalUpstream},
};

const HEADER: &str =
    "No.,Programme*,Reference No.,Project Title,Lead Applicant,Funds Approved ($M),Revised Funds Approved ($M),Remarks";

/// Reads one body as a file of a dataset.
fn read(plan: &str, name: &str, body: impl AsRef<[u8]>) -> Result<Snapshot, String> {
    let body = body.as_ref();
    let distribution = lionrock::domain::catalog::Distribution::at(format!("https://www.itf.gov.hk/datagovhk/{name}"));
    let file = RawFile {
        distribution,
        body: body.to_vec().into(),
        sha256: sha256_hex(body),
        ..raw("D36", "annuallist_2024_e.csv")
    };
    let source = source(plan);
    (source.read.files)(source, vec![file], ReadOptions::default()).map_err(|error| error.to_string())
}

fn projects(snapshot: &Snapshot) -> Vec<(String, String, String)> {
    let project = |project: &FundedProject| {
        let title = project.title.nearest(Language::En).into_owned();
        let amount = project.approved.map(|amount| amount.amount.to_string()).unwrap_or_default();
        (project.reference.clone().unwrap_or_default(), title, amount)
    };
    snapshot.records::<FundedProject>().iter().map(project).collect()
}

fn project(reference: &str, title: &str, amount: &str) -> (String, String, String) {
    (reference.to_owned(), title.to_owned(), amount.to_owned())
}

#[test]
fn semicolons_within_cells_are_not_separators() {
    let header = "Registration No.,Field,Name of Organisation,Address,Test Category";
    let categories: Vec<String> = (1..=17).map(|number| format!("Imaginary Tests of Kind {number}")).collect();
    let rows: String = (0..6)
        .map(|number| {
            format!(
                "HOKLAS 95{number},TEST,Imaginary Laboratory {number} Limited,Nowhere Bay,{}\r\n",
                categories.join("; ")
            )
        })
        .collect();
    let snapshot = read("D3", "cab.csv", format!("{header}\r\n{rows}")).unwrap();
    let accreditations = snapshot.records::<Accreditation>();
    assert_eq!(accreditations.len(), 6);
    assert!(accreditations.iter().all(|accreditation| accreditation.test_categories.len() == 17));
}

#[test]
fn an_inch_mark_is_not_a_quote() {
    let body = format!(
        "{HEADER}\n1,ITSP,ITS/931/24FX,Kites of 30\" silk,Imaginary Kites Limited,1.5,-,\n2,ITSP,ITS/932/24FX,\"Paper, folded\",Imaginary Kites Limited,2.5,-,\n3,ITSP,ITS/933/24FX,Last kite,Imaginary Kites Limited,3.5,-,\n"
    );
    let snapshot = read("D36", "annuallist_2024_e.csv", body).unwrap();
    assert_eq!(
        projects(&snapshot),
        [
            project("ITS/931/24FX", "Kites of 30\" silk", "1500000"),
            project("ITS/932/24FX", "Paper, folded", "2500000"),
            project("ITS/933/24FX", "Last kite", "3500000"),
        ]
    );
}

#[test]
fn the_charset_is_detected_independently_of_the_file_name() {
    let english = format!("{HEADER}\r\n1,ITSP,ITS/931/24FX,Silk kites,幻想風箏廠 Imaginary Kites Limited,1.5,-,\r\n");
    let chinese = "編號,計劃,檔案編號,項目名稱,主要申請機構,批出資助額(百萬元),經修訂的資助額(百萬元),備註\r\n1,ITSP,ITS/931/24FX,絲綢風箏的幻想材料,幻想風箏廠,1.5,-,\r\n";
    let big5 = |text: &str| encoding_rs::BIG5.encode(text).0.into_owned();
    let snapshot = read("D36", "annuallist_2024_e.csv", big5(&english)).unwrap();
    assert_eq!(snapshot.files[0].charset, "Big5");
    assert!(snapshot.files[0].table.cell(1, 4).starts_with("幻想風箏廠"));
    let snapshot = read("D36", "annuallist_2024_sc.csv", big5(chinese)).unwrap();
    assert_eq!(
        (snapshot.files[0].charset.as_str(), snapshot.files[0].table.cell(1, 3)),
        ("Big5", "絲綢風箏的幻想材料")
    );
    let decisions = snapshot.files[0].decisions.to_string();
    assert!(decisions.contains("gb18030") && decisions.contains("separator ','"), "{decisions}");
}

#[test]
fn raw_line_breaks_in_json_strings_are_accepted() {
    let tenant = |number: usize, text: &str| {
        format!("{{\n\"name_EN\": \"Imaginary Kites {number} Limited\",\n\"introduction_EN\": \"{text}\"\n}}")
    };
    let body = |second: &str| {
        format!("{{\"value\": [{}]}}", [tenant(1, "Silk."), second.to_owned(), tenant(3, "Wire.")].join(",\n"))
    };
    let snapshot = read("D27", "index", body(&tenant(2, "Paper\nand\tglue."))).unwrap();
    let tenants = snapshot.records::<Tenancy>();
    assert_eq!(tenants.len(), 3);
    assert_eq!(tenants[1].introduction.as_ref().and_then(|text| text.en.as_deref()), Some("Paper\nand\tglue."));
    assert!(snapshot.files[0].notes.iter().any(|note| note.text.contains("raw line breaks")));
    // A record that cannot be read becomes a reject; the others stay.
    let snapshot = read("D27", "index", body("{\n\"name_EN\": \"Imaginary \"Kites\" 2 Limited\"\n}")).unwrap();
    assert_eq!((snapshot.records.len(), snapshot.rejects().count()), (2, 1));
}

#[test]
fn merged_cells_apply_to_every_record_they_span() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let plain = rust_xlsxwriter::Format::new();
    let sheet = workbook.add_worksheet();
    sheet.merge_range(0, 0, 0, 7, "Kites that are funded", &plain).unwrap();
    sheet.write_row(1, 0, HEADER.split(',')).unwrap();
    for row in 0..3_u32 {
        let reference = format!("ITS/93{row}/24FX");
        sheet.write_row(row + 2, 0, ["", "", reference.as_str(), "A kite", "", "1.5"]).unwrap();
    }
    sheet.merge_range(2, 1, 3, 1, "ITSP", &plain).unwrap();
    sheet.merge_range(2, 4, 3, 4, "Imaginary Kites Limited", &plain).unwrap();
    sheet.write(4, 4, "Imaginary Lanterns Limited").unwrap();
    let snapshot = read("D36", "annuallist_2024_e.xls", workbook.save_to_buffer().unwrap()).unwrap();
    let found: Vec<(Option<&str>, bool)> = snapshot
        .records::<FundedProject>()
        .iter()
        .map(|project| {
            (project.lead_applicant_name.as_ref().and_then(|name| name.en.as_deref()), project.programme.is_some())
        })
        .collect();
    let kites = Some("Imaginary Kites Limited");
    assert_eq!(found, [(kites, true), (kites, true), (Some("Imaginary Lanterns Limited"), false)]);
}

#[test]
fn invisible_characters_do_not_split_names_or_numbers() {
    let body = format!(
        "{HEADER}\r\n1,ITSP,\u{200e}ITS/931/24FX,Silk,Imaginary\u{a0}Kites\u{200b} Limited,\u{202a}1.5\u{202c},-,\r\n2,ITSP,ＩＴＳ／932／24FX,Wire,Imaginary Kites Limited,２．５,-,\r\n3,ITSP,ITS/933/24FX,Glue,Imaginary Kites Limited,\"１，２５０，０００\",-,\r\n4,ITSP,ITS/934/24FX,Paper,Imaginary Kites Limited,\"HK＄1,250,000\",-,\r\n"
    );
    let snapshot = read("D36", "annuallist_2024_e.csv", body).unwrap();
    assert_eq!(snapshot.rejects().count(), 0);
    let amounts: Vec<String> = projects(&snapshot).into_iter().map(|(.., amount)| amount).collect();
    assert_eq!(amounts, ["1500000", "2500000", "1250000", "1250000"]);
    assert_eq!((snapshot.find("D36:ITS/931/24FX"), snapshot.find("D36:ITS/932/24FX")), (Some(0), Some(1)));
    let name = snapshot.records::<FundedProject>()[0].lead_applicant_name.as_ref().unwrap();
    assert_eq!(name.en.as_deref(), Some("Imaginary Kites Limited"));
}

#[test]
fn an_html_table_is_read_as_a_workbook() {
    let page = "<html><head><meta charset=utf-8></head><body><table border=1><tr><td colspan=3>Establishments engaged in testing and certification activities</td></tr><tr><td>Year</td><td>Number of establishments</td></tr><tr><td>2023</td><td>795</td></tr><tr><td>2024</td><td>810</td></tr></table></body></html>";
    let snapshot = read("D6", "Table1_en.xls", page).unwrap();
    assert_eq!(snapshot.files[0].table.cell(3, 1), "810");
    let error = read("D6", "Table1_en.xls", "<html><body><h1>Sorry</h1></body></html>").err().unwrap();
    assert!(error.contains("found an HTML page"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_message_with_status_200_is_rejected() {
    let upstream = LocalUpstream::start().await;
    let graph = Arc::new(Refresher::start(settings(&upstream)).unwrap());
    let plans = ["D27", "D36"];
    graph.refresh_some(|source| plans.contains(&source.dataset.plan)).await;
    for (plan, url, body) in [
        ("D36", LIST_2019, "The feed is down for the moment. Please call again."),
        (
            "D36",
            LIST_2019,
            "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
        ),
        ("D27", DIRECTORY, "{\"errors\":[{\"code\":17,\"message\":\"The feed is down\"}]}"),
        ("D27", DIRECTORY, "{\"success\":false,\"message\":\"down\"}"),
    ] {
        let before = dataset(&graph, plan).await;
        upstream.set_fault(url, Fault::Typed("text/plain", body.as_bytes().to_vec()));
        graph.refresh_some(|source| source.dataset.plan == plan).await;
        let after = dataset(&graph, plan).await;
        assert_eq!((&after["recordCount"], &after["status"]), (&before["recordCount"], &json!("DEGRADED")), "{body}");
        let message = after["lastError"]["message"].as_str().unwrap();
        assert!(message.contains("expected a data file, found an error message"), "{message}");
        upstream.clear_fault(url);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_or_unknown_table_does_not_replace_bundled_rows() {
    let upstream = LocalUpstream::start().await;
    for body in ["{\"value\":[]}", "", "{\"value\":[{\"colour\":\"red\",\"size\":3}]}"] {
        upstream.set_fault(DIRECTORY, Fault::Typed("application/json", body.as_bytes().to_vec()));
        let graph = Arc::new(Refresher::start(settings(&upstream)).unwrap());
        graph.refresh_some(|source| source.dataset.plan == "D27").await;
        let state = dataset(&graph, "D27").await;
        assert_eq!((&state["origin"], &state["recordCount"]), (&json!("BUNDLED"), &json!(1380)), "{body}: {state}");
        assert!(state["lastError"]["code"].is_string(), "{body}: {state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_in_an_unrequested_encoding_is_decoded() {
    let upstream = LocalUpstream::start().await;
    let graph = Arc::new(Refresher::start(settings(&upstream)).unwrap());
    graph.refresh_some(|source| source.dataset.plan == "D36").await;
    let before = dataset(&graph, "D36").await;
    let list = upstream.body(LIST_2019);
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    zlib.write_all(&list).unwrap();
    for (encoding, body) in [("deflate", zlib.finish().unwrap()), ("zstd", zstd::encode_all(&*list, 3).unwrap())] {
        upstream.set_fault(LIST_2019, Fault::Encoded(encoding, body));
        graph.refresh_some(|source| source.dataset.plan == "D36").await;
        let after = dataset(&graph, "D36").await;
        assert_eq!(
            (&after["recordCount"], &after["status"]),
            (&before["recordCount"], &before["status"]),
            "{encoding}: {after}"
        );
    }
    upstream.set_fault(LIST_2019, Fault::Encoded("compress", list));
    graph.refresh_some(|source| source.dataset.plan == "D36").await;
    let state = dataset(&graph, "D36").await;
    assert!(state["lastError"]["message"].as_str().unwrap().contains("found `compress`"), "{state}");
}
