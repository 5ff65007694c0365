//! Tracks whether any publisher can be reached. Without a network, every request fails, and the log reports this once
//! instead of once per file.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

/// The number of hosts that must fail without a response from any other before the network counts as unreachable.
const FAILED_HOSTS: usize = 3;

/// The reachability of the publishers, from the outcomes of the requests to them.
#[derive(Debug, Default)]
pub struct Connectivity {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether any host has responded since the process started.
    has_responded: bool,
    /// The hosts that failed since the last response of any host.
    failed: HashSet<String>,
    is_reported: bool,
}

impl Connectivity {
    /// Records a response of any status. Logs the end of an interruption.
    pub fn responded(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_reported {
            tracing::info!("the publishers can be reached again");
        }
        *state = State { has_responded: true, ..State::default() };
    }

    /// Records a request without a response. `is_circuit_open` is true if the host has failed so often that it is
    /// paused. Logs the beginning of an interruption.
    pub fn failed(&self, host: &str, is_circuit_open: bool, failure: &dyn std::fmt::Display) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.failed.insert(host.to_owned());
        let is_interrupted = state.failed.len() >= FAILED_HOSTS || (is_circuit_open && !state.has_responded);
        if is_interrupted && !state.is_reported {
            state.is_reported = true;
            tracing::warn!(
                host,
                "no publisher can be reached: {failure}; serving the stored and bundled rows, and trying again at each \
                 dataset's interval (`lionrock datasets` and the log level `debug` show every failure)"
            );
        }
    }

    /// True if single connection failures need no log line: no host has responded yet, or the interruption is already
    /// logged.
    pub fn is_interrupted(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_reported || !state.has_responded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_several_hosts_are_an_interruption_until_one_responds() {
        let connectivity = Connectivity::default();
        connectivity.responded();
        connectivity.failed("a", true, &"refused");
        connectivity.failed("b", true, &"refused");
        connectivity.failed("a", true, &"refused");
        assert!(!connectivity.is_interrupted(), "two hosts can fail independently");
        connectivity.failed("c", false, &"refused");
        assert!(connectivity.is_interrupted());
        connectivity.responded();
        assert!(!connectivity.is_interrupted());
    }

    #[test]
    fn connectivity_is_interrupted_until_the_first_response() {
        let connectivity = Connectivity::default();
        assert!(connectivity.is_interrupted(), "no host has responded yet");
        connectivity.failed("a", true, &"refused");
        connectivity.responded();
        connectivity.failed("a", true, &"refused");
        assert!(!connectivity.is_interrupted());
    }
}
