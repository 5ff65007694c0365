//! A circuit breaker for each host, and the `Retry-After` of hosts and files.
//!
//! Consecutive failures open the circuit of a host. After a pause one probe request is sent. If it fails, the next
//! pause is twice as long; any response closes the circuit. A file with a `Retry-After` is not requested before it
//! ends. With status 429, the same applies to the whole host.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{Bounds, error::FetchErrorKind};

/// The circuit of every host that has failed.
#[derive(Debug, Default)]
pub(super) struct Breakers {
    hosts: Mutex<HashMap<String, Host>>,
}

#[derive(Debug, Default)]
struct Host {
    state: State,
    /// The number of consecutive failures.
    failures: u32,
    /// The number of consecutive pauses.
    pauses: u32,
    /// The end of the `Retry-After` of the whole host, and its status.
    requested_wait: Option<(Instant, u16)>,
    /// The end of the `Retry-After` of single files, and its status.
    files: HashMap<String, (Instant, u16)>,
}

#[derive(Debug, Default)]
enum State {
    /// Requests are sent.
    #[default]
    Open,
    /// No request is sent until the given time. `last` is the last failure.
    Paused { until: Instant, last: FetchErrorKind },
    /// A probe is in flight. Another probe may follow if it has no result by the given time.
    Probed { until: Instant, last: FetchErrorKind },
}

/// The decision about a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BreakerDecision {
    Go,
    /// The request may be sent after this wait, which the server requested.
    After(Duration),
    /// The request may not be sent in this round, for this reason.
    No(FetchErrorKind),
}

impl Breakers {
    /// Decides whether a request for this file may be sent now. After a pause only one probe may.
    pub fn ask(&self, host: &str, url: &str, now: Instant, bounds: &Bounds) -> BreakerDecision {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(state) = hosts.get_mut(host) else { return BreakerDecision::Go };
        let waits = [state.requested_wait, state.files.get(url).copied()];
        let longest = waits.into_iter().flatten().filter(|(until, _)| *until > now).max();
        if let Some((until, status)) = longest {
            let wait = until - now;
            if wait <= bounds.longest_wait {
                return BreakerDecision::After(wait);
            }
            return BreakerDecision::No(FetchErrorKind::AskedToWait { status, wait_seconds: whole_seconds(wait) });
        }
        match &state.state {
            State::Paused { until, last } | State::Probed { until, last } if *until > now => {
                BreakerDecision::No(FetchErrorKind::HostPaused {
                    host: host.to_owned(),
                    failures: state.failures,
                    last: Box::new(last.clone()),
                    wait_seconds: whole_seconds(*until - now),
                })
            }
            State::Paused { last, .. } | State::Probed { last, .. } => {
                state.state = State::Probed { until: now + bounds.time, last: last.clone() };
                BreakerDecision::Go
            }
            State::Open => BreakerDecision::Go,
        }
    }

    /// Records a response of the host, of any status that is not a failure.
    pub fn answered(&self, host: &str, url: &str) {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = hosts.get_mut(host) {
            (host.state, host.failures, host.pauses) = (State::Open, 0, 0);
            host.files.remove(url);
        }
    }

    /// Records a failure of the host. True if it opens the circuit.
    pub fn failed(&self, host: &str, kind: &FetchErrorKind, now: Instant, bounds: &Bounds) -> bool {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let host = hosts.entry(host.to_owned()).or_default();
        host.failures += 1;
        match host.state {
            State::Open if host.failures < bounds.failures => return false,
            // The request was sent before the pause began, so it does not extend the pause.
            State::Paused { .. } => return false,
            State::Open | State::Probed { .. } => {}
        }
        let pause = bounds.pause.saturating_mul(1 << host.pauses.min(16)).min(bounds.longest_pause);
        let until = now + pause.mul_f64(0.75 + 0.25 * fastrand::f64());
        host.state = State::Paused { until, last: kind.clone() };
        host.pauses += 1;
        true
    }

    /// Records a `Retry-After` for this file, or with status 429 for the whole host.
    pub fn requested_wait(&self, host: &str, url: &str, until: Instant, status: u16) {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let state = hosts.entry(host.to_owned()).or_default();
        if status == 429 {
            state.requested_wait = Some((until, status));
        } else {
            state.files.insert(url.to_owned(), (until, status));
        }
    }
}

/// Whole seconds, rounded up, so that a wait is never reported as 0 s.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "www.itf.gov.hk";
    const FAILED: FetchErrorKind = FetchErrorKind::Status(503);

    fn bounds() -> Bounds {
        Bounds {
            failures: 3,
            pause: Duration::from_secs(40),
            longest_pause: Duration::from_secs(100),
            ..Bounds::default()
        }
    }

    /// Returns the remaining pause of the host in seconds.
    fn pause(breakers: &Breakers, now: Instant) -> Option<u64> {
        match breakers.ask(HOST, "a", now, &bounds()) {
            BreakerDecision::No(FetchErrorKind::HostPaused { wait_seconds, .. }) => Some(wait_seconds),
            _ => None,
        }
    }

    #[test]
    fn a_failing_host_is_paused_and_then_probed_once() {
        let (breakers, now) = (Breakers::default(), Instant::now());
        let fail = |now| breakers.failed(HOST, &FAILED, now, &bounds());
        assert_eq!([fail(now), fail(now)], [false, false]);
        assert_eq!(pause(&breakers, now), None);
        assert!(fail(now));
        assert!(!fail(now), "a request in flight does not extend the pause");
        assert!(pause(&breakers, now).is_some_and(|wait| (30..=40).contains(&wait)));
        let later = now + Duration::from_secs(41);
        assert_eq!(breakers.ask(HOST, "a", later, &bounds()), BreakerDecision::Go);
        assert_eq!(pause(&breakers, later), Some(60), "other requests wait for the probe");
        assert!(fail(later));
        assert!(pause(&breakers, later).is_some_and(|wait| (60..=80).contains(&wait)), "the pause doubles");
        assert_eq!(breakers.ask("data.gov.hk", "a", later, &bounds()), BreakerDecision::Go);
    }

    #[test]
    fn any_response_ends_the_pause() {
        let (breakers, now) = (Breakers::default(), Instant::now());
        for _ in 0..3 {
            breakers.failed(HOST, &FAILED, now, &bounds());
        }
        let later = now + Duration::from_secs(41);
        assert_eq!(breakers.ask(HOST, "a", later, &bounds()), BreakerDecision::Go);
        breakers.answered(HOST, "a");
        assert_eq!(breakers.ask(HOST, "b", later, &bounds()), BreakerDecision::Go);
        assert!(!breakers.failed(HOST, &FAILED, later, &bounds()), "the failure count restarts");
    }

    #[test]
    fn a_probe_without_a_result_is_followed_by_another() {
        let (breakers, now) = (Breakers::default(), Instant::now());
        for _ in 0..3 {
            breakers.failed(HOST, &FAILED, now, &bounds());
        }
        let later = now + Duration::from_secs(41);
        assert_eq!(breakers.ask(HOST, "a", later, &bounds()), BreakerDecision::Go);
        assert_eq!(breakers.ask(HOST, "a", later + bounds().time, &bounds()), BreakerDecision::Go);
    }

    #[test]
    fn a_requested_wait_is_respected() {
        let (breakers, now) = (Breakers::default(), Instant::now());
        let hour = now + Duration::from_hours(1);
        breakers.requested_wait(HOST, "a", hour, 503);
        let no = |status, wait_seconds| BreakerDecision::No(FetchErrorKind::AskedToWait { status, wait_seconds });
        assert_eq!(breakers.ask(HOST, "a", now, &bounds()), no(503, 3600));
        assert_eq!(breakers.ask(HOST, "b", now, &bounds()), BreakerDecision::Go);
        breakers.answered(HOST, "b");
        assert_eq!(breakers.ask(HOST, "a", now, &bounds()), no(503, 3600), "a response for another file has no effect");
        breakers.requested_wait(HOST, "c", now + Duration::from_secs(9), 429);
        assert_eq!(
            breakers.ask(HOST, "b", now, &bounds()),
            BreakerDecision::After(Duration::from_secs(9)),
            "429 applies to the whole host"
        );
        assert_eq!(breakers.ask(HOST, "a", hour, &bounds()), BreakerDecision::Go);
    }
}
