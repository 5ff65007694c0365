//! Fuzzes the limits on queries and their validation: `cargo +nightly fuzz run guard fuzz/corpus/guard examples`.
#![no_main]

use std::sync::LazyLock;

use async_graphql::Variables;
use libfuzzer_sys::fuzz_target;
use lionrock::api::{
    self,
    guard::{Guard, Limits},
    validation::{DocumentValidator, Suggestions},
};

static GUARD: LazyLock<Guard> = LazyLock::new(|| Guard::new(&api::sdl(), Limits::DEFAULT));
static VALIDATOR: LazyLock<DocumentValidator> = LazyLock::new(|| DocumentValidator::new(&api::sdl()));

fuzz_target!(|text: &str| {
    let Ok(parsed) = GUARD.parse(text) else { return };
    let _ = GUARD.room(&parsed.executable);
    let _ = GUARD.touched(&parsed.executable);
    if GUARD.price(&parsed.executable, None, &Variables::default()).is_ok() {
        let _ = VALIDATOR.validate(&parsed, Suggestions::Included);
    }
});
