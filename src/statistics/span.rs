//! Spans of time in words: years, financial years (April to March), quarters, months, days, and from one to another; in
//! English and Chinese, with Chinese numerals.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use unicode_normalization::UnicodeNormalization;

use crate::values::{date as day, period::Period};

/// The first and the last day, where they are said.
pub type Span = (Option<Date>, Option<Date>);

/// What a column of periods holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Spans of time; `2011-12` is a financial year.
    Spans,
    /// The moments that figures are as at; `2011-12` is a month.
    Moments,
}

/// A part of a year that is not said beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// Its first month, counted from the first of the year: 0 to 11.
    first: i32,
    months: i32,
    /// Whether it is named by its month, so that a financial year begins with the fourth.
    by_name: bool,
}

/// What words say of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Span(Span),
    /// A year of which kind is not said, `FY2024`.
    Unclear,
}

const MONTHS: [&str; 12] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
];
const AS_AT: [&str; 27] = [
    "position as at", "figures as at", "status as at", "position at", "position as of", "status at", "status", "as at the end of", "as at end of",
    "as at end", "as at", "as of end", "as of", "at the end of", "at end of", "at end", "end of", "end", "cut off date", "cut-off date",
    "reference date", "at", "截至", "統計至", "统计至", "截算日期", "截止",
];
const UP_TO: [&str; 11] =
    ["figures up to", "up to the end of", "up to end", "up to", "until", "till", "by end", "four years to", "to end", "cumulative to", "to"];
const SINCE: [&str; 6] = ["since", "starting from", "from", "自從", "自", "由"];
const YEAR_ENDED: [&str; 8] = [
    "year ended", "year ending", "the year ended", "the year ending", "12 months ended", "twelve months ended", "12 months to",
    "financial year ended",
];

/// What a text says of time, if it says nothing else.
pub fn read(text: &str, kind: Kind) -> Option<Said> {
    if text.len() > 160 {
        return None;
    }
    let text = fold(text);
    let text = text.trim().trim_end_matches(['.', ':', ',', ';']).trim();
    if text.is_empty() {
        return None;
    }
    if let Some(days) = closed(text, kind) {
        return Some(Said::Span((Some(days.0), Some(days.1))));
    }
    open(text, kind).map(Said::Span).or_else(|| is_unclear_year(text).then_some(Said::Unclear))
}

/// One width, lower case, one kind of dash, Chinese numerals of dates as digits.
pub fn fold(text: &str) -> String {
    let plain: Vec<char> = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '–' | '—' | '−' | '‐' | '‑' | '~' | '～' => '-',
            '，' => ',',
            '：' => ':',
            '_' => ' ',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < plain.len() {
        let end = plain[at..].iter().position(|c| numeral(*c).is_none() && *c != '十').map_or(plain.len(), |n| at + n);
        let is_dated = plain.get(end).is_some_and(|c| matches!(c, '年' | '月' | '日' | '季' | '至' | '-' | '/'));
        match if end > at && is_dated { number(&plain[at..end]) } else { None } {
            Some(number) => out.push_str(&number),
            None => out.extend(plain[at..end.max(at + 1)].iter()),
        }
        at = end.max(at + 1);
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ")
}

fn numeral(c: char) -> Option<u32> {
    "〇一二三四五六七八九".chars().position(|known| known == c || (c == '零' && known == '〇')).and_then(|n| u32::try_from(n).ok())
}

/// 二零二六 is 2026, 三十一 is 31.
fn number(signs: &[char]) -> Option<String> {
    let Some(ten) = signs.iter().position(|c| *c == '十') else {
        return signs.iter().map(|c| numeral(*c).and_then(|n| char::from_digit(n, 10))).collect();
    };
    let (before, behind) = (&signs[..ten], &signs[ten + 1..]);
    let of = |signs: &[char], none: u32| match signs {
        [] => Some(none),
        [one] => numeral(*one),
        _ => None,
    };
    Some((of(before, 1)? * 10 + of(behind, 0)?).to_string())
}

/// A span with both ends.
fn closed(text: &str, kind: Kind) -> Option<(Date, Date)> {
    let text = text.trim();
    if let Some(days) = year_ended(text.strip_prefix("the ").or_else(|| text.strip_prefix("for the ")).unwrap_or(text)) {
        return Some(days);
    }
    let text = without_words(text);
    let first = if kind == Kind::Moments { month(text).or_else(|| named(text)) } else { named(text).or_else(|| month(text)) };
    first
        .or_else(|| one_day(text))
        .or_else(|| financial(text))
        .or_else(|| part_of_year(text))
        .or_else(|| chinese_year(text))
        .or_else(|| between(text))
}

/// A year, a financial year, a day.
fn named(text: &str) -> Option<(Date, Date)> {
    Period::parse(text).ok().and_then(|period| period.start.zip(period.end))
}

/// Words that only say that a period follows.
fn without_words(text: &str) -> &str {
    let mut rest = text.trim();
    loop {
        let shorter = ["in ", "for ", "during ", "year ", "calendar year ", "the ", "period ", "month of ", "within "]
            .iter()
            .find_map(|word| rest.strip_prefix(word))
            .or_else(|| [" calendar year", "曆年", "历年"].iter().find_map(|word| rest.strip_suffix(word)))
            .map(str::trim);
        match shorter {
            Some(shorter) if !shorter.is_empty() => rest = shorter,
            _ => return rest,
        }
    }
}

/// `FY2024/25`, `FY24-25`, `2024-25 financial year`, `2024-25財政年度`.
fn financial(text: &str) -> Option<(Date, Date)> {
    let before = ["fy", "financial year", "fiscal year", "f.y."].iter().find_map(|word| text.strip_prefix(word));
    let behind = || {
        ["financial year", "fiscal year", "財政年度", "财政年度", "財年", "财年", "年度", "fy"]
            .iter()
            .find_map(|word| text.strip_suffix(word))
    };
    let bare = before.or_else(behind)?.trim().trim_start_matches([':', '-']).trim();
    let (first, second) = bare.split_once(['-', '/', '至'])?;
    let (first, second) = (first.trim(), second.trim());
    let is_short = first.len() == 2 && first.bytes().all(|byte| byte.is_ascii_digit());
    let whole = if is_short { format!("20{first}-{second}") } else { format!("{first}-{second}") };
    let period = Period::parse(&whole).ok()?;
    period.start.zip(period.end)
}

/// `FY2024`, `2024年度`: of which kind the year is, is not said.
fn is_unclear_year(text: &str) -> bool {
    let bare = ["fy", "financial year", "fiscal year"].iter().find_map(|word| text.strip_prefix(word));
    let bare = bare.or_else(|| ["財政年度", "财政年度", "年度", "財年", "财年"].iter().find_map(|word| text.strip_suffix(word)));
    bare.is_some_and(|bare| year(bare).is_some())
}

/// `30-Jun-26`, `30 june 2026`, `june 30, 2026`, and what any day looks like.
fn one_day(text: &str) -> Option<(Date, Date)> {
    let whole = day::parse(text).or_else(|_| day::parse(&text.replace(' ', ""))).ok();
    let found = whole.or_else(|| {
        let parts: Vec<&str> = text.split(['-', ' ', '/', '.', ',']).filter(|part| !part.is_empty()).collect();
        let [one, two, three] = parts[..] else { return None };
        // `31.3.2024`, `1/4/2024`: the day first, as in Hong Kong.
        if let (Ok(first), Ok(month), Some(year)) = (one.parse::<i8>(), two.parse::<i8>(), year(three)) {
            return Date::new(year, month, first).ok();
        }
        let (number, name) = if month_name(two).is_some() { (one, two) } else { (two, one) };
        let number: i8 = number.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']).parse().ok()?;
        Date::new(short_year(three)?, month_name(name)?, number).ok()
    })?;
    Some((found, found))
}

/// `mar`, `sept`, `march`.
fn month_name(text: &str) -> Option<i8> {
    let text = text.trim_end_matches('.');
    let at = MONTHS.iter().position(|name| text.len() >= 3 && (name.starts_with(text) || (text == "sept" && *name == "september")))?;
    i8::try_from(at + 1).ok()
}

/// A year in two digits or four.
fn short_year(text: &str) -> Option<i16> {
    let is_short = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_short { text.parse::<i16>().ok().map(|year| 2000 + year) } else { year(text) }
}

/// `2024-03`, `03/2024`, `March 2024`, `Mar-24`, `2024年3月`.
fn month(text: &str) -> Option<(Date, Date)> {
    let chinese = text.strip_suffix(['月', '份']).map(|rest| rest.trim_end_matches('月')).and_then(|rest| rest.split_once('年'));
    let (left, right) = chinese.or_else(|| text.split_once(['-', ' ', '/', '.', ',']))?;
    let (left, right) = (left.trim(), right.trim().trim_start_matches(','));
    let number = |text: &str| {
        let is_digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_digits { text.parse().ok() } else { month_name(text) }
    };
    let (year, month) = match (year(left), year(right)) {
        (Some(year), _) => (year, number(right.trim())?),
        (None, Some(year)) => (year, number(left)?),
        // `Mar-24`
        (None, None) => (short_year(right).filter(|year| (2000..2060).contains(year))?, month_name(left)?),
    };
    let start = Date::new(year, month, 1).ok()?;
    Some((start, start.last_of_month()))
}

/// `2024年`, `2024-25年`, `2024年底`.
fn chinese_year(text: &str) -> Option<(Date, Date)> {
    let bare = ["年終", "年终", "年"].into_iter().find_map(|suffix| text.strip_suffix(suffix))?.trim();
    named(bare)
}

/// A quarter or half of a year: `2024 Q1`, `1Q 2024`, `2024年第一季`, `first half of 2024`.
fn part_of_year(text: &str) -> Option<(Date, Date)> {
    let places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    for at in places {
        let (left, right) = text.split_at(at);
        for (one, two) in [(left, right), (right, left)] {
            let bare = one.trim().trim_matches(['-', '/', ',', ' ']).trim_start_matches("of ").trim_end_matches('年').trim();
            let Some((from, to)) = named(bare).filter(|_| !bare.is_empty()) else { continue };
            let named = two.trim().trim_matches(['-', '/', ',', ' ']).trim_start_matches('年').trim_end_matches(" of").trim();
            let whole = Period { label: String::new(), start: Some(from), end: Some(to) };
            if let Some(days) = part(named).filter(|part| !part.by_name).and_then(|part| part.within(&whole)) {
                return Some(days);
            }
        }
    }
    None
}

/// A part of a year without the year: `Q1 (Apr - Jun)`, `Mar`, `9月`, `Jan - Mar`.
pub fn part(text: &str) -> Option<Part> {
    let folded = fold(text);
    let text = folded.split(['(', ',']).next()?.trim();
    let quarter = |first: i32| Part { first: first * 3 - 3, months: 3, by_name: false };
    for (at, names) in (1..).zip([
        ["q1", "1q", "1st quarter", "first quarter", "第1季", "第一季"],
        ["q2", "2q", "2nd quarter", "second quarter", "第2季", "第二季"],
        ["q3", "3q", "3rd quarter", "third quarter", "第3季", "第三季"],
        ["q4", "4q", "4th quarter", "fourth quarter", "第4季", "第四季"],
    ]) {
        if names.iter().any(|name| text == *name || text.strip_suffix('度') == Some(name)) {
            return Some(quarter(at));
        }
    }
    for (first, names) in [(0, ["h1", "1h", "first half", "上半年"]), (6, ["h2", "2h", "second half", "下半年"])] {
        if names.contains(&text) {
            return Some(Part { first, months: 6, by_name: false });
        }
    }
    let of_month = |text: &str| {
        let text = text.trim();
        let bare = text.strip_suffix("月份").or_else(|| text.strip_suffix('月'));
        bare.and_then(|bare| bare.parse::<i8>().ok()).filter(|month| (1..=12).contains(month)).or_else(|| month_name(text))
    };
    let single = |month: i8| Part { first: i32::from(month) - 1, months: 1, by_name: true };
    if let Some(month) = of_month(text) {
        return Some(single(month));
    }
    let (left, right) = [" to ", " - ", "-", "至"].into_iter().find_map(|between| text.split_once(between))?;
    let left = if left.ends_with('月') || !right.ends_with('月') { left.to_owned() } else { format!("{left}月") };
    let (from, to) = (i32::from(of_month(&left)?), i32::from(of_month(right)?));
    (from <= to).then(|| Part { first: from - 1, months: to - from + 1, by_name: true })
}

/// The part that a bare number of a month is, in a column of months.
pub fn month_number(text: &str) -> Option<Part> {
    let month: i32 = text.trim().parse().ok().filter(|month| (1..=12).contains(month))?;
    Some(Part { first: month - 1, months: 1, by_name: true })
}

impl Part {
    /// The days of this part in a year, calendar or financial.
    pub fn within(self, year: &Period) -> Option<(Date, Date)> {
        let from = year.start?;
        if year.end? != from.checked_add(1.year()).ok()?.yesterday().ok()? {
            return None;
        }
        // A month is the one of that name, wherever the year begins.
        let first = if self.by_name { (self.first + 1 - i32::from(from.month())).rem_euclid(12) } else { self.first };
        if first + self.months > 12 {
            return None;
        }
        let start = from.checked_add(first.months()).ok()?;
        let end = start.checked_add(self.months.months()).ok()?.yesterday().ok()?;
        Some((start, end))
    }
}

/// `year ended 31 December 2025`, `2025年12月31日止年度`: the twelve months to that day.
fn year_ended(text: &str) -> Option<(Date, Date)> {
    let english = YEAR_ENDED.iter().find_map(|word| text.strip_prefix(word)).map(str::trim);
    let chinese = || {
        let bare = text.strip_suffix("止年度").or_else(|| text.strip_suffix("止的年度"))?;
        Some(["截至", "至"].iter().find_map(|word| bare.strip_prefix(word)).unwrap_or(bare))
    };
    let (_, end) = english.or_else(chinese).and_then(|rest| one_day(rest.trim()).or_else(|| month(rest.trim())))?;
    let start = end.tomorrow().ok()?.checked_sub(1.year()).ok()?;
    Some((start, end))
}

/// `2009 - 2022`, `April 2021 to March 2022`, `Jan - Dec 2025`, `2024年1月至3月`.
fn between(text: &str) -> Option<(Date, Date)> {
    let text = ["from ", "between ", "由", "自"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    for separator in [" to ", " - ", "至", " and ", " through ", "-"] {
        let Some((left, right)) = text.split_once(separator) else { continue };
        let (left, right) = (left.trim(), right.trim());
        if left.is_empty() || right.is_empty() {
            continue;
        }
        if let (Some((start, _)), Some((_, end))) = (simple(left), simple(right))
            && start <= end
        {
            return Some((start, end));
        }
        // The year stands at one end only.
        let whole = right.rsplit_once([' ', '/']).and_then(|(month, year)| Some((part(&format!("{left} - {month}"))?, named(year)?)));
        let chinese = || {
            let (year, first) = left.split_once('年')?;
            Some((part(&format!("{first}至{right}"))?, named(year)?))
        };
        if let Some((part, (from, to))) = whole.or_else(chinese) {
            return part.within(&Period { label: String::new(), start: Some(from), end: Some(to) });
        }
    }
    // `2019-21`: years from and to.
    let (left, right) = text.split_once('-')?;
    let (first, last) = (year(left.trim())?, short_year(right.trim())?);
    (first + 1 < last && last - first < 60).then(|| (date(first, 1, 1), date(last, 12, 31)))
}

/// A span without words of its own between.
fn simple(text: &str) -> Option<(Date, Date)> {
    let text = without_words(text);
    named(text).or_else(|| month(text)).or_else(|| one_day(text)).or_else(|| financial(text)).or_else(|| chinese_year(text))
}

/// A span with one end: `since 2018`, `as at 31/12/2025`, `截至2025年12月31日`.
fn open(text: &str, kind: Kind) -> Option<Span> {
    let after = |words: &[&str]| {
        words
            .iter()
            .filter_map(|word| Some((word, text.strip_prefix(word)?)))
            .filter(|(word, rest)| !word.is_ascii() || !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
            .map(|(_, rest)| rest)
            .map(|rest| rest.trim_start_matches([' ', ':', '-']))
            .min_by_key(|rest| rest.len())
    };
    let trimmed = |rest: &str| rest.trim().trim_end_matches(['止', '底']).trim().to_owned();
    if let Some(rest) = after(&AS_AT) {
        return closed(&trimmed(rest), Kind::Moments).map(|(_, end)| (None, Some(end)));
    }
    if let Some(rest) = after(&SINCE) {
        let rest = rest.trim_end_matches(['起', '始', '開', '开']).trim();
        return closed(rest, kind).map(|(start, _)| (Some(start), None));
    }
    if let Some(rest) = after(&UP_TO) {
        return closed(&trimmed(rest), kind).map(|(_, end)| (None, Some(end)));
    }
    if let Some(bare) = text.strip_suffix('底') {
        return closed(bare, Kind::Moments).map(|(_, end)| (None, Some(end)));
    }
    let bare = text.strip_suffix("起")?;
    closed(bare, kind).map(|(start, _)| (Some(start), None))
}

/// A year that figures can be about.
pub fn year(text: &str) -> Option<i16> {
    let text = text.trim();
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_year.then(|| text.parse().ok())?.filter(|year| (1950..2060).contains(year))
}
