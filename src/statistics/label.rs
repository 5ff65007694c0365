//! Labels in up to three languages. A cell in two languages becomes two texts, and labels of one item in several files
//! are merged.

use crate::domain::{
    script,
    text::{Language, Text},
};

/// Returns a published text in its language: that of the file, else the detected one. `English 中文` in one cell becomes
/// two texts.
pub fn text_of(label: &str, language: Option<Language>) -> Text {
    let mut text = Text::default();
    let label = label.trim();
    if label.is_empty() {
        return text;
    }
    let chinese_of = |han: &str| match language {
        Some(Language::En) | None => written_chinese(han),
        Some(chinese) => chinese,
    };
    if let Some((latin, han)) = two_languages(label, language.is_some_and(|language| language != Language::En)) {
        let chinese = chinese_of(&han);
        *text.published_mut(chinese) = Some(han);
        text.en = Some(latin);
        return text;
    }
    let slot = if script::has_han(label) { chinese_of(label) } else { language.unwrap_or(Language::En) };
    *text.published_mut(slot) = Some(label.lines().map(str::trim).collect::<Vec<_>>().join("\n"));
    text
}

/// Detects the Chinese script of a text. Traditional if the text is the same in both scripts.
pub fn written_chinese(label: &str) -> Language {
    let is_simplified = script::to_simplified(label) == label && script::to_traditional(label) != label;
    if is_simplified { Language::ZhHans } else { Language::ZhHant }
}

/// Splits a bilingual text into English and Chinese: at a line break, at a slash or bar, or at the change of script.
fn two_languages(label: &str, is_chinese_file: bool) -> Option<(String, String)> {
    if !script::has_han(label) || !label.chars().any(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let lines: Vec<&str> = label.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let (han, latin): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| script::has_han(line));
    if !han.is_empty() && latin.iter().any(|line| letters(line) > 1) {
        // `2021\n百萬元 $m`: a Chinese line may contain its own English text.
        return Some((latin.join(" "), han.join(" ")));
    }
    if let Some((left, right)) = ["/", "|", "｜", "／"].iter().find_map(|stroke| label.split_once(stroke)) {
        let (left, right) = (left.trim(), right.trim());
        for (latin, han) in [(left, right), (right, left)] {
            let is_mixed = han.chars().filter(char::is_ascii_alphabetic).count() > 3;
            if letters(latin) > 1 && !script::has_han(latin) && script::has_han(han) && !is_mixed {
                return Some((latin.to_owned(), han.to_owned()));
            }
        }
    }
    let is_han = |c: char| script::has_han(c.encode_utf8(&mut [0; 4]));
    let first = label.find(is_han)?;
    let last = label.rfind(is_han).map(|at| at + label[at..].chars().next().map_or(0, char::len_utf8))?;
    // A unit or a closing bracket belongs to the Chinese text before it.
    let close = |c: char| matches!(c, ')' | '）' | ']' | '％' | '%') || c == '」';
    let tail = &label[last..];
    let behind = last + tail.find(|c: char| !close(c) && !c.is_whitespace()).unwrap_or(tail.len());
    let (before, after) =
        (label[..first].trim_end_matches(['(', '（', ' ', '-', '–', '\u{3000}']), label[behind..].trim());
    let gap_before = label[..first].ends_with(|c: char| c.is_whitespace() || matches!(c, '(' | '（'));
    let gap_behind = label[last..behind].contains(char::is_whitespace) || after.starts_with(['(', '（']);
    let least = if is_chinese_file { 2 } else { 1 };
    let is_english = |text: &str| {
        let words = text.split_whitespace().filter(|word| letters(word) > 1).count();
        words >= least && text.chars().any(|c| c.is_ascii_lowercase()) && letters(text) > 2
    };
    let is_chinese = |text: &str| text.split_whitespace().filter(|word| letters(word) > 3).count() == 0;
    let bare = |text: &str| text.trim().trim_matches(['/', '|', '-', '–']).trim().to_owned();
    if gap_before && is_english(before) && is_chinese(&label[first..]) {
        let inner = label[before.len()..].trim();
        let han =
            inner.strip_prefix(['(', '（']).and_then(|rest| rest.strip_suffix([')', '）'])).unwrap_or(&label[first..]);
        return Some((bare(before), bare(han)));
    }
    if gap_behind && is_english(after) && is_chinese(&label[..behind]) && !script::has_han(after) {
        let english = after.strip_prefix(['(', '（']).and_then(|rest| rest.strip_suffix([')', '）'])).unwrap_or(after);
        return Some((bare(english), bare(&label[..behind])));
    }
    None
}

fn letters(text: &str) -> usize {
    text.chars().filter(char::is_ascii_alphabetic).count()
}

/// Returns the published texts.
pub fn published(text: &Text) -> impl Iterator<Item = &str> {
    Language::ALL.into_iter().filter_map(|language| text.published(language))
}

/// Returns the first published text, English first.
pub fn name(text: &Text) -> Option<&str> {
    published(text).next()
}

/// Adds the text of another language.
pub fn merge_text(text: &mut Text, other: &Text) {
    for language in Language::ALL {
        if let (None, Some(found)) = (text.published(language), other.published(language)) {
            *text.published_mut(language) = Some(found.to_owned());
        }
    }
}

/// Appends the next part of a label in each language.
pub fn join_text(text: &mut Text, part: &Text) {
    for language in Language::ALL {
        if let Some(part) = part.published(language) {
            let joined = text.published(language).map_or_else(|| part.to_owned(), |known| format!("{known} {part}"));
            *text.published_mut(language) = Some(joined);
        }
    }
}

/// Applies a function to each published text.
pub fn map_text(text: &Text, change: impl Fn(&str) -> String) -> Text {
    let mut changed = Text::default();
    for language in Language::ALL {
        if let Some(known) = text.published(language) {
            let new = change(known);
            if !new.is_empty() {
                *changed.published_mut(language) = Some(new);
            }
        }
    }
    changed
}

/// True if a label names a total, in one of the publishers' notations for the last row.
pub fn is_total_name(label: &str) -> bool {
    matches!(
        super::layout::key(label).as_str(),
        "total"
            | "totals"
            | "sum"
            | "grandtotal"
            | "overall"
            | "all"
            | "alltotal"
            | "總計"
            | "总计"
            | "合計"
            | "合计"
            | "合共"
            | "共計"
            | "共计"
            | "總數"
            | "总数"
            | "總額"
            | "总额"
            | "總和"
            | "总和"
            | "全部"
            | "整體"
            | "整体"
    )
}

/// True if a label names a sum of other values, such as a total.
pub fn is_sum_name(label: &str) -> bool {
    let lower = label.trim().to_lowercase();
    is_total_name(label)
        || [
            "total",
            "all ",
            "overall",
            "sub-total",
            "subtotal",
            "whole ",
            "總",
            "总",
            "小計",
            "小计",
            "所有",
            "合計",
            "合计",
            "合共",
        ]
        .iter()
        .any(|word| lower.starts_with(word))
        || [" total", "合計", "合计", "總計", "总计"].iter().any(|word| lower.ends_with(word))
}

/// The kind of sum that a value is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SumKind {
    #[default]
    No,
    /// A sum of some values, or a sum with a specific name.
    Some,
    /// The total.
    All,
}

/// Returns the kind of sum that a label names.
pub fn sum_of(text: &Text) -> SumKind {
    if published(text).any(is_total_name) {
        SumKind::All
    } else if published(text).any(is_sum_name) {
        SumKind::Some
    } else {
        SumKind::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_languages_in_one_cell() {
        for (label, en, hant) in [
            ("年\nYear", "Year", "年"),
            ("商號數目\nFirms", "Firms", "商號數目"),
            ("測試收入 Income from tests", "Income from tests", "測試收入"),
            ("Income from tests 測試收入", "Income from tests", "測試收入"),
            ("表現指標 / Indicator", "Indicator", "表現指標"),
            ("Firms (商號)", "Firms", "商號"),
            ("收入（千港元） Income (HK$'000)", "Income (HK$'000)", "收入（千港元）"),
            ("Income (HK$'000) 收入 (千港元)", "Income (HK$'000)", "收入 (千港元)"),
        ] {
            let text = text_of(label, None);
            assert_eq!((text.en.as_deref(), text.hant.as_deref()), (Some(en), Some(hant)), "{label}");
        }
    }

    #[test]
    fn latin_words_within_chinese_are_kept() {
        for label in ["R&D中心", "AI 人工智能", "「TechTAS」計劃", "5G 應用", "2021年 (HK$)", "100人及以上"]
        {
            let text = text_of(label, None);
            assert_eq!((text.en.as_deref(), text.hant.as_deref()), (None, Some(label)), "{label}");
        }
    }
}
