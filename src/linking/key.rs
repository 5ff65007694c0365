//! The English key: what the Companies Registry compares when it refuses a name as "the same".
//!
//! A name goes in as written; out come its core (folded words) and the class of its legal form. Two names are the same
//! when their [`English::key`] and class are.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{
    form::{LegalForm, cut_form},
    unit_vocabulary::is_campus_place,
    vocabulary::spelling,
};

/// What the English name of a mention comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct English {
    /// The folded words without article and legal form, one space between them.
    pub core: String,
    pub class: LegalForm,
}

impl English {
    /// Reads a name; `None` when nothing of it can be compared.
    pub fn read(text: &str) -> Option<Self> {
        let words = words(text);
        let (core, class) = cut_form(&words, text);
        (!core.is_empty()).then(|| Self { core: departments(core), class })
    }

    /// The joined key: the core without its spaces (`pointfit` = `point fit`). A short core keeps them, and so do two
    /// numbers side by side.
    pub fn key(&self) -> String {
        joined(&self.core)
    }
}

/// The core without spaces, where that is safe.
pub fn joined(core: &str) -> String {
    const SHORTEST: usize = 8;
    if core.len() - core.matches(' ').count() < SHORTEST {
        return core.to_owned();
    }
    let mut key = String::with_capacity(core.len());
    for word in core.split(' ') {
        if key.ends_with(|c: char| c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_digit()) {
            key.push(' ');
        }
        key.push_str(word);
    }
    key
}

/// The folded words of a text: lower case, no accents, apostrophes, punctuation or leading article; one spelling each;
/// `&` is `and`, `Hong Kong` is `hk`.
pub fn words(text: &str) -> String {
    let mut folder = Folder { out: String::with_capacity(text.len()), ..Folder::default() };
    if text.is_ascii() {
        text.chars().for_each(|c| folder.take(c));
    } else {
        text.nfkd().filter(|c| !is_combining_mark(*c)).for_each(|c| folder.take(c));
    }
    folder.end_word();
    one_spelling(&folder.out)
}

/// Collects words letter by letter; `H.K.` is one word, `Co.Ltd` is two.
#[derive(Default)]
struct Folder {
    out: String,
    start: usize,
    dots: usize,
    since_dot: usize,
}

impl Folder {
    fn take(&mut self, c: char) {
        match c {
            'A'..='Z' | 'a'..='z' | '0'..='9' => self.letter(c.to_ascii_lowercase()),
            '.' if self.since_dot == 1 => {
                self.dots += 1;
                self.since_dot = 0;
            }
            '\''
            | '’'
            | '‘'
            | '`'
            | '´'
            | 'ʼ'
            | '′'
            | '"'
            | '“'
            | '”'
            | '®'
            | '™'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'
            | '\u{feff}' => {}
            '&' | '＆' => self.word("and"),
            '+' => self.word("plus"),
            '@' => self.word("at"),
            'ß' => "ss".chars().for_each(|c| self.letter(c)),
            'Ø' | 'ø' => self.letter('o'),
            'Ł' | 'ł' => self.letter('l'),
            'Æ' | 'æ' => "ae".chars().for_each(|c| self.letter(c)),
            c if c.is_alphanumeric() => c.to_lowercase().for_each(|c| self.letter(c)),
            _ => self.end_word(),
        }
    }

    fn letter(&mut self, c: char) {
        self.since_dot += 1;
        if self.dots > 0 && self.since_dot == 2 {
            let first = self.out.pop();
            self.end_word();
            self.out.extend(first);
            self.since_dot = 2;
        }
        self.out.push(c);
    }

    fn word(&mut self, word: &str) {
        self.end_word();
        self.out.push_str(word);
        self.end_word();
    }

    fn end_word(&mut self) {
        if self.out.len() > self.start {
            self.out.push(' ');
            self.start = self.out.len();
        }
        (self.dots, self.since_dot) = (0, 0);
    }
}

/// Several words that are one.
const PHRASES: [(&str, &str); 9] = [
    ("hong kong special administrative region", "hksar"),
    ("hk special administrative region", "hksar"),
    ("hong kong sar", "hksar"),
    ("hong kong", "hk"),
    ("h k", "hk"),
    ("r and d", "rd"),
    ("research and development", "rd"),
    ("int l", "international"),
    ("and amp", "and"),
];

/// Gives every word its one spelling and drops the article.
fn one_spelling(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    let mut push = |word: &str| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    };
    let mut rest = folded.strip_prefix("the ").filter(|rest| !rest.is_empty()).unwrap_or(folded).trim_end();
    if let Some(before) = rest.strip_suffix(" the") {
        rest = before;
    }
    while !rest.is_empty() {
        let phrase = matches!(rest.as_bytes()[0], b'h' | b'r' | b'i' | b'a')
            .then(|| {
                PHRASES.iter().find_map(|(phrase, word)| {
                    let after = rest.strip_prefix(phrase)?;
                    (after.is_empty() || after.starts_with(' ')).then_some((*word, after))
                })
            })
            .flatten();
        let (word, after) = phrase.unwrap_or_else(|| {
            let end = rest.find(' ').unwrap_or(rest.len());
            (spelling(&rest[..end]), &rest[end..])
        });
        push(word);
        rest = after.trim_start();
    }
    out
}

/// A Government department is one, with or without `Hong Kong` before its name or the Government's after it.
fn departments(core: &str) -> String {
    let mut core = core;
    for tail in [
        " of hksar government",
        " of government of hksar",
        " government of hksar",
        " of the government of the hksar",
        " the government of the hksar",
        " of the hksar government",
        " the hksar government",
        " hksar government",
        " government of the hksar",
        " of the hksar",
        " of hksar",
        " hksar",
    ] {
        if let Some(head) = core.strip_suffix(tail).filter(|head| is_department(head)) {
            core = head;
        }
    }
    match core.strip_prefix("hk ") {
        Some(rest) if rest.ends_with(" department") => rest.to_owned(),
        _ => core.to_owned(),
    }
}

fn is_department(core: &str) -> bool {
    core.starts_with("department of ") || core.ends_with(" department") || core.ends_with(" bureau")
}

/// Whether a name carries a place whose campuses are legal persons of their own.
pub fn names_campus(text: &str) -> bool {
    words(text).split(' ').any(is_campus_place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, LegalForm) {
        let english = English::read(text).expect("a name");
        (english.core, english.class)
    }

    #[test]
    fn same_names() {
        for (a, b) in [
            ("The Star Ferry Company Limited", "Star Ferry Co. Ltd."),
            ("The \"Star\" Ferry Company, Limited", "star ferry CO.,LTD"),
            ("St. Teresa's Hospital", "St Teresa’s Hospital"),
            ("Saint Paul's Hospital", "ST PAULS HOSPITAL"),
            ("Schindler Lifts (Hong Kong) Limited", "Schindler Lifts (H.K.) Ltd"),
            ("Schindler Lifts (Hongkong) Limited", "Schindler Lifts (HK) Co Ltd"),
            ("Boys’ & Girls’ Clubs Association of Hong Kong", "The Boys' and Girls' Clubs Association of Hong Kong"),
            ("CK Life Sciences Int'l., (Holdings) Inc.", "CK Life Sciences International (Holdings) Incorporated"),
            ("Société Générale Testing Ltd", "Societe Generale Testing Ltd"),
            ("Ｆｕｌｌ Ｗｉｄｔｈ Ｌｔｄ", "Full Width Limited"),
            ("Bank of East Asia, Limited (The)", "The Bank of East Asia Limited"),
            ("A.E.S. Testing Limited", "AES Testing Ltd"),
            ("ABC R&D Centre", "ABC Research and Development Center"),
            ("Hong Kong Customs and Excise Department", "Customs & Excise Department"),
            (
                "Food and Environmental Hygiene Department of HKSAR Government",
                "Food & Environmental Hygiene Department",
            ),
            ("Sun Yat-Sen University", "Sun Yat-sen University"),
            ("Smith & Co. Limited", "Smith Ltd"),
            ("Jebsen & Co. Ltd.", "Jebsen and Company Limited"),
            ("Soft\u{ad}Hyphen Zero\u{200b}Width Limited", "SoftHyphen ZeroWidth Limited"),
            ("\u{feff}Byte Order Limited", "Byte Order Limited"),
            ("Bank of East Asia Limited, The", "The Bank of East Asia, Limited"),
        ] {
            assert_eq!(read(a), read(b), "{a} = {b}");
        }
    }

    #[test]
    fn joined_names() {
        for (a, b) in [("OneDegree Hong Kong", "One Degree HK"), ("PointFit Technology", "Point Fit Technology")] {
            assert_eq!(joined(&read(a).0), joined(&read(b).0), "{a} = {b}");
        }
        assert_ne!(joined("studio building 1 2"), joined("studio building 12"));
        assert_ne!(joined("da yta"), joined("dayta"));
    }

    #[test]
    fn different_names() {
        for (a, b) in [
            ("CK Hutchison Holdings Limited", "CK Hutchison Limited"),
            ("Lenovo (Hong Kong) Limited", "Lenovo Limited"),
            ("Siemens Limited", "Siemens AG"),
            ("Microsoft Corporation", "Microsoft Limited"),
            ("A+ Testing Limited", "A Testing Limited"),
            ("Limited Edition Wines", "Edition Wines"),
            ("X Technology Pte Ltd", "X Technology Ltd"),
            ("Hospital Authority", "Housing Authority"),
            ("HKUST (GZ)", "HKUST"),
            ("Alpha Group Limited", "Alpha Limited"),
            ("Alpha International Limited", "Alpha Limited"),
            ("Alpha Properties Limited", "Alpha Limited"),
            ("Alpha (Trading) Limited", "Alpha Limited"),
            ("Alpha (China) Limited", "Alpha (Hong Kong) Limited"),
            ("Alpha (1933) Limited", "Alpha (1973) Limited"),
            ("Alpha Technology Limited", "Alpha Technologies Limited"),
            ("Theatre Works Limited", "atre Works Limited"),
        ] {
            assert_ne!(read(a), read(b), "{a} ≠ {b}");
        }
    }
}
