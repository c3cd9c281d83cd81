//! The collector that spans are sent to, in the variables that OpenTelemetry gives to every exporter.
//! Source: <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::uri::Scheme;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Uri, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;

use super::failure::{Failure, Kind};
use crate::config::Environment;
use crate::inbox::message::unescape;

/// The collector of every signal; traces have a path of their own below it.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// The one of traces alone, as it is.
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
pub(super) const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
/// How long the collector may take to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// An idle connection is given up before the collector is likely to close it.
const IDLE: Duration = Duration::from_secs(5);
/// The largest answer that is read, in bytes.
const BODY: usize = 64 * 1024;

/// Where spans are sent.
#[derive(Clone, Debug)]
pub(super) struct Collector {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    uri: Uri,
    headers: HeaderMap,
    /// The variable that names it.
    variable: &'static str,
}

impl Collector {
    /// The one that the environment names. What is wrong with its variables is noted.
    pub(super) fn read(environment: &mut Environment) -> Option<Self> {
        let traces = environment.text(TRACES_ENDPOINT);
        let (variable, url) = match traces {
            Some(url) => (TRACES_ENDPOINT, url),
            None => {
                let base = environment.text(ENDPOINT)?;
                (
                    ENDPOINT,
                    format!("{}/v1/traces", base.trim_end_matches('/')),
                )
            }
        };
        let headers = headers(environment);
        match uri(&url) {
            Ok(uri) => Some(Self::new(uri, headers, variable)),
            Err(problem) => {
                environment.problem(variable, problem);
                None
            }
        }
    }

    fn new(uri: Uri, headers: HeaderMap, variable: &'static str) -> Self {
        let connector = HttpsConnectorBuilder::new().with_webpki_roots();
        let connector = connector.https_or_http().enable_http1().build();
        Self {
            client: Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE)
                .build(connector),
            uri,
            headers,
            variable,
        }
    }

    /// Sends one message, once; what the collector says to it.
    pub(super) async fn post(&self, message: Bytes) -> Result<Bytes, Failure> {
        let mut request = Request::new(Body::from(message));
        *request.method_mut() = axum::http::Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let kind = HeaderValue::from_static("application/x-protobuf");
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        let asked = timeout(ANSWER, async {
            let response = self.client.request(request).await.map_err(|error| {
                let cause = crate::client::cause(&error);
                self.failure(Kind::Unreachable(cause))
            })?;
            let (head, body) = response.into_parts();
            let body = axum::body::to_bytes(Body::new(body), BODY).await;
            if !head.status.is_success() {
                return Err(self.failure(Kind::Status(head.status)));
            }
            // It took them; what it says beside that is not worth another try.
            Ok(body.unwrap_or_default())
        });
        let late = |_| self.failure(Kind::Unreachable("no answer in time".to_owned()));
        asked.await.map_err(late)?
    }

    fn failure(&self, kind: Kind) -> Failure {
        let port = self.uri.port().map(|port| format!(":{port}"));
        let host = self.uri.host().unwrap_or_default();
        Failure {
            place: format!("{host}{}", port.unwrap_or_default()),
            variable: self.variable,
            kind,
        }
    }
}

fn uri(url: &str) -> Result<Uri, &'static str> {
    let form = "must be a URL such as http://127.0.0.1:4318";
    let uri: Uri = url.parse().map_err(|_| form)?;
    let known = [Some(&Scheme::HTTP), Some(&Scheme::HTTPS)];
    let authority = uri.authority().ok_or(form)?;
    if !known.contains(&uri.scheme()) || authority.host().is_empty() {
        return Err(form);
    }
    if authority.as_str().contains('@') {
        return Err(
            "must have no user name before the host: OTEL_EXPORTER_OTLP_HEADERS holds what lets in",
        );
    }
    Ok(uri)
}

/// The headers of `OTEL_EXPORTER_OTLP_HEADERS`: `name=value,name=value`, percent-encoded where need be.
fn headers(environment: &mut Environment) -> HeaderMap {
    let text = environment.text(HEADERS).unwrap_or_default();
    let mut headers = HeaderMap::new();
    for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
        let pair = pair.split_once('=').and_then(|(name, value)| {
            let name = HeaderName::try_from(unescape(name.trim())).ok()?;
            let mut value = HeaderValue::try_from(unescape(value.trim())).ok()?;
            value.set_sensitive(true);
            Some((name, value))
        });
        match pair {
            Some((name, value)) => {
                headers.insert(name, value);
            }
            // They may hold a password and are not shown.
            None => environment.problem(HEADERS, "must be of the form name=value,name=value"),
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> (Option<Collector>, Vec<String>) {
        let variables = variables.iter();
        let mut environment =
            Environment::of(variables.map(|(name, value)| ((*name).into(), (*value).into())));
        let collector = Collector::read(&mut environment);
        (collector, environment.problems().to_vec())
    }

    #[test]
    fn traces_have_a_path_below_the_endpoint_or_an_endpoint_of_their_own() {
        for (url, whole) in [
            ("http://jaeger:4318", "http://jaeger:4318/v1/traces"),
            (
                "https://a.example/otlp/",
                "https://a.example/otlp/v1/traces",
            ),
        ] {
            let (collector, problems) = read(&[(ENDPOINT, url)]);
            assert_eq!(problems, Vec::<String>::new());
            assert_eq!(collector.unwrap().uri, whole);
        }
        let both = [(ENDPOINT, "http://a:1"), (TRACES_ENDPOINT, "http://b:2/in")];
        assert_eq!(read(&both).0.unwrap().uri, "http://b:2/in");
        assert!(read(&[(ENDPOINT, ""), (TRACES_ENDPOINT, "")]).0.is_none());
    }

    #[test]
    fn the_headers_are_sent_and_not_shown() {
        let headers = (HEADERS, "Authorization=Basic%20c2VjcmV0, x-scope = shop");
        let collector = read(&[(ENDPOINT, "http://a"), headers]).0.unwrap();
        assert_eq!(collector.headers["authorization"], "Basic c2VjcmV0");
        assert_eq!(collector.headers["x-scope"], "shop");
        assert!(!format!("{collector:?}").contains("c2VjcmV0"));
    }

    #[test]
    fn what_can_not_be_used_is_named_and_secrets_are_not_shown() {
        for (variables, name) in [
            (vec![(ENDPOINT, "jaeger:4318")], ENDPOINT),
            (vec![(ENDPOINT, "grpc://jaeger:4317")], ENDPOINT),
            (vec![(TRACES_ENDPOINT, "/v1/traces")], TRACES_ENDPOINT),
            (vec![(ENDPOINT, "http://me:secret@jaeger")], ENDPOINT),
            (vec![(ENDPOINT, "http://a"), (HEADERS, "secret")], HEADERS),
        ] {
            let (_, problems) = read(&variables);
            assert_eq!(problems.len(), 1, "{variables:?}: {problems:?}");
            assert!(problems[0].starts_with(name), "{problems:?}");
            assert!(!problems[0].contains("secret"), "{problems:?}");
        }
    }
}
