//! Tables in several languages: in separate files, in adjacent columns, or in one cell.

use super::*;

/// Reads tables in several languages of one dataset.
fn in_languages(csv: &[(&str, Language)]) -> Figures {
    let tables: Vec<Table> = csv.iter().map(|(text, _)| table(text)).collect();
    let files: Vec<StatFile<'_>> = (0..)
        .zip(tables.iter().zip(csv))
        .map(|(file, (table, (_, language)))| StatFile {
            table,
            language: Some(*language),
            period: None,
            as_of: None,
            file,
        })
        .collect();
    read(&files, &Layout::GUESS)
}

#[test]
fn three_languages_of_one_table_count_once() {
    let figures = in_languages(&[
        (
            "Staff and turnover\nYear,Workers,Turnover (HK$ million)\n2021,\"1,204\",35.1\n2022,\"1,310\",36.2\n",
            Language::En,
        ),
        (
            "僱員及營業額\n年份,員工,營業額（百萬港元）\n2021年,\"1,204\",35.1\n2022年,\"1,310\",36.2\n",
            Language::ZhHant,
        ),
        (
            "雇员及营业额\n年份,员工,营业额（百万港元）\n2021年,\"1,204\",35.1\n2022年,\"1,310\",36.2\n",
            Language::ZhHans,
        ),
    ]);
    assert_eq!(
        with_units(&figures),
        [
            "2021 |  | workers = 1204 Persons",
            "2021 |  | turnover = 35100000 Hkd",
            "2022 |  | workers = 1310 Persons",
            "2022 |  | turnover = 36200000 Hkd",
        ]
    );
    let title = &figures.measures[1].title;
    assert_eq!((title.hant.as_deref(), title.hans.as_deref()), (Some("營業額"), Some("营业额")));
    assert_eq!(figures.reading.count(CellState::Duplicate), 8);
}

#[test]
fn a_translation_can_have_more_notes() {
    let figures = in_languages(&[
        ("Kind,Labs,\nAlpha,5\nBeta,6\n", Language::En),
        ("類別,實驗所\n甲類,5\n乙類,6\n\n註：數字已四捨五入。\n資料來源：統計處。\n", Language::ZhHant),
    ]);
    // Without a period, nothing is served.
    assert_eq!(figures.observations.len(), 0);
    let dated = in_languages(&[
        ("Labs in 2023\nKind,Firms\nAlpha,5\nBeta,6\n", Language::En),
        ("2023年的公司\n類別,公司\n甲類,5\n乙類,6\n\n註：數字已四捨五入。\n資料來源：統計處。\n", Language::ZhHant),
    ]);
    assert_eq!(with_units(&dated), ["in 2023 | alpha | firms = 5 Count", "in 2023 | beta | firms = 6 Count"]);
    assert_eq!(dated.dimensions[0].values[1].text.hant.as_deref(), Some("乙類"));
}

#[test]
fn a_translation_with_other_figures_is_not_counted_twice() {
    let figures = in_languages(&[
        ("Year,Firms\n2021,5\n2022,6\n2023,7\n", Language::En),
        ("年份,公司\n2021,15\n2022,16\n2023,17\n", Language::ZhHant),
    ]);
    assert_eq!(figures.observations.len(), 3);
    assert_eq!(not_understood(&figures, NotUnderstood::Contradiction), 3);
}

#[test]
fn two_files_that_differ_in_one_figure_serve_the_others() {
    let figures = in_languages(&[
        ("Year,Firms\n2019,3\n2020,4\n2021,5\n2022,6\n2023,7\n", Language::En),
        ("年份,公司\n2019,3\n2020,4\n2021,5\n2022,60\n2023,7\n", Language::ZhHant),
    ]);
    assert_eq!(figures.observations.len(), 4);
    assert_eq!(not_understood(&figures, NotUnderstood::Contradiction), 2);
    assert_eq!(failed(&figures)[0].0, "figures are the same in every language");
}

#[test]
fn two_languages_in_one_table() {
    let figures = in_language(
        "職位 Rank,2022 人數 Staff,2023 人數 Staff\n經理 Manager,4,5\n文員 Clerk,6,7\n總計 Total,10,12\n",
        None,
        &Layout::GUESS,
    );
    let value = &figures.dimensions[0].values[0].text;
    assert_eq!((value.en.as_deref(), value.hant.as_deref()), (Some("Manager"), Some("經理")));
    assert_eq!(figures.observations.len(), 6);
    assert!(figures.observations.iter().all(|o| o.unit == Unit::Persons));
    assert_eq!(figures.observations.iter().filter(|o| o.is_total).count(), 2);
}

#[test]
fn header_rows_in_three_languages() {
    let figures =
        in_language("Year,Firms,Staff\n年份,商號,員工\n年份,商号,员工\n2021,5,60\n2022,6,70\n", None, &Layout::GUESS);
    assert_eq!(with_units(&figures)[..2], ["2021 |  | firms = 5 Count", "2021 |  | staff = 60 Persons"]);
    let title = &figures.measures[0].title;
    assert_eq!((title.hant.as_deref(), title.hans.as_deref()), (Some("商號"), Some("商号")));
}
