//! A RabbitMQ of the lab's own: on free ports, with data in the lab's folder, and killed as a crash would. `queue.rs` sends
//! events through it. It is ended with the lab, however that ends.

mod opening;

use std::env;
use std::fs::{self, File, OpenOptions};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio, id};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::supervise::{Guard, free_ports};

use super::rig::last_lines;
use opening::opens;

/// How long it may take to start, on a machine that has other things to do.
const LIMIT: Duration = Duration::from_secs(60);
/// How long what it has started may take to end after it.
const GONE: Duration = Duration::from_secs(5);
/// After so many seconds without a sign of it, twice, a client takes it for dead, in case its end was not noticed.
const HEARTBEAT: u32 = 5;
const PAUSE: Duration = Duration::from_millis(20);
/// What RabbitMQ and epmd say.
const LOG: &str = "output.log";
/// Variables whose names begin like this are of another server.
const OTHERS: [&str; 2] = ["RABBITMQ_", "ERL_"];

/// Where its programs are.
pub(super) struct Installed {
    server: PathBuf,
    /// It tells Erlang's nodes where others are. Without one, the server would leave one behind.
    epmd: PathBuf,
}

/// One that runs, with whatever was admitted to its guard.
pub(super) struct Broker {
    installed: Installed,
    folder: PathBuf,
    name: String,
    port: u16,
    node_port: u16,
    mapper_port: u16,
    server: Child,
    mapper: Child,
    guard: Guard,
}

/// Looks for RabbitMQ on this machine.
pub(super) fn installed() -> Option<Installed> {
    // Those of Debian in `PATH` change to a user of their own, so what they stand for comes first.
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [PathBuf::from("/usr/lib/rabbitmq/bin")].into_iter();
    let folders = folders.chain(env::split_paths(&path));
    let folders: Vec<PathBuf> = folders.chain([PathBuf::from("/usr/sbin")]).collect();
    let find = |name: &str| {
        let mut files = folders.iter().map(|folder| folder.join(name));
        files.find(|file| file.is_file())
    };
    Some(Installed {
        server: find("rabbitmq-server")?,
        epmd: find("epmd")?,
    })
}

impl Broker {
    /// Starts one without queues, with its data in `folder`, and waits until it takes connections.
    ///
    /// # Errors
    /// When it does not; with where its log is.
    pub fn start(installed: Installed, folder: &Path) -> anyhow::Result<Self> {
        let cant = || format!("can't write `{}`", folder.display());
        fs::create_dir_all(folder).with_context(cant)?;
        let [port, node_port, mapper_port] = free_ports(3)?[..] else {
            bail!("no port is free");
        };
        let settings = format!(
            "listeners.tcp.local = 127.0.0.1:{port}\nvm_memory_high_watermark.absolute = 512MB\n\
             disk_free_limit.absolute = 50MB\n"
        );
        for (file, text) in [
            ("rabbitmq.conf", settings.as_str()),
            ("plugins", "[]."),
            ("environment", ""),
        ] {
            fs::write(folder.join(file), text).with_context(cant)?;
        }
        let guard = Guard::start()?;
        let mut epmd = command(&installed.epmd, folder)?;
        epmd.args(["-port", &mapper_port.to_string(), "-address", "127.0.0.1"]);
        guard.admit(&mut epmd)?;
        let mut mapper = epmd.spawn().context("can't start epmd")?;
        await_mapper(&mut mapper, mapper_port, folder)?;
        let name = format!("microkit-lab-{}", id());
        let ports = (node_port, mapper_port);
        let server = launch(&installed, folder, &name, ports, &guard)?;
        let mut broker = Self {
            installed,
            folder: folder.to_path_buf(),
            name,
            port,
            node_port,
            mapper_port,
            server,
            mapper,
            guard,
        };
        broker.await_ready()?;
        Ok(broker)
    }

    /// Its address, for `AMQP_URL`.
    pub fn url(&self) -> String {
        let port = self.port;
        format!("amqp://guest:guest@127.0.0.1:{port}/%2f?heartbeat={HEARTBEAT}")
    }

    /// What else is to end with it is started in the group of this.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Kills it as it stands, with all that it has started.
    pub fn kill(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
        let begun = Instant::now();
        while self.is_left() && begun.elapsed() < GONE {
            thread::sleep(PAUSE);
        }
    }

    /// Starts it again after it was killed, with the data that it had, and waits until it takes connections.
    ///
    /// # Errors
    /// When it does not.
    pub fn start_again(&mut self) -> anyhow::Result<()> {
        let ports = (self.node_port, self.mapper_port);
        self.server = launch(
            &self.installed,
            &self.folder,
            &self.name,
            ports,
            &self.guard,
        )?;
        self.await_ready()
    }

    fn await_ready(&mut self) -> anyhow::Result<()> {
        let (begun, log) = (Instant::now(), self.folder.join(LOG));
        while !opens(self.port) {
            if let Some(status) = self.server.try_wait().ok().flatten() {
                let last = last_lines(&log).join("\n");
                bail!("RabbitMQ ended before it was ready: {status}\n{last}");
            }
            if begun.elapsed() > LIMIT {
                let last = last_lines(&log).join("\n");
                bail!("RabbitMQ was not ready within {LIMIT:?}\n{last}");
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Whether anything that was started for the server is still there, where the system tells.
    fn is_left(&self) -> bool {
        let mark = format!("RABBITMQ_NODENAME={}@localhost", self.name);
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let mut environments =
            processes.filter_map(|one| fs::read(one.path().join("environ")).ok());
        environments.any(|all| {
            all.split(|byte| *byte == 0)
                .any(|one| one == mark.as_bytes())
        })
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
        self.mapper.kill().ok();
        self.mapper.wait().ok();
    }
}

/// Waits until epmd can be asked. Without it RabbitMQ would start one of its own, which nobody would end.
fn await_mapper(mapper: &mut Child, port: u16, folder: &Path) -> anyhow::Result<()> {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let ended = mapper.try_wait().ok().flatten();
        let ended = ended.map(|status| format!("ended before it was ready: {status}"));
        let late = || (begun.elapsed() > LIMIT).then(|| format!("was not ready within {LIMIT:?}"));
        if let Some(what) = ended.or_else(late) {
            // It is not left behind.
            mapper.kill().ok();
            mapper.wait().ok();
            let last = last_lines(&folder.join(LOG)).join("\n");
            bail!("epmd {what}\n{last}");
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// Starts the server; the ports are its node's, and that of the mapper.
fn launch(
    installed: &Installed,
    folder: &Path,
    name: &str,
    (node, mapper): (u16, u16),
    guard: &Guard,
) -> anyhow::Result<Child> {
    let mut server = command(&installed.server, folder)?;
    server
        .env("RABBITMQ_NODENAME", format!("{name}@localhost"))
        .env("RABBITMQ_DIST_PORT", node.to_string())
        .env("RABBITMQ_MNESIA_BASE", folder.join("data"))
        .env("RABBITMQ_LOG_BASE", folder.join("log"))
        .env("RABBITMQ_PID_FILE", folder.join("pid"))
        .env("RABBITMQ_CONFIG_FILE", folder.join("rabbitmq.conf"))
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder.join("plugins"))
        .env("RABBITMQ_CONF_ENV_FILE", folder.join("environment"))
        .env(
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
            "-kernel inet_dist_use_interface {127,0,0,1}",
        )
        .env("ERL_EPMD_PORT", mapper.to_string())
        // The script then becomes the server, so that the process started here is the server itself.
        .env("RUNNING_UNDER_SYSTEMD", "true");
    guard.admit(&mut server)?;
    server.spawn().context("can't start RabbitMQ")
}

/// A program with a home, and so a cookie, that no other Erlang program shares.
fn command(program: &Path, folder: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let is_of_another = |name: &str| OTHERS.iter().any(|begin| name.starts_with(begin));
        if name.to_str().is_some_and(is_of_another) {
            command.env_remove(name);
        }
    }
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join(LOG));
    let log: File = log.context("can't write the log of RabbitMQ")?;
    let twin = log.try_clone().context("can't write the log of RabbitMQ")?;
    command
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .env_remove("NOTIFY_SOCKET")
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(twin);
    Ok(command)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn an_epmd_that_has_ended_is_not_gone_on_without() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(LOG), "the port is taken\n").unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut mapper = Command::new("false").spawn().unwrap();
        let said = await_mapper(&mut mapper, port, folder.path()).unwrap_err();
        let said = said.to_string();
        assert!(
            said.contains("epmd ended") && said.ends_with("the port is taken"),
            "{said}"
        );
    }
}
