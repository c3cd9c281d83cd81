//! The shop of `examples/` as running processes, in any of its shapes. They end when the value goes.
#![allow(dead_code, reason = "each test uses some of it")]

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use super::cargo::as_in_a_shell;
use super::http::try_request;
use super::touch::touch;

/// How the services run.
#[derive(Clone, Copy, PartialEq)]
pub enum Shape<'a> {
    OneProcess,
    /// Each alone, and the gateway too.
    Processes,
    /// These alone, all others with the gateway.
    Extracted(&'a [&'a str]),
}

/// The programs of a shop.
#[derive(Clone, Copy)]
pub struct Programs<'a> {
    pub folder: &'a Path,
    /// Whether they know the shape themselves, and are not told.
    pub are_settled: bool,
}

pub struct Shop {
    pub gateway: u16,
    /// Where each service is reached that listens.
    pub ports: BTreeMap<String, u16>,
    programs: PathBuf,
    children: Vec<(String, Child)>,
    /// The databases, and beside them what the processes logged.
    folder: tempfile::TempDir,
}

pub const SERVICES: [&str; 3] = ["user-service", "order-service", "payment-service"];

/// Builds the shop once, in the target folder that all generated workspaces share.
pub fn binaries() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target = root.join("target/generated");
        touch(&root.join("examples/shop"));
        let status = as_in_a_shell(&mut Command::new(env!("CARGO")))
            .args(["build", "--locked", "--workspace", "--bins"])
            .current_dir(root.join("examples/shop"))
            .env("CARGO_TARGET_DIR", &target)
            .status()
            .expect("cargo runs");
        assert!(status.success(), "the shop builds");
        target.join("debug")
    })
}

/// `order-service` and `_URL` as the variable that they make.
fn variable(service: &str, end: &str) -> String {
    format!("{}_{end}", service.to_uppercase().replace('-', "_"))
}

/// A port that nobody listens on at this moment.
fn free_port() -> u16 {
    // Not one of those that the system deals to connections which go out meanwhile.
    microkit::supervise::free_ports(1).expect("a port is free")[0]
}

impl Shop {
    /// Starts it with nothing in its databases and waits until it is ready.
    pub fn start(shape: Shape) -> Self {
        Self::start_in(
            shape,
            tempfile::tempdir().expect("a folder for the databases"),
        )
    }

    /// Starts it with the databases that are in `folder`.
    pub fn start_in(shape: Shape, folder: tempfile::TempDir) -> Self {
        let programs = Programs {
            folder: binaries(),
            are_settled: false,
        };
        Self::start_programs(programs, shape, folder)
    }

    /// The same, of these programs.
    pub fn start_programs(programs: Programs, shape: Shape, folder: tempfile::TempDir) -> Self {
        let mut shop = Self {
            gateway: free_port(),
            ports: BTreeMap::new(),
            programs: programs.folder.to_owned(),
            children: Vec::new(),
            folder,
        };
        let (first, alone): (&str, &[&str]) = match shape {
            Shape::OneProcess => ("monolith", &[]),
            Shape::Processes => ("gateway", &SERVICES),
            Shape::Extracted(services) => ("monolith", services),
        };
        if !alone.is_empty() {
            let ports = SERVICES
                .iter()
                .map(|name| ((*name).to_owned(), free_port()));
            shop.ports = ports.collect();
        }
        let url = |(name, port): (&String, &u16)| {
            (variable(name, "URL"), format!("http://127.0.0.1:{port}"))
        };
        let urls: Vec<(String, String)> = shop.ports.iter().map(url).collect();
        for name in alone {
            let port = shop.ports[*name];
            shop.spawn(name, port, &urls);
            shop.await_ready(port);
        }
        // A URL leads out of the process, so those that it holds have none there.
        let (outside, inside): (BTreeMap<_, _>, BTreeMap<_, _>) =
            (shop.ports.iter()).partition(|(name, _)| alone.contains(&name.as_str()));
        let mut variables: Vec<(String, String)> = outside.into_iter().map(url).collect();
        variables.extend(
            inside
                .into_iter()
                .map(|(name, port)| (variable(name, "PORT"), port.to_string())),
        );
        if first == "monolith" && !programs.are_settled {
            variables.push(("EXTRACTED_SERVICES".into(), alone.join(",")));
        }
        shop.spawn(first, shop.gateway, &variables);
        shop.await_ready(shop.gateway);
        shop
    }

    fn spawn(&mut self, name: &str, port: u16, variables: &[(String, String)]) {
        let log = File::create(self.log_file(name)).expect("a file for the log");
        let child = Command::new(self.programs.join(name))
            .current_dir(self.folder.path())
            .env("PORT", port.to_string())
            .envs(variables.iter().cloned())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        self.children.push((name.to_owned(), child));
    }

    fn await_ready(&mut self, port: u16) {
        let end = Instant::now() + Duration::from_secs(60);
        while !try_request(port, "GET", "/health/ready", None)
            .is_ok_and(|reply| reply.status == 200)
        {
            assert!(Instant::now() < end, "port {port} is not ready");
            let ended = self.children.iter_mut().find_map(|(name, child)| {
                let status = child.try_wait().expect("the state of a child is known")?;
                Some((name.clone(), status))
            });
            if let Some((name, status)) = ended {
                panic!("{name} ended with {status}\n{}", self.log(&name));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn log_file(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.log"))
    }

    /// What one process has logged so far.
    pub fn log(&self, name: &str) -> String {
        std::fs::read_to_string(self.log_file(name)).expect("the log is read")
    }

    /// Whether a process of that name is part of it.
    pub fn runs(&self, name: &str) -> bool {
        self.children.iter().any(|(known, _)| known == name)
    }

    /// Ends one service at once.
    pub fn kill(&mut self, name: &str) {
        let child = self.children.iter_mut().find(|(known, _)| known == name);
        let (_, child) = child.expect("the service runs");
        child.kill().expect("the process ends");
        child.wait().expect("the process has ended");
    }

    /// Asks every process to stop, and holds it to exit code 0. Its databases are left.
    pub fn stop(mut self) -> tempfile::TempDir {
        for (name, mut child) in std::mem::take(&mut self.children) {
            if child
                .try_wait()
                .expect("the state of a child is known")
                .is_some()
            {
                continue;
            }
            let pid = child.id().to_string();
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .expect("kill runs");
            let status = child.wait().expect("the process ends");
            assert!(status.success(), "{name} ended with {status}");
        }
        let other = tempfile::tempdir().expect("a folder");
        std::mem::replace(&mut self.folder, other)
    }
}

/// How a program of the shop ends that is started with these variables: its exit code, its words, and how many files it
/// leaves. One that goes on running is killed in the end, and then has no exit code.
pub fn end_of(name: &str, variables: &[(&str, &str)]) -> (Option<i32>, String, usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(binaries().join(name))
        .current_dir(folder.path())
        .envs(variables.iter().copied())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let end = Instant::now() + Duration::from_secs(60);
    while child.try_wait().expect("its state is known").is_none() {
        if Instant::now() > end {
            child.kill().expect("the process ends");
        }
        thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().expect("its words are read");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    let files = std::fs::read_dir(folder.path()).expect("the folder is read");
    (output.status.code(), words, files.count())
}

impl Drop for Shop {
    fn drop(&mut self) {
        for (_, child) in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
