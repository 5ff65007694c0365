//! Fuzzes the reader of statistical tables: it must not panic, and every figure must have a position in the table.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lionrock::{
    statistics::{self, Layout, StatFile},
    upstream::decode::csv,
};

fuzz_target!(|content: &str| {
    let Ok(csv::Csv { table, .. }) = csv::decode(content) else { return };
    let file = StatFile { table: &table, language: None, period: None, as_of: None, file: 0 };
    let figures = statistics::read(&[file], &Layout::GUESS);
    for observation in &figures.observations {
        assert!(observation.period < figures.periods.len() && observation.measure < figures.measures.len());
    }
});
