//! Tests that published tables are read exactly.

use rust_decimal::Decimal;

use super::*;
use crate::domain::catalog::Title;

const D29_2016_11: &str = include_str!("tables/d29_2016_11.csv");
const D29_2016_12: &str = include_str!("tables/d29_2016_12.csv");
pub const D29: &str = include_str!("tables/d29.csv");
pub const D29_HANS: &str = include_str!("tables/d29_hans.csv");
pub const D30: &str = include_str!("tables/d30.csv");
pub const D30_HANS: &str = include_str!("tables/d30_hans.csv");
pub const D31: &str = include_str!("tables/d31.csv");

/// The layout of the fund's tables.
const FUND: Layout = Layout {
    measures: &[
        MeasureWords {
            id: "approved_projects",
            title: Title::new("Approved projects", "獲批項目"),
            unit: Some(Scale::plain(Unit::Count)),
            headers: &["No.", "Approved Projects", "數目", "数目", "獲批項目", "获批项目"],
        },
        MeasureWords {
            id: "funds_approved",
            title: Title::new("Funds approved", "批出資助額"),
            unit: Some(Scale::HKD_MILLION),
            headers: &["$M", "Funds Approved", "百萬元", "百万元", "批出資助額", "批出资助额"],
        },
    ],
    dimensions: &[
        DimensionWords {
            id: "programme",
            title: Title::new("Programme", "計劃"),
            headers: &["Programme", "計劃", "计划"],
            place: DimensionPlace::Across,
            adds_up: true,
        },
        DimensionWords {
            id: "sector",
            title: Title::new("Sector", "範疇"),
            headers: &[],
            place: DimensionPlace::Down,
            adds_up: true,
        },
    ],
    cumulative: true,
    distinct: &[("New Industrialisation Acceleration Scheme", "Innovation and Technology Fund for Better Living")],
    breaks: &[SeriesBreak { value: "General Support Programme", from: jiff::civil::date(2016, 12, 31) }],
    ..Layout::GUESS
};

fn of_2020_en(csv: &str) -> Figures {
    of_2020(csv, Some(Language::En), &Layout::GUESS)
}

fn files<'a>(tables: &'a [(Table, Language)]) -> Vec<StatFile<'a>> {
    let file = |((table, language), file): (&'a (Table, Language), u16)| StatFile {
        table,
        language: Some(*language),
        period: None,
        as_of: None,
        file,
    };
    tables.iter().zip(0..).map(file).collect()
}

fn sum(figures: &Figures, measure: &str, period: &str, keep: impl Fn(&Observation) -> bool) -> Decimal {
    let chosen = figures
        .observations
        .iter()
        .filter(|o| figures.measures[o.measure].id == measure && figures.periods[o.period].label == period && keep(o));
    chosen.filter_map(|o| o.value).sum()
}

#[test]
fn the_overview_adds_up_to_the_printed_total() {
    let tables = [(table(D29), Language::En), (table(D29_HANS), Language::ZhHans)];
    let figures = read(&files(&tables), &FUND);
    let day = "as at 2025-12-31";
    assert_eq!(figures.observations.len(), 40);
    assert_eq!(sum(&figures, "approved_projects", day, |o| !o.is_total), Decimal::from(82_133));
    assert_eq!(sum(&figures, "approved_projects", day, |o| o.is_total), Decimal::from(82_133));
    assert_eq!(sum(&figures, "funds_approved", day, |o| o.is_total), Decimal::from(55_682_500_000_u64));
    assert_eq!(sum(&figures, "funds_approved", day, |o| !o.is_total), Decimal::from(37_851_700_000_u64));
    let voucher =
        figures.dimensions[0].values.iter().find(|value| value.code == "technology_voucher_programme").unwrap();
    assert_eq!(
        (voucher.text.en.as_deref(), voucher.text.hans.as_deref()),
        (Some("Technology Voucher Programme"), Some("科技券"))
    );
    let total = figures.observations.iter().find(|o| o.is_total).unwrap();
    assert_eq!((total.row, &total.flags[..]), (22, &[ObservationFlag::Footnote][..]));
    // Centres and laboratories are only included in the total of the amounts.
    assert_eq!(
        failed(&figures),
        [(
            "`funds_approved` by `programme` adds up to its total, as at 2025-12-31",
            "Total: expected 55682500000, found parts of 37851700000"
        )]
    );
    assert!(figures.rejects.is_empty() && figures.notes.is_empty());
}

#[test]
fn a_cumulative_figure_that_falls_is_reported_and_kept() {
    let tables = [(table(D29_2016_11), Language::En), (table(D29_2016_12), Language::En), (table(D29), Language::En)];
    let figures = read(&files(&tables), &FUND);
    assert_eq!(figures.observations.len(), 14 + 14 + 40);
    let falls = failed(&figures).into_iter().find(|(rule, _)| rule.contains("never falls")).unwrap();
    assert_eq!(falls.0, "cumulative `approved_projects` never falls");
    assert!(falls.1.contains("General Support Programme: 4133 as at 2016-11-30, 2578 as at 2016-12-31"), "{}", falls.1);
    let breaks = figures.observations.iter().filter(|o| o.flags.contains(&ObservationFlag::BreakInSeries));
    assert_eq!(breaks.map(|o| figures.periods[o.period].label.as_str()).collect::<Vec<_>>(), ["as at 2016-12-31"; 2]);
    assert_eq!(
        figures.title.as_ref().unwrap().en.as_deref(),
        Some("Innovation and Technology Fund - Approved Projects (as at 31/12/2025)")
    );
}

#[test]
fn all_ten_programmes_by_industry() {
    let tables = [(table(D30), Language::En), (table(D30_HANS), Language::ZhHans)];
    let figures = read(&files(&tables), &FUND);
    assert_eq!(figures.observations.len(), 9 * 11 * 2);
    let printed = |programme: &str, measure: &str, total: bool| {
        sum(&figures, measure, "as at 2024-01-31", |o| {
            figures.value_of(o, "programme").unwrap().text.en.as_deref() == Some(programme)
                && figures.value_of(o, "sector").unwrap().is_total == total
        })
    };
    for (programme, number, million) in [
        ("Innovation and Technology Support Programme", 3_231, 118_936),
        ("Mainland-Hong Kong Joint Funding Scheme", 92, 1_816),
        ("Guangdong - Hong Kong Technology Cooperation Funding Scheme", 380, 10_312),
        ("Partnership Research Programme", 291, 5_400),
        ("Midstream Research Programme", 65, 3_257),
        ("University-Industry Collaboration Programme", 384, 4_813),
        ("Small Entrepreneur Research Assistance Programme", 412, 5_036),
        ("Enterprise Support Scheme", 226, 6_688),
        ("New Industrialisation Funding Scheme", 32, 2_470),
        ("Innovation and Technology Fund for Better Living", 15, 431),
        ("Total", 67_788, 404_084),
    ] {
        assert_eq!(printed(programme, "approved_projects", true), Decimal::from(number), "{programme}");
        assert_eq!(
            printed(programme, "funds_approved", true),
            Decimal::from(million) * Decimal::from(100_000),
            "{programme}"
        );
        if programme != "Total" {
            assert_eq!(printed(programme, "approved_projects", false), Decimal::from(number), "{programme}");
        }
    }
    // In the published table, rows exceed their columns, and the grand total exceeds its rows. Both checks fail.
    let rules: Vec<&str> = failed(&figures).into_iter().map(|(rule, _)| rule).collect();
    assert!(rules.contains(&"`approved_projects` by `programme` adds up to its total, as at 2024-01-31"), "{rules:?}");
    assert!(rules.contains(&"`approved_projects` by `sector` adds up to its total, as at 2024-01-31"), "{rules:?}");
    assert_eq!(figures.dimensions[0].values[2].text.hans.as_deref(), Some("环保"));
}

#[test]
fn a_column_that_repeats_another_is_reported() {
    for layout in [&FUND, &Layout::GUESS] {
        let figures = in_language(D31, Some(Language::En), layout);
        assert_eq!(figures.observations.len(), 6 * 13 * 2);
        let (_, detail) =
            failed(&figures).into_iter().find(|(rule, _)| rule.contains("have the same figures")).unwrap();
        assert_eq!(
            detail,
            "`New Industrialisation Acceleration Scheme` and `Innovation and Technology Fund for Better Living` have the same 12 figures"
        );
    }
}

#[test]
fn a_chinese_file_alone_reads_the_same() {
    let values =
        |figures: &Figures| figures.observations.iter().map(|o| (o.measure, o.value, o.is_total)).collect::<Vec<_>>();
    let chinese = in_language(D30_HANS, Some(Language::ZhHans), &FUND);
    assert_eq!(values(&chinese), values(&in_language(D30, Some(Language::En), &FUND)));
    assert_eq!(chinese.periods[0].label, "as at 2024-01-31");
}

#[test]
fn an_annual_overview_whose_total_has_no_label() {
    let figures = of_2020_en(
        "Annual Statistics of Approved Projects,,\nProgramme,Approved Projects,Funds Approved($M)\n\
         Enterprise Support Scheme,29**,61.4\nTechnology Voucher Programme,12 185,\"2,135.4\"\n,17 946****,\"6,259.8*****\"\n",
    );
    assert_eq!(
        lines(&figures),
        [
            "2020 | enterprise_support_scheme | approved_projects = 29",
            "2020 | enterprise_support_scheme | funds_approved = 61400000",
            "2020 | technology_voucher_programme | approved_projects = 12185",
            "2020 | technology_voucher_programme | funds_approved = 2135400000",
            "2020 | _T | approved_projects = 17946",
            "2020 | _T | funds_approved = 6259800000",
        ]
    );
    assert_eq!(figures.observations[5].flags, [ObservationFlag::Footnote]);
}

#[test]
fn series_over_years() {
    let figures = guess(
        "Establishments and persons,,\nYear,Number of establishments,Number of persons engaged\n2021,925,19 970\n2022,950,19 730\n",
    );
    assert_eq!(
        lines(&figures),
        [
            "2021 |  | number_of_establishments = 925",
            "2021 |  | number_of_persons_engaged = 19970",
            "2022 |  | number_of_establishments = 950",
            "2022 |  | number_of_persons_engaged = 19730",
        ]
    );
    assert_eq!(figures.measures[1].unit, Unit::Persons);
    let gaps =
        guess("Title,,\nYear,Business receipts (HK$ million),Number of establishments\n2015,,640\n2022,24 899,850\n");
    assert_eq!(gaps.observations[0].flags, [ObservationFlag::NotAvailable]);
    assert_eq!(lines(&gaps)[2], "2022 |  | business_receipts = 24899000000");
}

#[test]
fn shares_add_up_within_rounding_or_are_reported() {
    let figures = guess(
        "\"receipts by type of service, 2022\",,\nType of service,Business receipts (HK$ million),Share (%)\nTesting,19 128,76.8\n\
         Inspection,2 127,8.5\nCertification,576,2.3\nOthers#,3 068,12.3\nTotal,24 899,100\n",
    );
    assert_eq!(
        passed(&figures, "adds up"),
        [
            "`business_receipts` by `type_of_service` adds up to its total, 2022",
            "`share` by `type_of_service` adds up to its total, 2022"
        ]
    );
    assert_eq!(figures.observations[6].flags, [ObservationFlag::Footnote]);
    let voucher = of_2020_en(
        "Type of Business,Share of Approved Projects (%)\nWholesale and retail,36\nRestaurants and hotels,8\nEngineering,7\n",
    );
    assert_eq!(failed(&voucher)[0].1, "2020: expected 100, found parts of 51");
}

#[test]
fn percentages_and_counts_in_one_column() {
    let figures = guess(
        "Key Performance Indicator,Unit,Period,ASTRI,LSCM,All R&D Centres\nNew R&D projects commenced,Number,2024-25,,,156\n\
         Cost of new R&D projects,$M,2024-25,,,871\nOn-going projects,Number,As at 31/03/2025,,,433\n\
         Level of industry income (target),%,From 2017-18,,,30\nCost of ITF projects with industry participation,$M,2023-24,,2.5,\n",
    );
    let known: Vec<_> = figures
        .observations
        .iter()
        .filter(|o| o.value.is_some())
        .map(|o| (o.value.unwrap().to_string(), o.unit, o.is_total))
        .collect();
    assert_eq!(
        known,
        [
            ("156".to_owned(), Unit::Count, true),
            ("871000000".to_owned(), Unit::Hkd, true),
            ("433".to_owned(), Unit::Count, true),
            ("30".to_owned(), Unit::Percent, true),
            ("2500000".to_owned(), Unit::Hkd, false),
        ]
    );
    assert_eq!(figures.observations.len(), 15);
    assert_eq!(figures.measures.len(), 5);
}

#[test]
fn expenditure_by_item_and_type() {
    let figures = guess(
        "Financial Year,Item,Type,Amount ($M)\n2009-10,Head 155 total,Estimate,518.5\n2009-10,Commitment balance,Estimate,281.2\n\
         2018-19,Programme (1) Support for Research and Development,Revised,73.5\n",
    );
    assert_eq!(
        lines(&figures),
        [
            "2009-10 | head_155_total, estimate | amount = 518500000",
            "2009-10 | commitment_balance, estimate | amount = 281200000",
            "2018-19 | programme_1_support_for_research_and_development, revised | amount = 73500000",
        ]
    );
    assert!(figures.checks.is_empty() && figures.observations[0].is_total);
}

#[test]
fn key_figures_of_the_park() {
    let space = guess(
        "as_at,measure,number,unit,qualifier\n2020-01,gross floor area,400000,square metre,about\n2021-01,occupancy,86,percent,more than\n",
    );
    assert_eq!(lines(&space), ["2020-01 |  | gross_floor_area = 400000", "2021-01 |  | occupancy = 86"]);
    assert_eq!((space.observations[0].unit, space.observations[1].unit), (Unit::SquareMetres, Unit::Percent));
    assert_eq!(space.observations[1].flags, [ObservationFlag::MoreThan]);
    let investment = guess(
        "as_at,period,amount_hkd_billion,qualifier,deals\n2022-03-31,four years to 2021-22,70,about,more than 220\n\
         2024-05-31,since 2018,93.7,about,more than 350\n",
    );
    assert_eq!(
        lines(&investment)[2..],
        ["since 2018 |  | amount_hkd_billion = 93700000000", "since 2018 |  | deals = 350"]
    );
    assert_eq!(investment.observations[3].flags, [ObservationFlag::MoreThan]);
    assert_eq!(investment.periods[1].end, Some(jiff::civil::date(2024, 5, 31)));
}
