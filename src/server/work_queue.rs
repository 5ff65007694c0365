//! The queue of work for separate threads, shared fairly among clients.
//!
//! The waiting work of the client that has used the least time recently runs first. Work of a client that has used much
//! more is paused for it. When the queue is full, the client with the most waiting work loses its newest.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
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
/// Work is paused for that of a client that has used at most this fraction of the time.
const LIGHT_FRACTION: f64 = 0.25;
/// Maximum number of pieces of paused work for each turn, because paused work holds memory and a thread.
const MOST_PAUSED: usize = 2;
/// The interval at which paused work checks whether its request has ended.
const PAUSE_CHECK: Duration = Duration::from_millis(100);

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
    /// Maximum number of concurrent turns.
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
    recipient: Recipient,
}

/// The recipient of a granted turn.
enum Recipient {
    /// Work that has not begun.
    New(oneshot::Sender<Result<Turn, Overload>>),
    /// Paused work. It still has its `Turn`.
    Paused(mpsc::Sender<()>),
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
            let (recipient, granted) = oneshot::channel();
            state.waiting.push(Waiting { number, client: client.cloned(), recipient: Recipient::New(recipient) });
            (number, granted)
        };
        let _abandoned = Abandoned { queue: self, number };
        self.start_waiting();
        granted.await.expect("waiting work is granted a turn or refused")
    }

    /// Grants turns to waiting work while there are any.
    fn start_waiting(&self) {
        while let Some(work) = self.next() {
            match work.recipient {
                Recipient::New(recipient) => {
                    let turn = Turn { queue: self.clone(), number: work.number };
                    // If the request has ended, the turn comes back and ends here.
                    let _ = recipient.send(Ok(turn));
                }
                Recipient::Paused(recipient) => {
                    let _ = recipient.send(());
                }
            }
        }
    }

    /// Takes the next work from the queue.
    fn next(&self) -> Option<Waiting> {
        let mut state = self.lock();
        let now = Instant::now();
        if state.running.len() >= state.turns {
            return None;
        }
        let (index, _) = state.lightest(now)?;
        let work = state.waiting.remove(index);
        state.running.push(Running { number: work.number, client: work.client.clone(), since: now });
        Some(work)
    }

    /// Lets waiting work of a much lighter client run before the rest of this work. Blocks until it may go on, or until
    /// its request has ended.
    fn pause(&self, number: u64, has_ended: &dyn Fn() -> bool) {
        let Some(granted) = self.lock().pause(number) else { return };
        self.start_waiting();
        while granted.recv_timeout(PAUSE_CHECK) == Err(mpsc::RecvTimeoutError::Timeout) {
            if has_ended() {
                self.lock().waiting.retain(|work| work.number != number);
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Returns a function that pauses the work of this turn if a much lighter client waits. It blocks its thread.
    pub fn pause(&self) -> impl Fn(&dyn Fn() -> bool) + Send + Sync + 'static {
        let (queue, number) = (self.queue.clone(), self.number);
        move |has_ended| queue.pause(number, has_ended)
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
        let new = self.waiting.iter().filter(|work| matches!(work.recipient, Recipient::New(_)));
        let largest = new.map(|work| (held(work.client.as_ref()), work.number));
        // Of equal shares, that of the newest work.
        let Some((share, victim)) = largest.max_by(|(a, _), (b, _)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))) else {
            return Err(Overload::Full);
        };
        let own = held(client);
        let own = (own.0 + 1, own.1);
        if own.0 > share.0 || (own.0 == share.0 && own.1 >= share.1) {
            return Err(if own.0 > 1 { Overload::LargestShare } else { Overload::Full });
        }
        let index = self.waiting.iter().position(|work| work.number == victim);
        if let Some(Recipient::New(recipient)) = index.map(|index| self.waiting.remove(index).recipient) {
            // An error means that the request has ended.
            let _ = recipient.send(Err(Overload::LargestShare));
        }
        Ok(())
    }

    /// Returns the index of the waiting work whose client has used the least time, and that time in seconds.
    fn lightest(&self, now: Instant) -> Option<(usize, f64)> {
        let used = self.waiting.iter().map(|work| self.used_seconds(work.client.as_ref(), now));
        used.enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b))
    }

    /// Moves running work back into the queue if work of a much lighter client waits.
    fn pause(&mut self, number: u64) -> Option<mpsc::Receiver<()>> {
        let now = Instant::now();
        let client = self.running.iter().find(|work| work.number == number)?.client.clone();
        let (_, lightest) = self.lightest(now)?;
        let paused = self.waiting.iter().filter(|work| matches!(work.recipient, Recipient::Paused(_))).count();
        let limit = LIGHT_FRACTION * self.used_seconds(client.as_ref(), now);
        if paused >= MOST_PAUSED * self.turns || self.running.len() < self.turns || lightest > limit {
            return None;
        }
        self.finish(number);
        let (recipient, granted) = mpsc::channel();
        self.waiting.push(Waiting { number, client, recipient: Recipient::Paused(recipient) });
        Some(granted)
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
        let [running, light, heavy] = [1, 2, 3].map(client);
        for (client, seconds) in [(&running, 3.0), (&light, 1.0), (&heavy, 2.0)] {
            use_time(&queue, client, seconds);
        }
        let turn = queue.turn(Some(&running)).await;
        let mut second = Box::pin(queue.turn(Some(&heavy)));
        let mut first = Box::pin(queue.turn(Some(&light)));
        assert!(second.as_mut().now_or_never().is_none());
        assert!(first.as_mut().now_or_never().is_none());
        drop(turn);
        assert!(second.as_mut().now_or_never().is_none());
        assert!(first.now_or_never().is_some_and(|turn| turn.is_ok()));
        assert!(second.now_or_never().is_some_and(|turn| turn.is_ok()));
    }

    #[tokio::test]
    async fn work_is_paused_for_that_of_a_much_lighter_client() {
        let queue = WorkQueue::new(1, 16);
        let [heavy, light] = [1, 2].map(client);
        use_time(&queue, &heavy, 1.0);
        let turn = queue.turn(Some(&heavy)).await.unwrap_or_else(|_| unreachable!());
        let pause = turn.pause();
        pause(&|| unreachable!("nobody waits"));
        let mut waiting = Box::pin(queue.turn(Some(&light)));
        assert!(waiting.as_mut().now_or_never().is_none());
        let paused = std::thread::spawn(move || pause(&|| false));
        let light_turn = waiting.await;
        assert!(light_turn.is_ok());
        assert!(!paused.is_finished());
        drop(light_turn);
        paused.join().unwrap();
        drop(turn);
        let state = queue.lock();
        assert!(state.running.is_empty() && state.waiting.is_empty());
    }

    #[tokio::test]
    async fn paused_work_stops_waiting_when_its_request_ends() {
        let queue = WorkQueue::new(1, 16);
        let [heavy, light] = [1, 2].map(client);
        use_time(&queue, &heavy, 1.0);
        let turn = queue.turn(Some(&heavy)).await.unwrap_or_else(|_| unreachable!());
        let pause = turn.pause();
        let mut waiting = Box::pin(queue.turn(Some(&light)));
        assert!(waiting.as_mut().now_or_never().is_none());
        std::thread::spawn(move || pause(&|| true)).join().unwrap();
        assert!(waiting.now_or_never().is_some_and(|turn| turn.is_ok()));
        drop(turn);
        let state = queue.lock();
        assert!(state.running.is_empty() && state.waiting.is_empty());
    }

    #[tokio::test]
    async fn a_full_queue_refuses_work_of_the_client_with_the_most() {
        let queue = WorkQueue::new(1, 3);
        let [greedy, modest] = [1, 2].map(client);
        let _running = queue.turn(Some(&greedy)).await;
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
    async fn work_whose_request_has_ended_does_not_wait() {
        let queue = WorkQueue::new(1, 2);
        let _running = queue.turn(None).await;
        assert!(queue.turn(None).now_or_never().is_none());
        assert!(queue.lock().waiting.is_empty());
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
