//! Organisation ids: 60 bits of the hash of a name, so that they do not depend on the input order.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::{
    domain::catalog::Publisher,
    linking::{form::LegalForm, parsed_name::ParsedName},
};

/// The id of an organisation, or the hash of a name that can become an id. Serialised as `org:` and twelve letters and
/// digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrganisationId(u64);

const PREFIX: &str = "org:";
const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const LENGTH: u32 = 12;

impl OrganisationId {
    /// Parses a serialised id.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX)?;
        if digits.len() != LENGTH as usize {
            return None;
        }
        let digit = |byte: u8| DIGITS.iter().position(|digit| *digit == byte);
        digits.bytes().try_fold(0, |bits, byte| Some(bits << 5 | digit(byte)? as u64)).map(Self)
    }

    /// Returns the hash of a text.
    pub(super) fn hashed(text: &str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let bits = digest.iter().take(8).fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        Self(bits >> (u64::BITS - 5 * LENGTH))
    }
}

impl fmt::Display for OrganisationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        (0..LENGTH)
            .rev()
            .try_for_each(|at| fmt::Write::write_char(f, DIGITS[(self.0 >> (5 * at) & 31) as usize].into()))
    }
}

/// Returns the ids of a publisher's name: of its English key, its Chinese key, and both together.
///
/// Two organisations may share the id of one key, but never the id of both keys together.
pub fn of_name(publisher: Publisher, reading: &ParsedName) -> impl Iterator<Item = OrganisationId> {
    let of = |key: &str, class: LegalForm| {
        OrganisationId::hashed(&format!("{}\u{1f}{key}\u{1f}{class:?}", publisher.code()))
    };
    let english = reading.english.as_ref().map(|english| of(&reading.key, english.class));
    let chinese = reading.chinese.as_ref().map(|chinese| of(&chinese.core, chinese.class));
    let whole = [english, chinese].map(|part| part.map(|part| part.to_string()).unwrap_or_default()).join("+");
    english.into_iter().chain(chinese).chain([OrganisationId::hashed(&whole)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linking::key::English;

    fn first_id(publisher: Publisher, text: &str) -> OrganisationId {
        let english = English::read(text);
        let reading = ParsedName {
            key: english.as_ref().map(English::key).unwrap_or_default(),
            english,
            ..ParsedName::default()
        };
        of_name(publisher, &reading).next().unwrap()
    }

    #[test]
    fn spelling_variants_have_one_id() {
        let id = first_id(Publisher::Itf, "Alpha Testing Limited");
        assert_eq!(id, first_id(Publisher::Itf, "ALPHA TESTING LTD."));
        assert_ne!(id, first_id(Publisher::Hkas, "ALPHA TESTING LTD."));
        assert_ne!(id, first_id(Publisher::Itf, "Alpha Testing Inc."));
    }

    #[test]
    fn ids_round_trip() {
        let id = first_id(Publisher::Itf, "Alpha Testing Limited");
        let text = id.to_string();
        assert_eq!(text.len(), "org:".len() + 12);
        assert_eq!(OrganisationId::parse(&text), Some(id));
        for wrong in
            ["", "org:", "org:abc", "org:abcdefghijkl2", "org:abcdefghijk1", "dep:abcdefghijkl", "org:ABCDEFGHIJKL"]
        {
            assert_eq!(OrganisationId::parse(wrong), None, "{wrong}");
        }
    }
}
