//! Specifications of the scalars that come from libraries.

use crate::domain::resolve::framework::{MetaType, Registry};

/// The scalars and the addresses of their specifications.
const SPECIFIED: [(&str, &str); 3] = [
    ("Date", "https://scalars.graphql.org/andimarek/local-date.html"),
    ("DateTime", "https://scalars.graphql.org/andimarek/date-time.html"),
    ("Decimal", "https://www.w3.org/TR/xmlschema11-2/#decimal"),
];

/// Adds the addresses of their specifications to the scalars that have none.
pub fn specify(registry: &mut Registry) {
    for (name, address) in SPECIFIED {
        if let Some(MetaType::Scalar { specified_by_url, .. }) = registry.types.get_mut(name) {
            *specified_by_url = Some(address.to_owned());
        }
    }
}
