//! The kind of an organisation, with evidence. It comes from the curated lines, else from the names.

use crate::{
    domain::catalog::Publisher,
    linking::{
        curated::Curated, form::LegalForm, organisation_kind::OrganisationKind as Kind, parsed_name::ParsedName,
        unit_vocabulary::is_fellowship,
    },
};

/// Returns the kind of a cluster and the evidence for it. A curated line takes precedence, then a legal form, then the
/// words of the names.
pub fn decide(organisation: Option<u32>, members: &[(Publisher, &ParsedName)], curated: &Curated) -> (Kind, String) {
    let known = organisation.map(|at| &curated.organisations[at as usize]);
    if let Some((kind, known)) = known.and_then(|known| known.kind.map(|kind| (kind, known))) {
        return (kind, format!("a reviewed line about `{}` ({})", known.name, known.source));
    }
    let formed = members.iter().map(|(_, reading)| *reading).find(|reading| is_company(reading));
    if let Some(reading) = formed {
        return (Kind::Company, format!("the legal form in `{}`", crate::linking::possible::written(reading)));
    }
    let by_words = members.iter().find_map(|(_, reading)| by_words(reading));
    by_words.unwrap_or_else(|| {
        if members.iter().any(|(publisher, _)| *publisher == Publisher::Hkstpc) {
            (Kind::Company, "the Science Park directory lists it as a company".to_owned())
        } else {
            (Kind::Other, "the names do not indicate a kind".to_owned())
        }
    })
}

fn is_company(reading: &ParsedName) -> bool {
    let by_english = !matches!(reading.class(), LegalForm::None | LegalForm::Corporation);
    let chinese = reading.chinese.as_ref();
    by_english || reading.english.is_none() && chinese.is_some_and(|chinese| chinese.class != LegalForm::None)
}

fn by_words(reading: &ParsedName) -> Option<(Kind, String)> {
    let words: Vec<&str> = reading.core().split(' ').collect();
    let english = |word: &str| words.contains(&word);
    let last = words.last().copied().unwrap_or_default();
    let chinese = reading.chinese_core().unwrap_or_default();
    let around = words.iter().copied().find(|word| is_fellowship(word) || matches!(*word, "hospital" | "chamber"));
    let found = if let Some(word) = around {
        (Kind::Other, word)
    } else if last == "university"
        || words.windows(2).any(|pair| pair == ["university", "of"])
        || chinese.ends_with("大学")
    {
        (Kind::University, "university")
    } else if words.windows(2).any(|pair| pair == ["research", "institute"])
        || chinese.ends_with("研究院")
        || chinese.ends_with("研究所")
    {
        (Kind::ResearchInstitute, "research institute")
    } else if english("academy") {
        (Kind::Other, "academy")
    } else if let Some(word) =
        ["department", "bureau", "authority", "council", "commission", "government", "observatory", "secretariat"]
            .into_iter()
            .find(|word| last == *word)
    {
        (Kind::PublicBody, word)
    } else if words.first() == Some(&"department") && english("of") {
        (Kind::PublicBody, "department of")
    } else if words.first() == Some(&"government") {
        (Kind::PublicBody, "government")
    } else if words.windows(2).any(|pair| pair == ["police", "force"]) {
        (Kind::PublicBody, "police force")
    } else if reading.english.is_none() && (chinese.ends_with('署') || chinese.ends_with('局')) {
        (Kind::PublicBody, "署 or 局")
    } else if reading.class() == LegalForm::Corporation {
        (Kind::Company, "corporation")
    } else {
        return None;
    };
    let (kind, word) = found;
    Some((kind, format!("`{word}` in `{}`", crate::linking::possible::written(reading))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linking::{name::Name, parsed_name};

    #[test]
    fn kinds_from_names() {
        for (en, zh, kind) in [
            ("University of Nowhere", "", Kind::University),
            ("Nowhere University Press Limited", "", Kind::Company),
            ("Zhuhai UM Science & Technology Research Institute", "", Kind::ResearchInstitute),
            ("Transport Department", "", Kind::PublicBody),
            ("Department of Nothing", "", Kind::PublicBody),
            ("Government Nowhere Institute", "", Kind::PublicBody),
            ("University of Nowhere Alumni Association", "", Kind::Other),
            ("Nowhere University Students' Union", "", Kind::Other),
            ("Nowhere Academy of Sciences", "", Kind::Other),
            ("Nowhere University Hospital", "", Kind::Other),
            ("Nowhere Council", "", Kind::PublicBody),
            ("Nowhere Council Limited", "", Kind::Company),
            ("", "某某有限公司", Kind::Company),
            ("", "某某署", Kind::PublicBody),
            ("Residential care homes", "", Kind::Other),
        ] {
            let name = Name { publisher: Publisher::Itf, en, zh, website: "", address: "" };
            let readings = parsed_name::read(&name, &Curated::default());
            let members: Vec<_> = readings.iter().map(|reading| (Publisher::Itf, reading)).collect();
            assert_eq!(decide(None, &members, &Curated::default()).0, kind, "{en}{zh}");
        }
    }
}
