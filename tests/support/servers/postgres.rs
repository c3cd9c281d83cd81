//! A PostgreSQL of the test's own.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::identity::Identity;
use super::process::Process;
use super::{command, folder, free_port, or_skip, output, program, succeeds, unique_name};

/// A server with a password on every connection. It ends with this value.
pub struct Postgres {
    port: u16,
    password: String,
    programs: PathBuf,
    /// The user and group that it runs as, where the test is root: PostgreSQL refuses to.
    account: Option<(u32, u32)>,
    tls: bool,
    process: Process,
    folder: TempDir,
}

impl Postgres {
    /// Starts one with no databases but its own; nothing where PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        Self::launch(None)
    }

    /// As `start`, and it speaks TLS too.
    pub fn with_tls(identity: &Identity) -> Option<Self> {
        Self::launch(Some(identity))
    }

    fn launch(identity: Option<&Identity>) -> Option<Self> {
        let programs = or_skip("PostgreSQL", programs())?;
        let name = unique_name();
        let folder = folder(&name);
        let owner = folder.path().metadata().expect("the folder is there").uid();
        let postgres = Self {
            port: free_port(),
            password: format!("secret-of-{name}"),
            programs,
            account: (owner == 0).then(account),
            tls: identity.is_some(),
            process: Process::new(folder.path(), "postgres", "INT"),
            folder,
        };
        postgres.initialize();
        if let Some(identity) = identity {
            postgres.take(&identity.certificate, "server.crt");
            postgres.take(&identity.key, "server.key");
        }
        postgres.start_again();
        Some(postgres)
    }

    fn initialize(&self) {
        let file = self.folder.path().join("password");
        std::fs::write(&file, &self.password).expect("the password is written");
        if let Some((user, group)) = self.account {
            chown(self.folder.path(), Some(user), Some(group)).expect("the folder is given away");
        }
        output(
            self.command("initdb")
                .args(["--username=microkit", "--auth=scram-sha-256", "--pwfile"])
                .arg(&file)
                .args(["--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"])
                .arg(self.data()),
        );
    }

    /// Copies a file to its data. A key has to be its own, and nobody else's to read.
    fn take(&self, file: &Path, name: &str) {
        let copy = self.data().join(name);
        std::fs::copy(file, &copy).expect("the file is copied");
        std::fs::set_permissions(&copy, Permissions::from_mode(0o600)).expect("it is hidden");
        if let Some((user, group)) = self.account {
            chown(&copy, Some(user), Some(group)).expect("it is given away");
        }
    }

    /// The address of a database of that name.
    pub fn url(&self, database: &str) -> String {
        let Self { port, password, .. } = self;
        format!("postgres://microkit:{password}@127.0.0.1:{port}/{database}")
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Creates an empty database.
    pub fn create_database(&self, name: &str) {
        self.sql("postgres", &format!("CREATE DATABASE \"{name}\""));
    }

    /// The rows that a statement gives, a line each, with `|` between columns. It panics when the statement fails.
    pub fn sql(&self, database: &str, statement: &str) -> String {
        let mut psql = self.command("psql");
        psql.args([
            "--no-psqlrc",
            "-At",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            statement,
            "-d",
        ]);
        output(psql.arg(self.url(database)))
    }

    /// Stops it, as `pg_ctl stop -m fast` does: connections are cut, and what was committed is on the disk.
    pub fn stop(&self) {
        self.process.stop();
    }

    /// Kills it and the processes of its connections, as a crash would.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// Starts it again, on the same port and with the data that it had, and waits until it accepts connections.
    pub fn start_again(&self) {
        let port = self.port.to_string();
        let mut server = self.command("postgres");
        server.arg("-D").arg(self.data()).args(["-p", &port]);
        server.args([
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "max_connections=200",
        ]);
        let sockets = format!("unix_socket_directories={}", self.folder.path().display());
        server.args([
            "-c",
            &sockets,
            "-c",
            if self.tls { "ssl=on" } else { "ssl=off" },
        ]);
        self.process
            .start(&mut server, Duration::from_secs(60), || {
                succeeds(
                    self.command("pg_isready")
                        .args(["-h", "127.0.0.1", "-p", &port]),
                )
            });
    }

    /// The process id of the server.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// One of PostgreSQL's programs, run by the user that the server runs as.
    fn command(&self, name: &str) -> Command {
        let mut command = command(self.programs.join(name), &self.folder);
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }
}

/// The folder of PostgreSQL's programs. Debian has one for each version, outside of `PATH`.
fn programs() -> Option<PathBuf> {
    if let Some(initdb) = program("initdb") {
        let file = initdb.canonicalize().expect("the program is there");
        return file.parent().map(Path::to_owned);
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let numbers = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let folders = numbers.map(|number| (number, format!("/usr/lib/postgresql/{number}/bin")));
    let (_, newest) = folders
        .filter(|(_, folder)| Path::new(folder).join("initdb").is_file())
        .max()?;
    Some(PathBuf::from(newest))
}

/// The user and group `postgres`, or else `nobody`.
fn account() -> (u32, u32) {
    let id = |option, user| {
        let output = Command::new("id")
            .args([option, user])
            .output()
            .expect("id runs");
        String::from_utf8_lossy(&output.stdout).trim().parse().ok()
    };
    let mut users = ["postgres", "nobody"].into_iter();
    let found = users.find_map(|user| Some((id("-u", user)?, id("-g", user)?)));
    found.expect("a user other than root")
}
