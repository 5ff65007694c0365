//! The Innovation and Technology Fund.

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
