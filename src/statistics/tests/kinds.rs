//! Layouts with invented words. Each table uses a notation that government departments use.

use super::*;

#[test]
fn one_figure_per_row() {
    let figures = guess(
        "Ref_Period,Indicator,Branch,UOM,Obs_Value\n2022,Orders won,Optics,number,12\n2022,Order value,Optics,HK$'000,\"3,400\"\n2022,Orders won,Acoustics,number,7\n2022,Order value,Acoustics,HK$'000,\"1,250\"\n",
    );
    assert_eq!(
        with_units(&figures),
        [
            "2022 | optics | orders_won = 12 Count",
            "2022 | optics | order_value = 3400000 Hkd",
            "2022 | acoustics | orders_won = 7 Count",
            "2022 | acoustics | order_value = 1250000 Hkd",
        ]
    );
}

#[test]
fn years_across_and_down_give_equal_figures() {
    let across = guess("Sector,2020,2021\nOptics,5,6\nAcoustics,7,8\nPatents filed by sector,,\n");
    assert!(across.observations.iter().all(|o| o.value.is_none()), "a note does not name the measure");
    let titled = guess("Patents filed by sector,,\nSector,2020,2021\nOptics,5,6\nAcoustics,7,8\n");
    let down = guess(
        "Patents filed by sector,,\nYear,Sector,Patents filed by sector\n2020,Optics,5\n2021,Optics,6\n2020,Acoustics,7\n2021,Acoustics,8\n",
    );
    let mut found = with_units(&titled);
    let mut other = with_units(&down);
    found.sort();
    other.sort();
    assert_eq!(found, other);
    assert_eq!(found[0], "2020 | acoustics | patents_filed_by_sector = 7 Count");
}

#[test]
fn measures_down_and_schemes_across() {
    let figures = guess(
        "Outcome for the year ended 31 March 2024,,\n,Seed Scheme,Growth Scheme\nCases approved,41,52\n\"Grants paid\nHK$ million\",12.5,8.25\n",
    );
    assert_eq!(ends(&figures), ["2024-03-31"]);
    assert_eq!(
        figures.observations.iter().map(|o| (o.value.unwrap().to_string(), o.unit)).collect::<Vec<_>>(),
        [
            ("41".to_owned(), Unit::Count),
            ("52".to_owned(), Unit::Count),
            ("12500000".to_owned(), Unit::Hkd),
            ("8250000".to_owned(), Unit::Hkd),
        ]
    );
    assert_eq!(figures.dimensions.len(), 1);
}

#[test]
fn scheme_and_measure_in_one_cell() {
    let figures = guess(
        "Branch (as at 30/9/2025),Seed – Approvals,Seed – Sum granted ($M),Growth – Approvals,Growth – Sum granted ($M)\nOptics,4,1.5,6,2.5\n",
    );
    assert_eq!(
        figures.observations.iter().map(|o| o.unit).collect::<Vec<_>>(),
        [Unit::Count, Unit::Hkd, Unit::Count, Unit::Hkd]
    );
    assert_eq!(figures.measures.len(), 2);
}

#[test]
fn units_in_unusual_places() {
    for (csv, value, unit) in [
        ("Fees collected,,\n,,(HK$ million)\nOffice,2021,2022\nEast,5,6\n", "5000000", Unit::Hkd),
        ("Fees collected\nOffice,2021,2022\nHK$ million,,\nEast,5,6\n", "5000000", Unit::Hkd),
        ("Fees collected\nOffice,2021,2022\n,HK$'000,HK$'000\nEast,5,6\n", "5000", Unit::Hkd),
        ("Fees collected\nOffice,2021,2022\nEast [HK$'000],5,6\n", "5000", Unit::Hkd),
        (
            "Fees collected,,\nOffice,2021,2022\nEast,5,6\n\nNote: All figures are in HK$ million.,,\n",
            "5000000",
            Unit::Hkd,
        ),
        ("Unit: HK$ million,,\nFees collected,,\nOffice,2021,2022\nEast,5,6\n", "5000000", Unit::Hkd),
        ("Office,2021 (HK$'000),2022 (HK$'000)\nEast,5,6\n", "5000", Unit::Hkd),
        ("Occupancy of offices,,\nOffice,2021,2022\nEast,5%,6%\n", "5", Unit::Percent),
        ("Space let (sq. m.),,\nOffice,2021,2022\nEast,5,6\n", "5", Unit::SquareMetres),
    ] {
        let figures = guess(csv);
        let first = figures.observations.first().unwrap_or_else(|| panic!("{csv}: {:?}", figures.reading));
        assert_eq!((first.value.unwrap().to_string().as_str(), first.unit), (value, unit), "{csv}");
        assert_eq!(figures.observations.len(), 2, "{csv}");
    }
}

#[test]
fn figures_without_a_unit_or_a_period_are_not_served() {
    for (csv, reason) in [
        ("Office,2021,2022\nFees collected,5,6\n", NotUnderstood::Unit),
        ("Fees collected (US$ million),,\nOffice,2021,2022\nEast,5,6\n", NotUnderstood::Unit),
        ("營業額（人民幣百萬元）,,\n地區,2021,2022\n東,5,6\n", NotUnderstood::Unit),
        ("Office,Fees collected ($M)\nEast,5\n", NotUnderstood::Period),
        ("Firms,FY2021\nEast,5\nWest,6\n", NotUnderstood::Period),
        ("Fees in HK$ million,,\nOffice,2021,2022\nFees collected ($),5,6\n", NotUnderstood::Unit),
        ("Firms (as at 1/1/2020),\nPosition as at 1/1/2021,\nOffice,Firms\nEast,5\n", NotUnderstood::Period),
    ] {
        let figures = guess(csv);
        assert_eq!(lines(&figures), Vec::<String>::new(), "{csv}");
        assert!(not_understood(&figures, reason) > 0, "{csv}: {:?}", figures.reading.cells);
    }
}

#[test]
fn a_unit_over_the_table_does_not_govern_counts() {
    let figures = guess("Cases and sums ($ million),,,\nYear,Number of cases,Sum lent,\n2021,42,3.5\n2022,51,4.5\n");
    assert_eq!(
        with_units(&figures),
        [
            "2021 |  | number_of_cases = 42 Count",
            "2021 |  | sum_lent = 3500000 Hkd",
            "2022 |  | number_of_cases = 51 Count",
            "2022 |  | sum_lent = 4500000 Hkd",
        ]
    );
}

#[test]
fn serial_numbers_codes_and_days_are_not_figures() {
    let figures = guess(
        "S/N,Dept code,Department,Reporting date,Posts filled\n1,0012,Optics,20240331,15\n2,0040,Acoustics,20240331,26\n3,0125,Mechanics,20240331,37\n",
    );
    assert_eq!(
        with_units(&figures),
        [
            "20240331 | optics | posts_filled = 15 Count",
            "20240331 | acoustics | posts_filled = 26 Count",
            "20240331 | mechanics | posts_filled = 37 Count",
        ]
    );
    assert_eq!((figures.reading.count(CellState::Serial), figures.reading.count(CellState::Period)), (3, 3));
}

#[test]
fn counts_near_two_thousand_are_not_years() {
    let figures = guess("Year,Companies\n2019,2005\n2020,2011\n2021,1998\n");
    assert_eq!(
        lines(&figures),
        ["2019 |  | companies = 2005", "2020 |  | companies = 2011", "2021 |  | companies = 1998"]
    );
    let across = guess(",2019,2020\nCompanies,2005,2011\nStaff,\"12,000\",\"12,500\"\n");
    assert_eq!(lines(&across)[..2], ["2019 |  | companies = 2005", "2020 |  | companies = 2011"]);
    let first = guess("Item,Output A,Output B\nCompanies,2010,1998\nStaff,\"12,345\",\"13,456\"\n");
    assert!(first.observations.iter().all(|o| o.unit == Unit::Count), "{:?}", lines(&first));
    assert!(first.periods.is_empty(), "numbers without a year heading are not periods");
}

#[test]
fn blocks_below_each_other() {
    let figures = guess(
        "Turnover by product,,\n\n(i) 2021,,\nProduct,HK$ million,Share (%)\nLenses,12.5,40\nLamps,18.75,60\n\n(ii) 2022,,\nProduct,HK$ million,Share (%)\nLenses,14,50\nLamps,14,50\n",
    );
    assert_eq!(figures.observations.len(), 8);
    assert_eq!(ends(&figures), ["2021-12-31", "2022-12-31"]);
    assert_eq!(failed(&figures), []);
    let schemes = guess(
        "Awards given in 2023,\n\nSeed Scheme,\nBranch,Awards\nOptics,5\nAcoustics,6\n\nGrowth Scheme,\nBranch,Awards\nOptics,7\nAcoustics,8\n",
    );
    assert_eq!(
        lines(&schemes),
        [
            "in 2023 | optics, seed_scheme | awards = 5",
            "in 2023 | acoustics, seed_scheme | awards = 6",
            "in 2023 | optics, growth_scheme | awards = 7",
            "in 2023 | acoustics, growth_scheme | awards = 8",
        ]
    );
}

#[test]
fn blocks_beside_each_other() {
    let figures = guess("Year,Firms,,Year,Staff\n2019,5,,2021,70\n2020,6,,2022,80\n");
    let mut found = lines(&figures);
    found.sort();
    assert_eq!(found, ["2019 |  | firms = 5", "2020 |  | firms = 6", "2021 |  | staff = 70", "2022 |  | staff = 80"]);
}

#[test]
fn the_year_is_a_heading_between_rows() {
    let figures = guess("Trade,Workers\n2021,\nWelders,50\nFitters,60\n2022,\nWelders,55\nFitters,66\n");
    assert_eq!(
        with_units(&figures),
        [
            "2021 | welders | workers = 50 Persons",
            "2021 | fitters | workers = 60 Persons",
            "2022 | welders | workers = 55 Persons",
            "2022 | fitters | workers = 66 Persons",
        ]
    );
}

#[test]
fn months_quarters_and_financial_years() {
    let figures = guess("Year,Month,Visits paid\n2024,Nov,5\n2024,Dec,6\n2025,Jan,7\n");
    assert_eq!(ends(&figures), ["2024-11-30", "2024-12-31", "2025-01-31"]);
    let numbers = guess("年,月,簽證\n2024,11,5\n2024,12,6\n2025,1,7\n");
    assert_eq!(ends(&numbers), ["2024-11-30", "2024-12-31", "2025-01-31"]);
    let quarters = guess("Fiscal year,Quarter,Cases\n2024/25,Q1,5\n2024/25,Q4,6\n");
    assert_eq!(ends(&quarters), ["2024-06-30", "2025-03-31"]);
    let across = guess("Cases handled in 2024,,\nBranch,Q1,Q2\nOptics,5,6\n");
    assert_eq!(ends(&across), ["2024-03-31", "2024-06-30"]);
    let years = guess("Fiscal year,Cases\nFY19/20,5\nFY2020-21,6\n2021/2022,7\n");
    assert_eq!(ends(&years), ["2020-03-31", "2021-03-31", "2022-03-31"]);
    let moments = guess("As at,Cases\n31.12.2023,5\nend-June 2024,6\n2024年12月底,7\n");
    assert_eq!(ends(&moments), ["2023-12-31", "2024-06-30", "2024-12-31"]);
    let spans = guess("From,To,Cases\n20230401,20240331,5\n20240401,20250331,6\n");
    assert_eq!(ends(&spans), ["2024-03-31", "2025-03-31"]);
}

#[test]
fn quarter_end_days_and_an_as_at_line_below_the_table() {
    let quarters = guess("Quarter ending,Cases\n31/3/2024,45\n30/6/2024,50\n");
    assert_eq!(ends(&quarters), ["2024-03-31", "2024-06-30"]);
    assert_eq!(quarters.periods[0].start.map(|day| day.to_string()).as_deref(), Some("2024-01-01"));
    let below = guess("Branch,Cases,Share of all (%)\nOptics,5,50\nAcoustics,5,50\nFigures as of 31 December 2024,,\n");
    assert_eq!(ends(&below), ["2024-12-31"]);
    assert_eq!(below.observations.len(), 4);
}

#[test]
fn a_table_number_in_its_own_cell_is_not_a_header() {
    for number in ["Table 7", "表7", "7", "7."] {
        let figures = guess(&format!("{number},Licences by branch\nBranch,2022,2023\nOptics,5,6\n"));
        assert_eq!(figures.observations.len(), 2, "{number}: {:?}", figures.reading.cells);
        assert_eq!(figures.dimensions[0].id, "branch", "{number}");
    }
}

#[test]
fn a_repeated_header_and_a_repeated_title() {
    let figures = guess(
        "Licences in force,Licences in force,Licences in force\nBranch,2022,2023\nOptics,5,6\nBranch,2022,2023\nAcoustics,7,8\n",
    );
    assert_eq!(figures.observations.len(), 4);
    assert_eq!(figures.reading.count(CellState::Duplicate), 3);
}

#[test]
fn a_later_file_overrides_an_earlier_one() {
    let old = table("Year,Firms\n2021,5\n2022,6\n");
    let new = table("Year,Firms\n2022,9\n2023,7\n");
    let file =
        |table, file, period| StatFile { table, language: Some(Language::En), period: Some(period), as_of: None, file };
    let figures = read(&[file(&old, 0, "2022"), file(&new, 1, "2023")], &Layout::GUESS);
    let mut found = lines(&figures);
    found.sort();
    assert_eq!(found, ["2021 |  | firms = 5", "2022 |  | firms = 9", "2023 |  | firms = 7"]);
    let unordered = read(&[file(&old, 0, "2022"), StatFile { period: None, ..file(&new, 1, "") }], &Layout::GUESS);
    assert_eq!(unordered.observations.len(), 2, "neither of two contradictory figures is served");
    assert_eq!(not_understood(&unordered, NotUnderstood::Contradiction), 2);
}

#[test]
fn an_unlabelled_total_must_add_up() {
    let good = guess("Licences in 2020,\nBranch,Licences\nOptics,5\nAcoustics,6\n,11\n");
    assert!(good.observations[2].is_total);
    let bad = guess("Licences in 2020,\nBranch,Licences\nOptics,5\nAcoustics,6\n,2\n");
    assert_eq!(bad.observations.len(), 2);
    assert_eq!(not_understood(&bad, NotUnderstood::Place), 1);
}

#[test]
fn cumulative_figures_need_a_day() {
    let layout = Layout { cumulative: true, ..Layout::GUESS };
    let csv = "Branch,Licences\nOptics,5\n";
    assert_eq!(of_2020(csv, Some(Language::En), &layout).observations.len(), 0, "a year in a file name is not a day");
    assert_eq!(of_2020(csv, Some(Language::En), &Layout::GUESS).observations.len(), 1);
}

#[test]
fn document_keys_are_headings() {
    let figures = in_language(
        "unit: m²\nperiod: FY2022/23\nkind.en,kind.tc,areaLet\nStudios,工作室,\"12,100\"\nShops,商店,\"8,050\"\n",
        None,
        &Layout::GUESS,
    );
    assert_eq!(with_units(&figures)[0], "FY2022/23 | studios | area_let = 12100 SquareMetres");
    assert_eq!(figures.dimensions[0].values[1].text.hant.as_deref(), Some("商店"));
    let days = in_language(
        "dataDate,hall.nameEN,hall.nameTC,hall.usePct,geometry.coordinates\n20240803,East Hall,東堂,40.5,\"114.2, 22.4\"\n20240804,East Hall,東堂,57,\"114.2, 22.4\"\n",
        None,
        &Layout::GUESS,
    );
    assert_eq!(ends(&days), ["2024-08-03", "2024-08-04"]);
    assert_eq!(with_units(&days)[0], "20240803 | east_hall | hall_use_pct = 40.5 Percent");
    let months =
        guess("statistic,data.yyyymm,data.total\nnew licences,202405,\"1,964\"\nnew licences,202406,\"2,375\"\n");
    assert_eq!(ends(&months), ["2024-05-31", "2024-06-30"]);
    let capital = guess("unit: HK$ billion\nfinYear,capitalRaised\nFY22/23,1.25\nFY23/24,2.5\n");
    assert_eq!(with_units(&capital)[0], "FY22/23 |  | capital_raised = 1250000000 Hkd");
}

#[test]
fn ranks_and_weights_get_no_unit_from_the_title() {
    let figures = guess(
        "Turnover by branch (HK$ million),,,\nBranch,Turnover 2023,Rank,Weight\nOptics,50,1,3\nAcoustics,40,2,9\n",
    );
    assert_eq!(
        with_units(&figures),
        ["2023 | optics | turnover = 50000000 Hkd", "2023 | acoustics | turnover = 40000000 Hkd"]
    );
    let value = guess("Patents filed by branch in 2023,,\nBranch,Number,Value\nOptics,5,60\nAcoustics,7,80\n");
    assert!(
        value.observations.iter().all(|o| o.unit == Unit::Count && o.value.unwrap() < 10.into()),
        "{:?}",
        lines(&value)
    );
}

#[test]
fn a_comparison_year_is_not_a_period() {
    let figures = guess(
        "Branch,Receipts 2023 ($M),Change over 2022 (%),Index (2015=100)\nOptics,50,-3.5,120\nAcoustics,40,+2,110\n",
    );
    assert!(figures.observations.iter().all(|o| o.unit == Unit::Hkd), "{:?}", lines(&figures));
    assert_eq!(ends(&figures), ["2023-12-31"]);
    let total = guess("Receipts in HK$ million,\nYear,Receipts\n2022,5\n2023,6\nTotal,11\n");
    assert_eq!(total.observations.len(), 2, "a total over all years has no year");
    let quarters = guess("Year,Quarter,Cases\n2023,1,5\n2023,2,6\n");
    assert_eq!(ends(&quarters), ["2023-03-31", "2023-06-30"]);
}

#[test]
fn decisions_name_the_header_rows_and_units() {
    let figures = guess("Fees collected (HK$ million),,\nOffice,2021,2022\nEast,5,6\n");
    let about: Vec<&DecisionSubject> = figures.reading.decisions.iter().map(|decision| &decision.about).collect();
    assert!(about.contains(&&DecisionSubject::HeaderRows(vec![2])));
    assert!(about.contains(&&DecisionSubject::Unit { measure: "Fees collected".to_owned(), unit: Unit::Hkd }));
    let unit = figures
        .reading
        .decisions
        .iter()
        .find(|decision| matches!(decision.about, DecisionSubject::Unit { .. }))
        .unwrap();
    assert_eq!((unit.basis, unit.evidence.as_str()), (DecisionBasis::Inferred, "the title"));
    assert!(figures.reading.is_whole() && !figures.reading.is_declared());
    let lost = guess("Office,2021\nFees,5\n");
    assert!(!lost.reading.is_whole());
    assert_eq!(lost.reading.not_understood().collect::<Vec<_>>(), [(NotUnderstood::Unit, 1)]);
}
