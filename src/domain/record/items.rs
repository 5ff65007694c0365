//! Cells that contain several items: one per line, separated by signs, or numbered.

use crate::domain::{
    script::{has_han, is_han},
    text::{Language, Text},
    value::{is_blank, is_padding},
};

/// The items of a cell. The cell is split at line breaks and semicolons, else at a sign that separates whole words,
/// else at item numbers. Numbers and bullets are not part of an item.
pub(super) fn items(text: &str) -> Vec<&str> {
    const SURE: [char; 4] = [';', '\n', '\r', '；'];
    let text = text.trim_matches(|c: char| matches!(c, '[' | ']') || is_padding(c));
    let parts: Vec<&str> = if text.contains(SURE) {
        text.split(SURE).collect()
    } else if text.contains(['|', '、', '｜']) {
        text.split(['|', '、', '｜']).collect()
    } else if text.contains(" / ") {
        text.split(" / ").collect()
    } else if text.split('/').count() > 1 && text.split('/').all(is_name_of_several_words) {
        text.split('/').collect()
    } else {
        numbered(text)
    };
    parts.into_iter().map(|part| unmarked(part.trim_matches(is_padding))).filter(|item| !is_blank(item)).collect()
}

/// Whether a text is a complete name, such as `Hospital Authority`, and not a part of `Input/Output`.
fn is_name_of_several_words(text: &str) -> bool {
    let text = text.trim_matches(is_padding);
    let words = text.split_whitespace().filter(|word| word.starts_with(char::is_uppercase)).count();
    let is_latin_name = words > 1 && !text.contains(|c: char| c.is_ascii_digit());
    let is_chinese_name =
        !text.contains(|c: char| c.is_ascii_alphanumeric()) && text.chars().filter(|c| is_han(*c)).count() > 2;
    is_latin_name || is_chinese_name
}

/// Splits `1. Food 2. Toys` before each number of a list that starts at one.
fn numbered(text: &str) -> Vec<&str> {
    let mut cuts = vec![0];
    let mut wanted = 1_u32;
    let mut at = 0;
    while let Some(found) = find_marker(&text[at..], wanted) {
        if wanted == 1 && found + at != 0 {
            break;
        }
        cuts.push(at + found);
        at += found + 1;
        wanted += 1;
    }
    if wanted < 3 {
        return vec![text];
    }
    cuts.push(text.len());
    cuts.windows(2).map(|ends| &text[ends[0]..ends[1]]).filter(|part| !part.is_empty()).collect()
}

/// The position of a number's marker: `(2)`, `2.` or `2)` at the start or after white space.
fn find_marker(text: &str, number: u32) -> Option<usize> {
    let forms = [format!("({number})"), format!("{number}. "), format!("{number}) "), format!("（{number}）")];
    let starts = |at: usize| at == 0 || text[..at].ends_with(char::is_whitespace);
    forms.iter().filter_map(|form| text.match_indices(form.as_str()).map(|(at, _)| at).find(|at| starts(*at))).min()
}

/// An item without its leading number or bullet.
fn unmarked(item: &str) -> &str {
    let item = item.trim_start_matches(|c: char| matches!(c, '•' | '·' | '▪' | '●' | '○' | '■' | '*') || is_padding(c));
    let bare = item.trim_start_matches(['(', '（']);
    let digits = bare.chars().take_while(char::is_ascii_digit).count();
    let is_wrapped = bare.len() < item.len();
    if (1..=2).contains(&digits) {
        let rest = &bare[digits..];
        let end = if is_wrapped { &[')', '）'][..] } else { &['.', ')', '、', '）'][..] };
        if let Some(text) = rest.strip_prefix(end)
            && (is_wrapped || text.starts_with(is_padding) || has_han(text))
        {
            return text.trim_matches(is_padding);
        }
    }
    item
}

/// Items of one cell that alternate between two languages: `Food`, `食品`, `Toys`, `玩具`.
pub(super) fn in_two_languages(by_language: &[Vec<&str>; 3]) -> Option<Vec<Text>> {
    let mut filled = by_language.iter().filter(|items| !items.is_empty());
    let (items, None) = (filled.next()?, filled.next()) else { return None };
    let is_pair = |pair: &[&str]| pair.len() == 2 && has_han(pair[0]) != has_han(pair[1]);
    let in_turn = items.len() % 2 == 0 && items.chunks(2).all(is_pair);
    let first_is_chinese = has_han(items.first()?);
    if !in_turn || items.chunks(2).any(|pair| has_han(pair[0]) != first_is_chinese) {
        return None;
    }
    let chinese = if by_language[Language::ZhHans as usize].is_empty() { Language::ZhHant } else { Language::ZhHans };
    let pairs = items.chunks(2).map(|pair| if first_is_chinese { (pair[1], pair[0]) } else { (pair[0], pair[1]) });
    let text = |(english, other): (&str, &str)| {
        let mut text = Text::english(english);
        *text.published_mut(chinese) = Some(other.to_owned());
        text
    };
    Some(pairs.map(text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_every_format_are_split_into_items() {
        for text in [
            "Food; Toys; Textiles",
            "Food\nToys\nTextiles",
            "1. Food\n2. Toys\n3. Textiles",
            "(1) Food; (2) Toys; (3) Textiles;",
            "1. Food 2. Toys 3. Textiles",
            "Food / Toys / Textiles",
            "• Food\n• Toys\n• Textiles",
            "Food|Toys|Textiles",
        ] {
            assert_eq!(items(text), ["Food", "Toys", "Textiles"], "{text}");
        }
        assert_eq!(items("食品、玩具"), ["食品", "玩具"]);
        assert_eq!(items("Hospital Authority/Housing Department"), ["Hospital Authority", "Housing Department"]);
        assert_eq!(items("醫院管理局/房屋署"), ["醫院管理局", "房屋署"]);
        for text in [
            "Food, Beverages and Water",
            "3D printing",
            "Section 2. Tools",
            "IEC 61010-1",
            "Input/Output",
            "Food/Beverage Testing",
        ] {
            assert_eq!(items(text), [text]);
        }
        assert_eq!(items("-"), Vec::<&str>::new());
    }

    #[test]
    fn alternating_languages() {
        let cell = [vec!["Food", "食品", "Toys", "玩具"], vec![], vec![]];
        let texts = in_two_languages(&cell).unwrap();
        assert_eq!((texts[1].en.as_deref(), texts[1].hant.as_deref()), (Some("Toys"), Some("玩具")));
        assert_eq!(in_two_languages(&[vec!["Food", "Toys"], vec![], vec![]]), None);
    }
}
