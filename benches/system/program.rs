//! Programs under measurement, alone and as a system: they run with their words going to /dev/null, and end with their
//! values.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::http::{request, try_request};
use super::load::{Load, load};
use super::servers::process::Process;

/// A program that takes longer to be ready does not work.
const LIMIT: Duration = Duration::from_secs(30);

/// One process, and those that it started.
pub struct Program {
    pub name: String,
    process: Process,
}

impl Program {
    /// Starts it and waits until it is ready.
    pub fn start(
        name: &str,
        folder: &Path,
        command: &mut Command,
        ready: impl FnMut() -> bool,
    ) -> Self {
        let process = Process::new(folder, name, "TERM");
        process.start(command, LIMIT, ready);
        Self {
            name: name.to_owned(),
            process,
        }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }
}

/// A command that writes its log to /dev/null, which costs it as much as any other writing, and that sees nothing of
/// the machine's settings. The shell in front becomes the program.
pub fn silent(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", r#"exec "$0" "$@" >/dev/null 2>&1"#])
        .arg(program)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("LANG", "C.UTF-8")
        .current_dir(folder);
    command
}

/// Whether a path answers 200.
pub fn answers(port: u16, path: &str) -> bool {
    try_request(port, "GET", path, None).is_ok_and(|reply| reply.status == 200)
}

/// A gateway and the services behind it, with a user in it who can order.
pub struct System {
    pub name: &'static str,
    gateway: u16,
    pub programs: Vec<Program>,
    folder: TempDir,
    user: String,
}

impl System {
    /// Of programs that run. It panics when they do not do what is measured.
    pub fn new(
        name: &'static str,
        gateway: u16,
        programs: Vec<Program>,
        folder: TempDir,
        user: String,
    ) -> Self {
        let system = Self {
            name,
            gateway,
            programs,
            folder,
            user,
        };
        let order = system.order();
        let script = format!(
            "wrk.method = \"POST\"\nwrk.body = [[{order}]]\nwrk.headers[\"Content-Type\"] = \"application/json\"\n"
        );
        std::fs::write(system.script(), script).expect("the script is written");
        let read = request(gateway, "GET", &system.user_path(), None);
        assert_eq!(read.status, 200, "{name}: {}", read.text);
        let ordered = request(gateway, "POST", "/api/orders", Some(&order));
        assert_eq!(ordered.status, 201, "{name}: {}", ordered.text);
        system
    }

    /// Puts load on reading the user, through the gateway.
    pub fn read(&self, seconds: u32) -> Load {
        load(
            self.gateway,
            &self.user_path(),
            None,
            seconds,
            &self.programs,
        )
    }

    /// Puts load on ordering, through the gateway.
    pub fn write(&self, seconds: u32) -> Load {
        let script = self.script();
        load(
            self.gateway,
            "/api/orders",
            Some(&script),
            seconds,
            &self.programs,
        )
    }

    fn user_path(&self) -> String {
        format!("/api/users/{}", self.user)
    }

    fn order(&self) -> String {
        let user = &self.user;
        format!(r#"{{"user_id": "{user}", "items": [{{"price": 19.5, "quantity": 2}}]}}"#)
    }

    /// What `wrk` is told to send.
    fn script(&self) -> PathBuf {
        self.folder.path().join("orders.lua")
    }
}
