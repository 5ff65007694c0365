//! The current time, and the deadline of a request. The only module that reads the system clock.

use std::{
    panic::resume_unwind,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use async_graphql::Context;
use jiff::{Timestamp, civil::Date};

use crate::domain::date::hong_kong;

/// The current time.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The processor time that the current thread has used.
#[cfg(unix)]
pub fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The time since the first call. Other systems do not report the processor time of a thread.
#[cfg(not(unix))]
pub fn thread_time() -> Duration {
    static FIRST_CALL: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    FIRST_CALL.elapsed()
}

/// Today's date in Hong Kong. Publishers' files give days and years without a time zone.
pub fn today_in_hong_kong() -> Date {
    day_in_hong_kong(now())
}

fn day_in_hong_kong(moment: Timestamp) -> Date {
    moment.to_zoned(hong_kong()).date()
}

/// The clock of one request. It tracks whether the response depends on the time, and cancels the request at its
/// deadline.
#[derive(Debug, Default)]
pub struct RequestClock {
    was_read: AtomicBool,
    is_over: AtomicBool,
    /// The time by which the request must end. `None` if another thread calls [`Self::end`].
    deadline: Option<Instant>,
    /// The number of checks of the deadline.
    checks: AtomicU32,
    pause: OnceLock<Pause>,
}

/// A function that pauses a request. Its argument tells whether the request has ended.
type PauseFunction = dyn Fn(&dyn Fn() -> bool) + Send + Sync;

/// The pauses of a request, one after each time slice.
struct Pause {
    function: Box<PauseFunction>,
    slice_ends: Mutex<Instant>,
    /// The number of checks of the slice.
    checks: AtomicU32,
}

impl std::fmt::Debug for Pause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pause").field("slice_ends", &self.slice_ends).finish_non_exhaustive()
    }
}

impl Pause {
    fn check(&self, has_ended: &dyn Fn() -> bool) {
        if !self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(CALLS_PER_CHECK) {
            return;
        }
        let slice_ends = || self.slice_ends.lock().unwrap_or_else(PoisonError::into_inner);
        if Instant::now() >= *slice_ends() {
            (self.function)(has_ended);
            *slice_ends() = Instant::now() + TIME_SLICE;
        }
    }
}

/// The time after which a request can be paused.
const TIME_SLICE: Duration = Duration::from_millis(20);

/// The number of calls per reading of the time.
const CALLS_PER_CHECK: u32 = 8;

impl RequestClock {
    /// Creates the clock of a request with this time limit.
    pub fn with_limit(limit: Duration) -> Self {
        Self { deadline: Instant::now().checked_add(limit), ..Self::default() }
    }

    /// Sets a function that is called after each time slice of the request, on its thread. It can block until the
    /// request has ended, to let other requests run. Only the first call has an effect.
    pub fn pause_with(&self, function: impl Fn(&dyn Fn() -> bool) + Send + Sync + 'static) {
        let (function, checks) = (Box::new(function), AtomicU32::new(0));
        let slice_ends = Mutex::new(Instant::now() + TIME_SLICE);
        // An error means that a function is set.
        let _ = self.pause.set(Pause { function, slice_ends, checks });
    }

    /// Whether the request has ended or its deadline has passed.
    fn has_ended(&self) -> bool {
        let is_late = || {
            let is_due = self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(CALLS_PER_CHECK);
            is_due && self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
        };
        self.is_over.load(Ordering::Relaxed) || (self.deadline.is_some() && is_late())
    }

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

    /// Pauses the request if its time slice has ended, and cancels it if its deadline has passed. A resolver cannot be
    /// interrupted, and an error would only start the next resolver, so the thread unwinds to the start of the request.
    /// No panic message is printed.
    pub fn check_cancelled(ctx: &Context<'_>) {
        let Some(clock) = ctx.data_opt::<Arc<Self>>() else { return };
        if let Some(pause) = clock.pause.get() {
            pause.check(&|| clock.is_over.load(Ordering::Relaxed));
        }
        if clock.has_ended() {
            resume_unwind(Box::new(Cancelled));
        }
    }
}

/// The panic payload of a cancelled request.
#[derive(Debug)]
pub struct Cancelled;
