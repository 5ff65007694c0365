//! Numbers as the publishers print them: `36 041`, `1,200.5`, `82 133****`, `45.2%`.

use rust_decimal::Decimal;

use crate::domain::value::ValueError;

const EXPECTED: &str = "a number, `1 234.5`";

/// The number in this text. Spaces and commas separate thousands; footnote marks glued to its end are ignored.
pub fn parse(text: &str) -> Result<Decimal, ValueError> {
    let error = || ValueError::new(EXPECTED, text);
    let trimmed = text.trim().trim_end_matches(is_footnote_mark).trim_end();
    let (negative, digits) = match trimmed.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, trimmed),
    };
    let mut plain = String::with_capacity(digits.len());
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    push_grouped(whole, &mut plain).ok_or_else(error)?;
    if !fraction.is_empty() {
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(error());
        }
        plain.push('.');
        plain.push_str(fraction);
    }
    let number = Decimal::from_str_exact(&plain).map_err(|_| error())?;
    Ok(if negative { -number } else { number })
}

/// A mark that points to a footnote.
pub const fn is_footnote_mark(c: char) -> bool {
    matches!(c, '*' | '#' | '^' | '†' | '‡' | '§' | '＊' | '＃')
}

/// Appends the digits of `1 234 567`; `None` unless it is digits, in groups of three where there are separators.
fn push_grouped(text: &str, out: &mut String) -> Option<()> {
    for (position, group) in text.split([',', ' ', '\u{a0}', '\u{202f}', '\u{2009}']).enumerate() {
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
        ] {
            assert_eq!(parse(text).map(|n| n.to_string()), Ok(number.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_number_is_an_error() {
        for text in ["", "-", "12,34", "1 23", "1.2.3", "about 12", "1,", "１２", "0x1f", "1e9", &"9".repeat(60)] {
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
