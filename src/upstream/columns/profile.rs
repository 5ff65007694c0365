//! Profiles the values of a column: the shapes of its cells, whether it numbers the rows, and its script.

use std::{cmp::Ordering, collections::HashSet};

use super::cell::{CellTraits, CellsSeen, TESTED};
use crate::domain::{
    date::{DateOrder, DateOrderCounts},
    record::ValueShape,
    script::{to_simplified, to_traditional},
    text::Language,
    value::{self, is_padding},
};

/// The profile of a column's values.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile {
    /// The number of filled cells.
    pub filled: usize,
    /// The number of distinct values.
    pub distinct: usize,
    passes: [usize; TESTED.len()],
    positions: usize,
    /// The number of cells that are a number, date, web address or other value that is not text.
    values: usize,
    /// The number of cells with a Chinese character.
    pub han: usize,
    /// The number of cells that folding to Simplified changes. `simplified` is the same for Traditional.
    traditional: usize,
    simplified: usize,
    /// The number of cells in two languages.
    pub bilingual: usize,
    words: usize,
    /// True if it numbers the rows.
    pub is_serial: bool,
    pub dates: DateOrderCounts,
    /// True for each row whose cell is blank. Used to compare columns that are translations of each other.
    pub blanks: Vec<bool>,
}

/// The maximum number of cells examined. A longer column has a clear shape by then.
const MOST_CELLS: usize = 100;

impl Profile {
    pub fn of<'a>(cells: impl Iterator<Item = &'a str>, seen: &CellsSeen) -> Self {
        let mut profile = Self::default();
        let mut distinct = HashSet::new();
        let mut filled = Vec::new();
        for cell in cells.take(MOST_CELLS) {
            let cell = cell.trim_matches(is_padding);
            let is_blank = value::is_blank(cell);
            profile.blanks.push(is_blank);
            if !is_blank {
                profile.add(&seen.traits(cell));
                distinct.insert(cell);
                filled.push(cell);
            }
        }
        profile.distinct = distinct.len();
        profile.is_serial = is_serial(&filled);
        profile.dates = DateOrder::of(filled);
        profile
    }

    fn add(&mut self, cell: &CellTraits) {
        self.filled += 1;
        for (count, passed) in self.passes.iter_mut().zip(cell.passed) {
            *count += usize::from(passed);
        }
        self.positions += usize::from(cell.is_position);
        self.values += usize::from(cell.is_value);
        self.words += cell.words;
        self.han += usize::from(cell.has_han);
        self.traditional += usize::from(cell.is_traditional);
        self.simplified += usize::from(cell.is_simplified);
        self.bilingual += usize::from(cell.is_bilingual);
    }

    /// Returns the percentage of cells that pass a shape's test. `None` if the column is empty or the shape has no
    /// test.
    pub fn share(&self, shape: ValueShape) -> Option<u32> {
        let passed = match shape {
            ValueShape::Serial => return Some(if self.is_serial { 100 } else { 0 }),
            ValueShape::Position => self.positions,
            ValueShape::Text | ValueShape::Title | ValueShape::Category => self.filled - self.values,
            ValueShape::Prose => {
                (self.filled - self.values).min(if self.words >= self.filled * 8 { self.filled } else { 0 })
            }
            shape => self.passes[TESTED.iter().position(|tested| *tested == shape)?],
        };
        (self.filled > 0).then(|| (passed * 100 / self.filled) as u32)
    }

    /// True if at least 90 % of the cells are distinct.
    pub const fn is_distinct(&self) -> bool {
        self.distinct * 100 >= self.filled * 90
    }

    /// True if at least half of the cells are values that are not text.
    pub const fn is_of_values(&self) -> bool {
        self.filled > 0 && self.values * 2 >= self.filled
    }

    /// True if at least half of the cells are Chinese.
    pub const fn is_chinese(&self) -> bool {
        self.filled > 0 && self.han * 2 >= self.filled
    }

    /// True if at least 90 % of the cells are Chinese. Some organisations in an English list have only a Chinese name.
    pub const fn is_all_chinese(&self) -> bool {
        self.filled > 0 && self.han * 10 >= self.filled * 9
    }

    /// True if at least half of the cells have two languages, one after the other.
    pub const fn is_bilingual(&self) -> bool {
        self.bilingual > 0 && self.bilingual * 2 >= self.filled
    }

    /// Returns the script of a Chinese column: that of its cells, else that of its heading, else Traditional.
    pub fn script(&self, heading: &str) -> Language {
        let is_simplified = match self.simplified.cmp(&self.traditional) {
            Ordering::Greater => true,
            Ordering::Less => false,
            Ordering::Equal => to_traditional(heading) != heading && to_simplified(heading) == heading,
        };
        if is_simplified { Language::ZhHans } else { Language::ZhHant }
    }
}

/// True if the texts count up by one from 0 or 1, with few exceptions.
fn is_serial(cells: &[&str]) -> bool {
    const LONGEST: usize = 12;
    if cells.iter().any(|cell| cell.len() > LONGEST) {
        return false;
    }
    let numbers: Vec<i64> =
        cells.iter().filter_map(|cell| value::folded(cell).trim_end_matches(['.', ')']).parse().ok()).collect();
    let steps = numbers.windows(2).filter(|pair| pair[1] == pair[0] + 1).count();
    numbers.len() == cells.len()
        && numbers.first().is_some_and(|first| (0..=1).contains(first))
        && numbers.len() > 1
        && steps * 10 >= (numbers.len() - 1) * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Profile {
        Profile::of(cells.iter().copied(), &CellsSeen::default())
    }

    fn share(shape: ValueShape, cells: &[&str]) -> u32 {
        of(cells).share(shape).unwrap()
    }

    #[test]
    fn shapes_of_columns() {
        assert_eq!(share(ValueShape::Date, &["7-Sep-26", "2026年9月7日", "N.A.", "20260907"]), 100);
        assert_eq!(share(ValueShape::Money, &["HK$2.5 million", "1,200", "-"]), 100);
        assert_eq!(share(ValueShape::Telephone, &["(852) 3900 7101", "+852-3900-7102", "39007103 / 39007104"]), 100);
        assert_eq!(share(ValueShape::Telephone, &["2012345", "12345678"]), 0);
        assert_eq!(share(ValueShape::Url, &["https://a.example/x", "www.b.example", "c.com.hk"]), 100);
        assert_eq!(share(ValueShape::Url, &["someone@a.com", "see www.b.example"]), 0);
        assert_eq!(share(ValueShape::Reference, &["ITS/012/24", "LAB 019", "PRP-07-24"]), 100);
        assert_eq!(share(ValueShape::Reference, &["Sea walls", "2026-03-04", "3900 7101"]), 0);
        assert_eq!(share(ValueShape::Organisation, &["A B Limited", "甲乙有限公司", "Council of C"]), 100);
        assert_eq!(
            share(ValueShape::Address, &["Unit 5, 3/F, Tall Tower, 9 Long Road, Kowloon", "九龍長路9號高樓3樓5室"]),
            100
        );
        assert_eq!(share(ValueShape::Year, &["2024", "2023年"]), 100);
        assert_eq!(share(ValueShape::Text, &["a word", "12", "2026-01-01", "x"]), 50);
        assert!(of(&["1", "2", "3"]).is_serial);
        assert!(!of(&["2", "7", "9"]).is_serial);
        assert!(of(&["A Ltd\n甲公司", "B Ltd\n乙公司"]).is_bilingual());
    }
}
