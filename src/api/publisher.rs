//! A publisher and its datasets.

use async_graphql::{Context, Object};

use crate::{
    api::{context::view, dataset::Dataset},
    domain::{catalog::Publisher, resolve::sync_resolvers, text::Text, web::WebAddress},
};

/// A body that publishes datasets.
#[derive(Clone, Copy)]
pub struct PublisherObject(pub Publisher);

/// A body that publishes datasets.
#[sync_resolvers]
#[Object(name = "Publisher")]
impl PublisherObject {
    /// Its short code, `itf`; also the name of its subgraph.
    async fn id(&self) -> async_graphql::ID {
        self.0.code().into()
    }

    /// The name of the publisher.
    async fn name(&self) -> Text {
        self.0.title().into()
    }

    /// Its home page.
    async fn website(&self) -> Option<WebAddress> {
        WebAddress::parse(self.0.page()).ok()
    }

    /// The datasets that it publishes.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn datasets<'a>(&self, ctx: &Context<'a>) -> Vec<Dataset<'a>> {
        Dataset::all(view(ctx)).filter(|dataset| dataset.description().publisher == self.0).collect()
    }
}
