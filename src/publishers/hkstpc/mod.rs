//! The Hong Kong Science and Technology Parks Corporation.

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
