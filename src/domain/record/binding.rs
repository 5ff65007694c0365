//! The positions of the known columns in a table, and the evidence for them. Created by `upstream::columns`, used by
//! [`Row`](super::Row).

use crate::domain::{
    date::{DateOrder, DateOrderCounts},
    money::StatedUnit,
    record::column::Column,
    script::{has_han, is_han},
    text::Language,
};

/// The positions of the known columns in one table.
#[derive(Clone, Debug, Default)]
pub struct Binding {
    /// The last row of the header. Titles are above the header, data below it.
    pub header: usize,
    /// The number of header rows.
    pub header_rows: usize,
    /// For each known column, the cell of each language.
    pub places: Vec<[Option<ColumnRef>; 3]>,
    /// For each known column, the properties that all of its values share.
    pub traits: Vec<Traits>,
    /// The heading of each column of the table, with its rows joined.
    pub headings: Vec<String>,
    /// Required and expected columns that are missing from the table.
    pub missing: Vec<&'static str>,
    /// Whether the table has every required column.
    pub is_readable: bool,
    /// Columns of the table that are not mapped to any known column.
    pub unmapped: Vec<usize>,
    /// Columns that number the rows.
    pub numbering: Vec<usize>,
    /// Columns without a heading.
    pub unnamed: Vec<usize>,
    /// Columns with personal data.
    pub personal: Vec<usize>,
    /// The decision on each column of the table, with its evidence.
    pub decisions: Vec<ColumnDecision>,
    /// The points of this header row, and of the best alternative.
    pub points: (i32, Option<i32>),
    /// The periods of adjacent columns of amounts, if the headings are periods.
    pub by_period: Option<ByPeriod>,
    /// Warnings about the values, such as an assumed order of day and month.
    pub cautions: Vec<String>,
}

/// A known column with one table column per period. A row of the table holds a record for each period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByPeriod {
    /// The index of the known column.
    pub column: usize,
    /// The columns of the table with their periods, as published.
    pub periods: Vec<(u16, String)>,
}

/// A column of a table, or one language's half of its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnRef {
    pub column: u16,
    pub half: Half,
}

/// The part of a cell that is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Half {
    #[default]
    Whole,
    /// The Latin half of a bilingual cell.
    Latin,
    /// The Chinese half of a bilingual cell.
    Chinese,
}

/// The properties that all values of a column share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// The unit of its amounts, according to headings and titles.
    pub unit: StatedUnit,
    /// The order of day and month in its dates.
    pub dates: DateOrderCounts,
}

impl Traits {
    /// The order of day and month. `None` if cells contradict each other.
    pub const fn order(self) -> Option<DateOrder> {
        self.dates.agreed()
    }
}

/// How a column of a table was bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingKind {
    /// By a declared name of the column.
    Declared,
    /// By evidence.
    Inferred,
    /// Not bound.
    Unbound,
}

/// The decision on one column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDecision {
    /// The index of the column in the table.
    pub place: usize,
    /// The heading as published.
    pub heading: String,
    pub kind: BindingKind,
    /// The known column that it is bound to. For an unbound column, the most similar known column.
    pub column: Option<&'static str>,
    /// The language of its values.
    pub language: Option<Language>,
    /// The weight of the evidence in decibans: 10 points make the binding ten times as likely.
    pub points: i32,
    /// The points that the total would lose without this binding. `None` if there is no alternative.
    pub margin: Option<i32>,
    pub evidence: Vec<Evidence>,
    /// The second-best known column, with its points.
    pub runner_up: Option<(&'static str, i32)>,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub reason: String,
    pub points: i32,
}

impl Binding {
    /// The position of a column, in the first language that has it.
    pub fn place(&self, columns: &[&Column], column: &Column) -> Option<ColumnRef> {
        let index = columns.iter().position(|known| std::ptr::eq(*known, column))?;
        self.places[index].iter().flatten().next().copied()
    }

    /// Whether every bound column is bound by a declared name.
    pub fn is_declared(&self) -> bool {
        self.decisions.iter().all(|decision| decision.kind != BindingKind::Inferred)
    }

    /// The decisions that are based on evidence.
    pub fn inferred(&self) -> impl Iterator<Item = &ColumnDecision> {
        self.decisions.iter().filter(|decision| decision.kind == BindingKind::Inferred)
    }
}

impl Half {
    /// This half of a text. `None` if the text does not have it.
    pub fn of(self, text: &str) -> Option<&str> {
        match self {
            Self::Whole => Some(text),
            Self::Latin => Some(bilingual(text).map_or(text, |(latin, _)| latin)).filter(|half| !is_chinese(half)),
            Self::Chinese => Some(bilingual(text).map_or(text, |(_, chinese)| chinese)).filter(|half| is_chinese(half)),
        }
    }
}

fn is_chinese(text: &str) -> bool {
    has_han(text)
}

/// The Latin and the Chinese half of a text in which one follows the other: `ABC Limited 甲乙有限公司`, `甲乙\nABC`, `ABC
/// (甲乙)`. `None` if there is no unique position to cut the text.
pub fn bilingual(text: &str) -> Option<(&str, &str)> {
    let is_latin = |c: char| c.is_alphabetic() && !is_han(c);
    if let Some(halves) = by_lines(text).or_else(|| english_first(text)) {
        return Some(halves);
    }
    let first_han = text.find(is_han)?;
    let last_han = text.rfind(is_han)?;
    let first_latin = text.find(is_latin)?;
    let last_latin = text.rfind(is_latin)?;
    let (latin, chinese) = if last_latin < first_han {
        // Signs and digits between the halves belong to the adjacent half.
        let cut = boundary(text, last_latin, first_han)?;
        (&text[..cut], &text[cut..])
    } else if last_han < first_latin {
        let cut = boundary(text, last_han, first_latin)?;
        (&text[cut..], &text[..cut])
    } else {
        return None;
    };
    let (latin, chinese) = (without_edges(latin), without_edges(chinese));
    let enough =
        latin.chars().filter(|c| is_latin(*c)).count() > 1 && chinese.chars().filter(|c| is_han(*c)).count() > 1;
    enough.then_some((latin, chinese))
}

/// The halves of a text with two parts on separate lines, one without Chinese characters and one with hardly any Latin
/// letters. A Chinese address may contain a letter too, such as block `C`.
fn by_lines(text: &str) -> Option<(&str, &str)> {
    let mut cuts = text.match_indices('\n').filter_map(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + 1..]);
        halves_of(before, after).or_else(|| halves_of(after, before))
    });
    let halves = cuts.next()?;
    cuts.next().is_none().then_some(halves)
}

/// The halves of a text whose English part precedes the first Chinese character.
fn english_first(text: &str) -> Option<(&str, &str)> {
    const FEWEST_LETTERS: usize = 10;
    const FEWEST_HAN: usize = 4;
    let cut = text.find(is_han)?;
    let (latin, chinese) = (&text[..cut], &text[cut..]);
    let is_long = letters(latin) >= FEWEST_LETTERS && chinese.chars().filter(|c| is_han(*c)).count() >= FEWEST_HAN;
    // A number at the end of the Latin half may belong to the Chinese half.
    let ends_clearly =
        latin.ends_with(char::is_whitespace) && !latin.trim_end().ends_with(|c: char| c.is_ascii_digit());
    (is_long && ends_clearly && letters(chinese) <= 3).then(|| halves_of(latin, chinese)).flatten()
}

fn halves_of<'a>(latin: &'a str, chinese: &'a str) -> Option<(&'a str, &'a str)> {
    let han = chinese.chars().filter(|c| is_han(*c)).count();
    let is_clear = !is_chinese(latin) && letters(latin) > 1 && han > 1 && letters(chinese) < han;
    is_clear.then(|| (without_edges(latin), without_edges(chinese)))
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic() && !is_han(*c)).count()
}

/// The position to cut between the last letter of one half and the first of the other: at a line break, at white space
/// with a sign, or at white space.
fn boundary(text: &str, last: usize, first: usize) -> Option<usize> {
    let start = last + text[last..].chars().next().map_or(1, char::len_utf8);
    let gap = &text[start..first];
    let at = |signs: &[char]| gap.find(signs).map(|at| start + at);
    let cut = at(&['\n']).or_else(|| at(&['/', '／', '|', '｜'])).or_else(|| at(&['(', '（', '[']));
    let spaces: Vec<usize> = gap.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| start + at).collect();
    match (cut, spaces.as_slice()) {
        (Some(cut), _) => Some(cut),
        (None, []) if gap.is_empty() => Some(first),
        // Brackets that close the first half.
        (None, []) if gap.chars().all(|c| matches!(c, ')' | '）' | ']' | '.' | '。')) => Some(first),
        (None, [only]) => Some(*only),
        (None, spaces) => {
            // Digits between the halves are ambiguous, unless there is only one gap at a change of script.
            gap.chars().all(|c| !c.is_alphanumeric()).then(|| spaces.first().copied()).flatten()
        }
    }
}

fn without_edges(half: &str) -> &str {
    let half = half.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '/' | '／' | '|' | '｜' | '-' | '–' | '－' | ',' | '，')
    });
    let is_wrapped =
        |open: char, close: char| half.starts_with(open) && half.ends_with(close) && half.matches(open).count() == 1;
    if is_wrapped('(', ')') || is_wrapped('（', '）') || is_wrapped('[', ']') {
        let mut inner = half.chars();
        inner.next();
        inner.next_back();
        return inner.as_str().trim();
    }
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_bilingual_cells() {
        for (text, latin, chinese) in [
            ("ABC Limited\n甲乙有限公司", "ABC Limited", "甲乙有限公司"),
            ("ABC Limited 甲乙有限公司", "ABC Limited", "甲乙有限公司"),
            ("甲乙有限公司 ABC Limited", "ABC Limited", "甲乙有限公司"),
            ("ABC Limited (甲乙有限公司)", "ABC Limited", "甲乙有限公司"),
            ("ABC (Hong Kong) Limited / 甲乙(香港)有限公司", "ABC (Hong Kong) Limited", "甲乙(香港)有限公司"),
            ("ABC Limited甲乙有限公司", "ABC Limited", "甲乙有限公司"),
            ("12 Needle Street, Kowloon\n九龍針線街12號", "12 Needle Street, Kowloon", "九龍針線街12號"),
            (
                "Unit 3, Block C, 2 Lid Road, Yuen Long\n元朗蓋路2號C座3室",
                "Unit 3, Block C, 2 Lid Road, Yuen Long",
                "元朗蓋路2號C座3室",
            ),
            ("元朗蓋路2號C座3室\nUnit 3, Block C, 2 Lid Road", "Unit 3, Block C, 2 Lid Road", "元朗蓋路2號C座3室"),
            (
                "Unit 3, Block C, Lid Road, Yuen Long 元朗蓋路2號C座3室",
                "Unit 3, Block C, Lid Road, Yuen Long",
                "元朗蓋路2號C座3室",
            ),
        ] {
            assert_eq!(bilingual(text), Some((latin, chinese)), "{text}");
        }
        for text in ["基於AI的系統", "AI系統的應用 in practice 實例", "ABC Limited", "甲乙有限公司", "3D 打印", "B"]
        {
            assert_eq!(bilingual(text), None, "{text}");
        }
        assert_eq!(Half::Chinese.of("ABC Limited"), None);
        assert_eq!(Half::Latin.of("ABC Limited"), Some("ABC Limited"));
    }
}
