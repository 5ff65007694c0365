//! Units: the laboratory, department or branch that a name adds to its organisation.
//!
//! A name goes in as written; out come the organisation's part of it and the unit's. `ORG - X`, `ORG, X` and `ORG (X)` have
//! a unit when X carries a unit word and no legal form; `Department of X, ORG` takes ORG; a hospital or college after a
//! dash is an organisation of its own.

use super::{
    acronym::{is_shaped, parenthesised},
    form::{has_form, is_form},
    key::{names_campus, words},
    vocabulary::{is_body, is_unit, opens_unit},
};

/// A name cut into organisation and unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    pub organisation: String,
    pub unit: Option<String>,
}

impl Cut {
    fn whole(text: &str) -> Self {
        Self { organisation: text.to_owned(), unit: None }
    }

    fn at(organisation: &str, unit: &str) -> Self {
        let unit = unit.trim_matches([' ', ',']);
        Self {
            organisation: organisation.trim_matches([' ', ',']).to_owned(),
            unit: (!unit.is_empty()).then(|| unit.to_owned()),
        }
    }
}

/// Cuts the unit off an English name. `known` says whether a text is a name that the curated files know.
pub fn cut(text: &str, known: &dyn Fn(&str) -> bool) -> Cut {
    if let Some((head, tail)) = at_dash(text) {
        return after_dash(text, head, tail, known);
    }
    if let Some(cut) = in_parentheses(text) {
        return cut;
    }
    if text.contains(',') {
        return at_commas(text, known);
    }
    run_on(text, known).unwrap_or_else(|| Cut::whole(text))
}

/// The first dash that separates: one with a space on both sides, or a long one.
fn at_dash(text: &str) -> Option<(&str, &str)> {
    let long = |c: char| matches!(c, '–' | '—' | '―');
    text.char_indices()
        .skip(1)
        .find_map(|(at, c)| {
            let after = &text[at + c.len_utf8()..];
            let before = &text[..at];
            let spaced = before.ends_with(char::is_whitespace) && after.starts_with(char::is_whitespace);
            (long(c) || (c == '-' && spaced)).then(|| (before.trim(), after.trim_start_matches(['-', '–', '—']).trim()))
        })
        .filter(|(head, tail)| !head.is_empty() && !tail.is_empty())
}

fn after_dash(text: &str, head: &str, tail: &str, known: &dyn Fn(&str) -> bool) -> Cut {
    let (first, further) = tail.split_once(',').unwrap_or((tail, ""));
    let authority = words(head) == "hospital authority";
    if names_campus(tail) || pieces(tail).iter().any(|piece| has_form(piece)) {
        Cut::whole(text)
    } else if is_institution(first, authority) || is_government(head) && (known(first) || carries_unit(first)) {
        Cut::at(first, further)
    } else if carries_unit(tail) {
        let inner = cut(head, known);
        let unit = inner.unit.map_or_else(|| tail.to_owned(), |unit| format!("{unit}, {tail}"));
        Cut::at(&inner.organisation, &unit)
    } else {
        Cut::whole(text)
    }
}

/// Parentheses carry a unit when the name before them is that of a body or has no legal form.
fn in_parentheses(text: &str) -> Option<Cut> {
    let text = text.trim_end();
    let open = text.rfind(['(', '（'])?;
    let (inner, close) = parenthesised(text, open)?;
    let head = text[..open].trim();
    let fits =
        close == text.len() && !head.is_empty() && carries_unit(inner) && !has_form(inner) && !names_campus(inner);
    let bears = !has_form(head) && (head.contains(' ') || is_shaped(head));
    (fits && bears).then(|| Cut::at(head, inner))
}

/// The pieces between commas, a legal form kept with what it closes.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(',') {
        let next = text[at + 1..].split([',', '-', '–']).next().unwrap_or_default();
        if !is_form(next) && !is_form(next.split_whitespace().next().unwrap_or_default()) {
            pieces.push(text[start..at].trim());
            start = at + 1;
        }
    }
    pieces.push(text[start..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn at_commas(text: &str, known: &dyn Fn(&str) -> bool) -> Cut {
    let pieces = pieces(text);
    let [first, rest @ ..] = pieces.as_slice() else { return Cut::whole(text) };
    let Some(last) = rest.last() else { return Cut::whole(text) };
    let hospitals = &pieces[..pieces.len() - 1];
    if words(last) == "hospital authority" && hospitals.iter().any(|piece| is_institution(piece, true)) {
        return cut(&hospitals.join(", "), known);
    }
    if words(first) == "hospital authority" && is_institution(rest[0], true) {
        return Cut::at(rest[0], &rest[1..].join(", "));
    }
    let is_owner =
        |piece: &str| if has_form(piece) { is_department(first) } else { known(piece) || is_whole_body(piece) };
    if carries_unit(first) && !has_form(first) && !known(first) && !is_government(last) && is_owner(last) {
        return Cut::at(last, &pieces[..pieces.len() - 1].join(", "));
    }
    let bears = first.contains(' ') || is_shaped(first) || known(first);
    match rest.iter().position(|piece| carries_unit(piece)) {
        Some(at) if bears && !names_campus(text) && !rest[at..].iter().any(|piece| has_form(piece)) => {
            Cut::at(&pieces[..=at].join(", "), &rest[at..].join(", "))
        }
        _ => Cut::whole(text),
    }
}

/// `The University of Hong Kong School of Nursing`, `HKU School of Nursing`: a known university right before a unit's opening words.
fn run_on(text: &str, known: &dyn Fn(&str) -> bool) -> Option<Cut> {
    [" School of ", " Faculty of ", " Department of ", " Dept of ", " Dept. of "].iter().find_map(|opening| {
        let (head, tail) = text.split_at(text.find(opening)?);
        ((head.contains("University") || is_shaped(head)) && known(head) && !names_campus(tail))
            .then(|| Cut::at(head, tail))
    })
}

/// Whether the text is how a part of an organisation is called.
pub fn carries_unit(text: &str) -> bool {
    let words = words(text);
    words.split(' ').any(is_unit) || opening(&words)
}

/// `institute of`, `centre for`.
fn opening(words: &str) -> bool {
    let mut words = words.split(' ');
    words.next().is_some_and(opens_unit) && words.next().is_some_and(|word| matches!(word, "of" | "for" | "in"))
}

/// Whether the text is the name of a hospital or a college, and not of a part of one.
fn is_institution(text: &str, of_hospital_authority: bool) -> bool {
    let words = words(text);
    let closes_as_unit = words.rsplit(' ').next().is_some_and(is_unit) && !words.ends_with("medical centre");
    let institution = words.split(' ').any(|word| matches!(word, "hospital" | "college"));
    let medical_centre = of_hospital_authority && words.ends_with(" medical centre");
    (institution || medical_centre) && words.contains(' ') && !closes_as_unit && !opens_as_department(&words)
}

fn opens_as_department(words: &str) -> bool {
    opening(words) && !words.starts_with("college")
}

/// A body by its words (`The Hong Kong Polytechnic University`), which does not begin as a part of one.
fn is_whole_body(text: &str) -> bool {
    let words = words(text);
    words.contains(' ')
        && words.split(' ').any(is_body)
        && !opening(&words)
        && !words.split(' ').next_back().is_some_and(is_unit)
}

/// Whether a piece can only be a part: `Department of …`. A `Centre for …, … Limited` is a company's whole name.
fn is_department(text: &str) -> bool {
    words(text).split(' ').next().is_some_and(|word| matches!(word, "department" | "school" | "faculty" | "division"))
}

fn is_government(text: &str) -> bool {
    let words = words(text);
    words.contains("government") && (words.contains("hksar") || words.contains("hk"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> bool {
        ["The University of Hong Kong", "HKU"].contains(&name)
    }

    #[test]
    fn units() {
        for (text, organisation, unit) in [
            ("Union Hospital - Pathology Department", "Union Hospital", "Pathology Department"),
            ("Hong Kong Police Force - Identification Bureau", "Hong Kong Police Force", "Identification Bureau"),
            (
                "University of Macau - Institute of Chinese Medical Sciences",
                "University of Macau",
                "Institute of Chinese Medical Sciences",
            ),
            (
                "The Hong Kong Polytechnic University – Molecular Diagnostic Laboratory",
                "The Hong Kong Polytechnic University",
                "Molecular Diagnostic Laboratory",
            ),
            (
                "Bureau Veritas Hong Kong Limited - Kowloon Bay Office",
                "Bureau Veritas Hong Kong Limited",
                "Kowloon Bay Office",
            ),
            ("In Touch, Limited - Histopathology Laboratory", "In Touch, Limited", "Histopathology Laboratory"),
            (
                "Eurofins Product Testing Hong Kong Ltd. - Toys Laboratory",
                "Eurofins Product Testing Hong Kong Ltd.",
                "Toys Laboratory",
            ),
            (
                "Hospital Authority - Kwong Wah Hospital, Department of Pathology",
                "Kwong Wah Hospital",
                "Department of Pathology",
            ),
            (
                "Hospital Authority - Caritas Medical Centre, Department of Clinical Pathology",
                "Caritas Medical Centre",
                "Department of Clinical Pathology",
            ),
            (
                "Hospital Authority - Hong Kong East Cluster, Department of Clinical Pathology",
                "Hospital Authority",
                "Hong Kong East Cluster, Department of Clinical Pathology",
            ),
            (
                "Department of Health - Centre for Health Protection, Public Health Laboratory Services Branch",
                "Department of Health",
                "Centre for Health Protection, Public Health Laboratory Services Branch",
            ),
            (
                "Department of Health, Centre for Health Protection, Microbiology Division",
                "Department of Health",
                "Centre for Health Protection, Microbiology Division",
            ),
            (
                "Department of Pathology, Hong Kong Sanatorium & Hospital",
                "Hong Kong Sanatorium & Hospital",
                "Department of Pathology",
            ),
            (
                "Department of Computing, The Hong Kong Polytechnic University",
                "The Hong Kong Polytechnic University",
                "Department of Computing",
            ),
            (
                "The Hong Kong Polytechnic University, Institute of Textiles and Clothing",
                "The Hong Kong Polytechnic University",
                "Institute of Textiles and Clothing",
            ),
            (
                "The Hong Kong Polytechnic University (Dept of Applied Biology & Chemical Technology)",
                "The Hong Kong Polytechnic University",
                "Dept of Applied Biology & Chemical Technology",
            ),
            ("The University of Hong Kong School of Nursing", "The University of Hong Kong", "School of Nursing"),
            ("Department of Testing, Alpha Foods Limited", "Alpha Foods Limited", "Department of Testing"),
            ("HKU School of Nursing", "HKU", "School of Nursing"),
            (
                "Department of Pathology, Tuen Mun Hospital, Hospital Authority",
                "Tuen Mun Hospital",
                "Department of Pathology",
            ),
            ("HKU, Department of Chemistry", "HKU", "Department of Chemistry"),
        ] {
            assert_eq!(cut(text, &known), Cut { organisation: organisation.into(), unit: Some(unit.into()) }, "{text}");
        }
        assert_eq!(
            cut("The Government of the HKSAR - Transport Department", &known),
            Cut { organisation: "Transport Department".into(), unit: None }
        );
        assert_eq!(cut("Hospital Authority - Tuen Mun Hospital", &known).organisation, "Tuen Mun Hospital");
    }

    #[test]
    fn whole_names() {
        for text in [
            "Caritas - Hong Kong",
            "Hong Kong Tramways, Limited",
            "Techtronic Industries Co., Ltd.",
            "CK Life Sciences Int'l., (Holdings) Inc.",
            "Swire Pacific - Testing Laboratory Limited",
            "The Chinese University of Hong Kong, Shenzhen",
            "The University of Hong Kong - Shenzhen Hospital",
            "The Hong Kong University of Science and Technology - Shenzhen Research Institute",
            "Canossa Hospital (Caritas)",
            "Schindler Lifts (Hong Kong) Limited",
            "Alpha Limited (Testing Laboratory)",
            "Department of Health",
            "Housing, Planning and Lands Bureau",
            "X-ray Laboratory",
            "Leisure, Culture & Arts Limited",
            "Centre for Virology, Vaccinology and Therapeutics Limited",
            "Innovation, Technology and Industry Bureau",
        ] {
            assert_eq!(cut(text, &known), Cut::whole(text), "{text}");
        }
    }
}
