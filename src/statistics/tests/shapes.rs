//! Possible layouts of upstream files.

use super::*;
use crate::domain::catalog::Title;

fn of_2020_en(csv: &str) -> Figures {
    of_2020(csv, Some(Language::En), &Layout::GUESS)
}

#[test]
fn years_across_and_measures_down() {
    let figures = guess(
        "Table 2,,,\nKey statistics,,,\n,2020,2021#,2022 (provisional)\nNumber of establishments,770,N.A.,850\n\
         Business receipts (HK$ million),14 925,20 030,24 899\nShare of receipts (%),30.1,30,-\n\
         # Affected by the epidemic.,,,\nSource: Census and Statistics Department,,,\n",
    );
    assert_eq!(
        lines(&figures)[..3],
        [
            "2020 |  | number_of_establishments = 770",
            "2021 |  | number_of_establishments = nothing",
            "2022 (provisional) |  | number_of_establishments = 850",
        ]
    );
    assert_eq!(figures.measures.iter().map(|m| m.unit).collect::<Vec<_>>(), [Unit::Count, Unit::Hkd, Unit::Percent]);
    assert_eq!(figures.observations[1].flags, [ObservationFlag::NotAvailable, ObservationFlag::Footnote]);
    assert_eq!(figures.observations[2].flags, [ObservationFlag::Provisional]);
    assert_eq!(figures.observations[8].flags, [ObservationFlag::Provisional, ObservationFlag::Nil]);
    assert_eq!(figures.notes.len(), 3);
    assert!(figures.rejects.is_empty());
}

#[test]
fn years_over_measures_with_categories_down() {
    let figures = guess(
        "Persons engaged by occupation,,,,\nOccupation,2021,,2022,\n,No.,%,No.,%\nManagers,1 010,6.7,1 100,7\nProfessionals,14 000,93.3,14 700,93\nTotal,15 010,100,15 800,100\n",
    );
    assert_eq!(
        lines(&figures)[..4],
        [
            "2021 | managers | no = 1010",
            "2021 | managers | value = 6.7",
            "2022 | managers | no = 1100",
            "2022 | managers | value = 7",
        ]
    );
    assert_eq!(figures.dimensions[0].id, "occupation");
    assert_eq!(failed(&figures), []);
    assert_eq!(passed(&figures, "adds up").len(), 4);
}

#[test]
fn categories_across_in_one_header_row() {
    let figures = guess("Year,Testing ($M),Inspection ($M),Total ($M)\n2021,10,5.5,15.5\n2022,11,6,28\n");
    assert_eq!(
        lines(&figures)[..3],
        ["2021 | testing | value = 10000000", "2021 | inspection | value = 5500000", "2021 | _T | value = 15500000",]
    );
    assert_eq!(failed(&figures).len(), 1);
}

#[test]
fn merged_labels_and_inner_totals() {
    let figures = of_2020_en("Region,Size,Number\nNorth,Small,3\n,Large,4\n,Total,7\nSouth,Small,1\n,Large,1\n,,9\n");
    assert_eq!(
        lines(&figures),
        [
            "2020 | north, small | number = 3",
            "2020 | north, large | number = 4",
            "2020 | north, _T | number = 7",
            "2020 | south, small | number = 1",
            "2020 | south, large | number = 1",
            "2020 | _T, _T | number = 9",
        ]
    );
}

#[test]
fn headings_between_rows_group_them() {
    let figures = of_2020_en("Statistics,\nKind,Number\nTesting,\nSmall,3\nLarge,4\nInspection,\nSmall,1\nLarge,2\n");
    assert_eq!(
        lines(&figures),
        [
            "2020 | small, testing | number = 3",
            "2020 | large, testing | number = 4",
            "2020 | small, inspection | number = 1",
            "2020 | large, inspection | number = 2",
        ]
    );
    let without = of_2020_en("Kind,Number\nSmall,3\nLarge,\nHuge,4\n");
    assert_eq!(lines(&without)[1], "2020 | large | number = nothing");
}

#[test]
fn several_tables_below_each_other() {
    let figures =
        guess("Table A (2021),,\nKind,No.,$M\nx,1,2.5\n,,\nTable B (2022),,\nKind,No.,$M\nx,3,4.5\nNote: rounded,,\n");
    assert_eq!(
        lines(&figures),
        ["2021 | x | no = 1", "2021 | x | m = 2500000", "2022 | x | no = 3", "2022 | x | m = 4500000"]
    );
    assert_eq!(figures.notes.len(), 2);
}

#[test]
fn languages_in_columns_and_in_lines() {
    let figures = of_2020(
        "area_en,area_tc,area_sc,number_en,number_tc\nBiotechnology,生物科技,生物科技,\"1,200\",\"1,200\"\nRobotics,機械人,机器人,7,8\n",
        None,
        &Layout::GUESS,
    );
    let value = &figures.dimensions[0].values[1];
    assert_eq!(
        (value.text.en.as_deref(), value.text.hant.as_deref(), value.text.hans.as_deref()),
        (Some("Robotics"), Some("機械人"), Some("机器人"))
    );
    assert_eq!(lines(&figures), ["2020 | biotechnology | number = 1200", "2020 | robotics | number = 7"]);
    assert_eq!(figures.rejects.len(), 1);
    let both = in_language("Type\n類別,2022\n\"Testing\n測試\",5\n", None, &Layout::GUESS);
    assert!(both.observations.len() <= 1);
    let two_rows = guess("Year,Establishments,Persons\n年,機構單位,就業人數\n2021,5,6\n");
    assert_eq!(two_rows.measures[0].title.hant.as_deref(), Some("機構單位"));
    assert_eq!(two_rows.observations.len(), 2);
}

#[test]
fn a_cell_without_a_figure_is_rejected() {
    let figures = guess("Year,Companies,Staff\n2021,5,6\n2022,see note,7\n2023,8,9\n");
    let reject = &figures.rejects[0];
    assert_eq!((reject.row, reject.column.as_str(), reject.text.as_str()), (3, "Companies", "see note"));
    assert_eq!(figures.observations.len(), 5);
}

#[test]
fn the_period_of_the_file_is_the_default() {
    let table = table("Indicator,Value\nProjects,31\n");
    let file = StatFile { table: &table, language: None, period: Some("2018-19"), as_of: None, file: 0 };
    assert_eq!(lines(&read(&[file], &Layout::GUESS)), ["2018-19 |  | projects = 31"]);
    let dated = StatFile { period: None, as_of: Some(jiff::civil::date(2024, 5, 31)), ..file };
    assert_eq!(lines(&read(&[dated], &Layout::GUESS)), ["as at 2024-05-31 |  | projects = 31"]);
}

#[test]
fn two_names_of_one_category_are_one_value() {
    fn canonical(_: &str, label: &crate::domain::text::Text) -> Option<CanonicalLabel> {
        let known = label.en.as_deref()?.contains("ndustrialisation Funding Scheme");
        known.then(|| CanonicalLabel {
            code: "NIFS".into(),
            name: crate::domain::text::Text::english("New Industrialisation Funding Scheme"),
        })
    }
    let layout = Layout { canonical: Some(canonical), ..Layout::GUESS };
    let old = table("(as at 31/12/2022)\nProgramme,No.\nRe-industrialisation Funding Scheme,5\nOther,1\n");
    let new = table(
        "(as at 31/12/2023)\nProgramme,No.\nNew Industrialisation Funding Scheme (formerly known as …),9\nOther,2\n",
    );
    let file = |table, file| StatFile { table, language: Some(Language::En), period: None, as_of: None, file };
    let figures = read(&[file(&old, 0), file(&new, 1)], &layout);
    assert_eq!(
        figures.dimensions[0].values.iter().map(|value| value.code.as_str()).collect::<Vec<_>>(),
        ["NIFS", "other"]
    );
}

const WORDS: Layout = Layout {
    measures: &[
        MeasureWords {
            id: "receipts",
            title: Title::new("Receipts", "收益"),
            unit: Some(Scale::HKD_MILLION),
            headers: &["Receipts"],
        },
        MeasureWords {
            id: "deals",
            title: Title::new("Deals", "宗數"),
            unit: Some(Scale::plain(Unit::Count)),
            headers: &["Deals"],
        },
    ],
    dimensions: &[
        DimensionWords::new("kind", Title::new("Kind", "類別"), &[]).across().not_adding_up(),
        DimensionWords::new("subhead", Title::new("Subhead", "分目"), &["Subhead No.", "Subhead"]),
    ],
    ..Layout::GUESS
};

fn read_with_words(text: &str) -> Vec<String> {
    lines(&of_2020(text, Some(Language::En), &WORDS))
}

#[test]
fn unit_words_below_a_known_measure_are_values() {
    assert_eq!(
        read_with_words(
            "Year,Receipts ($M),,\n,Less than 50 persons,50 persons or more,All establishments\n2024,1,2,3\n"
        ),
        [
            "2024 | less_than_50_persons | receipts = 1000000",
            "2024 | 50_persons_or_more | receipts = 2000000",
            "2024 | all_establishments | receipts = 3000000",
        ]
    );
}

#[test]
fn a_value_can_follow_its_period() {
    assert_eq!(
        read_with_words("Indicator,Unit,2024-25 (Target),2024-25 (Actual)\nDeals,Number,5,6\n"),
        ["2024-25 | target | deals = 5", "2024-25 | actual | deals = 6"]
    );
}

#[test]
fn a_unit_column_applies_to_its_measure() {
    assert_eq!(
        read_with_words("Year,Receipts,Unit,Deals\n2024,1.5,$M,7\n"),
        ["2024 |  | receipts = 1500000", "2024 |  | deals = 7"]
    );
}

#[test]
fn a_code_and_a_name_are_one_label() {
    assert_eq!(
        read_with_words("Subhead No.,Subhead,Receipts\n000,Operation,1\n101,Grants,2\n,Total,3\n"),
        [
            "2020 | 000_operation | receipts = 1000000",
            "2020 | 101_grants | receipts = 2000000",
            "2020 | _T | receipts = 3000000",
        ]
    );
}
