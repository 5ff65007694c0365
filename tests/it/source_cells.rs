//! Source rows: the cells from which a record or a figure was read.

use lionrock::{domain::number, refresh::Refresher};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::gateway::{bundle, fixtures, query_data};

#[test]
fn every_record_and_figure_has_a_source_row() {
    for graph in [bundle(), fixtures()] {
        let view = graph.view();
        let mut records = 0;
        for snapshot in view.graph.snapshots.iter() {
            let plan = snapshot.dataset.plan;
            for file in &snapshot.files {
                let numbers: Vec<u32> = (0..file.table.len()).map(|row| file.table.number(row)).collect();
                assert!(numbers.is_sorted(), "{plan}: the rows must be sorted for binary search");
            }
            for index in 0..snapshot.records.len() {
                let Some(meta) = snapshot.records.meta(index) else { continue };
                let row = snapshot.files[usize::from(meta.file)].table.row_numbered(meta.row);
                assert!(row.is_some(), "{plan} row {}", meta.row);
                records += 1;
            }
            for observation in snapshot.figures().iter().flat_map(|figures| &figures.observations) {
                let row = snapshot.files[usize::from(observation.file)].table.row_numbered(observation.row);
                assert!(row.is_some(), "{plan} row {}", observation.row);
            }
        }
        assert!(records > 200, "{records}");
    }
}

#[test]
fn the_source_cell_of_a_figure_contains_its_value() {
    let graph = bundle();
    let view = graph.view();
    let mut compared = 0;
    for snapshot in view.graph.snapshots.iter() {
        for observation in snapshot.figures().iter().flat_map(|figures| &figures.observations) {
            let (Some(value), Some(column)) = (observation.value, observation.column) else { continue };
            let table = &snapshot.files[usize::from(observation.file)].table;
            let row = table.row_numbered(observation.row).unwrap();
            let Ok(printed) = number::parse(table.cell(row, column)) else { continue };
            let is_it =
                [1, 1_000, 1_000_000, 1_000_000_000].iter().any(|scale| printed * Decimal::from(*scale) == value);
            assert!(is_it, "{} row {}: {printed}, {value}", snapshot.dataset.plan, observation.row);
            compared += 1;
        }
    }
    assert!(compared > 500, "{compared}");
}

const CELLS: &str = "distribution sheet row columnNumber cells { column text }";

fn cell<'a>(provenance: &'a Value, column: &str) -> &'a Value {
    let cells = provenance["cells"].as_array().unwrap();
    &cells.iter().find(|cell| cell["column"] == column).unwrap_or_else(|| panic!("no column {column}"))["text"]
}

async fn projects(graph: &Refresher) -> Vec<Value> {
    let query = format!(
        "{{ itf {{ projects(filter: {{ year: {{ from: 2023 }} }}) {{ nodes {{ reference provenance {{ {CELLS} }} }} }} }} }}"
    );
    query_data(graph, &query).await["itf"]["projects"]["nodes"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_record_returns_its_source_row() {
    let graph = fixtures();
    let projects = projects(&graph).await;
    assert!(projects.len() > 5);
    for project in &projects {
        let provenance = &project["provenance"];
        assert_eq!(cell(provenance, "Reference No."), &project["reference"]);
        assert_eq!(provenance["columnNumber"], Value::Null);
        let arguments = format!("distribution: {}, number: {}", provenance["distribution"], provenance["row"]);
        let query = format!("{{ dataset(id: \"D36\") {{ row({arguments}) {{ number cells {{ column text }} }} }} }}");
        let row = query_data(&graph, &query).await["dataset"]["row"].clone();
        assert_eq!((&row["number"], &row["cells"]), (&provenance["row"], &provenance["cells"]));
    }
}

#[tokio::test]
async fn missing_rows_are_null() {
    let graph = fixtures();
    let url = &projects(&graph).await[0]["provenance"]["distribution"];
    for arguments in [
        format!("distribution: {url}, number: 0"),
        format!("distribution: {url}, number: 99999"),
        format!("distribution: {url}, number: 2, sheet: \"none\""),
        "distribution: \"https://nowhere.invalid\", number: 2".to_owned(),
    ] {
        let query = format!("{{ dataset(id: \"D36\") {{ row({arguments}) {{ number }} }} }}");
        assert_eq!(query_data(&graph, &query).await, json!({ "dataset": { "row": null } }), "{arguments}");
    }
}

#[tokio::test]
async fn a_figure_returns_its_source_cell() {
    let graph = fixtures();
    let query = format!("{{ itf {{ overview {{ observations {{ nodes {{ value provenance {{ {CELLS} }} }} }} }} }} }}");
    let data = query_data(&graph, &query).await;
    let observations = data["itf"]["overview"]["observations"]["nodes"].as_array().unwrap();
    let mut compared = 0;
    for observation in observations {
        let provenance = &observation["provenance"];
        let position = provenance["columnNumber"].as_u64().unwrap() as usize;
        let text = provenance["cells"][position - 1]["text"].as_str().unwrap();
        let (Ok(printed), Some(value)) = (number::parse(text), observation["value"].as_str()) else { continue };
        let value: Decimal = value.parse().unwrap();
        assert!([1, 1_000_000].iter().any(|scale| printed * Decimal::from(*scale) == value), "{observation}");
        compared += 1;
    }
    assert!(compared > 10, "{compared}");
}
