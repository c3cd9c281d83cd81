//! Whether the body of a request is on its way in full. A call that runs out of time while its caller is still sending
//! says nothing about the callee. `send.rs` asks.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use hyper::body::{Frame, SizeHint};

/// What is known of a body that is being sent.
pub(super) struct Upload(Arc<AtomicBool>);

impl Upload {
    /// The same request, watched.
    pub(super) fn watch(request: Request<Body>) -> (Request<Body>, Self) {
        let ended = Arc::new(AtomicBool::new(request.body().is_end_stream()));
        let upload = Self(ended.clone());
        let request = request.map(|body| Body::new(Watched { body, ended }));
        (request, upload)
    }

    /// Whether nothing of the body is missing any more.
    pub(super) fn ended(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

struct Watched {
    body: Body,
    ended: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        if frame.is_none() || this.body.is_end_stream() {
            this.ended.store(true, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
