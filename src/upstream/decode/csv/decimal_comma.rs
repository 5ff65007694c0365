//! Handles decimal commas, which are common in files that separate cells with `;`.

use crate::{
    domain::table::Table,
    upstream::decode::{DecodeError, push},
};

/// The possible roles of a comma in a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comma {
    None,
    /// A decimal comma or a thousands separator.
    Either,
    Decimal,
    /// A thousands separator only, as in `1,234,567` and `1,234.5`.
    Grouping,
}

fn comma(text: &str) -> Comma {
    let digits = text.trim().trim_start_matches(['-', '−', '+']).trim_end_matches('%').trim();
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.' | b' '));
    if !is_number || !digits.contains(',') {
        return Comma::None;
    }
    let (whole, fraction) = digits.rsplit_once(',').unwrap_or((digits, ""));
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let groups = whole.split(['.', ' ']);
    let is_grouped = groups.clone().skip(1).all(|group| group.len() == 3) && !whole.contains(',');
    match (is_fraction && is_grouped, fraction.len() == 3 && !whole.contains(['.', ' ']) && whole.len() <= 3) {
        (true, true) => Comma::Either,
        (true, false) => Comma::Decimal,
        (false, _) => Comma::Grouping,
    }
}

/// True if commas are decimal: every number with a comma allows it, and at least one requires it.
pub fn is_used(table: &Table) -> bool {
    let mut is_decimal = false;
    for text in (0..table.len()).flat_map(|row| table.cells(row)) {
        match comma(text) {
            Comma::Grouping => return false,
            Comma::Decimal => is_decimal = true,
            Comma::None | Comma::Either => {}
        }
    }
    is_decimal
}

/// Returns the table with decimal points instead of decimal commas.
pub fn replaced(table: &Table) -> Result<Table, DecodeError> {
    let mut other = Table::default();
    for row in 0..table.len() {
        other.begin_row(table.number(row));
        for text in table.cells(row) {
            match comma(text) {
                Comma::None => push(&mut other, text)?,
                _ => push(&mut other, &text.replace(['.', ' '], "").replace(',', "."))?,
            }
        }
    }
    Ok(other)
}

#[cfg(test)]
mod tests {
    use crate::upstream::decode::csv;

    fn cells(content: &str) -> Vec<String> {
        let table = csv::decode(content).unwrap().table;
        (1..table.len()).flat_map(|row| table.cells(row)).map(str::to_owned).collect()
    }

    #[test]
    fn commas_are_decimal_only_if_every_number_agrees() {
        assert_eq!(cells("n;a\nx;2,8\ny;1.204,55\nz;1,250\n"), ["x", "2.8", "y", "1204.55", "z", "1.250"]);
        assert_eq!(cells("n;a\nx;2,8\ny;1,204.55\n"), ["x", "2,8", "y", "1,204.55"]);
        assert_eq!(cells("n;a\nx;1,204\ny;2,305\n"), ["x", "1,204", "y", "2,305"]);
        assert_eq!(cells("n;a\nx, y;2,5%\n"), ["x, y", "2.5%"]);
    }
}
