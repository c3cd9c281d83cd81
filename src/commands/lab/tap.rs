//! A tap on the way that events take from their publisher to their consumer: it passes every delivery on, counts it, and
//! says when one is at the point at which somebody is to be killed. `lab/delivery.rs` puts it there by `{CONSUMER}_URL`.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use tiny_http::{Header, Request, Response, Server};
use ureq::Agent;

use crate::lab::delivery::Blow;

use super::client::agent;

const PAUSE: Duration = Duration::from_millis(10);
/// Where events are delivered.
const EVENTS: &str = "/cloudevents";

/// Where the publisher is told that the consumer is. It ends when the value goes.
pub(super) struct Tap {
    pub port: u16,
    server: Arc<Server>,
    shared: Arc<Shared>,
    hits: Receiver<Hit>,
}

/// A delivery has come to the point at which the blow is to fall. Where it is held there, it goes on once this is dropped.
pub(super) struct Hit {
    pub blow: Blow,
    _held: Sender<()>,
}

/// What was seen of one event.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// Times that the publisher tried to deliver it, whether or not there was an answer.
    pub attempts: u64,
    /// Answers that say that it was handled by this delivery.
    pub handled: u64,
    /// Answers that say that it had been handled before.
    pub again: u64,
}

struct Shared {
    agent: Agent,
    /// The type of event that is counted.
    event: String,
    state: Mutex<State>,
    hits: Sender<Hit>,
}

struct State {
    /// The port of who gets the deliveries.
    consumer: u16,
    /// The port of who gets anything else.
    service: u16,
    armed: Option<Blow>,
    seen: BTreeMap<String, Seen>,
    /// Events of before. One that comes again is passed on, and is no part of what is seen.
    past: BTreeSet<String>,
}

/// An answer as it is passed on.
struct Answer {
    status: u16,
    kind: Option<String>,
    body: Vec<u8>,
}

impl Tap {
    /// A tap that passes everything on to this service.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start(event: &str, service: u16) -> anyhow::Result<Self> {
        let server = Server::http("127.0.0.1:0");
        let server = server.map_err(|error| anyhow::anyhow!("can't listen: {error}"))?;
        let address = server.server_addr().to_ip().context("no port is free")?;
        let (sender, hits) = channel();
        let shared = Arc::new(Shared {
            agent: agent(),
            event: event.to_owned(),
            state: Mutex::new(State {
                consumer: service,
                service,
                armed: None,
                seen: BTreeMap::new(),
                past: BTreeSet::new(),
            }),
            hits: sender,
        });
        let server = Arc::new(server);
        let (listening, by) = (server.clone(), shared.clone());
        thread::spawn(move || {
            for request in listening.incoming_requests() {
                let by = by.clone();
                // One that is held holds up no other.
                thread::spawn(move || by.take(request));
            }
        });
        Ok(Self {
            port: address.port(),
            server,
            shared,
            hits,
        })
    }

    /// From now on this one gets the deliveries, and only events that are new are counted.
    pub fn begin(&self, consumer: u16) {
        let mut state = self.shared.state();
        state.consumer = consumer;
        let seen = mem::take(&mut state.seen);
        state.past.extend(seen.into_keys());
    }

    /// The next delivery that comes to this point is told.
    pub fn arm(&self, blow: Blow) {
        self.shared.state().armed = Some(blow);
    }

    /// Waits for it; `None` if none comes.
    pub fn hit(&self, limit: Duration) -> Option<Hit> {
        self.hits.recv_timeout(limit).ok()
    }

    /// What was seen of each event since it began, by its id.
    pub fn seen(&self) -> BTreeMap<String, Seen> {
        self.shared.state().seen.clone()
    }

    /// Waits until so many events were seen; how many were within `limit`.
    pub fn await_seen(&self, count: usize, limit: Duration) -> usize {
        let begun = Instant::now();
        loop {
            let seen = self.shared.state().seen.len();
            if seen >= count || begun.elapsed() > limit {
                return seen;
            }
            thread::sleep(PAUSE);
        }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes one request on, and its answer back.
    fn take(&self, mut request: Request) {
        let mut body = Vec::new();
        if request.as_reader().read_to_end(&mut body).is_err() {
            return;
        }
        let delivered = event(&body).filter(|_| request.url() == EVENTS);
        let counted = delivered.filter(|(id, kind)| self.is_counted(id, kind));
        let Some((id, _)) = counted else {
            let port = match request.url() {
                EVENTS => self.state().consumer,
                _ => self.state().service,
            };
            let answer = self.pass(&request, port, &body);
            return respond(request, answer);
        };
        let (port, blow) = {
            let mut state = self.state();
            state.seen.entry(id.clone()).or_default().attempts += 1;
            (state.consumer, state.armed.take())
        };
        if blow == Some(Blow::AtWork) {
            self.strike(Blow::AtWork);
        }
        let answer = self.pass(&request, port, &body);
        let Some(good) = answer
            .as_ref()
            .filter(|one| (200..300).contains(&one.status))
        else {
            // The blow is for a delivery that is answered.
            let kept = blow.filter(|blow| *blow != Blow::AtWork);
            if let Some(blow) = kept {
                self.arm(blow);
            }
            return respond(request, answer);
        };
        self.count(&id, good.status);
        match blow {
            None | Some(Blow::AtWork) => respond(request, answer),
            Some(Blow::Acknowledged) => {
                respond(request, answer);
                self.strike(Blow::Acknowledged);
            }
            Some(blow @ (Blow::AnswerLost | Blow::Publisher)) => {
                let held = self.strike(blow);
                // An error: who held it has let it go.
                held.recv().ok();
                respond(request, None);
            }
        }
    }

    fn is_counted(&self, id: &str, kind: &str) -> bool {
        kind == self.event && !self.state().past.contains(id)
    }

    fn arm(&self, blow: Blow) {
        self.state().armed.get_or_insert(blow);
    }

    fn count(&self, id: &str, status: u16) {
        let mut state = self.state();
        // It came before the round that has begun meanwhile.
        let Some(seen) = state.seen.get_mut(id) else {
            return;
        };
        match status {
            200 => seen.again += 1,
            _ => seen.handled += 1,
        }
    }

    /// Says that the moment is there. What comes back ends once the blow has fallen.
    fn strike(&self, blow: Blow) -> Receiver<()> {
        let (sender, held) = channel();
        // Where nobody waits for it any more, nothing is held.
        self.hits
            .send(Hit {
                blow,
                _held: sender,
            })
            .ok();
        held
    }

    /// The answer of who listens there, if there is one.
    fn pass(&self, request: &Request, port: u16, body: &[u8]) -> Option<Answer> {
        let url = format!("http://127.0.0.1:{port}{}", request.url());
        let mut passed = ureq::http::Request::builder()
            .method(request.method().as_str())
            .uri(url);
        for header in request.headers() {
            let name = header.field.as_str().as_str();
            let of_this_connection = ["host", "connection", "content-length", "transfer-encoding"];
            if !of_this_connection.contains(&name.to_lowercase().as_str()) {
                passed = passed.header(name, header.value.as_str());
            }
        }
        let mut answer = self.agent.run(passed.body(body).ok()?).ok()?;
        let kind = answer.headers().get("content-type");
        Some(Answer {
            status: answer.status().as_u16(),
            kind: kind.and_then(|kind| kind.to_str().ok()).map(str::to_owned),
            body: answer.body_mut().read_to_vec().ok()?,
        })
    }
}

/// Answers as the consumer did, or that there is none.
fn respond(request: Request, answer: Option<Answer>) {
    let answer = answer.unwrap_or(Answer {
        status: 502,
        kind: None,
        body: Vec::new(),
    });
    let mut response = Response::from_data(answer.body).with_status_code(answer.status);
    let kind = answer.kind.map(|kind| format!("content-type: {kind}"));
    if let Some(header) = kind.and_then(|kind| kind.parse::<Header>().ok()) {
        response.add_header(header);
    }
    // Who has gone meanwhile does not hear it.
    request.respond(response).ok();
}

/// The id and the type of a CloudEvent in structured mode.
pub(super) fn event(body: &[u8]) -> Option<(String, String)> {
    let event: serde_json::Value = serde_json::from_slice(body).ok()?;
    let text = |name: &str| event[name].as_str().map(str::to_owned);
    Some((text("id")?, text("type")?))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::super::client::Client;
    use super::*;

    /// A consumer that answers once it is told with which status.
    fn consumer() -> (u16, Sender<u16>) {
        let server = Server::http("127.0.0.1:0").unwrap();
        let port = server.server_addr().to_ip().unwrap().port();
        let (sender, statuses) = mpsc::channel::<u16>();
        thread::spawn(move || {
            for (request, status) in server.incoming_requests().zip(statuses) {
                request.respond(Response::empty(status)).ok();
            }
        });
        (port, sender)
    }

    fn deliver(port: u16, id: &str) -> u16 {
        let request = crate::lab::drive::Request {
            method: "POST",
            path: EVENTS.to_owned(),
            body: Some(serde_json::json!({ "id": id, "type": "order.created" }).to_string()),
        };
        Client::new(port).send(&request).unwrap().status
    }

    #[test]
    fn an_event_of_an_earlier_round_is_passed_on_and_not_counted() {
        let (port, answers) = consumer();
        let tap = Tap::start("order.created", port).unwrap();
        let own = tap.port;
        let late = thread::spawn(move || deliver(own, "late"));
        assert_eq!(tap.await_seen(1, Duration::from_secs(20)), 1);
        // It is answered once the next round has begun.
        tap.begin(port);
        tap.arm(Blow::Acknowledged);
        answers.send(204).unwrap();
        assert_eq!(late.join().unwrap(), 204);
        answers.send(200).unwrap();
        assert_eq!(deliver(tap.port, "late"), 200);
        assert!(tap.seen().is_empty(), "{:?}", tap.seen());
        assert!(tap.hit(Duration::ZERO).is_none(), "it is no blow's");
        answers.send(204).unwrap();
        assert_eq!(deliver(tap.port, "new"), 204);
        assert_eq!(tap.seen()["new"].handled, 1);
        let hit = tap.hit(Duration::from_secs(20));
        assert_eq!(hit.map(|hit| hit.blow), Some(Blow::Acknowledged));
    }
}
