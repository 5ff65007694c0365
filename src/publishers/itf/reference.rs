//! The structure of the fund's reference numbers. `ITP/023/19TP` is the 23rd application of 2019 to the programme of
//! the R&D Centres. The letter after the year identifies the centre.

use std::sync::LazyLock;

use crate::domain::text::Text;

/// The programmes whose reference numbers identify an R&D Centre.
const OF_CENTRES: [&str; 4] = ["ITP", "GHP", "GHX", "ITT"];

/// The R&D Centres by their letter, with their names in the fund's register.
static CENTRES: LazyLock<[(char, Text); 5]> = LazyLock::new(|| {
    [
        ('T', "The Hong Kong Research Institute of Textiles and Apparel Limited"),
        ('N', "Nano and Advanced Materials Institute Limited"),
        ('L', "Hong Kong R&D Centre for Logistics and Supply Chain Management Enabling Technologies Limited"),
        ('A', "Automotive Parts and Accessory Systems R&D Centre"),
        ('C', "The Hong Kong Applied Science and Technology Research Institute Company Limited"),
    ]
    .map(|(letter, name)| (letter, Text { en: Some(name.to_owned()), ..Text::default() }))
});

/// The R&D Centre that a reference number identifies. `None` for the reference numbers of universities and of other
/// programmes.
pub fn centre(reference: &str) -> Option<&'static Text> {
    let mut parts = reference.trim().split('/');
    let (programme, number, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (digits, letters) = year.split_at_checked(2)?;
    let is_whole = parts.next().is_none() && is_number(number) && is_number(digits);
    if !is_whole || !OF_CENTRES.iter().any(|known| programme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let letter = letters.chars().next()?.to_ascii_uppercase();
    CENTRES.iter().find_map(|(known, name)| (*known == letter).then_some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_after_the_year_identify_the_centre() {
        let name = |reference| centre(reference).and_then(|name| name.en.as_deref());
        let starts = |reference, begin: &str| name(reference).is_some_and(|name| name.starts_with(begin));
        assert!(starts("ITP/023/19TP", "The Hong Kong Research Institute of Textiles"));
        assert!(starts("itp/001/15NI", "Nano"));
        assert!(starts("GHP/012/14LZ", "Hong Kong R&D Centre for Logistics"));
        assert!(starts("GHX/001/15AP", "Automotive"));
        assert!(starts("ITT/004/24CP", "The Hong Kong Applied Science"));
        for other in
            ["ITS/047/18FX", "GHP/003/14SZ", "GHP/003/14GD", "ITT/003/16GP", "ITP/003", "UIT/131", "GHP/003/06", ""]
        {
            assert_eq!(name(other), None, "{other}");
        }
    }
}
