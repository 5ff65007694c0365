//! Points on the map.

use async_graphql::SimpleObject;

use crate::domain::{number, resolve::SyncResolve};

/// A point on the map (WGS 84).
#[derive(SyncResolve, SimpleObject, Clone, Copy, Debug, PartialEq)]
pub struct Location {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// The point of two coordinates; none where one is missing, is no number on the globe, or both are 0, which feeds write
/// for not known.
pub fn location(latitude: Option<&str>, longitude: Option<&str>) -> Option<Location> {
    let degrees = |text: &str, most: f64| {
        let degrees = f64::try_from(number::parse(text).ok()?).ok()?;
        (degrees.abs() <= most).then_some(degrees)
    };
    let (latitude, longitude) = (degrees(latitude?, 90.0)?, degrees(longitude?, 180.0)?);
    (latitude != 0.0 || longitude != 0.0).then_some(Location { latitude, longitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_none() {
        assert_eq!(
            location(Some("22.4243412"), Some("114.21")),
            Some(Location { latitude: 22.424_341_2, longitude: 114.21 })
        );
        for (latitude, longitude) in
            [(Some("0"), Some("0")), (Some("91"), Some("1")), (Some("north"), Some("1")), (None, Some("1"))]
        {
            assert_eq!(location(latitude, longitude), None);
        }
    }
}
