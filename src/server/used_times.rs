//! The processor time that clients have used recently.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use crate::server::client::Client;

/// The time in which the weight of used time halves.
const HALF_LIFE: Duration = Duration::from_secs(10);
/// Used time that counts as none.
const NEGLIGIBLE: Duration = Duration::from_micros(100);
/// Maximum number of clients whose used time is stored.
const MOST_CLIENTS: usize = 4096;

/// The used time of each client. `None` stands for the program itself.
#[derive(Default)]
pub struct UsedTimes(HashMap<Option<Client>, UsedTime>);

/// Used time, which has less weight the longer ago it was.
#[derive(Clone, Copy)]
struct UsedTime {
    seconds: f64,
    at: Instant,
}

impl UsedTime {
    fn seconds(self, now: Instant) -> f64 {
        let age = now.saturating_duration_since(self.at).as_secs_f64() / HALF_LIFE.as_secs_f64();
        self.seconds * (-age).exp2()
    }
}

impl UsedTimes {
    /// Returns the weighted time of a client in seconds.
    pub fn seconds(&self, client: Option<&Client>, now: Instant) -> f64 {
        self.0.get(&client.cloned()).map_or(0.0, |used| used.seconds(now))
    }

    /// Adds time that a client has just used.
    pub fn add(&mut self, client: Option<Client>, used: Duration, now: Instant) {
        if self.0.len() >= MOST_CLIENTS && !self.0.contains_key(&client) {
            self.forget(now);
        }
        let seconds = self.seconds(client.as_ref(), now) + used.as_secs_f64();
        self.0.insert(client, UsedTime { seconds, at: now });
    }

    /// Forgets clients that used negligible time, and the lighter half if all used more.
    fn forget(&mut self, now: Instant) {
        self.0.retain(|_, used| used.seconds(now) > NEGLIGIBLE.as_secs_f64());
        if self.0.len() >= MOST_CLIENTS {
            let mut all: Vec<f64> = self.0.values().map(|used| used.seconds(now)).collect();
            let (_, median, _) = all.select_nth_unstable_by(MOST_CLIENTS / 2, f64::total_cmp);
            let median = *median;
            self.0.retain(|_, used| used.seconds(now) > median);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: usize) -> Client {
        Client::Key(number.to_string())
    }

    #[test]
    fn used_time_loses_half_of_its_weight_in_a_half_life() {
        let (mut times, begin) = (UsedTimes::default(), Instant::now());
        times.add(Some(client(1)), Duration::from_secs(4), begin);
        let later = begin + HALF_LIFE;
        assert!((times.seconds(Some(&client(1)), later) - 2.0).abs() < 1e-9);
        times.add(Some(client(1)), Duration::from_secs(1), later);
        assert!((times.seconds(Some(&client(1)), later + HALF_LIFE) - 1.5).abs() < 1e-9);
        assert!(times.seconds(None, later) < 1e-9);
    }

    #[test]
    fn the_number_of_clients_is_limited_and_the_heaviest_is_kept() {
        let (mut times, now) = (UsedTimes::default(), Instant::now());
        times.add(None, Duration::from_secs(1), now);
        for number in 0..3 * MOST_CLIENTS {
            times.add(Some(client(number)), Duration::from_millis(50), now);
        }
        assert!(times.0.len() <= MOST_CLIENTS);
        assert!((times.seconds(None, now) - 1.0).abs() < 1e-9);
    }
}
