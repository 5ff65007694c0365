//! The facts about each column of a table before matching: its parsed heading and the profile of its values.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use super::{
    cell::CellsSeen,
    header::Header,
    profile::Profile,
    role::{CONTRAST, ColumnHints, HeadingFit, PublishedHeading},
};
use crate::domain::{
    lexicon::{Heading, LanguageMark, language, tokens},
    number::is_footnote_mark,
    table::Table,
};

/// The facts about one column of a table.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// The heading as published, with its rows joined.
    pub shown: String,
    pub is_named: bool,
    /// The parsed innermost heading.
    pub heading: Heading,
    pub mark: Option<LanguageMark>,
    /// The folded heading without its language mark.
    pub stem: String,
    /// The fit of the heading to each role.
    pub fits: Vec<HeadingFit>,
    pub profile: Profile,
}

impl Facts {
    /// Returns the role that fits the heading best. `None` if the fit is weak or not unique.
    pub fn best_role(&self) -> Option<usize> {
        const WELL: i32 = 14;
        let (best, fit) = self.fits.iter().enumerate().max_by_key(|(_, fit)| fit.points)?;
        let is_only = self.fits.iter().filter(|other| other.points == fit.points).count() == 1;
        (fit.points >= WELL && is_only).then_some(best)
    }
}

/// A parsed heading and its fit to each role.
type ReadHeading = Rc<(Heading, Vec<HeadingFit>)>;

/// A cache of parsed headings. Many candidate headers contain the same texts.
pub(super) struct Headings<'a> {
    roles: &'a [ColumnHints],
    read: RefCell<HashMap<String, ReadHeading>>,
    cells: CellsSeen,
}

impl<'a> Headings<'a> {
    pub fn new(roles: &'a [ColumnHints]) -> Self {
        Self { roles, read: RefCell::default(), cells: CellsSeen::default() }
    }

    /// Parses a heading, or returns it from the cache.
    pub fn of(&self, text: &str) -> ReadHeading {
        if let Some(known) = self.read.borrow().get(text) {
            return known.clone();
        }
        let published = PublishedHeading::read(text);
        let fits = self.roles.iter().map(|role| role.fit(&published)).collect();
        let read = Rc::new((published.heading, fits));
        self.read.borrow_mut().insert(text.to_owned(), read.clone());
        read
    }

    /// Returns the fit of a column's heading to each role: the better fit of the innermost text and the whole text. A
    /// role that the whole text rules out stays ruled out.
    pub fn fits(&self, inner: &str, whole: &str) -> Vec<HeadingFit> {
        let of_inner = self.of(inner);
        if inner == whole {
            return of_inner.1.clone();
        }
        let of_whole = self.of(whole);
        let better = |(inner, whole): (&HeadingFit, &HeadingFit)| {
            if whole.points <= CONTRAST || whole.points > inner.points { *whole } else { *inner }
        };
        of_inner.1.iter().zip(&of_whole.1).map(better).collect()
    }

    /// Returns the points of a header by its headings alone. Each role counts once.
    pub fn points(&self, header: &Header) -> i32 {
        let fits: Vec<Vec<HeadingFit>> = header
            .headings
            .iter()
            .filter(|heading| heading.is_named())
            .map(|heading| self.fits(&heading.inner, &heading.whole))
            .collect();
        let best = |role: usize| fits.iter().map(|fits| fits[role].points).max().unwrap_or(0).max(0);
        (0..self.roles.len()).map(best).sum()
    }

    /// True if most cells of a row are headings that fit some role.
    pub fn is_heading_row(&self, table: &Table, row: usize) -> bool {
        const FITS: i32 = 14;
        let texts: Vec<&str> =
            table.cells(row).map(str::trim).filter(|text| !text.is_empty() && text.len() <= 120).collect();
        let fitting = texts.iter().filter(|text| self.of(text).1.iter().any(|fit| fit.points >= FITS)).count();
        texts.len() > 1 && fitting * 3 >= texts.len() * 2
    }

    /// Returns the facts about each column below a header.
    pub fn facts(&self, table: &Table, header: &Header) -> Vec<Facts> {
        header
            .headings
            .iter()
            .enumerate()
            .map(|(column, heading)| {
                let text = if heading.inner.is_empty() { &heading.shown } else { &heading.inner };
                let read = self.of(text);
                let whole = self.of(&heading.whole);
                let cells = (header.last + 1..table.len()).map(|row| table.cell(row, column));
                let profile = Profile::of(cells, &self.cells);
                let is_footnote =
                    heading.shown.starts_with(is_footnote_mark) && profile.filled == 0 && heading.shown.len() > 2;
                Facts {
                    shown: heading.shown.clone(),
                    is_named: heading.is_named() && !is_footnote,
                    heading: read.0.clone(),
                    mark: read.0.mark.or(whole.0.mark),
                    stem: tokens::key(&language::split(&heading.whole).0),
                    fits: self.fits(&heading.inner, &heading.whole),
                    profile,
                }
            })
            .collect()
    }
}
