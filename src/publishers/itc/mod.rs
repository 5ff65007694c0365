//! The Innovation and Technology Commission.

use async_graphql::MergedObject;

use crate::{domain::resolve::SyncResolve, upstream::source::Source};

pub mod bureau_expenditure;
pub mod business_grants;
pub mod expenditure;
pub mod research_institutions;
pub mod talent_quotas;
pub mod talent_quotas_by_technology;
pub mod tech_connect;
pub mod words;

/// The datasets of this publisher.
pub const SOURCES: &[&Source] = &[
    &business_grants::SOURCE,
    &research_institutions::SOURCE,
    &talent_quotas::SOURCE,
    &talent_quotas_by_technology::SOURCE,
    &expenditure::SOURCE,
    &bureau_expenditure::SOURCE,
    &tech_connect::SOURCE,
];

/// The Innovation and Technology Commission.
#[derive(SyncResolve, MergedObject, Default)]
pub struct Itc(
    business_grants::BusinessGrantsPart,
    research_institutions::ResearchInstitutionsPart,
    talent_quotas::TalentQuotasPart,
    talent_quotas_by_technology::TalentQuotasByTechnologyPart,
    expenditure::ExpenditurePart,
    bureau_expenditure::BureauExpenditurePart,
    tech_connect::TechConnectPart,
);
