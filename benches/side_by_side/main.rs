//! Compares the gateway with other GraphQL servers over the same fictional data: `make bench`.
//!
//! Each server is a separate process that `wrk` sends requests to over 64 connections. The main result is the processor
//! time per request, which can be compared even if the machine is under load. Before anything is measured, the
//! responses of every other server must equal those of the gateway. Servers that are not installed are skipped with a
//! message.

use std::{fs, path::PathBuf, process::Command};

#[path = "../fiction/files.rs"]
mod files;
mod load;
mod naive;
#[path = "../fiction/names.rs"]
mod names;
mod publishers;
mod queries;
mod report;
mod servers;

use servers::Server;

/// The number of rounds. Each result is the median of its rounds.
const ROUNDS: usize = 5;

#[tokio::main]
async fn main() {
    // reqwest needs a default crypto provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["publishers", port, scale] => publishers::serve(port, scale).await,
        ["naive", port, data] => naive::serve(port, data).await,
        ["bytes", port, folder] => publishers::serve_bytes(port, folder).await,
        _ => compare().await,
    }
}

async fn compare() {
    if !is_installed("wrk") {
        println!("wrk is not installed: run `apt install wrk`");
        return;
    }
    let folder = tempfile::tempdir().expect("the temporary directory is writable");
    let scale = std::env::var("SCALE").unwrap_or_else(|_| "1".to_owned());
    let publications = Server::start_self("publishers", &["publishers", "PORT", &scale]).await;
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    fs::create_dir(&first).expect("the temporary directory is writable");
    let gateway = Server::gateway("lionrock", &publications, &first, &[]).await;
    // With a copy of the ledger, the second gateway assigns the same organisation ids.
    let copied = Command::new("cp").arg("-r").args([&first, &second]).status();
    assert!(copied.is_ok_and(|copied| copied.success()), "the temporary directory is writable");
    let all_organisations = gateway.all_organisations().await;
    let data = folder.path().join("everything.json");
    fs::write(&data, serde_json::to_vec(&all_organisations).expect("a `Value` is valid JSON"))
        .expect("the temporary directory is writable");
    let queries = queries::all(&servers::organisations_with_all_records(&all_organisations));
    let responses = folder.path().join("answers");
    gateway.save_responses(&queries, &responses).await;

    let mut all =
        vec![Server::start_self("static responses", &["bytes", "PORT", &responses.to_string_lossy()]).await, gateway];
    all.push(
        Server::gateway("lionrock, no response cache", &publications, &second, &["--response-cache-size", "0"]).await,
    );
    all.push(Server::start_self("async-graphql, no optimisations", &["naive", "PORT", &data.to_string_lossy()]).await);
    all.extend(mercurius(&data).await);
    for peer in &all[2..] {
        peer.compare(&queries, &all[1]).await;
    }
    let mut measurements = report::Measurements::default();
    for round in 1..=ROUNDS {
        println!("round {round} of {ROUNDS}");
        for query in &queries {
            for server in &all {
                measurements.add(query.name, &server.name, load::measure(server, query, folder.path()));
            }
        }
    }
    report::write(&measurements, &queries, &all);
}

/// Starts Mercurius. Returns `None` if Node.js or its packages are not available.
async fn mercurius(data: &std::path::Path) -> Option<Server> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/side_by_side/mercurius");
    let install =
        || Command::new("npm").args(["install", "--no-audit", "--no-fund", "--silent"]).current_dir(&folder).status();
    if !is_installed("node")
        || !(folder.join("node_modules/mercurius").exists() || install().is_ok_and(|status| status.success()))
    {
        println!("skipping Mercurius: Node.js and npm are not installed");
        return None;
    }
    let mut command = Command::new("node");
    command.arg(folder.join("server.mjs")).env("NODE_ENV", "production");
    Some(Server::start("Mercurius, JIT", command, &["PORT", &data.to_string_lossy()]).await)
}

fn is_installed(program: &str) -> bool {
    Command::new("which").arg(program).output().is_ok_and(|found| found.status.success())
}
