//! Abbreviations of Chinese names: `理大` and `理工大學` for `香港理工大學`, `應科院` for `香港應用科技研究院有限公司`.

use crate::{domain::script::is_han, index::search::roots::without_chinese_legal_form, linking::fold_char};

/// The minimum and maximum length of an abbreviation.
pub const LENGTHS: std::ops::RangeInclusive<usize> = 2..=12;
/// The minimum length of a name that has abbreviations, without `香港` and its legal form.
const SHORTEST_NAME: usize = 4;

/// Whether folded characters abbreviate a name. They do if they are the name without `香港` and its legal form, or some
/// of its characters in order. These must include the first character and the last or last but one.
pub fn is_abbreviation(characters: &[String], name: &str) -> bool {
    let name: String = name.chars().filter(|c| is_han(*c)).map(fold_char).collect();
    let core = without_chinese_legal_form(&name);
    let core: Vec<char> = core.strip_prefix("香港").unwrap_or(core).chars().collect();
    let short: Vec<char> = characters.iter().flat_map(|character| character.chars()).collect();
    let (Some(first), Some(last)) = (short.first(), short.last()) else { return false };
    if core.len() < SHORTEST_NAME || core[0] != *first {
        return false;
    }
    if core.windows(short.len()).any(|part| part == short) {
        return core == short;
    }
    let mut rest = core.iter();
    let is_in_order = short.iter().all(|character| rest.any(|known| known == character));
    is_in_order && core[core.len() - 2..].contains(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_begin_and_end_like_the_name() {
        for (short, name, expected) in [
            ("理大", "香港理工大學", true),
            ("科大", "香港科技大学", true),
            ("应科院", "香港應用科技研究院有限公司", true),
            ("生产力局", "香港生產力促進局", true),
            ("职训局", "職業訓練局", true),
            ("大理", "香港理工大學", false),
            ("工大", "香港理工大學", false),
            ("科大", "科大讯飞股份有限公司", false),
            ("理工大学", "香港理工大學", true),
            ("理工大学", "香港理工大學 (應用生物及化學科技學系)", false),
            ("大学", "香港大學", false),
            ("", "香港理工大學", false),
        ] {
            let characters: Vec<String> = short.chars().map(|c| c.to_string()).collect();
            assert_eq!(is_abbreviation(&characters, name), expected, "{short} {name}");
        }
    }
}
