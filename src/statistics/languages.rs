//! One table in several languages: files with the same cells become one sheet, their labels trilingual texts.

use rust_decimal::Decimal;

use super::{
    figures::{Check, detail},
    sheet::{Sheet, merge_text},
};
use crate::domain::{period::Period, text::Language};

/// Merges sheets that are one table in several languages; says where their figures differ.
pub fn one_per_table(mut sheets: Vec<Sheet>) -> Vec<(Sheet, Option<Check>)> {
    sheets.sort_by_key(|sheet| (sheet.language.is_none(), sheet.language));
    let mut tables: Vec<(Sheet, Vec<Language>, Vec<String>)> = Vec::new();
    for sheet in sheets {
        let twin = sheet.language.and_then(|language| {
            tables.iter().position(|(other, languages, _)| {
                !languages.contains(&language) && !languages.is_empty() && are_one(other, &sheet)
            })
        });
        match twin.zip(sheet.language) {
            Some((at, language)) => {
                let (table, languages, differences) = &mut tables[at];
                languages.push(language);
                merge(table, sheet, differences);
            }
            None => tables.push((sheet.clone(), sheet.language.into_iter().collect(), Vec::new())),
        }
    }
    let check = |languages: &[Language], differences: Vec<String>| {
        (languages.len() > 1).then(|| Check {
            rule: "figures are the same in every language".to_owned(),
            passed: differences.is_empty(),
            detail: detail(&differences),
        })
    };
    tables.into_iter().map(|(sheet, languages, differences)| (sheet, check(&languages, differences))).collect()
}

/// Whether two sheets are one table: the same cells for the same periods, and mostly the same figures.
fn are_one(left: &Sheet, right: &Sheet) -> bool {
    let dates = |period: &Period| (period.start, period.end);
    let cells = || left.facts.iter().zip(&right.facts);
    left.facts.len() == right.facts.len()
        && left.dimensions.len() == right.dimensions.len()
        && cells().all(|(a, b)| {
            let sums = a.coordinates.iter().map(|(at, _)| at).eq(b.coordinates.iter().map(|(at, _)| at));
            sums && dates(&a.period) == dates(&b.period)
        })
        && cells().filter(|(a, b)| a.value == b.value).count() * 2 >= left.facts.len()
}

fn merge(table: &mut Sheet, other: Sheet, differences: &mut Vec<String>) {
    merge_text(&mut table.title, &other.title);
    for (dimension, translated) in table.dimensions.iter_mut().zip(&other.dimensions) {
        merge_text(&mut dimension.title, &translated.title);
        dimension.words = dimension.words.or(translated.words);
    }
    for (fact, translated) in table.facts.iter_mut().zip(other.facts) {
        for ((_, label), (_, translation)) in fact.coordinates.iter_mut().zip(&translated.coordinates) {
            merge_text(&mut label.text, &translation.text);
            label.sum = label.sum.max(translation.sum);
        }
        merge_text(&mut fact.measure.title, &translated.measure.title);
        fact.measure.words = fact.measure.words.or(translated.measure.words);
        fact.unit = fact.unit.or(translated.unit);
        if fact.value != translated.value {
            let show = |value: Option<Decimal>| value.map_or_else(|| "nothing".to_owned(), |value| value.to_string());
            let (one, two) = (show(fact.value), show(translated.value));
            differences.push(format!("row {}: {one} in file {}, {two} in file {}", fact.row, table.file, other.file));
        }
    }
    if table.notes.len() == other.notes.len() {
        table.notes.iter_mut().zip(&other.notes).for_each(|(note, translated)| merge_text(note, translated));
    } else {
        table.notes.extend(other.notes);
    }
    table.rejects.extend(other.rejects);
}
