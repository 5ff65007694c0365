//! Fuzzes CSV decoding: `cargo +nightly fuzz run csv fuzz/corpus/csv fuzz/seeds/csv`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lionrock::upstream::decode::csv;

fuzz_target!(|content: &str| {
    let _ = csv::decode(content);
});
