//! Decodes XLSX: a zip of XML parts.

use std::{
    borrow::Cow,
    io::{BufReader, Cursor, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Style, Xlsx, XlsxCellReader, XlsxError};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use super::{Grid, MOST_SHEETS, RemainingBounds, Sheet, Shown, truth, wrong};
use crate::upstream::decode::DecodeError;

const MOST_PARTS: usize = 1000;
const MOST_BYTES: u64 = 256 << 20;
/// The maximum size in bytes of a part that is neither a sheet nor the shared strings.
const MOST_PART_BYTES: u64 = 4 << 20;
/// The maximum length in bytes of a tag in such a part.
const LONGEST_TAG: usize = 4096;
/// The maximum number of styles, equal to Excel's own limit.
const MOST_STYLES: usize = 65_490;

pub fn decode(body: &[u8]) -> Result<Vec<Sheet>, DecodeError> {
    let largest = vet(body)?;
    // calamine computes with values from the file, for example `A99999999999`, and may overflow. A workbook on which it
    // panics is discarded.
    catch_unwind(AssertUnwindSafe(|| read(body, largest))).unwrap_or_else(|_| Err(wrong("XLSX", "the reader panicked")))
}

/// Checks the limits that calamine does not check, and returns the size of the largest part.
///
/// Every part is inflated once, because the sizes that a zip declares may be false. calamine reserves as many strings
/// as the shared strings declare, and copies font names into each style and paths into each sheet, so these are counted
/// too.
fn vet(body: &[u8]) -> Result<u64, DecodeError> {
    let mut zip = ZipArchive::new(Cursor::new(body)).map_err(|error| wrong("zip", error))?;
    if zip.len() > MOST_PARTS {
        return Err(wrong("zip", format!("expected at most {MOST_PARTS} parts, found {}", zip.len())));
    }
    let too_large = || wrong("zip", format!("expected at most {MOST_BYTES} bytes, found more"));
    let declared = (0..zip.len()).try_fold(0_u64, |sum, index| {
        let size = zip.by_index_raw(index).map_err(|error| wrong("zip", error))?.size();
        Ok::<_, DecodeError>(sum.saturating_add(size))
    })?;
    if declared > MOST_BYTES {
        return Err(too_large());
    }
    let (mut left, mut largest) = (MOST_BYTES, 0);
    for index in 0..zip.len() {
        let part = zip.by_index(index).map_err(|error| wrong("zip", error))?;
        let name = part.name().map_err(|error| wrong("zip", error))?.to_lowercase().replace('\\', "/");
        let mut counted = Counted { inner: part, left, exceeded: false };
        let vetted = vet_part(&name, &mut counted);
        // Invalid XML ends the vetting but not the counting.
        let rest = std::io::copy(&mut counted, &mut std::io::sink());
        if counted.exceeded {
            return Err(too_large());
        }
        vetted?;
        rest.map_err(|error| wrong(&name, error))?;
        largest = largest.max(left - counted.left);
        left = counted.left;
    }
    Ok(largest)
}

fn vet_part(name: &str, part: &mut impl Read) -> Result<(), DecodeError> {
    let is_strings = name.ends_with("sharedstrings.xml");
    // calamine reads these parts when it opens a workbook. It streams sheets and does not read other parts.
    let is_opened = ["styles", "workbook", "theme", ".rels"].iter().any(|known| name.contains(known));
    if !is_strings && !is_opened {
        return Ok(());
    }
    let mut xml = Reader::from_reader(BufReader::new(part));
    xml.config_mut().check_end_names = false;
    xml.config_mut().allow_unmatched_ends = true;
    let (mut buffer, mut styles) = (Vec::new(), 0);
    loop {
        buffer.clear();
        // calamine would also stop here, with an error.
        let Ok(event) = xml.read_event_into(&mut buffer) else { return Ok(()) };
        let (Event::Start(ref tag) | Event::Empty(ref tag)) = event else {
            if event == Event::Eof {
                return Ok(());
            }
            continue;
        };
        if is_strings && tag.local_name().as_ref() == "sst" {
            return vet_count(tag).map_err(|reason| wrong(name, reason));
        }
        styles += usize::from(tag.local_name().as_ref() == "xf");
        let too_much =
            is_opened && (styles > MOST_STYLES || tag.len() > LONGEST_TAG || xml.buffer_position() > MOST_PART_BYTES);
        if too_much {
            let bounds = format!("{MOST_STYLES} styles, {LONGEST_TAG} bytes a tag and {MOST_PART_BYTES} in all");
            return Err(wrong(name, format!("expected at most {bounds}, found more")));
        }
        if name.ends_with("_rels/.rels") {
            vet_target(tag).map_err(|reason| wrong(name, reason))?;
        }
    }
}

/// Checks the declared number of shared strings. Each takes at least five bytes: `<si/>`.
fn vet_count(tag: &BytesStart<'_>) -> Result<(), String> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let count = attribute.value.parse::<u64>().unwrap_or(0);
        if attribute.key.local_name().as_ref() == "uniqueCount" && count > MOST_BYTES / 5 {
            return Err(format!("expected at most {} strings, found {count} declared", MOST_BYTES / 5));
        }
    }
    Ok(())
}

/// Checks the target of the workbook relation. A package may name any part as its workbook, so it must be a part that
/// is vetted as one.
fn vet_target(tag: &BytesStart<'_>) -> Result<(), String> {
    let attributes: Vec<_> = tag.attributes().with_checks(false).filter_map(Result::ok).collect();
    let with = |key: &str, text: &str| {
        attributes.iter().any(|one| one.key.0 == key && one.value.to_lowercase().contains(text))
    };
    if with("Type", "/officedocument") && with("Type", "relationships/officedocument") && !with("Target", "workbook") {
        return Err("expected a workbook as the document, found another part".to_owned());
    }
    Ok(())
}

/// A reader with a byte budget. Reading beyond the budget fails.
struct Counted<R> {
    inner: R,
    left: u64,
    exceeded: bool,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let left = self.left.checked_sub(count as u64);
        self.exceeded |= left.is_none();
        self.left = left.unwrap_or(0);
        if self.exceeded { Err(std::io::Error::other("too large")) } else { Ok(count) }
    }
}

fn read(body: &[u8], largest: u64) -> Result<Vec<Sheet>, DecodeError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(body)).map_err(|error| wrong("XLSX", error))?;
    let from_1904 = workbook.has_1904_epoch();
    let listed = workbook.sheets_metadata().to_vec();
    // Sheets may share a part, which is then read once for each of them.
    if listed.len() > MOST_SHEETS || listed.len() as u64 * largest > 4 * MOST_BYTES {
        return Err(wrong("XLSX", format!("found {} sheets, of up to {largest} bytes", listed.len())));
    }
    let mut left = RemainingBounds::default();
    let mut sheets = Vec::new();
    for sheet in listed.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        let part = format!("sheet `{}`", sheet.name);
        let reader = match workbook.worksheet_cells_reader(&sheet.name) {
            Err(XlsxError::NotAWorksheet(_)) => continue,
            reader => reader.map_err(|error| wrong(&part, error))?,
        };
        let mut grid = cells(reader, from_1904, &part, &mut left)?;
        for merged in workbook.merge_cells_by_sheet_name(&sheet.name).map_err(|error| wrong(&part, error))? {
            grid.merge((merged.start.0, merged.end.0), (merged.start.1, merged.end.1), &mut left)?;
        }
        let table = grid.into_table(&mut left)?;
        sheets.push(Sheet { name: sheet.name, visible: sheet.visible == SheetVisible::Visible, table });
    }
    Ok(sheets)
}

fn cells(
    mut reader: XlsxCellReader<'_, Cursor<&[u8]>>,
    from_1904: bool,
    part: &str,
    left: &mut RemainingBounds,
) -> Result<Grid, DecodeError> {
    let code = |style: &Style| {
        let Some(format) = &style.number_format else { return Shown::Number };
        match format.format_id.and_then(|number| u16::try_from(number).ok()).map(Shown::by_number) {
            Some(known) if known != Shown::Number => known,
            _ => Shown::by_code(&format.format_code),
        }
    };
    let shown: Vec<Shown> = reader.styles().iter().map(code).collect();
    let mut cells = Grid::default();
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|error| wrong(part, error))? {
        let (row, column) = cell.get_position();
        // calamine supports only date formats, some of them without a code, and no other display formats.
        let shown = shown.get(style).copied().unwrap_or_default();
        let is_date = matches!(shown, Shown::Year | Shown::Month | Shown::Date | Shown::Duration);
        let number = if is_date { Shown::Number } else { shown };
        let day = if matches!(shown, Shown::Year | Shown::Month) { shown } else { Shown::Date };
        let text = match cell.get_value() {
            DataRef::SharedString(text) => Cow::Borrowed(*text),
            DataRef::String(text) | DataRef::DurationIso(text) => Cow::Borrowed(text.as_str()),
            DataRef::DateTimeIso(text) => Cow::Borrowed(text.trim_end_matches("T00:00:00")),
            DataRef::Bool(value) => Cow::Borrowed(truth(*value)),
            DataRef::Int(value) => Cow::Owned(
                i32::try_from(*value)
                    .map_or_else(|_| value.to_string(), |value| number.text(f64::from(value), from_1904)),
            ),
            DataRef::Float(value) => Cow::Owned(number.text(*value, from_1904)),
            DataRef::DateTime(value) if value.is_duration() => {
                Cow::Owned(Shown::Duration.text(value.as_f64(), from_1904))
            }
            DataRef::DateTime(value) => Cow::Owned(day.text(value.as_f64(), from_1904)),
            DataRef::Error(_) | DataRef::Empty => Cow::Borrowed(""),
        };
        cells.add(row, column, &text, left)?;
    }
    Ok(cells)
}
