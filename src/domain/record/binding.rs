//! Where the known columns stand in a table: which row is the header, and which of its cells is which column.

use std::collections::HashMap;

use crate::domain::{
    record::column::{Column, HeaderAlias, Presence, ending, is_like, normalised},
    table::Table,
    text::Language,
};

/// Where the known columns stand in one table.
#[derive(Debug)]
pub struct Binding {
    /// The header's row; titles stand above it, data below.
    pub header: usize,
    /// Per known column, the cell of each language.
    pub(super) cells: Vec<[Option<u16>; 3]>,
    /// Required and expected columns that the table does not have.
    pub missing: Vec<&'static str>,
    /// Whether the table has every required column.
    pub is_readable: bool,
    /// Headers that no known column takes, by their place.
    pub unmapped: Vec<usize>,
    /// Places without a header.
    pub unnamed: Vec<usize>,
    /// Places of columns with personal data.
    pub personal: Vec<usize>,
}

/// Which column, in which language, a header names.
type KnownNames = HashMap<String, (usize, Language)>;

/// Every name of every column; of two columns of one name the first counts, and the operator's names before ours.
fn known_names(columns: &[&Column], header_aliases: &[HeaderAlias]) -> KnownNames {
    let mut names = KnownNames::new();
    for (position, column) in columns.iter().enumerate() {
        let others = header_aliases.iter().filter(|other| other.column == column.name);
        let others = others.map(|other| (other.header.clone(), Language::En));
        for (name, language) in others.chain(column.normalised_names()) {
            names.entry(name).or_insert((position, language));
        }
    }
    names
}

/// How far down a header is looked for: titles and as-at rows stand above it.
const HEADER_WITHIN: usize = 20;
/// A "header" longer than this is a footnote that stands in the header row.
const LONGEST_HEADER: usize = 120;

impl Binding {
    /// Finds the header row, the one with the most known columns, and binds each column to its cells. In a file of one
    /// Chinese language every column speaks that language, whatever language its header is in.
    pub fn locate(
        table: &Table,
        columns: &'static [&'static Column],
        header_aliases: &[HeaderAlias],
        file_language: Option<Language>,
    ) -> Self {
        let names = known_names(columns, header_aliases);
        let at = |row| Self::at(row, table, columns, &names, file_language);
        let candidates = (0..table.len().min(HEADER_WITHIN)).map(at);
        let known = |binding: &Self| binding.cells.iter().flatten().flatten().count();
        let best = candidates.reduce(|best, next| if known(&next) > known(&best) { next } else { best });
        match best {
            Some(best) if known(&best) > 0 => best,
            _ => {
                let several_cells = |row: &usize| table.cells(*row).filter(|cell| !cell.trim().is_empty()).count() > 1;
                let first = (0..table.len()).find(several_cells).unwrap_or(0);
                at(first)
            }
        }
    }

    /// The place of a column, in the first language that has it.
    pub fn place(&self, columns: &[&Column], column: &Column) -> Option<usize> {
        let index = columns.iter().position(|known| std::ptr::eq(*known, column))?;
        self.cells[index].iter().flatten().next().map(|place| usize::from(*place))
    }

    /// In a dataset with personal data, columns that nobody knows may hold more of it: those whose name says so, and all
    /// of them where no column is known.
    fn hide_what_may_be_personal(&mut self, table: &Table) {
        const TELLING: [&str; 7] = ["contact", "tel", "mobile", "phone", "fax", "email", "enquir"];
        let nothing_known = self.cells.iter().flatten().all(Option::is_none);
        let may_be = |place: &usize| {
            let name = normalised(table.cell(self.header, *place));
            nothing_known || TELLING.iter().any(|word| name.contains(word))
        };
        let places: Vec<usize> = self.unmapped.iter().chain(&self.unnamed).copied().filter(may_be).collect();
        self.personal.extend(places);
    }

    /// Gives a place to a column, unless another place has it already.
    fn bind(&mut self, columns: &[&Column], column: usize, language: Language, place: usize) {
        match (&mut self.cells[column][language as usize], u16::try_from(place)) {
            (slot @ None, Ok(place)) => *slot = Some(place),
            _ => self.unmapped.push(place),
        }
        if columns[column].personal {
            self.personal.push(place);
        }
    }

    fn at(
        header: usize,
        table: &Table,
        columns: &'static [&'static Column],
        names: &KnownNames,
        file_language: Option<Language>,
    ) -> Self {
        let mut binding = Self {
            header,
            cells: vec![[None; 3]; columns.len()],
            missing: Vec::new(),
            is_readable: true,
            unmapped: Vec::new(),
            unnamed: Vec::new(),
            personal: Vec::new(),
        };
        let mut unknown = Vec::new();
        for (place, text) in table.cells(header).enumerate() {
            let name = normalised(text);
            if name.is_empty() || text.chars().count() > LONGEST_HEADER {
                binding.unnamed.push(place);
                continue;
            }
            match names.get(&name) {
                Some((column, Language::En)) => {
                    binding.bind(columns, *column, file_language.unwrap_or(Language::En), place);
                }
                Some((column, language)) => binding.bind(columns, *column, *language, place),
                None => unknown.push((place, text)),
            }
        }
        // Known names first, so that a family takes only what is left.
        for (place, text) in unknown {
            let (language, stem) = ending(text);
            let name = normalised(stem);
            let like = |known: &&Column| known.header_patterns.iter().any(|pattern| is_like(&name, pattern));
            match columns.iter().position(like) {
                Some(column) => binding.bind(columns, column, language, place),
                None => binding.unmapped.push(place),
            }
        }
        binding.unmapped.sort_unstable();
        if columns.iter().any(|column| column.personal) {
            binding.hide_what_may_be_personal(table);
        }
        for (column, cells) in columns.iter().zip(&binding.cells) {
            if cells.iter().all(Option::is_none) && column.presence != Presence::Optional {
                binding.missing.push(column.name);
                binding.is_readable &= column.presence != Presence::Required;
            }
        }
        binding
    }
}
