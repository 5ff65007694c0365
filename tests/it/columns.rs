//! Column matching on tables with undeclared headings. Every binding must be correct, and columns without a counterpart
//! must stay unbound.

use std::{collections::BTreeMap, fs, path::Path};

use lionrock::{
    domain::{
        catalog::Distribution,
        record::{Binding, Column, Record, binding::BindingKind},
        table::Table,
        text::Language,
        value::is_padding,
    },
    publishers::{
        self,
        hkas::accreditations::Accreditation,
        hkstpc::{
            car_parks::CarParkVacancy, events::Event, restaurants::Restaurant, tenancies::Tenancy, tenders::Tender,
            transport::TransportRoute, vacancies::JobVacancy,
        },
        itc::{business_grants::BusinessGrant, research_institutions::ResearchDesignation},
        itf::{
            better_living::BetterLivingProject, key_laboratories::KeyLaboratory, projects::FundedProject,
            raise_plus::RaisePlusProject, trials::TrialProject, ventures::VentureInvestment,
        },
    },
    upstream::{
        columns::match_columns,
        raw::{Origin, RawFile, sha256_hex},
        read_options::ReadOptions,
        snapshot::Snapshot,
    },
};
use proptest::{collection::vec, prelude::*};

type Columns = &'static [&'static Column];

const RECORDS: [(&str, Columns); 16] = [
    ("Accreditation", Accreditation::COLUMNS),
    ("BetterLivingProject", BetterLivingProject::COLUMNS),
    ("BusinessGrant", BusinessGrant::COLUMNS),
    ("CarParkVacancy", CarParkVacancy::COLUMNS),
    ("Event", Event::COLUMNS),
    ("FundedProject", FundedProject::COLUMNS),
    ("JobVacancy", JobVacancy::COLUMNS),
    ("KeyLaboratory", KeyLaboratory::COLUMNS),
    ("RaisePlusProject", RaisePlusProject::COLUMNS),
    ("ResearchDesignation", ResearchDesignation::COLUMNS),
    ("Restaurant", Restaurant::COLUMNS),
    ("Tenant", Tenancy::COLUMNS),
    ("Tender", Tender::COLUMNS),
    ("TransportRoute", TransportRoute::COLUMNS),
    ("TrialProject", TrialProject::COLUMNS),
    ("VentureInvestment", VentureInvestment::COLUMNS),
];

fn columns(record: &str) -> Columns {
    RECORDS.iter().find(|(name, _)| *name == record).unwrap_or_else(|| panic!("no record `{record}`")).1
}

/// A table of the corpus with the expected binding of each column.
#[derive(Clone)]
struct Case {
    name: String,
    record: String,
    language: Option<Language>,
    rows: Vec<Vec<String>>,
    expected: Vec<String>,
}

impl Case {
    fn table(&self) -> Table {
        let mut table = Table::default();
        for (number, row) in (1..).zip(&self.rows) {
            table.begin_row(number);
            for cell in row {
                table.push_cell(cell).unwrap();
            }
        }
        table
    }

    fn binding(&self) -> Binding {
        match_columns(&self.table(), columns(&self.record), &[], self.language, None).binding
    }
}

fn corpus() -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/columns/corpus.txt");
    let text = fs::read_to_string(path).unwrap();
    let cells = |line: &str| line.split('|').map(str::to_owned).collect::<Vec<_>>();
    let mut cases: Vec<Case> = Vec::new();
    let mut begins = true;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.is_empty() {
            begins = true;
        } else if begins {
            let mut words = line.split_whitespace();
            let record = words.next().unwrap().to_owned();
            let language = match words.next().unwrap() {
                "@en" => Some(Language::En),
                "@zh-Hant" => Some(Language::ZhHant),
                "@zh-Hans" => Some(Language::ZhHans),
                _ => None,
            };
            cases.push(Case { name: line.to_owned(), record, language, rows: Vec::new(), expected: Vec::new() });
            begins = false;
        } else if let Some(expected) = line.strip_prefix("= ") {
            cases.last_mut().unwrap().expected = cells(expected);
        } else {
            cases.last_mut().unwrap().rows.push(cells(line));
        }
    }
    cases
}

/// The binding of each column, in the notation of the corpus.
fn bound_columns(case: &Case, binding: &Binding) -> Vec<String> {
    let tag = |language: Language| match language {
        Language::En => "en",
        Language::ZhHant => "zh-Hant",
        Language::ZhHans => "zh-Hans",
    };
    let of = |index: usize| {
        let decision = binding.decisions.get(index).filter(|decision| decision.kind != BindingKind::Unbound)?;
        let column = decision.column?;
        let names_language = case.expected.get(index).is_some_and(|expected| expected.contains('/'));
        Some(if names_language { format!("{column}/{}", tag(decision.language?)) } else { column.to_owned() })
    };
    (0..case.expected.len()).map(|index| of(index).unwrap_or_else(|| "-".to_owned())).collect()
}

#[test]
fn columns_are_matched_by_meaning() {
    let (mut right, mut missing, mut wrong) = (0, Vec::new(), Vec::new());
    for case in corpus() {
        let binding = case.binding();
        for (index, (expected, found)) in case.expected.iter().zip(bound_columns(&case, &binding)).enumerate() {
            let heading = &binding.headings.get(index).cloned().unwrap_or_default();
            if *expected == found {
                right += 1;
            } else if found == "-" {
                missing.push(format!("{}: `{heading}` is {expected}", case.name));
            } else {
                wrong.push(format!("{}: `{heading}` is {expected}, not {found}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "wrong:\n{}\nmissing:\n{}", wrong.join("\n"), missing.join("\n"));
    let all = right + missing.len();
    assert!(missing.len() * 100 <= all * 3, "{right} of {all} right; missing:\n{}", missing.join("\n"));
}

/// Replaces each heading in turn by a meaningless one. Fewer columns may be bound, but none wrongly.
#[test]
fn meaningless_headings_cause_no_wrong_binding() {
    let mut wrong = Vec::new();
    for case in corpus() {
        let header = header_of(&case);
        for index in 0..case.expected.len() {
            let mut changed = case.clone();
            changed.rows[header][index] = "Qzx".to_owned();
            report_wrong(&case, &changed, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn header_of(case: &Case) -> usize {
    case.binding().header
}

/// Adds the columns of a changed table that are bound differently from the corpus.
fn report_wrong(case: &Case, changed: &Case, wrong: &mut Vec<String>) {
    let binding = changed.binding();
    for (index, found) in bound_columns(changed, &binding).into_iter().enumerate() {
        if found != "-" && found != case.expected[index] {
            wrong.push(format!("{}: `{}` became {found}", case.name, changed.rows[header_of(case)][index]));
        }
    }
}

/// Swaps two headings whose columns have different kinds of values. The wrong binding must be rejected.
#[test]
fn swapped_headings_are_rejected() {
    let is_typed = |column: &str| {
        [
            "approved",
            "amount",
            "funding",
            "closesAt",
            "issuedOn",
            "url",
            "website",
            "latitude",
            "postedOn",
            "designatedOn",
            "vacant",
        ]
        .contains(&column)
    };
    let text = |column: &str| ["title", "name", "leadApplicant", "company", "address"].contains(&column);
    let (mut tested, mut wrong) = (0, Vec::new());
    for case in corpus() {
        let header = header_of(&case);
        let names: Vec<&str> = case.expected.iter().map(|name| name.split('/').next().unwrap()).collect();
        for one in 0..names.len() {
            for other in 0..names.len() {
                if !(is_typed(names[one]) && text(names[other]))
                    || case.rows[header + 1..].iter().any(|row| row[one].is_empty())
                {
                    continue;
                }
                tested += 1;
                let mut changed = case.clone();
                changed.rows[header].swap(one, other);
                let found = bound_columns(&changed, &changed.binding());
                // The heading of an amount or a date is now above a text column.
                if found[other].split('/').next() == Some(names[one]) {
                    wrong.push(format!("{}: {} over {}", case.name, names[one], names[other]));
                }
            }
        }
    }
    assert!(tested > 30, "only {tested} pairs");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Reversed columns and an empty column between them do not change the binding.
#[test]
fn column_order_and_empty_columns_do_not_change_the_binding() {
    for case in corpus().into_iter().filter(|case| header_of(case) == 0) {
        let before: BTreeMap<String, String> =
            case.rows[0].iter().cloned().zip(bound_columns(&case, &case.binding())).collect();
        let mut reversed = case.clone();
        for row in &mut reversed.rows {
            row.resize(case.expected.len(), String::new());
            row.reverse();
            row.insert(1, String::new());
        }
        reversed.expected.reverse();
        reversed.expected.insert(1, "-".to_owned());
        let after = bound_columns(&reversed, &reversed.binding());
        for (heading, found) in reversed.rows[0].iter().zip(after).filter(|(heading, _)| !heading.is_empty()) {
            assert_eq!(before.get(heading), Some(&found), "{}: `{heading}`", case.name);
        }
    }
}

/// A table is not readable as the record type of an unrelated dataset.
#[test]
fn tables_of_other_datasets_are_not_read() {
    let foreign = [
        ("CarParkVacancy", "FundedProject"),
        ("FundedProject", "CarParkVacancy"),
        ("TransportRoute", "BusinessGrant"),
        ("BusinessGrant", "Tender"),
        ("Restaurant", "FundedProject"),
        ("JobVacancy", "Accreditation"),
        ("Accreditation", "CarParkVacancy"),
        ("KeyLaboratory", "TransportRoute"),
        ("ResearchDesignation", "TrialProject"),
        ("Event", "BusinessGrant"),
    ];
    for (record, other) in foreign {
        for case in corpus().into_iter().filter(|case| case.record == record) {
            let binding = match_columns(&case.table(), columns(other), &[], case.language, None).binding;
            assert!(!binding.is_readable, "{} was read as {other}", case.name);
        }
    }
}

/// The decision for each column lists its evidence.
#[test]
fn decisions_include_their_evidence() {
    let case = corpus().into_iter().find(|case| case.name.ends_with("contrast")).unwrap();
    let binding = case.binding();
    let amount = &binding.decisions[5];
    assert_eq!((amount.kind, amount.column), (BindingKind::Inferred, Some("approved")));
    assert!(amount.points >= 20 && amount.margin.is_none_or(|margin| margin >= 8), "{amount:?}");
    assert!(amount.evidence.iter().any(|evidence| evidence.reason == "words of the lexicon"), "{amount:?}");
    assert_eq!(binding.decisions[3].kind, BindingKind::Unbound);
}

/// Reads files of a dataset, given by address, into a snapshot.
fn read(plan: &str, files: &[(&str, &[u8])]) -> Snapshot {
    let source = publishers::sources().into_iter().find(|source| source.dataset.plan == plan).unwrap();
    let files = files.iter().map(|(url, body)| raw(url, body)).collect();
    (source.read.files)(source, files, ReadOptions::default()).unwrap()
}

/// A fetched file.
fn raw(url: &str, body: &[u8]) -> RawFile {
    RawFile {
        distribution: Distribution::at(url),
        origin: Origin::Live,
        sha256: sha256_hex(body),
        body: body.to_vec().into(),
        retrieved_at: None,
        published_at: None,
        as_of: None,
        declared_charset: None,
        by_mirror: false,
        source: None,
    }
}

const LIST: &str = "https://www.itf.gov.hk/datagovhk/annuallist_2024_";

#[test]
fn amounts_with_full_width_digits_and_directional_marks() {
    let body = "Ref. No.,Project Title,Applicant,Amount Approved ($M)\n\
        \u{200e}ITP/001/24,Alpha pumps,Quiet Pump Limited,３．５\n\
        ITP/002/24\u{200f},Beta pumps,Quiet Pump Limited,\"\u{202d}1，250，000\u{202c}\"\n\
        ITP/003/24,Gamma\u{200b} pumps,Quiet Pump Limited,\"ＨＫ＄2,750,000\"\n";
    let snapshot = read("D36", &[(&format!("{LIST}e.csv"), body.as_bytes())]);
    let projects = snapshot.records::<FundedProject>();
    let amounts: Vec<String> = projects.iter().map(|project| project.approved.unwrap().amount.to_string()).collect();
    assert_eq!(amounts, ["3500000", "1250000", "2750000"]);
    let references: Vec<&str> = projects.iter().map(|project| project.reference.as_deref().unwrap()).collect();
    assert_eq!(references, ["ITP/001/24", "ITP/002/24", "ITP/003/24"]);
    assert_eq!(projects[2].title.en.as_deref(), Some("Gamma pumps"));
    assert_eq!(snapshot.rejects().count(), 0);
}

#[test]
fn an_unreadable_value_does_not_reject_its_record() {
    let body = "Ref. No.,Project Title,Applicant,Amount Approved ($M)\n\
        ITP/001/24,Alpha pumps,Quiet Pump Limited,see note\n\
        ITP/002/24,Beta pumps,Quiet Pump Limited,2.5\n\
        ITP/003/24,Gamma pumps,Quiet Pump Limited,1.5\n";
    let snapshot = read("D36", &[(&format!("{LIST}e.csv"), body.as_bytes())]);
    let projects = snapshot.records::<FundedProject>();
    assert_eq!((projects.len(), projects[0].approved, snapshot.rejects().count()), (3, None, 0));
    let unreadable = &snapshot.files[0].explained.unreadable;
    assert_eq!((unreadable.len(), unreadable[0].row, unreadable[0].column), (1, 2, Some("approved")));
    assert_eq!(unreadable[0].text, "see note");
}

#[test]
fn language_files_are_merged_into_one_list() {
    let file = |header: &str, title: &str, name: &str| {
        format!("{header}\nITP/001/24,{title},{name},2.5\nITP/002/24,{title} 2,{name},1.5\n")
    };
    let english = file("Ref,Title,Applicant,Amount Approved ($M)", "Quiet pumps", "Pump Limited");
    let traditional = file("甲,乙,丙,丁", "靜音水泵", "水泵有限公司");
    let simplified = file("编号,题目,申请人,批准金额(百万元)", "静音水泵", "水泵有限公司");
    let urls = ["e", "t", "s"].map(|language| format!("{LIST}{language}.csv"));
    let snapshot = read(
        "D36",
        &[(&urls[0], english.as_bytes()), (&urls[1], traditional.as_bytes()), (&urls[2], simplified.as_bytes())],
    );
    let projects = snapshot.records::<FundedProject>();
    assert_eq!(projects.len(), 2);
    let title = &projects[1].title;
    assert_eq!(
        (title.en.as_deref(), title.hant.as_deref(), title.hans.as_deref()),
        (Some("Quiet pumps 2"), Some("靜音水泵 2"), Some("静音水泵 2"))
    );
    assert_eq!(snapshot.rejects().count(), 0);
}

#[test]
fn one_list_can_contain_every_date_format() {
    let body = r#"{"value":[
        {"ref":"T-1","subject":"Lifts","published":"5-Oct-26","deadline":"2026年11月6日中午12時"},
        {"ref":"T-2","subject":"Carpets","published":"6 Oct 2026","deadline":"3:30 p.m. on 6 November 2026"},
        {"ref":"T-3","subject":"Lamps","published":"二〇二六年十月七日","deadline":"06/11/2026"},
        {"ref":"T-4","subject":"Doors","published":"20261008","deadline":"25/11/2026 17:00"},
        {"ref":"T-5","subject":"Pipes","published":"soon","deadline":"noon, 30 November 2026"}]}"#;
    let snapshot = read("C7", &[("https://opendata.hkstp.org/corporate/info/v1/tendernotice", body.as_bytes())]);
    let tenders = snapshot.records::<Tender>();
    let closes: Vec<String> = tenders.iter().map(|tender| tender.closes_at.unwrap().to_string()).collect();
    assert_eq!(
        closes,
        [
            "2026-11-06T04:00:00Z",
            "2026-11-06T07:30:00Z",
            "2026-11-06T15:59:59Z",
            "2026-11-25T09:00:00Z",
            "2026-11-30T04:00:00Z"
        ]
    );
    let issued: Vec<String> =
        tenders.iter().map(|tender| tender.issued_on.map_or_else(String::new, |day| day.to_string())).collect();
    assert_eq!(issued, ["2026-10-05", "2026-10-06", "2026-10-07", "2026-10-08", ""]);
    assert_eq!(snapshot.files[0].explained.unreadable.len(), 1);
}

#[test]
fn merged_cells_apply_to_every_row_they_span() {
    use rust_xlsxwriter::{Format, Workbook};
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 3, "Projects of the year", &Format::new()).unwrap();
    for (column, heading) in (0..).zip(["Applicant", "Ref. No.", "Project Title", "Amount Approved ($M)"]) {
        sheet.write(1, column, heading).unwrap();
    }
    sheet.merge_range(2, 0, 3, 0, "Quiet Pump Limited", &Format::new()).unwrap();
    let rows =
        [("ITP/001/24", "Alpha pumps", 2.5), ("ITP/002/24", "Beta pumps", 1.5), ("ITP/003/24", "Gamma pumps", 1.0)];
    for (row, (reference, title, amount)) in (2..).zip(rows) {
        sheet.write(row, 1, reference).unwrap();
        sheet.write(row, 2, title).unwrap();
        sheet.write(row, 3, amount).unwrap();
    }
    sheet.write(4, 0, "Salt Map Limited").unwrap();
    let snapshot = read("D36", &[(&format!("{LIST}e.xlsx"), &book.save_to_buffer().unwrap())]);
    let projects = snapshot.records::<FundedProject>();
    let leads: Vec<&str> =
        projects.iter().map(|project| project.lead_applicant_name.as_ref().unwrap().en.as_deref().unwrap()).collect();
    assert_eq!(leads, ["Quiet Pump Limited", "Quiet Pump Limited", "Salt Map Limited"]);
}

#[test]
fn a_table_with_rows_gives_records_rejects_or_drift() {
    for body in ["Foo,Bar,Baz\n1,2,3\n", "Ref. No.,Applicant\nITP/001/24,Quiet Pump Limited\n", "Title,Amount\n,5\n"] {
        let snapshot = read("D36", &[(&format!("{LIST}e.csv"), body.as_bytes())]);
        let reported = snapshot.rejects().count() + snapshot.drift().missing.len();
        assert!(!snapshot.records.is_empty() || reported > 0, "{body}");
    }
}

/// A typical cell of a list of projects, or random text.
fn any_cell() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "Reference No.",
        "Project Title",
        "Lead Applicant",
        "Funds Approved ($M)",
        "項目名稱",
        "Remarks",
        "ITP/001/24",
        "Quiet pumps",
        "Pump Limited",
        "水泵有限公司",
        "2.5",
        "HK$1,200,000",
        "n/a",
        "Total",
        "* Revised figure",
        "1",
        "",
        " ",
        "2026-03-04",
    ];
    prop_oneof![4 => prop::sample::select(KNOWN).prop_map(str::to_owned), 1 => "\\PC{0,12}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every non-empty cell is counted exactly once: as a value, header, note, reject, repetition or unrecognised cell.
    #[test]
    fn every_cell_of_any_list_is_accounted_for(rows in vec(vec(any_cell(), 1..7), 1..14)) {
        let mut body = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in &rows {
            body.write_record(row).unwrap();
        }
        let body = body.into_inner().unwrap();
        let source = publishers::sources().into_iter().find(|source| source.dataset.plan == "D36").unwrap();
        let file = raw(&format!("{LIST}e.csv"), &body);
        let Ok(snapshot) = (source.read.files)(source, vec![file], ReadOptions::default()) else { return Ok(()) };
        for file in &snapshot.files {
            let cells = (0..file.table.len()).flat_map(|row| file.table.cells(row));
            let filled = cells.filter(|cell| !cell.trim_matches(is_padding).is_empty()).count();
            prop_assert_eq!(file.explained.cells.total(), filled, "{:?}", file.explained.cells);
            let binding = file.explained.binding.as_ref().unwrap();
            let is_silent = snapshot.records.is_empty() && snapshot.rejects().count() == 0 && file.notes.is_empty();
            let has_rows = file.table.len() > binding.header + 1;
            prop_assert!(!is_silent || !has_rows || !snapshot.drift().missing.is_empty());
        }
    }
}
