//! The kind of an organisation's name.

use crate::domain::resolve::SyncResolve;
use async_graphql::Enum;

use crate::linking::{curated::Curated, method::Method};

/// The kind of an organisation's name.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[graphql(name = "OrganisationNameKind")]
pub enum NameKind {
    /// The full name as a publisher writes it.
    Registered,
    /// A trading name, from a curated list.
    Trading,
    /// A translation or another form of the name, from a curated list.
    Translation,
    /// A former name, from a curated list.
    Former,
    /// An acronym of the name.
    Acronym,
}

impl Curated {
    /// Returns the kind of a name that was linked by a method: the kind in the curated line, or else a full name.
    pub fn name_kind(&self, text: &str, method: Method) -> NameKind {
        match method {
            Method::DeclaredAcronym => NameKind::Acronym,
            Method::CuratedAlias | Method::UnitOf => {
                let line = self.known(text).and_then(|known| known.line).map(|line| &self.aliases[line as usize]);
                match line.map_or("NAME", |line| line.kind.as_str()) {
                    "ACRONYM" => NameKind::Acronym,
                    "FORMER" => NameKind::Former,
                    "TRADING" => NameKind::Trading,
                    "TRANSLATION" => NameKind::Translation,
                    _ => NameKind::Registered,
                }
            }
            _ => NameKind::Registered,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_what_the_line_says() {
        let curated = Curated::embedded();
        for (text, method, kind) in [
            ("HKRITA", Method::CuratedAlias, NameKind::Acronym),
            (
                "Hong Kong Applied Science and Technology Research Institute Company Limited",
                Method::CuratedAlias,
                NameKind::Registered,
            ),
            ("ABC", Method::DeclaredAcronym, NameKind::Acronym),
            ("HKRITA", Method::ExactKey, NameKind::Registered),
            ("Nobody Limited", Method::CuratedAlias, NameKind::Registered),
        ] {
            assert_eq!(curated.name_kind(text, method), kind, "{text}");
        }
        let former = curated.aliases.iter().find(|line| line.kind == "FORMER").expect("some body has been renamed");
        assert_eq!(curated.name_kind(&former.alias, Method::CuratedAlias), NameKind::Former);
    }
}
