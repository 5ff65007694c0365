//! The input of linking.

use crate::domain::catalog::Publisher;

/// A name as a record gives it: what linking sees of a mention.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a> {
    pub publisher: Publisher,
    /// English; empty when there is none.
    pub en: &'a str,
    /// Chinese in any script; empty when there is none. A text without Chinese characters says nothing here.
    pub zh: &'a str,
    /// Evidence beside a possible match, never a link.
    pub website: &'a str,
    pub address: &'a str,
}
