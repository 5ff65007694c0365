//! The Chinese key: a single form for all scripts and glyph variants of a name.
//!
//! The core is in Simplified characters and NFKC, with Hong Kong glyphs folded, without spaces, punctuation and legal
//! form. The legal form is stored separately.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::domain::script::{is_han, to_simplified};
use crate::linking::form::LegalForm;

/// The comparable form of a Chinese name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chinese {
    pub core: String,
    pub class: LegalForm,
}

impl Chinese {
    /// Parses a name. `None` if it has no Chinese character.
    pub fn read(text: &str) -> Option<Self> {
        let folded = fold(text);
        let (core, class) = cut_form(&folded);
        core.chars().any(is_han).then(|| Self { core: core.to_owned(), class })
    }
}

/// Folds a text: Simplified script, unified glyphs, lower-case letters, only letters and digits.
pub fn fold(text: &str) -> String {
    let plain = |c: char| c.is_ascii() || matches!(c, '\u{3400}'..='\u{9fff}' | '（' | '）');
    if text.chars().all(plain) { folded(text.chars()) } else { folded(text.nfkc()) }
}

fn folded(text: impl Iterator<Item = char>) -> String {
    text.filter(|c| c.is_alphanumeric()).flat_map(|c| fold_char(c).to_lowercase()).collect()
}

/// Folds a character to Simplified script, with Hong Kong glyphs unified.
pub fn fold_char(c: char) -> char {
    let offset = (c as u32).wrapping_sub(FIRST) as usize;
    FOLDED.get(offset).copied().unwrap_or(c)
}

const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

/// The folded form of every character in the common planes.
///
/// Company names need no phrase conversion, so a precomputed table of characters is sufficient.
static FOLDED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let all: Vec<char> = (FIRST..=LAST).filter_map(char::from_u32).collect();
    let lines: String = all.iter().flat_map(|&c| [standard_glyph(c), '\n']).collect();
    let simplified = to_simplified(&lines);
    let folded: Vec<char> = simplified.lines().filter_map(|line| line.chars().next()).collect();
    if folded.len() == all.len() { folded } else { all }
});

/// Pairs of a glyph found in Hong Kong names and its equivalent in the conversion tables.
const GLYPHS: &str = "衞衛綫線啓啟説說麪麵敎教羣群恆恒峯峰滙匯裏裡牀床粧妝糉粽葯藥鈎鉤銹鏽鉢缽汚污爲為僞偽媯嬀温溫藴蘊戸戶户戶吿告冊册\
    産產顔顏脱脫鋭銳悦悅閲閱税稅蜕蛻兑兌没沒録錄緑綠眞真鎭鎮愼慎塡填絶絕彥彦靑青淸清黄黃横橫强強郷鄉鄊鄉秘祕痺痹倂併幷并竝並寃冤富富冨富\
    寳寶鑛礦鑒鑑鷄雞鬪鬥犂犁厨廚厰廠凉涼况況决決减減净淨凈淨凑湊敍敘叙敘効效勅敕卽即旣既槪概衆眾灾災烟煙綉繡蔴麻証證嘆歎傑杰堃坤\
    栢柏檯枱舘館舖鋪邨村稭秸剏創珎珍尅克歴歷厯曆呉吳刧劫嚐嘗仝同疎疏攷考菓果脚腳却卻杆桿箇個鍳鑑巖岩盃杯韮韭踪蹤磚砖綳繃繮韁";

fn standard_glyph(c: char) -> char {
    static TABLE: LazyLock<std::collections::HashMap<char, char>> = LazyLock::new(|| {
        let glyphs: Vec<char> = GLYPHS.chars().filter(|c| is_han(*c)).collect();
        glyphs.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    });
    TABLE.get(&c).copied().unwrap_or(c)
}

/// The legal forms in Simplified characters, longest first.
const FORMS: [(&str, LegalForm); 6] = [
    ("股份有限公司", LegalForm::JointStock),
    ("有限责任公司", LegalForm::Local),
    ("公众有限公司", LegalForm::Plc),
    ("无限公司", LegalForm::Unlimited),
    ("有限公司", LegalForm::Local),
    ("公司", LegalForm::None),
];

fn cut_form(folded: &str) -> (&str, LegalForm) {
    if folded.ends_with("事务所") {
        return (folded, LegalForm::Partnership);
    }
    FORMS
        .iter()
        .find_map(|&(form, class)| folded.strip_suffix(form).filter(|core| !core.is_empty()).map(|core| (core, class)))
        .unwrap_or((folded, LegalForm::None))
}

/// True if two Chinese cores may be spellings of one name: one omits characters of the other, or a longer name differs
/// in one character.
pub fn compatible(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let mut rest = long.chars();
    if short.chars().all(|c| rest.any(|other| other == c)) {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    a.len() == b.len() && a.len() >= 6 && a.iter().zip(&b).filter(|(a, b)| a != b).count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn core(text: &str) -> String {
        Chinese::read(text).expect("Chinese").core
    }

    #[test]
    fn same_names() {
        for (a, b) in [
            ("衞生署", "卫生署"),
            ("衛生署", "衞生署"),
            ("香港天文臺", "香港天文台"),
            ("無綫電視有限公司", "无线电视 有限公司"),
            ("迅達升降機（香港）有限公司", "迅達升降機(香港)有限公司"),
            ("聯想（香港）有限公司", "联想(香港)有限公司"),
            ("金峯麪粉有限公司", "金峰麵粉有限公司"),
            ("恆生銀行有限公司", "恒生銀行"),
            ("滙豐", "匯豐"),
            ("公共羣體", "公共群體"),
            ("教説", "敎說"),
        ] {
            assert_eq!(core(a), core(b), "{a} = {b}");
        }
    }

    #[test]
    fn legal_forms_and_other_languages() {
        assert_eq!(Chinese::read("甲乙股份有限公司").map(|name| name.class), Some(LegalForm::JointStock));
        assert_eq!(Chinese::read("畢馬威會計師事務所").map(|name| name.class), Some(LegalForm::Partnership));
        assert_eq!(Chinese::read("香港科技園公司").map(|name| name.class), Some(LegalForm::None));
        assert_eq!(Chinese::read("XTX Technology Limited"), None);
    }

    #[test]
    fn variants_of_one_name() {
        assert!(compatible("嘉诺撒医院", "嘉诺撒医院明爱"));
        assert!(compatible("香港通用检测认证", "香港通用检则认证"));
        assert!(!compatible("仁安医院", "协和医院"));
        assert!(!compatible("长江实业集团", "长江生命科技集团"));
    }

    #[test]
    fn folding_is_idempotent() {
        for c in (FIRST..=LAST).filter_map(char::from_u32) {
            let once = fold_char(c);
            assert!(fold_char(once) == once || fold_char(fold_char(once)) == fold_char(once), "{c}");
        }
    }
}
