//! Fuzzes the decoding of arbitrary bytes: `cargo +nightly fuzz run decode fuzz/corpus/decode fuzz/seeds/csv fuzz/seeds/json fuzz/seeds/workbook`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lionrock::upstream::decode::decode;

// libFuzzer's panic hook would abort the process on every panic, including panics of calamine that `decode` catches.
fuzz_target!(
    init: std::panic::set_hook(Box::new(|_| {})),
    |body: &[u8]| {
        let _ = decode(body, None, None);
    }
);
