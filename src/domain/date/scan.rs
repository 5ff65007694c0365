//! Scans the numbers and words of a date. The order of day and month is determined later.

use jiff::civil::{Date, Time, time};

use crate::domain::value::{folded, may_be_quantity};

/// The parts of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DateParts {
    written: Written,
    pub time: Option<Time>,
    /// Whether the time is `24:00`.
    pub is_end_of_day: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    /// The form of the date determines day, month and year.
    Whole { year: i16, month: i8, day: i8 },
    /// Two numbers and a year. Either number can be the day.
    Numeric { first: i8, second: i8, year: i16 },
}

impl DateParts {
    pub const fn is_numeric(&self) -> bool {
        matches!(self.written, Written::Numeric { .. })
    }

    /// The day in this order, if it is a valid date.
    pub fn day(&self, order: super::DateOrder) -> Option<Date> {
        let (year, month, day) = match (self.written, order) {
            (Written::Whole { year, month, day }, _) => (year, month, day),
            (Written::Numeric { first, second, year }, super::DateOrder::DayFirst) => (year, second, first),
            (Written::Numeric { first, second, year }, super::DateOrder::MonthFirst) => (year, first, second),
        };
        Date::new(year, month, day).ok().filter(|date| (1900..=2200).contains(&date.year()))
    }
}

/// A token of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Number { value: u32, digits: usize },
    Word(String),
    Sign(char),
}

/// A two-digit year below this number is in the 21st century, any other in the 20th.
const CENTURY: u32 = 70;

/// The date in a text, if the whole text is one date.
pub(super) fn scan(text: &str) -> Option<DateParts> {
    if !may_be_quantity(text) {
        return None;
    }
    let folded = folded(text);
    let mut pieces = pieces(&spelled_out(&folded));
    let (time, is_end_of_day) = take_time(&mut pieces)?;
    let written = written(&pieces)?;
    Some(DateParts { written, time, is_end_of_day })
}

/// Replaces Chinese and abbreviated forms with plain words and digits.
fn spelled_out(text: &str) -> String {
    let mut text = if text.contains(".m") {
        text.replace("a.m.", "am").replace("p.m.", "pm").replace("a.m", "am").replace("p.m", "pm")
    } else {
        text.to_owned()
    };
    if text.is_ascii() {
        return text;
    }
    for (from, to) in [("星期", "周"), ("禮拜", "周"), ("礼拜", "周"), ("週", "周")] {
        text = text.replace(from, to);
    }
    // A weekday is no number: 周三 is not 3.
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '周' => {
                chars.next();
                plain.push(' ');
            }
            c => plain.push(c),
        }
    }
    for (from, to) in [
        ("上午", " am@ "),
        ("早上", " am@ "),
        ("凌晨", " am@ "),
        ("下午", " pm@ "),
        ("晚上", " pm@ "),
        ("中午", " noon@ "),
        ("正午", " noon@ "),
        ("午夜", " midnight@ "),
        ("時", "h"),
        ("时", "h"),
        ("點", "h"),
        ("点", "h"),
        ("分", "m"),
        ("秒", "s"),
        ("半", "30m"),
        ("正", " "),
        ("整", " "),
        ("年", "y"),
        ("月", "mo"),
        ("號", "d"),
        ("号", "d"),
        ("日", "d"),
    ] {
        plain = plain.replace(from, to);
    }
    chinese_digits(&plain)
}

/// Converts Chinese numerals: 二〇二六 is 2026, 十二 is 12, 三十一 is 31.
fn chinese_digits(text: &str) -> String {
    let digit = |c: char| "零一二三四五六七八九".chars().position(|known| known == c).or((c == '〇').then_some(0));
    let is_numeral = |c: char| digit(c).is_some() || matches!(c, '十' | '廿' | '卅');
    let mut out = String::with_capacity(text.len());
    let mut run: Vec<char> = Vec::new();
    let flush = |run: &mut Vec<char>, out: &mut String| {
        if run.is_empty() {
            return;
        }
        let tens = run.iter().position(|c| matches!(c, '十' | '廿' | '卅'));
        match tens {
            None => out.extend(run.iter().filter_map(|c| digit(*c)).map(|value| value.to_string())),
            Some(at) => {
                let count = match run[at] {
                    '廿' => 2,
                    '卅' => 3,
                    _ => run[..at].last().map_or(1, |c| digit(*c).unwrap_or(1)),
                };
                let ones = run.get(at + 1).map_or(0, |c| digit(*c).unwrap_or(0));
                out.push_str(&(count * 10 + ones).to_string());
            }
        }
        run.clear();
    };
    for c in text.chars() {
        if is_numeral(c) {
            run.push(c);
        } else {
            flush(&mut run, &mut out);
            out.push(c);
        }
    }
    flush(&mut run, &mut out);
    out
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let mut run = String::from(c);
        if c.is_ascii_digit() {
            while let Some(next) = chars.next_if(char::is_ascii_digit) {
                run.push(next);
            }
            let value = run.parse().unwrap_or(u32::MAX);
            pieces.push(Piece::Number { value, digits: run.len() });
        } else if c.is_alphabetic() {
            while let Some(next) = chars.next_if(|next| next.is_alphabetic() || *next == '@') {
                run.push(next);
            }
            // The `t` between day and time.
            pieces.push(if run == "t" { Piece::Sign(' ') } else { Piece::Word(run) });
        } else if !c.is_whitespace() {
            pieces.push(Piece::Sign(c));
        } else if pieces.last().is_some_and(|last| *last != Piece::Sign(' ')) {
            pieces.push(Piece::Sign(' '));
        }
    }
    pieces
}

/// Removes the time of day from the tokens. `None` if they contain something like a time that is not valid.
fn take_time(pieces: &mut Vec<Piece>) -> Option<(Option<Time>, bool)> {
    let Some((start, mut end, mut clock)) = find_clock(pieces) else {
        let noon = pieces.iter().position(|piece| is_word(Some(piece), &["noon", "noon@", "midnight", "midnight@"]));
        return Some(match noon {
            Some(at) => {
                let is_noon = is_word(pieces.get(at), &["noon", "noon@"]);
                pieces.drain(at..=at);
                (Some(if is_noon { time(12, 0, 0, 0) } else { time(0, 0, 0, 0) }), false)
            }
            None => (None, false),
        });
    };
    // `a.m.` or `p.m.` is before or after the time.
    let mut begin = start;
    let before = (0..start).rev().find(|at| pieces[*at] != Piece::Sign(' '));
    let prefix = before.filter(|at| matches!(&pieces[*at], Piece::Word(word) if word.ends_with('@')));
    if let Some(at) = prefix {
        begin = at;
    }
    let next = (end..pieces.len()).find(|at| pieces[*at] != Piece::Sign(' '));
    let suffix =
        next.filter(|at| is_word(pieces.get(*at), &["am", "pm", "noon", "nn", "midnight", "hrs", "hours", "hr", "h"]));
    if let Some(at) = suffix {
        end = at + 1;
    }
    let half = prefix.or(suffix).and_then(|at| match &pieces[at] {
        Piece::Word(word) => Some(word.trim_end_matches('@').to_owned()),
        _ => None,
    });
    match half.as_deref() {
        Some("am" | "midnight") if clock.0 == 12 => clock.0 = 0,
        Some("pm") if clock.0 < 12 => clock.0 += 12,
        Some("noon" | "nn") if clock.0 != 12 => return None,
        _ => {}
    }
    pieces.drain(begin..end);
    pieces.insert(begin, Piece::Sign(' '));
    // A Hong Kong zone has no effect. Other zones occur only in full timestamps.
    if let Some(at) = pieces.iter().position(|piece| *piece == Piece::Sign('+')) {
        let is_hong_kong = matches!(pieces.get(at + 1), Some(Piece::Number { value: 8 | 800, .. }));
        if !is_hong_kong {
            return None;
        }
        pieces.truncate(at);
    }
    if clock == (24, 0, 0) {
        return Some((Some(time(0, 0, 0, 0)), true));
    }
    let [hour, minute, second] = [clock.0, clock.1, clock.2].map(|part| i8::try_from(part).ok());
    Time::new(hour?, minute?, second?, 0).ok().map(|time| (Some(time), false))
}

fn is_word(piece: Option<&Piece>, words: &[&str]) -> bool {
    matches!(piece, Some(Piece::Word(word)) if words.contains(&word.as_str()))
}

/// The position of a time: `15:30[:20]`, `3 pm`, `3h30m`, `1500 hrs`.
fn find_clock(pieces: &[Piece]) -> Option<(usize, usize, (u32, u32, u32))> {
    let number = |at: usize, most_digits: usize| match pieces.get(at) {
        Some(Piece::Number { value, digits }) if *digits <= most_digits => Some(*value),
        _ => None,
    };
    let sign = |at: usize, c: char| pieces.get(at) == Some(&Piece::Sign(c));
    for at in 0..pieces.len() {
        let Some(hour) = number(at, 2) else {
            if let Some(value) = number(at, 4)
                && matches!(pieces.get(at), Some(Piece::Number { digits: 4, .. }))
                && (is_word(pieces.get(at + 1), &["hrs", "hours", "hr"])
                    || sign(at + 1, ' ') && is_word(pieces.get(at + 2), &["hrs", "hours", "hr"]))
            {
                return Some((at, at + 1, (value / 100, value % 100, 0)));
            }
            continue;
        };
        if sign(at + 1, ':')
            && let Some(minute) = number(at + 2, 2)
        {
            let second = if sign(at + 3, ':') { number(at + 4, 2) } else { None };
            let mut end = if second.is_some() { at + 5 } else { at + 3 };
            // Parts of a second.
            if second.is_some() && sign(end, '.') && number(end + 1, 9).is_some() {
                end += 2;
            }
            return Some((at, end, (hour, minute, second.unwrap_or(0))));
        }
        if is_word(pieces.get(at + 1), &["h"]) {
            let minute = number(at + 2, 2).filter(|_| is_word(pieces.get(at + 3), &["m"]));
            let second = minute.and(number(at + 4, 2)).filter(|_| is_word(pieces.get(at + 5), &["s"]));
            let end = at
                + 2
                + if second.is_some() {
                    4
                } else if minute.is_some() {
                    2
                } else {
                    0
                };
            return Some((at, end, (hour, minute.unwrap_or(0), second.unwrap_or(0))));
        }
        let after = if sign(at + 1, ' ') { at + 2 } else { at + 1 };
        if is_word(pieces.get(after), &["am", "pm", "noon", "nn", "midnight"]) {
            return Some((at, at + 1, (hour, 0, 0)));
        }
    }
    None
}

/// Words in a date that carry no information.
const EMPTY: [&str; 22] = [
    "on", "at", "by", "before", "of", "the", "hkt", "hong", "kong", "time", "mon", "tue", "tues", "wed", "thu", "thur",
    "thurs", "fri", "sat", "sun", "date", "st",
];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// The English names of the months, in lower case.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn month(word: &str) -> Option<i8> {
    let is_it = |name: &&str| word.len() >= 3 && (name.starts_with(word) && word.len() <= 4 || **name == *word);
    MONTHS.iter().position(is_it).and_then(|at| i8::try_from(at + 1).ok())
}

/// The date in the tokens, which contain no time.
fn written(pieces: &[Piece]) -> Option<Written> {
    let small = |value: u32| i8::try_from(value).ok();
    let mut numbers: Vec<(u32, usize)> = Vec::new();
    let mut named = None;
    let mut chinese = Vec::new();
    let mut signs = Vec::new();
    let mut between = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Number { value, digits } => {
                if !numbers.is_empty() {
                    signs.push(std::mem::take(&mut between));
                }
                between.clear();
                numbers.push((*value, *digits));
            }
            Piece::Sign(c) if matches!(c, ' ' | ',' | '/' | '-' | '.' | '(' | ')' | '、' | ';') => between.push(*c),
            Piece::Sign(_) => return None,
            Piece::Word(word) => {
                let after_number = at > 0 && matches!(pieces[at - 1], Piece::Number { .. });
                match word.as_str() {
                    "y" | "mo" | "d" => chinese.push(word.as_str()),
                    "st" | "nd" | "rd" | "th" if after_number => {}
                    word if named.is_none() && month(word).is_some() => named = month(word),
                    word if EMPTY.contains(&word) || DAYS.contains(&word) => {}
                    _ => return None,
                }
            }
        }
    }
    let year = |(value, digits): (u32, usize)| match digits {
        4 => i16::try_from(value).ok(),
        2 => i16::try_from(if value < CENTURY { 2000 + value } else { 1900 + value }).ok(),
        _ => None,
    };
    if !chinese.is_empty() {
        let [first, second, third] = numbers.as_slice() else { return None };
        let is_whole = matches!(chinese.as_slice(), ["y", "mo"] | ["y", "mo", "d"]) && first.1 == 4;
        return is_whole.then_some(Written::Whole {
            year: year(*first)?,
            month: small(second.0)?,
            day: small(third.0)?,
        });
    }
    match (named, numbers.as_slice()) {
        (Some(month), [first, second]) => {
            // `4 March 2026`, `March 4, 2026`, `2026 March 4`.
            let (day, year_part) = if first.1 == 4 { (second, first) } else { (first, second) };
            Some(Written::Whole { year: year(*year_part)?, month, day: small(day.0)? })
        }
        (None, [(value, 8)]) => {
            let (year, month, day) = (value / 10_000, value / 100 % 100, value % 100);
            (1900..=2200).contains(&year).then_some(())?;
            Some(Written::Whole { year: i16::try_from(year).ok()?, month: small(month)?, day: small(day)? })
        }
        (None, [first, second, third]) => {
            let joined = |sign: &Vec<char>| sign.iter().find(|c| **c != ' ').copied();
            let sign = joined(&signs[0])?;
            if joined(&signs[1]) != Some(sign) || !matches!(sign, '/' | '-' | '.') || first.1 > 4 || second.1 > 2 {
                return None;
            }
            if first.1 == 4 && third.1 <= 2 {
                return Some(Written::Whole { year: year(*first)?, month: small(second.0)?, day: small(third.0)? });
            }
            // In `12-05-01`, the year is ambiguous.
            let has_year = third.1 == 4 || third.1 == 2 && sign == '/';
            (first.1 <= 2 && has_year).then_some(())?;
            Some(Written::Numeric { first: small(first.0)?, second: small(second.0)?, year: year(*third)? })
        }
        _ => None,
    }
}
