//! The Hong Kong Science and Technology Parks Corporation.

use async_graphql::MergedObject;

use crate::{domain::resolve::SyncResolve, upstream::source::Source};

pub mod car_park_utilisation;
pub mod car_parks;
pub mod direct_investment;
pub mod events;
pub mod graduated_incubatees;
pub mod research_practitioners;
pub mod restaurants;
pub mod space;
pub mod technology_companies;
pub mod tenancies;
pub mod tenders;
pub mod transport;
pub mod vacancies;

/// The datasets of this publisher.
pub const SOURCES: &[&Source] = &[
    &tenancies::SOURCE,
    &vacancies::SOURCE,
    &car_parks::SOURCE,
    &car_parks::EV_SOURCE,
    &restaurants::SOURCE,
    &transport::SOURCE,
    &events::SOURCE,
    &tenders::SOURCE,
    &car_park_utilisation::SOURCE,
    &technology_companies::SOURCE,
    &graduated_incubatees::SOURCE,
    &research_practitioners::SOURCE,
    &space::SOURCE,
    &direct_investment::SOURCE,
];

/// The Hong Kong Science and Technology Parks Corporation.
#[derive(SyncResolve, MergedObject, Default)]
pub struct Hkstpc(
    tenancies::TenanciesPart,
    vacancies::VacanciesPart,
    car_parks::CarParksPart,
    restaurants::RestaurantsPart,
    transport::TransportPart,
    events::EventsPart,
    tenders::TendersPart,
    car_park_utilisation::CarParkUtilisationPart,
    technology_companies::TechnologyCompaniesPart,
    graduated_incubatees::GraduatedIncubateesPart,
    research_practitioners::ResearchPractitionersPart,
    space::SpacePart,
    direct_investment::DirectInvestmentPart,
);
