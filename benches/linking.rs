//! Measures linking: time and memory for 50,000 and 1,000,000 names.
//!
//! `cargo bench --bench linking`. The column `max alloc` is the peak of allocated memory.

use std::sync::Arc;

use divan::{AllocProfiler, Bencher};
use fastrand::Rng;
use lionrock::{
    domain::catalog::Publisher,
    linking::{Curated, IdLedger, Lookup, Name, link, link_again},
};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const SIZES: [usize; 3] = [50_000, 200_000, 1_000_000];

fn main() {
    divan::main();
}

/// Links names to organisations and assigns new ids.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn link_names(bencher: Bencher<'_, '_>, size: usize) {
    let names = Names::generate(size);
    let curated = Curated::embedded();
    bencher.bench_local(|| link(&names.all(), &curated));
}

/// Links the same names again, with every id in the ledger.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn link_names_known(bencher: Bencher<'_, '_>, size: usize) {
    let names = Names::generate(size);
    let curated = Curated::embedded();
    let mut ledger = IdLedger::default();
    link_again(&names.all(), &curated, &mut ledger);
    bencher.with_inputs(|| ledger.clone()).bench_local_values(|mut ledger| {
        let linked = link_again(&names.all(), &curated, &mut ledger);
        (linked, ledger)
    });
}

/// Builds the index for look-ups by name.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn index_names(bencher: Bencher<'_, '_>, size: usize) {
    let names = Names::generate(size);
    let curated = Arc::new(Curated::embedded());
    let linked = link(&names.all(), &curated);
    bencher
        .with_inputs(|| linked.clone())
        .bench_local_values(|mut linked| (Lookup::build(&mut linked, curated.clone()), linked));
}

/// Looks up one name.
#[divan::bench(args = SIZES)]
fn find_name(bencher: Bencher<'_, '_>, size: usize) {
    let names = Names::generate(size);
    let curated = Arc::new(Curated::embedded());
    let lookup = Lookup::build(&mut link(&names.all(), &curated), curated);
    let mut rng = Rng::with_seed(1);
    bencher.with_inputs(|| names.rows[rng.usize(..size)].1.as_str()).bench_local_refs(|name| lookup.find(name));
}

/// Generated rows with names in the forms that publishers use.
struct Names {
    rows: Vec<(Publisher, String, String)>,
}

impl Names {
    /// Generates three rows for every two organisations on average, in every form that publishers use.
    fn generate(size: usize) -> Self {
        const BEGIN: [&str; 16] = [
            "Kar", "Wing", "Sun", "Hoi", "Tai", "Man", "Luk", "Fook", "Shing", "Yau", "Nam", "Chi", "Po", "Lok",
            "Ming", "Ho",
        ];
        const FIELD: [&str; 16] = [
            "Robotics",
            "Testing",
            "Biotech",
            "Laboratories",
            "Engineering",
            "Technology",
            "Materials",
            "Foods",
            "Logistics",
            "Software",
            "Medical",
            "Electronics",
            "Inspection",
            "Textiles",
            "Optics",
            "Energy",
        ];
        const FORM: [&str; 6] = [" Limited", " Ltd", " Ltd.", " LIMITED", " Company Limited", ""];
        let mut rng = Rng::with_seed(42);
        let rows = (0..size).map(|_| {
            let organisation = rng.usize(..=(size * 2 / 3));
            let mut own = Rng::with_seed(organisation as u64);
            let mut word = || {
                format!(
                    "{}{}{}",
                    own.choice(BEGIN).unwrap_or(""),
                    own.lowercase(),
                    own.choice(BEGIN).unwrap_or("").to_lowercase()
                )
            };
            let (first, second) = (word(), word());
            let region = if organisation.is_multiple_of(7) { " (Hong Kong)" } else { "" };
            let stem = format!("{first} {second} {}{region}", FIELD[organisation % FIELD.len()]);
            let mut en = format!("{stem}{}", rng.choice(FORM).unwrap_or(""));
            match rng.u8(..20) {
                0 => en = en.to_uppercase(),
                1 => en.push_str(" - Testing Laboratory"),
                2 => en = format!("Department of Design, {en}"),
                _ => {}
            }
            let chinese =
                |at: usize| char::from_u32(0x4e00 + (organisation * 31 + at * 7919) as u32 % 5000).unwrap_or('一');
            let zh = if rng.u8(..3) == 0 {
                format!("{}{}{}科技有限公司", chinese(1), chinese(2), chinese(3))
            } else {
                String::new()
            };
            (Publisher::ALL[rng.usize(..3)], en, zh)
        });
        Self { rows: rows.collect() }
    }

    fn all(&self) -> Vec<Name<'_>> {
        self.rows
            .iter()
            .map(|(publisher, en, zh)| Name { publisher: *publisher, en, zh, website: "", address: "" })
            .collect()
    }
}
