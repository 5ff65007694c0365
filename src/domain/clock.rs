//! The time of day, and how long a request may take. The one place that reads the machine's clock.

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

/// Now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Today in Hong Kong, whose files name days and years without a zone.
pub fn today_in_hong_kong() -> Date {
    day_in_hong_kong(now())
}

fn day_in_hong_kong(moment: Timestamp) -> Date {
    moment.to_zoned(hong_kong()).date()
}

/// The moment in which one request is answered: whether the answer depends on it, and whether it is over.
#[derive(Debug, Default)]
pub struct RequestClock {
    was_read: AtomicBool,
    is_over: AtomicBool,
}

impl RequestClock {
    /// Now, as a resolver sees it: the answer depends on the time of day from then on.
    pub fn now(ctx: &Context<'_>) -> Timestamp {
        if let Some(moment) = ctx.data_opt::<Arc<Self>>() {
            moment.was_read.store(true, Ordering::Relaxed);
        }
        now()
    }

    /// Today in Hong Kong, as a resolver sees it: the answer depends on the day from then on.
    pub fn today_in_hong_kong(ctx: &Context<'_>) -> Date {
        day_in_hong_kong(Self::now(ctx))
    }

    /// Whether a resolver asked for the time.
    pub fn was_read(&self) -> bool {
        self.was_read.load(Ordering::Relaxed)
    }

    /// Nobody waits for the answer any longer.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Leaves the request if its moment is over. A resolver cannot be interrupted, and an error would only begin the next
    /// one: the thread unwinds to where the request was begun, without a message.
    pub fn check_cancelled(ctx: &Context<'_>) {
        if ctx.data_opt::<Arc<Self>>().is_some_and(|moment| moment.is_over.load(Ordering::Relaxed)) {
            resume_unwind(Box::new(Cancelled));
        }
    }
}

/// What a request whose moment is over unwinds with.
#[derive(Debug)]
pub struct Cancelled;
