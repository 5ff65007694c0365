//! What a body is, by its first characters: portals name files wrongly and answer missing ones with a page and 200.

/// The form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SniffedText {
    Empty,
    Html,
    Xml,
    Json,
    Csv,
}

/// A form that is not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryFormat {
    /// XLS or XLSX.
    Workbook,
    /// Something else, by name.
    Other(&'static str),
}

/// The binary form that the bytes begin, if they are not text.
pub fn binary(body: &[u8]) -> Option<BinaryFormat> {
    const FORMS: [(&[u8], BinaryFormat); 7] = [
        (b"PK\x03\x04", BinaryFormat::Workbook),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", BinaryFormat::Workbook),
        (b"%PDF-", BinaryFormat::Other("a PDF document")),
        (b"\x1f\x8b", BinaryFormat::Other("gzip data")),
        (b"\x28\xb5\x2f\xfd", BinaryFormat::Other("zstd data")),
        (b"\x89PNG", BinaryFormat::Other("a picture")),
        (b"\xff\xd8\xff", BinaryFormat::Other("a picture")),
    ];
    FORMS.iter().find(|(magic, _)| body.starts_with(magic)).map(|(_, form)| *form)
}

/// The form of a text.
pub fn text(content: &str) -> SniffedText {
    let start = content.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    // A list of texts may begin with a bracket too.
    let then = || start[1..].trim_start().chars().next();
    let begins = |tag: &str| start.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag));
    match start.chars().next() {
        None => SniffedText::Empty,
        Some('{') if then().is_none_or(|c| matches!(c, '"' | '}' | ',')) => SniffedText::Json,
        Some('[')
            if then()
                .is_none_or(|c| matches!(c, '{' | '[' | '"' | ']' | ',' | '-' | '0'..='9' | 't' | 'f' | 'n' | 'N')) =>
        {
            SniffedText::Json
        }
        Some('"') if is_one_string(start) => SniffedText::Json,
        Some('<')
            if begins("<!doctype html")
                || begins("<html")
                || begins("<head")
                || begins("<body")
                || begins("<table") =>
        {
            SniffedText::Html
        }
        Some('<') if has_page_inside(start) => SniffedText::Html,
        Some('<') => SniffedText::Xml,
        Some(_) => SniffedText::Csv,
    }
}

/// Whether a text is one JSON string and nothing else.
fn is_one_string(start: &str) -> bool {
    start.len() < 1024
        && start.trim_end().len() > 1
        && serde_json::from_str::<String>(start).is_ok_and(|text| !text.contains('\n'))
        && !start.contains(['\n', '\r'])
}

/// Whether `<html` comes within the first kilobyte: pages begin with comments or an XML declaration too.
fn has_page_inside(start: &str) -> bool {
    start.as_bytes().windows(5).take(1024).any(|window| window.eq_ignore_ascii_case(b"<html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_content() {
        for (content, kind) in [
            ("", SniffedText::Empty),
            ("\u{feff}\n", SniffedText::Empty),
            ("No.,Name", SniffedText::Csv),
            (" {\"value\":[]}", SniffedText::Json),
            ("[1]", SniffedText::Json),
            ("[revised] list,Name", SniffedText::Csv),
            ("{\"a\"", SniffedText::Json),
            ("<HTML>", SniffedText::Html),
            ("<?xml version='1.0'?><!-- x --><html xmlns='…'>", SniffedText::Html),
            ("<?xml version='1.0'?><rows/>", SniffedText::Xml),
        ] {
            assert_eq!(text(content), kind, "{content:?}");
        }
    }
}
