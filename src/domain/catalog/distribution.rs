//! A downloadable file of a dataset, and the information in its URL: language, table, year and day.
//!
//! Publishers state the language in the URL: as a suffix of the file name (`_e`, `_tc`, `_SC`), as a folder (`/zh-hk/`)
//! or as a parameter (`?lang=en`). The rest of the URL identifies the table, so the files of one table in several
//! languages and formats have the same [`Distribution::table`].

use std::borrow::Cow;

use jiff::civil::Date;
use url::Url;

use crate::domain::{date, period::Period, text::Language};

/// A downloadable file of a dataset that is known but not yet fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// The official URL, however the file is fetched.
    pub url: String,
    /// The language of the file. `None` if it has several languages or states none.
    pub language: Option<Language>,
    /// The year or financial year in the file name: `2019`, `2014-15`.
    pub period: Option<String>,
    /// The day in the file name.
    pub as_of: Option<Date>,
}

/// Language codes in URLs. A code of one letter counts only as a suffix.
const LANGUAGE_CODES: [(&str, Language); 34] = [
    ("zh-hant", Language::ZhHant),
    ("zh-hans", Language::ZhHans),
    ("zh-hk", Language::ZhHant),
    ("zh-tw", Language::ZhHant),
    ("zh-mo", Language::ZhHant),
    ("zh-cn", Language::ZhHans),
    ("zh-sg", Language::ZhHans),
    ("en-hk", Language::En),
    ("en-us", Language::En),
    ("en-gb", Language::En),
    ("english", Language::En),
    ("eng", Language::En),
    ("en", Language::En),
    ("e", Language::En),
    ("tchi", Language::ZhHant),
    ("hant", Language::ZhHant),
    ("chi", Language::ZhHant),
    ("cht", Language::ZhHant),
    ("zht", Language::ZhHant),
    ("big5", Language::ZhHant),
    ("tc", Language::ZhHant),
    ("zh", Language::ZhHant),
    ("b5", Language::ZhHant),
    ("t", Language::ZhHant),
    ("c", Language::ZhHant),
    ("schi", Language::ZhHans),
    ("hans", Language::ZhHans),
    ("chs", Language::ZhHans),
    ("zhs", Language::ZhHans),
    ("sc", Language::ZhHans),
    ("cn", Language::ZhHans),
    ("gb", Language::ZhHans),
    ("s", Language::ZhHans),
    ("simp", Language::ZhHans),
];

/// URL parameters that state a language.
const LANGUAGE_PARAMETERS: [&str; 4] = ["lang", "language", "locale", "lng"];

impl Distribution {
    /// The file at this URL, with the information in the URL: `annuallist_2019_e.csv` is the English file for 2019.
    pub fn at(url: impl Into<String>) -> Self {
        let url = url.into();
        let name = file_name(&url);
        let (stem, suffix) = split_suffix(&name);
        let language = suffix.or_else(|| language_parameter(&url));
        let period = period_in(stem);
        let as_of = digit_runs(stem).filter(|run| run.len() == 8).find_map(|run| date::parse(run).ok());
        Self { url, language, period, as_of }
    }

    /// The identifier of the table: the URL without host, language and format, in lower case. It is the same for every
    /// language and format of a table.
    pub fn table(&self) -> String {
        let mut table = String::new();
        for folder in folders(&self.url).filter(|folder| folder_language(folder).is_none()) {
            table.push_str(&folder.to_lowercase());
            table.push('/');
        }
        table.push_str(&split_suffix(&file_name(&self.url)).0.to_lowercase());
        if let Some((_, query)) = without_fragment(&self.url).split_once('?') {
            for parameter in query.split('&').filter(|parameter| !is_language_parameter(parameter)) {
                table.push('?');
                table.push_str(parameter);
            }
        }
        table
    }

    /// The language that a folder in the URL states.
    pub fn folder_language(&self) -> Option<Language> {
        folders(&self.url).find_map(|folder| folder_language(&folder))
    }

    /// The letter after the year in the file name, in lower case: `a` in `annualstat_2025a_e.csv`.
    pub fn letter(&self) -> Option<char> {
        let name = file_name(&self.url).to_ascii_lowercase();
        split_suffix(&name).0.split(|c: char| !c.is_ascii_alphanumeric()).find_map(|word| {
            let (year, letter) = word.split_at_checked(word.len().checked_sub(1)?)?;
            let year = &year[year.find(|c: char| c.is_ascii_digit())?..];
            let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
            letter.chars().next().filter(|letter| is_year && letter.is_ascii_alphabetic())
        })
    }

    /// The file extension, in lower case: `csv`.
    pub fn ending(&self) -> Option<String> {
        let name = last_segment(&self.url);
        let (_, ending) = name.rsplit_once('.')?;
        let is_ending = (2..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_ending.then(|| ending.to_ascii_lowercase())
    }
}

/// A URL in the form in which it is requested: absolute, with every character encoded once. `None` if the text is not a
/// web URL.
pub fn web_address(text: &str) -> Option<String> {
    let text = text.trim().replace("&amp;", "&");
    let absolute = if text.starts_with("//") {
        format!("https:{text}")
    } else if text.contains("://") {
        text
    } else {
        format!("https://{text}")
    };
    let url = Url::parse(&escape_percent(&absolute)).ok()?;
    let has_domain = url.host_str().is_some_and(|host| host.contains('.') || host == "localhost");
    (matches!(url.scheme(), "http" | "https") && has_domain).then(|| url.to_string())
}

/// Encodes a percent sign that does not begin an encoded byte.
fn escape_percent(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        escaped.push(c);
        let is_encoded = text.as_bytes().get(at + 1..at + 3).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit));
        if c == '%' && !is_encoded {
            escaped.push_str("25");
        }
    }
    escaped
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or(url)
}

/// The path of a URL, without its host.
fn path(url: &str) -> &str {
    let bare = without_fragment(url).split('?').next().unwrap_or(url);
    match bare.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => bare,
    }
    .trim_end_matches('/')
}

/// The last segment of the path, decoded.
fn last_segment(url: &str) -> Cow<'_, str> {
    let path = path(url);
    decoded(path.rsplit('/').next().unwrap_or(path))
}

/// The last segment of the path without its extension.
fn file_name(url: &str) -> String {
    let name = last_segment(url);
    name.rsplit_once('.').map_or(&*name, |(stem, _)| stem).to_owned()
}

/// The segments of the path before the last.
fn folders(url: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let path = path(url);
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').filter(|folder| !folder.is_empty()).map(decoded)
}

fn decoded(segment: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy()
}

/// A name without the suffix that states its language, and that language. A code in capitals after a lower-case letter
/// is also a suffix, as in `TableTC`.
fn split_suffix(name: &str) -> (&str, Option<Language>) {
    let comparable: String = name.chars().map(|c| if matches!(c, '_' | ' ' | '.' | '(') { '-' } else { c }).collect();
    let (name, comparable) = match (name.strip_suffix(')'), comparable.strip_suffix(')')) {
        (Some(inner), Some(text)) if LANGUAGE_CODES.iter().any(|(code, _)| ends_with_code(text, code)) => (inner, text),
        _ => (name, comparable.as_str()),
    };
    for (code, language) in LANGUAGE_CODES {
        let Some(at) = name.len().checked_sub(code.len()).filter(|at| name.is_char_boundary(*at)) else { continue };
        let capitals = name[at..].bytes().all(|byte| byte.is_ascii_uppercase()) && code.len() > 1;
        let behind_small_letter = name[..at].ends_with(|c: char| c.is_ascii_lowercase());
        if ends_with_code(comparable, code) {
            return (name[..at - 1].trim_end(), Some(language));
        }
        if capitals && behind_small_letter && name[at..].eq_ignore_ascii_case(code) {
            return (&name[..at], Some(language));
        }
    }
    (name, None)
}

/// Whether a text ends with a separator and this code.
fn ends_with_code(text: &str, code: &str) -> bool {
    text.len()
        .checked_sub(code.len() + 1)
        .and_then(|at| text.get(at..))
        .and_then(|end| end.strip_prefix('-'))
        .is_some_and(|end| end.eq_ignore_ascii_case(code))
}

fn folder_language(folder: &str) -> Option<Language> {
    let folder = folder.replace('_', "-");
    LANGUAGE_CODES
        .iter()
        .find_map(|(code, language)| (code.len() > 1 && folder.eq_ignore_ascii_case(code)).then_some(*language))
}

fn is_language_parameter(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    LANGUAGE_PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn language_parameter(url: &str) -> Option<Language> {
    let (_, query) = without_fragment(url).split_once('?')?;
    let parameter = query.split('&').find(|parameter| is_language_parameter(parameter))?;
    let value = parameter.split_once('=')?.1.replace('_', "-");
    LANGUAGE_CODES.iter().find_map(|(code, language)| value.eq_ignore_ascii_case(code).then_some(*language))
}

/// The year or financial year in the name of a file or resource.
pub fn period_in(name: &str) -> Option<String> {
    let periods = name.split(['_', '.', ' ', '(', ')', ',']).filter_map(|word| Period::parse(word).ok());
    periods.filter(|period| period.start != period.end).map(|period| period.label).next()
}

/// The day in the name of a resource, such as `Overview (30 April 2026)`.
pub fn day_in(name: &str) -> Option<Date> {
    let parts = name.split(['(', ')', ',', '_']);
    let bare = |part: &str| {
        let part = part.trim();
        let known = ["as at ", "as of ", "at ", "updated on "];
        let lower = part.to_ascii_lowercase();
        known.iter().find(|words| lower.starts_with(**words)).map_or(part, |words| &part[words.len()..]).to_owned()
    };
    parts.map(bare).filter(|part| part.chars().any(|c| c.is_ascii_digit())).find_map(|part| date::parse(&part).ok())
}

fn digit_runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn language_period_and_day_are_read_from_the_address() {
        let file = Distribution::at("https://www.itf.gov.hk/datagovhk/annuallist_2019_e.csv");
        assert_eq!((file.language, file.period.as_deref()), (Some(Language::En), Some("2019")));
        let dated = Distribution::at("http://www.itf.gov.hk/datagovhk/itvf_ip_20260131_e.csv");
        assert_eq!(dated.as_of, Some(jiff::civil::date(2026, 1, 31)));
        assert_eq!(dated.period, None);
        assert_eq!(Distribution::at("https://x.org/kpi_2018-19.csv").period.as_deref(), Some("2018-19"));
        let plain = Distribution::at("https://opendata.hkstp.org/corporate/companydirectory/v1/");
        assert_eq!((plain.language, plain.period), (None, None));
    }

    #[test]
    fn languages_are_read_from_suffixes_folders_and_parameters() {
        use Language::{En, ZhHans, ZhHant};
        for (english, traditional, simplified) in [
            ("http://x.gov.hk/d/list_e.csv", "http://x.gov.hk/d/list_t.csv", "http://x.gov.hk/d/list_s.csv"),
            ("https://x.gov.hk/Table1_en.xls", "https://x.gov.hk/Table1_tc.xls", "https://x.gov.hk/Table1_sc.xls"),
            (
                "https://x.hk/R&D/S_2021-2022_ENG.csv",
                "https://x.hk/R&D/S_2021-2022_TC.csv",
                "https://x.hk/R&D/S_2021-2022_SC.csv",
            ),
            ("https://x.org/K_2018-19_EN.csv", "https://x.org/K_2018-19_TC.csv", "https://x.org/K_2018-19_SC.csv"),
            ("https://x.hk/a/k(HK)s_en.csv", "https://x.hk/a/k(HK)s_tc.csv", "https://x.hk/a/k(HK)s_sc.csv"),
            ("https://x.hk/en/p/list_en.csv", "https://x.hk/zh-hk/p/list_tc.csv", "https://x.hk/zh-cn/p/list_sc.csv"),
            ("https://x.hk/listEN.csv", "https://x.hk/listTC.csv", "https://x.hk/listSC.csv"),
            ("https://x.hk/list%20(en).csv", "https://x.hk/list%20(tc).csv", "https://x.hk/list%20(sc).csv"),
            ("https://x.hk/l.zh.en.csv", "https://x.hk/l.zh.zh-Hant.csv", "https://x.hk/l.zh.zh_Hans.csv"),
            ("https://x.hk/api?id=7&lang=en", "https://x.hk/api?id=7&lang=zh_HK", "https://x.hk/api?id=7&lang=zh-CN"),
        ] {
            let files = [english, traditional, simplified].map(Distribution::at);
            assert_eq!(files.clone().map(|file| file.language), [Some(En), Some(ZhHant), Some(ZhHans)], "{english}");
            assert!(files.iter().all(|file| file.table() == files[0].table()), "{english}: {}", files[1].table());
        }
        let folders = ["https://x.hk/en/list.csv", "https://x.hk/zh-hk/list.csv"].map(Distribution::at);
        assert_eq!(folders.clone().map(|file| file.folder_language()), [Some(En), Some(ZhHant)]);
        assert_eq!(folders[0].table(), folders[1].table());
    }

    #[test]
    fn different_tables_are_distinguished() {
        let table = |url| Distribution::at(url).table();
        assert_ne!(table("http://x.gov.hk/stat_2026a_e.csv"), table("http://x.gov.hk/stat_2026b_e.csv"));
        assert_ne!(table("http://x.gov.hk/2024/list_e.csv"), table("http://x.gov.hk/2025/list_e.csv"));
        assert_ne!(table("http://x.gov.hk/api?id=1"), table("http://x.gov.hk/api?id=2"));
        assert_eq!(table("http://x.gov.hk/Table1_en.xls"), table("https://x.gov.hk/table1_tc.csv"));
        assert_eq!(table("https://x.gov.hk/Summaries.csv"), "summaries", "the last letter alone is not a suffix");
    }

    #[test]
    fn the_table_letter_follows_the_year() {
        let letter = |url| Distribution::at(url).letter();
        assert_eq!(letter("http://x.gov.hk/stat_2026a_e.csv"), Some('a'));
        assert_eq!(letter("http://x.gov.hk/annualstat_2025C_s.csv"), Some('c'));
        assert_eq!(letter("http://x.gov.hk/annuallist_2025_e.csv"), None);
        assert_eq!(letter("http://x.gov.hk/Table10_en.csv"), None);
    }

    #[test]
    fn addresses_are_encoded_once() {
        for (text, address) in [
            (" https://x.gov.hk/R&amp;D/a b.csv ", "https://x.gov.hk/R&D/a%20b.csv"),
            ("https://x.gov.hk/a%20b.csv", "https://x.gov.hk/a%20b.csv"),
            ("https://x.gov.hk/K(HK)s_en.csv", "https://x.gov.hk/K(HK)s_en.csv"),
            ("http://x.gov.hk/名單_tc.csv", "http://x.gov.hk/%E5%90%8D%E5%96%AE_tc.csv"),
            ("https://x.gov.hk/100%.csv", "https://x.gov.hk/100%25.csv"),
            ("//x.gov.hk/a.csv", "https://x.gov.hk/a.csv"),
            ("www.x.gov.hk/a.csv", "https://www.x.gov.hk/a.csv"),
            ("HTTPS://X.gov.hk/A.csv", "https://x.gov.hk/A.csv"),
        ] {
            assert_eq!(web_address(text).as_deref(), Some(address), "{text}");
            assert_eq!(web_address(address).as_deref(), Some(address));
        }
        for text in ["", "n/a", "ftp://x.gov.hk/a", "javascript:alert(1)", "file:///etc/passwd"] {
            assert_eq!(web_address(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_read_from_resource_names() {
        assert_eq!(day_in("Overview of the Fund (English) (30 April 2026)"), Some(jiff::civil::date(2026, 4, 30)));
        assert_eq!(day_in("Overview (as at 31/12/2025)"), Some(jiff::civil::date(2025, 12, 31)));
        assert_eq!(day_in("Approved projects (English) (2025)"), None);
    }

    proptest! {
        #[test]
        fn address_normalisation_is_idempotent(text in "\\PC{0,60}") {
            let file = Distribution::at(text.clone());
            let _ = (file.table(), file.letter(), file.ending(), file.folder_language());
            if let Some(address) = web_address(&text) {
                prop_assert_eq!(web_address(&address), Some(address));
            }
        }
    }
}
