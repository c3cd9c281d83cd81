//! A Consul agent, and the four endpoints of its HTTP API that service discovery takes: register, deregister, ask for a
//! service of its own, and ask for the healthy instances of any service. Source: <https://developer.hashicorp.com/consul/api-docs>.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::uri::{Authority, Scheme};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;

use super::failure::{Failure, Kind};
use crate::attempts::Told;

/// How long the agent may keep a question open until something changes.
const WAIT: Duration = Duration::from_secs(30);
/// How long it may take for anything else. Consul adds up to a sixteenth to a wait.
const ANSWER: Duration = Duration::from_secs(5);
/// The largest answer that is read, in bytes.
const BODY: usize = 4 * 1024 * 1024;
/// The state of the catalog that an answer describes.
const INDEX: &str = "x-consul-index";

/// The agent of this machine, most likely. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    scheme: Scheme,
    authority: Authority,
    token: Option<HeaderValue>,
    pub(super) told: Told,
}

/// The healthy instances of a service, and the state of the catalog that they are from.
#[derive(Debug)]
pub(super) struct Passing {
    pub(super) index: u64,
    pub(super) instances: Vec<Authority>,
}

/// An instance as the agent tells of it.
#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "Node")]
    node: Place,
    #[serde(rename = "Service")]
    service: Place,
}

#[derive(Deserialize)]
struct Place {
    #[serde(rename = "Address", default)]
    address: String,
    #[serde(rename = "Port", default)]
    port: u16,
}

impl Agent {
    /// The agent at `host:port`, or at a URL.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub(super) fn new(
        address: &str,
        secure: bool,
        token: Option<HeaderValue>,
        tls: Option<ClientConfig>,
    ) -> Result<Self, String> {
        let (scheme, rest) = match address.split_once("://") {
            Some(("http", rest)) => (Scheme::HTTP, rest),
            Some(("https", rest)) => (Scheme::HTTPS, rest),
            Some((other, _)) => return Err(format!("`{other}://` is not spoken here")),
            None if secure => (Scheme::HTTPS, address),
            None => (Scheme::HTTP, address),
        };
        let authority = rest.trim_end_matches('/').parse::<Authority>();
        let authority = authority.map_err(|_| "is not a host and a port")?;
        let builder = HttpsConnectorBuilder::new();
        let builder = match tls {
            Some(config) => builder.with_tls_config(config),
            None => builder.with_webpki_roots(),
        };
        let connector = builder.https_or_http().enable_http1().build();
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            scheme,
            authority,
            token,
            told: Told::default(),
        })
    }

    /// Where it is.
    pub(super) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// `PUT /v1/agent/service/register`: this instance is there from now on.
    pub(super) async fn register(&self, registration: &Value) -> Result<(), Failure> {
        let path = "/v1/agent/service/register?replace-existing-checks=true";
        let body = Body::from(registration.to_string());
        let answer = self.ask(Method::PUT, path, body, ANSWER).await?;
        self.success(&answer).map(|_| ())
    }

    /// `PUT /v1/agent/service/deregister/{id}`: it is gone.
    pub(super) async fn deregister(&self, id: &str) -> Result<(), Failure> {
        let path = format!("/v1/agent/service/deregister/{id}");
        let answer = self.ask(Method::PUT, &path, Body::empty(), ANSWER).await?;
        self.success(&answer).map(|_| ())
    }

    /// `GET /v1/agent/service/{id}`: whether the agent still knows of it.
    pub(super) async fn knows(&self, id: &str) -> Result<bool, Failure> {
        let path = format!("/v1/agent/service/{id}");
        let answer = self.ask(Method::GET, &path, Body::empty(), ANSWER).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(false);
        }
        self.success(&answer).map(|_| true)
    }

    /// `GET /v1/health/service/{name}`: the instances whose checks pass.
    ///
    /// It is a blocking query: with the `index` of an earlier answer the agent waits until something has changed, or half
    /// a minute. With 0 it answers at once.
    pub(super) async fn passing(&self, name: &str, index: u64) -> Result<Passing, Failure> {
        let wait = WAIT.as_secs();
        let path = format!("/v1/health/service/{name}?passing=true&index={index}&wait={wait}s");
        let patience = match index {
            0 => ANSWER,
            _ => WAIT + WAIT / 16 + ANSWER,
        };
        let answer = self
            .ask(Method::GET, &path, Body::empty(), patience)
            .await?;
        let body = self.success(&answer)?;
        let entries: Vec<Entry> = serde_json::from_slice(body)
            .map_err(|error| self.failure(Kind::Unreadable(error.to_string())))?;
        let index = answer.headers.get(INDEX);
        let index = index.and_then(|index| index.to_str().ok()?.parse().ok());
        Ok(Passing {
            index: index.unwrap_or(0),
            instances: entries.iter().filter_map(Entry::authority).collect(),
        })
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Body,
        patience: Duration,
    ) -> Result<Answer, Failure> {
        let unreadable = |error: &dyn std::error::Error| Kind::Unreadable(error.to_string());
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path)
            .build();
        let uri = uri.map_err(|error| self.failure(unreadable(&error)))?;
        let mut request = Request::builder().method(method).uri(uri);
        request = request.header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = &self.token {
            request = request.header("x-consul-token", token);
        }
        let request = request
            .body(body)
            .map_err(|error| self.failure(unreadable(&error)))?;
        let asked = timeout(patience, async {
            let response = self.client.request(request).await.map_err(|error| {
                let cause = crate::client::cause(&error);
                self.failure(Kind::Unreachable(cause))
            })?;
            let (head, body) = response.into_parts();
            let body = axum::body::to_bytes(Body::new(body), BODY).await;
            Ok(Answer {
                status: head.status,
                headers: head.headers,
                body: body.map_err(|error| self.failure(Kind::Unreachable(error.to_string())))?,
            })
        });
        let late = |_| self.failure(Kind::Unreachable("no answer in time".to_owned()));
        asked.await.map_err(late)?
    }

    fn success<'a>(&self, answer: &'a Answer) -> Result<&'a Bytes, Failure> {
        if answer.status.is_success() {
            return Ok(&answer.body);
        }
        let text = String::from_utf8_lossy(&answer.body);
        let text = text.trim().chars().take(200).collect::<String>();
        Err(self.failure(match answer.status {
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => Kind::Denied(text),
            status => Kind::Status(status.as_u16(), text),
        }))
    }

    fn failure(&self, kind: Kind) -> Failure {
        Failure {
            agent: self.authority.to_string(),
            kind,
        }
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Entry {
    /// A service without an address of its own is at that of its node.
    fn authority(&self) -> Option<Authority> {
        let address = match self.service.address.as_str() {
            "" => &self.node.address,
            address => address,
        };
        let text = match address.contains(':') {
            true => format!("[{address}]:{}", self.service.port),
            false => format!("{address}:{}", self.service.port),
        };
        text.parse().ok()
    }
}
