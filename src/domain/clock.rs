//! The current time, and the deadline of a request. The only module that reads the system clock.

use std::{
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_graphql::Context;
use jiff::{Timestamp, civil::Date};

use crate::domain::date::hong_kong;

/// The current time.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Today's date in Hong Kong. Publishers' files give days and years without a time zone.
pub fn today_in_hong_kong() -> Date {
    day_in_hong_kong(now())
}

fn day_in_hong_kong(moment: Timestamp) -> Date {
    moment.to_zoned(hong_kong()).date()
}

/// The clock of one request: whether the response depends on the time, and whether the deadline has passed.
#[derive(Debug, Default)]
pub struct RequestClock {
    was_read: AtomicBool,
    is_over: AtomicBool,
}

impl RequestClock {
    /// The current time for a resolver. Marks the response as dependent on the time.
    pub fn now(ctx: &Context<'_>) -> Timestamp {
        if let Some(moment) = ctx.data_opt::<Arc<Self>>() {
            moment.was_read.store(true, Ordering::Relaxed);
        }
        now()
    }

    /// Today's date in Hong Kong for a resolver. Marks the response as dependent on the date.
    pub fn today_in_hong_kong(ctx: &Context<'_>) -> Date {
        day_in_hong_kong(Self::now(ctx))
    }

    /// Whether a resolver has read the time.
    pub fn was_read(&self) -> bool {
        self.was_read.load(Ordering::Relaxed)
    }

    /// Ends the request: its result is no longer needed.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Cancels the request if its deadline has passed. A resolver cannot be interrupted, and an error would only start
    /// the next resolver. The thread therefore unwinds to where the request began, without a message.
    pub fn check_cancelled(ctx: &Context<'_>) {
        if ctx.data_opt::<Arc<Self>>().is_some_and(|moment| moment.is_over.load(Ordering::Relaxed)) {
            resume_unwind(Box::new(Cancelled));
        }
    }
}

/// The panic payload of a cancelled request.
#[derive(Debug)]
pub struct Cancelled;
