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
    let sent = AtomicU64::new(0);
    let begun = Instant::now();
    let client = || {
        let client = Client::new(port);
        let mut round = Round::default();
        while begun.elapsed() < load.time && sent.fetch_add(1, Ordering::Relaxed) < MOST {
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
        let clients: Vec<_> = (0..load.clients).map(|_| scope.spawn(client)).collect();
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

    const LOAD: Load = Load {
        clients: 3,
        time: Duration::from_millis(200),
    };

    #[test]
    fn each_client_keeps_its_connection_and_the_load_ends() {
        let (port, connections) = server(&[200]);
        let begun = Instant::now();
        let round = load(port, LOAD, &get);
        assert!(begun.elapsed() < Duration::from_secs(10));
        assert_eq!(connections.load(Ordering::Relaxed), 3);
        assert!(round.took.len() > 3 && round.failed() == 0, "{round:?}");
        assert!(round.took.is_sorted() && round.seconds >= 0.2, "{round:?}");
    }

    #[test]
    fn what_is_refused_is_counted_by_its_status_and_has_no_time() {
        let (port, _) = server(&[200, 503, 200, 409]);
        let round = load(port, LOAD, &get);
        let statuses: Vec<u16> = round.refused.keys().copied().collect();
        assert_eq!(statuses, [409, 503]);
        let (good, bad) = (round.took.len() as u64, round.failed());
        assert!(good.abs_diff(bad) <= 3, "{good} and {bad}");
        assert_eq!(round.sent(), good + bad);
    }

    #[test]
    fn where_nobody_listens_nothing_is_answered() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let round = load(port, LOAD, &get);
        assert!(round.took.is_empty() && round.unanswered > 0, "{round:?}");
        assert_eq!(round.rate(), 0.0);
    }
}
