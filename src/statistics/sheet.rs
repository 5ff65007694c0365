//! One file as a list of facts: every cell of its figures with the labels that stand over and beside it.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    area::Grid,
    columns::{is_sum_name, is_total_name},
    figure::ObservationFlag as Flag,
    layout::{DimensionWords, Layout, MeasureWords, Place},
    rows::AreaReader,
    unit::{Scale, Unit},
    when,
};
use crate::domain::{
    period::Period,
    script,
    table::Table,
    text::{Language, Text},
};

/// A file to read.
#[derive(Clone, Copy, Debug)]
pub struct StatFile<'a> {
    pub table: &'a Table,
    /// The language of the file, if it is in one.
    pub language: Option<Language>,
    /// The period in the file's name.
    pub period: Option<&'a str>,
    /// The day that its content is about.
    pub as_of: Option<Date>,
    /// Its number among the dataset's files.
    pub file: u16,
}

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub file: u16,
    pub language: Option<Language>,
    pub title: Text,
    pub dimensions: Vec<SheetDimension>,
    pub facts: Vec<Fact>,
    pub notes: Vec<Text>,
    pub rejects: Vec<Reject>,
}

/// A dimension as one file shows it.
#[derive(Clone, Debug)]
pub struct SheetDimension {
    pub title: Text,
    pub words: Option<&'static DimensionWords>,
    pub place: Place,
    /// Its number among those at this place.
    pub ordinal: usize,
}

/// One cell of figures.
#[derive(Clone, Debug)]
pub struct Fact {
    pub row: u32,
    pub period: Period,
    /// Indexes into the sheet's dimensions, with the value's label.
    pub coordinates: Vec<(usize, Label)>,
    pub measure: MeasureLabel,
    pub value: Option<Decimal>,
    pub step: Decimal,
    pub unit: Option<Unit>,
    pub flags: Vec<Flag>,
}

/// The label of a dimension's value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    pub text: Text,
    pub sum: Sum,
}

/// Whether a value is a sum over others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sum {
    #[default]
    No,
    /// Over some of them, or in words of its own.
    Some,
    /// The total.
    All,
}

/// The label of a measure.
#[derive(Clone, Debug, Default)]
pub struct MeasureLabel {
    pub title: Text,
    pub words: Option<&'static MeasureWords>,
    /// The unit that the label itself states.
    pub scale: Option<Scale>,
}

/// A cell that should be a figure and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    pub file: u16,
    pub row: u32,
    /// The header over the cell, or `column 3`.
    pub column: String,
    pub reason: String,
    pub text: String,
}

/// The most cells of a table of figures; the largest published has a few hundred.
const MOST_CELLS: usize = 200_000;
const MOST_COLUMNS: usize = 2_000;

/// Reads one file.
pub fn read(file: &StatFile<'_>, layout: &Layout) -> Sheet {
    let mut sheet = Sheet { file: file.file, language: file.language, ..Sheet::default() };
    if file.table.cell_count() > MOST_CELLS {
        sheet.rejects.push(too_large(file, format!("{MOST_CELLS} cells, found {}", file.table.cell_count())));
        return sheet;
    }
    let grid = Grid::new(file.table);
    if grid.width > MOST_COLUMNS {
        sheet.rejects.push(too_large(file, format!("{MOST_COLUMNS} columns, found {}", grid.width)));
        return sheet;
    }
    let mut period = None;
    for area in grid.areas() {
        let lines: Vec<String> = area.above.iter().map(|row| line(&grid, *row)).collect();
        period = lines.iter().find_map(|line| when::in_title(line)).or(period);
        for (at, line) in lines.iter().enumerate() {
            let text = text_of(line, file.language);
            if at == 0 && sheet.title.is_empty() { sheet.title = text } else { sheet.notes.push(text) }
        }
        let default = period.clone().unwrap_or_else(|| default_period(file, layout));
        AreaReader::new(&grid, &area, file, layout, default, &lines).read(&mut sheet);
        sheet.notes.extend(area.below.iter().map(|row| text_of(&line(&grid, *row), file.language)));
    }
    sheet
}

fn too_large(file: &StatFile<'_>, than: String) -> Reject {
    let reason = format!("expected a table of figures of at most {than}");
    Reject { file: file.file, row: 0, column: String::new(), reason, text: String::new() }
}

fn default_period(file: &StatFile<'_>, layout: &Layout) -> Period {
    let named = |label: &str| {
        let bare = || Period { label: label.trim().to_owned(), start: None, end: None };
        when::parse(label, when::Kind::Spans).map_or_else(bare, |when| when.period)
    };
    file.period
        .map(named)
        .or_else(|| file.as_of.map(when::as_at))
        .or_else(|| layout.period.map(named))
        .unwrap_or_else(|| named("not stated"))
}

/// The filled cells of a row as one line.
pub fn line(grid: &Grid<'_>, row: usize) -> String {
    grid.filled(row).map(|column| grid.text(row, column)).collect::<Vec<_>>().join(" ")
}

/// A published text as text in its language: the file's, else the one it is written in. Lines in English and Chinese
/// are two texts.
pub fn text_of(label: &str, language: Option<Language>) -> Text {
    let mut text = Text::default();
    if label.is_empty() {
        return text;
    }
    let (chinese, latin): (Vec<&str>, Vec<&str>) =
        label.lines().map(str::trim).filter(|l| !l.is_empty()).partition(|l| script::has_han(l));
    let han = match language {
        Some(Language::En) | None => written_chinese(label),
        Some(chinese) => chinese,
    };
    if !chinese.is_empty() && !latin.is_empty() {
        text.en = Some(latin.join(" "));
        *text.published_mut(han) = Some(chinese.join(" "));
    } else {
        let written = if chinese.is_empty() { Language::En } else { han };
        *text.published_mut(language.unwrap_or(written)) =
            Some(latin.into_iter().chain(chinese).collect::<Vec<_>>().join(" "));
    }
    text
}

fn written_chinese(label: &str) -> Language {
    let is_simplified = script::to_simplified(label) == label && script::to_traditional(label) != label;
    if is_simplified { Language::ZhHans } else { Language::ZhHant }
}

/// Adds what another language says to a text.
pub fn merge_text(text: &mut Text, other: &Text) {
    for language in Language::ALL {
        if let (None, Some(found)) = (text.published(language), other.published(language)) {
            *text.published_mut(language) = Some(found.to_owned());
        }
    }
}

/// Puts the next part of a label behind what is there of it in the same language.
pub fn join_text(text: &mut Text, part: &Text) {
    for language in Language::ALL {
        if let (Some(known), Some(part)) = (text.published(language), part.published(language)) {
            let joined = format!("{known} {part}");
            *text.published_mut(language) = Some(joined);
        }
    }
}

/// The index of a sheet's dimension, added when it is new.
pub fn dimension(
    sheet: &mut Sheet,
    title: Text,
    words: Option<&'static DimensionWords>,
    place: Place,
    ordinal: usize,
) -> usize {
    let same = |other: &SheetDimension| match (words, other.words) {
        (Some(a), Some(b)) => a.id == b.id,
        (None, None) => other.title == title && other.place == place && (!title.is_empty() || other.ordinal == ordinal),
        _ => false,
    };
    sheet.dimensions.iter().position(same).unwrap_or_else(|| {
        sheet.dimensions.push(SheetDimension { title, words, place, ordinal });
        sheet.dimensions.len() - 1
    })
}

/// A label of a dimension's value.
pub fn label_of(text: Text) -> Label {
    let any = |is: fn(&str) -> bool| Language::ALL.into_iter().filter_map(|language| text.published(language)).any(is);
    let sum = if any(is_total_name) {
        Sum::All
    } else if any(is_sum_name) {
        Sum::Some
    } else {
        Sum::No
    };
    Label { text, sum }
}

/// The label of a total whose own label is empty.
pub fn total() -> Label {
    Label { text: Text::default(), sum: Sum::All }
}
