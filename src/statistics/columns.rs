//! The columns of a block: their roles, and the label columns that form one field.

use super::{
    block::Block,
    grid::CellGrid,
    heading::HeadingHints,
    label::merge_text,
    layout::{Layout, key},
    phrase::Phrase,
    roles::{ColumnRole, RoleReader},
};
use crate::domain::text::{Language, Text};

/// A field of labels: columns with the same labels in one or several languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub columns: Vec<(usize, Option<Language>)>,
    /// True if the columns are parts of one label (a code and a name), not translations.
    pub is_joined: bool,
}

/// The roles of a block's columns, by the columns of the grid.
#[derive(Clone, Debug)]
pub struct Columns {
    pub roles: Vec<ColumnRole>,
    pub fields: Vec<Field>,
    /// The innermost heading of each column.
    pub headings: Vec<Text>,
    pub hints: Vec<HeadingHints>,
    /// True if the role follows from a name that the dataset declares.
    pub declared: Vec<bool>,
}

/// The maximum number of label columns searched for translations, because every pair is compared.
const MOST_TWINS: usize = 40;

/// The heading of a column: the text of its innermost header row that has one.
pub fn heading(grid: &CellGrid, block: &Block, column: usize) -> Text {
    for header in block.header.iter().rev() {
        let mut text = grid.cell(header.row, column).map(|cell| cell.text.clone()).unwrap_or_default();
        for cell in header.translations.iter().filter_map(|row| grid.cell(*row, column)) {
            merge_text(&mut text, &cell.text);
        }
        if !text.is_empty() {
            return text;
        }
    }
    Text::default()
}

impl Columns {
    /// Determines the roles of a block's columns.
    pub fn of(grid: &CellGrid, block: &Block, layout: &Layout) -> Self {
        let headings: Vec<Text> = (0..grid.width).map(|column| heading(grid, block, column)).collect();
        let hints: Vec<HeadingHints> = headings
            .iter()
            .map(|heading| {
                // `Branch (as at 30/9/2025)` is a heading of branches, not of periods.
                let phrase = Phrase::of(heading);
                HeadingHints::of(if phrase.period.is_some() && phrase.has_name() { &phrase.name } else { heading })
            })
            .collect();
        let reader = RoleReader::new(grid, block, layout, &headings, &hints);
        let mut declared = vec![false; grid.width];
        let mut roles = vec![ColumnRole::Empty; grid.width];
        for column in &block.columns {
            (roles[*column], declared[*column]) = reader.role(*column);
        }
        reader.amend(&mut roles);
        let mut columns =
            Self { roles, fields: Vec::new(), headings: headings.clone(), hints: hints.clone(), declared };
        columns.group_labels(&reader);
        columns
    }

    /// The columns with this role.
    pub fn with(&self, role: ColumnRole) -> impl Iterator<Item = usize> {
        self.roles.iter().enumerate().filter(move |(_, other)| **other == role).map(|(column, _)| column)
    }

    /// Groups label columns that are translations of each other.
    fn group_labels(&mut self, reader: &RoleReader<'_>) {
        let labels: Vec<usize> = self.with(ColumnRole::Label(0)).collect();
        let may_be_twins = labels.len() <= MOST_TWINS;
        let mut stems: Vec<String> = Vec::new();
        for column in labels {
            let (stem, language) = reader.stem(column);
            let same_stem = language.and_then(|_| stems.iter().position(|other| *other == key(&stem)));
            let twin = || {
                self.fields
                    .iter()
                    .position(|field| field.columns.iter().all(|(other, _)| reader.are_twins(*other, column)))
            };
            let dimension = |column: usize| reader.declared_dimension(column);
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
                self.fields.push(Field { columns: Vec::new(), is_joined: false });
                stems.push(language.map(|_| key(&stem)).unwrap_or_default());
                self.fields.len() - 1
            });
            self.fields[at].columns.push((column, language));
            self.roles[column] = ColumnRole::Label(at);
        }
    }
}
