//! The thread that computes the events of subscriptions, so that they do not block the threads that serve requests.

use tokio::runtime::{Builder, Runtime};

/// A runtime with one thread.
pub struct EventRuntime(Option<Runtime>);

impl EventRuntime {
    pub fn start() -> Self {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("lionrock-events").enable_time().build();
        Self(Some(runtime.expect("the system can start a thread")))
    }

    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
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
