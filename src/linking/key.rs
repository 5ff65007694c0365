//! The English key: the form in which the Companies Registry compares names to reject a "same" name.
//!
//! It consists of the core (folded words) and the class of the legal form. Two names are the same if [`English::key`]
//! and the class are equal.

use crate::linking::{
    folded_words::words,
    form::{LegalForm, cut_form, form_before_parentheses},
    unit_vocabulary::is_campus_place,
};

/// The comparable form of an English name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct English {
    /// The folded words without article and legal form, separated by single spaces.
    pub core: String,
    pub class: LegalForm,
}

impl English {
    /// Parses a name. `None` if nothing in it can be compared.
    pub fn read(text: &str) -> Option<Self> {
        let words = words(text);
        let (core, mut class) = cut_form(&words, text);
        if class == LegalForm::None {
            class = form_before_parentheses(text);
        }
        (!core.is_empty()).then(|| Self { core: departments(core), class })
    }

    /// Returns the joined key: the core without spaces (`pointfit` = `point fit`).
    ///
    /// Spaces remain in a short core and between adjacent numbers.
    pub fn key(&self) -> String {
        joined(&self.core)
    }
}

/// Returns the core without spaces, unless it is too short to be safe.
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

/// Removes `Hong Kong` and the Government's name from the name of a department, so that its variants have one core.
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

/// True if a name contains a place whose campuses are separate legal persons.
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
            ("Alpha Jewelry Limited", "Alpha Jewellery Ltd"),
            ("Alpha Color Center Limited", "Alpha Colour Centre Limited"),
            ("Alpha Aluminum Molds Ltd", "Alpha Aluminium Moulds Ltd"),
            ("Alpha Customization Program Ltd", "Alpha Customisation Programme Ltd"),
            ("Alpha Hldgs Ltd", "Alpha Holdings Limited"),
            ("Alpha Incorporation", "Alpha Inc."),
            ("Alpha Limited Limited", "Alpha Limited"),
            ("Alpha Co., Ltd. Limited", "Alpha Company Limited"),
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
            ("Alpha Limited (Beta)", "Alpha (Beta) Limited"),
            ("Alpha Inc. Limited", "Alpha Limited"),
            ("Alpha Tech Limited", "Alpha Technology Limited"),
            ("Alpha Prize Limited", "Alpha Prise Limited"),
        ] {
            assert_ne!(read(a), read(b), "{a} ≠ {b}");
        }
    }
}
