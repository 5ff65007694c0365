//! The unit of the amounts in a column, as its headings or the table's titles and notes state it.

use super::header::Header;
use crate::domain::{
    money::{self, MoneyUnit, StatedUnit},
    table::Table,
    value::is_padding,
};

/// Returns the texts that are alone in their row, above the header or below the data.
pub(super) fn titles<'a>(table: &'a Table, header: &Header) -> Vec<&'a str> {
    let alone = |row: usize| {
        let mut filled = table.cells(row).map(|cell| cell.trim_matches(is_padding)).filter(|cell| !cell.is_empty());
        filled.next().filter(|_| filled.next().is_none())
    };
    let below = table.len().saturating_sub(10).max(header.last + 1)..table.len();
    (0..header.first).chain(below).filter_map(alone).collect()
}

/// Returns the unit of the amounts in a column. The headings are searched first, innermost first, then the titles and
/// notes.
pub(super) fn stated_unit(header: &Header, column: usize, titles: &[&str]) -> StatedUnit {
    let heading = header.headings.get(column);
    let own = heading.map_or(StatedUnit::Nothing, |heading| {
        match money::stated(&heading.inner) {
            // The inner heading may be `HK$` while the outer one is `million`.
            StatedUnit::Nothing | StatedUnit::In(MoneyUnit::Dollars) => match money::stated(&heading.whole) {
                StatedUnit::Nothing => money::stated(&heading.inner),
                whole => whole,
            },
            inner => inner,
        }
    });
    if own != StatedUnit::Nothing {
        return own;
    }
    let speaks_of_unit = |title: &&&str| {
        let lower = title.to_lowercase();
        [
            "unit",
            "in hk$",
            "in $",
            "in million",
            "in thousand",
            "amount",
            "figures",
            "單位",
            "单位",
            "款額",
            "款额",
            "金額",
            "金额",
        ]
        .iter()
        .any(|word| lower.contains(word))
            || matches!((title.chars().next(), title.chars().next_back()), (Some('(' | '（'), Some(')' | '）')))
    };
    let mut stated = titles
        .iter()
        .filter(speaks_of_unit)
        .map(|title| money::stated(title))
        .filter(|unit| *unit != StatedUnit::Nothing);
    let Some(first) = stated.next() else { return StatedUnit::Nothing };
    // Contradictory units count as no unit.
    if stated.all(|other| other == first) { first } else { StatedUnit::Nothing }
}
