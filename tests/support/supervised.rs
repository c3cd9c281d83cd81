//! `microkit run` on a copy of the shop of `examples/`, on ports that are free, with its data in a temporary folder.
#![allow(dead_code, reason = "each test uses some of it")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::cargo::as_in_a_shell;
use super::copy::shop_copied_to;

/// The ports of the shop's manifest.
const PORTS: std::ops::RangeInclusive<u16> = 8000..=8003;

/// Longer than a build that has little to do, next to other builds.
const PATIENCE: Duration = Duration::from_secs(180);

/// A run; it ends with the value.
pub struct Run {
    pub child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
    place: Place,
}

/// Where a run is: how far its ports are moved, and the folder of its data.
struct Place {
    offset: u16,
    data: tempfile::TempDir,
}

/// The copy, whose programs are built.
pub fn shop() -> &'static Path {
    static SHOP: LazyLock<PathBuf> = LazyLock::new(|| {
        let shop = shop_copied_to("target/proofs/run");
        let status = as_in_a_shell(&mut Command::new(env!("CARGO")))
            .args(["build", "--locked", "--workspace", "--bins"])
            .current_dir(&shop)
            .env("CARGO_TARGET_DIR", generated())
            .status();
        assert!(status.unwrap().success(), "the shop builds");
        shop
    });
    &SHOP
}

/// Where generated workspaces are built.
fn generated() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/generated")
}

/// An offset with which every port of the shop is free at this moment.
fn free_offset() -> u16 {
    /// Below the ports that systems deal to connections which go out, and different for each run of tests.
    static NEXT: LazyLock<AtomicU16> =
        LazyLock::new(|| AtomicU16::new(2_000 + std::process::id() as u16 % 20_000));
    loop {
        let offset = NEXT.fetch_add(10, Ordering::Relaxed);
        let is_free = |port: u16| {
            let moved = port.checked_add(offset);
            moved.is_some_and(|port| TcpListener::bind(("127.0.0.1", port)).is_ok())
        };
        if PORTS.clone().all(is_free) {
            return offset;
        }
    }
}

impl Run {
    /// Starts the shop and waits until everything is ready.
    pub fn start(arguments: &[&str]) -> Self {
        let mut run = Self::begin(arguments, &[]);
        run.await_line("shop is ready");
        run
    }

    /// Begins a run, with variables of its own.
    pub fn begin(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::spawn(|place| {
            let mut command = place.command(arguments);
            command.envs(variables.iter().copied());
            command
        })
    }

    /// As `start`, in a terminal.
    pub fn start_in_terminal(arguments: &[&str]) -> Self {
        let mut run = Self::spawn(|place| {
            let inner = place.command(arguments);
            // Not below a shell, which ctrl-c would be for as well: some end with it, and their code is what counts then.
            let words = std::iter::once("exec".as_ref());
            let words = words.chain([inner.get_program()]).chain(inner.get_args());
            let words: Vec<&str> = words.map(|word| word.to_str().unwrap()).collect();
            let mut command = Command::new("script");
            command.args(["--quiet", "--return", "--command", &words.join(" ")]);
            command.arg("/dev/null").current_dir(shop());
            let set = inner.get_envs();
            command.envs(set.filter_map(|(name, value)| Some((name, value?))));
            command
        });
        run.await_line("shop is ready");
        run
    }

    fn spawn(command: impl Fn(&Place) -> Command) -> Self {
        let place = Place {
            offset: free_offset(),
            data: tempfile::tempdir().unwrap(),
        };
        let mut command = command(&place);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = child.stdout.take().unwrap();
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            lines,
            seen: Vec::new(),
            place,
        }
    }

    /// The same command with other arguments, on the same ports.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.place.command(arguments)
    }

    pub fn gateway(&self) -> u16 {
        PORTS.start() + self.place.offset
    }

    /// The first line from now on, or of those that came with the last ones, that holds the text.
    pub fn await_line(&mut self, text: &str) -> String {
        let found = self.find_line(text);
        found.unwrap_or_else(|| panic!("`{text}` was never said:\n{}", self.said()))
    }

    /// As `await_line`; none if it is not said before the end.
    pub fn find_line(&mut self, text: &str) -> Option<String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let wait = end.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(wait).ok()?;
            self.seen.push(line.clone());
            if line.contains(text) {
                return Some(line);
            }
        }
    }

    /// Everything said so far.
    pub fn said(&mut self) -> String {
        self.seen.extend(self.lines.try_iter());
        self.seen.join("\n")
    }

    /// The rows of the table: name, and id of the process.
    fn rows(&self) -> Vec<(String, u32)> {
        let row = |line: &String| {
            let mut cells = line.split_whitespace();
            let (name, place, id) = (cells.next()?, cells.next()?, cells.next()?);
            let is_row = place.starts_with("http://") && name != "http://";
            is_row
                .then(|| Some((name.to_owned(), id.parse().ok()?)))
                .flatten()
        };
        self.seen.iter().filter_map(row).collect()
    }

    pub fn names(&self) -> Vec<String> {
        self.rows().into_iter().map(|(name, _)| name).collect()
    }

    pub fn ids(&self) -> Vec<u32> {
        self.rows().into_iter().map(|(_, id)| id).collect()
    }

    /// The id that a process had when everything was ready.
    pub fn id(&self, name: &str) -> u32 {
        let rows = self.rows();
        let row = rows.iter().find(|(known, _)| known == name);
        row.unwrap_or_else(|| panic!("{name} in {rows:?}")).1
    }

    pub fn type_in(&mut self, text: &[u8]) {
        self.child.stdin.as_mut().unwrap().write_all(text).unwrap();
    }

    /// Asks it to stop; its exit code, and everything that it said.
    pub fn interrupt(mut self) -> (Option<i32>, String) {
        signal(self.child.id(), "INT");
        let status = self.child.wait().unwrap();
        while let Ok(line) = self.lines.recv() {
            self.seen.push(line);
        }
        (status.code(), self.seen.join("\n"))
    }
}

impl Place {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_microkit"));
        command
            .arg("run")
            .args(["--port-offset", &self.offset.to_string()])
            .args(arguments)
            .current_dir(shop())
            .env("CARGO_TARGET_DIR", generated());
        for service in ["USER", "ORDER", "PAYMENT"] {
            let file = self.data.path().join(format!("{service}.db"));
            let url = format!("sqlite://{}", file.display());
            command.env(format!("{service}_SERVICE_DATABASE_URL"), url);
        }
        command
    }
}

fn signal(id: u32, name: &str) {
    let mut kill = Command::new("kill");
    let status = kill.args([&format!("-{name}"), &id.to_string()]).status();
    assert!(status.unwrap().success());
}

/// Ends a process at once.
pub fn kill(id: u32) {
    signal(id, "KILL");
}

/// Whether a process of that id runs.
pub fn is_alive(id: u32) -> bool {
    let mut ask = Command::new("kill");
    let asked = ask.args(["-0", &id.to_string()]).stderr(Stdio::null());
    asked.status().unwrap().success()
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
