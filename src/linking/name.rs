//! The input of linking.

use crate::domain::catalog::Publisher;

/// A name as given in a record.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a> {
    pub publisher: Publisher,
    /// The English name. Empty if there is none.
    pub en: &'a str,
    /// The Chinese name in any script. Empty if there is none. A text without Chinese characters is ignored.
    pub zh: &'a str,
    /// Supports a possible match, but never causes a link.
    pub website: &'a str,
    pub address: &'a str,
}
