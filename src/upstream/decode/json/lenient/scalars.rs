//! Parses strings, numbers and words leniently.

use serde_json::{Number, Value};

use super::{Broken, Reader, Result};

impl Reader<'_> {
    pub(super) fn string(&mut self) -> Result<String> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.bytes[self.at..];
            let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).ok_or(Broken::CutOff)?;
            text.push_str(self.content.get(self.at..self.at + plain).unwrap_or_default());
            self.at += plain;
            match self.bytes[self.at] {
                b'"' => {
                    self.at += 1;
                    return Ok(text);
                }
                b'\\' => self.escape(&mut text)?,
                control => {
                    self.controls += 1;
                    text.push(char::from(control));
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Result<()> {
        let escaped = *self.bytes.get(self.at + 1).ok_or(Broken::CutOff)?;
        self.at += 2;
        text.push(match escaped {
            b'"' | b'\\' | b'/' => char::from(escaped),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode(),
            _ => {
                self.escapes += 1;
                self.at -= 1;
                '\\'
            }
        });
        Ok(())
    }

    /// Parses the four hexadecimal digits at `at`.
    fn unit(&self, at: usize) -> Option<u32> {
        let digits = self.content.get(at..at + 4)?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    }

    fn unicode(&mut self) -> char {
        let Some(first) = self.unit(self.at) else {
            self.escapes += 1;
            return char::REPLACEMENT_CHARACTER;
        };
        self.at += 4;
        let second = if self.content.get(self.at..self.at + 2) == Some("\\u") { self.unit(self.at + 2) } else { None };
        if let (0xd800..=0xdbff, Some(second @ 0xdc00..=0xdfff)) = (first, second) {
            self.at += 6;
            return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
                .unwrap_or(char::REPLACEMENT_CHARACTER);
        }
        char::from_u32(first).unwrap_or_else(|| {
            self.surrogates += 1;
            char::REPLACEMENT_CHARACTER
        })
    }

    pub(super) fn number(&mut self) -> Result<Value> {
        let rest = &self.bytes[self.at..];
        let length = rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')))
            .unwrap_or(rest.len());
        let text = &self.content[self.at..self.at + length];
        self.at += length;
        if let Ok(number) = serde_json::from_str::<Number>(text) {
            return Ok(Value::Number(number));
        }
        if text.trim_start_matches(['-', '+']).eq_ignore_ascii_case("infinity") {
            self.words += 1;
            return Ok(Value::Null);
        }
        Err(Broken::Syntax("expected a number"))
    }

    pub(super) fn word(&mut self) -> Result<Value> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let value = match &self.content[self.at..self.at + length] {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "NaN" | "nan" | "Infinity" | "undefined" | "None" => {
                self.words += 1;
                Value::Null
            }
            "True" | "False" => {
                self.words += 1;
                Value::Bool(rest[0] == b'T')
            }
            _ if self.at + length == self.bytes.len() => return Err(Broken::CutOff),
            _ => return Err(Broken::Syntax("expected a value")),
        };
        self.at += length;
        Ok(value)
    }
}
