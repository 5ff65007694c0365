//! The time of day. The one place that reads the machine's clock.

use jiff::{Timestamp, civil::Date};

use crate::values::date::hong_kong;

/// Now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Today in Hong Kong, whose files name days and years without a zone.
pub fn today_in_hong_kong() -> Date {
    now().to_zoned(hong_kong()).date()
}
