//! Spans: what was done for a request, by whom, when and for how long. They leave by OTLP for the collector that
//! `OTEL_EXPORTER_OTLP_ENDPOINT` names. Without one, nothing is recorded and only the headers of `trace.rs` go on.
//!
//! Read next: `spans/http.rs` and `spans/messaging.rs` (what is said of a request and of an event), `spans/export.rs` (how
//! spans leave), `spans/collector.rs` (where they go), `spans/message.rs` (how they are written).

mod collector;
mod export;
mod failure;
pub(crate) mod http;
mod message;
pub(crate) mod messaging;

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use tokio::sync::mpsc;

pub(crate) use export::Exporting;
pub(crate) use message::{Kind, Value};

use crate::config::Environment;
use crate::trace::TraceContext;
use collector::Collector;

/// Spans that wait to be sent. More than these are dropped, so that no request waits and no memory fills.
const WAITING: usize = 2_048;

/// No attribute is longer than this, in bytes: a path may be, and so many spans may wait.
const LONGEST: usize = 1_024;
/// What the standard expects everybody to carry on of a `tracestate`, in bytes.
const LONGEST_STATE: usize = 512;

/// The spans of a process, on their way to a collector if there is one. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spans(Option<Arc<Inner>>);

#[derive(Debug)]
struct Inner {
    waiting: mpsc::Sender<Finished>,
    /// What sends them, until it is started.
    idle: Mutex<Option<export::Exporter>>,
}

/// Records what one service does. Cheap to clone; by default it records nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder(Option<Arc<Own>>);

#[derive(Debug)]
struct Own {
    service: &'static str,
    waiting: mpsc::Sender<Finished>,
}

/// A step of a trace that has begun. It ends when it is dropped, so one that is given up half way is told of too.
#[derive(Debug)]
pub(crate) struct Span {
    trace: TraceContext,
    recording: Option<Box<Recording>>,
}

#[derive(Debug)]
struct Recording {
    own: Arc<Own>,
    begun: Instant,
    span: Finished,
}

/// A span as it is sent.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) service: &'static str,
    pub(crate) trace: TraceContext,
    /// Where the event that is handled comes from, if that is another place than the parent.
    pub(crate) link: Option<TraceContext>,
    pub(crate) kind: Kind,
    pub(crate) name: Cow<'static, str>,
    pub(crate) begun: SystemTime,
    pub(crate) ended: SystemTime,
    pub(crate) attributes: Vec<(&'static str, Value)>,
    /// What went wrong; empty where the attributes say it all.
    pub(crate) error: Option<String>,
}

impl Spans {
    /// Those of this process, if the environment names a collector. What is wrong with its variables is noted.
    pub(crate) fn read(environment: &mut Environment) -> Self {
        Collector::read(environment).map_or_else(Self::default, Self::to)
    }

    fn to(collector: Collector) -> Self {
        let (waiting, queue) = mpsc::channel(WAITING);
        let idle = Mutex::new(Some(export::Exporter::new(collector, queue)));
        Self(Some(Arc::new(Inner { waiting, idle })))
    }

    /// What records for a service.
    pub(crate) fn recorder(&self, service: &'static str) -> Recorder {
        Recorder(self.0.as_ref().map(|inner| {
            Arc::new(Own {
                service,
                waiting: inner.waiting.clone(),
            })
        }))
    }

    /// Begins to send them, on behalf of the process `who`.
    pub(crate) fn export(&self, who: &'static str) -> Exporting {
        let idle = self.0.as_ref().and_then(|inner| {
            let mut idle = inner.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.take()
        });
        Exporting::start(idle, who)
    }
}

impl Recorder {
    /// Begins a span at its place in a trace. It is recorded only if the trace is.
    pub(crate) fn begin(
        &self,
        trace: TraceContext,
        kind: Kind,
        name: impl FnOnce() -> Cow<'static, str>,
    ) -> Span {
        let own = self.0.as_ref().filter(|_| trace.sampled);
        let recording = own.map(|own| {
            let now = SystemTime::now();
            let mut noted = trace.clone();
            noted.tracestate = noted
                .tracestate
                .filter(|state| state.len() <= LONGEST_STATE);
            Box::new(Recording {
                own: own.clone(),
                begun: Instant::now(),
                span: Finished {
                    service: own.service,
                    trace: noted,
                    link: None,
                    kind,
                    name: name(),
                    begun: now,
                    ended: now,
                    attributes: Vec::new(),
                    error: None,
                },
            })
        });
        Span { trace, recording }
    }
}

impl Span {
    /// Its place in the trace, as others are told.
    pub(crate) fn trace(&self) -> &TraceContext {
        &self.trace
    }

    pub(crate) fn is_recorded(&self) -> bool {
        self.recording.is_some()
    }

    /// Notes an attribute. The value is made only if it is recorded.
    fn set<V: Into<Value>>(&mut self, name: &'static str, value: impl FnOnce() -> V) {
        if let Some(recording) = &mut self.recording {
            let value = value().into().cut(LONGEST);
            recording.span.attributes.push((name, value));
        }
    }

    /// Notes that it failed: the kind of failure, one of a few, and in words.
    fn fail<V: Into<Value>>(&mut self, kind: impl FnOnce() -> V, what: impl FnOnce() -> String) {
        self.set("error.type", kind);
        if let Some(recording) = &mut self.recording {
            recording.span.error = Some(what());
        }
    }

    /// Notes where what it is about comes from.
    fn link(&mut self, origin: TraceContext) {
        if let Some(recording) = &mut self.recording {
            recording.span.link = Some(origin);
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(recording) = self.recording.take() {
            let Recording {
                own,
                begun,
                mut span,
            } = *recording;
            // The clock of the system may be set meanwhile.
            span.ended = span.begun + begun.elapsed();
            if own.waiting.try_send(span).is_err() {
                export::dropped(1, "queue full");
            }
        }
    }
}

#[cfg(test)]
mod tests;
