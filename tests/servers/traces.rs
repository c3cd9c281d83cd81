//! The traces of an order, as a collector sees them that reads OTLP with OpenTelemetry's own definitions and shares nothing
//! with what writes it.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use serde_json::Value;

use super::contract::{get, new_order, new_user};
use super::deployment::Deployment;
use super::http::Reply;
use super::servers::{MINUTE, eventually, free_port, or_skip, python};

/// Prints each span as a line of JSON.
const COLLECTOR: &str = "\
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse
from opentelemetry.proto.trace.v1.trace_pb2 import Span

def plain(attributes):
    return {one.key: getattr(one.value, one.value.WhichOneof('value')) for one in attributes}

class Collector(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_POST(self):
        assert self.path == '/v1/traces', self.path
        assert self.headers['content-type'] == 'application/x-protobuf'
        assert self.headers['x-scope'] == 'shop'
        body = self.rfile.read(int(self.headers['content-length']))
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = plain(resource.resource.attributes)['service.name']
            for span in resource.scope_spans[0].spans:
                what = f'{service} {Span.SpanKind.Name(span.kind)[10:]} {span.name}'
                ids = [id.hex() for id in (span.trace_id, span.span_id, span.parent_span_id)]
                took = span.end_time_unix_nano - span.start_time_unix_nano
                print(json.dumps([what, ids, plain(span.attributes), took]), flush=True)
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header('content-length', str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass

ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Collector).serve_forever()
";

/// A collector that ends with the value.
struct Collector {
    child: Child,
    lines: Receiver<String>,
    spans: Vec<Span>,
}

/// A span that arrived.
struct Span {
    /// Service, kind and name.
    what: String,
    trace: String,
    id: String,
    parent: String,
    attributes: Value,
}

impl Collector {
    fn start(python: &Path, port: u16) -> Self {
        let mut child = Command::new(python)
            .args(["-c", COLLECTOR, &port.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self {
            child,
            lines,
            spans: Vec::new(),
        }
    }

    /// The span that is `what`, in the trace of that id.
    fn find(&mut self, trace: &str, what: &str) -> &Span {
        let end = Instant::now() + MINUTE;
        loop {
            let is_it = |span: &Span| span.trace == trace && span.what == what;
            if let Some(place) = self.spans.iter().position(is_it) {
                return &self.spans[place];
            }
            let left = end.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("no {what} among {:?}", self.names(trace)));
            self.spans.push(Span::read(&line));
        }
    }

    /// What has arrived of a trace.
    fn names(&self, trace: &str) -> Vec<&str> {
        let of_it = self.spans.iter().filter(|span| span.trace == trace);
        of_it.map(|span| &*span.what).collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Span {
    fn read(line: &str) -> Self {
        let (what, ids, attributes, took): (String, [String; 3], Value, i64) =
            serde_json::from_str(line).unwrap();
        assert!((0..60_000_000_000).contains(&took), "{line}");
        let [trace, id, parent] = ids;
        Self {
            what,
            trace,
            id,
            parent,
            attributes,
        }
    }
}

/// The Python that reads OTLP.
fn reader() -> Option<std::path::PathBuf> {
    let python = python()?;
    let mut import = Command::new(&python);
    let import = import.args(["-c", "import opentelemetry.proto"]);
    let known = import.stderr(Stdio::null()).status().unwrap().success();
    or_skip("Python with opentelemetry-proto", known.then_some(python))
}

/// The trace of an answer, from the log of the gateway.
fn trace_of(shop: &Deployment, reply: &Reply) -> String {
    let (log, request) = (shop.log(shop.gateway), reply.header("x-request-id"));
    let line = log.lines().find(|line| line.contains(&request)).unwrap();
    let (_, trace) = line.split_once("trace_id=").unwrap();
    let digits = trace.chars().filter(char::is_ascii_hexdigit);
    digits.take(32).collect()
}

#[test]
fn an_order_is_one_trace_through_all_processes() {
    let (Some(python), Some(shop)) = (reader(), Deployment::on(true, false)) else {
        return;
    };
    let port = free_port();
    let place = format!("127.0.0.1:{port}");
    let endpoint = format!("http://{place}");
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-scope=shop"),
    ];
    for name in [
        "user-service",
        "order-service",
        "payment-service",
        "gateway",
    ] {
        shop.await_ready(shop.spawn(name, &variables));
    }

    // There is no collector yet: everything works, and the log says so once.
    let user = new_user(shop.gateway, "ada");
    let log = || shop.log(shop.gateway);
    eventually("a word about the collector", MINUTE, || {
        log().contains(&format!("traces can't be sent to {place}"))
    });
    new_order(shop.gateway, &user);
    let mut collector = Collector::start(&python, port);
    eventually("the end of it", MINUTE, || {
        log().contains("traces are sent again")
    });
    let log = log();
    let told: Vec<_> = log.lines().filter(|line| line.contains(&place)).collect();
    assert!(told.len() == 1 && told[0].contains("INFO"), "{told:?}");
    assert!(!log.contains("WARN"), "{log}");

    let reply = new_order(shop.gateway, &user);
    assert_eq!(reply.status, 201);
    let order = format!("/orders/{}", reply.text_of("id"));
    let trace = trace_of(&shop, &reply);
    let expected = [
        ("gateway SERVER POST /api/{*path}", ""),
        ("gateway CLIENT POST", "gateway SERVER POST /api/{*path}"),
        ("order-service SERVER POST /orders", "gateway CLIENT POST"),
        (
            "order-service CLIENT GET",
            "order-service SERVER POST /orders",
        ),
        (
            "user-service SERVER GET /users/{id}",
            "order-service CLIENT GET",
        ),
        (
            "order-service PRODUCER publish order.created",
            "order-service SERVER POST /orders",
        ),
        (
            "order-service CLIENT send order.created",
            "order-service PRODUCER publish order.created",
        ),
        (
            "payment-service CONSUMER process order.created",
            "order-service PRODUCER publish order.created",
        ),
    ];
    for (what, parent) in expected {
        let parent = match parent {
            "" => String::new(),
            parent => collector.find(&trace, parent).id.clone(),
        };
        assert_eq!(collector.find(&trace, what).parent, parent, "{what}");
    }
    let server = collector.find(&trace, expected[2].0);
    assert_eq!(server.attributes["http.response.status_code"], 201);
    let consumer = collector.find(&trace, expected[7].0);
    assert_eq!(consumer.attributes["messaging.system"], "rabbitmq");
    assert_eq!(
        consumer.attributes["messaging.destination.name"],
        "order.created"
    );

    // What stops sends what it has, and health checks are in no trace.
    let trace = trace_of(&shop, &get(shop.gateway, &order));
    for name in ["gateway", "order-service"] {
        shop.stop(shop.ports(name)[0]);
    }
    let server = collector.find(&trace, "order-service SERVER GET /orders/{id}");
    assert_eq!(server.attributes["url.path"], order);
    let names: BTreeSet<_> = collector.spans.iter().map(|span| &*span.what).collect();
    assert!(
        !names.iter().any(|name| name.contains("health")),
        "{names:?}"
    );
}
