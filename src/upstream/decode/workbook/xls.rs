//! Decodes XLS: a stream of records (BIFF8, or BIFF5 of Excel 95) in a compound file.

use std::{
    collections::HashMap,
    io::{Cursor, Read},
};

use cfb::CompoundFile;
use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_1252};

use super::{Grid, MOST_SHEETS, RemainingBounds, Sheet, Shown, truth, wrong};
use crate::upstream::decode::DecodeError;

mod typ {
    pub const FORMULA: u16 = 0x0006;
    pub const EOF: u16 = 0x000a;
    pub const FROM_1904: u16 = 0x0022;
    pub const ENCRYPTED: u16 = 0x002f;
    pub const CONTINUE: u16 = 0x003c;
    pub const CODEPAGE: u16 = 0x0042;
    pub const SHEET: u16 = 0x0085;
    pub const MANY_RK: u16 = 0x00bd;
    pub const RICH_LABEL: u16 = 0x00d6;
    pub const XF: u16 = 0x00e0;
    pub const MERGED: u16 = 0x00e5;
    pub const STRINGS: u16 = 0x00fc;
    pub const SHARED_LABEL: u16 = 0x00fd;
    pub const NUMBER: u16 = 0x0203;
    pub const LABEL: u16 = 0x0204;
    pub const TRUTH_OR_ERROR: u16 = 0x0205;
    pub const FORMULA_TEXT: u16 = 0x0207;
    pub const RK: u16 = 0x027e;
    pub const FORMAT: u16 = 0x041e;
    pub const BEGIN: u16 = 0x0809;
}

pub fn decode(body: &[u8]) -> Result<Vec<Sheet>, DecodeError> {
    let mut file = CompoundFile::open(Cursor::new(body)).map_err(|error| wrong("compound file", error))?;
    if file.exists("/EncryptedPackage") {
        return Err(wrong("workbook", "it is encrypted"));
    }
    let name = if file.exists("/Workbook") { "/Workbook" } else { "/Book" };
    let mut stream = Vec::new();
    let opened = file.open_stream(name).map_err(|error| wrong("compound file", error))?;
    // A stream cannot be longer than the file, regardless of its declared length.
    opened.take(body.len() as u64).read_to_end(&mut stream).map_err(|error| wrong(name, error))?;
    let mut left = RemainingBounds::default();
    let workbook = Workbook::read(&stream, &mut left)?;
    let mut sheets = Vec::new();
    for listed in &workbook.sheets {
        let records = Records { rest: stream.get(listed.begin..).unwrap_or_default() };
        let read = workbook.cells(records, &mut left)?;
        sheets.push(Sheet { name: listed.name.clone(), visible: listed.visible, table: read.into_table(&mut left)? });
    }
    Ok(sheets)
}

/// The globals of a workbook, which precede the sheets.
#[derive(Default)]
struct Workbook {
    is_biff8: bool,
    codepage: Option<&'static Encoding>,
    from_1904: bool,
    sheets: Vec<Listed>,
    strings: Vec<String>,
    /// The display format of each cell format.
    shown: Vec<Shown>,
}

struct Listed {
    name: String,
    visible: bool,
    begin: usize,
}

impl Workbook {
    fn read(stream: &[u8], left: &mut RemainingBounds) -> Result<Self, DecodeError> {
        let mut workbook = Self::default();
        let (mut formats, mut cell_formats) = (HashMap::new(), Vec::new());
        let mut records = Records { rest: stream };
        workbook.is_biff8 = match records.next() {
            Some((typ::BEGIN, mut begin)) => match begin.u16()? {
                0x0600 => true,
                0x0500 => false,
                other => {
                    return Err(wrong("workbook", format!("expected BIFF version 5 or 8, found {other:#06x}")));
                }
            },
            _ => return Err(wrong("workbook", "expected the beginning of a workbook, found another record")),
        };
        loop {
            let (typ, mut record) = records.next().ok_or_else(cut_off)?;
            left.take(1, 0)?;
            match typ {
                typ::EOF => break,
                typ::ENCRYPTED => return Err(wrong("workbook", "it is encrypted")),
                typ::FROM_1904 => workbook.from_1904 = record.u16()? == 1,
                typ::CODEPAGE => workbook.codepage = by_codepage(record.u16()?),
                typ::FORMAT => {
                    let number = record.u16()?;
                    formats.insert(number, Shown::by_code(&workbook.text(&mut record, !workbook.is_biff8)?));
                }
                typ::XF => {
                    record.skip(2)?;
                    cell_formats.push(record.u16()?);
                }
                typ::SHEET => {
                    let begin = record.u32()? as usize;
                    let (visible, kind) = (record.u8()?.trailing_zeros() >= 2, record.u8()?);
                    let name = workbook.text(&mut record, true)?;
                    // Other kinds are charts and macros.
                    if kind == 0 {
                        workbook.sheets.push(Listed { name, visible, begin });
                    }
                }
                typ::STRINGS => workbook.strings = strings(record, left)?,
                _ => {}
            }
        }
        if workbook.sheets.len() > MOST_SHEETS {
            return Err(wrong("workbook", format!("expected at most {MOST_SHEETS} sheets, found more")));
        }
        let shown = |number| formats.get(number).copied().unwrap_or_else(|| Shown::by_number(*number));
        workbook.shown = cell_formats.iter().map(shown).collect();
        Ok(workbook)
    }

    /// Reads a string without formatting runs. If `short`, its length is one byte.
    fn text(&self, record: &mut Record<'_>, short: bool) -> Result<String, DecodeError> {
        let length = if short { record.u8()?.into() } else { record.u16()?.into() };
        if self.is_biff8 {
            let wide = record.u8()? & 1 == 1;
            return record.characters(length, wide);
        }
        let bytes = record.data.get(..length).ok_or_else(cut_off)?;
        record.data = &record.data[length..];
        Ok(self.codepage.unwrap_or(WINDOWS_1252).decode_without_bom_handling(bytes).0.into_owned())
    }

    fn cells(&self, mut records: Records<'_>, left: &mut RemainingBounds) -> Result<Grid, DecodeError> {
        let mut cells = Grid::default();
        let mut depth = 0_usize;
        let mut formula = (0, 0);
        loop {
            let (typ, mut record) = records.next().ok_or_else(cut_off)?;
            left.take(1, 0)?;
            match typ {
                typ::BEGIN => depth += 1,
                _ if depth == 0 => return Err(wrong("workbook", "expected a sheet, found another record")),
                typ::EOF if depth == 1 => return Ok(cells),
                typ::EOF => depth -= 1,
                // Skip the cells of a chart within the sheet.
                _ if depth > 1 => {}
                typ::NUMBER
                | typ::RK
                | typ::LABEL
                | typ::RICH_LABEL
                | typ::SHARED_LABEL
                | typ::TRUTH_OR_ERROR
                | typ::FORMULA => {
                    let (row, column) = (record.u16()?.into(), record.u16()?.into());
                    let format = record.u16()?;
                    let owned;
                    let text = match typ {
                        typ::NUMBER => {
                            owned = self.number(record.f64()?, format);
                            owned.as_str()
                        }
                        typ::RK => {
                            owned = self.number(rk(record.u32()?), format);
                            owned.as_str()
                        }
                        typ::SHARED_LABEL => self.strings.get(record.u32()? as usize).map_or("", String::as_str),
                        typ::TRUTH_OR_ERROR => match (record.u8()?, record.u8()?) {
                            (value, 0) => truth(value != 0),
                            _ => "",
                        },
                        typ::FORMULA => {
                            formula = (row, column);
                            let value = record.f64()?;
                            match value.to_le_bytes() {
                                [1, _, value, _, _, _, 0xff, 0xff] => truth(value != 0),
                                // A string, which follows in its own record, an error or a blank.
                                [_, _, _, _, _, _, 0xff, 0xff] => "",
                                _ => {
                                    owned = self.number(value, format);
                                    owned.as_str()
                                }
                            }
                        }
                        _ => {
                            owned = self.text(&mut record, false)?;
                            owned.as_str()
                        }
                    };
                    cells.add(row, column, text, left)?;
                }
                typ::MANY_RK => {
                    let (row, first) = (record.u16()?.into(), u32::from(record.u16()?));
                    // The last column follows the last value.
                    for column in first..first + (record.data.len() / 6) as u32 {
                        let format = record.u16()?;
                        cells.add(row, column, &self.number(rk(record.u32()?), format), left)?;
                    }
                }
                typ::MERGED => {
                    for _ in 0..record.u16()? {
                        let rows = (record.u16()?.into(), record.u16()?.into());
                        let columns = (record.u16()?.into(), record.u16()?.into());
                        cells.merge(rows, columns, left)?;
                    }
                }
                typ::FORMULA_TEXT => cells.add(formula.0, formula.1, &self.text(&mut record, false)?, left)?,
                _ => {}
            }
        }
    }

    fn number(&self, value: f64, format: u16) -> String {
        self.shown.get(usize::from(format)).copied().unwrap_or_default().text(value, self.from_1904)
    }
}

/// Decodes a number in four bytes (RK): an integer or the upper half of a float, optionally multiplied by 100.
pub(super) fn rk(bits: u32) -> f64 {
    let value =
        if bits & 2 == 0 { f64::from_bits(u64::from(bits & !3) << 32) } else { f64::from(bits.cast_signed() >> 2) };
    if bits & 1 == 0 { value } else { value / 100.0 }
}

/// Reads the shared strings.
fn strings(mut record: Record<'_>, left: &mut RemainingBounds) -> Result<Vec<String>, DecodeError> {
    record.skip(4)?;
    let count = record.u32()?;
    let mut strings = Vec::new();
    for _ in 0..count {
        if record.is_at_end() {
            break;
        }
        let (length, flags) = (record.u16()?.into(), record.u8()?);
        let runs = if flags & 8 == 0 { 0 } else { usize::from(record.u16()?) * 4 };
        let phonetic = if flags & 4 == 0 { 0 } else { record.u32()? as usize };
        let text = record.characters(length, flags & 1 == 1)?;
        record.skip(runs)?;
        record.skip(phonetic)?;
        left.take(1, text.len())?;
        strings.push(text);
    }
    Ok(strings)
}

fn by_codepage(number: u16) -> Option<&'static Encoding> {
    match number {
        932 => Some(SHIFT_JIS),
        936 => Some(GBK),
        949 => Some(EUC_KR),
        950 => Some(BIG5),
        10_000 => Some(MACINTOSH),
        65_001 => Some(UTF_8),
        _ => None,
    }
}

/// An iterator over the records of a stream. It stops at a truncated record.
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    fn head(stream: &'a [u8]) -> Option<(u16, &'a [u8], &'a [u8])> {
        let (head, rest) = stream.split_first_chunk::<4>()?;
        let [type_low, type_high, length_low, length_high] = *head;
        let (data, rest) = rest.split_at_checked(u16::from_le_bytes([length_low, length_high]).into())?;
        Some((u16::from_le_bytes([type_low, type_high]), data, rest))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, Record<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (typ, data, rest) = Self::head(self.rest)?;
        self.rest = rest;
        Some((typ, Record { data, after: rest }))
    }
}

/// The data of a record, read forward and on into its continuation records.
struct Record<'a> {
    data: &'a [u8],
    after: &'a [u8],
}

fn cut_off() -> DecodeError {
    wrong("workbook", "a record is truncated")
}

impl Record<'_> {
    fn check_cancelled(&mut self) -> Result<(), DecodeError> {
        let Some((typ::CONTINUE, data, rest)) = Records::head(self.after) else { return Err(cut_off()) };
        (self.data, self.after) = (data, rest);
        Ok(())
    }

    fn is_at_end(&self) -> bool {
        self.data.is_empty() && !matches!(Records::head(self.after), Some((typ::CONTINUE, ..)))
    }

    /// Reads a value of `N` bytes. A value does not span records.
    fn take<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        while self.data.is_empty() {
            self.check_cancelled()?;
        }
        let (taken, rest) = self.data.split_first_chunk().ok_or_else(cut_off)?;
        self.data = rest;
        Ok(*taken)
    }

    fn u8(&mut self) -> Result<u8, DecodeError> {
        Ok(self.take::<1>()?[0])
    }

    fn u16(&mut self) -> Result<u16, DecodeError> {
        self.take().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, DecodeError> {
        self.take().map(u32::from_le_bytes)
    }

    fn f64(&mut self) -> Result<f64, DecodeError> {
        self.take().map(f64::from_le_bytes)
    }

    fn skip(&mut self, mut count: usize) -> Result<(), DecodeError> {
        while count > self.data.len() {
            count -= self.data.len();
            self.check_cancelled()?;
        }
        self.data = &self.data[count..];
        Ok(())
    }

    /// Reads characters of one byte, or of two if `wide`. If they continue in another record, that record states the
    /// width again.
    fn characters(&mut self, mut count: usize, mut wide: bool) -> Result<String, DecodeError> {
        let mut units: Vec<u16> = Vec::new();
        while count > 0 {
            if self.data.is_empty() {
                self.check_cancelled()?;
                wide = self.u8()? & 1 == 1;
            }
            let width = 1 + usize::from(wide);
            let here = count.min(self.data.len() / width);
            if here == 0 && !self.data.is_empty() {
                return Err(cut_off());
            }
            let (bytes, rest) = self.data.split_at(here * width);
            units.extend(
                bytes.chunks_exact(width).map(|unit| u16::from_le_bytes([unit[0], *unit.get(1).unwrap_or(&0)])),
            );
            self.data = rest;
            count -= here;
        }
        Ok(String::from_utf16_lossy(&units))
    }
}
