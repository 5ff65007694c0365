//! Hostile requests against a gateway in a child process. The gateway must keep running, use little memory and return
//! an error code for each request.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::{Value, json};

use super::{error_code, query};
use crate::process::Process;

/// The request timeout. It is long enough for a slow machine.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum growth of memory after all hostile requests were repeated, in kilobytes.
const MAX_MEMORY_GROWTH: u64 = 48 << 10;

/// A name, a request body, and the expected error code.
type HostileRequest = (&'static str, String, &'static str);

fn repeat(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

fn nested(open: &str, depth: usize, within: &str, close: &str) -> String {
    format!("{}{within}{}", open.repeat(depth), close.repeat(depth))
}

fn hostile_requests() -> Vec<HostileRequest> {
    let mut all = deeply_nested();
    all.extend(oversized());
    all.extend(fragments());
    all.extend(introspection());
    all.extend(malformed());
    all
}

/// Deeply nested documents and variables.
fn deeply_nested() -> Vec<HostileRequest> {
    let body = |text: String| query(&text).to_string();
    vec![
        ("deep fields", body(nested("{ a", 14_000, "", "}")), "QUERY_TOO_DEEP"),
        (
            "deep fields in the schema",
            body(format!(
                "{{ organisation(by: {{ name: \"a\" }}) {} }}",
                nested("{ fundedProjects { nodes { leadApplicant ", 10, "{ id }", "} } } ")
            )),
            "QUERY_TOO_DEEP",
        ),
        ("deep lists", body(format!("{{ nodes(ids: {}) {{ id }} }}", nested("[", 30_000, "", "]"))), "QUERY_TOO_DEEP"),
        (
            "deep objects",
            body(format!("{{ organisations(filter: {}) {{ totalCount }} }}", nested("{a:", 15_000, "1", "}"))),
            "QUERY_TOO_DEEP",
        ),
        (
            "deep types",
            body(format!("query($x: {}) {{ publishers {{ code }} }}", nested("[", 30_000, "Int", "]"))),
            "QUERY_TOO_DEEP",
        ),
        ("deep inline fragments", body(nested("{ ... ", 8_000, "{ __typename }", "}")), "QUERY_TOO_DEEP"),
        ("open brackets alone", body("{".repeat(60_000)), "QUERY_TOO_DEEP"),
        ("open parentheses alone", body("{a(".to_owned() + &"(".repeat(60_000)), "QUERY_TOO_DEEP"),
        (
            "deep directive arguments",
            body(format!("{{ publishers @skip(if: {}) {{ code }} }}", nested("[", 30_000, "", "]"))),
            "QUERY_TOO_DEEP",
        ),
        (
            "deep defaults",
            body(format!("query($x: [ID!] = {}) {{ publishers {{ code }} }}", nested("[", 30_000, "", "]"))),
            "QUERY_TOO_DEEP",
        ),
        (
            "deep variables",
            format!(
                r#"{{"query":"{{ publishers {{ code }} }}","variables":{{"x":{}}}}}"#,
                nested("[", 30_000, "", "]")
            ),
            "BAD_REQUEST",
        ),
        (
            "deep variables in objects",
            format!(r#"{{"query":"{{ publishers {{ code }} }}","variables":{}}}"#, nested("{\"a\":", 10_000, "1", "}")),
            "BAD_REQUEST",
        ),
        (
            "variables as deep as JSON may be",
            format!(
                r#"{{"query":"query($x: [ID!]!) {{ nodes(ids: $x) {{ id }} }}","variables":{{"x":{}}}}}"#,
                nested("[", 100, "", "]")
            ),
            "BAD_USER_INPUT",
        ),
    ]
}

/// Documents with too many or too long parts.
fn oversized() -> Vec<HostileRequest> {
    let body = |text: String| query(&text).to_string();
    let many = |count: usize, part: &str| repeat(count, |n| part.replace('#', &n.to_string()));
    let ids = Value::from((0..8000).map(|n| n.to_string()).collect::<Vec<_>>());
    vec![
        ("tokens", body(format!("{{ {} }}", "a ".repeat(25_000))), "TOO_MANY_TOKENS"),
        ("fields", body(format!("{{ {} }}", many(6_000, "a# "))), "QUERY_TOO_COMPLEX"),
        ("unknown fields", body(format!("{{ {} }}", many(3_200, "organisatio# "))), "GRAPHQL_VALIDATION_FAILED"),
        ("aliases", body(format!("{{ {} }}", many(1_000, "a#: publishers { code } "))), "TOO_MANY_ALIASES"),
        (
            "directives",
            body(format!("{{ publishers {} {{ code }} }}", "@skip(if: false) ".repeat(1_000))),
            "TOO_MANY_DIRECTIVES",
        ),
        (
            "unknown directives",
            body(format!("{{ publishers {} {{ code }} }}", many(4_000, "@a# "))),
            "TOO_MANY_DIRECTIVES",
        ),
        (
            "directives on variables",
            body(format!("query($x: Int {}) {{ publishers {{ code }} }}", "@a ".repeat(4_000))),
            "TOO_MANY_DIRECTIVES",
        ),
        (
            "variables",
            json!({ "query": "query($x: [ID!]!) { nodes(ids: $x) { id } }", "variables": { "x": ids } }).to_string(),
            "TOO_MANY_VALUES",
        ),
        ("ids", body(format!("{{ nodes(ids: [{}]) {{ id }} }}", "\"a\" ".repeat(9_000))), "TOO_MANY_IDS"),
        (
            "definitions of variables",
            body(format!("query({}) {{ publishers {{ code }} }}", many(1_900, "$a#: Int "))),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "unknown variables",
            body(format!("query {} {{ nodes(ids: [{}]) {{ id }} }}", "L".repeat(120), many(4_000, "$a# "))),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("operations", body(many(1_200, "query a# { publishers { code } } ")), "OPERATION_RESOLUTION_FAILURE"),
        (
            "arguments",
            body(format!("{{ publishers({}) {{ code }} publishers {{ code }} }}", many(2_000, "a#: 1 "))),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "conflicts",
            body(format!("{{ {} }}", many(700, "organisation(by: { name: \"#\" }) { id } "))),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("a long name", body(format!("{{ {} }}", "a".repeat(60_000))), "NAME_TOO_LONG"),
        (
            "a long number",
            body(format!("{{ organisations(first: {}) {{ totalCount }} }}", "9".repeat(60_000))),
            "NAME_TOO_LONG",
        ),
        (
            "pages in pages",
            body(format!(
                "{{ organisations(first: 100) {{ nodes {{ {} id }} }} }}",
                nested("fundedProjects(first: 100) { nodes { leadApplicant { ", 3, "id", "} } }")
            )),
            "QUERY_TOO_COMPLEX",
        ),
        (
            "many expensive lists",
            body(format!("{{ {} }}", many(200, "a#: organisations(first: 100) { nodes { id name { en } } } "))),
            "QUERY_TOO_COMPLEX",
        ),
        (
            "a long variable in many places",
            json!({
                "query": format!("query($x: Int) {{ {} }}", "organisations(first: $x) { totalCount } ".repeat(500)),
                "variables": { "x": "x".repeat(30_000) },
            })
            .to_string(),
            "ARGUMENTS_TOO_LARGE",
        ),
        (
            "a long literal in a fragment",
            body(format!(
                "{{ {} }} fragment F on Query {{ organisations(first: \"{}\") {{ totalCount }} }}",
                "...F ".repeat(1_500),
                "x".repeat(30_000)
            )),
            "ARGUMENTS_TOO_LARGE",
        ),
        ("comments", body("# {{{{{{{ \n".repeat(4_000)), "GRAPHQL_PARSE_FAILED"),
        ("white space", body(" ,\t\n".repeat(10_000)), "GRAPHQL_PARSE_FAILED"),
        ("a body too large", body(" ".repeat(70_000)), "BODY_TOO_LARGE"),
    ]
}

/// Fragments that multiply the size of a query.
fn fragments() -> Vec<HostileRequest> {
    let body = |text: String| query(&text).to_string();
    let doubling = |on: &str, root: &str, leaf: &str, count: usize| {
        let levels = repeat(count, |n| format!("fragment F{n} on {on} {{ ...F{0} ...F{0} }} ", n + 1));
        format!("{{ {root} }} {levels} fragment F{count} on {on} {{ {leaf} }}")
    };
    let mut ladder = "{ publishers { code } } ".to_owned();
    let mut mesh = "{ ...A0 } ".to_owned();
    for n in 0..900 {
        let _ = write!(ladder, "fragment F{n} on Query {{ ...F{} }} ", n + 1);
    }
    ladder.push_str("fragment F900 on Query { publishers { code } }");
    for n in 0..40 {
        let _ = write!(mesh, "fragment A{n} on Query {{ {} }} ", repeat(40 - n, |m| format!("...A{} ", n + m + 1)));
    }
    mesh.push_str("fragment A40 on Query { publishers { code } }");
    vec![
        ("doubling fragments", body(doubling("Query", "...F0", "publishers { code }", 50)), "QUERY_TOO_COMPLEX"),
        (
            "doubling fragments in a list",
            body(doubling("Publisher", "publishers { ...F0 }", "code", 40)),
            "QUERY_TOO_COMPLEX",
        ),
        (
            "doubling fragments of the schema",
            body(doubling("__Type", "__schema { types { ...F0 } }", "name", 30)),
            "QUERY_TOO_COMPLEX",
        ),
        (
            "doubling fragments with directives",
            body(doubling("Query", "...F0", "publishers @skip(if: false) { code }", 12)),
            "QUERY_TOO_COMPLEX",
        ),
        ("doubling fragments that select nothing", body(doubling("Query", "...F0", "...F31", 30)), "QUERY_TOO_COMPLEX"),
        ("a ladder of unused fragments", body(ladder.clone()), "QUERY_TOO_DEEP"),
        ("a ladder of fragments", body(ladder.replacen("publishers { code }", "...F0", 1)), "QUERY_TOO_DEEP"),
        ("a net of fragments", body(mesh), "QUERY_TOO_COMPLEX"),
        ("a fragment in itself", body("{ ...F } fragment F on Query { ...F }".to_owned()), "GRAPHQL_VALIDATION_FAILED"),
        (
            "a circle of fragments",
            body(
                "{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }"
                    .to_owned(),
            ),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "a circle through a field",
            body(
                "{ node(id: \"a\") { ...F } } fragment F on Organisation { possibleMatches { organisation { ...F } } }"
                    .to_owned(),
            ),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "spreads of one fragment",
            body(format!(
                "{{ {} }} fragment F on Query {{ {} }}",
                "...F ".repeat(2_000),
                "publishers { code } ".repeat(100)
            )),
            "QUERY_TOO_COMPLEX",
        ),
    ]
}

/// Recursive introspection.
fn introspection() -> Vec<HostileRequest> {
    let body = |text: String| query(&text).to_string();
    vec![
        (
            "types of types",
            body(format!("{{ __schema {{ types {} }} }}", nested("{ fields { type ", 8, "{ name }", "} }"))),
            "QUERY_TOO_COMPLEX",
        ),
        (
            "possible types of interfaces",
            body(format!(
                "{{ __type(name: \"Node\") {} }}",
                nested("{ possibleTypes { interfaces ", 9, "{ name }", "} }")
            )),
            "QUERY_TOO_COMPLEX",
        ),
        (
            "arguments of arguments",
            body(format!(
                "{{ __schema {{ queryType {} }} }}",
                nested("{ fields { args { type { inputFields { type ", 4, "{ name }", "} } } } }")
            )),
            "QUERY_TOO_COMPLEX",
        ),
        (
            "many schemas",
            body(format!(
                "{{ {} }}",
                repeat(200, |n| format!("a{n}: __schema {{ types {{ fields {{ name description }} }} }} "))
            )),
            "QUERY_TOO_COMPLEX",
        ),
        (
            "kinds of kinds",
            body(format!("{{ __type(name: \"Query\") {} }}", nested("{ ofType ", 30, "{ name }", "}"))),
            "QUERY_TOO_DEEP",
        ),
    ]
}

/// Malformed requests.
fn malformed() -> Vec<HostileRequest> {
    let body = |text: &str| query(text).to_string();
    vec![
        ("an open string", body("{ a(b: \"{{{{{{{{{{{{{"), "GRAPHQL_PARSE_FAILED"),
        ("an open block string", body(&format!("{{ a(b: \"\"\"{}", "\"".repeat(2))), "GRAPHQL_PARSE_FAILED"),
        ("only quotes", body(&"\"".repeat(30_000)), "GRAPHQL_PARSE_FAILED"),
        ("nothing", body(""), "GRAPHQL_PARSE_FAILED"),
        ("a type system", body("type Query { a: Int }"), "GRAPHQL_PARSE_FAILED"),
        ("control characters", body("{ \u{0}\u{1}\u{7f} }"), "GRAPHQL_PARSE_FAILED"),
        ("no JSON", "{".repeat(60_000), "BAD_REQUEST"),
        ("a batch", format!("[{}]", vec![body("{ publishers { code } }"); 500].join(",")), "BATCH_NOT_ALLOWED"),
        ("an empty batch", "[]".to_owned(), "BATCH_NOT_ALLOWED"),
        ("an upload", "--x\r\n".to_owned(), "BAD_REQUEST"),
    ]
}

#[tokio::test]
async fn hostile_requests_are_refused() {
    let process = Process::start(&["--offline"]);
    let client = Client::builder().timeout(TIMEOUT).build().unwrap();
    let url = format!("{}/graphql", process.base);
    let send = async |name: &str, body: &str| {
        let request = client.post(&url).header("content-type", "application/json").body(body.to_owned());
        let response = request.send().await.unwrap_or_else(|error| panic!("{name}: {error}\n{}", process.log()));
        response.json::<Value>().await.unwrap()
    };
    let hostile_requests = hostile_requests();
    let mut slowest = (Duration::ZERO, "");
    for (name, body, expected) in &hostile_requests {
        let started = Instant::now();
        let response = send(name, body).await;
        slowest = slowest.max((started.elapsed(), *name));
        let errors = response["errors"].as_array().unwrap_or_else(|| panic!("{name}: {response}"));
        assert_eq!(error_code(&response), *expected, "{name}: {response}");
        assert!(errors.len() <= 20 && errors.iter().all(|error| error["extensions"]["code"].is_string()), "{name}");
        assert!(response.to_string().len() < 16 << 10, "{name}: a response of {} bytes", response.to_string().len());
    }
    eprintln!("{} hostile requests, the slowest response after {:?}: {}", hostile_requests.len(), slowest.0, slowest.1);
    let before = process.resident_kilobytes();
    for (name, body, _) in hostile_requests.iter().cycle().take(hostile_requests.len() * 4) {
        send(name, body).await;
    }
    let after = process.resident_kilobytes();
    eprintln!("{before} kB before, {after} kB after");
    assert!(after < before + MAX_MEMORY_GROWTH, "{before} kB before, {after} kB after");
    assert_eq!(process.query_data("{ dataset(id: \"D36\") { plan } }").await, json!({ "dataset": { "plan": "D36" } }));
}

#[tokio::test]
async fn multipart_uploads_are_refused() {
    let process = Process::start(&["--offline"]);
    let request = Client::new().post(format!("{}/graphql", process.base));
    let request = request.header("content-type", "multipart/form-data; boundary=x").body("--x--");
    let response: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(error_code(&response), "UNSUPPORTED_MEDIA_TYPE");
}
