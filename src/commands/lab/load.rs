//! The load of a lab: so many clients, each with one request under way at a time, for so long. It ends by itself, and
//! sends to this machine alone.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::lab::drive::Request;
use crate::lab::round::Round;

use super::client::Client;

/// How much is sent.
#[derive(Debug, Clone, Copy)]
pub(in crate::commands) struct Load {
    /// Requests under way at the same time.
    pub clients: usize,
    /// When the last request is begun, counted from the first.
    pub time: Duration,
}

/// No round sends more than these, however quick the answers are.
const MOST: u64 = 50_000;

/// Sends requests to the process that listens there. `request` makes the next one, and is asked by several threads.
pub(in crate::commands) fn load(
    port: u16,
    load: Load,
    request: &(dyn Fn() -> Request + Sync),
) -> Round {
    let begun = Instant::now();
    let is_next = |sent: u64| begun.elapsed() < load.time && sent < MOST;
    send(port, load.clients, &is_next, request)
}

/// Sends them for as long as there is to be one more after so many.
fn send(
    port: u16,
    clients: usize,
    is_next: &(dyn Fn(u64) -> bool + Sync),
    request: &(dyn Fn() -> Request + Sync),
) -> Round {
    let sent = AtomicU64::new(0);
    let begun = Instant::now();
    let client = || {
        let client = Client::new(port);
        let mut round = Round::default();
        while is_next(sent.fetch_add(1, Ordering::Relaxed)) {
            let request = request();
            let asked = Instant::now();
            match client.send(&request) {
                Ok(answer) if answer.is_good() => {
                    round.took.push(asked.elapsed().as_secs_f64() * 1e3);
                }
                Ok(answer) => *round.refused.entry(answer.status).or_default() += 1,
                Err(_) => {
                    round.unanswered += 1;
                    // Who is refused a connection at once would else ask a thousand times.
                    thread::sleep(Duration::from_millis(10));
                }
            }
        }
        round
    };
    let rounds: Vec<Round> = thread::scope(|scope| {
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        let ended = clients.into_iter().map(|client| client.join());
        ended.filter_map(Result::ok).collect()
    });
    let mut all = Round {
        seconds: begun.elapsed().as_secs_f64(),
        ..Round::default()
    };
    for round in rounds {
        all.took.extend(round.took);
        all.unanswered += round.unanswered;
        for (status, count) in round.refused {
            *all.refused.entry(status).or_default() += count;
        }
    }
    all.took.sort_by(f64::total_cmp);
    all
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;

    use super::*;

    /// Answers every request with these statuses in turn, and counts its connections.
    fn server(statuses: &'static [u16]) -> (u16, Arc<AtomicU64>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connections, asked) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let counted = connections.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::Relaxed);
                let asked = asked.clone();
                thread::spawn(move || answer(&stream, statuses, &asked));
            }
        });
        (port, connections)
    }

    fn answer(stream: &TcpStream, statuses: &[u16], asked: &AtomicU64) {
        let lines = BufReader::new(stream).lines().map_while(Result::ok);
        for _ in lines.filter(String::is_empty) {
            let index = asked.fetch_add(1, Ordering::Relaxed) as usize % statuses.len();
            let status = statuses[index];
            let reply = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\n\r\nok");
            if { stream }.write_all(reply.as_bytes()).is_err() {
                return;
            }
        }
    }

    fn get() -> Request {
        Request {
            method: "GET",
            path: "/".to_owned(),
            body: None,
        }
    }

    /// So many, by three clients.
    fn sent(port: u16, count: u64) -> Round {
        send(port, 3, &|sent| sent < count, &get)
    }

    #[test]
    fn each_client_keeps_its_connection() {
        let (port, connections) = server(&[200]);
        let round = sent(port, 60);
        let connections = connections.load(Ordering::Relaxed);
        // One that comes late may find nothing left to be sent.
        assert!((1..=3).contains(&connections), "{connections}");
        assert!(round.took.len() == 60 && round.failed() == 0, "{round:?}");
        assert!(round.took.is_sorted(), "{round:?}");
    }

    #[test]
    fn a_load_ends_once_its_time_is_over() {
        let (port, _) = server(&[200]);
        let time = Duration::from_millis(200);
        let round = load(port, Load { clients: 3, time }, &get);
        assert!(round.seconds >= 0.2, "{round:?}");
    }

    #[test]
    fn what_is_refused_is_counted_by_its_status_and_has_no_time() {
        let (port, _) = server(&[200, 503, 200, 409]);
        let round = sent(port, 40);
        assert_eq!(round.refused, [(409, 10), (503, 10)].into());
        assert_eq!((round.took.len(), round.sent()), (20, 40));
    }

    #[test]
    fn where_nobody_listens_nothing_is_answered() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let round = sent(port, 6);
        assert!(round.took.is_empty(), "{round:?}");
        assert_eq!((round.unanswered, round.rate()), (6, 0.0));
    }
}
