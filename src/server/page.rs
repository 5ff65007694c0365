//! GraphiQL, with the examples in its tabs.

use std::sync::LazyLock;

use axum::response::Html;
use rust_embed::Embed;
use serde::Serialize;

/// The queries that the page offers and that every release is tested with.
#[derive(Embed)]
#[folder = "examples/"]
#[include = "*.graphql"]
struct Examples;

#[derive(Serialize)]
struct Tab {
    title: String,
    query: String,
}

static PAGE: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Examples::iter().collect();
    names.sort();
    let tabs: Vec<Tab> = names
        .iter()
        .filter_map(|name| Examples::get(name))
        .map(|file| tab(&String::from_utf8_lossy(&file.data)))
        .collect();
    // A query that holds `</script>` must not end the script that it stands in.
    let json = serde_json::to_string(&tabs).unwrap_or_else(|_| "[]".to_owned()).replace('<', "\\u003c");
    include_str!("../../web/graphiql.html").replace("/*EXAMPLES*/[]", &json)
});

/// A tab is titled by the comment that its query begins with.
fn tab(query: &str) -> Tab {
    let first = query.lines().next().unwrap_or_default();
    Tab { title: first.trim_start_matches(['#', ' ']).to_owned(), query: query.to_owned() }
}

pub async fn graphiql() -> Html<&'static str> {
    Html(PAGE.as_str())
}
