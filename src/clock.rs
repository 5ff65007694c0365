//! The time of day. The one place that reads the machine's clock.

use jiff::{
    Timestamp,
    civil::Date,
    tz::{Offset, TimeZone},
};

/// Now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Today in Hong Kong, whose files name days and years without a zone.
pub fn today_in_hong_kong() -> Date {
    now().to_zoned(TimeZone::fixed(Offset::constant(8))).date()
}
