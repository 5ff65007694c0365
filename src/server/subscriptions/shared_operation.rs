//! Shared subscriptions: clients with the same operation and variables receive the same events. Each event is computed
//! once for all of them.
//!
//! Every listener has its own queue. A client that reads slowly misses events and does not delay other clients.

use std::{
    collections::{HashMap, hash_map::Entry},
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Poll},
};

use async_graphql::{
    Request as Query, Response as Answered, ServerError, Value as Data, Variables, parser::types::ExecutableDocument,
};
use axum::extract::ws::Utf8Bytes;
use futures::{FutureExt, Stream, StreamExt, stream::BoxStream};
use serde_json::{Map, Value};
use tokio::sync::{Notify, mpsc};

use crate::{
    domain::metrics::EventOutcome,
    refresh::view::View,
    server::{
        Gateway,
        client::Client,
        graphql::codes,
        subscriptions::event::{self, EventText, OperationEvent},
    },
};

/// Maximum number of queued events per listener. A refresh of all datasets causes fewer.
const MOST_WAITING: usize = 64;

/// A valid subscription.
pub struct Operation {
    pub text: Arc<str>,
    pub name: Option<String>,
    pub document: ExecutableDocument,
    pub variables: Map<String, Value>,
}

impl Operation {
    fn key(&self) -> OperationKey {
        let variables = serde_json::to_string(&self.variables).unwrap_or_default();
        OperationKey { text: self.text.clone(), name: self.name.clone(), variables }
    }

    fn request(&self) -> Query {
        let variables = Variables::from_json(Value::Object(self.variables.clone()));
        let mut request = Query::new(&*self.text).variables(variables);
        request.operation_name.clone_from(&self.name);
        request.set_parsed_query(self.document.clone());
        crate::api::to_listen(request)
    }
}

/// Subscriptions with equal keys have equal events.
#[derive(Clone, PartialEq, Eq, Hash)]
struct OperationKey {
    text: Arc<str>,
    name: Option<String>,
    variables: String,
}

/// The subscriptions that have listeners.
#[derive(Clone, Default)]
pub struct SharedOperations(Arc<Mutex<HashMap<OperationKey, OperationHandle>>>);

/// The handle by which listeners reach the task that computes their events.
struct OperationHandle {
    joining: mpsc::UnboundedSender<Member>,
    /// Notified when a listener leaves.
    left: Arc<Notify>,
}

/// A listener from the view of the task.
struct Member {
    client: Option<Client>,
    queue: mpsc::Sender<OperationEvent>,
}

impl SharedOperations {
    /// Adds a listener to a subscription and returns its events.
    pub fn listen(
        &self,
        gateway: &Gateway,
        client: Option<Client>,
        operation: Operation,
    ) -> BoxStream<'static, OperationEvent> {
        let (queue, events) = mpsc::channel(MOST_WAITING);
        let key = operation.key();
        let mut all = self.lock();
        let handle = match all.entry(key.clone()) {
            Entry::Occupied(known) if !known.get().joining.is_closed() => known.into_mut(),
            entry => {
                let (joining, members) = mpsc::unbounded_channel();
                let handle = OperationHandle { joining, left: Arc::default() };
                let task = Computation {
                    gateway: gateway.clone(),
                    all: self.clone(),
                    key,
                    operation,
                    joining: members,
                    left: handle.left.clone(),
                    members: Vec::new(),
                    opening: Default::default(),
                };
                gateway.subscriptions.runtime.spawn(task.run());
                entry.insert_entry(handle).into_mut()
            }
        };
        // The task accepts members until it removes the operation. Removal needs the lock that is held here.
        let _ = handle.joining.send(Member { client, queue });
        let left = handle.left.clone();
        ListenerEvents { events, left }.boxed()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OperationKey, OperationHandle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The events of one listener.
struct ListenerEvents {
    events: mpsc::Receiver<OperationEvent>,
    left: Arc<Notify>,
}

impl Stream for ListenerEvents {
    type Item = OperationEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<OperationEvent>> {
        self.events.poll_recv(cx)
    }
}

impl Drop for ListenerEvents {
    fn drop(&mut self) {
        self.events.close();
        self.left.notify_one();
    }
}

/// The task that computes the events of one operation. It ends when the last listener has left.
struct Computation {
    gateway: Gateway,
    all: SharedOperations,
    key: OperationKey,
    operation: Operation,
    joining: mpsc::UnboundedReceiver<Member>,
    left: Arc<Notify>,
    members: Vec<Member>,
    /// The first events of a new listener, and the view from which they were computed.
    opening: (Weak<View>, Vec<Utf8Bytes>),
}

impl Computation {
    async fn run(mut self) {
        let mut responses = self.execute();
        if let Err(errors) = self.open(&mut responses) {
            return self.end(Some(&errors));
        }
        loop {
            tokio::select! {
                Some(member) = self.joining.recv() => self.admit(member),
                () = self.left.notified() => {}
                response = AssertUnwindSafe(responses.next()).catch_unwind() => match response {
                    Ok(Some(response)) => self.publish(response),
                    Ok(None) => return self.end(None),
                    Err(_) => {
                        self.publish(out_of_time());
                        return self.end(None);
                    }
                },
            }
            // A listener can leave before it is admitted.
            self.members.retain(|member| !member.queue.is_closed());
            if self.members.is_empty() && self.is_over() {
                return;
            }
        }
    }

    fn execute(&self) -> BoxStream<'static, Answered> {
        self.gateway.subscriptions.schema.execute_stream(self.operation.request()).fuse().boxed()
    }

    /// Takes the responses that a subscription yields immediately. Fails if its source cannot be created, or if a
    /// response is not computed in time.
    fn open(&mut self, responses: &mut BoxStream<'static, Answered>) -> Result<(), Vec<ServerError>> {
        let view = Arc::downgrade(&self.gateway.refresher.view());
        let mut immediate = Vec::new();
        let is_over = loop {
            // Otherwise the cooperative budget of the task could end the loop early.
            let next = tokio::task::unconstrained(responses.next());
            match std::panic::catch_unwind(AssertUnwindSafe(|| next.now_or_never())) {
                Ok(Some(Some(response))) => immediate.push(response),
                Ok(Some(None)) => break true,
                Ok(None) => break false,
                Err(_) => return Err(out_of_time().errors),
            }
        };
        if let [first, rest @ ..] = &immediate[..]
            && first.data == Data::Null
            && !first.errors.is_empty()
            && (codes::is_request_error(first) || is_over && rest.is_empty())
        {
            return Err(completed(immediate.swap_remove(0)).errors);
        }
        let texts = immediate.into_iter().map(|response| self.encode(response)).collect();
        self.opening = (view, texts);
        Ok(())
    }

    /// Adds a listener and queues its first events.
    fn admit(&mut self, member: Member) {
        let current = Arc::downgrade(&self.gateway.refresher.view());
        if !self.opening.0.ptr_eq(&current) {
            let mut responses = self.execute();
            if let Err(errors) = self.open(&mut responses) {
                // The queue is empty, so the event fits.
                let _ = member.queue.try_send(OperationEvent::Error(errors));
                return;
            }
        }
        for text in &self.opening.1 {
            self.deliver(&member, text);
        }
        self.members.push(member);
    }

    fn publish(&self, response: Answered) {
        let text = self.encode(response);
        for member in &self.members {
            self.deliver(member, &text);
        }
    }

    /// Returns a response as JSON, or the error that it is too large.
    fn encode(&self, response: Answered) -> Utf8Bytes {
        self.count(EventOutcome::Computed);
        let text = event::encode(&completed(response));
        let most = self.gateway.options.max_response_size;
        if text.len() <= most {
            return text;
        }
        let message = format!("expected an event of at most {most} bytes, found a larger one: request fewer items");
        event::encode(&Answered::from_errors(vec![codes::coded(message, "ANSWER_TOO_LARGE")]))
    }

    /// Queues an event for a listener. The event is dropped if the queue is full, or if the limit on unsent bytes is
    /// exceeded.
    fn deliver(&self, member: &Member, text: &Utf8Bytes) {
        let outcome = match self.gateway.unsent.reserve(member.client.as_ref(), text.len()) {
            Ok(reserved) => {
                let event = OperationEvent::Next(EventText { json: text.clone(), reserved: Some(reserved) });
                match member.queue.try_send(event) {
                    Ok(()) => EventOutcome::Queued,
                    Err(mpsc::error::TrySendError::Full(_)) => EventOutcome::Lost,
                    Err(mpsc::error::TrySendError::Closed(_)) => return,
                }
            }
            Err(_) => EventOutcome::Lost,
        };
        self.count(outcome);
    }

    fn count(&self, outcome: EventOutcome) {
        self.gateway.refresher.metrics().subscription_event(outcome);
    }

    /// Removes the operation unless a listener is joining.
    fn is_over(&self) -> bool {
        let mut all = self.all.lock();
        let is_over = self.joining.is_empty();
        if is_over {
            all.remove(&self.key);
        }
        is_over
    }

    /// Ends the streams of all listeners, after sending the error if there is one.
    fn end(mut self, errors: Option<&[ServerError]>) {
        self.all.lock().remove(&self.key);
        while let Ok(member) = self.joining.try_recv() {
            self.members.push(member);
        }
        let Some(errors) = errors else { return };
        for member in &self.members {
            // A failure is the first event, so it fits into the queue.
            let _ = member.queue.try_send(OperationEvent::Error(errors.to_vec()));
        }
    }
}

fn completed(mut response: Answered) -> Answered {
    codes::complete(&mut response);
    response
}

fn out_of_time() -> Answered {
    let message = "expected the event to be computed in time, found it still running".to_owned();
    Answered::from_errors(vec![codes::coded(message, "DEADLINE_EXCEEDED")])
}
