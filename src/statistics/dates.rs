//! Words and characters of dates: month names, Chinese numerals, years in two or four digits.

use unicode_normalization::UnicodeNormalization;

use crate::domain::date::MONTHS;

/// Folds a text for date parsing: half width, lower case, one kind of dash, Chinese date numerals as digits.
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
    "〇一二三四五六七八九"
        .chars()
        .position(|known| known == c || (c == '零' && known == '〇'))
        .and_then(|n| u32::try_from(n).ok())
}

/// Converts Chinese numerals to digits: 二零二六 is 2026, 三十一 is 31.
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

/// The number of a month by its English name: `mar`, `sept`, `march`.
pub fn month_name(text: &str) -> Option<i8> {
    let text = text.trim_end_matches('.');
    let at = MONTHS
        .iter()
        .position(|name| text.len() >= 3 && (name.starts_with(text) || (text == "sept" && *name == "september")))?;
    i8::try_from(at + 1).ok()
}

/// Parses a year in two or four digits.
pub fn short_year(text: &str) -> Option<i16> {
    let is_short = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_short { text.parse::<i16>().ok().map(|year| 2000 + year) } else { year(text) }
}

/// Parses a four-digit year in the plausible range for figures.
pub fn year(text: &str) -> Option<i16> {
    let text = text.trim();
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_year.then(|| text.parse().ok())?.filter(|year| (1950..2060).contains(year))
}
