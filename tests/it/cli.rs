//! The commands of the binary, with valid and invalid input.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};

fn lionrock(arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin("lionrock"));
    command.args(arguments).env_remove("RUST_LOG");
    command
}

pub fn run(arguments: &[&str]) -> (bool, String, String) {
    let output = lionrock(arguments).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// Runs a command that must fail, and returns the single line on standard error.
pub fn failure(arguments: &[&str]) -> String {
    let (success, stdout, stderr) = run(arguments);
    assert!(!success && stdout.is_empty(), "{arguments:?}: {stdout}");
    assert_eq!(stderr.trim_end().lines().count(), 1, "{arguments:?}: {stderr}");
    stderr
}

fn query_file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".graphql").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn query_prints_the_response_on_standard_output() {
    let file = query_file("query One($plan: ID!) { dataset(id: $plan) { plan } }");
    let path = file.path().to_str().unwrap();
    let (success, stdout, stderr) = run(&["query", path, "--variables", r#"{"plan":"D36"}"#, "--offline"]);
    assert!(success && stderr.is_empty(), "{stderr}");
    assert_eq!(serde_json::from_str::<Value>(&stdout).unwrap(), json!({ "data": { "dataset": { "plan": "D36" } } }));
}

#[test]
fn query_writes_a_single_list_as_csv() {
    let file = query_file("{ datasets { plan publisher { code } distributions { url } } publishers { code } }");
    let several = failure(&["query", file.path().to_str().unwrap(), "--offline", "--format", "csv"]);
    assert!(several.contains("found `datasets`, `datasets.distributions`, `publishers`"), "{several}");
    let file = query_file("{ datasets { plan title { en } publisher { code } } }");
    let (success, stdout, stderr) = run(&["query", file.path().to_str().unwrap(), "--offline", "--format", "csv"]);
    assert!(success && stderr.is_empty(), "{stderr}");
    let mut rows = csv::Reader::from_reader(stdout.as_bytes());
    assert_eq!(rows.headers().unwrap(), &csv::StringRecord::from(vec!["plan", "title.en", "publisher.code"]));
    let found: Vec<csv::StringRecord> = rows.records().collect::<Result<_, _>>().unwrap();
    assert!(found.len() > 50 && found.iter().any(|row| &row[0] == "D27" && &row[2] == "HKSTPC"), "{stdout}");
}

#[test]
fn schema_diff_reports_breaking_changes() {
    let sdl = lionrock::api::sdl();
    let file = query_file(&sdl);
    let path = file.path().to_str().unwrap();
    assert_eq!(run(&["schema", "diff", path]), (true, "0 breaking, 0 dangerous, 0 safe\n".to_owned(), String::new()));
    let older = query_file(&format!("{sdl}\nscalar Removed\n"));
    let path = older.path().to_str().unwrap();
    let (success, stdout, stderr) = run(&["schema", "diff", path]);
    assert!(!success && stdout == "breaking   Removed: type removed\n1 breaking, 0 dangerous, 0 safe\n", "{stdout}");
    assert!(stderr.contains(path) && stderr.trim_end().lines().count() == 1, "{stderr}");
    let broken = query_file("type A {\n  b\n}");
    assert!(failure(&["schema", "diff", broken.path().to_str().unwrap()]).contains(":3:1: expected"));
    assert!(failure(&["schema", "diff", "/nowhere.graphql"]).contains("/nowhere.graphql"));
}

#[test]
fn the_schema_has_no_breaking_change_since_the_last_release() {
    let (success, stdout, stderr) = run(&["schema", "diff", "schema/released.graphql"]);
    assert!(success, "deprecate instead, see docs/contributing.md: {stdout}{stderr}");
}

#[test]
fn query_reads_standard_input() {
    let mut child =
        lionrock(&["query", "-", "--offline"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"{ publishers { code } }").unwrap();
    let output = child.wait_with_output().unwrap();
    let response: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(response["data"]["publishers"][0]["code"], "ITF");
}

#[test]
fn a_closed_output_pipe_is_not_an_error() {
    for arguments in
        [&["query", "examples/06-dataset-status.graphql", "--offline"][..], &["datasets", "--offline", "--json"]]
    {
        let mut command = lionrock(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn invalid_input_is_reported_in_one_line() {
    let file = query_file("query {\n  organisation(by: { name: \"x\" }) {\n    nothing\n  }\n}");
    let path = file.path().to_str().unwrap();
    let invalid = failure(&["query", path, "--offline"]);
    assert!(invalid.contains(&format!("{path}:3:5:")) && invalid.contains("nothing"), "{invalid}");
    let broken = query_file("query {\n  publishers {");
    let broken = failure(&["query", broken.path().to_str().unwrap(), "--offline"]);
    assert!(broken.contains(":2:15:") && broken.contains("expected"), "{broken}");
    assert!(failure(&["query", "/nowhere.graphql", "--offline"]).contains("/nowhere.graphql"));
    assert!(failure(&["query", path, "--offline", "--variables", "[1]"]).contains("`--variables`"));
    assert!(failure(&["datasets", "D99", "--offline"]).contains("D99"));
}

#[test]
fn invalid_flags_are_reported_with_their_value() {
    for (arguments, parts) in [
        (vec!["serve", "--listen", "here"], ["--listen", "here"]),
        (vec!["serve", "--mirror", "ftp://x"], ["--mirror", "ftp://x"]),
        (vec!["serve", "--refresh-interval", "often"], ["--refresh-interval", "often"]),
        (vec!["nothing"], ["nothing", "nothing"]),
    ] {
        let (success, _, stderr) = run(&arguments);
        assert!(!success && parts.iter().all(|word| stderr.contains(word)), "{arguments:?}: {stderr}");
    }
}

#[test]
fn datasets_are_printed_as_a_table_and_as_json() {
    let (_, table, _) = run(&["datasets", "--offline"]);
    assert!(
        table.lines().any(|line| line.starts_with("D27") && line.contains("BUNDLED") && line.contains("1380")),
        "{table}"
    );
    let (_, text, _) = run(&["datasets", "--offline", "--json", "D36"]);
    let datasets: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(datasets.as_array().unwrap().len(), 1);
    assert_eq!((&datasets[0]["plan"], &datasets[0]["origin"]), (&json!("D36"), &json!("BUNDLED")));
}

#[test]
fn flags_are_read_from_environment_variables() {
    for yes in ["1", "true", "yes"] {
        let output = lionrock(&["datasets"]).env("LIONROCK_OFFLINE", yes).env("LIONROCK_JSON", yes).output().unwrap();
        assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok_and(|datasets| datasets.is_array()), "{yes}");
    }
    let invalid = lionrock(&["datasets"]).env("LIONROCK_OFFLINE", "maybe").output().unwrap();
    assert!(!invalid.status.success() && String::from_utf8(invalid.stderr).unwrap().contains("maybe"));
}

#[test]
fn configuration_errors_name_the_key_and_the_line() {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    file.write_all(b"[datasets.D36]\nrefresh = \"12h\"\nadress = \"https://a.gov.hk\"\n").unwrap();
    let path = file.path().to_str().unwrap();
    let error = failure(&["datasets", "--offline", "--config", path]);
    assert!(error.contains(&format!("{path}:3:")) && error.contains("adress"), "{error}");
}

#[test]
fn flags_that_affect_publishers_are_validated() {
    for (flag, value, expected) in [
        ("--contact", "nobody", "expected an address such as `data@example.org`"),
        ("--contact", "a@b.org)\r\nX: y", "expected an address such as `data@example.org`"),
        ("--min-fetch-interval", "5h", "expected a duration of at most a minute"),
    ] {
        let output = lionrock(&["datasets", "--offline", flag, value]).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && error.contains(expected), "{flag} {value}: {error}");
    }
}

#[test]
fn versions_rejects_invalid_arguments() {
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().to_str().unwrap();
    assert!(failure(&["versions", "list"]).contains("found none: set `--state-dir`"));
    assert!(failure(&["versions", "list", "--state-dir", "/no/such"]).contains("found none at `/no/such`"));
    assert!(failure(&["versions", "list", "D99", "--state-dir", folder]).contains("found `D99`"));
    assert!(failure(&["versions", "restore", "D36", "1", "--state-dir", folder]).contains("found 1"));
}

#[test]
fn schema_prints_the_sdl() {
    let (success, stdout, _) = run(&["schema"]);
    assert!(success);
    assert_eq!(stdout, lionrock::api::sdl());
    let (success, stdout, _) = run(&["schema", "--subgraph", "rdc"]);
    assert!(success && stdout.contains("@key(fields: \"id\", resolvable: false)") && !stdout.contains("type Itf"));
    let (success, _, stderr) = run(&["schema", "--subgraph", "other"]);
    assert!(!success && stderr.contains("expected one of whole, graph, itf,") && stderr.contains("found `other`"));
}

#[test]
fn serve_prints_its_address_and_stops_on_sigterm() {
    let mut child = lionrock(&["serve", "--offline", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines
        .find_map(|line| line.unwrap().split_whitespace().find(|word| word.starts_with("http://")).map(str::to_owned))
        .unwrap();
    let port = address.rsplit(':').next().and_then(|rest| rest.split('/').next()).unwrap().to_owned();
    let busy = failure(&["serve", "--offline", "--listen", &format!("127.0.0.1:{port}")]);
    assert!(busy.contains(&format!("127.0.0.1:{port}")) && busy.contains("in use"), "{busy}");
    let killed = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success());
    assert!(child.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn check_reports_drift_and_fails() {
    let upstream = crate::local_upstream::LocalUpstream::start().await;
    let base = upstream.base.clone();
    let check = move |ids: &'static [&'static str], config: Option<String>| {
        let base = base.clone();
        async move {
            let mut arguments = vec!["check", "--mirror", &base];
            arguments.extend(config.as_ref().map(|_| "--config"));
            arguments.extend(config.as_deref());
            arguments.extend(ids);
            let mut command = lionrock(&arguments);
            let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
            (output.status.success(), String::from_utf8(output.stdout).unwrap())
        }
    };
    let (success, table) = check(&["D5", "D20"], None).await;
    assert!(success, "D5 has no drift, and D20 is known to be withdrawn: {table}");
    let (success, table) = check(&["D36", "--explain"], None).await;
    assert!(!success, "rows are rejected: {table}");
    assert!(
        table.lines().any(|line| line.starts_with("! D36   PARTIAL") && line.contains("LIVE") && line.contains("41")),
        "{table}"
    );
    assert!(table.contains("row 8: column `title`: expected a text, found nothing"), "{table}");
    assert!(table.contains("`Project Title`"), "{table}");
    upstream.put(
        "https://www.itc.gov.hk/en/quality/hkas/doc/common/accrorg/cab_hkias.csv",
        "No. of the Thing,Thing\r\nIB 901,Imaginary\r\n",
    );
    let (success, table) = check(&["D5"], None).await;
    assert!(
        !success
            && table.contains("add the headings of registrationNumber, name, testCategories to")
            && table.contains("not understood: No. of the Thing, Thing"),
        "{table}"
    );
    let mut config = tempfile::NamedTempFile::new().unwrap();
    config
        .write_all(b"[datasets.D5.columns]\nregistrationNumber = [\"No. of the Thing\"]\nname = [\"Thing\"]\n")
        .unwrap();
    let (_, table) = check(&["D5"], Some(config.path().to_str().unwrap().to_owned())).await;
    assert!(
        table.contains("add the headings of testCategories")
            && table.lines().any(|line| line.starts_with("! D5    PARTIAL") && line.contains(" 1 ")),
        "{table}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn check_saves_the_fetched_files_and_a_report_without_values() {
    let upstream = crate::local_upstream::LocalUpstream::start().await;
    let folder = tempfile::tempdir().unwrap();
    let directory = "https://opendata.hkstp.org/corporate/companydirectory/v1/";
    upstream.put("https://www.itc.gov.hk/en/quality/hkas/doc/common/accrorg/cab_hkias.csv", "<html>Sorry</html>");
    let (base, to) = (upstream.base.clone(), folder.path().join("first"));
    let save = to.to_str().unwrap().to_owned();
    let output = tokio::task::spawn_blocking(move || {
        lionrock(&["check", "--mirror", &base, "--save", &save, "D27", "D36", "D5"]).output().unwrap()
    });
    assert!(!output.await.unwrap().status.success());
    let read = |name: &str| std::fs::read(to.join(name)).unwrap();
    let saved: Value = serde_json::from_slice(&read("upstream.json")).unwrap();
    let of = |url: &str| read(saved[url]["file"].as_str().unwrap());
    assert_eq!(of(directory), upstream.body(directory));
    let page = of("https://www.itc.gov.hk/en/quality/hkas/doc/common/accrorg/cab_hkias.csv");
    assert_eq!(page, b"<html>Sorry</html>", "unreadable files are saved, too");
    assert!(saved.as_object().unwrap().keys().any(|url| url.contains("package_show")), "{saved}");
    let report = String::from_utf8(read("report.json")).unwrap();
    let parsed: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(parsed["datasets"].as_array().unwrap().len(), 3);
    assert!(report.contains("Project Title") && report.contains("name_EN"), "the report contains headings");
    // The report contains no values of the files.
    for row in serde_json::from_slice::<Value>(&of(directory)).unwrap()["value"].as_array().unwrap() {
        for value in row.as_object().unwrap().values().filter_map(Value::as_str).filter(|text| text.len() > 12) {
            assert!(!report.contains(value.trim()), "{value}");
        }
    }
}

#[test]
fn deployment_examples_use_known_environment_variables() {
    let (success, help, _) = run(&["serve", "--help"]);
    assert!(success);
    // The help is wrapped to the width of the terminal.
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/deploy")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "yaml") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            for variable in words.filter(|word| word.starts_with("LIONROCK_")) {
                let is_known = ["=", "]"].iter().any(|end| help.contains(&format!("[env: {variable}{end}")));
                assert!(is_known, "{}: {variable}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 10, "{count}");
}
