//! The Innovation and Technology Commission.

pub mod bureau_expenditure;
pub mod business_grants;
pub mod expenditure;
pub mod research_institutions;
pub mod talent_quotas;
pub mod talent_quotas_by_technology;
pub mod tech_connect;
pub mod words;
