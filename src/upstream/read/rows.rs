//! Classifies the rows below a header as records, notes or repeated headers, and counts the cells by outcome.

use std::collections::HashSet;

use crate::{
    domain::{
        catalog::Format,
        lexicon::{GroupKind, Heading, WordGroup},
        money::{Money, MoneyUnit},
        number,
        record::Binding,
        table::Table,
        value::is_padding,
    },
    upstream::snapshot::{CellCounts, Note},
};

/// The kind of a row below the header.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RowKind {
    Blank,
    Data,
    /// A footnote, section heading or total. It belongs to no record.
    Aside,
    /// A repetition of the header.
    Header,
}

/// The kind of each row of a table.
pub(super) struct RowKinds {
    /// The kinds of the rows below the header.
    kinds: Vec<RowKind>,
    below: usize,
}

impl RowKinds {
    pub fn of(table: &Table, binding: &Binding, format: Format) -> Self {
        let below = binding.header + 1;
        let kind = |row: usize| match format {
            Format::Csv | Format::Workbook => row_kind(table, binding, row),
            // An object or element is a record even if only one of its fields is filled.
            Format::Json | Format::Xml if is_blank(table, row) => RowKind::Blank,
            Format::Json | Format::Xml => RowKind::Data,
        };
        Self { kinds: (below..table.len()).map(kind).collect(), below }
    }

    fn kind(&self, row: usize) -> RowKind {
        row.checked_sub(self.below).and_then(|at| self.kinds.get(at)).copied().unwrap_or(RowKind::Blank)
    }

    fn of_kind(&self, wanted: RowKind) -> impl Iterator<Item = usize> {
        (self.below..).zip(&self.kinds).filter(move |(_, kind)| **kind == wanted).map(|(row, _)| row)
    }

    /// Returns the rows below the header that hold records.
    pub fn data(&self) -> Vec<usize> {
        self.of_kind(RowKind::Data).collect()
    }

    /// Returns the rows below the header that belong to no record, as notes.
    pub fn asides(&self, table: &Table) -> Vec<Note> {
        let text = |row: usize| -> String {
            table.cells(row).map(str::trim).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" | ")
        };
        self.of_kind(RowKind::Aside).map(|row| Note { row: table.number(row), text: text(row) }).collect()
    }

    /// Counts the cells of a table by outcome.
    pub fn counts(&self, table: &Table, binding: &Binding, rejected: &HashSet<usize>) -> CellCounts {
        let first = (binding.header + 1).saturating_sub(binding.header_rows);
        let unmapped: HashSet<usize> = binding.unmapped.iter().copied().collect();
        let mut counts = CellCounts::default();
        for row in 0..table.len() {
            let kind = self.kind(row);
            for (place, cell) in table.cells(row).enumerate() {
                if cell.trim_matches(is_padding).is_empty() {
                    continue;
                }
                let count = if row < first {
                    &mut counts.note
                } else if row <= binding.header {
                    &mut counts.header
                } else if !binding.is_readable {
                    &mut counts.not_understood
                } else if kind == RowKind::Header {
                    &mut counts.duplicate
                } else if kind == RowKind::Aside || binding.unnamed.contains(&place) || place >= binding.headings.len()
                {
                    &mut counts.note
                } else if rejected.contains(&row) {
                    &mut counts.reject
                } else if unmapped.contains(&place) {
                    &mut counts.not_understood
                } else {
                    &mut counts.value
                };
                *count += 1;
            }
        }
        counts
    }
}

fn is_blank(table: &Table, row: usize) -> bool {
    table.cells(row).all(|cell| cell.trim_matches(is_padding).is_empty())
}

fn row_kind(table: &Table, binding: &Binding, row: usize) -> RowKind {
    let mut filled = table.cells(row).enumerate().filter(|(_, cell)| !cell.trim_matches(is_padding).is_empty());
    let Some((place, _)) = filled.next() else { return RowKind::Blank };
    let others = filled.count();
    if is_header_again(table, binding, row) {
        return RowKind::Header;
    }
    let bound = binding.places.iter().filter(|places| places.iter().any(Option::is_some)).count();
    if footnote(table, row).is_some() || is_total(table, binding, row) {
        return RowKind::Aside;
    }
    // A single filled cell in a table of several columns is a section heading or a note.
    let is_alone = others == 0 && bound > 2 && place == 0;
    if is_alone { RowKind::Aside } else { RowKind::Data }
}

fn is_header_again(table: &Table, binding: &Binding, row: usize) -> bool {
    let first = (binding.header + 1).saturating_sub(binding.header_rows);
    let texts = |row: usize| table.cells(row).map(|cell| cell.trim().to_lowercase());
    let is_same = |header: usize| texts(header).eq(texts(row));
    let filled = table.cells(row).filter(|cell| !cell.trim().is_empty()).count();
    filled > 1 && (first..=binding.header).any(is_same)
}

/// The maximum length in bytes of the label of a total.
const LONGEST_TOTAL: usize = 60;

/// True if a row is a total: its first cell is a label for a total, and all other cells are numbers.
fn is_total(table: &Table, binding: &Binding, row: usize) -> bool {
    let mut texts = table.cells(row).map(str::trim).filter(|text| !text.is_empty());
    let Some(first) = texts.next().filter(|first| first.len() <= LONGEST_TOTAL) else { return false };
    let is_number = |text: &str| number::parse(text).is_ok() || Money::parse(text, MoneyUnit::Dollars).is_ok();
    if binding.headings.len() < 2 || !texts.all(is_number) {
        return false;
    }
    Heading::read(first.trim_end_matches([':', '：'])).halves.iter().all(|half| {
        let is_total = |group: &WordGroup| matches!(group.kind(), GroupKind::Total | GroupKind::Unit);
        !half.terms.is_empty() && half.terms.iter().all(|term| term.groups.iter().any(is_total))
    })
}

/// Returns the text of a footnote row: a single cell in the first column that starts like a note.
fn footnote(table: &Table, row: usize) -> Option<String> {
    let mut filled = table.cells(row).enumerate().filter(|(_, cell)| !cell.trim().is_empty());
    let (0, text) = filled.next()? else { return None };
    let text = text.trim();
    let begins = |word: &str| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let is_note = text.starts_with(number::is_footnote_mark)
        || ["note", "remark", "source:", "end of"].iter().any(|word| begins(word))
        || ["註", "注", "备注", "備註", "資料來源", "资料来源"].iter().any(|word| text.starts_with(word));
    (filled.next().is_none() && is_note).then(|| text.to_owned())
}
