//! How a call travels: over HTTP to another process, or straight to the router of a service in this one. The rest of
//! the client does not know which, and neither does the service that calls.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::uri::{Authority, PathAndQuery, Scheme};
use axum::http::{HeaderValue, Request, Response, Uri, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::ServiceExt;

/// A connection that is not made in this time will not be made.
const CONNECT: Duration = Duration::from_secs(2);
/// An idle connection is given up before the other side closes it (`server.rs`: after 10 s), so that no request is sent
/// into one that is just being closed.
const IDLE: Duration = Duration::from_secs(5);

/// Keeps connections open, and has new ones made.
pub(crate) type HttpClient = Client<HttpConnector, Body>;

/// A client without connections so far.
pub(crate) fn client() -> HttpClient {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(CONNECT));
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .build(connector)
}

/// The way to one instance of a service.
#[derive(Clone, Debug)]
pub(crate) enum Transport {
    Http {
        client: HttpClient,
        authority: Authority,
    },
    InProcess(Slot),
}

/// The place of a service's router in this process. It is filled once every service is built, since services may call
/// each other in circles; an empty one is a service that is not there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot(Arc<OnceLock<Router>>);

impl Slot {
    /// Fills it; the first time counts.
    pub(crate) fn set(&self, router: Router) {
        let _ = self.0.set(router);
    }

    /// What it is filled with.
    pub(crate) fn get(&self) -> Option<&Router> {
        self.0.get()
    }
}

/// Why a request brought no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nobody took the request: nothing of it was sent.
    NotTaken,
    /// No answer came.
    Down(String),
    /// The request could not be sent, which says nothing about the service: its body was cut off, most likely.
    Request(String),
}

impl Transport {
    /// To `http://{host}:{port}`.
    ///
    /// # Errors
    /// What is wrong with the URL, for a message that names its variable.
    pub(crate) fn http(url: &str) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|_| "is not a URL".to_owned())?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => {
                return Err(
                    "is https: services are called over http, inside your own network".into(),
                );
            }
            _ => return Err("must begin with http://".into()),
        }
        if !matches!(
            uri.path_and_query().map(PathAndQuery::as_str),
            None | Some("/")
        ) {
            return Err("must end after the host and the port".into());
        }
        let authority = uri.authority().cloned().ok_or("names no host")?;
        let port = authority.as_str().strip_prefix(authority.host());
        match port {
            // `http` reads a port that is too large as none, which would be port 80.
            Some(port) if port.is_empty() || authority.port_u16().is_some_and(|port| port > 0) => {}
            Some(port) => return Err(format!("must have a port from 1 to 65535, not `{port}`")),
            None => return Err("must have no user name before the host".into()),
        }
        Ok(Self::Http {
            client: client(),
            authority,
        })
    }

    /// To an address, over the connections of `client`.
    pub(crate) fn at(client: &HttpClient, authority: Authority) -> Self {
        Self::Http {
            client: client.clone(),
            authority,
        }
    }

    /// The host and the port that it leads to.
    pub(super) fn place(&self) -> (&str, u16) {
        match self {
            Self::Http { authority, .. } => (authority.host(), authority.port_u16().unwrap_or(80)),
            Self::InProcess(_) => ("localhost", 80),
        }
    }

    /// Whether both lead to the same place.
    pub(super) fn leads_where(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Http { authority: one, .. }, Self::Http { authority: two, .. }) => one == two,
            (Self::InProcess(one), Self::InProcess(two)) => Arc::ptr_eq(&one.0, &two.0),
            _ => false,
        }
    }

    /// Sends one request, once; its path and query count, the rest of its URI is set here.
    ///
    /// # Errors
    /// Why no answer came.
    pub(super) async fn send(&self, mut request: Request<Body>) -> Result<Response<Body>, Failure> {
        match self {
            Self::Http { client, authority } => {
                let mut parts = std::mem::take(request.uri_mut()).into_parts();
                parts.scheme = Some(Scheme::HTTP);
                parts.authority = Some(authority.clone());
                *request.uri_mut() =
                    Uri::from_parts(parts).map_err(|error| Failure::Request(error.to_string()))?;
                request.headers_mut().remove(header::HOST);
                match client.request(request).await {
                    Ok(response) => Ok(response.map(Body::new)),
                    Err(error) if error.is_connect() => Err(Failure::NotTaken),
                    Err(error) if from_body(&error) => Err(Failure::Request(cause(&error))),
                    Err(error) => Err(Failure::Down(cause(&error))),
                }
            }
            Self::InProcess(slot) => {
                let router = slot
                    .get()
                    .ok_or_else(|| Failure::Down("it does not run here".into()))?;
                request
                    .headers_mut()
                    .insert(header::HOST, HeaderValue::from_static("localhost"));
                let response = router.clone().oneshot(request).await;
                Ok(response.unwrap_or_else(|never| match never {}))
            }
        }
    }
}

/// Whether it was the body of the request that failed.
fn from_body(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = error.source();
    while let Some(source) = next {
        if source
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_user)
        {
            return true;
        }
        next = source.source();
    }
    false
}

/// The innermost error says what happened.
pub(crate) fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
