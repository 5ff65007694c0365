//! Statistical tables: the expected results in README-statistics.md of the fixtures, files that the portal lists under
//! the wrong dataset, and the bundled figures.

use std::collections::BTreeSet;

use lionrock::{
    refresh::Refresher,
    statistics::{Figures, Observation},
    upstream::{read_options::ReadOptions, snapshot::Snapshot},
};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    datasets::{names, raw, source},
    gateway::{bundle, fetched, fixtures, query_data},
    local_upstream::LocalUpstream,
};

/// The expected figures of a dataset's fixtures.
struct Expected {
    plan: &'static str,
    /// The numbers of figures, values, totals, and notes (including the lines between title and header).
    counts: [usize; 4],
    /// The end of each period.
    ends: &'static str,
    /// For each measure: its id, the printed unit, the sum without totals, and the sum of the totals, as printed.
    sums: &'static [(&'static str, u32, &'static str, &'static str)],
    /// The failing checks: a part of the rule and a part of the detail.
    fails: &'static [(&'static str, &'static str)],
}

const M: u32 = 1_000_000;
const K: u32 = 1_000;
const PROJECTS: &str = "approved_projects";
const APPLICATIONS: &str = "approved_applications";
const MONEY: &str = "funds_approved";
const RECEIPTS: &str = "business_receipts";
const ESTABLISHMENTS: &str = "establishments";
const PERSONS: &str = "persons_engaged";
const SHARE: &str = "share_of_business_receipts";

const fn expected(
    plan: &'static str,
    counts: [usize; 4],
    ends: &'static str,
    sums: &'static [(&'static str, u32, &'static str, &'static str)],
    fails: &'static [(&'static str, &'static str)],
) -> Expected {
    Expected { plan, counts, ends, sums, fails }
}

#[rustfmt::skip]
const EXPECTED: [Expected; 38] = [
    expected("A1", [5, 5, 0, 1], "2021-12-31 2022-12-31 2023-12-31 2024-12-31 2025-12-31", &[(APPLICATIONS, 1, "6999", "0")], &[]),
    expected("A2", [8, 8, 0, 0], "2023-12-31 2024-12-31 2025-12-31", &[(APPLICATIONS, 1, "15015", "0"), (MONEY, M, "1151.5", "0")], &[]),
    expected("C3", [18, 15, 0, 0], "2026-11-12 2026-11-13 2026-11-14", &[("average_utilisation", 1, "289.3", "0"), ("peak_utilisation", 1, "421.8", "0"), ("vehicles", 1, "4442", "0")], &[]),
    expected("D6", [12, 10, 0, 4], "2019-12-31 2020-12-31 2021-12-31 2022-12-31 2023-12-31 2024-12-31", &[(ESTABLISHMENTS, 1, "5075", "0"), (PERSONS, 1, "50600", "0")], &[]),
    expected("D7", [12, 11, 0, 2], "2022-12-31 2023-12-31 2024-12-31", &[(ESTABLISHMENTS, 1, "1680", "0"), (PERSONS, 1, "16800", "0"), (RECEIPTS, M, "36666", "0"), ("value_added", M, "9999", "0")], &[]),
    expected("D8", [20, 20, 4, 1], "2023-12-31 2024-12-31", &[(RECEIPTS, M, "20000", "20000"), (SHARE, 1, "200.1", "200")], &[]),
    expected("D9", [21, 20, 3, 1], "2022-12-31 2023-12-31 2024-12-31", &[(RECEIPTS, M, "9380", "9852")], &[]),
    expected("D10", [15, 15, 3, 1], "2022-12-31 2023-12-31 2024-12-31", &[(RECEIPTS, M, "33001", "33000"), (SHARE, 1, "300.0", "0")], &[]),
    expected("D11", [18, 18, 6, 1], "2022-12-31 2023-12-31 2024-12-31", &[(ESTABLISHMENTS, 1, "1680", "1685"), (PERSONS, 1, "22680", "22680")],
        &[("`establishments` by `size` adds up to its total, 2024", "expected 575, found parts of 570")]),
    expected("D12", [12, 12, 2, 0], "2023-12-31 2024-12-31", &[(PERSONS, 1, "3325", "3325")], &[]),
    expected("D13", [15, 13, 3, 1], "2022-12-31 2023-12-31 2024-12-31", &[(PERSONS, 1, "218", "218")], &[]),
    expected("D14", [12, 11, 3, 1], "2022-12-31 2023-12-31 2024-12-31", &[(PERSONS, 1, "11886", "12331")], &[]),
    expected("D15", [10, 9, 2, 1], "2023-12-31 2024-12-31", &[(PERSONS, 1, "6060", "6060")], &[]),
    expected("D16", [5, 4, 0, 2], "2020-12-31 2021-12-31 2022-12-31 2023-12-31 2024-12-31", &[("profit_ratio", 1, "21.1", "0")], &[]),
    expected("D17", [8, 7, 0, 1], "2024-06-30 2024-12-31 2025-06-30 2025-12-31", &[("quotas_allotted", 1, "4998", "0"), ("visas_issued", 1, "1821", "0")],
        &[("`quotas_allotted` never falls", "1333 as at 2025-06-30, 1332 as at 2025-12-31")]),
    expected("D18", [8, 7, 0, 3], "2021-12-31 2022-12-31 2023-12-31 2024-12-31", &[("value_added_per_person", K, "3911.0", "0")], &[]),
    expected("D19", [12, 12, 0, 1], "2022-12-31 2023-12-31 2024-12-31", &[(SHARE, 1, "589.2", "0")], &[]),
    expected("D20", [16, 14, 2, 0], "2024-02-29", &[("quotas_allotted", 1, "531", "531"), ("visas_issued", 1, "42", "99")], &[]),
    expected("D21", [22, 21, 0, 1], "2023-03-31 2024-03-31 2025-03-31",
        &[("service_income", M, "666.5", "0"), ("consultancy_projects", 1, "7220", "0"), ("rd_projects", 1, "198", "0"), ("customer_satisfaction", 1, "45.4", "0"), ("sme_share_of_customers", 1, "147.7", "0")], &[]),
    // The remark is beside its figure and therefore not a footnote row.
    expected("D22", [4, 4, 0, 1], "2026-07-31 2026-08-31 2026-09-30 2026-10-31", &[("technology_companies", 1, "4496", "0")], &[]),
    expected("D23", [4, 4, 0, 0], "2026-07-31 2026-08-31 2026-09-30 2026-10-31", &[("graduates", 1, "3718", "0")],
        &[("`graduates` never falls", "905 as at 2026-08-31, 903 as at 2026-09-30")]),
    expected("D24", [2, 2, 0, 0], "2024-03-31 2025-03-31", &[("rd_practitioners", 1, "18010", "0")], &[]),
    expected("D25", [12, 11, 4, 0], "2025-03-31 2026-03-31", &[("area", 1, "688888", "688883"), ("occupancy", 1, "333.0", "83.3")],
        &[("`area` by `space` adds up to its total, 2026-03-31", "expected 355550, found parts of 355555")]),
    expected("D26", [4, 4, 0, 0], "2024-03-31 2025-03-31", &[("investment_raised", M, "22222.1", "0"), ("deals", 1, "200", "0")], &[]),
    expected("D29", [40, 40, 2, 4], "2026-10-31", &[(PROJECTS, 1, "19190", "19190"), (MONEY, M, "21109.0", "99999.9")],
        &[("`funds_approved` by `programme` adds up", "expected 99999900000, found parts of 21109000000")]),
    expected("D30", [198, 198, 38, 0], "2026-10-31", &[(PROJECTS, 1, "7569", "38707"), (MONEY, M, "44353.1", "149059.3")],
        &[("`approved_projects` by `programme` adds up", "and 4 more"), ("`funds_approved` by `programme` adds up", "and 4 more")]),
    expected("D31", [234, 234, 42, 0], "2026-10-31", &[(PROJECTS, 1, "14226", "42644"), (MONEY, M, "47809.6", "143262.4")],
        &[("`approved_projects` by `programme` adds up", "Information Technology, Total: expected 1977, found parts of 1990"),
          ("`funds_approved` by `programme` adds up", "Total, Total: expected 47726400000, found parts of 47809600000"),
          ("no two values of `programme` have the same figures", "have the same 18 figures")]),
    expected("D33", [40, 40, 2, 4], "2025-12-31", &[(PROJECTS, 1, "2826", "2826"), (MONEY, M, "1365.2", "3333.3")],
        &[("`funds_approved` by `programme` adds up", "expected 3333300000, found parts of 1365200000")]),
    expected("D34", [198, 198, 38, 0], "2025-12-31", &[(PROJECTS, 1, "720", "2160"), (MONEY, M, "2376.0", "7128.0")], &[]),
    expected("D35", [234, 234, 42, 0], "2025-12-31", &[(PROJECTS, 1, "1088", "3256"), (MONEY, M, "2398.2", "7172.4")],
        &[("`approved_projects` by `programme` adds up", "Chinese Medicine, Total: expected 86, found parts of 87"),
          ("`funds_approved` by `programme` adds up", "Total, Total: expected 2387100000, found parts of 2398200000"),
          ("no two values of `programme` have the same figures", "have the same 18 figures")]),
    expected("D37", [10, 8, 0, 1], "2022-12-31 2023-12-31 2024-12-31 2025-12-31", &[(APPLICATIONS, 1, "1311", "0"), (MONEY, M, "583.2", "0")], &[]),
    // The second line of the title is a note.
    expected("D38", [18, 18, 2, 1], "2025-12-31", &[(APPLICATIONS, 1, "4636", "4636"), (MONEY, M, "363.6", "363.6")], &[]),
    expected("D39", [14, 14, 2, 0], "2024-12-31 2025-12-31", &[(PROJECTS, 1, "6363", "6364")],
        &[("`approved_projects` by `technology_service` adds up to its total, 2024", "expected 2122, found parts of 2121")]),
    expected("D40", [14, 14, 2, 1], "2025-12-31", &[(PROJECTS, 1, "9997", "9997"), ("share_of_approved_projects", 1, "99.9", "100")], &[]),
    expected("D45", [18, 18, 2, 0], "2025-12-31", &[(PROJECTS, 1, "374", "374"), (MONEY, M, "224.4", "224.4")],
        &[("figures are the same in every language", "66 in file 0, 99 in file 1")]),
    expected("D46", [70, 67, 0, 1], "2024-03-31 2025-03-31",
        &[("industry_income", 1, "319.5", "0"), ("projects_with_industry", 1, "606", "0"), ("companies", 1, "3606", "0"), ("organisations", 1, "55", "0"),
          ("researchers", 1, "470", "0"), ("patents_filed", 1, "196", "0"), ("patents_granted", 1, "124", "0")], &[]),
    expected("D47", [15, 14, 3, 1], "2025-06-30 2025-09-30 2025-12-31", &[("expenditure", K, "474942", "474998")],
        &[("`expenditure` by `subhead` adds up to its total, 2025-26 Q2", "expected 160000000, found parts of 159944000")]),
    expected("N4", [6, 6, 2, 0], "2025-06-30 2025-09-30", &[("expenditure", K, "57777", "57777")], &[]),
];

fn is_workbook(name: &str) -> bool {
    name.contains(".xls")
}

/// Reads fixtures of a dataset. The period of an annual table comes from the portal.
fn read(plan: &str, names: &[impl AsRef<str>]) -> Result<Snapshot, String> {
    let source = source(plan);
    let file = |name: &str| {
        let mut raw = raw(plan, name);
        raw.distribution.period = match plan {
            "D33" | "D34" => Some("2025".to_owned()),
            "D21" => name.get(5..12).map(str::to_owned),
            _ => raw.distribution.period,
        };
        raw
    };
    let files = names.iter().map(|name| file(name.as_ref())).collect();
    (source.read.files)(source, files, ReadOptions::default()).map_err(|error| error.to_string())
}

fn figures_of(plan: &str, names: &[impl AsRef<str>]) -> Figures {
    read(plan, names).unwrap().figures().unwrap().clone()
}

/// The figures of a dataset's fixtures: from its workbooks, or from its other files.
fn figures(plan: &str, workbooks: bool) -> Figures {
    let names: Vec<String> = names(plan).into_iter().filter(|name| is_workbook(name) == workbooks).collect();
    figures_of(plan, &names)
}

fn sum(figures: &Figures, measure: &str, keep: impl Fn(&Observation) -> bool) -> Decimal {
    let of_measure = |o: &&Observation| figures.measures[o.measure].id == measure;
    figures.observations.iter().filter(of_measure).filter(|o| keep(o)).filter_map(|o| o.value).sum()
}

fn failing(figures: &Figures) -> Vec<(&str, &str)> {
    let failed = figures.checks.iter().filter(|check| !check.passed);
    failed.map(|check| (check.rule.as_str(), check.detail.as_deref().unwrap_or_default())).collect()
}

/// The figures as a set, without their files.
fn set(figures: &Figures) -> BTreeSet<String> {
    let line = |o: &Observation| {
        let period = &figures.periods[o.period];
        let mut values: Vec<String> = (o.dimensions.iter())
            .map(|(at, value)| {
                let dimension = &figures.dimensions[*at];
                format!("{}={}", dimension.id, dimension.values[*value].code)
            })
            .collect();
        values.sort();
        let value = o.value.map(|value| value.normalize().to_string());
        let measure = &figures.measures[o.measure].id;
        format!("{measure} {:?}/{:?} {values:?} {value:?} {:?} {}", period.start, period.end, o.unit, o.is_total)
    };
    let set: BTreeSet<String> = figures.observations.iter().map(line).collect();
    assert_eq!(set.len(), figures.observations.len(), "two figures have the same dimensions");
    set
}

#[test]
fn every_table_gives_the_expected_figures() {
    let tables = lionrock::publishers::sources()
        .into_iter()
        .filter(|source| (source.read.none)(&source.dataset).figures().is_some());
    let plans: BTreeSet<&str> = tables.map(|source| source.dataset.plan).collect();
    assert_eq!(plans, EXPECTED.iter().map(|expected| expected.plan).collect(), "a table has no expectation");
    let wrong: Vec<String> = EXPECTED.iter().filter_map(|expected| differences(expected).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Compares the figures of a dataset's fixtures with the expectation.
fn differences(expected: &Expected) -> Result<(), String> {
    let plan = expected.plan;
    let figures = figures(plan, false);
    let same = |what: &str, found: String, expected: String| {
        if found == expected { Ok(()) } else { Err(format!("{plan} {what}: expected {expected}, found {found}")) }
    };
    let count = |keep: fn(&Observation) -> bool| figures.observations.iter().filter(|o| keep(o)).count();
    let counts = [count(|_| true), count(|o| o.value.is_some()), count(|o| o.is_total), figures.notes.len()];
    same("figures, values, totals, notes", format!("{counts:?}"), format!("{:?}", expected.counts))?;
    same("rejects", format!("{:?}", figures.rejects), "[]".to_owned())?;
    let ends: BTreeSet<String> =
        figures.periods.iter().map(|period| period.end.map(|end| end.to_string()).unwrap_or_default()).collect();
    same("ends", ends.into_iter().collect::<Vec<_>>().join(" "), expected.ends.to_owned())?;
    let measures: Vec<&str> = figures.measures.iter().map(|measure| measure.id.as_str()).collect();
    let known: Vec<&str> = expected.sums.iter().map(|(measure, ..)| *measure).collect();
    same("measures", format!("{measures:?}"), format!("{known:?}"))?;
    for (measure, unit, parts, totals) in expected.sums {
        let printed = |number: &str| number.parse::<Decimal>().unwrap() * Decimal::from(*unit);
        let sums = [sum(&figures, measure, |o| !o.is_total), sum(&figures, measure, |o| o.is_total)];
        let expected = [printed(parts), printed(totals)];
        same(
            measure,
            format!("{:?}", sums.map(|sum| sum.normalize())),
            format!("{:?}", expected.map(|sum| sum.normalize())),
        )?;
    }
    let failing = failing(&figures);
    let is_expected = failing.len() == expected.fails.len()
        && (failing.iter().zip(expected.fails))
            .all(|((rule, detail), (of_rule, of_detail))| rule.contains(of_rule) && detail.contains(of_detail));
    if !is_expected {
        return Err(format!("{plan} failing checks: expected {:?}, found {failing:#?}", expected.fails));
    }
    set(&figures);
    Ok(())
}

#[test]
fn workbooks_give_the_same_figures_as_the_other_formats() {
    let mut compared = 0;
    for expected in EXPECTED.iter().filter(|expected| names(expected.plan).iter().any(|name| is_workbook(name))) {
        assert_eq!(set(&figures(expected.plan, true)), set(&figures(expected.plan, false)), "{}", expected.plan);
        compared += 1;
    }
    assert_eq!(compared, 15);
}

#[test]
fn xml_gives_the_same_figures_as_json() {
    for (plan, name) in [
        ("D22", "xml/technologycompanies.xml"),
        ("D23", "xml/incubationgraduates.xml"),
        ("D24", "xml/rdpractitioners.xml"),
        ("D25", "xml/labofficespace.xml"),
        ("D26", "xml/directinvestmentraised.xml"),
    ] {
        assert_eq!(set(&figures_of(plan, &[name])), set(&figures(plan, false)), "{plan}");
    }
}

#[test]
fn labels_are_in_three_languages() {
    for (plan, dimension, code, hant, hans) in [
        ("D29", "programme", "TVP", "科技券", "科技券"),
        ("D30", "industry", "biotechnology", "生物科技", "生物科技"),
        ("D35", "technology_area", "chinese_medicine", "中醫藥", "中医药"),
        ("D21", "kind", "target", "目標", "目标"),
        ("D10", "size", "less_than_50_persons", "少於50人", "少于50人"),
        ("D40", "business", "engineering", "工程", "工程"),
    ] {
        let figures = figures(plan, false);
        let dimension = figures.dimensions.iter().find(|known| known.id == dimension).unwrap();
        let text = &dimension.values.iter().find(|value| value.code == code).unwrap().text;
        assert_eq!((text.hant.as_deref(), text.hans.as_deref()), (Some(hant), Some(hans)), "{plan}");
    }
    let spending = figures("D47", false);
    assert_eq!(spending.dimensions[0].values[0].text.en.as_deref(), Some("000 Operational expenses"));
    let matrix = figures("D30", false);
    let programme = matrix.dimensions.iter().find(|known| known.id == "programme").unwrap();
    assert_eq!(programme.values.len(), 11);
}

#[test]
fn cumulative_sums_are_compared_across_renamed_programmes() {
    let mut names = names("D29");
    names.push("earlier/overview_20201231_e.csv".to_owned());
    let figures = figures_of("D29", &names);
    let falls: Vec<_> = failing(&figures).into_iter().filter(|(rule, _)| rule.contains("never falls")).collect();
    assert!(
        falls.iter().any(|(_, detail)| {
            detail.contains(
                "Small Entrepreneur Research Assistance Programme: 777 as at 2020-12-31, 707 as at 2026-10-31",
            ) && detail.contains("General Support Programme: 4444 as at 2020-12-31, 1313 as at 2026-10-31")
        }),
        "{falls:?}"
    );
    let programme = figures.dimensions.iter().find(|known| known.id == "programme").unwrap();
    assert_eq!(programme.values.iter().filter(|value| !value.is_total).count(), 19);
    let renamed = |code: &str| {
        let of = |o: &&Observation| figures.value_of(o, "programme").is_some_and(|value| value.code == code);
        let counts = figures.observations.iter().filter(of).filter(|o| figures.measures[o.measure].id == PROJECTS);
        counts.filter_map(|o| o.value).map(|value| value.to_string()).collect::<BTreeSet<_>>()
    };
    assert_eq!(renamed("NIFS"), BTreeSet::from(["5".to_owned(), "1414".to_owned()]));
    assert_eq!(renamed("NITTP"), BTreeSet::from(["1200".to_owned(), "1919".to_owned()]));
}

/// The served figures of a dataset.
fn served(graph: &Refresher, plan: &str) -> Figures {
    graph.view().graph.snapshots.of(&source(plan).dataset).unwrap().figures().unwrap().clone()
}

const MONTHLY: [&str; 3] = [
    "hk-itc-team1-itf-approved-projects-stat",
    "hk-itc-team1-itf-approved-projects-diff-industrial-sectors",
    "hk-itc-team1-itf-approved-projects-diff-technology-sectors",
];

fn listing(id: &str) -> String {
    format!("https://data.gov.hk/en-data/api/3/action/package_show?id={id}")
}

#[tokio::test]
async fn the_monthly_files_give_the_same_figures_in_any_order() {
    let upstream = LocalUpstream::start().await;
    let mut portal: Vec<Value> =
        MONTHLY.iter().map(|id| serde_json::from_slice(&upstream.body(&listing(id))).unwrap()).collect();
    let resources: Vec<Value> =
        portal.iter().flat_map(|response| response["result"]["resources"].as_array().unwrap().clone()).collect();
    assert_eq!(resources.len(), 9);
    let right: Vec<BTreeSet<String>> = ["D29", "D30", "D31"].iter().map(|plan| set(&figures(plan, false))).collect();
    assert_eq!(right.iter().map(BTreeSet::len).collect::<Vec<_>>(), [40, 198, 234]);
    // As listed by the portal; rotated by one; distributed in turn; reversed, and all under one dataset.
    let orders: [[usize; 9]; 4] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
        [8, 0, 1, 2, 3, 4, 5, 6, 7],
        [0, 3, 6, 1, 4, 7, 2, 5, 8],
        [8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    for (order, shares) in orders.iter().zip([[3, 3, 3], [3, 3, 3], [4, 1, 4], [0, 9, 0]]) {
        let mut rest = order.iter().map(|at| resources[*at].clone());
        for ((id, response), share) in MONTHLY.iter().zip(&mut portal).zip(shares) {
            response["result"]["resources"] = rest.by_ref().take(share).collect();
            upstream.put(&listing(id), response.to_string());
        }
        let graph = fetched(&upstream).await;
        for (plan, right) in ["D29", "D30", "D31"].iter().zip(&right) {
            assert_eq!(&set(&served(&graph, plan)), right, "{plan} {order:?}");
        }
    }
}

#[tokio::test]
async fn files_of_three_financial_years_are_merged() {
    let graph = fixtures();
    let figures = served(&graph, "D21");
    assert_eq!(set(&figures), set(&self::figures("D21", false)));
    let per_year =
        |label: &str| figures.observations.iter().filter(|o| figures.periods[o.period].label == label).count();
    assert_eq!([per_year("2022-23"), per_year("2023-24"), per_year("2024-25")], [4, 8, 10]);
    for (plan, year) in [("D33", "2025"), ("D34", "2025"), ("D35", "2025")] {
        let labels: Vec<String> = served(&graph, plan).periods.into_iter().map(|period| period.label).collect();
        assert_eq!(labels, [year], "{plan}");
    }
}

#[test]
fn damaged_files_are_errors() {
    for (plan, name) in [
        ("D6", "nasty/table1_cut.xls"),
        ("D11", "nasty/table6_cut.xlsx"),
        ("D7", "nasty/table2_not_a_workbook.xlsx"),
        ("D22", "nasty/technologycompanies_doctype.xml"),
        ("D45", "nasty/annualgsp_missing.csv"),
    ] {
        let error = read(plan, &[name]).map(|snapshot| snapshot.records.len()).unwrap_err();
        assert!(error.contains("expected") && !error.contains("111111111"), "{plan}: {error}");
    }
    if let Ok(deep) = read("D23", &["nasty/incubationgraduates_deep.xml"]) {
        assert!(deep.records.len() <= 1);
    }
}

#[test]
fn unusual_workbooks() {
    let right: BTreeSet<String> = {
        let figures = figures_of("D17", &["nasty/techtas_dates_hidden_sheet.xlsx"]);
        assert_eq!(figures.observations.len(), 6);
        assert_eq!(sum(&figures, "quotas_allotted", |_| true), Decimal::from(101 + 202 + 303));
        assert_eq!(sum(&figures, "visas_issued", |_| true), Decimal::from(51 + 52 + 53));
        let ends: Vec<String> = figures.periods.iter().map(|period| period.end.unwrap().to_string()).collect();
        assert_eq!(ends, ["2024-06-30", "2024-12-31", "2025-06-30"]);
        set(&figures)
    };
    assert!(!format!("{right:?}").contains("987654"));
    assert_eq!(set(&figures_of("D17", &["nasty/techtas_dates_hidden_sheet.xls"])), right);
    assert_eq!(set(&figures_of("D17", &["nasty/techtas_two_tables.xlsx"])), right);
    let two = figures_of("D20", &["../D17/nasty/techtas_two_tables.xlsx"]);
    assert_eq!(set(&two), set(&figures("D20", false)));
    let rounded = figures_of("D18", &["nasty/table12_float_noise.xlsx"]);
    let values: Vec<String> =
        rounded.observations.iter().filter_map(|o| o.value).map(|value| value.normalize().to_string()).collect();
    assert_eq!(values, ["576300", "7338100", "300"]);
}

#[test]
fn unusual_xml_and_json_files() {
    let big5 = figures_of("D23", &["nasty/incubationgraduates_big5.xml"]);
    assert_eq!(big5.observations.len(), 2);
    assert!(format!("{:?}", big5.notes).contains("許功蓋有限公司(虛構)"), "{:?}", big5.notes);
    let space = figures_of("D25", &["nasty/labofficespace_text_numbers.json"]);
    let of = |measure: &str| -> Vec<Option<String>> {
        let own = space.observations.iter().filter(|o| space.measures[o.measure].id == measure);
        own.map(|o| o.value.map(|value| value.normalize().to_string())).collect()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(of("area"), [some("122222"), None, some("5000"), some("1234.5")]);
    assert_eq!(of("occupancy"), [some("78.9"), some("87.6"), None, some("0")]);
}

#[test]
fn a_table_with_only_unknown_headers_is_served_unchanged() {
    let snapshot = read("D45", &["nasty/annualgsp_unknown_headers.csv"]).unwrap();
    let drift = snapshot.drift();
    assert_eq!(drift.missing, [PROJECTS, MONEY]);
    assert_eq!(drift.unmapped, ["Realm", "Spells Cast", "Gold Pieces (dozen)"]);
    assert_eq!(snapshot.files[0].table.len() - snapshot.files[0].header - 1, 3);
    let figures = snapshot.figures().unwrap();
    assert!(figures.measures.iter().all(|measure| ![PROJECTS, MONEY].contains(&measure.id.as_str())));
}

#[tokio::test]
async fn observations_are_filtered_by_measure_year_and_dimension() {
    let graph = fixtures();
    let observations_query = |filter: &str| {
        format!(
            "{{ itf {{ byTechnology {{ observations(first: 50, filter: {filter}) {{ totalCount nodes {{ value unit isTotal
               dimensions {{ dimension code value {{ en zhHant }} }} measure {{ code title {{ en }} }} period {{ label end }}
               provenance {{ origin row distribution dataset {{ plan }} }} }} }} }} }} }}"
        )
    };
    let of = async |filter: &str| {
        query_data(&graph, &observations_query(filter)).await["itf"]["byTechnology"]["observations"].clone()
    };
    let by_code = of("{ measures: [\"funds_approved\"], dimensions: [{ dimension: \"programme\", values: [\"ITSP\"] }, { dimension: \"technology_area\", values: [\"biotechnology\"] }] }").await;
    assert_eq!(by_code["totalCount"], 1);
    let node = &by_code["nodes"][0];
    assert_eq!((&node["value"], &node["unit"]), (&json!("1155000000"), &json!("HKD")));
    assert_eq!(node["provenance"]["origin"], "LIVE");
    assert_eq!(node["provenance"]["row"], 4);
    assert_eq!(node["provenance"]["distribution"], "https://www.itf.gov.hk/datagovhk/itfstat9_20261031.csv");
    assert_eq!(node["period"], json!({ "label": "as at 2026-10-31", "end": "2026-10-31" }));
    let by_label = of("{ measures: [\"funds_approved\"], year: { from: 2026, to: 2026 }, dimensions: [{ dimension: \"programme\", values: [\"創新及科技支援計劃\"] }, { dimension: \"technology_area\", values: [\"生物科技\"] }] }").await;
    assert_eq!(by_label, by_code);
    let totals = of("{ measures: [\"approved_projects\"], totals: ONLY, dimensions: [{ dimension: \"programme\", values: [\"_T\"] }, { dimension: \"technology_area\", values: [\"_T\"] }] }").await;
    assert_eq!((&totals["totalCount"], &totals["nodes"][0]["value"]), (&json!(1), &json!("14209")));
    assert_eq!(of("{ year: { from: 2025, to: 2025 } }").await["totalCount"], 0);
    assert_eq!(of("{ totals: WITHOUT }").await["totalCount"], 234 - 42);
}

#[test]
fn bundled_figures_are_exact() {
    let graph = bundle();
    let at = |figures: &Figures, measure: &str, end: &str, keep: &dyn Fn(&Observation) -> bool| {
        sum(figures, measure, |o| figures.periods[o.period].end.is_some_and(|day| day.to_string() == end) && keep(o))
    };
    let overview = served(&graph, "D29");
    let counts = |total: bool| at(&overview, PROJECTS, "2025-12-31", &|o| o.is_total == total);
    assert_eq!((counts(false), counts(true)), (Decimal::from(82_133), Decimal::from(82_133)));
    assert!(
        failing(&overview)
            .iter()
            .any(|(_, detail)| detail.contains("General Support Programme: 4133 as at 2016-11-30, 2578"))
    );

    let industries = served(&graph, "D30");
    assert_eq!(industries.observations.len(), 9 * 11 * 2);
    let is = |o: &Observation, programme: &str, total: bool| {
        let of = |dimension: &str| industries.value_of(o, dimension).unwrap();
        of("programme").code == programme && of("industry").is_total == total
    };
    for (programme, number, million) in [
        ("ITSP", 3_231, 118_936_u64),
        ("MHKJFS", 92, 1_816),
        ("TCFS", 380, 10_312),
        ("PRP", 291, 5_400),
        ("MRP", 65, 3_257),
        ("UICP", 384, 4_813),
        ("SERAP", 412, 5_036),
        ("ESS", 226, 6_688),
        ("NIFS", 32, 2_470),
        ("ITFBL", 15, 431),
        ("_T", 67_788, 404_084),
    ] {
        let end = "2024-01-31";
        assert_eq!(at(&industries, PROJECTS, end, &|o| is(o, programme, true)), Decimal::from(number), "{programme}");
        assert_eq!(
            at(&industries, MONEY, end, &|o| is(o, programme, true)),
            Decimal::from(million * 100_000),
            "{programme}"
        );
        if programme != "_T" {
            assert_eq!(
                at(&industries, PROJECTS, end, &|o| is(o, programme, false)),
                Decimal::from(number),
                "{programme}"
            );
        }
    }

    let areas = served(&graph, "D31");
    assert!(failing(&areas).iter().any(|(rule, detail)| {
        rule.contains("have the same figures")
            && detail.contains("New Industrialisation Acceleration Scheme")
            && detail.contains("Innovation and Technology Fund for Better Living")
    }));

    let size = served(&graph, "D6");
    let of_year = |measure: &str, year: i16| at(&size, measure, &format!("{year}-12-31"), &|_| true);
    assert_eq!(size.periods.len(), 14);
    assert_eq!((of_year(ESTABLISHMENTS, 2009), of_year(PERSONS, 2009)), (Decimal::from(690), Decimal::from(16_250)));
    assert_eq!((of_year(ESTABLISHMENTS, 2018), of_year(PERSONS, 2018)), (Decimal::from(830), Decimal::from(18_690)));
    let private = served(&graph, "D7");
    let of_2022 = |measure: &str| at(&private, measure, "2022-12-31", &|_| true);
    assert_eq!(of_2022(RECEIPTS), Decimal::from(24_899_000_000_u64));
    assert_eq!(of_2022("value_added"), Decimal::from(10_887_000_000_u64));
    assert_eq!((of_2022(ESTABLISHMENTS), of_2022(PERSONS)), (Decimal::from(850), Decimal::from(15_060)));
}

#[tokio::test]
async fn bundled_live_feeds_state_their_age() {
    let graph = bundle();
    let data = query_data(
        &graph,
        "{ hkstpc { carParks { name { en } general { vacant observedAt provenance { origin source } } electricVehicle { vacant } }
           events(filter: { upcoming: true }) { totalCount } all: events { totalCount } tenders { nodes { closesAt } } } }",
    )
    .await;
    let parks = data["hkstpc"]["carParks"].as_array().unwrap();
    let counted: Vec<&Value> = parks.iter().map(|park| &park["general"]).filter(|feed| !feed.is_null()).collect();
    assert_eq!(counted.len(), 4);
    for feed in counted {
        assert!(feed["observedAt"].as_str().unwrap().starts_with("2024-11-15"), "{feed}");
        assert_eq!(feed["provenance"]["origin"], "BUNDLED");
        assert!(feed["provenance"]["source"].as_str().unwrap().contains("2024-11-15"));
    }
    assert_eq!((&data["hkstpc"]["events"]["totalCount"], &data["hkstpc"]["all"]["totalCount"]), (&json!(0), &json!(5)));
}

#[test]
fn bundled_tables_are_read_completely() {
    /// Tables whose files do not state the year. Their figures are not served.
    const WITHOUT_PERIOD: [&str; 2] = ["D33", "D40"];
    let graph = bundle();
    let view = graph.view();
    for snapshot in view.graph.snapshots.iter().filter(|snapshot| !snapshot.files.is_empty()) {
        let plan = snapshot.dataset.plan;
        if WITHOUT_PERIOD.contains(&plan) {
            assert_eq!((snapshot.drift().missing, snapshot.records.len()), (vec!["period".to_owned()], 0), "{plan}");
            continue;
        }
        assert!(snapshot.drift().missing.is_empty(), "{plan}: {:?}", snapshot.drift());
        if let Some(figures) = snapshot.figures() {
            assert!(figures.rejects.is_empty() && !figures.observations.is_empty(), "{plan}: {:?}", figures.rejects);
        }
    }
}
