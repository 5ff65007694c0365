//! Legal forms, and their detection at the end of a name.
//!
//! A name is split into the text before the legal form, and the legal form.

use crate::linking::folded_words::words;

/// The legal form at the end of a name. Names with two different forms never denote one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LegalForm {
    None,
    Local,
    Unlimited,
    Incorporated,
    Corporation,
    Plc,
    Llc,
    Llp,
    Pte,
    Pty,
    Gmbh,
    Ag,
    Se,
    Sa,
    Bv,
    Nv,
    Ab,
    Oy,
    Kk,
    Bhd,
    Srl,
    JointStock,
    Partnership,
}

impl LegalForm {
    /// Returns its bit in a set of legal forms. Zero for `None`.
    pub const fn bit(self) -> u32 {
        match self {
            Self::None => 0,
            form => 1 << form as u32,
        }
    }

    /// Returns a readable description of the legal form.
    pub fn in_words(self) -> String {
        match self {
            Self::None => " without legal form".to_owned(),
            form => format!(" with the legal form {}", format!("{form:?}").to_uppercase()),
        }
    }
}

/// The legal forms at the end of names, longest first. A form of two letters counts only in capitals.
const FORMS: [(&str, LegalForm); 35] = [
    ("limited liability company", LegalForm::Llc),
    ("public limited company", LegalForm::Plc),
    ("private limited", LegalForm::Pte),
    ("pte limited", LegalForm::Pte),
    ("pvt limited", LegalForm::Pte),
    ("pty limited", LegalForm::Pty),
    ("sdn bhd", LegalForm::Bhd),
    ("limited partnership", LegalForm::Partnership),
    ("limited company", LegalForm::Local),
    ("coltd", LegalForm::Local),
    ("limited", LegalForm::Local),
    ("unlimited", LegalForm::Unlimited),
    ("incorporated", LegalForm::Incorporated),
    ("incorporation", LegalForm::Incorporated),
    ("inc", LegalForm::Incorporated),
    ("corporation", LegalForm::Corporation),
    ("plc", LegalForm::Plc),
    ("llc", LegalForm::Llc),
    ("llp", LegalForm::Llp),
    ("gmbh", LegalForm::Gmbh),
    ("berhad", LegalForm::Bhd),
    ("srl", LegalForm::Srl),
    ("kaisha", LegalForm::Kk),
    ("ag", LegalForm::Ag),
    ("se", LegalForm::Se),
    ("sa", LegalForm::Sa),
    ("sas", LegalForm::Sa),
    ("bv", LegalForm::Bv),
    ("nv", LegalForm::Nv),
    ("ab", LegalForm::Ab),
    ("oy", LegalForm::Oy),
    ("kk", LegalForm::Kk),
    ("lp", LegalForm::Partnership),
    ("kg", LegalForm::Gmbh),
    ("pte", LegalForm::Pte),
];

/// Removes the legal form at the end, even if it occurs twice. `Company` alone is removed too, but is not a legal form.
pub fn cut_form<'a>(words: &'a str, text: &str) -> (&'a str, LegalForm) {
    let formed = FORMS.iter().find_map(|&(form, class)| {
        let rest = ends_with_words(words, form)?;
        (form.len() > 3 || !is_small(form) || tail_in_capitals(text)).then_some((rest, class))
    });
    let (mut core, class) = formed.unwrap_or((words, LegalForm::None));
    core = ends_with_words(core, "company").unwrap_or(core);
    if class != LegalForm::None {
        let again = |core| {
            let mut of_class = FORMS.iter().filter(|(form, other)| *other == class && !is_small(form));
            of_class.find_map(|(form, _)| ends_with_words(core, form))
        };
        while let Some(rest) = again(core) {
            core = ends_with_words(rest, "company").unwrap_or(rest);
        }
    }
    let core = if core.len() < words.len() { ends_with_words(core, "and").unwrap_or(core) } else { core };
    (core, class)
}

/// True if the text ends in a legal form, such as `Limited` or `GmbH`. Parentheses may follow the form.
pub fn has_form(text: &str) -> bool {
    let text = before_parentheses(text);
    let words = words(text);
    cut_form(&words, text).1 != LegalForm::None || matches!(words.as_str(), "limited" | "inc" | "company limited")
}

/// Returns the legal form before the parentheses at the end of a name: `Alpha Limited (Beta)`.
pub fn form_before_parentheses(text: &str) -> LegalForm {
    let before = before_parentheses(text);
    if before.len() == text.len() { LegalForm::None } else { cut_form(&words(before), before).1 }
}

/// Returns the text before the parentheses at its end, or the whole text if it has none.
fn before_parentheses(text: &str) -> &str {
    let mut before = text;
    while let Some(inside) = before.trim_end().strip_suffix([')', '）']) {
        match inside.rfind(['(', '（']) {
            Some(open) if open > 0 => before = inside[..open].trim_end(),
            _ => break,
        }
    }
    before
}

/// True if the text is only a legal form. It may follow a comma, as in `Tramways, Limited`.
pub fn is_form(text: &str) -> bool {
    let words = words(text);
    let words = words.strip_prefix("company ").unwrap_or(&words);
    FORMS.iter().any(|(form, _)| *form == words) || words == "company"
}

/// Splits the text after a `Limited` in the middle.
pub fn after_limited(text: &str) -> Option<(&str, &str)> {
    if text.trim_end_matches('.').ends_with(['d', 'D']) {
        return None;
    }
    [" Limited ", " Ltd. ", " Ltd ", " LIMITED ", " LTD. ", " LTD "].iter().find_map(|form| {
        let end = text.find(form)? + form.len();
        Some((text[..end].trim_end(), &text[end..]))
    })
}

fn is_small(form: &str) -> bool {
    matches!(form, "ag" | "se" | "sa" | "sas" | "bv" | "nv" | "ab" | "oy" | "kk" | "lp" | "kg")
}

fn tail_in_capitals(text: &str) -> bool {
    let tail = text.trim_end().rsplit([' ', ',']).next().unwrap_or_default();
    tail.chars().filter(char::is_ascii_uppercase).count() >= 2
}

/// Returns the non-empty text before these closing words.
fn ends_with_words<'a>(words: &'a str, closing: &str) -> Option<&'a str> {
    words.strip_suffix(closing)?.strip_suffix(' ').filter(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linking::key::English;

    #[test]
    fn legal_forms() {
        for (text, class) in [
            ("Jardine Engineering Corporation, Limited", LegalForm::Local),
            ("KONE Corporation", LegalForm::Corporation),
            ("Siemens AG", LegalForm::Ag),
            ("Acme Co., Inc.", LegalForm::Incorporated),
            ("Acme Sdn. Bhd.", LegalForm::Bhd),
            ("L'Oréal S.A.", LegalForm::Sa),
            ("SIEMENS AG", LegalForm::Ag),
            ("Acme Pte. Ltd.", LegalForm::Pte),
            ("Acme Pty Ltd", LegalForm::Pty),
            ("Acme Co.,Ltd", LegalForm::Local),
            ("Acme Company, Limited", LegalForm::Local),
            ("Acme plc", LegalForm::Plc),
            ("Acme B.V.", LegalForm::Bv),
            ("Acme LLC", LegalForm::Llc),
            ("Acme Incorporation", LegalForm::Incorporated),
            ("Acme Limited (ABC)", LegalForm::Local),
            ("Acme (Holdings) Limited (Beta) (Gamma)", LegalForm::Local),
            ("Acme (ABC)", LegalForm::None),
            ("Limited Edition Wines", LegalForm::None),
            ("The Star Ferry Company", LegalForm::None),
            ("Friends of Casa sa", LegalForm::None),
        ] {
            assert_eq!(English::read(text).map(|name| name.class), Some(class), "{text}");
        }
    }

    #[test]
    fn forms_before_parentheses() {
        for text in ["Acme Limited (ABC)", "Acme Ltd. （某某）", "Acme Inc. (A) (B)", "Acme Limited"] {
            assert!(has_form(text), "{text}");
        }
        for text in ["Acme (Limited Edition)", "Acme Testing (ABC)", "Acme (ABC) Testing"] {
            assert!(!has_form(text), "{text}");
        }
    }

    #[test]
    fn forms_in_the_middle() {
        assert_eq!(
            after_limited("Alpha Beta Limited Hong Kong Branch"),
            Some(("Alpha Beta Limited", "Hong Kong Branch"))
        );
        assert_eq!(after_limited("Alpha Beta Limited"), None);
    }
}
