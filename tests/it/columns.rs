//! Column matching on tables in words that nobody declared: every column that is bound is the right one, and what must
//! stay unbound stays so.

use std::{collections::BTreeMap, fs, path::Path};

use lionrock::{
    domain::{
        record::{Binding, Column, Record, binding::BindingKind},
        table::Table,
        text::Language,
    },
    publishers::{
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
    upstream::columns::match_columns,
};

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

/// A table of the corpus with what its columns are.
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
            row.iter().for_each(|cell| table.push_cell(cell).unwrap());
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

/// What each column of the table is, as the corpus writes it.
fn found(case: &Case, binding: &Binding) -> Vec<String> {
    let tag = |language: Language| match language {
        Language::En => "en",
        Language::ZhHant => "zh-Hant",
        Language::ZhHans => "zh-Hans",
    };
    let of = |place: usize| {
        let decision = binding.decisions.get(place).filter(|decision| decision.kind != BindingKind::Unbound)?;
        let column = decision.column?;
        let names_language = case.expected.get(place).is_some_and(|expected| expected.contains('/'));
        Some(if names_language { format!("{column}/{}", tag(decision.language?)) } else { column.to_owned() })
    };
    (0..case.expected.len()).map(|place| of(place).unwrap_or_else(|| "-".to_owned())).collect()
}

#[test]
fn columns_are_found_by_what_they_mean() {
    let (mut right, mut missing, mut wrong) = (0, Vec::new(), Vec::new());
    for case in corpus() {
        let binding = case.binding();
        for (place, (expected, found)) in case.expected.iter().zip(found(&case, &binding)).enumerate() {
            let heading = &binding.headings.get(place).cloned().unwrap_or_default();
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

/// Every heading of a case is replaced in turn by one that says nothing: less is bound, and nothing wrongly.
#[test]
fn a_heading_that_says_nothing_binds_nothing_wrongly() {
    let mut wrong = Vec::new();
    for case in corpus() {
        let header = header_of(&case);
        for place in 0..case.expected.len() {
            let mut changed = case.clone();
            changed.rows[header][place] = "Qzx".to_owned();
            report_wrong(&case, &changed, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn header_of(case: &Case) -> usize {
    case.binding().header
}

/// Adds what a changed table binds otherwise than the corpus says.
fn report_wrong(case: &Case, changed: &Case, wrong: &mut Vec<String>) {
    let binding = changed.binding();
    for (place, found) in found(changed, &binding).into_iter().enumerate() {
        if found != "-" && found != case.expected[place] {
            wrong.push(format!("{}: `{}` became {found}", case.name, changed.rows[header_of(case)][place]));
        }
    }
}

/// Two headings that stand over values of different kinds are swapped: both are refused.
#[test]
fn swapped_headings_are_refused() {
    let hard = |column: &str| {
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
    let (mut tried, mut wrong) = (0, Vec::new());
    for case in corpus() {
        let header = header_of(&case);
        let names: Vec<&str> = case.expected.iter().map(|name| name.split('/').next().unwrap()).collect();
        for one in 0..names.len() {
            for other in 0..names.len() {
                if !(hard(names[one]) && text(names[other]))
                    || case.rows[header + 1..].iter().any(|row| row[one].is_empty())
                {
                    continue;
                }
                tried += 1;
                let mut changed = case.clone();
                changed.rows[header].swap(one, other);
                let found = found(&changed, &changed.binding());
                // Under a heading of money or a date stands a text.
                if found[other].split('/').next() == Some(names[one]) {
                    wrong.push(format!("{}: {} over {}", case.name, names[one], names[other]));
                }
            }
        }
    }
    assert!(tried > 30, "only {tried} pairs");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Columns in another order, empty columns between them and a repeated header change no binding.
#[test]
fn order_and_empty_columns_do_not_matter() {
    for case in corpus().into_iter().filter(|case| header_of(case) == 0) {
        let before: BTreeMap<String, String> =
            case.rows[0].iter().cloned().zip(found(&case, &case.binding())).collect();
        let mut turned = case.clone();
        for row in &mut turned.rows {
            row.resize(case.expected.len(), String::new());
            row.reverse();
            row.insert(1, String::new());
        }
        turned.expected.reverse();
        turned.expected.insert(1, "-".to_owned());
        let after = found(&turned, &turned.binding());
        for (heading, found) in turned.rows[0].iter().zip(after).filter(|(heading, _)| !heading.is_empty()) {
            assert_eq!(before.get(heading), Some(&found), "{}: `{heading}`", case.name);
        }
    }
}

/// A table of one dataset is no table of another whose record it does not hold.
#[test]
fn foreign_tables_are_not_read() {
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

/// What was decided for one column, on a line.
#[test]
fn decisions_say_why() {
    let case = corpus().into_iter().find(|case| case.name.ends_with("contrast")).unwrap();
    let binding = case.binding();
    let amount = &binding.decisions[5];
    assert_eq!((amount.kind, amount.column), (BindingKind::Inferred, Some("approved")));
    assert!(amount.points >= 20 && amount.margin.is_none_or(|margin| margin >= 8), "{amount:?}");
    assert!(amount.evidence.iter().any(|evidence| evidence.reason == "words of the lexicon"), "{amount:?}");
    assert_eq!(binding.decisions[3].kind, BindingKind::Unbound);
}
