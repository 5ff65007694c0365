//! Fuzzes XML decoding: `cargo +nightly fuzz run xml fuzz/corpus/xml fuzz/seeds/xml`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lionrock::upstream::decode::xml;

fuzz_target!(|content: &str| {
    let _ = xml::decode(content);
});
