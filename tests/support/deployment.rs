//! The shop of `examples/` as it is deployed: processes on real servers, as many of each service as a test wants. All of
//! them end when the value goes.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;

use super::http::try_request;
use super::processes::binaries;
use super::servers::consul::Consul;
use super::servers::postgres::Postgres;
use super::servers::rabbitmq::RabbitMq;
use super::servers::{MINUTE, eventually, free_port};

pub const SERVICES: [&str; 3] = ["user-service", "order-service", "payment-service"];

/// The shop, and what it runs on.
pub struct Deployment {
    pub postgres: Postgres,
    pub rabbitmq: Option<RabbitMq>,
    pub consul: Option<Consul>,
    /// The port of the first gateway.
    pub gateway: u16,
    processes: Mutex<Vec<Running>>,
    guard: Guard,
    folder: tempfile::TempDir,
}

/// One process of it.
struct Running {
    name: String,
    port: u16,
    child: Child,
}

impl Deployment {
    /// The servers, each with nothing in it, and no process so far. None where one of them is not installed.
    pub fn on(rabbitmq: bool, consul: bool) -> Option<Self> {
        let postgres = Postgres::start()?;
        for service in SERVICES {
            postgres.create_database(service);
        }
        let rabbitmq = match rabbitmq {
            true => Some(RabbitMq::start()?),
            false => None,
        };
        let consul = match consul {
            true => Some(Consul::start()?),
            false => None,
        };
        Some(Self {
            postgres,
            rabbitmq,
            consul,
            gateway: free_port(),
            processes: Mutex::default(),
            guard: Guard::start(),
            folder: tempfile::tempdir().expect("a folder for the logs"),
        })
    }

    /// As `on`, with one process of everything, all of them ready.
    pub fn start(rabbitmq: bool, consul: bool) -> Option<Self> {
        let shop = Self::on(rabbitmq, consul)?;
        for service in SERVICES {
            shop.run(service);
        }
        shop.run("gateway");
        Some(shop)
    }

    /// Starts one more process and waits until it is ready; its port.
    pub fn run(&self, name: &str) -> u16 {
        let port = self.spawn(name, &[]);
        self.await_ready(port);
        port
    }

    /// Starts one more process, with variables beside those that all have; its port.
    pub fn spawn(&self, name: &str, variables: &[(&str, &str)]) -> u16 {
        let mut processes = self.processes.lock().expect("no test panicked here");
        let is_first = !processes.iter().any(|process| process.name == name);
        let port = match name {
            "gateway" if is_first => self.gateway,
            _ => free_port(),
        };
        let mut command = Command::new(binaries().join(name));
        command
            .current_dir(self.folder.path())
            .env("PORT", port.to_string())
            .env("DATABASE_URL", self.postgres.url(name))
            .stderr(File::create(self.log_file(port)).expect("a file for the log"));
        if let Some(rabbitmq) = &self.rabbitmq {
            command.env("AMQP_URL", rabbitmq.url());
        }
        if let Some(consul) = &self.consul {
            command.env("CONSUL_HTTP_ADDR", consul.address());
        }
        if self.consul.is_none() {
            // Without a registry each service has one place, which those that come later are told.
            for other in processes.iter() {
                let variable = other.name.to_uppercase().replace('-', "_");
                let url = format!("http://127.0.0.1:{}", other.port);
                command.env(format!("{variable}_URL"), url);
            }
        }
        command.envs(variables.iter().copied());
        let child = command.spawn().expect("the program starts");
        self.guard.watch(child.id());
        processes.push(Running {
            name: name.to_owned(),
            port,
            child,
        });
        port
    }

    /// Waits until the process on a port is ready.
    pub fn await_ready(&self, port: u16) {
        eventually(&format!("port {port} is ready"), MINUTE, || {
            if let Some(status) = self.has_ended(port) {
                panic!("it ended with {status}\n{}", self.log(port));
            }
            health(port) == 200
        });
    }

    /// Ends a process at once, as a crash would.
    pub fn kill(&self, port: u16) {
        let mut running = self.take(port);
        running.child.kill().expect("the process ends");
        running.child.wait().expect("the process has ended");
    }

    /// Asks a process to stop, and holds it to exit code 0.
    pub fn stop(&self, port: u16) {
        let mut running = self.take(port);
        let pid = running.child.id().to_string();
        let mut ask = Command::new("sh");
        let asked = ask.args(["-c", &format!("kill -TERM {pid}")]).status();
        assert!(asked.expect("sh runs").success());
        let status = running.child.wait().expect("the process ends");
        assert!(status.success(), "{} ended with {status}", running.name);
    }

    /// How the process on a port ended, if it has.
    pub fn has_ended(&self, port: u16) -> Option<ExitStatus> {
        let mut processes = self.processes.lock().expect("no test panicked here");
        let running = processes.iter_mut().find(|running| running.port == port)?;
        let status = running.child.try_wait();
        status.expect("the state of a child is known")
    }

    fn take(&self, port: u16) -> Running {
        let mut processes = self.processes.lock().expect("no test panicked here");
        let place = processes.iter().position(|running| running.port == port);
        processes.remove(place.expect("a process has that port"))
    }

    /// The ports of all processes of a service.
    pub fn ports(&self, name: &str) -> Vec<u16> {
        let processes = self.processes.lock().expect("no test panicked here");
        let of_it = processes.iter().filter(|running| running.name == name);
        of_it.map(|running| running.port).collect()
    }

    fn log_file(&self, port: u16) -> PathBuf {
        self.folder.path().join(format!("{port}.log"))
    }

    /// What the process on a port has logged so far.
    pub fn log(&self, port: u16) -> String {
        std::fs::read_to_string(self.log_file(port)).expect("the log is read")
    }

    /// The number that a statement selects in the database of a service.
    pub fn count(&self, service: &str, statement: &str) -> u64 {
        let text = self.postgres.sql(service, statement);
        text.parse()
            .unwrap_or_else(|_| panic!("{statement}: {text}"))
    }
}

/// A shell that ends the processes if the test is killed and nothing of it can.
struct Guard {
    shell: Child,
}

impl Guard {
    fn start() -> Self {
        let script = "while read pid; do pids=\"$pids $pid\"; done; kill -KILL $pids";
        let mut shell = Command::new("sh");
        let shell = shell.args(["-c", script]).stdin(Stdio::piped());
        let shell = shell.stderr(Stdio::null()).spawn().expect("sh runs");
        Self { shell }
    }

    fn watch(&self, pid: u32) {
        let mut pipe = self.shell.stdin.as_ref().expect("it has a pipe");
        writeln!(pipe, "{pid}").expect("the guard reads");
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        let failed = std::thread::panicking();
        let processes = self.processes.get_mut();
        for running in processes.unwrap_or_else(|poisoned| poisoned.into_inner()) {
            let _ = running.child.kill();
            let _ = running.child.wait();
            if failed {
                let log = std::fs::read_to_string(
                    self.folder.path().join(format!("{}.log", running.port)),
                );
                let log = log.unwrap_or_default();
                let lines: Vec<&str> = log
                    .lines()
                    .filter(|line| !line.contains(" access: "))
                    .collect();
                let last = lines.len().saturating_sub(15);
                eprintln!(
                    "-- {} on {}\n{}",
                    running.name,
                    running.port,
                    lines[last..].join("\n")
                );
            }
        }
    }
}

/// What the process on a port says of its health; 0 if it says nothing.
pub fn health(port: u16) -> u16 {
    try_request(port, "GET", "/health", None).map_or(0, |reply| reply.status)
}
