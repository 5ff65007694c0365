//! Geographic points.

use std::ops::RangeInclusive;

use async_graphql::SimpleObject;

use crate::domain::resolve::SyncResolve;

/// A geographic point (WGS 84).
#[derive(SyncResolve, SimpleObject, Clone, Copy, Debug, PartialEq)]
pub struct Location {
    /// The latitude in degrees north.
    pub latitude: f64,
    /// The longitude in degrees east.
    pub longitude: f64,
}

/// The point with two coordinates. `None` if one is missing or out of range, or if both are 0, which some feeds use for
/// an unknown location. Swapped coordinates in Hong Kong are corrected: the ranges of latitude and longitude never
/// overlap.
pub fn location(latitude: Option<&str>, longitude: Option<&str>) -> Option<Location> {
    let (latitude, longitude) = (degrees(latitude?)?, degrees(longitude?)?);
    if LATITUDES.contains(&longitude) && LONGITUDES.contains(&latitude) {
        return Some(Location { latitude: longitude, longitude: latitude });
    }
    let is_on_globe = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    (is_on_globe && (latitude != 0.0 || longitude != 0.0)).then_some(Location { latitude, longitude })
}

/// The point in one text: `22.42,114.21`, `[114.21, 22.42]`, `POINT (114.21 22.42)`. The ranges determine which number
/// is the latitude, so only points in Hong Kong are read.
pub fn pair(text: &str) -> Option<Location> {
    if text.chars().filter(|c| c.is_numeric()).count() < 4 {
        return None;
    }
    let folded = crate::domain::value::folded(text);
    let (first, second) = numbers(&folded)?;
    [(first, second), (second, first)]
        .into_iter()
        .find(|(latitude, longitude)| LATITUDES.contains(latitude) && LONGITUDES.contains(longitude))
        .map(|(latitude, longitude)| Location { latitude, longitude })
}

/// The maximum distance from Hong Kong, in degrees, at which a coordinate is still plausible in a list about Hong Kong.
const NEAR: f64 = 0.2;

/// Whether a text is a latitude in or near Hong Kong.
pub fn is_latitude(text: &str) -> bool {
    degrees(text).is_some_and(|degrees| is_near(&LATITUDES, degrees))
}

/// Whether a text is a longitude in or near Hong Kong.
pub fn is_longitude(text: &str) -> bool {
    degrees(text).is_some_and(|degrees| is_near(&LONGITUDES, degrees))
}

fn is_near(range: &RangeInclusive<f64>, degrees: f64) -> bool {
    (range.start() - NEAR..=range.end() + NEAR).contains(&degrees)
}

const LATITUDES: RangeInclusive<f64> = 22.1..=22.6;
const LONGITUDES: RangeInclusive<f64> = 113.8..=114.5;

fn degrees(text: &str) -> Option<f64> {
    const LONGEST: usize = 40;
    if text.len() > LONGEST {
        return None;
    }
    let folded = crate::domain::value::folded(text);
    let bare = folded.trim_end_matches(['n', 'e', '°', ' ']);
    bare.parse::<f64>().ok().filter(|degrees| degrees.is_finite())
}

/// The two numbers in a text. `None` if the text contains more or fewer.
fn numbers(text: &str) -> Option<(f64, f64)> {
    let runs = text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'));
    let mut numbers = runs.filter(|run| run.contains(|c: char| c.is_ascii_digit())).map(str::parse::<f64>);
    let (first, second) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    numbers.next().is_none().then_some((first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_and_invalid_points() {
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

    #[test]
    fn coordinate_pairs_in_one_text_and_in_either_order() {
        let park = Some(Location { latitude: 22.424, longitude: 114.21 });
        for text in [
            "22.424,114.21",
            "114.21 22.424",
            "[114.21, 22.424]",
            "POINT (114.21 22.424)",
            "114.21\n22.424",
            "22.424°N, 114.21°E",
        ] {
            assert_eq!(pair(text), park, "{text}");
        }
        for text in ["22.424", "51.5, -0.12", "22.424,114.21,3", "836000 820000", "north"] {
            assert_eq!(pair(text), None, "{text}");
        }
        assert_eq!(location(Some("114.21"), Some("22.424")), park);
    }
}
