//! A lenient JSON parser.
//!
//! It accepts and notes line breaks in strings, non-JSON words as values, lone surrogates and extra commas. It skips an
//! unreadable element of an array of records, and resumes at the next element.

use serde_json::{Map, Value};

use crate::{domain::value::shorten, upstream::decode::DamagedRow};

mod scalars;

/// The maximum nesting depth, equal to that of the strict parser.
const DEEPEST: usize = 127;

/// The maximum number of broken records. A text with more is not JSON.
const MOST_DAMAGES: usize = 1000;

/// The result of the lenient parser.
#[derive(Debug, Default)]
pub struct Lenient {
    pub value: Value,
    /// The elements that were skipped. Each is replaced by a null.
    pub damages: Vec<DamagedRow>,
    pub notes: Vec<String>,
    /// True if the text is truncated.
    pub is_cut_off: bool,
}

/// Parses a text, and returns `None` if not even one record is readable.
pub fn read(content: &str) -> Option<Lenient> {
    let mut reader = Reader { content, bytes: content.as_bytes(), ..Reader::default() };
    let value = reader.value(0).ok()?;
    reader.blank();
    // Text after the document means that something was misread.
    let is_whole = reader.at >= reader.bytes.len() || reader.has_ended;
    let has_record = reader.whole_records > 0 || reader.damages.is_empty() && !reader.has_ended;
    (is_whole && has_record).then(|| Lenient {
        value,
        notes: reader.notes(),
        damages: reader.damages,
        is_cut_off: reader.is_cut_off,
    })
}

/// The reason why a value cannot be parsed.
enum Broken {
    /// The text ends within the value.
    CutOff,
    Syntax(&'static str),
    TooDeep,
}

#[derive(Default)]
struct Reader<'a> {
    content: &'a str,
    bytes: &'a [u8],
    at: usize,
    damages: Vec<DamagedRow>,
    whole_records: usize,
    /// True while parsing within a record. The enclosing array handles errors.
    in_record: bool,
    is_cut_off: bool,
    /// True if no further element can be recovered after the skipped one.
    has_ended: bool,
    controls: usize,
    words: usize,
    surrogates: usize,
    commas: usize,
    escapes: usize,
}

type Result<T> = std::result::Result<T, Broken>;

impl Reader<'_> {
    fn notes(&self) -> Vec<String> {
        let counts = [
            (self.controls, "raw line breaks and tabs in strings were kept"),
            (self.words, "values that are not JSON, such as `NaN`, were read as null"),
            (self.surrogates, "unpaired surrogates were replaced"),
            (self.commas, "commas without a value after them were ignored"),
            (self.escapes, "unknown escapes were kept unchanged"),
        ];
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{what}: {count}")).collect()
    }

    fn blank(&mut self) {
        while self.bytes.get(self.at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Result<u8> {
        self.blank();
        self.bytes.get(self.at).copied().ok_or(Broken::CutOff)
    }

    fn value(&mut self, depth: usize) -> Result<Value> {
        if depth > DEEPEST {
            return Err(Broken::TooDeep);
        }
        match self.peek()? {
            b'{' => self.object(depth).map(Value::Object),
            b'[' => self.array(depth).map(Value::Array),
            b'"' => self.string().map(Value::String),
            b'-' | b'+' | b'.' | b'0'..=b'9' => self.number(),
            byte if byte.is_ascii_alphabetic() => self.word(),
            _ => Err(Broken::Syntax("expected a value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Map<String, Value>> {
        self.at += 1;
        let mut object = Map::new();
        loop {
            match self.peek()? {
                b'}' => {
                    self.at += 1;
                    return Ok(object);
                }
                b',' => {
                    self.at += 1;
                    self.commas += 1;
                    continue;
                }
                b'"' => {}
                _ => return Err(Broken::Syntax("expected a quoted key")),
            }
            let key = self.string()?;
            if self.peek()? != b':' {
                return Err(Broken::Syntax("expected `:` after a key"));
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            object.insert(key, value);
            if self.has_ended {
                return Ok(object);
            }
            match self.peek()? {
                b',' => {
                    self.at += 1;
                    self.commas += usize::from(self.peek()? == b'}');
                }
                b'}' => {}
                _ => return Err(Broken::Syntax("expected `,` or `}` after a value")),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Value>> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            match self.peek() {
                Ok(b']') => {
                    self.at += 1;
                    return Ok(items);
                }
                Ok(b',') => {
                    self.at += 1;
                    self.commas += 1;
                    continue;
                }
                Err(Broken::CutOff) if !self.in_record && !items.is_empty() => {
                    (self.has_ended, self.is_cut_off) = (true, true);
                    return Ok(items);
                }
                other => drop(other?),
            }
            let begin = self.at;
            let mends = !self.in_record && self.bytes[begin] == b'{';
            self.in_record |= mends;
            let element = self.value(depth + 1).and_then(|value| self.behind_element().map(|()| value));
            if mends {
                self.in_record = false;
            }
            match element {
                Ok(value) => {
                    self.whole_records += usize::from(mends);
                    items.push(value);
                }
                Err(Broken::TooDeep) => return Err(Broken::TooDeep),
                Err(broken) if mends && self.damages.len() < MOST_DAMAGES => {
                    self.leave_out(begin, items.len() + 1, &broken);
                    items.push(Value::Null);
                }
                Err(broken) => return Err(broken),
            }
            if self.has_ended {
                return Ok(items);
            }
        }
    }

    /// Consumes the comma after an element. Does not consume the `]` that ends the array.
    fn behind_element(&mut self) -> Result<()> {
        if self.has_ended {
            return Ok(());
        }
        match self.peek() {
            Ok(b',') => {
                self.at += 1;
                if self.peek().is_ok_and(|byte| byte == b']') {
                    self.commas += 1;
                }
                Ok(())
            }
            // The element itself is complete.
            Ok(b']') | Err(Broken::CutOff) => Ok(()),
            Ok(_) => Err(Broken::Syntax("expected `,` or `]` after an element")),
            Err(broken) => Err(broken),
        }
    }

    /// Skips the element that begins at `begin`, and moves to the next one: an object after another object, with the
    /// same first key. If there is none, moves to the end of the array or of the text.
    fn leave_out(&mut self, begin: usize, number: usize, broken: &Broken) {
        let reason = match broken {
            Broken::CutOff => "expected a complete record, found the end of the file".to_owned(),
            Broken::TooDeep => "expected fewer levels of nesting".to_owned(),
            Broken::Syntax(expected) => {
                let line = self.bytes[..self.at].iter().filter(|byte| **byte == b'\n').count() + 1;
                format!("{expected}, found other text at line {line}")
            }
        };
        let next = self.next_element(begin);
        let last = || memchr::memrchr(b']', self.bytes).filter(|at| *at > begin);
        self.at = match next {
            Some(next) => next,
            None => last().filter(|_| matches!(broken, Broken::Syntax(_))).unwrap_or_else(|| {
                (self.has_ended, self.is_cut_off) = (true, matches!(broken, Broken::CutOff));
                self.bytes.len()
            }),
        };
        let text = self.content.get(begin..self.at).unwrap_or_default().trim_end_matches([',', ' ', '\n', '\r', '\t']);
        let row = u32::try_from(number).unwrap_or(u32::MAX);
        self.damages.push(DamagedRow { row, reason, text: shorten(text).into_owned() });
    }

    fn next_element(&self, begin: usize) -> Option<usize> {
        let first_key = |at: usize| {
            let inner = self.content.get(at + 1..)?.trim_start();
            let key = inner.strip_prefix('"')?;
            Some(&key[..key.find('"')?])
        };
        let key = first_key(begin);
        memchr::memchr_iter(b'{', &self.bytes[begin + 1..]).map(|at| begin + 1 + at).find(|at| {
            let mut before = self.bytes[begin..*at].iter().rev().filter(|byte| !byte.is_ascii_whitespace());
            before.next() == Some(&b',') && before.next() == Some(&b'}') && first_key(*at) == key
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn common_json_errors_are_repaired() {
        for (content, value) in [
            ("[{\"a\":\"two\nlines\",}]", json!([{"a": "two\nlines"}])),
            ("[{\"a\":NaN,\"b\":-Infinity},]", json!([{"a": null, "b": null}])),
            ("[{\"a\":\"\\ud83d\\ude00 \\ud83d.\"}]", json!([{"a": "😀 \u{fffd}."}])),
            ("[{\"a\":\"C:\\docs\",\"b\":True}]", json!([{"a": "C:\\docs", "b": true}])),
        ] {
            let read = read(content).unwrap();
            assert_eq!(read.value, value, "{content}");
            assert!(read.damages.is_empty() && !read.notes.is_empty() && !read.is_cut_off);
        }
    }

    #[test]
    fn only_the_broken_record_is_omitted() {
        let content = "{\"value\":[{\"id\":1,\"tags\":[{\"t\":1},{\"t\":2}]},\n{\"id\":2,\"x\":\"say \"no\"\",\"tags\":[{\"t\":3},{\"t\":4}]},\n{\"id\":3}]}";
        let read = read(content).unwrap();
        assert_eq!(read.value["value"][0]["id"], 1);
        assert_eq!((&read.value["value"][1], &read.value["value"][2]["id"]), (&Value::Null, &json!(3)));
        assert_eq!(read.damages.len(), 1);
        assert_eq!((read.damages[0].row, read.damages[0].reason.contains("line 2")), (2, true), "{:?}", read.damages);
    }

    #[test]
    fn a_truncated_file_keeps_its_complete_records() {
        let read = read("{\"value\":[{\"id\":1},{\"id\":2},{\"id\":3,\"a\":\"cu").unwrap();
        assert!(read.is_cut_off);
        assert_eq!(read.value, json!({"value": [{"id": 1}, {"id": 2}, null]}));
        assert!(super::read("{\"value\":[{\"id\":1},{\"id\":2}").unwrap().is_cut_off);
    }

    #[test]
    fn a_file_without_a_record_is_rejected() {
        for content in ["{\"value\":[{\"id\":\"cut", "[", "{\"a\"", "", "x", "[1 2]", &"[".repeat(500)] {
            assert!(read(content).is_none(), "{content}");
        }
    }

    proptest! {
        #[test]
        fn valid_json_is_unchanged(value in valid_json(), pretty in any::<bool>()) {
            let content = if pretty { format!("{value:#}") } else { value.to_string() };
            prop_assert_eq!(read(&content).unwrap().value, value);
        }

        #[test]
        fn never_panics(content in "[\\[\\]{}\",:a-c0-9\\\\ ]{0,60}") {
            let _ = read(&content);
        }

        #[test]
        fn the_records_around_a_broken_one_are_kept(broken in 0..6_usize, junk in "[a-z\"]{1,4}") {
            let record = |number: usize| format!("{{\"id\":{number},\"name\":\"n{number}\"}}");
            let records: Vec<String> = (0..6).map(|number| if number == broken { format!("{{\"id\":{number},\"name\":{junk}x}}") } else { record(number) }).collect();
            let read = read(&format!("{{\"value\":[{}]}}", records.join(","))).unwrap();
            let kept = read.value["value"].as_array().unwrap().iter().filter(|record| !record.is_null()).count();
            prop_assert_eq!((kept, read.damages.len()), (5, 1));
        }
    }

    fn valid_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from),
            Just(Value::Null)
        ];
        let tree = leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                proptest::collection::hash_map("[a-z\"\\\\]{1,4}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        });
        proptest::collection::vec(tree, 0..4).prop_map(|items| Value::Array(vec![Value::Array(items)]))
    }
}
