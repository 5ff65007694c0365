//! The benchmark queries. The comparison servers implement the part of the schema that these queries need.

use serde_json::{Value, json};

/// A benchmark query: its name, document and variables.
pub struct BenchQuery {
    pub name: &'static str,
    /// A description for the report.
    pub about: &'static str,
    pub text: &'static str,
    /// The sets of variables, used in turn.
    pub variables: Vec<Value>,
}

const ONE: &str = "query One($id: ID!) { organisation(by: { id: $id }) {
  id name { en zhHant } funding { total { amount } }
  fundedProjects(first: 100, orderBy: { field: REFERENCE }) { nodes { reference title { en } programme { code } year approved { amount } remarks } }
  accreditations(first: 20) { nodes { registrationNumber name { en } address { en } testCategories { en } } }
  tenancies: tenanciesConnection { nodes { name { en zhHant } cluster { en } introduction { en } website } }
} }";
const FIFTY: &str = "query Fifty { organisations(first: 50, orderBy: { field: FUNDING, direction: DESC }) { nodes {
  id name { en } funding { total { amount } }
  fundedProjects(first: 5, orderBy: { field: REFERENCE }) { nodes { reference title { en } programme { code } year approved { amount } } }
} } }";
const SUMS: &str = "query Sums($clusters: [String!]) {
  funding(groupBy: [YEAR, PROGRAMME], filter: { clusters: $clusters, kinds: [FUNDED_PROJECT] }) { year programme count total { amount } }
}";
const FOUND: &str = "query Found($name: String) { organisations(filter: { name: $name }, orderBy: { field: FUNDING, direction: DESC }, first: 20) { nodes {
  id name { en zhHant } funding { total { amount } }
  fundedProjects(first: 3, orderBy: { field: REFERENCE }) { nodes { reference title { en } year approved { amount } } }
  accreditations(first: 10) { nodes { registrationNumber name { en } testCategories { en } } }
  tenancies: tenanciesConnection { nodes { name { en } cluster { en } website } }
} } }";

/// A query for all data that the comparison servers need, in pages.
pub const EVERYTHING: &str = "query($after: String) { organisations(first: 14, after: $after, orderBy: { field: FUNDING, direction: DESC }) { pageInfo { endCursor hasNextPage } nodes {
  id name { en zhHant } names { value } funding { total { amount } }
  fundedProjects(first: 100, orderBy: { field: REFERENCE }) { nodes { reference title { en } programme { code } year approved { amount } remarks } }
  accreditations(first: 20) { nodes { registrationNumber name { en } address { en } testCategories { en } } }
  tenancies: tenanciesConnection { nodes { name { en zhHant } cluster { en } introduction { en } website } }
} } }";

/// Returns the benchmark queries. `ids` are the organisations of the first one.
pub fn all(ids: &[&str]) -> Vec<BenchQuery> {
    let one = |name, about, text, variables| BenchQuery { name, about, text, variables: vec![variables] };
    vec![
        BenchQuery {
            name: "one",
            about: "one organisation with all its records, a different organisation in each request",
            text: ONE,
            variables: ids.iter().map(|id| json!({ "id": id })).collect(),
        },
        one("fifty", "the fifty organisations with the most funding, five projects each", FIFTY, json!({})),
        one(
            "sums",
            "sums by year and programme over a cluster",
            SUMS,
            json!({ "clusters": ["Biomedical Technology"] }),
        ),
        one(
            "found",
            "twenty organisations by a common part of their names, with their records",
            FOUND,
            json!({ "name": "tech" }),
        ),
        one("rare", "the same by a rare part of their names", FOUND, json!({ "name": "magina fable" })),
    ]
}
