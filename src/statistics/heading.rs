//! Hints about the content of a column from the words of its heading. The values take precedence.

use super::{label::published, noun::words};
use crate::domain::{
    script::{has_han, to_simplified},
    text::{Language, Text},
};

/// The hints in a heading about the content of its column.
#[expect(clippy::struct_excessive_bools, reason = "a heading may have several hints")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeadingHints {
    /// Years, months, days.
    pub period: bool,
    /// The first days of periods.
    pub start: bool,
    /// The last days of periods.
    pub end: bool,
    /// As-at days of figures.
    pub moment: bool,
    /// The last days of spans of this number of months.
    pub months_to_end: Option<i32>,
    pub unit: bool,
    pub qualifier: bool,
    pub remark: bool,
    /// Serial numbers.
    pub serial: bool,
    /// Codes, abbreviations, reference numbers.
    pub code: bool,
    /// Names of measures.
    pub measure: bool,
    /// Latitudes, longitudes.
    pub coordinate: bool,
    /// A year that is not the period of figures, such as a founding year.
    pub founded: bool,
    /// Quarters of years.
    pub quarter: bool,
    /// Numbers that are not figures, such as ranks.
    pub ordinal: bool,
}

/// Words of columns of periods.
const DATED: &[&str] = &[
    "year",
    "years",
    "yr",
    "period",
    "periods",
    "date",
    "month",
    "months",
    "mth",
    "quarter",
    "qtr",
    "fy",
    "day",
    "yyyymm",
    "yyyymmdd",
    "fiscal",
    "yearmonth",
    "as",
    "time",
    "wave",
    "round",
];
/// Headings of columns of units.
const UNITS: &[&str] = &[
    "unit",
    "units",
    "unit of measure",
    "unit of measurement",
    "unit of count",
    "uom",
    "measured in",
    "measurement unit",
    "counted in",
    "expressed in",
    "unit measure",
    "measure unit",
];
/// Headings of remarks.
const REMARKS: &[&str] =
    &["remark", "remarks", "note", "notes", "source", "sources", "footnote", "footnotes", "comment", "comments"];
/// Headings of serial numbers.
const SERIALS: &[&str] = &[
    "no",
    "sn",
    "s n",
    "serial",
    "serial no",
    "serial number",
    "ser",
    "ser no",
    "item no",
    "item number",
    "seq",
    "sequence",
    "row",
    "row no",
    "#",
    "order",
    "index",
    "line",
    "line no",
];
/// Words of columns that name measures.
const MEASURES: &[&str] = &[
    "measure",
    "measures",
    "kpi",
    "kpis",
    "indicator",
    "indicators",
    "statistic",
    "statistics",
    "metric",
    "metrics",
    "variable",
];
/// Headings of columns that name measures.
const COUNTED: &[&str] =
    &["what is counted", "what is measured", "counted", "measured", "data item", "data series", "series"];
/// Words of columns of places.
const PLACES: &[&str] = &[
    "latitude",
    "longitude",
    "lat",
    "lng",
    "lon",
    "long",
    "coordinates",
    "coordinate",
    "geometry",
    "easting",
    "northing",
];

impl HeadingHints {
    /// Returns the hints in a heading, in any of its languages.
    pub fn of(heading: &Text) -> Self {
        let mut hints = Self::default();
        for text in published(heading).map(|text| without_language(text).0) {
            if has_han(text) { hints.chinese(text) } else { hints.english(text) }
        }
        hints
    }

    fn english(&mut self, heading: &str) {
        let words = words(heading);
        let list: Vec<&str> = words.iter().map(String::as_str).collect();
        let has = |known: &[&str]| list.iter().any(|word| known.contains(word));
        let is = |known: &[&str]| known.contains(&list.join(" ").as_str());
        let last = list.last().copied().unwrap_or_default();
        let dated = has(DATED);
        self.ordinal |= has(&["rank", "ranking"]);
        self.quarter |= has(&["quarter", "qtr", "quarters"]);
        self.founded |= has(&["established", "founded", "foundation", "incorporated", "birth"]);
        self.period |= dated && !self.founded;
        self.start |= dated && has(&["from", "start", "begin", "beginning"]) || is(&["from", "start"]);
        self.end |= dated && has(&["to", "end", "ending"]) || is(&["to", "end"]);
        self.period |= is(&["from", "to", "start", "end"]);
        if has(&["ended", "ending", "end"]) {
            let months = [("quarter", 3), ("month", 1), ("year", 12)].into_iter().find(|(word, _)| list.contains(word));
            self.months_to_end = self.months_to_end.or(months.map(|(_, months)| months));
        }
        self.moment |= (has(&["as"]) && has(&["at", "of", "on"]))
            || has(&["asat", "asof"])
            || is(&["position at", "cut off date", "reference date"]);
        self.period |= self.moment;
        self.unit |= is(UNITS);
        self.qualifier |= is(&["qualifier", "flag", "obs status", "observation status", "status flag"]);
        self.remark |= is(REMARKS);
        self.serial |= is(SERIALS);
        let is_number_of = list.len() > 1
            && matches!(last, "no" | "number" | "nos")
            && !list[..list.len() - 1].iter().any(|w| w.ends_with('s') || *w == "total");
        self.code |= has(&["code", "codes", "abbreviation", "abbr", "acronym", "id", "ref", "reference", "abbrev"])
            || is_number_of;
        self.measure |= has(MEASURES) && !self.unit || is(COUNTED);
        self.coordinate |= has(PLACES);
    }

    fn chinese(&mut self, heading: &str) {
        let text = to_simplified(&heading.chars().filter(|c| c.is_alphanumeric()).collect::<String>());
        let has = |known: &[&str]| known.iter().any(|word| text.contains(word));
        let is = |known: &[&str]| known.contains(&text.as_str());
        let ends = |known: &[&str]| known.iter().any(|word| text.ends_with(word));
        self.founded |= has(&["成立", "创立"]);
        self.quarter |= has(&["季"]);
        self.ordinal |= has(&["排名", "名次"]);
        let dated = is(&["年", "月", "季", "日期", "期间", "时期", "截至"])
            || ends(&["年", "年份", "年度", "年期", "月份", "日期", "期间", "时期", "季度", "截至", "止"]);
        self.period |= dated && !self.founded;
        self.start |= has(&["开始", "起始"]) && dated || is(&["由", "自", "从"]);
        self.end |= has(&["结束", "终止"]) && dated || is(&["至", "到"]);
        self.period |= is(&["由", "自", "从", "至", "到"]);
        let is_year = has(&["年度"]);
        if is_year && has(&["截至", "止"]) {
            self.months_to_end = Some(12);
        }
        self.moment |= !is_year && has(&["截至", "截止", "截算"]);
        self.period |= self.moment;
        self.unit |= is(&["单位", "量度单位", "计算单位", "计量单位", "数据单位"]);
        self.remark |= is(&["备注", "注", "注释", "附注", "资料来源", "来源"]);
        self.serial |= is(&["序", "序号", "项次", "次序", "编号", "行号"]);
        self.code |= ends(&["代号", "代码", "编号", "编码", "简称", "缩写"]) && !self.serial;
        self.measure |= ends(&["指标", "统计项目", "统计内容", "统计数字", "数据项目", "量度项目"]);
        self.coordinate |= has(&["纬度", "经度", "坐标"]);
    }
}

const SUFFIXES: [(&str, Language); 20] = [
    ("english", Language::En),
    ("eng", Language::En),
    ("en", Language::En),
    ("zh_hant", Language::ZhHant),
    ("zh-hant", Language::ZhHant),
    ("zh_hans", Language::ZhHans),
    ("zh-hans", Language::ZhHans),
    ("zhhant", Language::ZhHant),
    ("zhhans", Language::ZhHans),
    ("traditional", Language::ZhHant),
    ("simplified", Language::ZhHans),
    ("chinese", Language::ZhHant),
    ("chi", Language::ZhHant),
    ("cht", Language::ZhHant),
    ("chs", Language::ZhHans),
    ("tc", Language::ZhHant),
    ("zh", Language::ZhHant),
    ("tw", Language::ZhHant),
    ("sc", Language::ZhHans),
    ("cn", Language::ZhHans),
];

/// Returns a heading without the trailing language mark, as in `name_tc`, `nameTC`, `Name (English)`.
pub fn without_language(heading: &str) -> (&str, Option<Language>) {
    let bare = heading.trim_end_matches([')', ']', ' ']);
    for (suffix, language) in SUFFIXES {
        let Some((stem, end)) = bare.len().checked_sub(suffix.len()).and_then(|at| bare.split_at_checked(at)) else {
            continue;
        };
        let is_apart = stem.ends_with(['_', ' ', '(', '[', '-', '.', '/'])
            || (stem.ends_with(|c: char| c.is_ascii_lowercase()) && end.chars().all(|c| c.is_ascii_uppercase()));
        if !stem.is_empty() && end.eq_ignore_ascii_case(suffix) && is_apart {
            let stem = stem.trim_end_matches(['_', ' ', '(', '[', '-', '.', '/']);
            if !stem.is_empty() {
                return (stem, Some(language));
            }
        }
    }
    (heading, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_marks() {
        for (heading, stem, language) in [
            ("name_tc", "name", Some(Language::ZhHant)),
            ("nameEN", "name", Some(Language::En)),
            ("Name (English)", "Name", Some(Language::En)),
            ("use/sc", "use", Some(Language::ZhHans)),
            ("Chicken", "Chicken", None),
            ("Garden", "Garden", None),
            ("en", "en", None),
        ] {
            assert_eq!(without_language(heading), (stem, language), "{heading}");
        }
    }

    #[test]
    fn heading_hints() {
        let of = |heading: &str| HeadingHints::of(&Text::english(heading));
        assert!(of("Fiscal_Year").period && of("Survey year").period && of("Figures as at").moment);
        assert!(of("from_date").start && of("to_date").end && of("fin_year_end").months_to_end == Some(12));
        assert!(of("Item No.").serial && of("Head_No").code && of("Size code").code);
        assert!(
            !of("Country").period
                && !of("Discount").unit
                && !of("Number of projects").code
                && !of("Established").period
        );
        assert!(of("Unit of count").unit && of("Statistic").measure);
    }
}
