//! Who takes an event from the outbox to its recipient. `run/work.rs` and `broker/publisher.rs` have those of a running process.

use std::fmt::Display;

use crate::event::CloudEvent;

/// Takes events to their recipients.
pub(crate) trait Courier: Clone + Send + Sync + 'static {
    /// Waits until there is a way at all, so that nothing is tried in vain.
    fn ready(&self) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Delivers one event. An error means that it is to be tried again.
    fn deliver(
        &self,
        recipient: &'static str,
        event: CloudEvent,
    ) -> impl Future<Output = Result<(), String>> + Send + 'static;
}

/// A function that can always be called.
impl<D, F, E> Courier for D
where
    D: Fn(&'static str, CloudEvent) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Display + Send + 'static,
{
    fn deliver(
        &self,
        recipient: &'static str,
        event: CloudEvent,
    ) -> impl Future<Output = Result<(), String>> + Send + 'static {
        let delivered = self(recipient, event);
        async move { delivered.await.map_err(|error| error.to_string()) }
    }
}
