//! Measures decoding: the same fictional rows as CSV, JSON, XML and XLSX.
//!
//! `cargo bench --bench decode`

#[path = "fiction/names.rs"]
mod names;

use divan::{Bencher, counter::BytesCount};
use lionrock::upstream::decode::decode;
use names::firm;

const ROWS: usize = 10_000;

fn main() {
    divan::main();
}

/// The same rows in each format.
fn bodies() -> Vec<Body> {
    let rows: Vec<[String; 4]> = (0..ROWS).map(row).collect();
    vec![
        Body { format: "CSV", bytes: csv(&rows).into_bytes() },
        Body { format: "JSON", bytes: json(&rows).into_bytes() },
        Body { format: "XML", bytes: xml(&rows).into_bytes() },
        Body { format: "XLSX", bytes: xlsx(&rows) },
    ]
}

/// A file in one format.
struct Body {
    format: &'static str,
    bytes: Vec<u8>,
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.format)
    }
}

/// Decodes bytes into a table.
#[divan::bench(args = bodies(), sample_count = 10, sample_size = 1)]
fn table(bencher: Bencher<'_, '_>, body: &Body) {
    bencher
        .counter(BytesCount::new(body.bytes.len()))
        .bench_local(|| decode(&body.bytes, None, None).expect("generated files can be decoded"));
}

const COLUMNS: [&str; 4] = ["number", "name_en", "name_tc", "amount"];

fn row(number: usize) -> [String; 4] {
    let (en, zh) = firm(number);
    [number.to_string(), en, zh, format!("{}.50", number * 17)]
}

fn csv(rows: &[[String; 4]]) -> String {
    let lines = rows.iter().map(|row| row.join(","));
    [COLUMNS.join(",")].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn json(rows: &[[String; 4]]) -> String {
    let object = |row: &[String; 4]| {
        let fields = COLUMNS.iter().zip(row).map(|(column, cell)| ((*column).to_owned(), cell.as_str().into()));
        serde_json::Value::Object(fields.collect())
    };
    serde_json::json!({ "value": rows.iter().map(object).collect::<Vec<_>>() }).to_string()
}

fn xml(rows: &[[String; 4]]) -> String {
    let cell = |(column, cell): (&&str, &String)| format!("<{column}>{cell}</{column}>");
    let element = |row: &[String; 4]| format!("<row>{}</row>", COLUMNS.iter().zip(row).map(cell).collect::<String>());
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><rows>{}</rows>", rows.iter().map(element).collect::<String>())
}

fn xlsx(rows: &[[String; 4]]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, COLUMNS).expect("a row fits");
    for (number, row) in (1..).zip(rows) {
        sheet.write_row(number, 0, row.iter().map(String::as_str)).expect("a row fits");
    }
    workbook.save_to_buffer().expect("a workbook fits in memory")
}
