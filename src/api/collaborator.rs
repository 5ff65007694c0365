//! GraphQL types for collaborators: the organisations that are named in the same records as an organisation.

use async_graphql::{
    Context, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};

use crate::{
    api::{context::graph, edges::RecordNode},
    domain::{
        pagination::{PageItems, Total, Window, cursor},
        query_error::to_graphql,
        record::Role,
        resolve::{ByRef, SyncResolve, sync_resolvers},
    },
    index::{
        collaborators::{CollaboratorFilter, CollaboratorOrder, RecordsAt, SharedRoles, SharedWork},
        funding::FundingTotal,
        organisation::Organisation,
    },
};

/// A page of collaborators.
pub type CollaboratorPage = Connection<String, CollaboratorObject, Total, EmptyFields>;
/// A page of records of any type.
pub type RecordPage<'a> = Connection<String, RecordNode<'a>, Total, EmptyFields>;

/// A page of the organisations that are named in the same records as an organisation.
pub fn page(
    ctx: &Context<'_>,
    organisation: &Organisation,
    filter: Option<CollaboratorFilter>,
    order: Option<CollaboratorOrder>,
    window: &Window,
) -> async_graphql::Result<CollaboratorPage> {
    let graph = graph(ctx);
    let collaborators = graph.collaborators(organisation, &filter.unwrap_or_default(), order.unwrap_or_default());
    let PageItems { items, has_previous, has_next } = to_graphql(window.items(&&collaborators))?;
    let total_count = collaborators.total();
    let mut page = Connection::with_additional_fields(has_previous, has_next, Total { total_count });
    page.edges.extend(items.into_iter().map(|work| {
        let id = &graph.organisation_at(work.organisation).id;
        Edge::new(cursor(id), CollaboratorObject(work.clone()))
    }));
    Ok(page)
}

/// An organisation that is named in the same records as another one.
pub struct CollaboratorObject(SharedWork);

/// An organisation that is named in the same records as the organisation whose collaborators were requested. A record
/// with several collaborators counts for each of them.
#[sync_resolvers]
#[Object(name = "Collaborator")]
impl CollaboratorObject {
    /// The collaborator.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> ByRef<'a, Organisation> {
        ByRef(graph(ctx).organisation_at(self.0.organisation))
    }

    /// The number of records that name both organisations. A grant that two datasets list counts once.
    async fn record_count(&self) -> usize {
        self.0.records.len()
    }

    /// The roles in which the records name the two organisations, the most frequent first.
    async fn roles(&self) -> Vec<CollaborationRoles> {
        self.0.roles.iter().map(CollaborationRoles::from).collect()
    }

    /// The total of the grants among the records. It counts each grant in full, not a share of it.
    async fn funding(&self) -> FundingTotal {
        self.0.funding
    }

    /// Whether these totals can be added to those of other collaborators. `false` if a record names a third
    /// organisation, because such a record counts for several collaborators.
    async fn is_additive(&self) -> bool {
        self.0.is_additive
    }

    /// The records that name both organisations, in the order of their datasets.
    async fn records<'a>(&self, ctx: &Context<'a>, window: Window) -> async_graphql::Result<RecordPage<'a>> {
        let graph = graph(ctx);
        let records = RecordsAt { graph, records: &self.0.records };
        let PageItems { items, has_previous, has_next } = to_graphql(window.items(&records))?;
        let total_count = self.0.records.len();
        let mut page = Connection::with_additional_fields(has_previous, has_next, Total { total_count });
        for place in items {
            let Some((snapshot, index)) = graph.locate(*place) else { continue };
            if let (Some(record), Some(meta)) = (RecordNode::of_record(snapshot, index), snapshot.records.meta(index)) {
                page.edges.push(Edge::new(cursor(&meta.id), record));
            }
        }
        Ok(page)
    }
}

/// The roles in which records name an organisation and its collaborator.
#[derive(SyncResolve, SimpleObject, Clone, Copy, Debug)]
pub struct CollaborationRoles {
    /// The role of the organisation whose collaborators were requested.
    pub role: Role,
    /// The role of the collaborator.
    pub collaborator_role: Role,
    /// The number of records.
    pub record_count: usize,
}

impl From<&SharedRoles> for CollaborationRoles {
    fn from(roles: &SharedRoles) -> Self {
        Self { role: roles.own, collaborator_role: roles.other, record_count: roles.count }
    }
}
