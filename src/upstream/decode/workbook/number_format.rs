//! Number formats of workbooks, by the code of the format or else by its number.

use jiff::{Span, civil};

/// The way a number format displays a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    #[default]
    Number,
    /// Padded with leading zeros to this many digits, as codes are.
    Padded(u8),
    /// Divided by 1,000 this many times.
    Thousands(u8),
    Percent,
    /// A date displayed as a year only.
    Year,
    /// A date displayed as month and year.
    Month,
    Date,
    Duration,
}

impl Shown {
    /// Parses a format code, for example `0.0%`, `yyyy-mm-dd;@` or `[h]:mm`. The sections after the first `;` apply to
    /// other numbers and are ignored.
    pub fn by_code(code: &str) -> Self {
        let mut rest = code.chars();
        let mut parts = Parts::default();
        while let Some(character) = rest.next() {
            match character {
                '"' => rest.by_ref().take_while(|other| *other != '"').for_each(drop),
                '\\' | '_' | '*' => drop(rest.next()),
                '[' => {
                    let inner: String = rest.by_ref().take_while(|other| *other != ']').collect();
                    if !inner.is_empty() && inner.chars().all(|unit| "hmsHMS".contains(unit)) {
                        return Self::Duration;
                    }
                }
                '%' => return Self::Percent,
                ';' => break,
                other => parts.add(other),
            }
        }
        parts.shown()
    }

    /// Maps the number of a built-in format, which has no code in the file.
    pub const fn by_number(number: u16) -> Self {
        match number {
            9 | 10 => Self::Percent,
            17 | 55 => Self::Month,
            14..=16 | 18..=22 | 27..=36 | 45 | 47 | 50..=54 | 56..=58 => Self::Date,
            46 => Self::Duration,
            _ => Self::Number,
        }
    }

    pub fn text(self, value: f64, from_1904: bool) -> String {
        let day =
            |length: usize| date(value, from_1904).filter(|day| day.len() == 10).map(|day| day[..length].to_owned());
        let shown = match self {
            Self::Number => None,
            Self::Padded(width) => padded(value, width),
            Self::Thousands(times) => Some(decimal(value, -3 * i32::from(times))),
            Self::Percent => Some(decimal(value, 2) + "%"),
            Self::Year => day(4),
            Self::Month => day(7),
            Self::Date => date(value, from_1904),
            Self::Duration => duration(value),
        };
        shown.unwrap_or_else(|| decimal(value, 0))
    }
}

/// The components of a format code, without quoted texts.
#[derive(Default)]
struct Parts {
    /// The letters of dates and times.
    letters: String,
    zeros: u8,
    /// The commas after the last digit.
    commas: u8,
    others: bool,
}

impl Parts {
    fn add(&mut self, character: char) {
        match character.to_ascii_lowercase() {
            letter @ ('y' | 'm' | 'd' | 'h' | 's') => self.letters.push(letter),
            '0' => (self.zeros, self.commas) = (self.zeros.saturating_add(1), 0),
            '#' | '?' => (self.others, self.commas) = (true, 0),
            ',' => self.commas = self.commas.saturating_add(1),
            ' ' | '(' | ')' | '-' => {}
            _ => self.others = true,
        }
    }

    fn shown(&self) -> Shown {
        let has = |letter: char| self.letters.contains(letter);
        if has('d') || has('h') || has('s') || (has('m') && !has('y')) {
            Shown::Date
        } else if has('y') {
            if has('m') { Shown::Month } else { Shown::Year }
        } else if self.commas > 0 && (self.zeros > 0 || self.others) {
            Shown::Thousands(self.commas)
        } else if self.zeros > 1 && !self.others {
            Shown::Padded(self.zeros)
        } else {
            Shown::Number
        }
    }
}

/// Formats a whole number with leading zeros.
fn padded(value: f64, width: u8) -> Option<String> {
    let digits = decimal(value, 0);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_whole.then(|| format!("{digits:0>width$}", width = usize::from(width)))
}

/// Formats a number in plain digits, shifted by `shift` decimal places. Excel has 15 significant digits; further digits
/// are noise of the binary representation.
pub fn decimal(value: f64, shift: i32) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { String::new() };
    }
    let scientific = format!("{:.14e}", value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = mantissa.replace('.', "");
    let digits = digits.trim_end_matches('0');
    let point = exponent.parse::<i32>().unwrap_or(0) + shift + 1;
    let sign = if value < 0.0 { "-" } else { "" };
    let (whole, zeros) = match usize::try_from(point) {
        Ok(whole) if whole > 0 => (whole, 0),
        _ => (0, usize::try_from(-point).unwrap_or(0)),
    };
    if whole >= digits.len() {
        return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
    }
    let (before, after) = digits.split_at(whole);
    format!("{sign}{}.{}{after}", if before.is_empty() { "0" } else { before }, "0".repeat(zeros))
}

/// Formats a day number as a date, a date-time or, on day 0, a time.
fn date(value: f64, from_1904: bool) -> Option<String> {
    // Day 2,958,465 is the last day of the year 9999.
    if !(0.0..2_958_466.0).contains(&value) {
        return None;
    }
    let seconds = (value * 86_400.0).round() as i64;
    let (days, time) = (seconds / 86_400, clock(seconds % 86_400));
    if days == 0 && !from_1904 && value > 0.0 {
        return Some(time);
    }
    // Excel counts the nonexistent 29 February 1900 as day 60.
    let epoch = match from_1904 {
        true => civil::date(1904, 1, 1),
        false if days < 60 => civil::date(1899, 12, 31),
        false => civil::date(1899, 12, 30),
    };
    let date = epoch.checked_add(Span::new().try_days(days).ok()?).ok()?;
    Some(if seconds % 86_400 == 0 { date.to_string() } else { format!("{date}T{time}") })
}

fn duration(value: f64) -> Option<String> {
    (0.0..2_958_466.0).contains(&value).then(|| clock((value * 86_400.0).round() as i64))
}

fn clock(seconds: i64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_exponents() {
        for (value, text, percent) in [
            (1234.0, "1234", "123400%"),
            (0.1 + 0.2, "0.3", "30%"),
            (-0.000_012_5, "-0.0000125", "-0.00125%"),
            (1.1 * 1.1, "1.21", "121%"),
            (9.95, "9.95", "995%"),
            (1e21, "1000000000000000000000", "100000000000000000000000%"),
            (123_456_789.012_345_67, "123456789.012346", "12345678901.2346%"),
            (0.999_999_999_999_999_9, "1", "100%"),
            (0.0, "0", "0%"),
            (-0.0, "0", "0%"),
            (f64::NAN, "", "%"),
        ] {
            assert_eq!(Shown::Number.text(value, false), text);
            assert_eq!(Shown::Percent.text(value, false), percent);
        }
    }

    #[test]
    fn days_and_times() {
        for (value, text) in [
            (1.0, "1900-01-01"),
            (59.0, "1900-02-28"),
            (61.0, "1900-03-01"),
            (46_022.0, "2025-12-31"),
            (46_022.416_666_67, "2025-12-31T10:00:00"),
            (0.75, "18:00:00"),
            (2_958_465.0, "9999-12-31"),
            (-1.0, "-1"),
            (1e300, &format!("1{}", "0".repeat(300))),
        ] {
            assert_eq!(Shown::Date.text(value, false), text);
        }
        assert_eq!(Shown::Date.text(44_560.0, true), "2025-12-31");
        assert_eq!(Shown::Duration.text(1.5, false), "36:00:00");
        assert_eq!(
            (Shown::Month.text(46_022.0, false), Shown::Year.text(46_022.0, false)),
            ("2025-12".into(), "2025".into())
        );
        assert_eq!(
            (Shown::Padded(3).text(7.0, false), Shown::Padded(3).text(7.5, false)),
            ("007".into(), "7.5".into())
        );
        assert_eq!(Shown::Thousands(1).text(1_234_500.0, false), "1234.5");
    }

    #[test]
    fn formats_are_classified_by_their_code() {
        for (code, shown) in [
            ("General", Shown::Number),
            ("#,##0.00_);[Red](#,##0.00)", Shown::Number),
            ("0.0\\%", Shown::Number),
            ("0\" days\"", Shown::Number),
            ("_-* #,##0_-;-0%", Shown::Number),
            ("[Blue]0.0%;[Red]-0.0%", Shown::Percent),
            ("[$-404]yyyy\"年\"m\"月\"", Shown::Month),
            ("[$-404]yyyy\"年\"m\"月\"d\"日\";@", Shown::Date),
            ("mmm-yy", Shown::Month),
            ("yyyy", Shown::Year),
            ("h:mm AM/PM", Shown::Date),
            ("000", Shown::Padded(3)),
            ("\"HOKLAS \"000", Shown::Padded(3)),
            ("0.00", Shown::Number),
            ("#,##0,", Shown::Thousands(1)),
            ("#,##0.0,,\"M\"", Shown::Thousands(2)),
            ("[h]:mm:ss", Shown::Duration),
        ] {
            assert_eq!(Shown::by_code(code), shown, "{code}");
        }
    }
}
