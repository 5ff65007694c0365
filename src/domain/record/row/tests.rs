use super::*;
use crate::domain::{
    date::DateOrder,
    money::{MoneyUnit, StatedUnit},
    record::binding::{Half, Traits},
};

static NAME: Column = Column::required("name", &["Name"]).chinese(&["名稱"], &["名称"]);
static AMOUNT: Column = Column::optional("amount", &["Amount ($M)"]).chinese(&["款額"], &[]);
static COLUMNS: &[&Column] = &[&NAME, &AMOUNT];
static DATASET: Dataset = Dataset::FICTIONAL;

/// Returns a binding of these columns and languages. The first row of the table is the header.
fn binding(table: &Table, places: &[(usize, Language, u16)]) -> Binding {
    let mut binding = Binding {
        places: vec![[None; 3]; COLUMNS.len()],
        traits: vec![Traits::default(); COLUMNS.len()],
        headings: table.cells(0).map(str::to_owned).collect(),
        is_readable: true,
        ..Binding::default()
    };
    for (column, language, place) in places {
        binding.places[*column][*language as usize] = Some(ColumnRef { column: *place, half: Half::Whole });
    }
    binding
}

#[test]
fn languages_come_from_columns_or_from_files() {
    let both = Table::of(&[&["Name", "名稱"], &["Apple", "蘋果"]]);
    let simplified = Table::of(&[&["名称"], &["苹果"]]);
    let (first, second) = (
        binding(&both, &[(0, Language::En, 0), (0, Language::ZhHant, 1)]),
        binding(&simplified, &[(0, Language::ZhHans, 0)]),
    );
    let parts = [
        RowPart { file: 0, table: &both, binding: &first, row: 1 },
        RowPart { file: 1, table: &simplified, binding: &second, row: 1 },
    ];
    let row = Row::new(COLUMNS, &DATASET, Some("2024-25"), &parts);
    let name = row.text(&NAME).unwrap();
    assert_eq!(
        (name.en.as_deref(), name.hant.as_deref(), name.hans.as_deref()),
        (Some("Apple"), Some("蘋果"), Some("苹果"))
    );
    assert_eq!(row.file_year(), Some(2024));
    assert_eq!(row.money(&AMOUNT, MoneyUnit::Millions), None);
    assert!(row.into_unreadable().is_empty());
}

#[test]
fn an_unreadable_cell_loses_only_its_own_value() {
    let table = Table::of(&[&["Name", "Amount ($M)"], &["-", "lots"]]);
    let binding = binding(&table, &[(0, Language::En, 0), (1, Language::En, 1)]);
    let parts = [RowPart { file: 0, table: &table, binding: &binding, row: 1 }];
    let row = Row::new(COLUMNS, &DATASET, None, &parts);
    assert_eq!(row.take(&NAME).unwrap_err().to_string(), "column `name`: expected a text, found nothing");
    assert_eq!(row.money(&AMOUNT, MoneyUnit::Millions), None);
    let unreadable = row.into_unreadable();
    assert_eq!((unreadable.len(), unreadable[0].column, unreadable[0].text.as_str()), (1, "amount", "lots"));
}

#[test]
fn the_heading_states_the_unit_of_an_amount() {
    let table = Table::of(&[&["Name", "Amount (HK$'000)"], &["Apple", "1,250"]]);
    let mut binding = binding(&table, &[(0, Language::En, 0), (1, Language::En, 1)]);
    binding.traits[1].unit = StatedUnit::In(MoneyUnit::Thousands);
    let parts = [RowPart { file: 0, table: &table, binding: &binding, row: 1 }];
    let amount = Row::new(COLUMNS, &DATASET, None, &parts).money(&AMOUNT, MoneyUnit::Millions);
    assert_eq!(amount.map(|money| money.amount.to_string()).as_deref(), Some("1250000"));
}

#[test]
fn a_row_of_several_periods_is_read_once_for_each() {
    let table = Table::of(&[&["Name", "2024-25", "2025-26"], &["Apple", "1.5", "2"]]);
    let binding = binding(&table, &[(0, Language::En, 0)]);
    let parts = [RowPart { file: 0, table: &table, binding: &binding, row: 1 }];
    let row = Row::new(COLUMNS, &DATASET, None, &parts);
    let row = row.of_period("2025-26", 1, ColumnRef { column: 2, half: Half::Whole });
    assert_eq!((row.file_year(), row.string(&NAME).as_deref()), (Some(2025), Some("Apple")));
    assert_eq!(
        row.money(&AMOUNT, MoneyUnit::Millions).map(|money| money.amount.to_string()).as_deref(),
        Some("2000000")
    );
}

#[test]
fn contradictory_date_orders_lose_only_ambiguous_dates() {
    let table = Table::of(&[&["Name", "Date"], &["03/04/2026", "25/04/2026"]]);
    let mut binding = binding(&table, &[(0, Language::En, 0), (1, Language::En, 1)]);
    for traits in &mut binding.traits {
        traits.dates = DateOrder::of(["25/04/2026", "04/25/2026"]);
    }
    let parts = [RowPart { file: 0, table: &table, binding: &binding, row: 1 }];
    let row = Row::new(COLUMNS, &DATASET, None, &parts);
    assert_eq!((row.date(&NAME), row.date(&AMOUNT)), (None, Some(jiff::civil::date(2026, 4, 25))));
    assert_eq!(row.into_unreadable().len(), 1);
}

#[test]
fn text_is_joined_into_one_line() {
    assert_eq!(one_line("Echo maps of\nquiet  places"), "Echo maps of quiet places");
    assert_eq!(one_line("地下\n停車場"), "地下停車場");
    assert_eq!(one_line("地下 停車場"), "地下 停車場");
}
