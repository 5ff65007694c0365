//! The publishers: a folder per publisher, a file per dataset. To add a dataset, add its file and declare it in its
//! publisher's `mod.rs`.
//!
//! The files of all datasets have the same order: record, source and reader, query fields, tests. Records are GraphQL
//! types. Edges between publishers are in [`crate::api::edges`].

use std::sync::Arc;

use async_graphql::{Context, MergedObject, Object};

use crate::{
    domain::{
        clock::RequestClock,
        resolve::{SyncResolve, sync_resolvers},
    },
    upstream::{snapshots::Snapshots, source::Source},
};

pub mod answer;
pub mod hkas;
pub mod hkctc;
pub mod hkpc;
pub mod hkstpc;
pub mod itc;
pub mod itf;
pub mod rdc;
pub mod statistical_table;
pub mod words;

/// All datasets, in the order of the publishers' ranks.
pub fn sources() -> Vec<&'static Source> {
    [itf::SOURCES, hkas::SOURCES, hkstpc::SOURCES, itc::SOURCES, rdc::SOURCES, hkpc::SOURCES, hkctc::SOURCES].concat()
}

/// The publishers' part of the query root.
#[derive(SyncResolve, MergedObject, Default)]
pub struct Publishers(ItfRoot, HkasRoot, HkstpcRoot, ItcRoot, HkpcRoot, HkctcRoot);

macro_rules! root {
    ($root:ident, $field:ident, $part:ty, $doc:literal) => {
        #[derive(Default)]
        pub struct $root;

        #[sync_resolvers]
        #[Object]
        impl $root {
            #[doc = $doc]
            async fn $field(&self) -> Option<$part> {
                Some(<$part>::default())
            }
        }
    };
}

root!(
    ItfRoot,
    itf,
    itf::Itf,
    "The Innovation and Technology Fund: funded projects, trials, laboratories, investments."
);
root!(
    HkasRoot,
    hkas,
    hkas::Hkas,
    "The Hong Kong Accreditation Service: accredited laboratories, certification and inspection bodies."
);
root!(
    HkstpcRoot,
    hkstpc,
    hkstpc::Hkstpc,
    "The Hong Kong Science and Technology Parks Corporation: tenants, job vacancies, car parks, events."
);
root!(
    ItcRoot,
    itc,
    itc::Itc,
    "The Innovation and Technology Commission: business grants and designated research institutions."
);

root!(HkpcRoot, hkpc, hkpc::Hkpc, "The Hong Kong Productivity Council: key performance indicators.");
root!(HkctcRoot, hkctc, hkctc::Hkctc, "The Hong Kong Council for Testing and Certification: industry statistics.");

/// The rows that this request reads. Cancels the request if its deadline has passed.
pub fn snapshots<'a>(ctx: &Context<'a>) -> &'a Snapshots {
    RequestClock::check_cancelled(ctx);
    ctx.data_unchecked::<Arc<Snapshots>>()
}
