//! Writes the results as tables, to the terminal and to `docs/performance.md`.

use std::{collections::HashMap, fmt::Write, fs, path::PathBuf};

use crate::{load::Measurement, queries::BenchQuery, servers::Server};

/// The marker before the results in the page.
const BEGIN: &str = "<!-- figures: written by `make bench` -->\n";
const END: &str = "<!-- end of figures -->\n";

/// All measurements, by query and server.
#[derive(Default)]
pub struct Measurements(HashMap<(String, String), Vec<Measurement>>);

impl Measurements {
    pub fn add(&mut self, query: &str, server: &str, measurement: Measurement) {
        self.0.entry((query.to_owned(), server.to_owned())).or_default().push(measurement);
    }

    fn median(&self, query: &str, server: &str, of: fn(&Measurement) -> f64) -> f64 {
        let all = self.0.get(&(query.to_owned(), server.to_owned()));
        let mut all: Vec<f64> = all.into_iter().flatten().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// Prints the tables and writes them to the page.
pub fn write(measurements: &Measurements, queries: &[BenchQuery], servers: &[Server]) {
    let mut text = format!("\n{}\n\n", environment());
    for query in queries {
        let _ = writeln!(text, "**{}**: {}\n", query.name, query.about);
        text.push_str(
            "| server | processor time per request, µs | requests per second | latency, 99th percentile, ms |\n|---|--:|--:|--:|\n",
        );
        for Server { name, .. } in servers {
            let median = |of| measurements.median(query.name, name, of);
            let _ = writeln!(
                text,
                "| {name} | {:.1} | {:.0} | {:.1} |",
                median(|measurement| measurement.processor),
                median(|measurement| measurement.requests_per_second),
                median(|measurement| measurement.latency)
            );
        }
        text.push('\n');
    }
    println!("{text}");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/performance.md");
    let page = fs::read_to_string(&path).expect("docs/performance.md exists");
    let (before, rest) = page.split_once(BEGIN).expect("the page contains the begin marker");
    let (_, after) = rest.split_once(END).expect("the page contains the end marker");
    fs::write(&path, [before, BEGIN, &text, END, after].concat()).expect("the page can be written");
}

/// Returns the date, the processor and the load of the machine.
fn environment() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("a processor");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').nth(2).unwrap_or("?").to_owned();
    let today = lionrock::domain::clock::today_in_hong_kong();
    format!(
        "Measured on {today} on {cores} cores of {}, with a 15-minute load average of {load}.",
        model.trim_start_matches([':', ' ', '\t'])
    )
}
