//! The fund's programmes: a code, a name in three languages, and former names. A renamed programme keeps its code in
//! every list and table.

use std::{collections::HashMap, sync::LazyLock};

use async_graphql::SimpleObject;
use jiff::civil::{Date, date};

use crate::{
    domain::{
        catalog::Title,
        number::is_footnote_mark,
        resolve::SyncResolve,
        script::{has_han, to_simplified},
        text::Text,
    },
    statistics::CanonicalLabel,
};

/// A funding programme.
#[derive(SyncResolve, SimpleObject, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Programme {
    /// The code in the fund's lists, such as `ITSP`. For an unknown programme, the text as published.
    pub code: String,
    /// The current name. `null` for an unknown programme.
    pub name: Option<Text>,
    /// The former names.
    pub former_names: Vec<FormerName>,
}

/// A former name of a programme.
#[derive(SyncResolve, SimpleObject, Clone, Debug, PartialEq, Eq, Hash)]
pub struct FormerName {
    /// The former name.
    pub name: Text,
    /// A date by which publications used the new name.
    pub renamed_by: Date,
}

struct Known {
    code: &'static str,
    title: Title,
    /// Other codes and names of the programme.
    also: &'static [&'static str],
    former: &'static [(Title, Date)],
}

const fn known(code: &'static str, en: &'static str, zh_hant: &'static str) -> Known {
    Known { code, title: Title::new(en, zh_hant), also: &[], former: &[] }
}

/// Names as in the fund's statistics of 31 December 2025.
static PROGRAMMES: [Known; 19] = [
    known("ITSP", "Innovation and Technology Support Programme", "創新及科技支援計劃"),
    known("MHKJFS", "Mainland-Hong Kong Joint Funding Scheme", "內地與香港聯合資助計劃"),
    known("TCFS", "Guangdong - Hong Kong Technology Cooperation Funding Scheme", "粵港科技合作資助計劃"),
    known("PRP", "Partnership Research Programme", "夥伴研究計劃"),
    Known {
        also: &["Midstream Research Programme for Universities"],
        ..known("MRP", "Midstream Research Programme", "院校中游研發計劃")
    },
    known("UICP", "University-Industry Collaboration Programme", "大學與產業合作計劃"),
    known("SERAP", "Small Entrepreneur Research Assistance Programme", "小型企業研究資助計劃"),
    known("ESS", "Enterprise Support Scheme", "企業支援計劃"),
    known("CRS", "Research and Development Cash Rebate Scheme", "投資研發現金回贈計劃"),
    known("PSTS", "Public Sector Trial Scheme", "公營機構試用計劃"),
    Known {
        also: &["公營機構試用計劃（為在香港防控2019冠狀病毒而設的項目特別徵集）"],
        ..known(
            "PSTS-COVID",
            "Public Sector Trial Scheme - Special Call for Projects for the Prevention and Control of Coronavirus Disease 2019 in Hong Kong",
            "公營機構試用計劃為在香港防控2019冠狀病毒而設的項目特別徵集",
        )
    },
    Known { also: &["科技券計劃"], ..known("TVP", "Technology Voucher Programme", "科技券") },
    known("GSP", "General Support Programme", "一般支援計劃"),
    Known {
        former: &[(Title::new("Re-industrialisation Funding Scheme", "再工業化資助計劃"), date(2024, 1, 31))],
        also: &["RFS"],
        ..known("NIFS", "New Industrialisation Funding Scheme", "新型工業化資助計劃")
    },
    known("NIAS", "New Industrialisation Acceleration Scheme", "新型工業加速計劃"),
    Known {
        also: &["FBL"], ..known("ITFBL", "Innovation and Technology Fund for Better Living", "創科生活基金")
    },
    known("PAG", "Patent Application Grant", "專利申請資助計劃"),
    Known { also: &["「研究人才庫」計劃"], ..known("RTH", "Research Talent Hub", "研究人才庫") },
    Known {
        former: &[(
            Title::new("Reindustrialisation and Technology Training Programme", "再工業化及科技培訓計劃"),
            date(2025, 12, 31),
        )],
        also: &["RTTP"],
        ..known("NITTP", "New Industrialisation and Technology Training Programme", "新型工業化及科技培訓計劃")
    },
];

/// The key of a name: its letters and digits, with Chinese in one script.
fn key(name: &str) -> String {
    let bare: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if has_han(&bare) { to_simplified(&bare) } else { bare }
}

/// The programme for each code and name, by key.
static BY_KEY: LazyLock<HashMap<String, &'static Known>> = LazyLock::new(|| {
    let names = |known: &'static Known| {
        let now = [known.code, known.title.en, known.title.zh_hant].into_iter().chain(known.also.iter().copied());
        let former = known.former.iter().flat_map(|(title, _)| [title.en, title.zh_hant]);
        now.chain(former).map(move |name| (key(name), known))
    };
    PROGRAMMES.iter().flat_map(names).collect()
});

/// Finds the programme of a text: a code or a name, with footnote marks, a stream or a former name in parentheses. Also
/// returns whether the text contains nothing else.
fn find(text: &str) -> Option<(&'static Known, bool)> {
    let bare = text.trim().trim_end_matches(is_footnote_mark).trim_end();
    if let Some(known) = BY_KEY.get(&key(bare)) {
        return Some((known, true));
    }
    let meta = bare.split(['(', '（']).next()?.trim_end().trim_end_matches(is_footnote_mark);
    BY_KEY.get(&key(meta)).map(|known| (*known, false))
}

impl Programme {
    /// The programme of a cell. A code with a stream, such as `ITSP (Platform)`, is kept as published.
    pub fn parse(text: &str) -> Self {
        let bare = text.trim().trim_end_matches(is_footnote_mark).trim_end();
        match find(bare) {
            None => Self { code: bare.to_owned(), name: None, former_names: Vec::new() },
            Some((known, is_whole)) => Self {
                code: if is_whole { known.code.to_owned() } else { bare.to_owned() },
                name: Some(known.title.into()),
                former_names: known.former_names(),
            },
        }
    }
}

impl Known {
    fn former_names(&self) -> Vec<FormerName> {
        self.former
            .iter()
            .map(|(title, renamed_by)| FormerName { name: (*title).into(), renamed_by: *renamed_by })
            .collect()
    }
}

/// The programme of a label in a statistical table, so that its series continues after a renaming.
pub fn canonical(_: &str, label: &Text) -> Option<CanonicalLabel> {
    let (known, _) = [&label.en, &label.hant, &label.hans].into_iter().flatten().find_map(|label| find(label))?;
    Some(CanonicalLabel { code: known.code.to_owned(), name: known.title.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_streams_and_names() {
        for (text, code) in [
            ("ITSP", "ITSP"),
            ("itsp*", "ITSP"),
            ("ITSP (Platform)", "ITSP (Platform)"),
            ("Enterprise Support Scheme", "ESS"),
            ("企業支援計劃", "ESS"),
            ("企业支援计划", "ESS"),
            ("New Industrialisation Funding Scheme (formerly known as Re-industrialisation Funding Scheme)", "NIFS"),
            ("Research and Development Cash Rebate Scheme (Since April 2016)", "CRS"),
            ("XYZ", "XYZ"),
        ] {
            let programme = Programme::parse(text);
            let canonical = canonical("", &Text::english(text)).map(|known| known.code);
            let expected = (text != "XYZ").then(|| code.split(' ').next().unwrap_or(code).to_owned());
            assert_eq!(canonical, expected, "{text}");
            if !text.contains("formerly") && !text.contains("Since") {
                assert_eq!(programme.code, code, "{text}");
            }
        }
        assert_eq!(
            Programme::parse("ITSP (Platform)").name.and_then(|name| name.en).as_deref(),
            Some(PROGRAMMES[0].title.en)
        );
        assert_eq!(Programme::parse("XYZ").name, None);
    }

    #[test]
    fn a_renamed_programme_is_one_programme() {
        for text in
            ["再工業化資助計劃", "再工业化资助计划", "Re-industrialisation Funding Scheme", "新型工業化資助計劃", "RFS"]
        {
            let programme = Programme::parse(text);
            assert_eq!((programme.code.as_str(), programme.former_names.len()), ("NIFS", 1), "{text}");
        }
    }
}
