//! The `Node` interface: any object with an ID.

use async_graphql::{Context, ID, Interface};

use crate::{
    api::dataset::DatasetObject,
    domain::{record::Record, resolve::SyncResolve},
    index::organisation::Organisation,
    publishers::{
        hkas::accreditations::Accreditation,
        hkstpc::{
            car_parks::CarParkVacancy, events::Event, restaurants::Restaurant, tenancies::Tenancy, tenders::Tender,
            transport::TransportRoute, vacancies::JobVacancy,
        },
        itc::{
            business_grants::BusinessGrant, research_institutions::ResearchDesignation,
            tech_connect::TechConnectProject,
        },
        itf::{
            better_living::BetterLivingProject, key_laboratories::KeyLaboratory, projects::FundedProject,
            raise_plus::RaisePlusProject, trials::TrialProject, ventures::VentureInvestment,
        },
    },
    refresh::view::View,
    upstream::snapshot::Snapshot,
};

/// The derive macro accepts only paths, so a reference needs a type alias.
type Ref<'a, T> = &'a T;

/// An object with an ID.
#[derive(SyncResolve, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque, globally unique ID, stable across refreshes and restarts."))]
pub enum Node<'a> {
    Organisation(Ref<'a, Organisation>),
    FundedProject(Ref<'a, FundedProject>),
    TrialProject(Ref<'a, TrialProject>),
    BetterLivingProject(Ref<'a, BetterLivingProject>),
    RaisePlusProject(Ref<'a, RaisePlusProject>),
    KeyLaboratory(Ref<'a, KeyLaboratory>),
    VentureInvestment(Ref<'a, VentureInvestment>),
    Accreditation(Ref<'a, Accreditation>),
    Tenancy(Ref<'a, Tenancy>),
    JobVacancy(Ref<'a, JobVacancy>),
    CarParkVacancy(Ref<'a, CarParkVacancy>),
    Restaurant(Ref<'a, Restaurant>),
    TransportRoute(Ref<'a, TransportRoute>),
    Event(Ref<'a, Event>),
    Tender(Ref<'a, Tender>),
    BusinessGrant(Ref<'a, BusinessGrant>),
    ResearchDesignation(Ref<'a, ResearchDesignation>),
    TechConnectProject(Ref<'a, TechConnectProject>),
    Dataset(DatasetObject<'a>),
}

impl<'a> Node<'a> {
    /// The object with this ID.
    pub fn find(view: &'a View, id: &str) -> Option<Self> {
        let graph = &view.graph;
        let organisation = || graph.organisation(id).map(Self::from);
        let record = || graph.record(id).and_then(|(snapshot, index)| Self::of_record(snapshot, index));
        organisation().or_else(record).or_else(|| DatasetObject::named(view, id).map(Self::Dataset))
    }

    /// The record at this position in a snapshot.
    pub fn of_record(snapshot: &'a Snapshot, index: usize) -> Option<Self> {
        fn at<'a, T: Record>(snapshot: &'a Snapshot, index: usize) -> Option<Node<'a>>
        where
            Node<'a>: From<&'a T>,
        {
            snapshot.records::<T>().get(index).map(Node::from)
        }
        at::<FundedProject>(snapshot, index)
            .or_else(|| at::<TrialProject>(snapshot, index))
            .or_else(|| at::<BetterLivingProject>(snapshot, index))
            .or_else(|| at::<RaisePlusProject>(snapshot, index))
            .or_else(|| at::<KeyLaboratory>(snapshot, index))
            .or_else(|| at::<VentureInvestment>(snapshot, index))
            .or_else(|| at::<Accreditation>(snapshot, index))
            .or_else(|| at::<Tenancy>(snapshot, index))
            .or_else(|| at::<JobVacancy>(snapshot, index))
            .or_else(|| at::<CarParkVacancy>(snapshot, index))
            .or_else(|| at::<Restaurant>(snapshot, index))
            .or_else(|| at::<TransportRoute>(snapshot, index))
            .or_else(|| at::<Event>(snapshot, index))
            .or_else(|| at::<Tender>(snapshot, index))
            .or_else(|| at::<BusinessGrant>(snapshot, index))
            .or_else(|| at::<ResearchDesignation>(snapshot, index))
            .or_else(|| at::<TechConnectProject>(snapshot, index))
    }
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
