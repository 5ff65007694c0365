//! Legal forms: what they are, and where a name ends in one.
//!
//! The words of a name go in; what stands before the legal form comes out, with the class of the form.

use super::key::words;

/// The legal form at the end of a name. Two different forms never name one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
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

impl Class {
    /// Its bit in a set of classes; nothing for a name without a legal form.
    pub const fn bit(self) -> u32 {
        match self {
            Self::None => 0,
            form => 1 << form as u32,
        }
    }

    /// What it says of a name, for people.
    pub fn in_words(self) -> String {
        match self {
            Self::None => " without legal form".to_owned(),
            form => format!(" with the legal form {}", format!("{form:?}").to_uppercase()),
        }
    }
}

/// Legal forms by which a name ends, longest first; a two-letter one counts only in capitals.
const FORMS: [(&str, Class); 34] = [
    ("limited liability company", Class::Llc),
    ("public limited company", Class::Plc),
    ("private limited", Class::Pte),
    ("pte limited", Class::Pte),
    ("pvt limited", Class::Pte),
    ("pty limited", Class::Pty),
    ("sdn bhd", Class::Bhd),
    ("limited partnership", Class::Partnership),
    ("limited company", Class::Local),
    ("coltd", Class::Local),
    ("limited", Class::Local),
    ("unlimited", Class::Unlimited),
    ("incorporated", Class::Incorporated),
    ("inc", Class::Incorporated),
    ("corporation", Class::Corporation),
    ("plc", Class::Plc),
    ("llc", Class::Llc),
    ("llp", Class::Llp),
    ("gmbh", Class::Gmbh),
    ("berhad", Class::Bhd),
    ("srl", Class::Srl),
    ("kaisha", Class::Kk),
    ("ag", Class::Ag),
    ("se", Class::Se),
    ("sa", Class::Sa),
    ("sas", Class::Sa),
    ("bv", Class::Bv),
    ("nv", Class::Nv),
    ("ab", Class::Ab),
    ("oy", Class::Oy),
    ("kk", Class::Kk),
    ("lp", Class::Partnership),
    ("kg", Class::Gmbh),
    ("pte", Class::Pte),
];

/// Cuts the legal form at the end; `Company` alone is cut too and is no form of its own.
pub fn cut_form<'a>(words: &'a str, text: &str) -> (&'a str, Class) {
    let formed = FORMS.iter().find_map(|&(form, class)| {
        let rest = ends_with_words(words, form)?;
        (form.len() > 3 || !is_small(form) || tail_in_capitals(text)).then_some((rest, class))
    });
    let (core, class) = formed.unwrap_or((words, Class::None));
    let core = ends_with_words(core, "company").unwrap_or(core);
    let core = if core.len() < words.len() { ends_with_words(core, "and").unwrap_or(core) } else { core };
    (core, class)
}

/// Whether the text closes with a form of a legal person, `Limited` as much as `GmbH`.
pub fn has_form(text: &str) -> bool {
    let words = words(text);
    cut_form(&words, text).1 != Class::None || matches!(words.as_str(), "limited" | "inc" | "company limited")
}

/// Whether the text is nothing but a legal form: what may follow a comma in `Tramways, Limited`.
pub fn is_form(text: &str) -> bool {
    let words = words(text);
    let words = words.strip_prefix("company ").unwrap_or(&words);
    FORMS.iter().any(|(form, _)| *form == words) || words == "company"
}

/// What stands up to and after a `Limited` in the middle of the text.
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

/// What stands before these closing words, when something does.
fn ends_with_words<'a>(words: &'a str, closing: &str) -> Option<&'a str> {
    words.strip_suffix(closing)?.strip_suffix(' ').filter(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linking::key::English;

    #[test]
    fn classes() {
        for (text, class) in [
            ("Jardine Engineering Corporation, Limited", Class::Local),
            ("KONE Corporation", Class::Corporation),
            ("Siemens AG", Class::Ag),
            ("Acme Co., Inc.", Class::Incorporated),
            ("Acme Sdn. Bhd.", Class::Bhd),
            ("L'Oréal S.A.", Class::Sa),
            ("SIEMENS AG", Class::Ag),
            ("Acme Pte. Ltd.", Class::Pte),
            ("Acme Pty Ltd", Class::Pty),
            ("Acme Co.,Ltd", Class::Local),
            ("Acme Company, Limited", Class::Local),
            ("Acme plc", Class::Plc),
            ("Acme B.V.", Class::Bv),
            ("Acme LLC", Class::Llc),
            ("Limited Edition Wines", Class::None),
            ("The Star Ferry Company", Class::None),
            ("Friends of Casa sa", Class::None),
        ] {
            assert_eq!(English::read(text).map(|name| name.class), Some(class), "{text}");
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
