//! A RabbitMQ of the test's own, with a port mapper, a cookie and settings that no other Erlang program shares.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::identity::Identity;
use super::process::Process;
use super::{command, folder, free_port, or_skip, output, program, succeeds, unique_name};

/// It listens on loopback only.
const SETTINGS: &str = "vm_memory_high_watermark.absolute = 1GB\ndisk_free_limit.absolute = 50MB\n";

/// A server without plugins. It ends with this value.
pub struct RabbitMq {
    name: String,
    port: u16,
    node_port: u16,
    mapper_port: u16,
    programs: PathBuf,
    process: Process,
    /// `epmd`, which tells Erlang nodes where others are. Without one, the first node would leave one behind.
    mapper: Process,
    folder: TempDir,
}

impl RabbitMq {
    /// Starts one with no queues; nothing where RabbitMQ is not installed.
    pub fn start() -> Option<Self> {
        Self::launch(None)
    }

    /// As `start`, but it speaks TLS alone.
    pub fn with_tls(identity: &Identity) -> Option<Self> {
        Self::launch(Some(identity))
    }

    fn launch(identity: Option<&Identity>) -> Option<Self> {
        let programs = or_skip("RabbitMQ", programs())?;
        let epmd = or_skip("epmd of Erlang", program("epmd"))?;
        let name = unique_name();
        let folder = folder(&name);
        let rabbitmq = Self {
            port: free_port(),
            node_port: free_port(),
            mapper_port: free_port(),
            programs,
            process: Process::new(folder.path(), "rabbitmq", "TERM"),
            mapper: Process::new(folder.path(), "epmd", "TERM"),
            name,
            folder,
        };
        let port = rabbitmq.port;
        let listener = match identity {
            None => format!("listeners.tcp.local = 127.0.0.1:{port}"),
            Some(identity) => format!(
                "listeners.tcp = none\nlisteners.ssl.local = 127.0.0.1:{port}\nssl_options.cacertfile = {}\n\
                 ssl_options.certfile = {}\nssl_options.keyfile = {}",
                identity.authority.display(),
                identity.certificate.display(),
                identity.key.display()
            ),
        };
        let settings = format!("{listener}\n{SETTINGS}");
        for (file, text) in [
            ("rabbitmq.conf", &*settings),
            ("plugins", "[]."),
            ("environment", ""),
        ] {
            std::fs::write(rabbitmq.path(file), text).expect("the settings are written");
        }
        let mapper = rabbitmq.mapper_port.to_string();
        let mut epmd = command(epmd, &rabbitmq.folder);
        epmd.args(["-port", &mapper, "-address", "127.0.0.1"]);
        rabbitmq
            .mapper
            .start(&mut epmd, Duration::from_secs(10), || {
                TcpStream::connect(("127.0.0.1", rabbitmq.mapper_port)).is_ok()
            });
        rabbitmq.start_again();
        Some(rabbitmq)
    }

    /// The address of its virtual host `/`.
    pub fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.port)
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What `rabbitmqctl` prints. It panics with its words when it fails.
    pub fn ctl(&self, args: &[&str]) -> String {
        output(&mut self.ctl_command(args))
    }

    /// Stops it. What is durable is kept.
    pub fn stop(&self) {
        self.process.stop();
    }

    /// Kills it, as a crash would.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// Starts it again, with the ports and the data that it had, and waits until it accepts connections.
    pub fn start_again(&self) {
        let mut server = self.command("rabbitmq-server");
        self.process
            .start(&mut server, Duration::from_secs(120), || {
                TcpStream::connect(("127.0.0.1", self.port)).is_ok()
                    && succeeds(&mut self.ctl_command(&["await_startup"]))
            });
    }

    /// The process id of the server.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        let name = format!("log/{}@localhost.log", self.name);
        std::fs::read_to_string(self.path(&name)).unwrap_or_default()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ctl_command(&self, args: &[&str]) -> Command {
        let mut command = self.command("rabbitmqctl");
        // It is an Erlang node too. Its port would come out of ten fixed ones.
        let port = free_port().to_string();
        command.env("RABBITMQ_CTL_DIST_PORT_MIN", &port);
        command.env("RABBITMQ_CTL_DIST_PORT_MAX", &port);
        command.arg("--quiet").args(args);
        command
    }

    /// One of RabbitMQ's programs, with everything that it writes in the folder.
    fn command(&self, name: &str) -> Command {
        let mut command = command(self.programs.join(name), &self.folder);
        command
            .env("RABBITMQ_NODENAME", format!("{}@localhost", self.name))
            .env("RABBITMQ_DIST_PORT", self.node_port.to_string())
            .env("RABBITMQ_MNESIA_BASE", self.path("data"))
            .env("RABBITMQ_LOG_BASE", self.path("log"))
            .env("RABBITMQ_PID_FILE", self.path("pid"))
            .env("RABBITMQ_CONFIG_FILE", self.path("rabbitmq.conf"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", self.path("plugins"))
            .env("RABBITMQ_CONF_ENV_FILE", self.path("environment"))
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1}",
            )
            .env("ERL_EPMD_PORT", self.mapper_port.to_string())
            // The script then becomes the server, so that the process started here is the server itself.
            .env("RUNNING_UNDER_SYSTEMD", "true");
        command
    }
}

/// The folder of RabbitMQ's programs. Those of Debian in `PATH` are scripts that change to a user of its own.
fn programs() -> Option<PathBuf> {
    let debian = Path::new("/usr/lib/rabbitmq/bin");
    if debian.join("rabbitmq-server").is_file() {
        return Some(debian.to_owned());
    }
    program("rabbitmq-server")?.parent().map(Path::to_owned)
}
