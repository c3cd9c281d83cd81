//! The consumer that the lab `delivery` puts in the place of the workspace's own: it acknowledges an event at once, keeps it
//! in memory, and works on it afterwards. A process of its own, so that it can be killed; `lab/delivery.rs` starts it.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tiny_http::{Method, Request, Response, Server};

use crate::supervise::Guard;

use super::super::Failure;
use super::client::Client;
use super::tap::event;

/// The hidden subcommand that is this consumer.
pub const NAME: &str = "naive-consumer";

/// What an event takes to be handled: calling another service, writing to a database.
const WORK: Duration = Duration::from_millis(25);
/// How long it may take to start.
const LIMIT: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(5);

/// What it is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where it listens
    port: u16,
    /// What it has handled, an event's id to a line
    handled: PathBuf,
}

/// Takes events until it is killed.
///
/// # Errors
/// When nothing can be listened on or written.
pub fn run(args: Args) -> Result<(), Failure> {
    let mut handled = open(&args.handled)?;
    let server = Server::http(("127.0.0.1", args.port));
    let server = server.map_err(|error| anyhow::anyhow!("can't listen: {error}"))?;
    let waiting = Arc::new(AtomicU64::new(0));
    let (queue, events) = mpsc::channel::<String>();
    let left = waiting.clone();
    thread::spawn(move || {
        for id in events {
            thread::sleep(WORK);
            if writeln!(handled, "{id}").is_ok() {
                left.fetch_sub(1, Ordering::SeqCst);
            }
        }
    });
    for request in server.incoming_requests() {
        if *request.method() == Method::Get {
            let count = waiting.load(Ordering::SeqCst).to_string();
            request.respond(Response::from_string(count)).ok();
        } else if let Some(id) = acknowledge(request) {
            waiting.fetch_add(1, Ordering::SeqCst);
            queue.send(id).ok();
        }
    }
    Ok(())
}

/// Answers that the event is taken, before anything is done about it: its id, if it is one.
fn acknowledge(mut request: Request) -> Option<String> {
    let mut body = Vec::new();
    request.as_reader().read_to_end(&mut body).ok()?;
    let event = event(&body);
    let status = if event.is_some() { 204 } else { 422 };
    request.respond(Response::empty(status)).ok();
    event.map(|(id, _)| id)
}

fn open(path: &Path) -> anyhow::Result<File> {
    let open = OpenOptions::new().create(true).append(true).open(path);
    open.with_context(|| format!("can't write `{}`", path.display()))
}

/// One that runs. It is killed when the value goes.
pub(super) struct Naive {
    pub port: u16,
    handled: PathBuf,
    child: Child,
}

impl Naive {
    /// Starts it, and waits until it answers.
    ///
    /// # Errors
    /// When it does not.
    pub fn start(port: u16, folder: &Path, guard: &Guard) -> anyhow::Result<Self> {
        let handled = folder.join("naive-consumer.handled");
        // It is there from the beginning, to be read.
        open(&handled)?;
        let child = spawn(port, &handled, guard)?;
        let mut naive = Self {
            port,
            handled,
            child,
        };
        naive.await_ready()?;
        Ok(naive)
    }

    /// Kills it as it stands, and starts it again.
    ///
    /// # Errors
    /// When it does not start.
    pub fn crash(&mut self, guard: &Guard) -> anyhow::Result<()> {
        self.kill();
        self.child = spawn(self.port, &self.handled, guard)?;
        self.await_ready()
    }

    /// Waits until it has handled all that it still knows of.
    ///
    /// # Errors
    /// When that takes longer than `limit`.
    pub fn settle(&self, limit: Duration) -> anyhow::Result<()> {
        let (begun, client) = (Instant::now(), Client::new(self.port));
        while client.get("/waiting")?.text != "0" {
            if begun.elapsed() > limit {
                bail!("the naive consumer does not come to an end");
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// The ids of what it has handled, as often as it has.
    ///
    /// # Errors
    /// When its file can't be read.
    pub fn handled(&self) -> anyhow::Result<Vec<String>> {
        let text = fs::read_to_string(&self.handled).context("can't read what was handled")?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    fn await_ready(&mut self) -> anyhow::Result<()> {
        let (begun, client) = (Instant::now(), Client::new(self.port));
        while client.get("/waiting").is_err() {
            if let Some(status) = self.child.try_wait().ok().flatten() {
                bail!("the naive consumer ended before it was ready: {status}");
            }
            if begun.elapsed() > LIMIT {
                bail!("the naive consumer was not ready within {LIMIT:?}");
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    fn kill(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Naive {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(port: u16, handled: &Path, guard: &Guard) -> anyhow::Result<Child> {
    let itself = env::current_exe().context("can't tell where microkit itself is")?;
    let mut command = Command::new(itself);
    command.args([NAME, &port.to_string()]).arg(handled);
    command.stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    guard.admit(&mut command)?;
    command.spawn().context("can't start the naive consumer")
}
