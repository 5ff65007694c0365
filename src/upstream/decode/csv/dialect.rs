//! Detects the dialect of a text. Each dialect is tried on the whole text, and the one with the most regular table
//! wins.

use std::{collections::HashMap, fmt};

use super::records::{CsvCell, CsvRecord, Dialect, NO_SEPARATOR, cr_ends_lines};
use crate::upstream::decode::{MOST_CELLS, score};

pub const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// The chosen dialect of a text, with the evidence for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DialectChoice {
    pub dialect: Dialect,
    pub score: f32,
    /// The runner-up separator, with its score.
    pub runner_up: Option<(u8, f32)>,
    /// The most common number of cells of a record.
    pub width: usize,
}

impl fmt::Display for DialectChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quote = if self.dialect.has_quotes { "'\"'" } else { "none" };
        if self.dialect.separator == NO_SEPARATOR {
            f.write_str("one column")?;
        } else {
            write!(f, "separator {:?} quote {quote} {:.1}", char::from(self.dialect.separator), self.score)?;
        }
        match self.runner_up {
            Some((separator, score)) => write!(f, " ({:?} {score:.1})", char::from(separator)),
            None => Ok(()),
        }
    }
}

/// The minimum length in bytes of a long text.
const LONG: usize = 1 << 16;
/// The minimum score for a separator. Below it, a text is a list of lines.
const ONE_COLUMN: f32 = 8.0;

/// Finds the dialect of a text.
pub fn choose(content: &str) -> DialectChoice {
    let bytes = content.as_bytes();
    let cr_ends_lines = cr_ends_lines(content);
    let dialect = |separator, has_quotes| Dialect { separator, has_quotes, cr_ends_lines };
    if let Some(separator) = stated(content) {
        let (score, width, _) = measure(content, &dialect(separator, true));
        return DialectChoice { dialect: dialect(separator, true), score, runner_up: None, width };
    }
    let has_quotes = memchr::memchr(b'"', bytes).is_some();
    let mut tried = Vec::new();
    // In a long text, skip a separator that occurs at most once per four lines.
    let least = if bytes.len() > LONG { memchr::memchr_iter(b'\n', bytes).count() / 4 } else { 0 };
    let count = |separator: u8| memchr::memchr_iter(separator, bytes).count();
    for separator in SEPARATORS.into_iter().filter(|separator| count(*separator) > least) {
        for quotes in [true, false].into_iter().take(1 + usize::from(has_quotes)) {
            let dialect = dialect(separator, quotes);
            let (score, width, is_sound) = measure(content, &dialect);
            // Quotes are preferred. If all of them pair up, the dialect without quotes is not tried.
            tried.push((score + f32::from(u8::from(quotes)), dialect, width));
            if is_sound {
                break;
            }
        }
    }
    // If scores are equal, the first wins: commas before others, quotes before no quotes.
    let best = tried.iter().fold(
        None,
        |best: Option<&(f32, Dialect, usize)>, next| {
            if best.is_some_and(|best| best.0 >= next.0) { best } else { Some(next) }
        },
    );
    match best {
        Some((score, dialect, width)) if *score >= ONE_COLUMN => {
            let others = tried.iter().filter(|(_, other, _)| other.separator != dialect.separator);
            let runner_up =
                others.map(|(score, other, _)| (other.separator, *score)).max_by(|a, b| a.1.total_cmp(&b.1));
            DialectChoice { dialect: *dialect, score: *score, runner_up, width: *width }
        }
        other => {
            let runner_up = other.map(|(score, dialect, _)| (dialect.separator, *score));
            DialectChoice { dialect: dialect(NO_SEPARATOR, true), score: ONE_COLUMN, runner_up, width: 1 }
        }
    }
}

/// Returns the separator that the first line declares for Excel: `sep=;`.
pub fn stated(content: &str) -> Option<u8> {
    let line = content.trim_start_matches('\u{feff}').split(['\r', '\n']).next()?;
    match line.strip_prefix("sep=").or_else(|| line.strip_prefix("\"sep="))?.as_bytes() {
        [separator] | [separator, b'"'] if SEPARATORS.contains(separator) => Some(*separator),
        _ => None,
    }
}

/// The maximum number of unclosed quotes. Beyond it, quotes do not enclose cells.
pub const MOST_OPEN: usize = 100;

/// Measures a dialect on a text. Returns its score, its most common record width, and whether no quote is stray.
fn measure(content: &str, dialect: &Dialect) -> (f32, usize, bool) {
    let mut counts = Counts::default();
    let mut at = 0;
    while at < content.len() && counts.cells < MOST_CELLS {
        let mut record = dialect.record(content, at, &[]);
        if record.is_open {
            counts.open += 1;
            if counts.open > MOST_OPEN {
                return (0.0, 1, false);
            }
            record = dialect.line(content, at);
        }
        at = record.end;
        if !record.is_blank(content) {
            counts.add(content, dialect, &record);
        }
    }
    let (score, width) = counts.score();
    (score, width, counts.stray + counts.open == 0)
}

/// The statistics of the records and cells of a text in one dialect.
#[derive(Default)]
struct Counts {
    widths: HashMap<usize, usize>,
    /// Records of one cell after the first record of several.
    single: usize,
    cells: usize,
    known: usize,
    /// Cells that begin with a space after a separator.
    spaced: usize,
    stray: usize,
    /// Records with an unclosed quote.
    open: usize,
    /// The width of the first line that contains any separator.
    first_parted: Option<usize>,
    first_of_several: Option<usize>,
    /// Records that extend over several lines: their width and the number of line breaks.
    broken: Vec<(usize, u32)>,
}

impl Counts {
    fn add(&mut self, content: &str, dialect: &Dialect, record: &CsvRecord) {
        let width = record.cells.len();
        if self.first_parted.is_none() {
            let is_parted = SEPARATORS
                .iter()
                .any(|separator| memchr::memchr(*separator, &content.as_bytes()[record.begin..record.end]).is_some());
            self.first_parted = is_parted.then_some(width);
        }
        if record.breaks > 0 {
            self.broken.push((width, record.breaks));
        }
        if width == 1 {
            self.single += usize::from(self.first_of_several.is_some());
            return;
        }
        self.first_of_several.get_or_insert(width);
        *self.widths.entry(width).or_default() += 1;
        for (place, cell) in record.cells.iter().enumerate() {
            let text = cell.raw(content);
            self.cells += 1;
            self.known += usize::from(is_known(text, cell, dialect.separator));
            self.spaced += usize::from(place > 0 && !cell.is_quoted && text.starts_with(' ') && text.len() > 1);
            self.stray += usize::from(cell.has_stray);
        }
    }

    fn score(&self) -> (f32, usize) {
        let Some((width, most)) = self.widths.iter().max_by_key(|(width, count)| (**count, **width)) else {
            return (0.0, 1);
        };
        let records = score(self.widths.values().sum::<usize>());
        let cells = score(self.cells.max(1));
        let swallowing = self.broken.iter().filter(|(_, breaks)| *breaks > 2).filter(|(own, _)| own != width).count();
        let share = |part: usize, whole: f32| score(part) / whole;
        // A single line with separators among other lines is prose.
        if *most < 2 && self.single > 1 {
            return (0.0, 1);
        }
        let inner = score((self.cells - self.widths.values().sum::<usize>()).max(1));
        let bonus = |is_so: bool| if is_so { 2.0 } else { 0.0 };
        let points = 10.0 * share(*most, records + score(self.single))
            + 3.0 * share(self.known, cells)
            + score((*width).min(12)) / 4.0
            + bonus(self.first_of_several == Some(*width))
            + bonus(self.first_parted == Some(*width))
            - 20.0 * share(swallowing, records)
            - 5.0 * share(self.stray + self.open, cells)
            - 6.0 * share(self.spaced, inner);
        (points, *width)
    }
}

/// True if a cell looks complete: no other separator splits it, and no quote is unpaired.
fn is_known(text: &str, cell: &CsvCell, separator: u8) -> bool {
    if cell.is_quoted {
        return !cell.has_stray;
    }
    let bytes = text.as_bytes();
    let parts = |(at, byte): (usize, &u8)| {
        if *byte == separator || !SEPARATORS.contains(byte) {
            return false;
        }
        let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        let is_grouped = *byte == b',' && is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
        // In prose, a space follows a comma.
        let is_prose = *byte != b'\t' && bytes.get(at + 1) == Some(&b' ');
        !is_grouped && !is_prose
    };
    !bytes.iter().enumerate().any(parts) && !text.starts_with('"')
}
