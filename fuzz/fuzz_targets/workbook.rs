//! Fuzzes XLS and XLSX decoding: `cargo +nightly fuzz run workbook fuzz/corpus/workbook fuzz/seeds/workbook`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lionrock::upstream::decode::workbook;

// libFuzzer's own hook ends the process on every panic, also on those of calamine that `decode` catches. One that
// leaves `decode` is a finding all the same.
fuzz_target!(
    init: std::panic::set_hook(Box::new(|_| {})),
    |body: &[u8]| {
        let _ = workbook::decode(body);
    }
);
