//! The query in the README returns the response in the README.

use serde_json::Value;

use crate::gateway::{ask, bundle};

fn block<'a>(readme: &'a str, language: &str) -> &'a str {
    let begin = readme.find(&format!("```{language}\n")).unwrap() + language.len() + 4;
    &readme[begin..begin + readme[begin..].find("```").unwrap()]
}

#[tokio::test]
async fn the_first_question_is_answered_as_printed() {
    let readme = include_str!("../../README.md");
    let graph = bundle();
    let answer = ask(&graph, block(readme, "graphql")).await;
    assert_eq!(answer, serde_json::from_str::<Value>(block(readme, "json")).unwrap());
}
