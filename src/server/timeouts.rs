//! Timers for deadlines that every request extends and that rarely expire.
//!
//! Setting a timer costs more than reading the clock, so the timer is reset only after it fires.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::{self, Duration},
};

use hyper::rt::{Sleep, Timer};
use tokio::time::Instant;

/// A deadline that only moves forward.
pub struct MovableDeadline {
    end: Instant,
    timer: Pin<Box<tokio::time::Sleep>>,
}

impl MovableDeadline {
    /// Creates a deadline that expires after this duration.
    pub fn new(time: Duration) -> Self {
        let end = Instant::now() + time;
        Self { end, timer: Box::pin(tokio::time::sleep_until(end)) }
    }

    /// Moves the deadline to this time.
    pub fn until(&mut self, end: Instant) {
        self.end = end;
    }

    /// Returns `Ready` once the deadline has passed.
    pub fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.timer.as_mut().poll(cx));
            if self.end <= Instant::now() {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(self.end);
        }
    }
}

/// The hyper timer of one HTTP/1 connection. Such a connection has one timeout at a time: for the next request head.
#[derive(Clone)]
pub struct HeadTimer(Arc<Mutex<MovableDeadline>>);

impl HeadTimer {
    /// Creates a timer for timeouts of this duration.
    pub fn new(time: Duration) -> Self {
        Self(Arc::new(Mutex::new(MovableDeadline::new(time))))
    }
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: time::Instant) -> Pin<Box<dyn Sleep>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).until(deadline.into());
        Box::pin(UntilHead(self.0.clone()))
    }

    fn now(&self) -> time::Instant {
        Instant::now().into()
    }
}

struct UntilHead(Arc<Mutex<MovableDeadline>>);

impl Future for UntilHead {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).poll_over(cx)
    }
}

impl Sleep for UntilHead {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn every_request_head_has_the_full_timeout() {
        const LONGEST: Duration = Duration::from_secs(20);
        let timer = HeadTimer::new(LONGEST);
        for _ in 0..5 {
            let came = tokio::time::timeout(Duration::from_secs(15), timer.sleep(LONGEST)).await;
            assert!(came.is_err(), "the timeout restarts for each request head");
        }
        let begun = Instant::now();
        timer.sleep(LONGEST).await;
        assert_eq!(begun.elapsed().as_secs(), LONGEST.as_secs());
    }
}
