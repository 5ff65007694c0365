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

use crate::values::date::hong_kong;

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
pub struct Moment {
    was_asked_for: AtomicBool,
    is_over: AtomicBool,
}

impl Moment {
    /// Now, as a resolver sees it: the answer depends on the time of day from then on.
    pub fn now(ctx: &Context<'_>) -> Timestamp {
        if let Some(moment) = ctx.data_opt::<Arc<Self>>() {
            moment.was_asked_for.store(true, Ordering::Relaxed);
        }
        now()
    }

    /// Today in Hong Kong, as a resolver sees it: the answer depends on the day from then on.
    pub fn today_in_hong_kong(ctx: &Context<'_>) -> Date {
        day_in_hong_kong(Self::now(ctx))
    }

    /// Whether a resolver asked for the time.
    pub fn was_asked_for(&self) -> bool {
        self.was_asked_for.load(Ordering::Relaxed)
    }

    /// Nobody waits for the answer any longer.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Leaves the request if its moment is over. A resolver cannot be interrupted, and an error would only begin the next
    /// one: the thread unwinds to where the request was begun, without a message.
    pub fn go_on(ctx: &Context<'_>) {
        if ctx.data_opt::<Arc<Self>>().is_some_and(|moment| moment.is_over.load(Ordering::Relaxed)) {
            resume_unwind(Box::new(Over));
        }
    }
}

/// What a request whose moment is over unwinds with.
#[derive(Debug)]
pub struct Over;
