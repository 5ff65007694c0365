//! The reasons why a name has no organisation.

use async_graphql::Enum;

use crate::{
    domain::resolve::SyncResolve,
    linking::{chinese::Chinese, curated::Curated, key::English, name::Name, parsed_name},
};

/// The reason why a published name has no organisation.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OmissionReason {
    /// The text is only the name of a unit, such as a laboratory, that many organisations have.
    UnitAlone,
    /// The text has no letters, or only a legal form.
    NoName,
}

impl OmissionReason {
    /// Returns a readable description of the reason.
    pub const fn text(self) -> &'static str {
        match self {
            Self::UnitAlone => "only the name of a unit",
            Self::NoName => "no letters, or only a legal form",
        }
    }
}

/// Returns the reason why a name has no organisation. `None` if it has one, or if the text is empty.
pub fn omission(name: &Name<'_>, curated: &Curated) -> Option<OmissionReason> {
    let texts = [name.en, name.zh];
    if texts.iter().all(|text| text.trim().is_empty()) || !parsed_name::read(name, curated).is_empty() {
        return None;
    }
    let is_read = |text: &&str| English::read(text).is_some() || Chinese::read(text).is_some();
    Some(if texts.iter().any(is_read) { OmissionReason::UnitAlone } else { OmissionReason::NoName })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalog::Publisher;

    #[test]
    fn omission_reasons() {
        for (en, zh, reason) in [
            ("Pathology Department", "病理部", Some(OmissionReason::UnitAlone)),
            ("", "化驗室", Some(OmissionReason::UnitAlone)),
            ("-", "", Some(OmissionReason::NoName)),
            ("N/A.", "", None),
            ("", " ", None),
            ("Innovation Team Company Limited", "", None),
            ("Hong Kong Testing Laboratory Limited", "", None),
            ("Asia Molecular Diagnostics Laboratory Limited", "", None),
        ] {
            let name = Name { publisher: Publisher::Itf, en, zh, website: "", address: "" };
            assert_eq!(omission(&name, &Curated::default()), reason, "{en}{zh}");
        }
    }
}
