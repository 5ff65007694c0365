//! Computes the events of subscriptions on a thread of their own.
//!
//! An event is computed only after the client has taken the one before. A client that reads slowly misses events, and
//! holds at most two of them.

use std::panic::AssertUnwindSafe;

use async_graphql::{Request as Query, Response as Answered, Value as Data};
use futures::{FutureExt, StreamExt, stream, stream::BoxStream};
use tokio::{
    runtime::{Builder, Runtime},
    sync::mpsc::{self, Sender},
};

use crate::server::{
    graphql::codes,
    subscriptions::{Listener, OperationEvent},
};

/// The thread that computes events.
pub struct EventRuntime(Option<Runtime>);

impl EventRuntime {
    pub fn start() -> Self {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("lionrock-events").enable_time().build();
        Self(Some(runtime.expect("the system can start a thread")))
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.0 {
            runtime.spawn(work);
        }
    }
}

impl Drop for EventRuntime {
    fn drop(&mut self) {
        // Waiting for the thread is not allowed in an asynchronous context.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Returns the events of a subscription.
pub fn computed(listener: Listener, request: Query) -> BoxStream<'static, OperationEvent> {
    let (sender, mut receiver) = mpsc::channel(1);
    let gateway = listener.gateway.clone();
    gateway.live.runtime.spawn(async move {
        let compute = compute(&listener, request, &sender);
        tokio::select! {
            computed = AssertUnwindSafe(compute).catch_unwind() => {
                if computed.is_err() {
                    let message = "expected the event to be computed in time, found it still running".to_owned();
                    let error = codes::coded(message, "DEADLINE_EXCEEDED");
                    let _ = sender.send(OperationEvent::next(&Answered::from_errors(vec![error]))).await;
                }
            }
            () = sender.closed() => {}
        }
    });
    stream::poll_fn(move |cx| receiver.poll_recv(cx)).boxed()
}

/// Sends the events of a subscription until it ends. A first response without data that ends the stream means that the
/// source of events could not be created.
async fn compute(listener: &Listener, request: Query, sender: &Sender<OperationEvent>) {
    let answers = listener.gateway.live.schema.execute_stream(request);
    let mut answers = answers.map(|mut answer| {
        codes::complete(&mut answer);
        answer
    });
    let Some(first) = answers.next().await else { return };
    let mut second = None;
    if first.data == Data::Null && !first.errors.is_empty() {
        let next = answers.next().now_or_never();
        if codes::is_request_error(&first) || matches!(next, Some(None)) {
            let _ = sender.send(OperationEvent::Error(first.errors)).await;
            return;
        }
        second = next.flatten();
    }
    let begun = stream::iter([Some(first), second].into_iter().flatten());
    let mut answers = begun.chain(answers);
    while let Some(answer) = answers.next().await {
        // Without room for its bytes, the event is lost to this client.
        if let Some(event) = within_limits(listener, &answer)
            && sender.send(event).await.is_err()
        {
            return;
        }
    }
}

/// Returns the event of a response. `None` if there is no room for it.
fn within_limits(listener: &Listener, answer: &Answered) -> Option<OperationEvent> {
    let gateway = &listener.gateway;
    let OperationEvent::Next(mut text) = OperationEvent::next(answer) else { return None };
    let most = gateway.options.max_response_size;
    if text.json.len() > most {
        let message = format!("expected an event of at most {most} bytes, found a larger one: request fewer items");
        return Some(OperationEvent::next(&Answered::from_errors(vec![codes::coded(message, "ANSWER_TOO_LARGE")])));
    }
    text.room = gateway.unsent.room(listener.client.as_ref(), text.json.len()).ok()?;
    Some(OperationEvent::Next(text))
}
