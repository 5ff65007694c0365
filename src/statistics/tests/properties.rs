//! Properties of any table, and of any clean table in any order.

use proptest::prelude::*;

use super::*;

pub fn of_rows(rows: &[Vec<String>]) -> Table {
    let mut table = Table::default();
    for (number, row) in (1..).zip(rows) {
        table.begin_row(number);
        for cell in row {
            table.push_cell(cell).unwrap();
        }
    }
    table
}

pub fn figures_of(rows: &[Vec<String>]) -> Figures {
    let table = of_rows(rows);
    read(
        &[StatFile { table: &table, language: Some(Language::En), period: None, as_of: None, file: 0 }],
        &Layout::GUESS,
    )
}

/// The number with spaces between thousands.
pub fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(" ")
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        3 => (0_u32..100_000).prop_map(grouped),
        2 => (1990_u32..2030).prop_map(|year| year.to_string()),
        1 => "[0-9]{1,3}\\.[0-9]%?",
        1 => prop::sample::select(vec![
            "Year", "Total", "N.A.", "-", "No.", "$M", "Unit", "總計", "As at 31/12/2025", "Note: x", "% ", "*", "(1)",
            "Companies", "Receipts ($'000)", "2024-25", "Mar", "0012", "20240131", "HK$ million", "US$ million", "Table 3",
        ])
        .prop_map(str::to_owned),
        1 => "[A-Za-z數目年() ]{1,12}",
        1 => "\\PC{0,10}",
    ]
}

/// The invariant: every filled cell has exactly one state, and the number of served figures is the number of cells in
/// that state.
fn check_cell_counts(figures: &Figures, tables: &[Table]) -> Result<(), TestCaseError> {
    let filled: usize = tables
        .iter()
        .map(|table| (0..table.len()).flat_map(|row| table.cells(row)).filter(|cell| !figure::is_nothing(cell)).count())
        .sum();
    prop_assert_eq!(figures.reading.cells.values().sum::<usize>(), filled);
    let of_files: usize = figures.reading.cells_of_file.iter().flat_map(|cells| cells.values()).sum();
    prop_assert_eq!(of_files, filled);
    // Empty cells of a figure column are observations without a value.
    let printed = figures.observations.iter().filter(|observation| observation.value.is_some()).count();
    prop_assert!(printed <= figures.reading.count(CellState::Value));
    for observation in &figures.observations {
        prop_assert!(observation.period < figures.periods.len() && observation.measure < figures.measures.len());
        let period = &figures.periods[observation.period];
        prop_assert!(period.start.is_some() || period.end.is_some(), "a figure without a period");
        prop_assert!(observation.unit != Unit::Unstated, "a figure without a unit");
        for (dimension, value) in &observation.dimensions {
            prop_assert!(*value < figures.dimensions[*dimension].values.len());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_cell_has_exactly_one_state(rows in prop::collection::vec(prop::collection::vec(cell(), 0..6), 0..10)) {
        check_cell_counts(&figures_of(&rows), &[of_rows(&rows)])?;
    }

    #[test]
    fn a_damaged_table_is_still_read(
        which in 0_usize..5,
        damage in prop::collection::vec((0_usize..12, 0_usize..27, cell()), 0..12),
        without in prop::collection::vec(0_usize..12, 0..3),
    ) {
        let whole = table([published::D29, published::D29_HANS, published::D30, published::D30_HANS, published::D31][which]);
        let mut rows: Vec<Vec<String>> = (0..whole.len()).map(|row| whole.cells(row).map(str::to_owned).collect()).collect();
        for (row, column, text) in damage {
            if let Some(cell) = rows.get_mut(row).and_then(|row| row.get_mut(column)) {
                *cell = text;
            }
        }
        for row in without {
            if row < rows.len() {
                rows.remove(row);
            }
        }
        check_cell_counts(&figures_of(&rows), &[of_rows(&rows)])?;
    }

    #[test]
    fn any_files_can_be_merged(tables in prop::collection::vec(prop::collection::vec(prop::collection::vec(cell(), 0..5), 0..7), 0..4)) {
        let tables: Vec<Table> = tables.iter().map(|rows| of_rows(rows)).collect();
        let languages = [Some(Language::En), Some(Language::ZhHant), None, Some(Language::ZhHans)];
        let files: Vec<StatFile<'_>> = tables.iter().zip(languages).zip(0..)
            .map(|((table, language), file)| StatFile { table, language, period: Some("2020"), as_of: None, file })
            .collect();
        check_cell_counts(&read(&files, &Layout::GUESS), &tables)?;
    }

    #[test]
    fn a_clean_table_reads_the_same_in_any_order(
        numbers in prop::collection::vec(prop::collection::vec(0_u32..3_000_000, 3), 2..8),
        seed in any::<u64>(),
    ) {
        let header: Vec<String> = ["Area", "Year", "Projects", "Funds ($M)", "Staff"].map(str::to_owned).to_vec();
        let names = ["Alpha", "Beta", "Gamma", "Delta"];
        let mut rows = vec![];
        let mut expected = vec![];
        for (at, numbers) in numbers.iter().enumerate() {
            let (name, year) = (names[at % 4], 2015 + at / 4);
            rows.push(vec![name.to_owned(), year.to_string(), grouped(numbers[0]), format!("{}.{}", numbers[1] / 10, numbers[1] % 10), grouped(numbers[2])]);
            let place = format!("{year} | {}", name.to_lowercase());
            expected.push(format!("{place} | projects = {}", numbers[0]));
            expected.push(format!("{place} | funds = {}", u64::from(numbers[1]) * 100_000));
            expected.push(format!("{place} | staff = {}", numbers[2]));
        }
        let mut columns: Vec<usize> = (0..5).collect();
        let mut random = seed;
        let mut next = |bound: usize| { random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407); (random >> 33) as usize % bound };
        for at in (1..5).rev() { columns.swap(at, next(at + 1)); }
        for at in (1..rows.len()).rev() { let other = next(at + 1); rows.swap(at, other); }
        let table: Vec<Vec<String>> = std::iter::once(&header).chain(&rows).map(|row| columns.iter().map(|column| row[*column].clone()).collect()).collect();
        let mut found = lines(&figures_of(&table));
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn two_header_rows_round_trip(
        numbers in prop::collection::vec(prop::collection::vec(0_u32..90_000, 8), 1..6),
        marks in 0_usize..4,
    ) {
        let programmes = ["One Scheme", "Two Scheme", "Three Scheme", "Total"];
        let mut rows = vec![vec!["Approved projects (as at 31/01/2024)".to_owned()], vec![String::new()], vec![String::new()]];
        for programme in programmes {
            rows[1].extend([programme.to_owned(), String::new()]);
            rows[2].extend(["No.".to_owned(), "$M".to_owned()]);
        }
        let mut expected = vec![];
        for (name, numbers) in ["Alpha", "Beta", "Gamma", "Delta", "Epsilon"].iter().zip(&numbers) {
            let mut row = vec![(*name).to_owned()];
            for (at, pair) in numbers.chunks(2).enumerate() {
                row.push(format!("{}{}", grouped(pair[0]), "*".repeat(marks)));
                row.push(format!("{}.{}", pair[1] / 10, pair[1] % 10));
                let code = ["one_scheme", "two_scheme", "three_scheme", "_T"][at];
                let place = format!("as at 2024-01-31 | {}, {code}", name.to_lowercase());
                expected.push(format!("{place} | no = {}", pair[0]));
                expected.push(format!("{place} | m = {}", u64::from(pair[1]) * 100_000));
            }
            rows.push(row);
        }
        prop_assert_eq!(lines(&figures_of(&rows)), expected);
    }
}
