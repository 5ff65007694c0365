//! Decodes workbooks: XLSX, XLSB, ODS and XLS (BIFF5 and BIFF8), regardless of the file name.
//!
//! Each sheet becomes a table. A cell holds the text that Excel displays if that text is exact, and otherwise its
//! value: numbers unrounded, dates as ISO 8601. Rows keep the sheet's row numbers. Trailing blank cells of a row and
//! trailing blank rows of a sheet are removed. A merged range becomes its text, blank cells and a span.
//!
//! calamine reads XLSX, after vetting. The other formats are read here, because calamine is unsafe on a damaged XLS: it
//! can allocate as much memory as the file declares, or follow a cycle of sectors forever. A failed allocation aborts
//! the process.

use super::{
    DecodeError,
    grid::{Grid, RemainingBounds, wrong},
    zipped::{Package, package},
};
use crate::domain::table::Table;

mod number_format;
mod ods;
mod xls;
mod xlsb;
mod xlsx;

pub(super) use number_format::Shown;

#[cfg(test)]
mod packages;
#[cfg(test)]
mod tests;

/// A sheet of a workbook.
#[derive(Debug)]
pub struct Sheet {
    pub name: String,
    pub visible: bool,
    pub table: Table,
}

const MOST_SHEETS: usize = 256;

/// Decodes a workbook, and returns every sheet of cells in the workbook's order.
pub fn decode(body: &[u8]) -> Result<Vec<Sheet>, DecodeError> {
    let sheets = if body.starts_with(b"PK") {
        match package(body)? {
            Package::Ods => ods::decode(body)?,
            Package::Xlsb => xlsb::decode(body)?,
            Package::Xlsx | Package::Files(_) => xlsx::decode(body)?,
        }
    } else {
        xls::decode(body)?
    };
    if sheets.is_empty() {
        return Err(DecodeError::Shape { expected: "a workbook with a sheet of cells", found: "none".to_owned() });
    }
    Ok(sheets)
}

const fn truth(value: bool) -> &'static str {
    if value { "TRUE" } else { "FALSE" }
}
