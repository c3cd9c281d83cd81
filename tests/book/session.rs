//! The reader's terminals: a shell that remembers its folder and its variables, and what runs beside it. Called by
//! `main.rs`.
//!
//! The book's ports are taken on many a machine, so each 80xx is moved by one distance wherever a page names it.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::book::Block;
use super::cargo::as_in_a_shell;
use super::http::try_request;

/// As many of the book's ports as are ever used, from 8000 on.
const PORTS: u16 = 100;
const PROJECT: &str = "microkit-book";
/// A workspace may have to be built meanwhile.
const PATIENCE: Duration = Duration::from_secs(900);

pub struct Session {
    /// The reader's.
    pub locale: &'static str,
    /// Where it all happens; the same for every run, so that cargo knows its packages again.
    place: PathBuf,
    distance: u16,
    engine: bool,
    servers: Vec<Server>,
}

/// Something that runs in a terminal of its own.
struct Server {
    port: u16,
    child: Child,
    log: PathBuf,
}

/// How a command ended.
#[derive(Debug)]
pub struct Said {
    pub success: bool,
    /// Everything that it printed, in its order.
    pub text: String,
}

impl Session {
    pub fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let place = root.join("target/proofs/book");
        if place.exists() {
            fs::remove_dir_all(&place).unwrap();
        }
        fs::create_dir_all(place.join("here")).unwrap();
        let mut session = Self {
            locale: "C",
            place,
            distance: distance(),
            engine: false,
            servers: Vec::new(),
        };
        let asked = session
            .command("docker version\ndocker compose version")
            .output();
        session.engine = asked.is_ok_and(|output| output.status.success());
        session
    }

    pub fn has_engine(&self) -> bool {
        self.engine
    }

    /// What a page says, with the ports that it gets here: those of URLs and of `PORT=`.
    pub fn here(&self, text: &str) -> String {
        let mut moved = String::new();
        for part in text.split_inclusive([':', '=']) {
            let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, rest) = part.split_at(digits);
            match number.parse::<u16>() {
                Ok(port) if number.starts_with("80") && digits == 4 && !moved.is_empty() => {
                    moved.push_str(&(port + self.distance).to_string());
                }
                _ => moved.push_str(number),
            }
            moved.push_str(rest);
        }
        moved
    }

    /// Runs a block to its end.
    pub fn run(&mut self, block: &Block) -> Said {
        let output = self.command(&self.typed(&block.text)).output().unwrap();
        Said {
            success: output.status.success(),
            text: String::from_utf8_lossy(&output.stdout).into_owned(),
        }
    }

    /// Applies a difference to the files.
    pub fn patch(&mut self, block: &Block) -> Said {
        let file = self.place.join("solution.diff");
        fs::write(&file, &block.text).unwrap();
        let apply = format!("git apply --verbose '{}'", file.display());
        let output = self.command(&apply).output().unwrap();
        Said {
            success: output.status.success(),
            text: String::from_utf8_lossy(&output.stdout).into_owned(),
        }
    }

    /// Starts what a block starts, in the place of what has its port, and waits until it is ready.
    pub fn serve(&mut self, block: &Block) {
        let typed = self.typed(&block.text);
        let named = typed.split("PORT=").nth(1);
        let named = named.and_then(|rest| rest.split([' ', '\n']).next()?.parse().ok());
        let port = named.unwrap_or(8000 + self.distance);
        let (before, others) = std::mem::take(&mut self.servers)
            .into_iter()
            .partition(|server| server.port == port);
        self.servers = others;
        end(before);
        let log = self.place.join(format!("{port}.log"));
        let file = File::create(&log).unwrap();
        let mut command = self.command(&typed);
        if !typed.contains("microkit ") && named.is_none() {
            command.env("PORT", port.to_string());
        }
        let child = command.process_group(0).stdout(file).spawn().unwrap();
        self.servers.push(Server { port, child, log });
        self.servers.last_mut().unwrap().await_ready();
    }

    /// Ends whatever still runs.
    pub fn end_all(&mut self) {
        end(std::mem::take(&mut self.servers));
    }

    /// What the reader would type on this machine.
    fn typed(&self, text: &str) -> String {
        let offset = format!("microkit run --port-offset {}", self.distance);
        let text = self.here(text).replace("microkit run", &offset);
        // An experiment of full length is not for a test; that it runs is.
        let quick = |line: &str| match line.starts_with("microkit lab ") {
            true => format!("{line} --quick\n"),
            false => format!("{line}\n"),
        };
        text.lines().map(quick).collect()
    }

    /// A shell that goes on where the last one was.
    fn command(&self, script: &str) -> Command {
        let (state, here) = (self.place.join("state"), self.place.join("here"));
        let folder = fs::read_to_string(self.place.join("folder"));
        let folder = folder.map_or(here, |text| PathBuf::from(text.trim()));
        let script = format!(
            "exec 2>&1\nset -eu\nif [ -e '{0}' ]; then . '{0}'; fi\nset -a\n{script}\nset +a\nexport -p > '{0}'\npwd > '{1}'\n",
            state.display(),
            self.place.join("folder").display(),
        );
        let programs = Path::new(env!("CARGO_BIN_EXE_microkit")).parent().unwrap();
        let cargo = Path::new(env!("CARGO")).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{}:{path}", programs.display(), cargo.display());
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/generated");
        let mut command = Command::new("sh");
        command
            .args(["-c", &script])
            .current_dir(folder)
            .stdin(Stdio::null())
            .env("PATH", path)
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_TERM_COLOR", "never")
            .env("GATEWAY_PORT", (8000 + self.distance).to_string())
            // Not the containers, volumes and images of somebody who has a shop as well.
            .env("COMPOSE_PROJECT_NAME", PROJECT)
            .env("IMAGE_PREFIX", PROJECT)
            .env("LANG", self.locale);
        for name in ["LC_ALL", "LC_MESSAGES", "PORT", "HOST", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        as_in_a_shell(&mut command);
        // Commits need a name, and nobody's settings.
        command
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null");
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "reader")
                .env(format!("GIT_{who}_EMAIL"), "reader@example.org");
        }
        command
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end_all();
        if self.engine {
            // Nothing is there unless a command failed half way.
            let _ = self.command("docker compose down --volumes").output();
        }
    }
}

impl Server {
    fn await_ready(&mut self) {
        let begun = Instant::now();
        let ready = |port| try_request(port, "GET", "/health/ready", None);
        while !ready(self.port).is_ok_and(|reply| reply.status == 200) {
            let ended = self.child.try_wait().unwrap();
            assert!(
                ended.is_none() && begun.elapsed() < PATIENCE,
                "{ended:?}: {}",
                fs::read_to_string(&self.log).unwrap_or_default()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ctrl-C, which reaches everything that was started in that terminal.
    fn interrupt(&self) {
        let group = format!("-{}", self.child.id());
        Command::new("kill")
            .args(["-INT", "--", &group])
            .status()
            .unwrap();
    }
}

fn end(servers: Vec<Server>) {
    for mut server in servers {
        server.interrupt();
        server.child.wait().unwrap();
    }
}

/// How far the ports are moved: so that all of them are free.
fn distance() -> u16 {
    let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let begin = u16::try_from(std::process::id() % 200).unwrap() * PORTS;
    let mut distances = (0..200).map(|step| 2_000 + (begin + step * PORTS) % 20_000);
    let fits = |distance: &u16| (0..PORTS).all(|port| free(8000 + distance + port));
    distances
        .find(fits)
        .expect("a hundred ports in a row are free")
}
