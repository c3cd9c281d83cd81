//! A program under measurement: it runs with its words going to /dev/null, and ends with its value.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::http::try_request;
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
