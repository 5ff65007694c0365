//! Asking a server as fast as it answers, and what that costs it.

use std::{fs, path::Path, process::Command};

use serde_json::json;

use crate::{questions::Question, servers::Server};

/// Seconds of one measurement, and of what goes before it.
const MEASURED: u32 = 2;
const BEFORE: u32 = 1;
/// What a clock tick of `/proc` is on Linux, in microseconds.
const TICK: f64 = 10_000.0;

/// What one measurement gave.
#[derive(Clone, Copy)]
pub struct Figure {
    /// Processor time of the server for one request, in microseconds.
    pub processor: f64,
    pub requests_per_second: f64,
    /// Milliseconds within which 99 of 100 answers came.
    pub slowest: f64,
}

/// Asks one question for some seconds over 64 connections.
pub fn measure(server: &Server, question: &Question, folder: &Path) -> Figure {
    let bodies = question.variables.iter().map(|variables| {
        let body = json!({ "query": question.text, "variables": variables }).to_string();
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
        "static responses" => format!("http://127.0.0.1:{}/{}", server.port, question.name),
        _ => format!("http://127.0.0.1:{}/graphql", server.port),
    };
    let ask = |seconds: u32| {
        let mut wrk = Command::new("wrk");
        // With the default timeout, wrk would count slow responses as failed.
        wrk.args(["-t1", "-c64", "--timeout", "30s", &format!("-d{seconds}s"), "-s"]).arg(&path).arg(&address);
        let output = wrk.output().expect("wrk runs").stdout;
        String::from_utf8_lossy(&output).into_owned()
    };
    ask(BEFORE);
    let before = processor_time(server.id());
    let told = ask(MEASURED);
    let used = processor_time(server.id()) - before;
    let line = told.lines().find_map(|line| line.strip_prefix("FIGURES")).expect("the script prints a line of figures");
    let numbers: Vec<f64> = line.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [requests, duration, slowest, failed] = <[f64; 4]>::try_from(numbers).expect("the script prints four figures");
    assert!(failed == 0.0, "{}: {failed} of {requests} requests failed", server.name);
    Figure { processor: used / requests, requests_per_second: requests / duration * 1e6, slowest: slowest / 1e3 }
}

/// The processor time that a process has used, in microseconds.
fn processor_time(id: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).expect("the server runs, on Linux");
    let after_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    ticks * TICK
}

/// A text as Lua writes it.
fn lua(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
}
