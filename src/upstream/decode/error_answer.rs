//! Detects error messages that a server sends with status 200 instead of a file: a line of plain text, a JSON object or
//! an XML document. HTML error pages are rejected elsewhere, because no HTML page is a data file.

use serde_json::{Map, Value};

use crate::domain::table::Table;

/// The maximum length in bytes of a text that is examined as an error message.
const LONGEST: usize = 1 << 14;
/// The maximum number of lines of an error message.
const MOST_LINES: usize = 20;

/// The minimum number of words of an English sentence.
const FEWEST_WORDS: usize = 4;

/// Words of error messages, each with the endings that it may have in English.
const WORDS: [&str; 24] = [
    "error",
    "exception",
    "unavailable",
    "forbidden",
    "denied",
    "unauthorized",
    "unauthorised",
    "not found",
    "timeout",
    "timed out",
    "maintenance",
    "bad gateway",
    "bad request",
    "too many requests",
    "try again",
    "failure",
    "failed",
    "refused",
    "expired",
    "no such",
    "does not exist",
    "temporarily",
    "invalid",
    "fatal",
];
const CHINESE_WORDS: [&str; 16] = [
    "錯誤",
    "错误",
    "維護",
    "维护",
    "暫停",
    "暂停",
    "無法",
    "无法",
    "找不到",
    "逾時",
    "超時",
    "超时",
    "拒絕",
    "拒绝",
    "稍後",
    "稍后",
];

/// Returns the error message if the text is one and not a table, that is, fewer than two of its lines have several
/// cells.
pub fn in_text(content: &str, table: &Table) -> Option<String> {
    let filled = |row: usize| table.cells(row).filter(|cell| !cell.trim().is_empty());
    let lines = (0..table.len()).filter(|row| filled(*row).next().is_some()).count();
    let of_several = (0..table.len()).filter(|row| filled(*row).count() > 1).count();
    if of_several > 1 || content.len() > LONGEST || lines > MOST_LINES {
        return None;
    }
    // A heading such as `Reference No.` is not a sentence.
    let is_sentence = |cell: &str| {
        let has_words = cell.split_whitespace().count() >= FEWEST_WORDS || cell.contains(['，', '。']);
        has_words && cell.trim_end().ends_with(['.', '。', '!', '！'])
    };
    let has_sentence = (0..table.len()).flat_map(|row| table.cells(row)).any(is_sentence);
    let is_line = of_several == 0 && lines == 1;
    (is_line || (lines == 1 && has_sentence) || has_error_word(content)).then(|| content.trim().to_owned())
}

fn has_error_word(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_word = |(at, word): (usize, &str)| {
        let before = lower[..at].chars().next_back();
        let after = lower[at + word.len()..].chars().find(|c| *c != 's');
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    // `NullPointerException` has no word boundary before `Exception`.
    lower.contains("exception")
        || WORDS.iter().any(|word| lower.match_indices(word).any(is_word))
        || CHINESE_WORDS.iter().any(|word| text.contains(word))
}

/// Returns the error message if the JSON document is one.
pub fn in_json(value: &Value) -> Option<String> {
    let object = match value {
        Value::Object(object) => object,
        Value::Array(items) => match &items[..] {
            [Value::Object(object)] => object,
            _ => return None,
        },
        Value::String(text) => return Some(text.clone()),
        _ => return None,
    };
    is_error(object).then(|| value.to_string())
}

const ERROR_KEYS: [&str; 10] = [
    "error",
    "errors",
    "errormessage",
    "errormsg",
    "errorcode",
    "errordescription",
    "errordetail",
    "fault",
    "exception",
    "errno",
];
/// Keys that may accompany an error.
const OTHER_KEYS: [&str; 24] = [
    "code",
    "status",
    "statuscode",
    "statustext",
    "message",
    "msg",
    "detail",
    "details",
    "timestamp",
    "time",
    "path",
    "requestid",
    "traceid",
    "correlationid",
    "success",
    "ok",
    "type",
    "title",
    "instance",
    "help",
    "description",
    "reason",
    "url",
    "method",
];

fn is_error(object: &Map<String, Value>) -> bool {
    let name = |key: &str| key.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let says = |keys: &[&str], holds: &dyn Fn(&Value) -> bool| {
        object.iter().any(|(key, value)| keys.contains(&name(key).as_str()) && holds(value))
    };
    let has_failed = |value: &Value| match value {
        Value::Bool(is_ok) => !is_ok,
        Value::String(text) => ["false", "error", "fail", "failed", "failure"].contains(&text.to_lowercase().as_str()),
        _ => false,
    };
    if says(&["success", "ok", "status", "result"], &has_failed) {
        return true;
    }
    let is_said = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(inner) => !inner.is_empty(),
        Value::Number(number) => number.as_i64() != Some(0),
        Value::Bool(true) => true,
    };
    // A document with rows beside a warning is data, not an error.
    let is_alone = object.iter().all(|(key, value)| {
        let key = name(key);
        !is_said(value) || ERROR_KEYS.contains(&key.as_str()) || OTHER_KEYS.contains(&key.as_str())
    });
    let is_failure = |value: &Value| {
        let code = value.as_i64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()));
        code.is_some_and(|code| (400..600).contains(&code))
    };
    is_alone
        && (says(&ERROR_KEYS, &is_said)
            || (says(&["code", "status", "statuscode"], &is_failure)
                && says(&["message", "msg", "detail", "title", "reason"], &is_said)))
}

/// Returns the error message if the XML document is one: its root, or the content of its SOAP body, is an error.
pub fn in_xml(content: &str) -> Option<String> {
    const ROOTS: [&str; 8] = [
        "error",
        "errors",
        "fault",
        "exception",
        "exceptionreport",
        "serviceexceptionreport",
        "errorresponse",
        "apierror",
    ];
    let mut end = content.len().min(4096);
    while !content.is_char_boundary(end) {
        end -= 1;
    }
    let head = &content[..end];
    let mut names = head.match_indices('<').filter_map(|(at, _)| {
        let tag = head[at + 1..].split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next()?;
        let local = tag.rsplit(':').next().unwrap_or(tag);
        local.starts_with(|c: char| c.is_alphabetic()).then(|| local.to_lowercase())
    });
    let root = names.next()?;
    let is_soap_fault = root == "envelope" && names.take(8).any(|name| name == "fault");
    if !is_soap_fault && !ROOTS.contains(&root.as_str()) {
        return None;
    }
    // Strip the tags; only the text is reported.
    let text: Vec<&str> =
        head.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim()).collect();
    Some(text.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use crate::upstream::decode::{DecodeError, decode};

    fn is_refused(body: &str) -> bool {
        matches!(decode(body.as_bytes(), None, None), Err(DecodeError::ErrorAnswer(_)))
    }

    #[test]
    fn error_messages_are_not_tables() {
        for body in [
            "The requested resource is temporarily unavailable.",
            "404 - File or directory not found",
            "Error: timeout,,,\r\n",
            "Sorry, we are carrying out maintenance, please come back later, thank you.",
            "系統維護中，請稍後再試。",
            "java.lang.IllegalStateException: pool closed\n\tat hk.example.Feed.read(Feed.java:12)\n\tat hk.example.Main.run(Main.java:3)",
            "OK",
            "{\"error\":{\"code\":\"E17\",\"message\":\"feed closed\"}}",
            "{\"errors\":[{\"status\":\"503\",\"detail\":\"down\"}]}",
            "{\"success\":false,\"result\":[{\"a\":1}]}",
            "{\"status\":\"error\",\"message\":\"x\"}",
            "{\"timestamp\":\"2026-01-01\",\"status\":500,\"error\":\"Internal Server Error\",\"path\":\"/feed\"}",
            "{\"code\":429,\"message\":\"slow down\"}",
            "[{\"error\":\"no data\"}]",
            "\"not available\"",
            "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>gone</Message></Error>",
            "<soap:Envelope xmlns:soap='x'><soap:Body><soap:Fault><faultstring>x</faultstring></soap:Fault></soap:Body></soap:Envelope>",
        ] {
            assert!(is_refused(body), "{body}");
        }
    }

    #[test]
    fn tables_are_not_error_messages() {
        for body in [
            "Error code,Meaning\r\n17,Feed closed\r\n",
            "No.,Name,Remarks\r\n",
            "Lantern makers\nPaper Moon Limited\nSilk Kite Limited\n",
            "{\"error\":null,\"value\":[{\"a\":1,\"b\":2}]}",
            "{\"errors\":[],\"value\":[]}",
            "{\"value\":[{\"message\":\"Opening hours\",\"code\":7}]}",
            "{\"status\":\"OK\",\"rows\":[{\"a\":1}]}",
            "<Errors2><row><a>1</a></row><row><a>2</a></row></Errors2>",
        ] {
            assert!(!is_refused(body), "{body}: {:?}", decode(body.as_bytes(), None, None));
        }
    }
}
