//! Determines the role of each column of a block: labels, periods, units, figures. The heading gives hints, and the
//! values decide.

use super::{
    block::Block,
    dates,
    figure::CellContent as Content,
    grid::CellGrid,
    heading::{HeadingHints, without_language},
    label::published,
    layout::Layout,
    part,
    phrase::Phrase,
    strip::without_number,
    unit,
    when::{self, PeriodColumnKind},
};
use crate::domain::{
    date,
    text::{Language, Text},
};

/// The role of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnRole {
    /// Labels of the field at this index.
    Label(usize),
    /// Codes of adjacent labels.
    Code,
    Period(PeriodColumnKind),
    /// The first days of periods, and the last days.
    PeriodStart,
    PeriodEnd,
    /// The last days of spans of this number of months.
    SpanEnd(i32),
    /// Months or quarters of an adjacent year.
    Part,
    /// The unit of the row's figures.
    Unit,
    /// Qualifiers such as "about" and "more than".
    Qualifier,
    Remark,
    /// 1, 2, 3 …
    Serial,
    Figure,
    /// Numbers that are probably not figures.
    Unknown,
    /// A blank column without a name.
    Empty,
}

/// Determines the roles of a block's columns.
pub struct RoleReader<'a> {
    pub grid: &'a CellGrid,
    pub block: &'a Block,
    pub layout: &'a Layout,
    pub headings: &'a [Text],
    pub hints: &'a [HeadingHints],
    /// The counts by column.
    kinds: Vec<Kinds>,
}

/// The number of cells of each kind in a column.
#[derive(Clone, Copy, Debug, Default)]
struct Kinds {
    figures: usize,
    years: usize,
    words: usize,
    absent: usize,
    periods: usize,
    parts: usize,
}

impl Kinds {
    const fn filled(self) -> usize {
        self.figures + self.years + self.words
    }
}

impl<'a> RoleReader<'a> {
    pub fn new(
        grid: &'a CellGrid,
        block: &'a Block,
        layout: &'a Layout,
        headings: &'a [Text],
        hints: &'a [HeadingHints],
    ) -> Self {
        let mut reader = RoleReader { grid, block, layout, headings, hints, kinds: Vec::new() };
        reader.kinds = (0..grid.width).map(|column| reader.count(column)).collect();
        reader
    }

    pub fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.block.data().map(move |row| self.grid.printed(row, column)).filter(|text| !text.is_empty())
    }

    fn kinds(&self, column: usize) -> Kinds {
        self.kinds[column]
    }

    fn count(&self, column: usize) -> Kinds {
        let mut kinds = Kinds::default();
        for row in self.block.data() {
            let Some(cell) = self.grid.cell(row, column) else { continue };
            let is_year = when::is_bare_year(&cell.printed);
            match cell.content {
                _ if is_year => kinds.years += 1,
                Content::Figure(_) => kinds.figures += 1,
                Content::Absent(_) => kinds.absent += 1,
                Content::Words | Content::Empty => kinds.words += 1,
            }
            kinds.periods +=
                usize::from(published(&cell.text).any(|text| when::parse(text, PeriodColumnKind::Spans).is_some()));
            kinds.parts += usize::from(published(&cell.text).any(|text| part::part(text).is_some()));
        }
        kinds
    }

    /// Returns the heading of a column in one language, without its language mark.
    pub fn stem(&self, column: usize) -> (String, Option<Language>) {
        let heading = published(&self.headings[column]).next().unwrap_or_default();
        let (stem, language) = without_language(heading);
        (stem.to_owned(), language)
    }

    fn any_heading(&self, column: usize, is: impl Fn(&str) -> bool) -> bool {
        published(&self.headings[column]).any(|heading| is(heading) || is(without_language(heading).0))
    }

    pub fn declared_dimension(&self, column: usize) -> Option<&'static str> {
        published(&self.headings[column])
            .find_map(|heading| {
                self.layout.dimension(heading).or_else(|| self.layout.dimension(without_language(heading).0))
            })
            .map(|words| words.id)
    }

    pub fn role(&self, column: usize) -> (ColumnRole, bool) {
        let hints = self.hints[column];
        let kinds = self.kinds(column);
        let phrase = Phrase::of(&self.headings[column]);
        let declared_measure = self.any_heading(column, |heading| self.layout.measure(heading).is_some())
            || published(&phrase.name).any(|name| self.layout.measure(name).is_some());
        if self.declared_dimension(column).is_some() {
            return (ColumnRole::Label(0), true);
        }
        if declared_measure && kinds.words <= kinds.figures + kinds.years {
            return (ColumnRole::Figure, true);
        }
        if kinds.filled() == 0 {
            return (self.of_no_cells(column, kinds, &phrase), false);
        }
        if let Some(role) = self.period_role(column, kinds, &phrase) {
            return (role, hints.period);
        }
        if kinds.words >= kinds.figures + kinds.years {
            return self.role_of_words(column, kinds);
        }
        let role = if self.is_serial(column) {
            ColumnRole::Serial
        } else if self.is_code(column, kinds) {
            ColumnRole::Code
        } else if hints.coordinate
            || hints.ordinal
            || kinds.years == kinds.filled()
                && !phrase.noun().is_measure()
                && !declared_measure
                && (hints.founded || hints.period)
        {
            ColumnRole::Unknown
        } else {
            ColumnRole::Figure
        };
        (role, false)
    }

    /// Returns the role of a column without cells: figures according to its name, or labels if its key has a language
    /// suffix.
    fn of_no_cells(&self, column: usize, kinds: Kinds, phrase: &Phrase) -> ColumnRole {
        if self.headings[column].is_empty() && kinds.absent == 0 {
            return if phrase.printed.is_empty() { ColumnRole::Empty } else { ColumnRole::Figure };
        }
        let (_, language) = self.stem(column);
        let hints = self.hints[column];
        if hints.remark {
            return ColumnRole::Remark;
        }
        if hints.period || hints.unit || hints.qualifier {
            return ColumnRole::Unknown;
        }
        if language.is_some() { ColumnRole::Label(0) } else { ColumnRole::Figure }
    }

    fn role_of_words(&self, column: usize, kinds: Kinds) -> (ColumnRole, bool) {
        let hints = self.hints[column];
        if hints.qualifier {
            return (ColumnRole::Qualifier, true);
        }
        if hints.remark {
            return (ColumnRole::Remark, true);
        }
        if let Some(declared) = self.is_unit_column(column) {
            return (ColumnRole::Unit, declared);
        }
        if hints.coordinate {
            return (ColumnRole::Unknown, false);
        }
        if self.is_serial(column) {
            return (ColumnRole::Serial, hints.serial);
        }
        if kinds.parts == kinds.filled() && hints.period {
            return (ColumnRole::Part, true);
        }
        // In a column of words, figures are rejected, unless most cells are figures.
        (ColumnRole::Label(0), false)
    }

    /// Returns `None` if the cells of a column are not units. Otherwise true if its heading is one of units.
    fn is_unit_column(&self, column: usize) -> Option<bool> {
        let (mut all, mut units, mut strong) = (0_usize, 0_usize, false);
        for row in self.block.data() {
            let Some(cell) = self.grid.cell(row, column) else { continue };
            all += 1;
            units += usize::from(published(&cell.text).any(|text| unit::whole(text).is_some()));
            strong |= published(&cell.text).flat_map(unit::expressions).any(|expression| !expression.is_weak);
        }
        let hints = self.hints[column];
        if hints.unit && all > 0 && units * 2 >= all {
            return Some(true);
        }
        (units == all && strong && !hints.measure).then_some(false)
    }

    fn period_role(&self, column: usize, kinds: Kinds, phrase: &Phrase) -> Option<ColumnRole> {
        let hints = self.hints[column];
        let filled = kinds.filled();
        let is_money = phrase.noun().is_measure() || phrase.unit.is_some();
        let days = |text: &str| {
            text.len() == 8
                && text.bytes().all(|byte| byte.is_ascii_digit())
                && date::parse(text).is_ok_and(|day| (1950..2060).contains(&day.year()))
        };
        let months = |text: &str| {
            text.len() == 6
                && text.bytes().all(|byte| byte.is_ascii_digit())
                && dates::year(&text[..4]).is_some()
                && matches!(text[4..].parse(), Ok(1..=12))
        };
        let all = |is: &dyn Fn(&str) -> bool| self.cells(column).all(is);
        let are_days = all(&days);
        let are_months = all(&months) && (hints.period || !is_money && !phrase.has_name());
        let are_dated = kinds.periods * 2 >= filled || (are_days && !is_money) || are_months;
        if hints.period && are_dated {
            if let Some(months) = hints.months_to_end.filter(|_| kinds.years == 0 && self.are_single_days(column)) {
                return Some(ColumnRole::SpanEnd(months));
            }
            return Some(match () {
                () if hints.start && !hints.end => ColumnRole::PeriodStart,
                () if hints.end && !hints.start && self.has_start(column) => ColumnRole::PeriodEnd,
                () if hints.moment => ColumnRole::Period(PeriodColumnKind::Moments),
                () => ColumnRole::Period(PeriodColumnKind::Spans),
            });
        }
        // A numeric month next to a year.
        if hints.period
            && hints.quarter
            && all(&|text: &str| part::part(text).or_else(|| part::quarter_number(text)).is_some())
        {
            return Some(ColumnRole::Part);
        }
        if hints.period
            && self.has_months(column)
            && all(&|text: &str| part::part(text).or_else(|| part::month_number(text)).is_some())
        {
            return Some(ColumnRole::Part);
        }
        if kinds.parts == filled && filled > 0 && (hints.period || self.headings[column].is_empty()) {
            return Some(ColumnRole::Part);
        }
        if kinds.periods < filled || is_money {
            return (are_days && !is_money).then_some(ColumnRole::Period(PeriodColumnKind::Spans));
        }
        let are_bare = kinds.years == filled || all(&|text: &str| text.bytes().all(|byte| byte.is_ascii_digit()));
        if !are_bare {
            return Some(ColumnRole::Period(PeriodColumnKind::Spans));
        }
        let is_first = self.block.columns.first() == Some(&column);
        let beside_figures = self
            .block
            .data()
            .any(|row| self.grid.filled(row).any(|other| other > column && self.block.columns.contains(&other)));
        let unnamed = self.headings[column].is_empty() && is_first && beside_figures && kinds.years == filled;
        (unnamed || are_days && !is_money).then_some(ColumnRole::Period(PeriodColumnKind::Spans))
    }

    fn has_months(&self, column: usize) -> bool {
        published(&self.headings[column])
            .any(|heading| heading.contains('月') || heading.to_lowercase().contains("month"))
    }

    fn are_single_days(&self, column: usize) -> bool {
        self.cells(column).all(|text| {
            when::parse(text, PeriodColumnKind::Spans)
                .is_some_and(|when| when.period.start.is_some() && when.period.start == when.period.end)
        })
    }

    fn has_start(&self, column: usize) -> bool {
        self.block.columns.iter().any(|other| *other != column && self.hints[*other].start && !self.hints[*other].end)
    }

    /// True if a column without a name contains 1, 2, 3 … next to labels.
    fn is_serial(&self, column: usize) -> bool {
        let cells: Vec<&str> = self.cells(column).collect();
        let number = |text: &str| text.trim_matches(['(', ')', '.', '）', '（', '、', ' ']).parse::<usize>().ok();
        let first = cells.first().and_then(|text| number(text));
        let runs = cells.len() > 1
            && first.is_some_and(|first| {
                first <= 1 && cells.iter().zip(first..).all(|(text, at)| number(text) == Some(at))
            });
        let is_unnamed = self.headings[column].is_empty() && self.block.columns.first() == Some(&column);
        let is_signed = cells.iter().all(|text| without_number(&format!("{text} x")) == "x");
        runs && (self.hints[column].serial || is_unnamed || is_signed)
            && self.block.columns.iter().any(|other| *other != column && self.kinds(*other).words > 0)
    }

    /// True if numbers are codes: under a heading of codes, or with leading zeros.
    fn is_code(&self, column: usize, kinds: Kinds) -> bool {
        let zeros = self
            .cells(column)
            .any(|text| text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
        let hints = self.hints[column];
        let stands_first = self
            .block
            .columns
            .iter()
            .take_while(|other| **other != column)
            .all(|other| self.kinds(*other).figures == 0);
        let plain = self.cells(column).all(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        // A column `No.` before the labels with unordered numbers is not a count.
        let is_number = hints.serial && self.block.columns.first() == Some(&column) && kinds.words == 0;
        zeros && plain || (hints.code && plain && stands_first) || (is_number && plain)
    }
}
