//! Name kinds and present names, according to the curated lines.

use crate::linking::{curated::Curated, method::Method, model::Cluster, name_kind::NameKind};

impl Curated {
    /// Returns the kind of a published name. A curated former name is `Former` regardless of the linking method. Any
    /// other name linked by a curated line has the kind from that line. All other names are full names or acronyms.
    pub fn name_kind(&self, text: &str, method: Method, cluster: &Cluster) -> NameKind {
        let known = self.known(text).filter(|known| cluster.organisation == Some(known.organisation));
        let kind = known.and_then(|known| known.line).map_or(NameKind::Registered, |line| self.kind_of_line(line));
        match method {
            Method::DeclaredAcronym => NameKind::Acronym,
            Method::CuratedAlias | Method::UnitOf => kind,
            _ if kind == NameKind::Former => kind,
            _ => NameKind::Registered,
        }
    }

    fn kind_of_line(&self, line: u32) -> NameKind {
        match self.aliases[line as usize].kind.as_str() {
            "ACRONYM" => NameKind::Acronym,
            "FORMER" => NameKind::Former,
            "TRADING" => NameKind::Trading,
            "TRANSLATION" => NameKind::Translation,
            _ => NameKind::Registered,
        }
    }

    /// Returns the curated present name of a cluster in English or Chinese.
    pub fn present_name(&self, cluster: &Cluster, in_chinese: bool) -> Option<&str> {
        let organisation = self.organisations.get(cluster.organisation? as usize)?;
        let line = self.aliases.iter().find(|line| line.own_name() == organisation.name)?;
        let name = if in_chinese { &line.name_zh } else { &line.name_en };
        (!name.is_empty()).then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::catalog::Publisher,
        linking::{Name, link},
    };

    fn cluster(curated: &Curated, name: &str) -> Cluster {
        let name = Name { publisher: Publisher::Itf, en: name, zh: "", website: "", address: "" };
        link(&[name], curated).clusters.remove(0)
    }

    #[test]
    fn name_kinds_follow_the_curated_line() {
        let curated = Curated::embedded();
        let body = "The Hong Kong Research Institute of Textiles and Apparel Limited";
        let college = "The Education University of Hong Kong";
        for (organisation, text, method, kind) in [
            (body, "HKRITA", Method::CuratedAlias, NameKind::Acronym),
            (body, body, Method::CuratedAlias, NameKind::Registered),
            (body, "ABC", Method::DeclaredAcronym, NameKind::Acronym),
            (body, "HKRITA", Method::ExactKey, NameKind::Registered),
            (body, "Nobody Limited", Method::CuratedAlias, NameKind::Registered),
            (college, "The Hong Kong Institute of Education", Method::Alone, NameKind::Former),
            (college, "Hong Kong Institute of Education", Method::ExactKey, NameKind::Former),
            (body, "Hong Kong Institute of Education", Method::ExactKey, NameKind::Registered),
        ] {
            let cluster = cluster(&curated, organisation);
            assert_eq!(curated.name_kind(text, method, &cluster), kind, "{text}");
        }
    }

    #[test]
    fn the_present_name_of_a_renamed_body() {
        let curated = Curated::embedded();
        let renamed = cluster(&curated, "The Hong Kong Institute of Education");
        assert_eq!(curated.present_name(&renamed, false), Some("The Education University of Hong Kong"));
        assert_eq!(curated.present_name(&renamed, true), Some("香港教育大學"));
        assert_eq!(curated.present_name(&cluster(&curated, "Nobody Limited"), false), None);
    }
}
