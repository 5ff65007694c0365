//! The Hong Kong Science and Technology Parks Corporation.

use async_graphql::MergedObject;

use crate::upstream::source::Source;

pub mod car_parks;
pub mod events;
pub mod restaurants;
pub mod tenancies;
pub mod tenders;
pub mod transport;
pub mod vacancies;

/// Its datasets.
pub const SOURCES: &[&Source] = &[
    &tenancies::SOURCE,
    &vacancies::SOURCE,
    &car_parks::SOURCE,
    &car_parks::EV_SOURCE,
    &restaurants::SOURCE,
    &transport::SOURCE,
    &events::SOURCE,
    &tenders::SOURCE,
];

/// The Hong Kong Science and Technology Parks Corporation.
#[derive(MergedObject, Default)]
pub struct Hkstpc(
    tenancies::TenanciesPart,
    vacancies::VacanciesPart,
    car_parks::CarParksPart,
    restaurants::RestaurantsPart,
    transport::TransportPart,
    events::EventsPart,
    tenders::TendersPart,
);
