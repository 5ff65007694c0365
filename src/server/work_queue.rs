//! The queue of work for separate threads, shared fairly among clients.
//!
//! The waiting work of the client that has used the least time recently runs first. When the queue is full, the client
//! with the most waiting work loses its newest.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use crate::server::client::Client;

/// The time in which the weight of used time halves.
const HALF_LIFE: Duration = Duration::from_secs(10);
/// Used time that counts as none.
const NEGLIGIBLE: Duration = Duration::from_micros(100);
/// Maximum number of clients whose used time is stored.
const MOST_CLIENTS: usize = 4096;
/// The extra turn is for clients that have used at most this fraction of the time of every running client.
const LIGHT_FRACTION: u32 = 4;

/// Why work does not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overload {
    /// The queue is full of other clients' work.
    Full,
    /// The queue is full, and no client has more work in it.
    LargestShare,
}

/// A queue with a limited number of turns. Cheap to clone.
#[derive(Clone)]
pub struct WorkQueue(Arc<Mutex<State>>);

struct State {
    /// Maximum number of concurrent turns, without the extra turn.
    turns: usize,
    /// Maximum number of running and waiting pieces of work.
    capacity: usize,
    running: Vec<Running>,
    waiting: Vec<Waiting>,
    used: HashMap<Option<Client>, UsedTime>,
    next_number: u64,
}

struct Running {
    number: u64,
    client: Option<Client>,
    since: Instant,
}

struct Waiting {
    number: u64,
    client: Option<Client>,
    result: oneshot::Sender<Result<Turn, Overload>>,
}

/// The time that a client used, with less weight the longer ago it was.
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

/// A turn. It ends when this value is dropped.
pub struct Turn {
    queue: WorkQueue,
    number: u64,
}

impl WorkQueue {
    /// Creates a queue.
    pub fn new(turns: usize, capacity: usize) -> Self {
        let (running, waiting, used) = (Vec::new(), Vec::new(), HashMap::new());
        Self(Arc::new(Mutex::new(State { turns, capacity, running, waiting, used, next_number: 0 })))
    }

    /// Waits for a turn. `None` stands for the program itself.
    pub async fn turn(&self, client: Option<&Client>) -> Result<Turn, Overload> {
        let (number, granted) = {
            let mut state = self.lock();
            state.make_room(client)?;
            let number = state.next_number;
            state.next_number += 1;
            let (result, granted) = oneshot::channel();
            state.waiting.push(Waiting { number, client: client.cloned(), result });
            (number, granted)
        };
        let _abandoned = Abandoned { queue: self, number };
        self.start_waiting();
        granted.await.expect("waiting work is granted a turn or refused")
    }

    /// Grants turns to waiting work while there are any.
    fn start_waiting(&self) {
        while let Some((work, turn)) = self.next() {
            // Work whose request has ended gives back its turn here.
            let _ = work.result.send(Ok(turn));
        }
    }

    fn next(&self) -> Option<(Waiting, Turn)> {
        let mut state = self.lock();
        let now = Instant::now();
        let index = state.next(now)?;
        let work = state.waiting.remove(index);
        state.running.push(Running { number: work.number, client: work.client.clone(), since: now });
        let turn = Turn { queue: self.clone(), number: work.number };
        Some((work, turn))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.queue.lock().finish(self.number);
        self.queue.start_waiting();
    }
}

/// Removes waiting work whose request has ended.
struct Abandoned<'q> {
    queue: &'q WorkQueue,
    number: u64,
}

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        self.queue.lock().waiting.retain(|work| work.number != self.number);
    }
}

impl State {
    /// Makes room for one more piece of work of a client.
    fn make_room(&mut self, client: Option<&Client>) -> Result<(), Overload> {
        if self.running.len() + self.waiting.len() < self.capacity {
            return Ok(());
        }
        let now = Instant::now();
        let mut counts: HashMap<Option<&Client>, usize> = HashMap::new();
        let running = self.running.iter().map(|work| &work.client);
        for holder in self.waiting.iter().map(|work| &work.client).chain(running) {
            *counts.entry(holder.as_ref()).or_default() += 1;
        }
        let held = |holder: Option<&Client>| {
            (counts.get(&holder).copied().unwrap_or_default(), self.used_seconds(holder, now))
        };
        let largest = self.waiting.iter().map(|work| (held(work.client.as_ref()), work));
        // Of equal shares, that of the newest work.
        let Some((share, victim)) = largest.max_by(|(a, _), (b, _)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))) else {
            return Err(Overload::Full);
        };
        let own = held(client);
        let own = (own.0 + 1, own.1);
        if own.0 > share.0 || (own.0 == share.0 && own.1 >= share.1) {
            return Err(if own.0 > 1 { Overload::LargestShare } else { Overload::Full });
        }
        let number = victim.number;
        if let Some(index) = self.waiting.iter().position(|work| work.number == number) {
            // An error means that the request has ended.
            let _ = self.waiting.remove(index).result.send(Err(Overload::LargestShare));
        }
        Ok(())
    }

    /// Returns the index of the waiting work that may run now.
    fn next(&self, now: Instant) -> Option<usize> {
        let used = |work: &Waiting| self.used_seconds(work.client.as_ref(), now);
        let candidates = self.waiting.iter().enumerate().map(|(index, work)| (used(work), index));
        let (seconds, index) = candidates.min_by(|a, b| a.0.total_cmp(&b.0))?;
        if self.running.len() < self.turns {
            return Some(index);
        }
        let is_light =
            |running: &Running| seconds * f64::from(LIGHT_FRACTION) <= self.used_seconds(running.client.as_ref(), now);
        (self.running.len() == self.turns && self.running.iter().all(is_light)).then_some(index)
    }

    /// Returns the recently used time of a client, with that of its running work.
    fn used_seconds(&self, client: Option<&Client>, now: Instant) -> f64 {
        let finished = self.used.get(&client.cloned()).map_or(0.0, |used| used.seconds(now));
        let running = self.running.iter().filter(|running| running.client.as_ref() == client);
        finished + running.map(|running| now.saturating_duration_since(running.since).as_secs_f64()).sum::<f64>()
    }

    fn finish(&mut self, number: u64) {
        let Some(index) = self.running.iter().position(|running| running.number == number) else { return };
        let Running { client, since, .. } = self.running.swap_remove(index);
        let now = Instant::now();
        let before = self.used.get(&client).map_or(0.0, |used| used.seconds(now));
        let seconds = before + now.saturating_duration_since(since).as_secs_f64();
        if self.used.len() >= MOST_CLIENTS && !self.used.contains_key(&client) {
            self.forget(now);
        }
        self.used.insert(client, UsedTime { seconds, at: now });
    }

    /// Forgets clients that used negligible time, and the lighter half if all used more.
    fn forget(&mut self, now: Instant) {
        self.used.retain(|_, used| used.seconds(now) > NEGLIGIBLE.as_secs_f64());
        if self.used.len() >= MOST_CLIENTS {
            let mut all: Vec<f64> = self.used.values().map(|used| used.seconds(now)).collect();
            let (_, median, _) = all.select_nth_unstable_by(MOST_CLIENTS / 2, f64::total_cmp);
            let median = *median;
            self.used.retain(|_, used| used.seconds(now) > median);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use futures::FutureExt;

    use super::*;

    fn client(last: u8) -> Client {
        Client::Address(IpAddr::from([192, 0, 2, last]))
    }

    /// Records that a client has just used this time.
    fn use_time(queue: &WorkQueue, client: &Client, seconds: f64) {
        queue.lock().used.insert(Some(client.clone()), UsedTime { seconds, at: Instant::now() });
    }

    #[tokio::test]
    async fn the_client_that_used_the_least_time_runs_first() {
        let queue = WorkQueue::new(1, 16);
        for (last, seconds) in [(1, 3.0), (2, 1.0), (3, 2.0)] {
            use_time(&queue, &client(last), seconds);
        }
        let first = queue.turn(Some(&client(1))).await.unwrap_or_else(|_| unreachable!());
        let extra = queue.turn(None).await.unwrap_or_else(|_| unreachable!());
        let (second, third) = (client(2), client(3));
        let mut heavier = Box::pin(queue.turn(Some(&third)));
        let mut lighter = Box::pin(queue.turn(Some(&second)));
        assert!(heavier.as_mut().now_or_never().is_none());
        assert!(lighter.as_mut().now_or_never().is_none());
        drop(extra);
        drop(first);
        assert!(heavier.as_mut().now_or_never().is_none());
        let turn = lighter.now_or_never();
        assert!(turn.is_some_and(|turn| turn.is_ok()));
        assert!(heavier.now_or_never().is_some_and(|turn| turn.is_ok()));
    }

    #[tokio::test]
    async fn a_light_client_gets_the_extra_turn() {
        let queue = WorkQueue::new(2, 16);
        for last in [1, 2] {
            use_time(&queue, &client(last), 1.0);
        }
        let _running = [queue.turn(Some(&client(1))).await, queue.turn(Some(&client(2))).await];
        assert!(queue.turn(Some(&client(1))).now_or_never().is_none());
        let light = queue.turn(Some(&client(3))).now_or_never().unwrap();
        assert!(light.is_ok());
        assert!(queue.turn(Some(&client(4))).now_or_never().is_none(), "there is one extra turn");
        drop(light);
        assert!(queue.turn(Some(&client(4))).now_or_never().is_some());
        assert!(queue.lock().waiting.is_empty(), "work whose request has ended does not wait");
    }

    #[tokio::test]
    async fn a_full_queue_refuses_work_of_the_client_with_the_most() {
        let queue = WorkQueue::new(1, 4);
        let [greedy, light, modest] = [1, 2, 3].map(client);
        use_time(&queue, &greedy, 1.0);
        let _running = queue.turn(Some(&greedy)).await;
        let _extra = queue.turn(Some(&light)).await;
        let mut first = Box::pin(queue.turn(Some(&greedy)));
        let mut second = Box::pin(queue.turn(Some(&greedy)));
        assert!(first.as_mut().now_or_never().is_none());
        assert!(second.as_mut().now_or_never().is_none());
        let refused = queue.turn(Some(&greedy)).now_or_never();
        assert_eq!(refused.unwrap().err(), Some(Overload::LargestShare));
        let mut other = Box::pin(queue.turn(Some(&modest)));
        assert!(other.as_mut().now_or_never().is_none(), "it waits instead of the newest work");
        assert_eq!(second.now_or_never().unwrap().err(), Some(Overload::LargestShare));
        assert!(first.now_or_never().is_none());
    }

    #[tokio::test]
    async fn without_capacity_all_work_is_refused() {
        let queue = WorkQueue::new(1, 0);
        assert_eq!(queue.turn(None).await.err(), Some(Overload::Full));
    }

    #[test]
    fn the_number_of_known_clients_is_limited() {
        let queue = WorkQueue::new(1, 1);
        let mut state = queue.lock();
        for number in 0..3 * MOST_CLIENTS {
            let client = Some(Client::Key(number.to_string()));
            let since = Instant::now().checked_sub(Duration::from_millis(50)).unwrap();
            state.running.push(Running { number: number as u64, client, since });
            state.finish(number as u64);
        }
        assert!(state.used.len() <= MOST_CLIENTS);
    }
}
