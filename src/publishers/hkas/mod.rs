//! The Hong Kong Accreditation Service.

pub mod accreditations;
