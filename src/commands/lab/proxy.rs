//! A way to a process that can be made slow: it takes connections, and passes on what comes in both directions, each request
//! after a delay. It listens on this machine alone, and ends with the value. Called by `coupling.rs`.
//!
//! It reads no HTTP: what a client sends after an answer, or first of all, begins a request. That is right for clients that
//! send the next request of a connection only after the answer to the one before, as the chassis does.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context;

/// More connections than these are closed at once.
const MOST: usize = 512;
/// How soon a change of the delay counts, also for what is being delayed.
const GLANCE: Duration = Duration::from_millis(5);
const CONNECT: Duration = Duration::from_secs(2);
const CHUNK: usize = 16 * 1024;

/// A slow way to one process.
pub(in crate::commands) struct Proxy {
    port: u16,
    state: Arc<State>,
    listening: Option<JoinHandle<()>>,
}

struct State {
    /// In milliseconds.
    delay: AtomicU64,
    end: AtomicBool,
    open: AtomicUsize,
    /// Both ends of each connection, to be closed at the end.
    streams: Mutex<BTreeMap<usize, [TcpStream; 2]>>,
    next: AtomicUsize,
}

impl Proxy {
    /// To the process that listens on the port `to`, without a delay so far.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start(to: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
        let port = listener.local_addr().context("no port is free")?.port();
        let state = Arc::new(State {
            delay: AtomicU64::new(0),
            end: AtomicBool::new(false),
            open: AtomicUsize::new(0),
            streams: Mutex::default(),
            next: AtomicUsize::new(0),
        });
        let shared = state.clone();
        let listening = thread::spawn(move || listen(&listener, to, &shared));
        Ok(Self {
            port,
            state,
            listening: Some(listening),
        })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on each request takes so much longer; those that are being delayed too.
    pub fn delay(&self, delay: Duration) {
        let millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.state.delay.store(millis, Ordering::Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.end.store(true, Ordering::Relaxed);
        for stream in self.state.streams().values().flatten() {
            stream.shutdown(Shutdown::Both).ok();
        }
        // It waits for a connection: this is the last.
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok();
        if let Some(listening) = self.listening.take() {
            listening.join().ok();
        }
    }
}

impl State {
    fn streams(&self) -> std::sync::MutexGuard<'_, BTreeMap<usize, [TcpStream; 2]>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_over(&self) -> bool {
        self.end.load(Ordering::Relaxed)
    }

    /// Waits for as long as the delay is.
    fn wait(&self) {
        let begun = Instant::now();
        loop {
            let delay = Duration::from_millis(self.delay.load(Ordering::Relaxed));
            let left = delay.saturating_sub(begun.elapsed());
            if left.is_zero() || self.is_over() {
                return;
            }
            thread::sleep(left.min(GLANCE));
        }
    }
}

fn listen(listener: &TcpListener, to: u16, state: &Arc<State>) {
    for stream in listener.incoming() {
        if state.is_over() {
            return;
        }
        let Ok(stream) = stream else {
            continue;
        };
        if state.open.load(Ordering::Relaxed) >= MOST {
            continue;
        }
        state.open.fetch_add(1, Ordering::Relaxed);
        let state = state.clone();
        thread::spawn(move || {
            // A connection that breaks is for its two ends to notice.
            connect(stream, to, &state).ok();
            state.open.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

/// Passes on what comes over one connection, until one of its ends closes it.
fn connect(client: TcpStream, to: u16, state: &Arc<State>) -> std::io::Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, to));
    let server = TcpStream::connect_timeout(&address, CONNECT)?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    let id = state.next.fetch_add(1, Ordering::Relaxed);
    let ends = [client.try_clone()?, server.try_clone()?];
    state.streams().insert(id, ends);
    // Else it would stay open if the end came just now.
    if !state.is_over() {
        exchange(client, server, state)?;
    }
    state.streams().remove(&id);
    Ok(())
}

fn exchange(client: TcpStream, server: TcpStream, state: &State) -> std::io::Result<()> {
    // Whether what comes next from the client begins a request.
    let answered = Arc::new(AtomicBool::new(true));
    let back = {
        let (answered, from, to) = (answered.clone(), server.try_clone()?, client.try_clone()?);
        thread::spawn(move || pass(from, to, || answered.store(true, Ordering::Relaxed)))
    };
    pass(client, server, || {
        if answered.swap(false, Ordering::Relaxed) {
            state.wait();
        }
    });
    back.join().ok();
    Ok(())
}

/// Passes on what comes, and says so before each part of it.
fn pass(mut from: TcpStream, mut to: TcpStream, mut before: impl FnMut()) {
    let mut chunk = vec![0; CHUNK];
    while let Ok(count @ 1..) = from.read(&mut chunk) {
        before();
        if to.write_all(&chunk[..count]).is_err() {
            break;
        }
    }
    for stream in [&from, &to] {
        stream.shutdown(Shutdown::Both).ok();
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};

    use super::*;

    /// Answers each line with itself.
    fn echo() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    let lines = BufReader::new(&stream).lines().map_while(Result::ok);
                    for line in lines {
                        if (&stream).write_all(format!("{line}\n").as_bytes()).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        port
    }

    fn connected(proxy: &Proxy) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port)).unwrap()
    }

    /// Says it, and how long the answer takes.
    fn said(mut stream: &TcpStream, text: &str) -> Duration {
        let begun = Instant::now();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        assert_eq!(answer, text);
        begun.elapsed()
    }

    const DELAY: Duration = Duration::from_millis(300);
    /// Longer than any test runs.
    const EVER: Duration = Duration::from_secs(600);

    #[test]
    fn each_request_of_a_connection_takes_longer_by_the_delay() {
        let proxy = Proxy::start(echo()).unwrap();
        let stream = connected(&proxy);
        said(&stream, "quick\n");
        proxy.delay(DELAY);
        for text in ["one\n", "two\n"] {
            let took = said(&stream, text);
            assert!(took >= DELAY, "{text}: {took:?}");
        }
        let others = [connected(&proxy), connected(&proxy)];
        thread::scope(|scope| {
            for other in &others {
                let took = || said(other, "beside\n");
                scope.spawn(move || assert!(took() >= DELAY));
            }
        });
    }

    #[test]
    fn of_the_parts_of_a_request_only_the_first_is_delayed() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy::start(server.local_addr().unwrap().port()).unwrap();
        let mut client = connected(&proxy);
        let (mut server, _) = server.accept().unwrap();
        let patience = Some(Duration::from_secs(60));
        server.set_read_timeout(patience).unwrap();
        let mut part = [0; 3];
        client.write_all(b"one").unwrap();
        server.read_exact(&mut part).unwrap();
        // The request has begun, so this is not for what is left of it, but for the next.
        proxy.delay(EVER);
        client.write_all(b"two").unwrap();
        server.read_exact(&mut part).unwrap();
        assert_eq!(&part, b"two");
        server.write_all(b"yes").unwrap();
        client.read_exact(&mut part).unwrap();
        client.write_all(b"new").unwrap();
        server.set_read_timeout(Some(DELAY)).unwrap();
        assert!(server.read_exact(&mut part).is_err(), "{part:?}");
    }

    #[test]
    fn what_is_being_delayed_goes_on_at_once_when_there_is_no_delay_any_more() {
        let proxy = Proxy::start(echo()).unwrap();
        proxy.delay(EVER);
        let stream = connected(&proxy);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| said(&stream, "wait\n"));
            while proxy.state.open.load(Ordering::Relaxed) == 0 {
                thread::yield_now();
            }
            proxy.delay(Duration::ZERO);
            assert!(waiting.join().unwrap() < Duration::from_secs(300));
        });
    }

    #[test]
    fn it_ends_with_its_value_and_closes_what_is_open() {
        let proxy = Proxy::start(echo()).unwrap();
        proxy.delay(EVER);
        let (mut stream, port) = (connected(&proxy), proxy.port);
        stream.write_all(b"for ever\n").unwrap();
        while proxy.state.streams().is_empty() {
            thread::yield_now();
        }
        drop(proxy);
        assert!(matches!(stream.read(&mut [0; 9]), Ok(0) | Err(_)));
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
    }
}
