//! Decodes XML Spreadsheet 2003, which Excel and report programs write as `.xls` and `.xml`.

use std::collections::HashMap;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use super::{
    DecodeError,
    grid::{Grid, RemainingBounds, wrong},
    workbook::{Sheet, Shown},
};

const PART: &str = "XML Spreadsheet";
const MOST_SHEETS: usize = 256;

/// True if an XML text is in this format: its root element is an Excel `Workbook`.
pub fn is_one(content: &str) -> bool {
    let mut end = content.len().min(4096);
    while !content.is_char_boundary(end) {
        end -= 1;
    }
    let head = &content[..end];
    head.contains("urn:schemas-microsoft-com:office:spreadsheet") && head.contains("Workbook")
}

/// Decodes every sheet.
pub fn decode(content: &str) -> Result<Vec<Sheet>, DecodeError> {
    let mut reader = Reader::from_str(content.trim_start());
    let mut reading = Reading::default();
    loop {
        match reader.read_event().map_err(|error| wrong(PART, error))? {
            Event::Start(tag) => reading.begin(&tag)?,
            Event::Empty(tag) => {
                reading.begin(&tag)?;
                reading.end(tag.local_name().as_ref())?;
            }
            Event::End(tag) => reading.end(tag.local_name().as_ref())?,
            Event::Text(text) => reading.push(&text.xml10_content()),
            Event::CData(text) => reading.push(&text.xml10_content()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(character)) => reading.push(character.encode_utf8(&mut [0; 4])),
                _ => reading.push(quick_xml::escape::resolve_predefined_entity(&entity).unwrap_or_default()),
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if reading.sheets.is_empty() {
        return Err(DecodeError::Shape { expected: "a workbook with a sheet of cells", found: "none".to_owned() });
    }
    Ok(reading.sheets)
}

/// The element to which the current text belongs.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum In {
    #[default]
    Nothing,
    Data,
    Visible,
}

#[derive(Default)]
struct Reading {
    left: RemainingBounds,
    sheets: Vec<Sheet>,
    style: String,
    styles: HashMap<String, Shown>,
    sheet: Option<(String, bool, Grid)>,
    /// The row and column of the next cell, from 0.
    row: u32,
    column: u32,
    cell: Cell,
    inside: In,
    text: String,
    in_comment: bool,
}

#[derive(Default)]
struct Cell {
    kind: String,
    style: String,
    across: u32,
    down: u32,
    text: String,
}

impl Reading {
    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<(), DecodeError> {
        let value = |name: &str| attribute(tag, name);
        let number = |name: &str| value(name).and_then(|text| text.parse::<u32>().ok());
        match tag.local_name().as_ref() {
            "Style" => self.style = value("ID").unwrap_or_default(),
            "NumberFormat" => {
                let format = value("Format").unwrap_or_default();
                self.styles.insert(self.style.clone(), shown(&format));
            }
            "Worksheet" => {
                if self.sheets.len() >= MOST_SHEETS {
                    return Err(wrong(PART, format!("expected at most {MOST_SHEETS} sheets, found more")));
                }
                self.sheet = Some((value("Name").unwrap_or_default(), true, Grid::default()));
                (self.row, self.column) = (0, 0);
            }
            "Row" => {
                self.row = number("Index").map_or(self.row, |index| index.saturating_sub(1));
                self.column = 0;
            }
            "Cell" => {
                self.column = number("Index").map_or(self.column, |index| index.saturating_sub(1));
                self.cell = Cell {
                    style: value("StyleID").unwrap_or_default(),
                    across: number("MergeAcross").unwrap_or(0),
                    down: number("MergeDown").unwrap_or(0),
                    ..Cell::default()
                };
            }
            "Comment" => self.in_comment = true,
            "Data" if !self.in_comment => {
                self.cell.kind = value("Type").unwrap_or_default();
                self.inside = In::Data;
            }
            "Visible" => {
                self.inside = In::Visible;
                self.text.clear();
            }
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, text: &str) {
        match self.inside {
            In::Nothing => {}
            In::Data => self.cell.text.push_str(text),
            In::Visible => self.text.push_str(text),
        }
    }

    fn end(&mut self, name: &str) -> Result<(), DecodeError> {
        match name {
            "Data" | "Visible" => {
                if let (In::Visible, Some((_, visible, _))) = (self.inside, &mut self.sheet) {
                    *visible = !self.text.contains("Hidden");
                }
                self.inside = In::Nothing;
            }
            "Comment" => self.in_comment = false,
            "Cell" => {
                if let Some((.., grid)) = &mut self.sheet {
                    let cell = &self.cell;
                    let shown = self.styles.get(&cell.style).copied().unwrap_or_default();
                    grid.add(self.row, self.column, &cell.shown(shown), &mut self.left)?;
                    let last = |first: u32, more: u32| (first, first.saturating_add(more));
                    grid.merge(last(self.row, cell.down), last(self.column, cell.across), &mut self.left)?;
                    self.column = self.column.saturating_add(cell.across).saturating_add(1);
                }
            }
            "Row" => self.row = self.row.saturating_add(1),
            "Worksheet" => {
                if let Some((name, visible, grid)) = self.sheet.take() {
                    let table = grid.into_table(&mut self.left)?;
                    self.sheets.push(Sheet { name, visible, table });
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Cell {
    fn shown(&self, format: Shown) -> String {
        let text = self.text.trim();
        match self.kind.as_str() {
            "Number" => text.parse::<f64>().map_or_else(|_| text.to_owned(), |value| format.text(value, false)),
            "DateTime" => {
                let day = text.split_once('.').map_or(text, |(day, _)| day).trim_end_matches("T00:00:00");
                let length = match format {
                    Shown::Year => 4,
                    Shown::Month => 7,
                    _ => day.len(),
                };
                day.get(..length).unwrap_or(day).to_owned()
            }
            "Boolean" => if text == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "Error" => String::new(),
            _ => text.to_owned(),
        }
    }
}

/// Maps a number format, given by its code or by one of this format's predefined names.
fn shown(format: &str) -> Shown {
    match format {
        "Percent" => Shown::Percent,
        "General" | "Fixed" | "Standard" | "Scientific" | "Currency" | "Euro Currency" => Shown::Number,
        code => Shown::by_code(code),
    }
}

/// Returns an attribute by its local name.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut sound = attributes.with_checks(false).filter_map(Result::ok);
    let found = sound.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: &str = "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>
        <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">
        <Styles><Style ss:ID=\"p\"><NumberFormat ss:Format=\"0.0%\"/></Style>
          <Style ss:ID=\"m\"><NumberFormat ss:Format=\"mmm\\-yy\"/></Style></Styles>
        <Worksheet ss:Name=\"Cover\"><Table/><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>
        <Worksheet ss:Name=\"Kites\"><Table>
          <Row><Cell ss:MergeAcross=\"2\"><Data ss:Type=\"String\">Kites &amp; lanterns</Data></Cell></Row>
          <Row ss:Index=\"3\"><Cell ss:MergeDown=\"1\"><Data ss:Type=\"String\">Silk</Data><Comment><ss:Data>no</ss:Data></Comment></Cell>
            <Cell ss:StyleID=\"m\"><Data ss:Type=\"DateTime\">2024-03-01T00:00:00.000</Data></Cell>
            <Cell ss:StyleID=\"p\"><Data ss:Type=\"Number\">0.125</Data></Cell></Row>
          <Row><Cell ss:Index=\"2\"><Data ss:Type=\"DateTime\">2024-04-05T00:00:00.000</Data></Cell><Cell><Data ss:Type=\"Number\">1.2E+3</Data></Cell></Row>
        </Table></Worksheet></Workbook>";

    #[test]
    fn cells_are_placed_by_their_index() {
        let sheets = decode(BOOK).unwrap();
        assert!(is_one(BOOK) && !is_one("<rows/>"));
        assert_eq!((sheets[0].visible, sheets[1].visible, sheets[1].name.as_str()), (false, true, "Kites"));
        let table = &sheets[1].table;
        let rows: Vec<Vec<&str>> = (0..table.len()).map(|row| table.cells(row).collect()).collect();
        assert_eq!(
            rows,
            [vec!["Kites & lanterns"], vec![], vec!["Silk", "2024-03", "12.5%"], vec!["", "2024-04-05", "1200"]]
        );
        assert_eq!(
            table.spans().iter().map(|span| (span.row, span.rows, span.columns)).collect::<Vec<_>>(),
            [(0, 1, 3), (2, 2, 1)]
        );
    }
}
