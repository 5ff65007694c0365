//! What every server is asked. The peers have the part of our schema that these need, and give the same answers.

use serde_json::{Value, json};

/// A question: how it is called, its document, its variables.
pub struct Question {
    pub name: &'static str,
    pub about: &'static str,
    pub text: &'static str,
    /// One set of variables for each request, in turn.
    pub variables: Vec<Value>,
}

const ONE: &str = "query One($id: ID!) { organisation(id: $id) {
  id name { en zhHant } funding { total { amount } }
  fundedProjects(first: 100, orderBy: { field: REFERENCE }) { nodes { reference title { en } programme { code } year approved { amount } remarks } }
  accreditations(first: 20) { nodes { registrationNumber name { en } address { en } testCategories { en } } }
  tenancies { name { en zhHant } cluster { en } introduction { en } website }
} }";
const FIFTY: &str = "query Fifty { organisations(first: 50, orderBy: { field: FUNDING, direction: DESC }) { nodes {
  id name { en } funding { total { amount } }
  fundedProjects(first: 5, orderBy: { field: REFERENCE }) { nodes { reference title { en } programme { code } year approved { amount } } }
} } }";
const SUMS: &str = "query Sums($cluster: [String!]) {
  funding(groupBy: [YEAR, PROGRAMME], filter: { cluster: $cluster, kind: [FUNDED_PROJECT] }) { year programme count total { amount } }
}";
const FOUND: &str = "query Found($name: String) { organisations(filter: { name: $name }, orderBy: { field: FUNDING, direction: DESC }, first: 20) { nodes {
  id name { en zhHant } funding { total { amount } }
  fundedProjects(first: 3, orderBy: { field: REFERENCE }) { nodes { reference title { en } year approved { amount } } }
  accreditations(first: 10) { nodes { registrationNumber name { en } testCategories { en } } }
  tenancies { name { en } cluster { en } website }
} } }";

/// All of it that the peers serve, by pages, those with most money first.
pub const EVERYTHING: &str = "query($after: String) { organisations(first: 14, after: $after, orderBy: { field: FUNDING, direction: DESC }) { pageInfo { endCursor hasNextPage } nodes {
  id name { en zhHant } names { value } funding { total { amount } }
  fundedProjects(first: 100, orderBy: { field: REFERENCE }) { nodes { reference title { en } programme { code } year approved { amount } remarks } }
  accreditations(first: 20) { nodes { registrationNumber name { en } address { en } testCategories { en } } }
  tenancies { name { en zhHant } cluster { en } introduction { en } website }
} } }";

/// The questions about these organisations.
pub fn all(ids: &[&str]) -> Vec<Question> {
    let one = |name, about, text, variables| Question { name, about, text, variables: vec![variables] };
    vec![
        Question {
            name: "one",
            about: "one organisation with all it has, another one each time",
            text: ONE,
            variables: ids.iter().map(|id| json!({ "id": id })).collect(),
        },
        one("fifty", "the fifty with most money, five projects of each", FIFTY, json!({})),
        one("sums", "sums by year and programme over a cluster", SUMS, json!({ "cluster": ["Biomedical Technology"] })),
        one(
            "found",
            "twenty by a frequent part of their names, with all that belongs to them",
            FOUND,
            json!({ "name": "tech" }),
        ),
        one("rare", "the same by a rare part", FOUND, json!({ "name": "magina fable" })),
    ]
}
