//! The interfaces of all objects with an ID: `Node`, `SearchHit` and `Record`.

use async_graphql::{Context, ID, Interface};

use crate::{
    api::{context::graph, dataset::DatasetObject, provenance::Provenance},
    domain::{
        record::{Record, SearchType},
        resolve::{ByRef, SyncResolve},
        text::Text,
    },
    index::organisation::Organisation,
    publishers::{self, datasets},
    refresh::view::View,
    upstream::snapshot::Snapshot,
};

/// The derive macro accepts only paths, so a reference needs a type alias.
type Ref<'a, T> = &'a T;

macro_rules! define_interfaces {
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

        /// An object that a search can return: an organisation, a record or a dataset.
        #[derive(SyncResolve, Interface)]
        #[graphql(
            field(name = "id", ty = "ID", desc = "Opaque, globally unique ID, stable across refreshes and restarts."),
            field(name = "label", method = "hit_label", ty = "Text", desc = "The name or title of the object for use in lists."),
            field(name = "searchType", method = "hit_type", ty = "SearchType", desc = "The search type of the object.")
        )]
        pub enum SearchHit<'a> {
            Organisation(Ref<'a, Organisation>),
            $($($($($record(Ref<'a, publishers::$publisher::$dataset::$record>),)?)?)+)+
            Dataset(DatasetObject<'a>),
        }

        /// An object that was read from a row of a dataset.
        #[derive(SyncResolve, Interface)]
        #[graphql(
            name = "Record",
            field(name = "id", ty = "ID", desc = "Opaque, globally unique ID, stable across refreshes and restarts."),
            field(name = "label", method = "hit_label", ty = "Text", desc = "The name or title of the record for use in lists."),
            field(name = "searchType", method = "hit_type", ty = "SearchType", desc = "The search type of the record."),
            field(name = "organisations", method = "record_organisations", ty = "Vec<ByRef<'ctx, Organisation>>", desc = "The organisations that the record names in any role, each once."),
            field(name = "provenance", method = "record_provenance", ty = "Provenance<'ctx>", desc = "The source: dataset, file and row.")
        )]
        pub enum RecordNode<'a> {
            $($($($($record(Ref<'a, publishers::$publisher::$dataset::$record>),)?)?)+)+
        }

        define_interfaces!(@of_record Node $($($($(publishers::$publisher::$dataset::$record,)?)?)+)+);
        define_interfaces!(@of_record SearchHit $($($($(publishers::$publisher::$dataset::$record,)?)?)+)+);
        define_interfaces!(@of_record RecordNode $($($($(publishers::$publisher::$dataset::$record,)?)?)+)+);
    };
    (@of_record $interface:ident $($record:path,)*) => {
        impl<'a> $interface<'a> {
            /// The record at this position in a snapshot.
            pub fn of_record(snapshot: &'a Snapshot, index: usize) -> Option<Self> {
                None$(.or_else(|| record_at::<$record, Self>(snapshot, index)))*
            }
        }
    };
}
datasets!(define_interfaces);

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
fn record_at<'a, T: Record, I: From<&'a T>>(snapshot: &'a Snapshot, index: usize) -> Option<I> {
    snapshot.records::<T>().get(index).map(I::from)
}

/// The fields that the interfaces read from all records.
trait RecordFields {
    async fn id(&self, ctx: &Context<'_>) -> async_graphql::Result<ID>;
    async fn hit_label(&self, ctx: &Context<'_>) -> async_graphql::Result<Text>;
    async fn hit_type(&self, ctx: &Context<'_>) -> async_graphql::Result<SearchType>;
    async fn record_organisations<'a>(&self, ctx: &Context<'a>) -> async_graphql::Result<Vec<ByRef<'a, Organisation>>>;
    async fn record_provenance<'a>(&self, ctx: &Context<'a>) -> async_graphql::Result<Provenance<'a>>;
}

impl<T: Record> RecordFields for T {
    async fn id(&self, _: &Context<'_>) -> async_graphql::Result<ID> {
        Ok(self.meta().id.as_str().into())
    }

    async fn hit_label(&self, _: &Context<'_>) -> async_graphql::Result<Text> {
        Ok(self.label().clone())
    }

    async fn hit_type(&self, _: &Context<'_>) -> async_graphql::Result<SearchType> {
        Ok(T::SEARCH_TYPE)
    }

    async fn record_organisations<'a>(&self, ctx: &Context<'a>) -> async_graphql::Result<Vec<ByRef<'a, Organisation>>> {
        Ok(graph(ctx).all_organisations_of(self.meta()).into_iter().map(ByRef).collect())
    }

    async fn record_provenance<'a>(&self, ctx: &Context<'a>) -> async_graphql::Result<Provenance<'a>> {
        Ok(Provenance::of(ctx, self.meta()))
    }
}

/// The fields that the interface [`SearchHit`] reads from objects that are not records.
trait HitFields {
    async fn hit_label(&self, ctx: &Context<'_>) -> async_graphql::Result<Text>;
    async fn hit_type(&self, ctx: &Context<'_>) -> async_graphql::Result<SearchType>;
}

impl HitFields for Organisation {
    async fn hit_label(&self, _: &Context<'_>) -> async_graphql::Result<Text> {
        Ok(self.name.clone())
    }

    async fn hit_type(&self, _: &Context<'_>) -> async_graphql::Result<SearchType> {
        Ok(SearchType::Organisation)
    }
}

impl HitFields for DatasetObject<'_> {
    async fn hit_label(&self, _: &Context<'_>) -> async_graphql::Result<Text> {
        Ok(self.description().title.into())
    }

    async fn hit_type(&self, _: &Context<'_>) -> async_graphql::Result<SearchType> {
        Ok(SearchType::Dataset)
    }
}
