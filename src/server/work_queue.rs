//! The queue of work for separate threads, shared fairly among clients.
//!
//! The waiting work of the client that has used the least processor time recently runs first. That of a much lighter
//! client than those with running work gets an extra turn, or running work is paused for it. When the queue is full, the
//! client with the most waiting work loses its newest.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use crate::{
    domain::clock::thread_time,
    server::{client::Client, used_times::UsedTimes},
};

/// A client is much lighter than another one if it has used at most this fraction of the time.
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
    /// Maximum number of concurrent turns. As many extra turns are for much lighter clients.
    turns: usize,
    /// Maximum number of running and waiting pieces of work.
    capacity: usize,
    running: Vec<Running>,
    waiting: Vec<Waiting>,
    used: UsedTimes,
    next_number: u64,
}

struct Running {
    number: u64,
    client: Option<Client>,
    since: Instant,
    /// The processor time of its thread at the beginning. `None` before it begins on its thread.
    thread_time: Option<Duration>,
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

/// A turn. It ends when this value is dropped.
pub struct Turn {
    queue: WorkQueue,
    number: u64,
}

impl WorkQueue {
    /// Creates a queue.
    pub fn new(turns: usize, capacity: usize) -> Self {
        let (running, waiting, used) = (Vec::new(), Vec::new(), UsedTimes::default());
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
        let (index, used) = state.lightest(now)?;
        let is_light = |running: &Running| used <= LIGHT_FRACTION * state.used_seconds(running.client.as_ref(), now);
        let may_run = state.running.len() < state.turns
            || state.running.len() < 2 * state.turns && state.running.iter().all(is_light);
        if !may_run {
            return None;
        }
        let work = state.waiting.remove(index);
        let client = work.client.clone();
        state.running.push(Running { number: work.number, client, since: now, thread_time: None });
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
        self.lock().begin(number);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Begins the work on the current thread, whose processor time is counted from now on.
    pub fn begin(&self) {
        self.queue.lock().begin(self.number);
    }

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
        let finished = self.used.seconds(client, now);
        let running = self.running.iter().filter(|running| running.client.as_ref() == client);
        finished + running.map(|running| now.saturating_duration_since(running.since).as_secs_f64()).sum::<f64>()
    }

    fn begin(&mut self, number: u64) {
        if let Some(running) = self.running.iter_mut().find(|running| running.number == number) {
            running.thread_time = Some(thread_time());
        }
    }

    /// Ends a turn on the thread of its work.
    fn finish(&mut self, number: u64) {
        let Some(index) = self.running.iter().position(|running| running.number == number) else { return };
        let Running { client, thread_time: begin, .. } = self.running.swap_remove(index);
        if let Some(begin) = begin {
            self.used.add(client, thread_time().saturating_sub(begin), Instant::now());
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
        queue.lock().used.add(Some(client.clone()), Duration::from_secs_f64(seconds), Instant::now());
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
    async fn a_much_lighter_client_gets_an_extra_turn() {
        let queue = WorkQueue::new(1, 16);
        let [heavy, lighter, light] = [1, 2, 3].map(client);
        for (client, seconds) in [(&heavy, 1.0), (&lighter, 0.3)] {
            use_time(&queue, client, seconds);
        }
        let _running = queue.turn(Some(&heavy)).await;
        assert!(queue.turn(Some(&lighter)).now_or_never().is_none());
        let extra = queue.turn(Some(&light)).now_or_never();
        assert!(extra.is_some());
        assert!(queue.turn(None).now_or_never().is_none(), "there is one extra turn for each turn");
    }

    /// Returns a queue, the turns of a heavy and a lighter client, and the clients. The third client is much lighter.
    async fn busy() -> (WorkQueue, [Turn; 2], [Client; 3]) {
        let queue = WorkQueue::new(1, 16);
        let clients = [1, 2, 3].map(client);
        use_time(&queue, &clients[0], 1.0);
        use_time(&queue, &clients[1], 0.2);
        let turns = [&clients[0], &clients[1]].map(|client| queue.turn(Some(client)).now_or_never());
        let turns = turns.map(|turn| turn.unwrap().unwrap_or_else(|_| unreachable!()));
        (queue, turns, clients)
    }

    #[tokio::test]
    async fn work_is_paused_for_that_of_a_much_lighter_client() {
        let (queue, [heavy, lighter], [.., light]) = busy().await;
        let pause = heavy.pause();
        pause(&|| unreachable!("no work waits"));
        let mut waiting = Box::pin(queue.turn(Some(&light)));
        assert!(waiting.as_mut().now_or_never().is_none());
        let paused = std::thread::spawn(move || pause(&|| false));
        let light_turn = waiting.await;
        assert!(light_turn.is_ok());
        assert!(!paused.is_finished());
        drop((light_turn, lighter));
        paused.join().unwrap();
        drop(heavy);
        let state = queue.lock();
        assert!(state.running.is_empty() && state.waiting.is_empty());
    }

    #[tokio::test]
    async fn paused_work_stops_waiting_when_its_request_ends() {
        let (queue, [heavy, lighter], [.., light]) = busy().await;
        let pause = heavy.pause();
        let mut waiting = Box::pin(queue.turn(Some(&light)));
        assert!(waiting.as_mut().now_or_never().is_none());
        std::thread::spawn(move || pause(&|| true)).join().unwrap();
        assert!(waiting.now_or_never().is_some_and(|turn| turn.is_ok()));
        drop((heavy, lighter));
        let state = queue.lock();
        assert!(state.running.is_empty() && state.waiting.is_empty());
    }

    #[tokio::test]
    async fn a_full_queue_refuses_work_of_the_client_with_the_most_waiting_work() {
        let queue = WorkQueue::new(1, 3);
        let [greedy, modest] = [1, 2].map(client);
        for client in [&greedy, &modest] {
            use_time(&queue, client, 1.0);
        }
        let _running = queue.turn(Some(&greedy)).await;
        let mut first = Box::pin(queue.turn(Some(&greedy)));
        let mut second = Box::pin(queue.turn(Some(&greedy)));
        assert!(first.as_mut().now_or_never().is_none());
        assert!(second.as_mut().now_or_never().is_none());
        let refused = queue.turn(Some(&greedy)).now_or_never();
        assert_eq!(refused.unwrap().err(), Some(Overload::LargestShare));
        let mut other = Box::pin(queue.turn(Some(&modest)));
        assert!(other.as_mut().now_or_never().is_none(), "it replaces the newest waiting work");
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
}
