//! Detects the format of a body by its first bytes. Portals misname files, and answer requests for missing files with
//! an HTML page and status 200.

/// The detected format of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SniffedText {
    Empty,
    Html,
    Xml,
    Json,
    Csv,
}

/// The detected format of a binary file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryFormat {
    /// XLS or XLSX.
    Workbook,
    /// Another binary format, by name.
    Other(&'static str),
}

/// Returns the binary format that the leading bytes identify, or `None` for text.
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

/// Detects the format of a text.
pub fn text(content: &str) -> SniffedText {
    let start = content.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    // A list of plain texts may also begin with a bracket.
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

/// True if the text is a single JSON string and nothing else.
fn is_one_string(start: &str) -> bool {
    start.len() < 1024
        && start.trim_end().len() > 1
        && serde_json::from_str::<String>(start).is_ok_and(|text| !text.contains('\n'))
        && !start.contains(['\n', '\r'])
}

/// True if `<html` occurs within the first kilobyte: pages may begin with comments or an XML declaration.
fn has_page_inside(start: &str) -> bool {
    start.as_bytes().windows(5).take(1024).any(|window| window.eq_ignore_ascii_case(b"<html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_detected_by_content() {
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
