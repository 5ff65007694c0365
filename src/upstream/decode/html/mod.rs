//! Decodes the data tables of HTML pages, which programs export, often as `.xls`. A page without a data table is not a
//! file. Only the HTML that tables need is parsed.

use super::{
    DecodeError,
    grid::{Grid, RemainingBounds},
};
use crate::domain::table::Table;

mod markup;

use markup::{HtmlToken, Markup};

/// The maximum number of rows or columns that a cell may span; the same as in browsers.
const MOST_SPANNED: u32 = 1000;
/// The maximum nesting depth of tables.
const DEEPEST: usize = 32;

/// Decodes a page, and returns each table with at least two rows of at least two filled cells. A table that contains
/// other tables is used for layout and is skipped.
pub fn decode(content: &str) -> Result<Vec<(Option<String>, Table)>, DecodeError> {
    let mut left = RemainingBounds::default();
    let mut open: Vec<Builder> = Vec::new();
    let mut tables = Vec::new();
    for token in Markup::new(content) {
        match token {
            HtmlToken::Begin { name: "table", .. } => {
                if open.len() >= DEEPEST {
                    let found = "deeper nesting".to_owned();
                    return Err(DecodeError::Shape { expected: "tables nested at most 32 levels deep", found });
                }
                for outer in &mut open {
                    outer.is_layout = true;
                }
                open.push(Builder::default());
            }
            HtmlToken::End("table") => {
                if let Some(builder) = open.pop() {
                    tables.extend(builder.finish(&mut left)?);
                }
            }
            token => {
                if let Some(builder) = open.last_mut() {
                    builder.take(&token, &mut left)?;
                }
            }
        }
    }
    // Tables without an end tag.
    while let Some(builder) = open.pop() {
        tables.extend(builder.finish(&mut left)?);
    }
    if tables.is_empty() { Err(DecodeError::Html) } else { Ok(tables) }
}

/// A table being read.
#[derive(Default)]
struct Builder {
    grid: Grid,
    /// The number of rows begun so far.
    rows: u32,
    column: u32,
    /// Per column, the first row that no cell from above spans.
    taken_until: Vec<u32>,
    cell: Option<Cell>,
    caption: Option<String>,
    in_caption: bool,
    is_layout: bool,
}

#[derive(Default)]
struct Cell {
    text: String,
    columns: u32,
    rows: u32,
}

impl Builder {
    fn take(&mut self, token: &HtmlToken<'_>, left: &mut RemainingBounds) -> Result<(), DecodeError> {
        match token {
            HtmlToken::Begin { name: "tr", .. } => {
                self.end_cell(left)?;
                self.rows += 1;
                self.column = 0;
            }
            HtmlToken::Begin { name: "td" | "th", tag } => {
                self.end_cell(left)?;
                // A cell outside a row begins one.
                self.rows = self.rows.max(1);
                self.cell =
                    Some(Cell { text: String::new(), columns: tag.count("colspan"), rows: tag.count("rowspan") });
            }
            HtmlToken::End("td" | "th" | "tr") => self.end_cell(left)?,
            HtmlToken::Begin { name: "caption", .. } => self.in_caption = true,
            HtmlToken::End("caption") => self.in_caption = false,
            HtmlToken::Begin { name: "br", .. } | HtmlToken::End("p" | "div" | "li") => self.push("\n"),
            HtmlToken::Text(text) => self.push_collapsed(text),
            HtmlToken::Begin { .. } | HtmlToken::End(_) => {}
        }
        Ok(())
    }

    fn text(&mut self) -> Option<&mut String> {
        if self.in_caption {
            return Some(self.caption.get_or_insert_default());
        }
        self.cell.as_mut().map(|cell| &mut cell.text)
    }

    fn push(&mut self, text: &str) {
        if let Some(cell) = self.text() {
            cell.push_str(text);
        }
    }

    /// Appends text as a browser renders it: a run of white space becomes one space.
    fn push_collapsed(&mut self, text: &str) {
        let Some(cell) = self.text() else { return };
        for character in text.chars() {
            match character {
                ' ' | '\t' | '\r' | '\n' => {
                    if !cell.is_empty() && !cell.ends_with([' ', '\n']) {
                        cell.push(' ');
                    }
                }
                other => cell.push(other),
            }
        }
    }

    fn end_cell(&mut self, left: &mut RemainingBounds) -> Result<(), DecodeError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let row = self.rows - 1;
        while self.taken_until.get(self.column as usize).is_some_and(|until| *until > row) {
            self.column += 1;
        }
        let end = self.column + cell.columns;
        left.take(cell.columns as usize, 0)?;
        if self.taken_until.len() < end as usize {
            self.taken_until.resize(end as usize, 0);
        }
        self.taken_until[self.column as usize..end as usize].fill(row + cell.rows);
        self.grid.add(row, self.column, cell.text.trim(), left)?;
        self.grid.merge((row, row + cell.rows - 1), (self.column, end - 1), left)?;
        self.column = end;
        Ok(())
    }

    fn finish(mut self, left: &mut RemainingBounds) -> Result<Option<(Option<String>, Table)>, DecodeError> {
        self.end_cell(left)?;
        if self.is_layout {
            return Ok(None);
        }
        let table = self.grid.into_table(left)?;
        let filled = |row: &usize| table.cells(*row).filter(|cell| !cell.trim().is_empty()).count();
        let rows = (0..table.len()).filter(|row| filled(row) > 1).count();
        let caption = self.caption.map(|caption| caption.trim().to_owned()).filter(|caption| !caption.is_empty());
        Ok((rows > 1).then_some((caption, table)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tables(content: &str) -> Vec<Vec<Vec<String>>> {
        let rows = |table: &Table| {
            (0..table.len()).map(|row| table.cells(row).map(str::to_owned).collect()).collect::<Vec<Vec<String>>>()
        };
        decode(content).unwrap().iter().map(|(_, table)| rows(table)).collect()
    }

    #[test]
    fn a_table_is_read_as_a_browser_shows_it() {
        let page = "<HTML><head><style>td{x:'<td>'}</style></head><body><TABLE border=1>
            <caption>Lanterns &amp; kites</caption>
            <!-- <tr><td>no</td></tr> -->
            <tr><th colspan=2>Workshop &nbsp;<b>A</b><td rowspan='2'>12&quot; disc
            <tr><td>Paper<br>lanterns</td><td>1&#44;204</td></tr>
            <tr><td>Kites<td></td><td>&#x9CF6;</table></body></html>";
        assert_eq!(
            tables(page),
            [[vec!["Workshop \u{20}A", "", "12\" disc"], vec!["Paper\nlanterns", "1,204"], vec!["Kites", "", "鳶"]]]
        );
        let (caption, table) = decode(page).unwrap().remove(0);
        assert_eq!(caption.as_deref(), Some("Lanterns & kites"));
        assert_eq!(table.spans().iter().map(|span| (span.rows, span.columns)).collect::<Vec<_>>(), [(1, 2), (2, 1)]);
    }

    #[test]
    fn pages_without_data_are_rejected() {
        for page in [
            "<html><body>Not found</body></html>",
            "<html><table><tr><td>Sorry, the page cannot be found.</td></tr><tr><td>Back</td></tr></table></html>",
            "<html><table><tr><td>Name<td><input></tr><tr><td>Password<td><input></tr></table></html>",
        ] {
            assert_eq!(decode(page).unwrap_err(), DecodeError::Html, "{page}");
        }
    }

    #[test]
    fn layout_tables_are_ignored() {
        let inner = "<table><tr><td>a<td>b<tr><td>1<td>2</table>";
        let page = format!("<html><table><tr><td>Menu<td>{inner}<tr><td>x<td>y</table></html>");
        assert_eq!(tables(&page), [[["a", "b"], ["1", "2"]]]);
    }

    #[test]
    fn bombs_are_refused() {
        let wide = format!("<tr>{}", "<td colspan=1000>x".repeat(16)).repeat(300);
        assert_eq!(decode(&format!("<table>{wide}</table>")).unwrap_err(), DecodeError::TooManyCells);
        assert!(decode(&"<table>".repeat(1000)).unwrap_err().to_string().contains("32 levels"));
    }

    proptest! {
        #[test]
        fn html_like_text_never_panics(content in "(<table>|</table>|<t[dr]|>| rowspan=[0-9]|</t[dr]>|&[a-z#0-9]{0,4};?|<!--|-->|<|[a\"' é]){0,60}") {
            let _ = decode(&content);
        }
    }
}
