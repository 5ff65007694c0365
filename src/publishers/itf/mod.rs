//! The Innovation and Technology Fund.

use async_graphql::MergedObject;

use crate::{domain::resolve::SyncResolve, upstream::source::Source};

pub mod annual_by_industry;
pub mod annual_by_technology;
pub mod annual_overview;
pub mod better_living;
pub mod by_industry;
pub mod by_technology;
pub mod general_support;
pub mod key_laboratories;
pub mod monthly;
pub mod overview;
pub mod patent_grant;
pub mod programme;
pub mod projects;
pub mod public_courses;
pub mod raise_plus;
pub mod reference;
pub mod register;
pub mod research_talent_hub;
pub mod training_grants;
pub mod trials;
pub mod ventures;
pub mod voucher_by_business;
pub mod voucher_by_service;
pub mod words;

/// The datasets of this publisher.
pub const SOURCES: &[&Source] = &[
    &projects::SOURCE,
    &register::SOURCE,
    &trials::SOURCE,
    &trials::SPECIAL_CALL,
    &better_living::SOURCE,
    &raise_plus::SOURCE,
    &key_laboratories::SOURCE,
    &ventures::SOURCE,
    &overview::SOURCE,
    &annual_overview::SOURCE,
    &by_industry::SOURCE,
    &annual_by_industry::SOURCE,
    &by_technology::SOURCE,
    &annual_by_technology::SOURCE,
    &patent_grant::SOURCE,
    &research_talent_hub::SOURCE,
    &voucher_by_service::SOURCE,
    &voucher_by_business::SOURCE,
    &general_support::SOURCE,
    &public_courses::SOURCE,
    &training_grants::SOURCE,
];

/// The Innovation and Technology Fund.
#[derive(SyncResolve, MergedObject, Default)]
pub struct Itf(
    projects::ProjectsPart,
    trials::TrialsPart,
    better_living::BetterLivingPart,
    raise_plus::RaisePlusPart,
    key_laboratories::KeyLaboratoriesPart,
    ventures::VenturesPart,
    overview::OverviewPart,
    annual_overview::AnnualOverviewPart,
    by_industry::ByIndustryPart,
    annual_by_industry::AnnualByIndustryPart,
    by_technology::ByTechnologyPart,
    annual_by_technology::AnnualByTechnologyPart,
    patent_grant::PatentGrantPart,
    research_talent_hub::ResearchTalentHubPart,
    voucher_by_service::TechnologyVoucherByServicePart,
    voucher_by_business::TechnologyVoucherByBusinessPart,
    general_support::GeneralSupportPart,
    public_courses::PublicCoursesPart,
    training_grants::TrainingGrantsPart,
);
