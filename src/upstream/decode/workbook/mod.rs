//! Workbooks: XLSX, XLSB, ODS and XLS (BIFF5 and BIFF8), whatever the file's name says. Each sheet becomes a table of the
//! texts that Excel shows where that is exact, and of the values where it is not: numbers unrounded, dates as ISO 8601.
//! Rows keep the sheet's numbers. Blank cells at a row's end and blank rows at the sheet's are cut. A merged range is its
//! text, blanks, and a span.
//!
//! XLSX is read by calamine, once vetted. The others are read here: on a damaged XLS calamine does not only panic, which
//! could be caught, but asks for whatever memory the file names or follows a circle of sectors without end, and an
//! allocation that fails ends the process.

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

/// Decodes a workbook: every sheet of cells, in the workbook's order.
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
