//! Lists with quality values: `Accept` and `Accept-Encoding` (RFC 9110, section 12.4.2).

/// The items of a list, each with its quality from 0 to 1. The default is 1; an item with 0 is not acceptable to the
/// client. Other parameters are dropped.
pub fn items(list: &str) -> impl Iterator<Item = (&str, f32)> {
    list.split(',').map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let value = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| {
            let (name, quality) = part.split_once('=')?;
            let quality: f32 = quality.trim().parse().ok()?;
            (name.eq_ignore_ascii_case("q") && (0.0..=1.0).contains(&quality)).then_some(quality)
        });
        (value, quality.unwrap_or(1.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_quality_is_1() {
        let list = "text/html;level=1; q=0.4,br;Q=0 , *;q=x,gzip;q=NaN,";
        let expected = [("text/html", 0.4), ("br", 0.0), ("*", 1.0), ("gzip", 1.0), ("", 1.0)];
        assert_eq!(items(list).collect::<Vec<_>>(), expected);
    }
}
