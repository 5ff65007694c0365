//! Fuzzes XLS and XLSX decoding: `cargo +nightly fuzz run workbook fuzz/corpus/workbook fuzz/seeds/workbook`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lionrock::upstream::decode::workbook;

// libFuzzer's panic hook would abort the process on every panic, including panics of calamine that `decode` catches. A
// panic that is not caught is still reported.
fuzz_target!(
    init: std::panic::set_hook(Box::new(|_| {})),
    |body: &[u8]| {
        let _ = workbook::decode(body);
    }
);
