//! What each column of an area holds: labels, periods, units, figures. Decided by the header's words where they are
//! known, else by what stands below.

use super::{
    area::{Area, Grid},
    figure::{self, Cell},
    layout::{Layout, key},
    unit, when,
};
use crate::domain::{script::has_han, text::Language};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Labels, part of the field at this index.
    Label(usize),
    Period(when::Kind),
    /// The unit of the row's figures.
    Unit,
    /// "About", "more than".
    Qualifier,
    Remark,
    /// 1, 2, 3 …
    Serial,
    Figure,
    /// Nothing, and no name.
    Empty,
}

/// Label columns that say one thing, in one language or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub columns: Vec<(usize, Option<Language>)>,
    /// Whether its columns are parts of one label, a code and a name, instead of translations.
    pub is_joined: bool,
    /// Whether its labels name measures, not values of a dimension.
    pub names_measures: bool,
}

/// The roles of an area's columns.
#[derive(Debug)]
pub struct Columns {
    pub roles: Vec<Role>,
    pub fields: Vec<Field>,
}

const PERIODS: [&str; 17] = [
    "year",
    "years",
    "period",
    "financialyear",
    "fiscalyear",
    "calendaryear",
    "month",
    "yearmonth",
    "quarter",
    "referenceperiod",
    "年",
    "年份",
    "年度",
    "財政年度",
    "财政年度",
    "期間",
    "期间",
];
const DAYS: [&str; 4] = ["date", "day", "日期", "月份"];
const MOMENTS: [&str; 8] = ["asat", "asof", "asatdate", "asofdate", "positionasat", "截至", "截至日期", "截止日期"];
const UNITS: [&str; 5] = ["unit", "units", "unitofmeasure", "單位", "单位"];
const QUALIFIERS: [&str; 4] = ["qualifier", "flag", "obsstatus", "observationstatus"];
const REMARKS: [&str; 9] = ["remark", "remarks", "note", "notes", "source", "備註", "备注", "註", "註釋"];
const MEASURES: [&str; 7] = ["measure", "measures", "kpi", "kpis", "statistic", "統計項目", "统计项目"];
const SERIALS: [&str; 5] = ["no", "sn", "serialno", "序號", "序号"];
const SUFFIXES: [(&str, Language); 12] = [
    ("_en", Language::En),
    ("_eng", Language::En),
    ("_tc", Language::ZhHant),
    ("_zh", Language::ZhHant),
    ("_cht", Language::ZhHant),
    ("_zh_hant", Language::ZhHant),
    ("_sc", Language::ZhHans),
    ("_cn", Language::ZhHans),
    ("_chs", Language::ZhHans),
    ("_zh_hans", Language::ZhHans),
    (" (english)", Language::En),
    (" (chinese)", Language::ZhHant),
];

/// The most columns of labels among which translations are looked for: each is compared with each.
const MOST_TWINS: usize = 40;

/// A header without the suffix that names its language.
pub fn without_language(header: &str) -> (&str, Option<Language>) {
    let of = |suffix: &str| {
        let (stem, end) = header.split_at_checked(header.len().checked_sub(suffix.len())?)?;
        (!stem.is_empty() && end.eq_ignore_ascii_case(suffix)).then_some(stem)
    };
    let known = SUFFIXES.iter().find_map(|(suffix, language)| of(suffix).map(|stem| (stem, Some(*language))));
    known.unwrap_or((header, None))
}

/// The header of a column: the text of its innermost header row that has one.
pub fn header<'a>(grid: &Grid<'a>, area: &Area, column: usize) -> &'a str {
    area.header.iter().rev().map(|row| grid.text(*row, column)).find(|text| !text.is_empty()).unwrap_or_default()
}

/// Whether a label is the name of a total: as the publishers write the last row's.
pub fn is_total_name(label: &str) -> bool {
    matches!(
        key(label).as_str(),
        "total"
            | "grandtotal"
            | "overall"
            | "all"
            | "alltotal"
            | "總計"
            | "总计"
            | "合計"
            | "合计"
            | "總數"
            | "总数"
            | "總額"
            | "总额"
            | "全部"
            | "總和"
            | "总和"
    )
}

/// Whether a label names a sum over others, a total among them.
pub fn is_sum_name(label: &str) -> bool {
    let lower = label.trim().to_lowercase();
    is_total_name(label)
        || ["total", "all ", "overall", "sub-total", "subtotal", "總", "总", "小計", "小计", "所有", "合計"]
            .iter()
            .any(|word| lower.starts_with(word))
        || [" total", "合計", "合计", "總計", "总计"].iter().any(|word| lower.ends_with(word))
}

impl Columns {
    /// Decides what the columns of an area hold.
    pub fn of(grid: &Grid<'_>, area: &Area, layout: &Layout) -> Self {
        let mut roles: Vec<Role> = (0..grid.width).map(|column| role(grid, area, layout, column)).collect();
        if !roles.contains(&Role::Figure) {
            // A file of nothing but years holds figures that look like years.
            if let Some(last) = roles.iter().rposition(|role| matches!(role, Role::Period(_))) {
                let bare = |row: &usize| grid.is_empty(*row, last) || when::is_bare_year(grid.text(*row, last));
                let named = is_period_name(&key(header(grid, area, last)));
                if !named && area.body.iter().all(bare) {
                    roles[last] = Role::Figure;
                }
            }
        }
        let mut columns = Self { roles, fields: Vec::new() };
        columns.group_labels(grid, area, layout);
        columns.find_measures(grid, area, layout);
        columns
    }

    /// The columns with this role.
    pub fn with(&self, role: Role) -> impl Iterator<Item = usize> {
        self.roles.iter().enumerate().filter(move |(_, other)| **other == role).map(|(column, _)| column)
    }

    /// Joins label columns that say the same in several languages.
    fn group_labels(&mut self, grid: &Grid<'_>, area: &Area, layout: &Layout) {
        let labels: Vec<usize> = self.with(Role::Label(0)).collect();
        let may_be_twins = labels.len() <= MOST_TWINS;
        let mut stems: Vec<String> = Vec::new();
        for column in labels {
            let (stem, language) = without_language(header(grid, area, column));
            let same_stem = language.and_then(|_| stems.iter().position(|other| *other == key(stem)));
            let twin = || {
                self.fields
                    .iter()
                    .position(|field| field.columns.iter().all(|(other, _)| are_twins(grid, area, *other, column)))
            };
            let dimension = |column: usize| layout.dimension(header(grid, area, column)).map(|words| words.id);
            let part = || {
                let own = dimension(column)?;
                self.fields.iter().position(|field| dimension(field.columns[0].0) == Some(own))
            };
            let twin = same_stem.or_else(|| if language.is_none() && may_be_twins { twin() } else { None });
            let part = if twin.is_none() && language.is_none() { part() } else { None };
            if let Some(at) = part {
                self.fields[at].is_joined = true;
            }
            let at = twin.or(part).unwrap_or_else(|| {
                self.fields.push(Field { columns: Vec::new(), is_joined: false, names_measures: false });
                stems.push(language.map(|_| key(stem)).unwrap_or_default());
                self.fields.len() - 1
            });
            self.fields[at].columns.push((column, language));
            self.roles[column] = Role::Label(at);
        }
    }

    /// Finds the field whose labels name measures.
    fn find_measures(&mut self, grid: &Grid<'_>, area: &Area, layout: &Layout) {
        let name = |field: &Field| key(without_language(header(grid, area, field.columns[0].0)).0);
        let declared = |field: &Field| {
            field.columns.iter().any(|(column, _)| layout.dimension(header(grid, area, *column)).is_some())
        };
        let named = |field: &Field| {
            let name = name(field);
            MEASURES.contains(&name.as_str())
                || ["indicator", "indicators", "指標", "指标"].iter().any(|word| name.ends_with(word))
        };
        let at = self.fields.iter().position(|field| !declared(field) && named(field)).or_else(|| {
            let only = (self.fields.len() == 1 && !declared(&self.fields[0])).then_some(0)?;
            let has_unit_column = self.with(Role::Unit).next().is_some();
            let periods_across = !area.header.is_empty()
                && self
                    .with(Role::Figure)
                    .all(|column| when::parse(header(grid, area, column), when::Kind::Spans).is_some());
            let labels: Vec<&str> = area
                .body
                .iter()
                .map(|row| grid.text(*row, self.fields[only].columns[0].0))
                .filter(|label| !label.is_empty())
                .collect();
            let measures = labels.iter().filter(|label| reads_as_measure(label)).count();
            let by_labels = measures * 2 >= labels.len() && measures > 0 && (periods_across || area.header.is_empty());
            (has_unit_column || by_labels).then_some(only)
        });
        if let Some(at) = at {
            self.fields[at].names_measures = true;
        }
    }
}

/// Whether a row's label names a measure: `Number of …`, `… (HK$ million)`.
fn reads_as_measure(label: &str) -> bool {
    let lower = label.to_lowercase();
    let (bare, _) = figure::without_marks(label);
    ["number of", "no. of", "share of", "percentage of", "total number of"].iter().any(|start| lower.starts_with(start))
        || ["數目", "数目", "人數", "人数", "百分比"].iter().any(|end| bare.ends_with(end))
        || unit::last_parenthesis(bare).is_some_and(|(open, inner)| open > 0 && unit::scale_of(inner).is_some())
}

fn is_period_name(name: &str) -> bool {
    PERIODS.contains(&name) || DAYS.contains(&name) || MOMENTS.contains(&name)
}

fn role(grid: &Grid<'_>, area: &Area, layout: &Layout, column: usize) -> Role {
    let header = header(grid, area, column);
    let (stem, language) = without_language(header);
    let name = key(stem);
    let is = |words: &[&str]| words.contains(&name.as_str());
    let (mut figures, mut words, mut absent) = (0_usize, 0_usize, 0_usize);
    for row in &area.body {
        match grid.cell(*row, column) {
            Cell::Figure(_) => figures += 1,
            Cell::Words => words += 1,
            Cell::Absent(_) => absent += 1,
            Cell::Empty => {}
        }
    }
    if layout.dimension(header).or_else(|| layout.dimension(stem)).is_some() {
        return Role::Label(0);
    }
    if layout.measure(header).or_else(|| layout.measure(unit::split(stem).0)).is_some() {
        return Role::Figure;
    }
    if figures + words > 0 || absent > 0 {
        if is(&PERIODS) || is(&DAYS) {
            return Role::Period(when::Kind::Spans);
        }
        if is(&MOMENTS) {
            return Role::Period(when::Kind::Moments);
        }
    }
    if words >= figures {
        if is(&UNITS) {
            return Role::Unit;
        }
        if is(&QUALIFIERS) {
            return Role::Qualifier;
        }
        if is(&REMARKS) {
            return Role::Remark;
        }
    }
    if figures + words == 0 {
        // A column without any figure yet is one of figures by its name; in a key for a language it holds labels.
        return match (
            header.is_empty(),
            language.is_some() || absent == 0 && has_han(header) && !area.has_han_headers(grid),
        ) {
            (true, _) => Role::Empty,
            (false, true) => Role::Label(0),
            (false, false) => Role::Figure,
        };
    }
    if is_period_column(grid, area, column, &name) {
        return Role::Period(when::Kind::Spans);
    }
    if words > figures {
        return Role::Label(0);
    }
    if is(&SERIALS) && is_serial(grid, area, column) {
        return Role::Serial;
    }
    Role::Figure
}

impl Area {
    /// Whether most headers are Chinese: the file is a Chinese one.
    fn has_han_headers(&self, grid: &Grid<'_>) -> bool {
        let texts = || self.header.iter().flat_map(|row| grid.filled(*row).map(|column| grid.text(*row, column)));
        texts().filter(|text| has_han(text)).count() * 2 > texts().count()
    }
}

/// Whether every cell is a period, and not just a number that looks like one.
fn is_period_column(grid: &Grid<'_>, area: &Area, column: usize, name: &str) -> bool {
    let cells = || area.body.iter().filter(|row| !grid.is_empty(**row, column)).map(|row| grid.text(*row, column));
    if cells().any(|text| when::parse(text, when::Kind::Spans).is_none()) {
        return false;
    }
    let bare = cells().all(|text| when::is_bare_year(text) || matches!(figure::read(text), Cell::Figure(_)));
    let beside_figures = area.body.iter().any(|row| grid.filled(*row).any(|other| other > column));
    !bare
        || name.contains("year")
        || name.contains('年')
        || (name.is_empty() && column == 0 && beside_figures && cells().all(when::is_bare_year))
}

fn is_serial(grid: &Grid<'_>, area: &Area, column: usize) -> bool {
    let cells: Vec<&str> =
        area.body.iter().map(|row| grid.text(*row, column)).filter(|text| !text.is_empty()).collect();
    cells.len() > 1
        && area.header.len() == 1
        && cells.iter().zip(1_usize..).all(|(text, number)| text.trim_end_matches('.').parse() == Ok(number))
}

/// Whether two columns of labels are translations of each other: one Chinese, one not, and each label of the one stands
/// beside one label of the other.
fn are_twins(grid: &Grid<'_>, area: &Area, left: usize, right: usize) -> bool {
    let han = |column: usize| {
        let texts = || area.body.iter().map(|row| grid.text(*row, column)).filter(|text| !text.is_empty());
        (texts().filter(|text| has_han(text)).count(), texts().count())
    };
    let ((left_han, left_all), (right_han, right_all)) = (han(left), han(right));
    let one_of_each = (left_han == 0 && right_han * 2 > right_all) || (right_han == 0 && left_han * 2 > left_all);
    if !one_of_each || left_all == 0 || right_all == 0 {
        return false;
    }
    let mut there = std::collections::HashMap::new();
    let mut back = std::collections::HashMap::new();
    area.body.iter().map(|row| (grid.text(*row, left), grid.text(*row, right))).all(|(a, b)| {
        a.is_empty() || b.is_empty() || (*there.entry(a).or_insert(b) == b && *back.entry(b).or_insert(a) == a)
    })
}
