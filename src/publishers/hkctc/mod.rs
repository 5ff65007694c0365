//! The Hong Kong Council for Testing and Certification.

use async_graphql::MergedObject;

use crate::{domain::resolve::SyncResolve, upstream::source::Source};

pub mod associate_professionals_by_education;
pub mod business_concentration;
pub mod establishments;
pub mod establishments_by_size;
pub mod key_statistics;
pub mod other_establishments_by_occupation;
pub mod persons_by_occupation;
pub mod professionals_by_education;
pub mod profit_ratio;
pub mod receipts_by_service;
pub mod receipts_by_size;
pub mod receipts_from_testing;
pub mod value_added_per_person;
pub mod words;

/// The datasets of this publisher.
pub const SOURCES: &[&Source] = &[
    &establishments::SOURCE,
    &key_statistics::SOURCE,
    &receipts_by_service::SOURCE,
    &receipts_from_testing::SOURCE,
    &receipts_by_size::SOURCE,
    &establishments_by_size::SOURCE,
    &persons_by_occupation::SOURCE,
    &professionals_by_education::SOURCE,
    &associate_professionals_by_education::SOURCE,
    &other_establishments_by_occupation::SOURCE,
    &profit_ratio::SOURCE,
    &value_added_per_person::SOURCE,
    &business_concentration::SOURCE,
];

/// The Hong Kong Council for Testing and Certification.
#[derive(SyncResolve, MergedObject, Default)]
pub struct Hkctc(
    establishments::EstablishmentsPart,
    key_statistics::KeyStatisticsPart,
    receipts_by_service::ReceiptsByServicePart,
    receipts_from_testing::ReceiptsFromTestingPart,
    receipts_by_size::ReceiptsBySizePart,
    establishments_by_size::EstablishmentsBySizePart,
    persons_by_occupation::PersonsByOccupationPart,
    professionals_by_education::ProfessionalsByEducationPart,
    associate_professionals_by_education::AssociateProfessionalsByEducationPart,
    other_establishments_by_occupation::OtherEstablishmentsByOccupationPart,
    profit_ratio::ProfitRatioPart,
    value_added_per_person::ValueAddedPerPersonPart,
    business_concentration::BusinessConcentrationPart,
);
