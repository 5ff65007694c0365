//! Decodes XLSB: a zip of parts in records (BIFF12), with numbers and lengths of variable size.

use std::collections::HashMap;

use quick_xml::{Reader, events::Event};

use super::{Grid, MOST_SHEETS, RemainingBounds, Sheet, Shown, truth, wrong, xls::rk};
use crate::upstream::decode::{DecodeError, zipped};

mod typ {
    pub const ROW: u32 = 0;
    pub const RK: u32 = 2;
    pub const TRUTH: u32 = 4;
    pub const NUMBER: u32 = 5;
    pub const TEXT: u32 = 6;
    pub const SHARED_TEXT: u32 = 7;
    pub const FORMULA_TEXT: u32 = 8;
    pub const FORMULA_NUMBER: u32 = 9;
    pub const FORMULA_TRUTH: u32 = 10;
    pub const STRING: u32 = 19;
    pub const FORMAT: u32 = 44;
    pub const XF: u32 = 47;
    pub const RICH_TEXT: u32 = 62;
    pub const PROPERTIES: u32 = 153;
    pub const SHEET: u32 = 156;
    pub const MERGED: u32 = 176;
    pub const CELL_FORMATS: u32 = 617;
    pub const CELL_FORMATS_END: u32 = 618;
}

pub fn decode(body: &[u8]) -> Result<Vec<Sheet>, DecodeError> {
    let mut left = RemainingBounds::default();
    let optional = |name: &str| Ok::<_, DecodeError>(zipped::part(body, name)?.unwrap_or_default());
    let (list, relations) = (optional("xl/workbook.bin")?, optional("xl/_rels/workbook.bin.rels")?);
    let workbook = Workbook {
        targets: targets(&relations)?,
        strings: strings(&optional("xl/sharedStrings.bin")?, &mut left)?,
        shown: shown(&optional("xl/styles.bin")?, &mut left)?,
    };
    let mut listed = Vec::new();
    let mut from_1904 = false;
    for (typ, mut record) in Records(&list) {
        left.take(1, 0)?;
        match typ {
            typ::PROPERTIES => from_1904 = record.u32()? & 1 == 1,
            typ::SHEET => {
                let state = record.u32()?;
                record.take::<4>()?;
                let (relation, name) = (record.text()?, record.text()?);
                listed.push((name, state == 0, relation));
            }
            _ => {}
        }
    }
    if listed.len() > MOST_SHEETS {
        return Err(wrong("XLSB", format!("expected at most {MOST_SHEETS} sheets, found more")));
    }
    let mut sheets = Vec::new();
    for (name, visible, relation) in listed {
        // Chart and dialog sheets have other relation types.
        let Some(target) = workbook.targets.get(&relation) else { continue };
        let part = zipped::part(body, target)?.ok_or_else(|| wrong(target, "expected a part, found none"))?;
        let table = workbook.cells(&part, from_1904, &mut left)?.into_table(&mut left)?;
        sheets.push(Sheet { name, visible, table });
    }
    Ok(sheets)
}

struct Workbook {
    /// The part of each relation to a sheet.
    targets: HashMap<String, String>,
    strings: Vec<String>,
    /// The display format of each cell format.
    shown: Vec<Shown>,
}

impl Workbook {
    fn cells(&self, part: &[u8], from_1904: bool, left: &mut RemainingBounds) -> Result<Grid, DecodeError> {
        let mut grid = Grid::default();
        let mut row = 0;
        for (typ, mut record) in Records(part) {
            left.take(1, 0)?;
            match typ {
                typ::ROW => row = record.u32()?,
                typ::MERGED => {
                    let rows = (record.u32()?, record.u32()?);
                    grid.merge(rows, (record.u32()?, record.u32()?), left)?;
                }
                typ::RK..=typ::FORMULA_TRUTH | typ::RICH_TEXT if typ != 3 => {
                    let column = record.u32()?;
                    let style = record.u32()? & 0x00ff_ffff;
                    let shown = self.shown.get(style as usize).copied().unwrap_or_default();
                    let text = match typ {
                        typ::RK => shown.text(rk(record.u32()?), from_1904),
                        typ::NUMBER | typ::FORMULA_NUMBER => shown.text(f64::from_le_bytes(record.take()?), from_1904),
                        typ::TRUTH | typ::FORMULA_TRUTH => truth(record.take::<1>()? != [0]).to_owned(),
                        typ::SHARED_TEXT => self.strings.get(record.u32()? as usize).cloned().unwrap_or_default(),
                        typ::RICH_TEXT => {
                            record.take::<1>()?;
                            record.text()?
                        }
                        typ::TEXT | typ::FORMULA_TEXT => record.text()?,
                        _ => String::new(),
                    };
                    grid.add(row, column, &text, left)?;
                }
                _ => {}
            }
        }
        Ok(grid)
    }
}

/// Reads the shared strings.
fn strings(part: &[u8], left: &mut RemainingBounds) -> Result<Vec<String>, DecodeError> {
    let mut strings = Vec::new();
    for (_, mut record) in Records(part).filter(|(typ, _)| *typ == typ::STRING) {
        record.take::<1>()?;
        let text = record.text()?;
        left.take(1, text.len())?;
        strings.push(text);
    }
    Ok(strings)
}

fn shown(part: &[u8], left: &mut RemainingBounds) -> Result<Vec<Shown>, DecodeError> {
    let (mut formats, mut shown, mut in_cells) = (HashMap::new(), Vec::new(), false);
    for (typ, mut record) in Records(part) {
        left.take(1, 0)?;
        match typ {
            typ::FORMAT => {
                let number = record.u16()?;
                formats.insert(number, Shown::by_code(&record.text()?));
            }
            typ::CELL_FORMATS => in_cells = true,
            typ::CELL_FORMATS_END => in_cells = false,
            typ::XF if in_cells => {
                record.take::<2>()?;
                let number = record.u16()?;
                shown.push(formats.get(&number).copied().unwrap_or_else(|| Shown::by_number(number)));
            }
            _ => {}
        }
    }
    Ok(shown)
}

/// Returns the parts to which the workbook has relations, by relation id.
fn targets(relations: &[u8]) -> Result<HashMap<String, String>, DecodeError> {
    const PART: &str = "workbook.bin.rels";
    let mut reader = Reader::from_reader(relations);
    let (mut targets, mut buffer) = (HashMap::new(), Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| wrong(PART, error))? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "Relationship" => {
                let attributes: Vec<_> = tag.attributes().with_checks(false).filter_map(Result::ok).collect();
                let value = |name: &str| {
                    attributes.iter().find(|attribute| attribute.key.0 == name).map(|found| found.value.to_string())
                };
                if let (Some(id), Some(target), Some(kind)) = (value("Id"), value("Target"), value("Type"))
                    && kind.ends_with("/worksheet")
                {
                    let path = match target.strip_prefix('/') {
                        Some(whole) => whole.to_owned(),
                        None => format!("xl/{target}"),
                    };
                    targets.insert(id, path);
                }
            }
            Event::Eof => return Ok(targets),
            _ => {}
        }
        if targets.len() > MOST_SHEETS {
            return Err(wrong(PART, format!("expected at most {MOST_SHEETS} sheets, found more")));
        }
    }
}

/// An iterator over the records of a part. It stops at a truncated record.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u32, Record<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (typ, rest) = number(self.0, 2)?;
        let (length, rest) = number(rest, 4)?;
        let (data, rest) = rest.split_at_checked(length as usize)?;
        self.0 = rest;
        Some((typ, Record(data)))
    }
}

/// Decodes a number from up to `most` bytes of seven bits each.
fn number(bytes: &[u8], most: usize) -> Option<(u32, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(most) {
        value |= u32::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

struct Record<'a>(&'a [u8]);

impl Record<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or_else(|| wrong("XLSB", "a record is truncated"))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u16(&mut self) -> Result<u16, DecodeError> {
        self.take().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, DecodeError> {
        self.take().map(u32::from_le_bytes)
    }

    /// Reads a UTF-16 text, preceded by its number of code units. All ones mean that there is no text.
    fn text(&mut self) -> Result<String, DecodeError> {
        let length = self.u32()?;
        if length == u32::MAX {
            return Ok(String::new());
        }
        let bytes = (length as usize).checked_mul(2).and_then(|length| self.0.split_at_checked(length));
        let (text, rest) = bytes.ok_or_else(|| wrong("XLSB", "a string is truncated"))?;
        self.0 = rest;
        let units: Vec<u16> = text.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
        Ok(String::from_utf16_lossy(&units))
    }
}
