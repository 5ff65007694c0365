//! Numbers in the publishers' notations: `36 041`, `1,200.5`, `82 133****`, `45.2%`.

use rust_decimal::Decimal;

use crate::domain::value::{ValueError, may_be_quantity};

const EXPECTED: &str = "a number, `1 234.5`";

/// The number in this text. Spaces and commas separate thousands. Footnote marks directly after the number are ignored.
/// Digits may be full-width, and workbooks write long numbers as `2.8E+06`.
pub fn parse(text: &str) -> Result<Decimal, ValueError> {
    let error = || ValueError::new(EXPECTED, text);
    if !may_be_quantity(text) {
        return Err(error());
    }
    let folded = crate::domain::value::folded(text);
    let trimmed = folded.trim_end_matches(is_footnote_mark).trim_end();
    let (negative, digits) = match trimmed.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, trimmed),
    };
    let number = match digits.split_once('e') {
        Some((mantissa, exponent)) => scientific(mantissa, exponent).ok_or_else(error)?,
        None => plain(digits).ok_or_else(error)?,
    };
    Ok(if negative { -number } else { number })
}

/// The count in this text: a number, or a word for zero.
pub fn count(text: &str) -> Result<u32, ValueError> {
    const NONE: [&str; 8] = ["nil", "zero", "full", "no vacancy", "零", "沒有", "已滿", "滿"];
    let error = || ValueError::new("a count, `42`", text);
    if NONE.contains(&crate::domain::value::folded(text).as_str()) {
        return Ok(0);
    }
    let number = parse(text).map_err(|_| error())?;
    if !number.fract().is_zero() {
        return Err(error());
    }
    u32::try_from(number).map_err(|_| error())
}

fn plain(digits: &str) -> Option<Decimal> {
    let mut plain = String::with_capacity(digits.len());
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    push_grouped(whole, &mut plain)?;
    if !fraction.is_empty() {
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        plain.push('.');
        plain.push_str(fraction);
    }
    Decimal::from_str_exact(&plain).ok()
}

/// A number with a power of ten, such as `2.8E+06`. The sign distinguishes it from codes such as `1E5`.
fn scientific(mantissa: &str, exponent: &str) -> Option<Decimal> {
    let power: u32 = exponent.strip_prefix('+')?.parse().ok().filter(|power| *power <= 20)?;
    plain(mantissa)?.checked_mul(Decimal::from_i128_with_scale(10_i128.pow(power), 0)).map(|number| number.normalize())
}

/// A mark that points to a footnote.
pub const fn is_footnote_mark(c: char) -> bool {
    matches!(c, '*' | '#' | '^' | '†' | '‡' | '§' | '＊' | '＃')
}

/// Appends the digits of `1 234 567`. `None` if the text contains anything but digits, or separators that do not form
/// groups of three.
fn push_grouped(text: &str, out: &mut String) -> Option<()> {
    for (position, group) in text.split([',', ' ']).enumerate() {
        let fits = if position == 0 { !group.is_empty() } else { group.len() == 3 };
        if !fits || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        out.push_str(group);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn printed_numbers() {
        for (text, number) in [
            ("36 041", "36041"),
            ("36\u{a0}041", "36041"),
            ("82\u{202f}133****", "82133"),
            ("1,200.50", "1200.50"),
            ("29**", "29"),
            (" 5.011109 ", "5.011109"),
            ("-3", "-3"),
            ("0", "0"),
            ("１，２００．５", "1200.5"),
            ("\u{202a}2.8E+06\u{202c}", "2800000"),
        ] {
            assert_eq!(parse(text).map(|n| n.to_string()), Ok(number.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn counts_and_words_for_zero() {
        for (text, found) in [("42", 42), ("1,024", 1024), ("Full", 0), ("nil", 0), ("已滿", 0), ("7.0", 7)] {
            assert_eq!(count(text), Ok(found), "{text}");
        }
        for text in ["-", "1.5", "-1", "some", ""] {
            assert!(count(text).is_err(), "{text}");
        }
    }

    #[test]
    fn invalid_numbers_are_rejected() {
        for text in ["", "-", "12,34", "1 23", "1.2.3", "about 12", "1,", "0x1f", "1e9", "2.8E+99", &"9".repeat(60)] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_integer_survives_grouping(number in 0u64..1_000_000_000_000) {
            let digits = number.to_string();
            let grouped: Vec<_> = digits.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
            for separator in [",", " ", "\u{a0}"] {
                prop_assert_eq!(parse(&grouped.join(separator)).unwrap(), Decimal::from(number));
            }
        }

        #[test]
        fn never_panics(text in "\\PC*") {
            let _ = parse(&text);
        }
    }
}
