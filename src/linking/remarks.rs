//! Remarks in a name: former names, trading names, and remarks without a name, such as the place of incorporation.
//!
//! `Alpha Limited (formerly known as Beta Limited)` names Alpha Limited and states its former name.

use std::borrow::Cow;

use crate::linking::{
    acronym::parenthesised, chinese::Chinese, key::English, name_kind::NameKind, piece::is_bare_unit,
};

/// Another name that a cell states for its organisation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatedName {
    /// The name as written.
    pub value: String,
    pub kind: NameKind,
}

/// A name without its remarks.
#[derive(Debug, PartialEq, Eq)]
pub struct WithoutRemarks<'a> {
    pub name: Cow<'a, str>,
    pub stated: Vec<StatedName>,
}

/// The kind of name that follows the words of a remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Remark {
    Former,
    Trading,
    /// The present name. The name before the remark is a former one.
    Present,
    /// No name of an organisation.
    Nothing,
}

/// The words that begin a remark in parentheses, in lower case. A longer phrase precedes a shorter one.
const OPENINGS: [(&str, Remark); 50] = [
    ("formerly known as", Remark::Former),
    ("formerly named", Remark::Former),
    ("formerly called", Remark::Former),
    ("formerly", Remark::Former),
    ("previously known as", Remark::Former),
    ("previously named", Remark::Former),
    ("previously called", Remark::Former),
    ("previously", Remark::Former),
    ("former names", Remark::Former),
    ("former name", Remark::Former),
    ("f/k/a", Remark::Former),
    ("fka ", Remark::Former),
    ("前稱", Remark::Former),
    ("前称", Remark::Former),
    ("前名", Remark::Former),
    ("原名", Remark::Former),
    ("原稱", Remark::Former),
    ("原称", Remark::Former),
    ("舊稱", Remark::Former),
    ("旧称", Remark::Former),
    ("舊名", Remark::Former),
    ("旧名", Remark::Former),
    ("曾用名", Remark::Former),
    ("trading as", Remark::Trading),
    ("doing business as", Remark::Trading),
    ("also known as", Remark::Trading),
    ("t/a", Remark::Trading),
    ("d/b/a", Remark::Trading),
    ("dba ", Remark::Trading),
    ("a.k.a.", Remark::Trading),
    ("aka ", Remark::Trading),
    ("又稱", Remark::Trading),
    ("又称", Remark::Trading),
    ("又名", Remark::Trading),
    ("now known as", Remark::Present),
    ("renamed as", Remark::Present),
    ("現稱", Remark::Present),
    ("现称", Remark::Present),
    ("incorporated", Remark::Nothing),
    ("registered in", Remark::Nothing),
    ("in liquidation", Remark::Nothing),
    ("in members", Remark::Nothing),
    ("in creditors", Remark::Nothing),
    ("in voluntary", Remark::Nothing),
    ("in provisional", Remark::Nothing),
    ("limited by guarantee", Remark::Nothing),
    ("a company", Remark::Nothing),
    ("a subsidiary", Remark::Nothing),
    ("a wholly", Remark::Nothing),
    ("stock code", Remark::Nothing),
];

/// The words of a remark without parentheses, in lower case.
const BETWEEN: [(&str, Remark); 16] = [
    (", formerly known as ", Remark::Former),
    (", previously known as ", Remark::Former),
    (" formerly known as ", Remark::Former),
    (", formerly ", Remark::Former),
    (" previously known as ", Remark::Former),
    (", previously ", Remark::Former),
    (" f/k/a ", Remark::Former),
    ("，前稱", Remark::Former),
    ("，前称", Remark::Former),
    ("，原名", Remark::Former),
    (" trading as ", Remark::Trading),
    (" doing business as ", Remark::Trading),
    (" also known as ", Remark::Trading),
    (" t/a ", Remark::Trading),
    (" d/b/a ", Remark::Trading),
    (" now known as ", Remark::Present),
];

/// Every entry of `BETWEEN` contains one of these, in any case. Most names contain none and skip the search.
const MARKS: [&str; 6] = ["ormerly", "reviously", " as ", "/a ", "/A ", "，"];

/// Removes the remarks of a name.
pub fn without_remarks(text: Cow<'_, str>) -> WithoutRemarks<'_> {
    for (open, _) in text.match_indices(['(', '（']) {
        let inner_start = open + text[open..].chars().next().map_or(1, char::len_utf8);
        let (inner, close) = parenthesised(&text, open).unwrap_or((text[inner_start..].trim(), text.len()));
        let lower = inner.to_ascii_lowercase();
        let Some(&(words, remark)) = OPENINGS.iter().find(|(words, _)| open > 0 && lower.starts_with(words)) else {
            continue;
        };
        let name = format!("{} {}", text[..open].trim_end(), text[close..].trim_start()).trim().to_owned();
        return with_remark(name, remark, &inner[words.len()..]);
    }
    if !MARKS.iter().any(|mark| text.contains(mark)) {
        return WithoutRemarks { name: text, stated: Vec::new() };
    }
    let lower = text.to_ascii_lowercase();
    let found = BETWEEN
        .iter()
        .filter_map(|&(words, remark)| lower.find(words).filter(|at| *at > 0).map(|at| (at, words.len(), remark)));
    match found.min_by_key(|(at, length, _)| (*at, std::cmp::Reverse(*length))) {
        Some((at, length, remark)) => {
            let name = text[..at].trim_end_matches([' ', ',']).to_owned();
            with_remark(name, remark, &text[at + length..])
        }
        None => WithoutRemarks { name: text, stated: Vec::new() },
    }
}

fn with_remark(name: String, remark: Remark, rest: &str) -> WithoutRemarks<'static> {
    let values = names_in(rest);
    let all = |kind| values.iter().map(|value| StatedName { value: value.clone(), kind }).collect();
    let (name, stated) = match (remark, values.first()) {
        (Remark::Former, _) => (name, all(NameKind::Former)),
        (Remark::Trading, _) => (name, all(NameKind::Trading)),
        (Remark::Present, Some(present)) => {
            (present.clone(), Vec::from([StatedName { value: name, kind: NameKind::Former }]))
        }
        (Remark::Present, None) | (Remark::Nothing, _) => (name, Vec::new()),
    };
    WithoutRemarks { name: name.into(), stated }
}

/// Returns the names in the rest of a remark, without dates.
fn names_in(rest: &str) -> Vec<String> {
    const DATES: [&str; 6] = [" until ", " till ", " before ", " prior to ", " up to ", " since "];
    let rest = rest.trim_start_matches([' ', ':', '：', '為', '为', '是']);
    let pieces = rest.split([';', '；', '、']).flat_map(|piece| piece.split(" and formerly "));
    let names = pieces.map(|piece| {
        let end = DATES.iter().filter_map(|date| piece.find(date)).min().unwrap_or(piece.len());
        piece[..end].trim_matches([' ', ',', '，', '"', '“', '”', '\'', '‘', '’', '「', '」', '《', '》'])
    });
    names.filter(|name| is_name(name)).map(str::to_owned).collect()
}

/// True if a text can be a name. `part of Alpha Limited` and `the Board` begin in lower case, so they are not names.
pub fn is_name(text: &str) -> bool {
    const LONGEST: usize = 200;
    let first = text.split(' ').next().unwrap_or_default();
    let begins_low = first.starts_with(char::is_lowercase) && !first.contains(char::is_uppercase);
    text.len() <= LONGEST
        && !begins_low
        && text.chars().any(char::is_alphabetic)
        && (Chinese::read(text).is_some() || English::read(text).is_some())
        && !is_bare_unit(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stated_names() {
        use NameKind::{Former, Trading};
        for (text, name, kind, values) in [
            ("Alpha Limited (formerly known as Beta Limited)", "Alpha Limited", Former, &["Beta Limited"][..]),
            ("Alpha Limited (formerly Beta Limited)", "Alpha Limited", Former, &["Beta Limited"]),
            ("Alpha Limited (Formerly known as “Beta Limited”)", "Alpha Limited", Former, &["Beta Limited"]),
            ("Alpha Limited, formerly known as Beta Limited", "Alpha Limited", Former, &["Beta Limited"]),
            ("Alpha Limited (formerly Beta Ltd.; Gamma Ltd.)", "Alpha Limited", Former, &["Beta Ltd.", "Gamma Ltd."]),
            ("Alpha Limited (formerly Beta Limited until 2019)", "Alpha Limited", Former, &["Beta Limited"]),
            ("Alpha Limited (formerly eNano Limited)", "Alpha Limited", Former, &["eNano Limited"]),
            ("Alpha Limited (formerly Beta Limited", "Alpha Limited", Former, &["Beta Limited"]),
            ("Alpha (formerly Beta) Limited", "Alpha Limited", Former, &["Beta"]),
            ("Beta Limited (now known as Alpha Limited)", "Alpha Limited", Former, &["Beta Limited"]),
            ("甲有限公司（前稱乙有限公司）", "甲有限公司", Former, &["乙有限公司"]),
            ("甲有限公司(原名：乙有限公司)", "甲有限公司", Former, &["乙有限公司"]),
            ("甲有限公司，前稱乙有限公司", "甲有限公司", Former, &["乙有限公司"]),
            ("Alpha Limited trading as Beta", "Alpha Limited", Trading, &["Beta"]),
            ("Alpha Limited T/A Beta", "Alpha Limited", Trading, &["Beta"]),
            ("Alpha Limited (also known as Beta)", "Alpha Limited", Trading, &["Beta"]),
            ("Alpha Limited (formerly part of Beta Limited)", "Alpha Limited", Former, &[]),
            ("Alpha Limited (incorporated in Bermuda)", "Alpha Limited", Former, &[]),
            ("Alpha Limited (in liquidation)", "Alpha Limited", Former, &[]),
            ("Alpha Limited (Stock Code: 1234)", "Alpha Limited", Former, &[]),
            ("Alpha Limited (a subsidiary of Beta Limited)", "Alpha Limited", Former, &[]),
        ] {
            let stated = values.iter().map(|value| StatedName { value: (*value).to_owned(), kind }).collect();
            assert_eq!(without_remarks(text.into()), WithoutRemarks { name: name.into(), stated }, "{text}");
        }
    }

    #[test]
    fn names_without_remarks() {
        for text in [
            "Alpha Limited",
            "Formerly Limited",
            "(formerly Beta) Alpha",
            "Alpha (Formosa) Limited",
            "Alpha Trading Assets Limited",
            "Known as Alpha Limited",
            "甲(前海)有限公司",
        ] {
            let expected = WithoutRemarks { name: text.into(), stated: Vec::new() };
            assert_eq!(without_remarks(text.into()), expected, "{text}");
        }
    }
}
