//! Fuzzes JSON decoding: `cargo +nightly fuzz run json fuzz/corpus/json fuzz/seeds/json`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lionrock::upstream::decode::json;

fuzz_target!(|content: &str| {
    let _ = json::decode(content);
});
