use proptest::prelude::*;

use super::*;
use crate::statistics::part;

fn ends(label: &str, kind: PeriodColumnKind) -> Option<String> {
    let when = parse(label, kind)?;
    let show = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    Some(format!("{}/{}", show(when.period.start), show(when.period.end)))
}

#[test]
fn period_labels() {
    for (label, expected) in [
        ("2024", "2024-01-01/2024-12-31"),
        ("2022#", "2022-01-01/2022-12-31"),
        ("2022 (Provisional)", "2022-01-01/2022-12-31"),
        ("2024-25", "2024-04-01/2025-03-31"),
        ("2011-12", "2011-04-01/2012-03-31"),
        ("2020-01", "2020-01-01/2020-01-31"),
        ("2024/25 財政年度", "2024-04-01/2025-03-31"),
        ("2024/25年度", "2024-04-01/2025-03-31"),
        ("FY2024/25", "2024-04-01/2025-03-31"),
        ("FY18/19", "2018-04-01/2019-03-31"),
        ("FY 2018/2019", "2018-04-01/2019-03-31"),
        ("2024年3月", "2024-03-01/2024-03-31"),
        ("二零二四年三月", "2024-03-01/2024-03-31"),
        ("二〇二四年", "2024-01-01/2024-12-31"),
        ("March 2024", "2024-03-01/2024-03-31"),
        ("Sep-25", "2025-09-01/2025-09-30"),
        ("03/2024", "2024-03-01/2024-03-31"),
        ("2024 Q1", "2024-01-01/2024-03-31"),
        ("Q3/2024", "2024-07-01/2024-09-30"),
        ("2024年第一季", "2024-01-01/2024-03-31"),
        ("2024-25 Q1", "2024-04-01/2024-06-30"),
        ("First half of 2024", "2024-01-01/2024-06-30"),
        ("Jan - Dec 2025", "2025-01-01/2025-12-31"),
        ("2024年1月至3月", "2024-01-01/2024-03-31"),
        ("April 2021 to March 2022", "2021-04-01/2022-03-31"),
        ("2021年4月至2022年3月", "2021-04-01/2022-03-31"),
        ("year ended 31 December 2025", "2025-01-01/2025-12-31"),
        ("截至2025年12月31日止年度", "2025-01-01/2025-12-31"),
        ("30-Jun-26", "2026-06-30/2026-06-30"),
        ("20260630", "2026-06-30/2026-06-30"),
        ("in 2024", "2024-01-01/2024-12-31"),
        ("Year 2024", "2024-01-01/2024-12-31"),
        ("2025曆年", "2025-01-01/2025-12-31"),
        ("As at 31/12/2025 (cumulative)", "/2025-12-31"),
        ("as at end-March 2024", "/2024-03-31"),
        ("2024年3月底", "/2024-03-31"),
        ("as at 31.3.2024", "/2024-03-31"),
        ("1/4/2024", "2024-04-01/2024-04-01"),
        ("end of 2024", "/2024-12-31"),
        ("Up to end 2018 (cumulative)", "/2018-12-31"),
        ("From 2017-18", "2017-04-01/"),
        ("since 2018", "2018-01-01/"),
        ("four years to 2021-22", "/2022-03-31"),
        ("2009 - 2022", "2009-01-01/2022-12-31"),
        ("2018至2023年", "2018-01-01/2023-12-31"),
        ("2019-21", "2019-01-01/2021-12-31"),
    ] {
        assert_eq!(ends(label, PeriodColumnKind::Spans).as_deref(), Some(expected), "{label}");
    }
    assert_eq!(ends("2011-12", PeriodColumnKind::Moments).as_deref(), Some("/2011-12-31"));
    assert_eq!(ends("2022-03-31", PeriodColumnKind::Moments).as_deref(), Some("/2022-03-31"));
    for label in [
        "Annual (year not stated)",
        "Total",
        "",
        "12",
        "5G",
        "since",
        "to",
        "2024-13",
        "2024 Q5",
        "1 - 9 persons",
        "Firms 2021",
    ] {
        assert_eq!(ends(label, PeriodColumnKind::Spans), None, "{label}");
    }
    // The kind of these years is unknown.
    for label in ["FY2024", "2024年度"] {
        assert_eq!(ends(label, PeriodColumnKind::Spans).as_deref(), Some("/"), "{label}");
    }
    assert_eq!(parse("2022 (p)", PeriodColumnKind::Spans).unwrap().flags, [ObservationFlag::Provisional]);
    assert!(parse("As at 31/12/2025 (cumulative)", PeriodColumnKind::Spans).unwrap().is_cumulative);
}

#[test]
fn quarters_and_months_with_a_separate_year() {
    let of = |year: &str, label: &str| {
        let year = parse(year, PeriodColumnKind::Spans).unwrap().period;
        part::part(label).and_then(|part| part.within(&year)).map(|(start, end)| format!("{start}/{end}"))
    };
    assert_eq!(of("2025-26", "Q1 (Apr - Jun)").as_deref(), Some("2025-04-01/2025-06-30"));
    assert_eq!(of("2025-26", "Q4").as_deref(), Some("2026-01-01/2026-03-31"));
    assert_eq!(of("2025", "Q4").as_deref(), Some("2025-10-01/2025-12-31"));
    assert_eq!(of("2025", "Sep").as_deref(), Some("2025-09-01/2025-09-30"));
    assert_eq!(of("2025-26", "2月").as_deref(), Some("2026-02-01/2026-02-28"));
    assert_eq!(of("2025", "十二月").as_deref(), Some("2025-12-01/2025-12-31"));
    for (year, label) in
        [("2025-26", "Q5"), ("2025-26", "Q12"), ("since 2018", "Q1"), ("2025", "Quarter"), ("2025", "Total")]
    {
        assert_eq!(of(year, label), None, "{year} {label}");
    }
}

#[test]
fn a_period_next_to_a_name() {
    for (label, text, end) in [
        ("Firms, 2021", "2021", "2021-12-31"),
        ("Receipts 2021 ($M)", "2021", "2021-12-31"),
        ("2021年收益 (百萬元)", "2021年", "2021-12-31"),
        ("Outcome in FY18/19", "in FY18/19", "2019-03-31"),
        ("2018/19財政年度結果", "2018/19財政年度", "2019-03-31"),
        ("Talents supported 2025", "2025", "2025-12-31"),
        ("2021\n百萬元 $m", "2021", "2021-12-31"),
    ] {
        let (range, when) = find(label).unwrap_or_else(|| panic!("{label}"));
        assert_eq!(
            (&label[range], when.period.end.map(|day| day.to_string()).as_deref()),
            (text, Some(end)),
            "{label}"
        );
    }
    for label in ["1 - 9 persons", "20 - 99 persons", "ITS/2021", "B2021", "$2,021", "Largest 20"] {
        assert_eq!(find(label), None, "{label}");
    }
}

#[test]
fn titles() {
    let label = |title: &str| {
        in_title(title).map(|period| match period {
            TitlePeriod::Day(period) | TitlePeriod::Span(period) => {
                let show = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
                format!("{}/{}", show(period.start), show(period.end))
            }
        })
    };
    for (title, expected) in [
        ("Approved Projects (as at 31/12/2025)", "/2025-12-31"),
        ("創新及科技基金累計撥款概覽 (截至2025年12月31日)", "/2025-12-31"),
        ("創新及科技基金累計撥款概覽 截至 2025 年 1 月 31 日", "/2025-01-31"),
        ("Position as at end March 2024", "/2024-03-31"),
        ("Funding schemes: cumulative figures up to 31 May 2026", "/2026-05-31"),
        ("各資助計劃截至二零二六年五月三十一日的累計情況", "/2026-05-31"),
        ("Status: 31.05.2026", "/2026-05-31"),
        ("統計至：二零二六年五月三十一日", "/2026-05-31"),
        ("Cut-off date: 31-Jul-26", "/2026-07-31"),
        ("Position at 30 June 2026", "/2026-06-30"),
        ("Annual Statistics of Approved Projects by Technology Area (2025)", "2025-01-01/2025-12-31"),
        ("business receipts by type of service, 2022", "2022-01-01/2022-12-31"),
        ("Key performance indicators 2014-15", "2014-04-01/2015-03-31"),
        ("Results of the year ended 31 December 2025", "2025-01-01/2025-12-31"),
        ("截至2025年12月31日止年度結果", "2025-01-01/2025-12-31"),
        ("Research Talent Hub: calendar year 2025 (amounts in HK$ million)", "2025-01-01/2025-12-31"),
        ("Vouchers granted in 2025", "2025-01-01/2025-12-31"),
    ] {
        assert_eq!(label(title).as_deref(), Some(expected), "{title}");
    }
    for title in [
        "Annual Statistics of Approved Projects",
        "Coronavirus Disease 2019 in Hong Kong",
        "as at",
        "",
        "Generated on 05-Jan-26",
        "編製日期：2026年1月5日",
        "Figures since June 2018",
    ] {
        assert_eq!(label(title), None, "{title}");
    }
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,40}") {
        let _ = (parse(&text, PeriodColumnKind::Spans), parse(&text, PeriodColumnKind::Moments), in_title(&text), find(&text), part::part(&text));
    }

    #[test]
    fn period_like_text_never_panics(text in "[0-9 年月日至()./QK-]{0,14}") {
        let _ = (parse(&text, PeriodColumnKind::Spans), parse(&text, PeriodColumnKind::Moments), in_title(&text), find(&text), part::part(&text));
    }
}
