use proptest::prelude::*;

use super::*;

#[test]
fn times_without_an_offset_are_hong_kong_time() {
    for (text, expected) in [
        ("2026-11-15 08:15:01", "2026-11-15T00:15:01Z"),
        ("2026-11-15T08:15:02+08:00", "2026-11-15T00:15:02Z"),
        ("30/11/2026 12:00", "2026-11-30T04:00:00Z"),
        ("2026-11-15T00:15:02Z", "2026-11-15T00:15:02Z"),
        ("2026-12-18", "2026-12-17T16:00:00Z"),
        ("4 March 2026, 12:00 noon", "2026-03-04T04:00:00Z"),
        ("12 noon on 4 March 2026", "2026-03-04T04:00:00Z"),
        ("noon, 4 Mar 2026", "2026-03-04T04:00:00Z"),
        ("3:30 p.m. on 4 March 2026 (Wednesday)", "2026-03-04T07:30:00Z"),
        ("04-Mar-26 3pm", "2026-03-04T07:00:00Z"),
        ("4/3/2026 12:05 AM", "2026-03-03T16:05:00Z"),
        ("2026年3月4日下午3時30分", "2026-03-04T07:30:00Z"),
        ("2026年3月4日(星期三)中午12時正", "2026-03-04T04:00:00Z"),
        ("二〇二六年三月四日上午十時", "2026-03-04T02:00:00Z"),
        ("2026年3月4日 下午五时半", "2026-03-04T09:30:00Z"),
        ("2026-03-04 24:00", "2026-03-04T16:00:00Z"),
        ("2026-03-04 1730 hrs", "2026-03-04T09:30:00Z"),
        ("20260903T021500Z", "2026-09-03T02:15:00Z"),
        ("03-Sep-2026 10:15:00", "2026-09-03T02:15:00Z"),
        ("2026年10月14日下午五時三十分", "2026-10-14T09:30:00Z"),
        ("2026-03-04 00:00:00.000", "2026-03-03T16:00:00Z"),
    ] {
        assert_eq!(moment(text).map(|found| found.to_string()), Ok(expected.to_owned()), "{text}");
    }
    for text in ["now", "4 March 2026 at 3 noon", "2026-03-04 25:00", "2026-03-04 12:61"] {
        assert!(moment(text).is_err(), "{text}");
    }
}

#[test]
fn a_day_without_a_time_ends_at_its_last_second() {
    let end = |text| end_in(text, DateOrder::DayFirst).map(|found| found.to_string());
    assert_eq!(end("4 March 2026").as_deref(), Ok("2026-03-04T15:59:59Z"));
    assert_eq!(end("4 March 2026 noon").as_deref(), Ok("2026-03-04T04:00:00Z"));
}

#[test]
fn date_formats_seen_upstream() {
    for (text, day) in [
        ("14 November 2022", "2022-11-14"),
        ("1 Jul 2025", "2025-07-01"),
        ("21.03.2024", "2024-03-21"),
        ("31/12/2025", "2025-12-31"),
        ("31/12/25", "2025-12-31"),
        ("2018-11-02", "2018-11-02"),
        ("2018-11-02T00:00:00", "2018-11-02"),
        ("02/11/2018 14:30", "2018-11-02"),
        ("2018-11-02T00:00:00+08:00", "2018-11-02"),
        ("20260131", "2026-01-31"),
        ("2025年12月31日", "2025-12-31"),
        ("2025年 12月 31日", "2025-12-31"),
        ("二〇二五年十二月三十一日", "2025-12-31"),
        ("二零二五年廿一月", "none"),
        ("7-Sep-26", "2026-09-07"),
        ("07-SEP-2026", "2026-09-07"),
        ("Sept 7, 2026", "2026-09-07"),
        ("7th September 2026", "2026-09-07"),
        ("Monday, 7 September 2026", "2026-09-07"),
        ("07.09.2026 (Mon)", "2026-09-07"),
        ("２０２６／０９／０７", "2026-09-07"),
        ("\u{200e}2026-09-07\u{200f}", "2026-09-07"),
        ("25-Dec-99", "1999-12-25"),
        ("2026-09-07T17:30:00Z", "2026-09-08"),
    ] {
        let found = parse(text).map_or_else(|_| "none".to_owned(), |date| date.to_string());
        assert_eq!(found, day, "{text}");
    }
}

#[test]
fn invalid_dates_are_rejected() {
    for text in [
        "",
        "2024",
        "31.02.2024",
        "soon",
        "12345678",
        "13/13/2024",
        "12-05-01",
        "May",
        "1.2.3",
        "March 2024",
        "ITS/012/24",
        "3 4 2026",
        "2024-25",
        "call 2 May 2026",
        "to",
        "39007101",
    ] {
        assert!(parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn the_day_order_is_inferred_from_the_column() {
    let day = DateOrder::of(["03/04/2026", "25/04/2026"]);
    assert_eq!((day.agreed(), day.is_undecided()), (Some(DateOrder::DayFirst), false));
    let month = DateOrder::of(["03/04/2026", "04/25/2026", "2026-03-04"]);
    assert_eq!((month.agreed(), month.is_undecided()), (Some(DateOrder::MonthFirst), false));
    let either = DateOrder::of(["03/04/2026", "05/05/2026"]);
    assert_eq!((either.agreed(), either.is_undecided()), (Some(DateOrder::DayFirst), true));
    assert_eq!(DateOrder::of(["25/04/2026", "04/25/2026"]).agreed(), None);
    assert_eq!(parse_in("03/04/2026", DateOrder::MonthFirst).map(|day| day.to_string()), Ok("2026-03-04".to_owned()));
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,60}") {
        let _ = (parse(&text), moment(&text));
    }

    #[test]
    fn date_like_text_never_panics(text in "[0-9/年月日時:. amp十二noon-]{0,30}") {
        let _ = (parse(&text), moment(&text));
    }

    #[test]
    fn every_day_is_parsed_in_every_format(days in 0..80_000_i64) {
        let day = jiff::civil::date(1950, 1, 1).saturating_add(jiff::Span::new().days(days));
        for form in ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%-d %B %Y", "%d-%b-%Y", "%B %-d, %Y", "%Y%m%d", "%Y年%-m月%-d日"] {
            prop_assert_eq!(parse(&day.strftime(form).to_string()), Ok(day), "{}", form);
        }
    }
}
