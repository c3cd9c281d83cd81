//! The body of a request on its way: whether it has gone in full, and whether any of it has gone. A call that runs out
//! of time while its caller is still sending says nothing about the callee, and a body of which nothing has gone can be
//! sent to another instance. `send.rs` asks.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use hyper::body::{Frame, SizeHint};

/// What is known of a body that is being sent.
pub(super) struct Upload(Arc<Watched>);

impl Upload {
    /// The same request, watched.
    pub(super) fn watch(request: Request<Body>) -> (Request<Body>, Self) {
        let (parts, body) = request.into_parts();
        let watched = Arc::new(Watched {
            begun: AtomicBool::new(false),
            ended: AtomicBool::new(body.is_end_stream()),
            body: Mutex::new(body),
        });
        let request = Request::from_parts(parts, Body::new(Lent(watched.clone())));
        (request, Self(watched))
    }

    /// Whether nothing of the body is missing any more.
    pub(super) fn ended(&self) -> bool {
        self.0.ended.load(Ordering::Relaxed)
    }

    /// The body, if nobody has begun to read it. The request it was lent to must be gone.
    pub(super) fn untouched(self) -> Option<Body> {
        let begun = self.0.begun.load(Ordering::Relaxed);
        (!begun).then(|| std::mem::take(&mut *self.0.body()))
    }
}

struct Watched {
    body: Mutex<Body>,
    begun: AtomicBool,
    ended: AtomicBool,
}

impl Watched {
    /// A body that panicked has nothing left to break.
    fn body(&self) -> MutexGuard<'_, Body> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The body as the request has it.
struct Lent(Arc<Watched>);

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let watched = &self.0;
        watched.begun.store(true, Ordering::Relaxed);
        let mut body = watched.body();
        let frame = ready!(Pin::new(&mut *body).poll_frame(context));
        if frame.is_none() || body.is_end_stream() {
            watched.ended.store(true, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.0.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.body().size_hint()
    }
}
