//! The Hong Kong Council for Testing and Certification.

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
