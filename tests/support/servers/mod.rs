//! Real servers that a test starts for itself: ports and data of their own, ended when the value goes.
#![allow(dead_code, reason = "each test uses some of it")]

pub mod consul;
pub mod identity;
pub mod postgres;
pub mod process;
pub mod rabbitmq;

use std::net::{TcpListener, UdpSocket};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Passes on what was found. Where there is nothing, it says that the test is skipped; with `CI` set, the test fails.
pub fn or_skip<T>(part: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
        assert!(!ci, "no {part} here (.ci/servers installs it)");
        eprintln!("skipped: no {part} here (.ci/servers installs it)");
    }
    found
}

/// A program of that name, in `PATH`, where servers are, or where `.ci/servers` puts what it fetches.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let others = [PathBuf::from("/usr/sbin"), home().join("bin")];
    let mut folders = std::env::split_paths(&path).chain(others);
    folders.find_map(|folder| Some(folder.join(name)).filter(|file| file.is_file()))
}

/// The Python that has `pika`, `flask`, `requests` and `opentelemetry-proto`.
pub fn python() -> Option<PathBuf> {
    let file = home().join("python/bin/python");
    or_skip("Python with pika", Some(file).filter(|file| file.is_file()))
}

/// Where `.ci/servers` puts what it fetches.
fn home() -> PathBuf {
    let chosen = std::env::var_os("MICROKIT_SERVERS").filter(|value| !value.is_empty());
    chosen.map_or_else(
        || {
            PathBuf::from(std::env::var_os("HOME").unwrap_or_default())
                .join(".cache/microkit-servers")
        },
        PathBuf::from,
    )
}

/// A port that nobody listens on, and that no other call in this process gets.
///
/// It is below the ports that systems give to outgoing connections. So nobody takes it while its server is down, and
/// a client that tries again and again does not end up connected to itself.
pub fn free_port() -> u16 {
    const FIRST: u32 = 20_000;
    const COUNT: u32 = 12_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Test programs that run at the same time begin at different places.
    let start = std::process::id().wrapping_mul(67);
    let mut candidates = (0..COUNT).map(|_| {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + start.wrapping_add(next) % COUNT;
        u16::try_from(port).expect("a port")
    });
    let free = candidates.find(|port| {
        let address = ("127.0.0.1", *port);
        TcpListener::bind(address).is_ok() && UdpSocket::bind(address).is_ok()
    });
    free.expect("a port is free")
}

/// A name that no other server of any test has.
pub fn unique_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("microkit-{}-{number}", std::process::id())
}

/// A folder for a server's data and logs.
fn folder(name: &str) -> TempDir {
    let mut builder = tempfile::Builder::new();
    builder
        .prefix(&format!("{name}-"))
        .tempdir()
        .expect("a folder")
}

/// A command in that folder, which sees nothing of the machine's settings.
fn command(program: impl AsRef<std::ffi::OsStr>, folder: &TempDir) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder.path())
        .env("TMPDIR", folder.path())
        .env("LANG", "C.UTF-8")
        .current_dir(folder.path());
    command
}

/// What a command prints. It panics with the command's words when it fails.
fn output(command: &mut Command) -> String {
    let output = command.output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{text}\n{errors}");
    text
}

/// Whether a command succeeds.
fn succeeds(command: &mut Command) -> bool {
    command.output().expect("the program runs").status.success()
}

/// Long enough for whatever comes by itself, on a slow machine too. It says nothing of how long that should take.
pub const MINUTE: Duration = Duration::from_secs(60);

/// Waits until something is so. It panics when it is not within the limit.
pub fn eventually(what: &str, limit: Duration, check: impl FnMut() -> bool) {
    assert!(within(limit, check), "{what}: not within {limit:?}");
}

/// Whether something is so before the limit is over.
fn within(limit: Duration, mut check: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + limit;
    loop {
        if check() {
            return true;
        }
        if Instant::now() > end {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
}
