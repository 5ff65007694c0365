//! Lists of records: every list has the same arguments for filter, sort order and page, and all filters and sort orders
//! work.

use async_graphql::{
    Positioned,
    parser::{
        parse_schema,
        types::{ConstDirective, FieldDefinition, TypeKind, TypeSystemDefinition},
    },
};
use serde_json::{Value, json};

use crate::gateway::{execute, fixtures, query_data};

/// The fields of the schema that return a list of records of one type, each with the name of its parent.
fn lists() -> Vec<(String, FieldDefinition)> {
    let document = parse_schema(lionrock::api::sdl()).unwrap();
    let mut lists = Vec::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = definition.node.name.node.to_string();
        let TypeKind::Object(object) = definition.node.kind else { continue };
        for field in object.fields {
            let of = field.node.ty.node.to_string();
            let is_record = |record: &str| {
                !["Reject", "Mention", "Search", "Observation", "TableRow", "Collaborator", "Record", "Grant", "__"]
                    .contains(&record.trim_end_matches('!'))
            };
            if of.trim_end_matches('!').strip_suffix("Connection").is_some_and(is_record) {
                lists.push((name.clone(), field.node));
            }
        }
    }
    lists
}

#[test]
fn every_list_of_records_has_the_same_arguments() {
    let lists = lists();
    assert!(lists.len() > 28, "{}", lists.len());
    for (of, field) in lists {
        let arguments: Vec<(String, String)> = field
            .arguments
            .iter()
            .filter(|argument| !is_deprecated(&argument.node.directives))
            .map(|argument| (argument.node.name.to_string(), argument.node.ty.to_string()))
            .collect();
        let names: Vec<&str> = arguments.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["filter", "orderBy", "first", "after", "last", "before"], "{of}.{}", field.name);
        assert!(arguments[0].1.ends_with("Filter") && arguments[1].1.ends_with("Order"), "{arguments:?}");
    }
}

#[test]
fn filter_fields_with_several_values_have_plural_names() {
    for definition in parse_schema(lionrock::api::sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let TypeKind::InputObject(input) = &definition.node.kind else { continue };
        for field in input.fields.iter().filter(|field| !is_deprecated(&field.node.directives)) {
            let (name, ty) = (field.node.name.node.as_str(), field.node.ty.to_string());
            assert!(!ty.starts_with('[') || name.ends_with('s'), "{}.{name}: {ty}", definition.node.name);
        }
    }
}

fn is_deprecated(directives: &[Positioned<ConstDirective>]) -> bool {
    directives.iter().any(|directive| directive.node.name.node == "deprecated")
}

/// The IDs of a list, in order.
fn ids(page: &Value) -> Vec<&str> {
    page["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_sort_order_returns_each_record_once_in_both_directions() {
    let graph = fixtures();
    let orders = query_data(&graph, "{ __schema { types { name enumValues { name } } } }").await;
    let fields_of = |order: &str| -> Vec<String> {
        let types = orders["__schema"]["types"].as_array().unwrap();
        let field = types.iter().find(|known| known["name"] == format!("{order}Field")).unwrap();
        field["enumValues"].as_array().unwrap().iter().map(|value| value["name"].as_str().unwrap().to_owned()).collect()
    };
    let mut tested = 0;
    for (of, field) in lists() {
        let parent = match of.as_str() {
            "Itf" | "Hkas" | "Hkstpc" | "Itc" => of.to_lowercase(),
            "Organisation" => r#"organisation(by: { name: "The Fictional Polytechnic of Lantau" })"#.to_owned(),
            _ => continue,
        };
        let order = field.arguments[1].node.ty.to_string();
        let list = async |arguments: &str| {
            let query = format!("{{ parent: {parent} {{ list: {}({arguments}) {{ nodes {{ id }} }} }} }}", field.name);
            query_data(&graph, &query).await["parent"]["list"].clone()
        };
        for name in fields_of(&order) {
            let published = list("first: 60").await;
            for direction in ["ASC", "DESC"] {
                let by = format!("orderBy: {{ field: {name}, direction: {direction} }}");
                let sorted = list(&format!("first: 60, {by}")).await;
                if ids(&published).len() < 60 {
                    let (mut known, mut found) = (ids(&published), ids(&sorted));
                    known.sort_unstable();
                    found.sort_unstable();
                    assert_eq!(known, found, "{of}.{} {by}", field.name);
                }
                let last = list(&format!("last: 100, {by}")).await;
                assert!(ids(&last).len() >= ids(&sorted).len());
                let three = list(&format!("first: 3, {by}")).await;
                assert_eq!(ids(&three)[..], ids(&sorted)[..ids(&three).len()]);
                tested += 1;
            }
        }
    }
    assert!(tested > 100, "{tested}");
}

/// A filter of a list, the value that is compared, and whether an item with this value matches.
struct Condition {
    list: &'static str,
    condition: &'static str,
    value: &'static str,
    holds: fn(&Value) -> bool,
}

const fn condition(
    list: &'static str,
    condition: &'static str,
    value: &'static str,
    holds: fn(&Value) -> bool,
) -> Condition {
    Condition { list, condition, value, holds }
}

fn contains(text: &Value, part: &str) -> bool {
    text.to_string().to_lowercase().contains(part)
}

fn dollars(money: &Value) -> f64 {
    money["amount"].as_str().map_or(-1.0, |amount| amount.parse().unwrap())
}

fn is_between(value: &Value, from: &str, to: &str) -> bool {
    value.as_str().is_some_and(|value| (from..=to).contains(&value))
}

/// Each filter matches some items of its list, but not all.
const CONDITIONS: &[Condition] = &[
    condition("itf trialProjects", "year: { from: 2023, to: 2023 }", "year", |year| *year == 2023),
    condition("itf trialProjects", "specialCall: true", "specialCall", |is_special| *is_special == true),
    condition("itf trialProjects", "specialCall: false", "specialCall", |is_special| *is_special == false),
    condition("itf trialProjects", r#"approved: { from: "1000000" }"#, "approved { amount }", |approved| {
        dollars(approved) >= 1e6
    }),
    condition("itf trialProjects", r#"applicantName: "ROBOTICS""#, "applicantName { en }", |name| {
        contains(name, "robotics")
    }),
    condition("itf betterLivingProjects", r#"grant: { from: "1" }"#, "grant { amount }", |grant| dollars(grant) >= 1.0),
    condition("itf raisePlusProjects", r#"universityName: "polytechnic""#, "universities { name { en } }", |names| {
        contains(names, "polytechnic")
    }),
    condition("itf keyLaboratoriesConnection", r#"hostName: "polytechnic""#, "hostName { en }", |name| {
        contains(name, "polytechnic")
    }),
    condition("itf ventureInvestmentsConnection", "year: { to: 2020 }", "year", |year| {
        year.as_i64().is_some_and(|year| year <= 2020)
    }),
    condition("hkas accreditations", "schemes: [HKCAS, HKIAS]", "scheme", |scheme| *scheme != "HOKLAS"),
    condition("hkas accreditations", r#"fieldCodes: ["med", "CAL"]"#, "fields", |codes| {
        contains(codes, "\"med\"") || contains(codes, "\"cal\"")
    }),
    condition("hkstpc tenancies", r#"clusters: ["電子"]"#, "cluster { zhHant }", |cluster| {
        cluster["zhHant"] == "電子"
    }),
    condition("hkstpc vacancies", r#"companyName: "robotics""#, "companyName { en }", |name| {
        contains(name, "robotics")
    }),
    condition("hkstpc events", r#"dates: { from: "2026-11-16" }"#, "startsOn endsOn", |event| {
        let last = if event["endsOn"].is_null() { &event["startsOn"] } else { &event["endsOn"] };
        is_between(last, "2026-11-16", "9999")
    }),
    condition("hkstpc tenders", r#"closesOn: { to: "2026-11-15" }"#, "closesAt", |closes| {
        is_between(closes, "", "2026-11-15T16:00:00")
    }),
    condition("hkstpc transportRoutesConnection", r#"routes: ["900x"]"#, "route", |route| *route == "900X"),
    condition("itc businessGrants", r#"approved: { to: "60000" }"#, "approved { amount }", |approved| {
        (0.0..=6e4).contains(&dollars(approved))
    }),
    condition("itc researchInstitutionsConnection", r#"designatedOn: { to: "2019-12-31" }"#, "designatedOn", |day| {
        is_between(day, "", "2019-12-31")
    }),
];

#[tokio::test]
async fn filters_keep_exactly_the_matching_items() {
    let graph = fixtures();
    for Condition { list, condition, value, holds } in CONDITIONS {
        let (publisher, field) = list.split_once(' ').unwrap();
        let values = async |filter: &str| {
            let query =
                format!("{{ {publisher} {{ {field}(first: 100, filter: {filter}) {{ nodes {{ {value} }} }} }} }}");
            let nodes = query_data(&graph, &query).await[publisher][field]["nodes"].take();
            let nodes: Vec<Value> = nodes.as_array().unwrap().clone();
            // A single field is compared by its value, several fields as an object.
            let single = |node: Value| match node {
                Value::Object(fields) if fields.len() == 1 => fields.into_iter().next().unwrap().1,
                node => node,
            };
            nodes.into_iter().map(single).collect::<Vec<_>>()
        };
        let all = values("{}").await;
        let kept = values(&format!("{{ {condition} }}")).await;
        assert_eq!(kept, all.iter().filter(|value| holds(value)).cloned().collect::<Vec<_>>(), "{list} {condition}");
        assert!(!kept.is_empty() && kept.len() < all.len(), "{list} {condition}: {} of {}", kept.len(), all.len());
    }
}

#[tokio::test]
async fn an_empty_filter_list_matches_nothing_and_publishers_match_any_or_all() {
    let graph = fixtures();
    let count = async |filter: &str| {
        let query = format!("{{ organisations(filter: {filter}) {{ totalCount }} }}");
        query_data(&graph, &query).await["organisations"]["totalCount"].as_u64().unwrap()
    };
    let [itf, park] = [count("{ publishers: [ITF] }").await, count("{ publishers: [HKSTPC] }").await];
    let any = count("{ publishers: [ITF, HKSTPC] }").await;
    let all = count("{ allPublishers: [ITF, HKSTPC] }").await;
    assert_eq!(any + all, itf + park);
    assert!(all > 0 && all < itf.min(park));
    for nothing in ["publishers", "kinds", "clusters"] {
        assert_eq!(count(&format!("{{ {nothing}: [] }}")).await, 0, "{nothing}");
    }
    let two = count(r#"{ clusters: ["Electronics", "Biomedical Technology"] }"#).await;
    assert!(two > count(r#"{ clusters: ["Electronics"] }"#).await);
}

#[tokio::test]
async fn trial_projects_of_an_organisation_are_filtered_by_role() {
    let graph = fixtures();
    let query = |filter: &str| {
        format!(
            r#"{{ organisation(by: {{ name: "The Fictional Polytechnic of Lantau" }}) {{ trialProjects(filter: {filter}) {{ totalCount nodes {{ id }} }} }} }}"#
        )
    };
    let list = async |filter: &str| query_data(&graph, &query(filter)).await["organisation"]["trialProjects"].clone();
    let applied = list("{ roles: [APPLICANT] }").await;
    let took_part = list("{ roles: [PARTICIPANT] }").await;
    assert_eq!((&applied["totalCount"], &took_part["totalCount"]), (&json!(3), &json!(2)));
    assert_eq!(list("{ roles: [APPLICANT, PARTICIPANT] }").await, list("{}").await);
    assert_eq!(list("{ roles: [] }").await["totalCount"], 0);
    let special = list("{ roles: [APPLICANT], specialCall: true }").await;
    assert_eq!(special["totalCount"], 1);
    let invalid = execute(&graph, &query("{ roles: [TENANT] }")).await;
    assert_eq!(invalid["data"]["organisation"], Value::Null);
    assert!(invalid["errors"][0]["message"].as_str().unwrap().contains("TENANT"), "{invalid}");
}

/// A query with deprecated elements, and the same query with their successors. Both return the value `result`.
const DEPRECATED: [(&str, &str); 22] = [
    (
        r#"result: organisation(name: "The Fictional Polytechnic of Lantau") { id }"#,
        r#"result: organisation(by: { name: "The Fictional Polytechnic of Lantau" }) { id }"#,
    ),
    ("hkstpc { result: restaurants { id } }", "hkstpc { result: restaurantsConnection(first: 100) { nodes { id } } }"),
    (
        "hkstpc { result: transportRoutes { id } }",
        "hkstpc { result: transportRoutesConnection(first: 100) { nodes { id } } }",
    ),
    (
        r#"hkstpc { result: transportRoutes(route: "900x") { id } }"#,
        r#"hkstpc { result: transportRoutesConnection(filter: { routes: ["900X"] }) { nodes { id } } }"#,
    ),
    (
        "itf { result: keyLaboratories { id } }",
        "itf { result: keyLaboratoriesConnection(first: 100) { nodes { id } } }",
    ),
    (
        "itf { result: ventureInvestments { id } }",
        "itf { result: ventureInvestmentsConnection(first: 100) { nodes { id } } }",
    ),
    (
        "itc { result: researchInstitutions { id } }",
        "itc { result: researchInstitutionsConnection(first: 100) { nodes { id } } }",
    ),
    (
        "result: organisations(first: 100) { nodes { tenancies { id } keyLaboratories { id } ventureInvestments { id } } }",
        "result: organisations(first: 100) { nodes { tenancies: tenanciesConnection { nodes { id } }
            keyLaboratories: keyLaboratoriesConnection { nodes { id } }
            ventureInvestments: ventureInvestmentsConnection { nodes { id } } } }",
    ),
    (
        "result: organisations(first: 100, filter: { kind: [COMPANY], fundingAtLeast: 1000000 }) { nodes { id } }",
        "result: organisations(first: 100, filter: { kinds: [COMPANY], funding: { from: 1000000 } }) { nodes { id } }",
    ),
    (
        r#"result: companies(first: 100, filter: { publisher: [ITF, HKSTPC], cluster: "電子" }) { nodes { id } }"#,
        r#"result: companies(first: 100, filter: { allPublishers: [ITF, HKSTPC], clusters: ["電子"] }) { nodes { id } }"#,
    ),
    (
        r#"result: funding(groupBy: [YEAR], filter: { programme: ["ITSP"], kind: [FUNDED_PROJECT] }) { year count }"#,
        r#"result: funding(groupBy: [YEAR], filter: { programmes: ["ITSP"], kinds: [FUNDED_PROJECT] }) { year count }"#,
    ),
    (
        r#"result: search(text: "imaginary", filter: { publisher: [HKAS] }) { nodes { id } }"#,
        r#"result: search(text: "imaginary", filter: { publishers: [HKAS] }) { nodes { id } }"#,
    ),
    (
        "result: datasets(filter: { publisher: [HKAS] }) { id }",
        "result: datasets(filter: { publishers: [HKAS] }) { id }",
    ),
    (
        "result: datasets(filter: { status: [OK, INFERRED] }) { id }",
        "result: datasets(filter: { statuses: [OK, INFERRED] }) { id }",
    ),
    (
        r#"itf { result: projects(first: 100, filter: { programme: ["ITSP"] }) { nodes { id } } }"#,
        r#"itf { result: projects(first: 100, filter: { programmes: ["ITSP"] }) { nodes { id } } }"#,
    ),
    (
        "itf { result: projects(first: 100, filter: { fundingAtLeast: 1000000, fundingAtMost: 3000000 }) { nodes { id } } }",
        "itf { result: projects(first: 100, filter: { funding: { from: 1000000, to: 3000000 } }) { nodes { id } } }",
    ),
    (
        "itc { result: businessGrants(first: 100, filter: { approvedAtLeast: 50000, approvedAtMost: 90000 }) { nodes { id } } }",
        "itc { result: businessGrants(first: 100, filter: { approved: { from: 50000, to: 90000 } }) { nodes { id } } }",
    ),
    (
        r#"hkas { result: accreditations(first: 100, filter: { scheme: HOKLAS, field: "MED" }) { nodes { id } } }"#,
        r#"hkas { result: accreditations(first: 100, filter: { schemes: [HOKLAS], fieldCodes: ["MED"] }) { nodes { id } } }"#,
    ),
    (
        r#"hkstpc { result: tenancies(filter: { cluster: "電子" }) { nodes { id } } }"#,
        r#"hkstpc { result: tenancies(filter: { clusters: ["電子"] }) { nodes { id } } }"#,
    ),
    (
        "hkstpc { result: events(upcomingOnly: true) { nodes { id } } }",
        "hkstpc { result: events(filter: { upcoming: true }) { nodes { id } } }",
    ),
    (
        "hkstpc { result: tenders(openOnly: true) { nodes { id } } }",
        "hkstpc { result: tenders(filter: { open: true }) { nodes { id } } }",
    ),
    (
        "result: organisations(first: 100) { nodes { accreditations(scheme: HOKLAS) { nodes { id } } trialProjects(role: APPLICANT) { nodes { id } } } }",
        "result: organisations(first: 100) { nodes { accreditations(filter: { schemes: [HOKLAS] }) { nodes { id } }
            trialProjects(filter: { roles: [APPLICANT] }) { nodes { id } } } }",
    ),
];

#[tokio::test]
async fn deprecated_fields_return_the_same_as_their_successors() {
    let graph = fixtures();
    for (deprecated, current) in DEPRECATED {
        let result = async |query: &str| {
            let data = query_data(&graph, &format!("{{ {query} }}")).await;
            let result = data["result"].as_object().map(|_| &data["result"]);
            let nested =
                || data.as_object().into_iter().flat_map(|data| data.values()).find_map(|part| part.get("result"));
            flatten_connections(result.or_else(nested).unwrap_or(&data["result"]).clone())
        };
        let (before, after) = (result(deprecated).await, result(current).await);
        assert_eq!(before, after, "{deprecated}");
        assert!(!before.is_null() && before != json!([]), "{deprecated} must return something");
    }
}

/// A value with every connection replaced by the list of its nodes.
fn flatten_connections(value: Value) -> Value {
    match value {
        Value::Object(mut fields) => match fields.remove("nodes") {
            Some(nodes) => flatten_connections(nodes),
            None => fields.into_iter().map(|(name, value)| (name, flatten_connections(value))).collect(),
        },
        Value::Array(items) => items.into_iter().map(flatten_connections).collect(),
        other => other,
    }
}

#[tokio::test]
async fn organisation_accepts_exactly_one_argument() {
    let graph = fixtures();
    for arguments in [r#"id: "a", name: "b""#, r#"by: { id: "a" }, name: "b""#, "id: null", ""] {
        let list = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
        let response = execute(&graph, &format!("{{ organisation{list} {{ id }} }}")).await;
        let error = &response["errors"][0];
        assert_eq!(error["extensions"]["code"], "INVALID_ARGUMENT", "{arguments}: {response}");
        assert_eq!(error["message"], "expected exactly one of `by`, `id` and `name`, found none or several");
    }
}
