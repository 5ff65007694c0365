//! The first check of a query, before parsing: one pass over its bytes that recognises strings, block strings and
//! comments and counts tokens and open brackets. A text that passes cannot exhaust the parser's stack.

use async_graphql::Pos;

use crate::api::guard::{LimitViolation, Limits};

/// Checks the text against the limits, in time linear in its length.
pub fn scan(text: &str, limits: &Limits) -> Result<(), LimitViolation> {
    let bytes = text.as_bytes();
    let (mut at, mut tokens, mut open) = (0, 0, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        let begin = at;
        at = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = skip(bytes, at, |byte| !matches!(byte, b'\n' | b'\r'));
                continue;
            }
            b'"' => string(bytes, at).ok_or_else(|| LimitViolation::Unparsable {
                message: "expected the end of the string, found none".to_owned(),
                at: position(text, begin),
            })?,
            b'{' | b'[' | b'(' => {
                open += 1;
                if open > limits.nesting {
                    return Err(LimitViolation::Nesting { most: limits.nesting, at: position(text, begin) });
                }
                at + 1
            }
            b'}' | b']' | b')' => {
                open = open.saturating_sub(1);
                at + 1
            }
            b'.' if bytes[at..].starts_with(b"...") => at + 3,
            byte if is_word(byte) || byte == b'-' => {
                skip(bytes, at + 1, |byte| is_word(byte) || matches!(byte, b'.' | b'+' | b'-'))
            }
            _ => at + 1,
        };
        let is_name = is_word(byte);
        if is_name && at - begin > limits.name {
            return Err(LimitViolation::Name { most: limits.name, at: position(text, begin) });
        }
        tokens += 1;
        if tokens > limits.tokens {
            return Err(LimitViolation::Tokens { most: limits.tokens, at: position(text, begin) });
        }
    }
    Ok(())
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The first position from here on whose byte does not satisfy the predicate.
fn skip(bytes: &[u8], from: usize, is_in: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|byte| !is_in(*byte)).map_or(bytes.len(), |length| from + length)
}

/// The position after the string that begins here. `None` if the string is not terminated.
fn string(bytes: &[u8], begin: usize) -> Option<usize> {
    if bytes[begin..].starts_with(b"\"\"\"") {
        let mut at = begin + 3;
        loop {
            let rest = &bytes[at..];
            if rest.starts_with(b"\\\"\"\"") {
                at += 4;
            } else if rest.starts_with(b"\"\"\"") {
                return Some(at + 3);
            } else if rest.is_empty() {
                return None;
            } else {
                at += 1;
            }
        }
    }
    let mut at = begin + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\n' | b'\r' => return None,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The line and column of a byte, both counted from 1.
fn position(text: &str, byte: usize) -> Pos {
    let before = &text.as_bytes()[..byte];
    let line_begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let column = String::from_utf8_lossy(&before[line_begin..]).chars().count() + 1;
    Pos { line: before.iter().filter(|byte| **byte == b'\n').count() + 1, column }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { tokens: 20, nesting: 4, name: 12, ..Limits::DEFAULT };

    #[test]
    fn every_kind_of_bracket_counts_as_nesting() {
        for text in
            ["{ a { b { c { d } } } }", "{ a(x: [[[1]]]) }", "query($x: [[[[Int]]]]) { a }", "{a(x:{b:{c:{d:1}}})}"]
        {
            let deeper = text.replacen('{', "{ z {", 1);
            assert!(matches!(scan(&deeper, &LIMITS), Err(LimitViolation::Nesting { most: 4, .. })), "{deeper}");
        }
        assert_eq!(scan("{ a { b } } { a { b } }", &LIMITS), Ok(()));
    }

    #[test]
    fn brackets_in_strings_and_comments_are_ignored() {
        for text in [
            r#"{ a(b: "{{{{{{\"{{{{\\") }"#,
            "{ a(b: \"\"\"{{{{ \"{{{ \\\"\"\" {{{{\n{{{{\"\"\") }",
            "{ a # {{{{{{{{ \" \"\"\"\n b }",
        ] {
            assert_eq!(scan(text, &LIMITS), Ok(()), "{text}");
        }
        for text in [r#"{ a(b: "{) }"#, "{ a(b: \"\n\") }", "{ a(b: \"\"\"\") }", r#"{ a(b: "\"#] {
            assert!(matches!(scan(text, &LIMITS), Err(LimitViolation::Unparsable { .. })), "{text}");
        }
    }

    #[test]
    fn tokens_and_name_lengths_are_limited() {
        let at = Pos { line: 2, column: 3 };
        assert_eq!(scan(&format!("{}\n  !", "a ".repeat(20)), &LIMITS), Err(LimitViolation::Tokens { most: 20, at }));
        assert_eq!(scan("\n  aVeryLongName1", &LIMITS), Err(LimitViolation::Name { most: 12, at }));
        assert_eq!(scan(&"...".repeat(20), &LIMITS), Ok(()));
        assert_eq!(scan("汉字 -1.5e+3 @x $y", &LIMITS), Ok(()));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC*|[\"\\\\{}()\\[\\]#\n.a]*") {
            let _ = scan(&text, &Limits::DEFAULT);
        }
    }
}
