//! The listener: takes connections, limits what a slow or greedy client can cost, and stops without dropping a
//! request that is under way. `run.rs` starts it.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;
use tower::{ServiceExt, service_fn};

use crate::client::Slot;

/// A client has so long to send the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// The head may be about so large, in bytes (hyper looks after each read); anything larger is answered with 431 by
/// hyper itself, before there is a request that a layer could see, and so without a body.
const HEAD_BYTES: usize = 32 * 1024;
const HEADERS: usize = 100;

/// What is served.
#[derive(Clone)]
pub(crate) struct Serving {
    /// The router that answers as soon as it is there.
    pub(crate) ready: Slot,
    /// The one that answers until then.
    pub(crate) before: Router,
}

impl From<Router> for Serving {
    fn from(router: Router) -> Self {
        Self {
            ready: Slot::default(),
            before: router,
        }
    }
}

/// Serves until `stop` is true, then waits up to `patience` for the requests under way.
pub(crate) async fn serve(
    listener: TcpListener,
    serving: impl Into<Serving>,
    mut stop: watch::Receiver<bool>,
    patience: Duration,
) {
    let serving = serving.into();
    let connections = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                serve_connection(
                    stream,
                    PeerAddress(peer.ip()),
                    serving.clone(),
                    &connections,
                );
            }
            Err(error) => {
                // Out of file handles, most likely: others have to close theirs first.
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    // Nobody new gets in from here on.
    drop(listener);
    if timeout(patience, connections.shutdown()).await.is_err() {
        tracing::warn!(?patience, "requests that are still under way are dropped");
    }
}

/// Where a connection comes from, for the gateway's `X-Forwarded-For`.
#[derive(Clone, Copy, Debug)]
pub struct PeerAddress(pub std::net::IpAddr);

fn serve_connection(
    stream: TcpStream,
    peer: PeerAddress,
    serving: Serving,
    connections: &GracefulShutdown,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        let router = serving.ready.get().unwrap_or(&serving.before);
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let watched = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}

#[cfg(test)]
mod tests;
