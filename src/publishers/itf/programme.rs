//! The fund's programmes: a code in the lists, a name that changes over the years.

use async_graphql::SimpleObject;

use crate::{catalog::Title, values::text::Text};

/// A funding programme.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Programme {
    /// The code in the fund's lists, `ITSP`; the text as published where it is no known code.
    pub code: String,
    /// Its name, where the code is known.
    pub name: Option<Text>,
}

const KNOWN: [(&str, Title); 12] = [
    ("ITSP", Title::new("Innovation and Technology Support Programme", "創新及科技支援計劃")),
    ("MRP", Title::new("Midstream Research Programme for Universities", "大學中游研發計劃")),
    ("PRP", Title::new("Partnership Research Programme", "夥伴研究計劃")),
    ("UICP", Title::new("University-Industry Collaboration Programme", "大學與產業合作計劃")),
    ("GSP", Title::new("General Support Programme", "一般支援計劃")),
    ("ESS", Title::new("Enterprise Support Scheme", "企業支援計劃")),
    ("TVP", Title::new("Technology Voucher Programme", "科技券計劃")),
    ("PSTS", Title::new("Public Sector Trial Scheme", "公營機構試用計劃")),
    ("RTH", Title::new("Research Talent Hub", "研究人才庫")),
    ("MHKJFS", Title::new("Mainland-Hong Kong Joint Funding Scheme", "內地與香港聯合資助計劃")),
    ("TCFS", Title::new("Guangdong-Hong Kong Technology Cooperation Funding Scheme", "粵港科技合作資助計劃")),
    ("NIFS", Title::new("New Industrialisation Funding Scheme", "新型工業化資助計劃")),
];

impl Programme {
    /// The programme of a cell: a code, with footnote marks or a stream in parentheses, or a name.
    pub fn parse(text: &str) -> Self {
        let bare = text.trim().trim_end_matches(crate::values::number::is_footnote_mark).trim_end();
        let (head, _) = bare.split_once(['(', '（']).unwrap_or((bare, ""));
        let known = KNOWN.iter().find(|(code, title)| {
            head.trim().eq_ignore_ascii_case(code) || bare.eq_ignore_ascii_case(title.en) || bare == title.zh_hant
        });
        Self {
            code: known
                .filter(|(code, _)| !bare.contains(['(', '（']) || bare == *code)
                .map_or(bare, |(code, _)| code)
                .to_owned(),
            name: known.map(|(_, title)| Text::from(*title)),
        }
    }
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
            ("XYZ", "XYZ"),
        ] {
            assert_eq!(Programme::parse(text).code, code, "{text}");
        }
        assert_eq!(Programme::parse("ITSP (Platform)").name.unwrap().en.unwrap(), KNOWN[0].1.en);
        assert_eq!(Programme::parse("XYZ").name, None);
    }
}
