//! The `Node` interface: any object with an ID.

use async_graphql::{Context, ID, Interface};

use crate::{
    api::dataset::DatasetObject,
    domain::{record::Record, resolve::SyncResolve},
    index::organisation::Organisation,
    publishers::{self, datasets},
    refresh::view::View,
    upstream::snapshot::Snapshot,
};

/// The derive macro accepts only paths, so a reference needs a type alias.
type Ref<'a, T> = &'a T;

macro_rules! define_node {
    ($($(#[$doc:meta])* $publisher:ident: $object:ident {
        $($dataset:ident: [$($source:ident),+] $(, $part:ident $(, $record:ident)?)?;)+
    })+) => {
        /// An object with an ID.
        #[derive(SyncResolve, Interface)]
        #[graphql(
            field(name = "id", ty = "ID", desc = "Opaque, globally unique ID, stable across refreshes and restarts.")
        )]
        pub enum Node<'a> {
            Organisation(Ref<'a, Organisation>),
            $($($($($record(Ref<'a, publishers::$publisher::$dataset::$record>),)?)?)+)+
            Dataset(DatasetObject<'a>),
        }

        impl<'a> Node<'a> {
            /// The record at this position in a snapshot.
            pub fn of_record(snapshot: &'a Snapshot, index: usize) -> Option<Self> {
                None$($($($(
                    .or_else(|| record_at::<publishers::$publisher::$dataset::$record>(snapshot, index))
                )?)?)+)+
            }
        }
    };
}
datasets!(define_node);

impl<'a> Node<'a> {
    /// The object with this ID.
    pub fn find(view: &'a View, id: &str) -> Option<Self> {
        let graph = &view.graph;
        let organisation = || graph.organisation(id).map(Self::from);
        let record = || graph.record(id).and_then(|(snapshot, index)| Self::of_record(snapshot, index));
        organisation().or_else(record).or_else(|| DatasetObject::named(view, id).map(Self::Dataset))
    }
}

/// The record of type `T` at this position. `None` if the snapshot has records of another type.
fn record_at<'a, T: Record>(snapshot: &'a Snapshot, index: usize) -> Option<Node<'a>>
where
    Node<'a>: From<&'a T>,
{
    snapshot.records::<T>().get(index).map(Node::from)
}

/// Lets the interface [`Node`] read the ID of a record.
trait HasId {
    async fn id(&self, ctx: &Context<'_>) -> async_graphql::Result<ID>;
}

impl<T: Record> HasId for T {
    async fn id(&self, _: &Context<'_>) -> async_graphql::Result<ID> {
        Ok(self.meta().id.as_str().into())
    }
}
