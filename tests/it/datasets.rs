//! Every dataset is read from its fixtures and compared with the results in the README of the fixtures.

use std::{collections::BTreeMap, sync::Arc};

use lionrock::{
    domain::catalog::Distribution,
    publishers,
    refresh::Refresher,
    upstream::{
        raw::{Origin, RawFile, sha256_hex},
        read_options::ReadOptions,
        snapshot::Snapshot,
        source::{FileSource, Source},
    },
};
use serde_json::{Value, json};

use crate::{
    fixtures,
    gateway::{fetched, fixtures, query_data},
    local_upstream::LocalUpstream,
};

/// The expected numbers of records and rejects of each dataset's fixtures.
const EXPECTED: [(&str, usize, usize); 21] = [
    ("D36", 41, 3),
    ("D44", 9, 1),
    ("D43", 4, 1),
    ("D32", 3, 1),
    ("N1", 4, 1),
    ("N3", 3, 1),
    ("D41", 5, 1),
    ("D42", 5, 1),
    ("D3", 8, 1),
    ("D4", 3, 1),
    ("D5", 3, 0),
    ("D27", 12, 1),
    ("D28", 17, 1),
    ("C1", 4, 1),
    ("C2", 3, 0),
    ("C4", 5, 1),
    ("C5", 7, 1),
    ("C6", 7, 1),
    ("C7", 6, 1),
    ("D1", 12, 1),
    ("D2", 5, 1),
];

pub fn source(plan: &str) -> &'static Source {
    publishers::sources().into_iter().find(|source| source.dataset.plan == plan).unwrap()
}

pub fn raw(plan: &str, name: &str) -> RawFile {
    let path = fixtures::folder().join(plan).join(name);
    let body = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    RawFile {
        distribution: Distribution::at(format!("https://www.itc.gov.hk/{}", name.trim_start_matches("nasty/"))),
        origin: Origin::Live,
        sha256: sha256_hex(&body),
        body: body.into(),
        retrieved_at: None,
        published_at: None,
        as_of: None,
        declared_charset: None,
        by_mirror: false,
        source: None,
    }
}

pub fn read(plan: &str, names: &[&str]) -> Result<Snapshot, String> {
    let source = source(plan);
    let files = names.iter().map(|name| raw(plan, name)).collect();
    (source.read.files)(source, files, ReadOptions::default()).map_err(|error| error.to_string())
}

/// The names of a dataset's fixtures. Variants that are not served are omitted, except for withdrawn datasets.
pub fn names(plan: &str) -> Vec<String> {
    let folder = fixtures::folder().join(plan);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|_| panic!("{plan} has no fixtures"));
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    let list = std::fs::read(fixtures::folder().join("upstream.json")).unwrap();
    let list: BTreeMap<String, Value> = serde_json::from_slice(&list).unwrap();
    let is_served = |name: &String| list.values().any(|entry| entry["file"] == format!("{plan}/{name}"));
    if source(plan).dataset.portal_id.is_some() {
        names.retain(|name| is_served(name) && name != "annuallist_2022_e.csv");
    }
    names.sort();
    names
}

#[test]
fn every_dataset_reads_its_fixtures() {
    let mut expected: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    expected.extend(EXPECTED.iter().map(|(plan, records, rejects)| (*plan, (*records, *rejects))));
    // `figures.rs` tests the statistical tables.
    let is_list = |source: &&'static Source| (source.read.none)(&source.dataset).figures().is_none();
    // A dataset that is only bundled has no upstream files.
    let is_fetched = |source: &&'static Source| !matches!(source.files, FileSource::Bundled);
    let sources: Vec<&'static Source> = publishers::sources().into_iter().filter(is_list).filter(is_fetched).collect();
    assert_eq!(sources.len(), expected.len(), "a dataset without an expectation");
    for source in sources {
        let plan = source.dataset.plan;
        let names = names(plan);
        assert!(!names.is_empty(), "{plan} has no fixtures");
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let snapshot = read(plan, &names).unwrap();
        let rejects: Vec<_> = snapshot.rejects().map(|(_, reject)| reject).collect();
        assert_eq!((snapshot.records.len(), rejects.len()), expected[plan], "{plan}: {rejects:#?}");
        assert!(snapshot.drift().is_empty(), "{plan}: {:?}", snapshot.drift());
        assert_every_row_is_accounted_for(plan, &snapshot);
    }
}

/// Asserts that every row below a header is blank, a note, a reject, a record or merged into a record.
fn assert_every_row_is_accounted_for(plan: &str, snapshot: &Snapshot) {
    for (number, file) in (0..).zip(&snapshot.files) {
        let rows = file.header + 1..file.table.len();
        let is_blank = |row: usize| file.table.cells(row).all(|cell| cell.trim().is_empty());
        let is_reported = |row: &usize| {
            let line = file.table.number(*row);
            is_blank(*row)
                || file.rejects.iter().any(|reject| reject.row == line)
                || file.notes.iter().any(|note| note.row == line)
        };
        let read = (0..snapshot.records.len())
            .filter(|index| snapshot.records.meta(*index).is_some_and(|meta| meta.file == number))
            .count();
        let unreported = rows.filter(|row| !is_reported(row)).count();
        // Rows in other languages belong to the English record, and merged rows to the first of them. One row can
        // contain a record and a footnote.
        let is_translation = file.raw.distribution.language.is_some_and(|language| language.tag() != "en");
        assert!(
            is_translation || plan == "D3" || unreported <= read,
            "{plan} {}: {unreported} rows, {read} records",
            file.raw.distribution.url
        );
    }
}

#[tokio::test]
async fn d36_sums_per_year_are_exact() {
    let graph = fixtures();
    let data = query_data(&graph, "{ funding(filter: { kinds: [FUNDED_PROJECT], year: { from: 2019 } }, groupBy: [YEAR]) { year total { amount } count countWithoutAmount } }").await;
    let row = |year: i32, total: &str, count: usize, without: usize| json!({ "year": year, "total": { "amount": total }, "count": count, "countWithoutAmount": without });
    assert_eq!(
        data["funding"],
        json!([
            row(2019, "13720358", 7, 1),
            row(2020, "15764978.5", 7, 0),
            row(2021, "15457000", 7, 0),
            row(2023, "53100000", 9, 1),
            row(2024, "26770246", 11, 1),
        ])
    );
    let data = query_data(
        &graph,
        "{ funding(filter: { kinds: [FUNDED_PROJECT], year: { from: 2019 } }, groupBy: []) { total { amount } } }",
    )
    .await;
    assert_eq!(data["funding"][0]["total"]["amount"], "124812582.5");
}

#[tokio::test]
async fn d36_reports_its_charsets_notes_and_rejects() {
    let graph = fixtures();
    let data = query_data(
        &graph,
        "{ dataset(id: \"D36\") { status recordCount distributions { period language charset notes }
           rejects(first: 20) { totalCount nodes { distribution row column reason text } } } }",
    )
    .await;
    let dataset = &data["dataset"];
    assert_eq!(dataset["status"], "PARTIAL");
    let charsets: Vec<_> =
        dataset["distributions"].as_array().unwrap().iter().map(|file| (&file["period"], &file["charset"])).collect();
    assert_eq!(charsets[0], (&json!("2019"), &json!("windows-1252")));
    assert!(charsets[1..].iter().all(|(_, charset)| **charset == "UTF-8"), "{charsets:?}");
    assert!(!charsets.iter().any(|(period, _)| **period == "2022"), "an HTML page is not a data file");
    let rejects: Vec<(i64, &str)> = dataset["rejects"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reject| (reject["row"].as_i64().unwrap(), reject["column"].as_str().unwrap()))
        .collect();
    assert_eq!(rejects, [(8, "title"), (5, "title"), (11, "title")]);
    let first = &dataset["rejects"]["nodes"][0];
    assert_eq!(first["reason"], "expected a text, found nothing");
    // An unreadable amount is omitted, and a note contains the reason.
    let notes = dataset["distributions"].to_string();
    assert!(
        notes.contains("column `approved`: expected an amount of money") && notes.contains("N/A (see Note)"),
        "{notes}"
    );
}

#[tokio::test]
async fn d36_joins_its_language_files_by_reference() {
    let graph = fixtures();
    let title = |reference: &str| {
        format!(
            "{{ itf {{ project(reference: \"{reference}\") {{ title {{ en zhHant zhHans converted }} leadApplicants {{ name {{ en }} }} }} }} }}"
        )
    };
    let bridge = query_data(&graph, &title("ITS/901/24FX")).await;
    assert_eq!(bridge["itf"]["project"]["title"]["zhHant"], "幻想橋樑的幻想材料");
    assert_eq!(bridge["itf"]["project"]["title"]["zhHans"], "幻想桥梁的幻想材料");
    assert_eq!(bridge["itf"]["project"]["title"]["converted"], json!([]));
    let missing_in_simplified = query_data(&graph, &title("ITS/905/24FX")).await;
    assert_eq!(missing_in_simplified["itf"]["project"]["title"]["converted"], json!(["ZH_HANS"]));
    let as_published = query_data(&graph, &title("B/E904/24")).await;
    assert_eq!(as_published["itf"]["project"]["title"]["zhHans"], "永遠半滿的電池");
    let joint = query_data(&graph, &title("PRP/905/24FX")).await;
    let names: Vec<_> = joint["itf"]["project"]["leadApplicants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["name"]["en"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["The Fictional Polytechnic of Lantau", "Nowhere Bay University"]);
}

#[test]
fn damaged_and_unusual_files_of_d36() {
    for (name, charset, records, approved, notes) in [
        ("nasty/annuallist_2024_e_utf16le.csv", "UTF-16LE", 3, "6600000", 1),
        ("nasty/annuallist_2024_tc_big5.csv", "Big5", 3, "6600000", 1),
        ("nasty/annuallist_2023_e_title_rows.csv", "UTF-8", 2, "4000000", 1),
    ] {
        let snapshot = read("D36", &[name]).unwrap();
        let projects = snapshot.records::<publishers::itf::projects::FundedProject>();
        let sum: lionrock::domain::money::Money = projects.iter().filter_map(|project| project.approved).sum();
        let file = &snapshot.files[0];
        let below = file.notes.iter().filter(|note| note.row > file.table.number(file.header)).count();
        assert_eq!((projects.len(), sum.amount.to_string().as_str(), below), (records, approved, notes), "{name}");
        assert_eq!(file.charset, charset, "{name}");
        assert_eq!(snapshot.rejects().count(), 0, "{name}");
    }
    let unknown = read("D36", &["nasty/annuallist_2023_e_unknown_headers.csv"]).unwrap();
    assert_eq!(unknown.records.len(), 0);
    assert_eq!(unknown.drift().missing, ["programme", "reference", "title", "leadApplicant", "approved"]);
    assert_eq!(unknown.files[0].table.len() - unknown.files[0].header - 1, 3);
    let empty = read("D36", &["nasty/annuallist_2024_e_empty.csv"]).map(drop).unwrap_err();
    assert!(empty.contains("found an empty body"), "{empty}");
}

#[test]
fn damaged_and_unusual_files_of_other_datasets() {
    assert_eq!(read("D27", &["nasty/companydirectory_bare_array.json"]).unwrap().records.len(), 3);
    let extra = read("D27", &["nasty/companydirectory_extra_key.json"]).unwrap();
    assert_eq!((extra.records.len(), extra.drift().unmapped), (2, vec!["incubation_programme".to_owned()]));
    let truncated = read("D27", &["nasty/companydirectory_truncated.json"]).unwrap();
    assert_eq!((truncated.records.len(), truncated.files[0].is_cut_off), (1, true));
    let reasons: Vec<&str> = truncated.rejects().map(|(_, reject)| reject.reason.as_str()).collect();
    assert_eq!(reasons, ["expected a complete record, found the end of the file"]);
    let reordered = read("D3", &["nasty/cab_hoklas_reordered.csv"]).unwrap();
    assert_eq!((reordered.records.len(), reordered.drift().unmapped), (2, vec!["Kind of Wizardry".to_owned()]));
    let ragged = read("D1", &["nasty/dbp_grantee_list_nul_ragged.csv"]).unwrap();
    // The unclosed quote does not affect other records.
    assert_eq!((ragged.records.len(), ragged.rejects().count()), (6, 0));
    let grants = ragged.records::<publishers::itc::business_grants::BusinessGrant>();
    assert_eq!(grants.iter().filter(|grant| grant.approved.is_none()).count(), 1);
    assert!(grants.iter().all(|grant| !format!("{grant:?}").contains("\\0")));
}

#[tokio::test]
async fn d3_merges_rows_with_the_same_registration_number() {
    let graph = fixtures();
    let data = query_data(
        &graph,
        "{ hkas { accreditation(scheme: HOKLAS, registrationNumber: \"901\") { fields testCategories { en } asOf { start } }
           accreditations(filter: { schemes: [HOKLAS] }, first: 50) { totalCount nodes { registrationNumber } } } }",
    )
    .await;
    let laboratory = &data["hkas"]["accreditation"];
    assert_eq!(laboratory["fields"], json!(["TEST", "PTP"]));
    let categories: Vec<_> =
        laboratory["testCategories"].as_array().unwrap().iter().map(|text| text["en"].clone()).collect();
    assert_eq!(categories, ["Toys and Children's Products", "Electrical and Electronic Products", "Food"]);
    assert_eq!(laboratory["asOf"]["start"], "2024-03-21");
    let numbers = data["hkas"]["accreditations"]["nodes"].to_string();
    for number in ["HOKLAS 007", "HOKLAS 898P", "HOKLAS 898S", "\"905\""] {
        assert!(numbers.contains(number), "{number} in {numbers}");
    }
}

/// A query for everything about D27.
const DIRECTORY: &str = "{ hkstpc { tenancies(first: 100) { nodes { name { en zhHant zhHans } introduction { en } products { en } address { en } website
    contact { name { en zhHant } telephone fax email } provenance { cells { column text } } } } }
    dataset(id: \"D27\") { table { columns rows(first: 100) { nodes { cells } } } rejects { nodes { text reason } } } }";

#[tokio::test]
async fn personal_data_is_served_only_if_enabled() {
    let upstream = LocalUpstream::start().await;
    let personal_data = ["Doe-Example", "杜例子", "@example.invalid", "0000 27", "0000 28"];
    let without: Arc<Refresher> = fetched(&upstream).await;
    let text = query_data(&without, DIRECTORY).await.to_string();
    for word in personal_data {
        assert!(!text.contains(word), "{word}");
    }
    let settings = lionrock::refresh::Settings { keep_personal_data: true, ..crate::gateway::settings(&upstream) };
    let with = Refresher::start(settings).unwrap();
    with.refresh_all().await;
    let text = query_data(&with, DIRECTORY).await.to_string();
    assert!(text.contains("Doe-Example") && text.contains("@example.invalid"));
}

#[tokio::test]
async fn blank_values_of_the_directory_are_null() {
    let graph = fixtures();
    let data = query_data(&graph, "{ hkstpc { tenancies(first: 100) { totalCount nodes { name { en zhHans } website introduction { en } products { en } cluster { zhHant } address { en } } } } }").await;
    let tenants = data["hkstpc"]["tenancies"]["nodes"].as_array().unwrap();
    let with = |field: &str| tenants.iter().filter(|tenant| !tenant[field].is_null()).count();
    assert_eq!((tenants.len(), with("website"), with("address")), (12, 8, 8));
    let blank = |value: &Value| {
        value.as_str().is_some_and(|text| text.trim() != text || text == "NA" || text == "-" || text == "'-")
    };
    for tenant in tenants {
        assert!(
            !blank(&tenant["introduction"]["en"])
                && !blank(&tenant["products"]["en"])
                && !blank(&tenant["address"]["en"]),
            "{tenant}"
        );
    }
}

#[tokio::test]
async fn car_parks_join_two_feeds_and_keep_unknown_values_null() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let query = "{ hkstpc { carParks { name { en } location { latitude } general { vacant observedAt extra { name value } } electricVehicle { vacant } } } }";
    let data = query_data(&graph, query).await;
    let parks = data["hkstpc"]["carParks"].as_array().unwrap();
    assert_eq!(parks.len(), 5);
    let park = |name: &str| {
        parks.iter().find(|park| park["name"]["en"].as_str().is_some_and(|known| known.contains(name))).unwrap()
    };
    let first = park("P1");
    assert_eq!((&first["general"]["vacant"], &first["electricVehicle"]["vacant"]), (&json!(123), &json!(6)));
    assert_eq!(first["general"]["observedAt"], "2026-11-15T00:15:01Z");
    assert!(first["general"]["extra"].to_string().contains("capacity"));
    assert_eq!(park("Motorcycle Shed")["general"]["vacant"], Value::Null);
    assert!(park("P2")["location"].is_object() && park("Motorcycle Shed")["location"].is_null());
    let later = std::fs::read(fixtures::folder().join("C1/vacancy_later.json")).unwrap();
    upstream.put("https://opendata.hkstp.org/carpark/v1/vacancy", later);
    graph.refresh_all().await;
    let data = query_data(&graph, query).await;
    let park = data["hkstpc"]["carParks"][0].clone();
    assert_eq!(
        (&park["general"]["vacant"], &park["general"]["observedAt"]),
        (&json!(120), &json!("2026-11-15T00:15:31Z"))
    );
}

#[tokio::test]
async fn vacancies_link_to_their_employers() {
    let graph = fixtures();
    let data = query_data(&graph, "{ hkstpc { vacancies(first: 50) { nodes { companyName { en } organisation { tenancies: tenanciesConnection { nodes { id } } } } } }
        organisation(by: { name: \"Imaginary Harbour Robotics Limited\" }) { vacancies { totalCount nodes { title { en } postedOn } } tenancies: tenanciesConnection { nodes { vacancies { totalCount } } } } }").await;
    let jobs = data["hkstpc"]["vacancies"]["nodes"].as_array().unwrap();
    let at_tenants = jobs
        .iter()
        .filter(|job| {
            job["organisation"]["tenancies"]["nodes"].as_array().is_some_and(|tenancies| !tenancies.is_empty())
        })
        .count();
    let unnamed = jobs.iter().filter(|job| job["companyName"].is_null()).count();
    assert_eq!((jobs.len(), at_tenants, unnamed), (17, 15, 1));
    assert_eq!(data["organisation"]["vacancies"]["totalCount"], 3);
    assert_eq!(data["organisation"]["tenancies"]["nodes"][0]["vacancies"]["totalCount"], 3);
}

#[test]
fn past_events_and_closed_tenders_are_recognised() {
    use lionrock::publishers::hkstpc::{events::Event, tenders::Tender};
    let events = read("C6", &["upcomingevent.json"]).unwrap();
    let upcoming = |day: &str| {
        events.records::<Event>().iter().filter(|event| event.is_upcoming(day.parse().unwrap()) == Some(true)).count()
    };
    assert_eq!((upcoming("2026-11-15"), upcoming("2026-11-16")), (5, 4));
    let empty = read("C6", &["upcomingevent_empty.json"]).unwrap();
    assert_eq!((empty.records.len(), empty.drift().is_empty()), (0, true));
    let tenders = read("C7", &["tendernotice.json"]).unwrap();
    let open = |time: &str| {
        tenders.records::<Tender>().iter().filter(|tender| tender.is_open(time.parse().unwrap()) == Some(true)).count()
    };
    assert_eq!((open("2026-11-15T09:00:00+08:00"), open("2026-11-15T12:00:01+08:00")), (4, 3));
}

#[tokio::test]
async fn live_feeds_serve_no_personal_data() {
    let graph = fixtures();
    let data = query_data(&graph, "{ hkstpc { vacancies(first: 50) { nodes { description { en } descriptionHtml { en } extra { name value } } } tenders { nodes { extra { value } } } }
        jobs: dataset(id: \"D28\") { table { rows(first: 50) { nodes { cells } } } } tenders: dataset(id: \"C7\") { table { rows(first: 50) { nodes { cells } } } } }").await;
    let text = data.to_string();
    for word in ["Doe-Example", "@example.invalid", "0000 28"] {
        assert!(!text.contains(word), "{word}");
    }
    assert!(text.contains("employmentType"));
    let described = |text: &str| {
        let jobs = data["hkstpc"]["vacancies"]["nodes"].as_array().unwrap();
        let job = jobs.iter().find(|job| job["description"]["en"] == text);
        job.unwrap_or_else(|| panic!("{text}"))["descriptionHtml"]["en"].clone()
    };
    assert_eq!(
        described("Talk to robots.\nThey will not answer & that is fine."),
        "<p>Talk to robots.<br>They will not answer &amp; that is fine.</p>"
    );
    assert_eq!(
        described("Design tugboats in your sleep.\nNight shifts only."),
        "Design tugboats in your sleep.<br>\nNight shifts only."
    );
}
