//! Roots: the common form of all spellings of a word. `Ltd` and `Limited`, `Centre` and `Center`, `robot` and
//! `robotics` each have one root.

use std::{borrow::Cow, cell::RefCell};

use ahash::AHashMap;
use frostem::{Algorithm, Stemmer};

/// The maximum number of roots that are cached.
const MOST_KNOWN: usize = 100_000;

/// Abbreviations and spellings, with the word that they stand for.
const SAME: &[(&str, &str)] = &[
    ("aluminium", "aluminum"),
    ("assn", "association"),
    ("assoc", "association"),
    ("centre", "center"),
    ("centres", "center"),
    ("co", "company"),
    ("corp", "corporation"),
    ("ctr", "center"),
    ("defence", "defense"),
    ("dept", "department"),
    ("dev", "development"),
    ("eng", "engineering"),
    ("engg", "engineering"),
    ("govt", "government"),
    ("grey", "gray"),
    ("hongkong", "hk"),
    ("hosp", "hospital"),
    ("inc", "incorporated"),
    ("inst", "institute"),
    ("intl", "international"),
    ("jewellery", "jewelry"),
    ("lab", "laboratory"),
    ("labs", "laboratory"),
    ("licence", "license"),
    ("ltd", "limited"),
    ("mfg", "manufacturing"),
    ("mgmt", "management"),
    ("mgt", "management"),
    ("programme", "program"),
    ("programmes", "program"),
    ("sci", "science"),
    ("tech", "technology"),
    ("tyre", "tire"),
    ("tyres", "tire"),
    ("uni", "university"),
    ("univ", "university"),
];

/// Weak words. A query with other words matches without them.
const WEAK: &[&str] = &[
    "a",
    "an",
    "and",
    "at",
    "by",
    "co",
    "company",
    "corp",
    "corporation",
    "for",
    "from",
    "gmbh",
    "in",
    "inc",
    "incorporated",
    "limited",
    "llc",
    "ltd",
    "of",
    "on",
    "or",
    "plc",
    "pte",
    "pty",
    "the",
    "to",
    "with",
];

/// Legal forms, which end a name and do not distinguish it.
const LEGAL_FORMS: &[&str] = &[
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "limited",
    "llc",
    "ltd",
    "plc",
    "pte",
    "pty",
];

/// The legal forms of Chinese names, longest first.
const CHINESE_LEGAL_FORMS: &[&str] = &["股份有限公司", "有限公司", "公司"];

/// Whether a query may omit this word.
pub fn is_weak(word: &str) -> bool {
    WEAK.binary_search(&word).is_ok()
}

/// Whether the word is a legal form.
pub fn is_legal_form(word: &str) -> bool {
    LEGAL_FORMS.binary_search(&word).is_ok()
}

/// The part of a Chinese text before its legal form. The whole text if it contains nothing else.
pub fn without_chinese_legal_form(text: &str) -> &str {
    let core = CHINESE_LEGAL_FORMS.iter().find_map(|form| text.strip_suffix(form));
    core.filter(|core| !core.is_empty()).unwrap_or(text)
}

/// The normalised spelling of the word that a folded word stands for.
pub fn spelling(word: &str) -> Cow<'_, str> {
    if let Ok(at) = SAME.binary_search_by_key(&word, |(short, _)| short) {
        return SAME[at].1.into();
    }
    if word.len() < 5 || !word.is_ascii() {
        return word.into();
    }
    if word.ends_with("tech") {
        return format!("{word}nology").into();
    }
    american(word)
}

/// Converts a British spelling to the American one. The result for other words is irrelevant, as long as it is the same
/// for each spelling.
fn american(word: &str) -> Cow<'_, str> {
    const ENDINGS: [(&str, &str); 12] = [
        ("isations", "izations"),
        ("isation", "ization"),
        ("ising", "izing"),
        ("ised", "ized"),
        ("ises", "izes"),
        ("ise", "ize"),
        ("tres", "ters"),
        ("tre", "ter"),
        ("bres", "bers"),
        ("bre", "ber"),
        ("ogue", "og"),
        ("ogues", "ogs"),
    ];
    for (british, american) in ENDINGS {
        if let Some(begin) = word.strip_suffix(british)
            && begin.len() >= 2
        {
            return format!("{begin}{american}").into();
        }
    }
    if word.len() >= 7 && word.contains("ae") {
        return word.replace("ae", "e").into();
    }
    word.into()
}

/// Computes and caches roots. A list of names has few distinct words.
pub struct RootCache {
    stemmer: Stemmer,
    known: RefCell<AHashMap<String, String>>,
}

impl RootCache {
    pub fn new() -> Self {
        Self { stemmer: Stemmer::new(Algorithm::English), known: RefCell::default() }
    }

    /// The root of a folded word.
    pub fn root(&self, word: &str) -> String {
        if let Some(root) = self.known.borrow().get(word) {
            return root.clone();
        }
        let root = self.find(word);
        let mut known = self.known.borrow_mut();
        if known.len() < MOST_KNOWN {
            known.insert(word.to_owned(), root.clone());
        }
        root
    }

    fn find(&self, word: &str) -> String {
        let mut root = self.stemmer.stem(&spelling(word)).into_owned();
        // `harbour` and `harbor`, but not `four`.
        if root.len() >= 6 && root.ends_with("our") {
            root.truncate(root.len() - 2);
            root.push('r');
        }
        root
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(SAME.is_sorted() && WEAK.is_sorted() && LEGAL_FORMS.is_sorted());
        assert!(LEGAL_FORMS.iter().all(|form| is_weak(form)));
    }

    #[test]
    fn variants_of_one_word_share_a_root() {
        let roots = RootCache::new();
        for words in [
            ["robot", "robotics"],
            ["ltd", "limited"],
            ["dept", "departments"],
            ["univ", "universities"],
            ["tech", "technologies"],
            ["biotech", "biotechnology"],
            ["centre", "center"],
            ["organisation", "organizations"],
            ["harbour", "harbor"],
            ["colours", "color"],
            ["fibres", "fiber"],
            ["recycle", "recycling"],
            ["paediatric", "pediatric"],
            ["co", "company"],
            ["lab", "laboratories"],
        ] {
            assert_eq!(roots.root(words[0]), roots.root(words[1]), "{words:?}");
        }
        for words in [["four", "for"], ["hk", "hku"], ["nano", "nami"], ["science", "silence"]] {
            assert_ne!(roots.root(words[0]), roots.root(words[1]), "{words:?}");
        }
    }

    #[test]
    fn trailing_legal_forms_are_removed() {
        assert_eq!(without_chinese_legal_form("米机械人有限公司"), "米机械人");
        assert_eq!(without_chinese_legal_form("有限公司"), "有限公司");
    }
}
