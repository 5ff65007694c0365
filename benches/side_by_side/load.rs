//! Measures a server under full load with `wrk`.

use std::{fs, path::Path, process::Command};

use serde_json::json;

use crate::{queries::BenchQuery, servers::Server};

/// The duration of one measurement in seconds.
const DURATION: u32 = 2;
/// The duration of the warm-up in seconds.
const WARM_UP: u32 = 1;
/// The length of a clock tick in `/proc` on Linux, in microseconds.
const TICK: f64 = 10_000.0;

/// The result of one measurement.
#[derive(Clone, Copy)]
pub struct Measurement {
    /// Processor time of the server for one request, in microseconds.
    pub processor: f64,
    pub requests_per_second: f64,
    /// The 99th percentile of the latency, in milliseconds.
    pub latency: f64,
}

/// Sends a query for some seconds over 64 connections.
pub fn measure(server: &Server, query: &BenchQuery, folder: &Path) -> Measurement {
    let bodies = query.variables.iter().map(|variables| {
        let body = json!({ "query": query.text, "variables": variables }).to_string();
        format!("wrk.format('POST', nil, nil, {})", lua(&body))
    });
    let script = format!(
        "wrk.headers['Content-Type'] = 'application/json'
         local requests, at = {{}}, 0
         function init() requests = {{ {} }} end
         function request() at = at % #requests + 1 return requests[at] end
         function done(summary, latency)
           local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
           print('FIGURES', summary.requests, summary.duration, latency:percentile(99), failed)
         end",
        bodies.collect::<Vec<_>>().join(", ")
    );
    let path = folder.join("load.lua");
    fs::write(&path, script).expect("the temporary directory is writable");
    let address = match server.name.as_str() {
        "static responses" => format!("http://127.0.0.1:{}/{}", server.port, query.name),
        _ => format!("http://127.0.0.1:{}/graphql", server.port),
    };
    let run_wrk = |seconds: u32| {
        let mut wrk = Command::new("wrk");
        // With the default timeout, wrk would count slow responses as failed.
        wrk.args(["-t1", "-c64", "--timeout", "30s", &format!("-d{seconds}s"), "-s"]).arg(&path).arg(&address);
        let output = wrk.output().expect("wrk runs").stdout;
        String::from_utf8_lossy(&output).into_owned()
    };
    run_wrk(WARM_UP);
    let before = processor_time(server.id());
    let output = run_wrk(DURATION);
    let used = processor_time(server.id()) - before;
    let line =
        output.lines().find_map(|line| line.strip_prefix("FIGURES")).expect("the script prints a line of figures");
    let numbers: Vec<f64> = line.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [requests, duration, latency, failed] = <[f64; 4]>::try_from(numbers).expect("the script prints four figures");
    assert!(failed == 0.0, "{}: {failed} of {requests} requests failed", server.name);
    Measurement { processor: used / requests, requests_per_second: requests / duration * 1e6, latency: latency / 1e3 }
}

/// The processor time that a process has used, in microseconds.
fn processor_time(id: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).expect("the server runs, on Linux");
    let after_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    ticks * TICK
}

/// A string literal in Lua.
fn lua(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
}
