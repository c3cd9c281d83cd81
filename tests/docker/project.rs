//! A workspace in a folder of its own, and what Compose makes of it: containers, networks and volumes with a name and a
//! port of their own. They are removed when the value goes; after a panic their states and last words are shown before.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::engine::{Engine, printed, repository};
use super::servers::free_port;
use super::touch::touch;

/// A workspace on an engine.
pub struct Project {
    pub engine: &'static Engine,
    pub folder: PathBuf,
    /// The port of this machine that leads to the gateway.
    pub gateway: u16,
    /// The name that Compose gives to everything.
    pub name: String,
    _temp: TempDir,
}

impl Project {
    /// What `microkit new` writes from a manifest. `name` is that of the test; the system's is the manifest's.
    pub fn of_manifest(engine: &'static Engine, name: &str, manifest: &str) -> Self {
        let temp = tempfile::tempdir().expect("a folder for the workspace");
        fs::write(temp.path().join("given.toml"), manifest).expect("the manifest is written");
        Self::new(engine, name, temp, &["--manifest", "given.toml"])
    }

    /// What `microkit new` writes from one of its examples.
    pub fn of_example(engine: &'static Engine, name: &str, example: &str) -> Self {
        let temp = tempfile::tempdir().expect("a folder for the workspace");
        Self::new(engine, name, temp, &["--example", example])
    }

    fn new(engine: &'static Engine, name: &str, temp: TempDir, options: &[&str]) -> Self {
        let mut new = engine.command(env!("CARGO_BIN_EXE_microkit"), temp.path());
        printed(new.args(["new", name]).args(options));
        Self::of_folder(engine, name, temp)
    }

    /// A copy of the shop in `examples/`, whose rules make the lesson's contract hold.
    pub fn of_committed_shop(engine: &'static Engine, name: &str) -> Self {
        let temp = tempfile::tempdir().expect("a folder for the workspace");
        let folder = temp.path().join(name);
        fs::create_dir(&folder).expect("the folder is made");
        let shop = repository().join("examples/shop");
        let entries = fs::read_dir(shop).expect("the shop is there").flatten();
        let kept = entries.filter(|entry| {
            let left = ["target", "data", ".env"];
            !left.contains(&&*entry.file_name().to_string_lossy())
        });
        let mut copy = Command::new("cp");
        copy.arg("-a").args(kept.map(|entry| entry.path()));
        printed(copy.arg(&folder));
        let project = Self::of_folder(engine, name, temp);
        printed(&mut project.microkit(&["compose"]));
        project
    }

    /// Settles the names and the port. What a test that was killed left behind under this name is removed.
    fn of_folder(engine: &'static Engine, name: &str, temp: TempDir) -> Self {
        let project = Self {
            engine,
            folder: temp.path().join(name),
            gateway: free_port(),
            name: format!("microkit-test-{name}"),
            _temp: temp,
        };
        project.set("COMPOSE_PROJECT_NAME", &project.name);
        project.set("GATEWAY_PORT", &project.gateway.to_string());
        project.set("IMAGE_PREFIX", &format!("microkit-test/{name}"));
        touch(&project.folder);
        project.remove();
        project
    }

    /// Adds a line to `.env`.
    pub fn set(&self, variable: &str, value: &str) {
        let path = self.folder.join(".env");
        let text = fs::read_to_string(&path).unwrap_or_default();
        fs::write(path, format!("{text}{variable}={value}\n")).expect("`.env` is written");
    }

    /// What `.env` sets.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let text = self.read(".env");
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).expect("the file is read")
    }

    /// Puts another text in the place of one that a file has to have.
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{from} in {path}:\n{text}");
        fs::write(self.folder.join(path), text.replace(from, to)).expect("the file is written");
    }

    /// `microkit ARGUMENTS…` in the workspace.
    pub fn microkit(&self, arguments: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_microkit");
        let mut command = self.engine.command(program, &self.folder);
        command.args(arguments);
        command
    }

    /// `microkit compose --local`, which has to succeed, and how long it took.
    #[track_caller]
    pub fn local(&self) -> Duration {
        let begun = Instant::now();
        let text = printed(&mut self.microkit(&["compose", "--local"]));
        let url = format!("the system is up: http://127.0.0.1:{}/docs", self.gateway);
        assert!(text.contains(&url), "it says where the system is:\n{text}");
        begun.elapsed()
    }

    /// `docker compose ARGUMENTS…`, and what it printed.
    #[track_caller]
    pub fn compose(&self, arguments: &[&str]) -> String {
        printed(self.command().args(arguments))
    }

    /// `docker compose`, to be given arguments.
    pub fn command(&self) -> Command {
        let mut command = self.engine.command("docker", &self.folder);
        command.args(["compose", "--progress", "quiet"]);
        command
    }

    /// Starts what is not there and waits until all are healthy; how long that took.
    #[track_caller]
    pub fn up(&self, options: &[&str]) -> Duration {
        let begun = Instant::now();
        self.compose(&[&["up", "--detach", "--no-build", "--wait"], options].concat());
        begun.elapsed()
    }

    /// The containers of a service, or with "" all of them, by their ids; those that have ended too.
    #[track_caller]
    pub fn containers(&self, service: &str) -> Vec<String> {
        let mut arguments = vec!["ps", "--all", "--quiet", "--no-trunc", "--orphans=false"];
        arguments.extend((!service.is_empty()).then_some(service));
        let list = self.compose(&arguments);
        list.lines().map(str::to_owned).collect()
    }

    /// The only container of a service.
    #[track_caller]
    pub fn container(&self, service: &str) -> String {
        let mut found = self.containers(service);
        assert_eq!(found.len(), 1, "{service} has one container");
        found.remove(0)
    }

    /// Every service with its first container.
    #[track_caller]
    pub fn by_service(&self) -> BTreeMap<String, String> {
        let label = "{{index .Config.Labels \"com.docker.compose.service\"}} {{.Id}}";
        let containers = self.containers("");
        let mut arguments = vec!["inspect", "--format", label];
        arguments.extend(containers.iter().map(String::as_str));
        let list = self.engine.docker(&arguments);
        let pairs = list.lines().filter_map(|line| line.split_once(' '));
        pairs
            .map(|(service, id)| (service.to_owned(), id.to_owned()))
            .collect()
    }

    /// The services that have a running container, those included that `compose.yaml` does not know any more. Sorted.
    #[track_caller]
    pub fn all_running(&self) -> Vec<String> {
        let own = format!("label=com.docker.compose.project={}", self.name);
        let label = "{{.Label \"com.docker.compose.service\"}}";
        let list = self
            .engine
            .docker(&["ps", "--filter", &own, "--format", label]);
        let mut names: Vec<String> = list.lines().map(str::to_owned).collect();
        names.sort();
        names
    }

    /// What a statement selects in the database of a service, without a frame around it.
    #[track_caller]
    pub fn sql(&self, service: &str, statement: &str) -> String {
        let server = format!("{service}-database");
        let role = service.replace('-', "_");
        let psql = ["psql", "-U", &role, "-d", &role, "-tAqc", statement];
        self.compose(&[&["exec", "-T", &server], &psql[..]].concat())
    }

    /// As `sql`, for a statement that selects one number.
    #[track_caller]
    pub fn count(&self, service: &str, statement: &str) -> u64 {
        let text = self.sql(service, statement);
        text.parse()
            .unwrap_or_else(|_| panic!("{statement}: {text}"))
    }

    /// What Compose understands, with the variables of `.env` in it.
    #[track_caller]
    pub fn config(&self, options: &[&str]) -> Value {
        let arguments = [options, &["config", "--format", "json"]].concat();
        let text = self.compose(&arguments);
        serde_json::from_str(&text).expect("it is JSON")
    }

    /// The memory that all containers use at this moment, and the most that they may, in MiB.
    #[track_caller]
    pub fn memory(&self) -> (f64, f64) {
        let containers = self.containers("");
        let mut arguments = vec!["stats", "--no-stream", "--format", "{{.MemUsage}}"];
        arguments.extend(containers.iter().map(String::as_str));
        let list = self.engine.docker(&arguments);
        let pairs = list.lines().filter_map(|line| line.split_once(" / "));
        pairs.fold((0.0, 0.0), |(used, most), (one, limit)| {
            (used + mebibytes(one), most + mebibytes(limit))
        })
    }

    fn remove(&self) {
        let mut down = self.command();
        // What a step back from one layout to another left behind has its volumes too.
        down.args(["--profile", "observability", "down", "--volumes"]);
        down.args(["--remove-orphans", "--timeout", "0"]);
        let output = down.output().expect("docker runs");
        if !output.status.success() {
            eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        }
        // What Compose does not count among its own has the label all the same.
        let own = format!("label=com.docker.compose.project={}", self.name);
        for (list, remove) in [
            (&["ps", "--all"][..], &["rm", "--force", "--volumes"][..]),
            (&["volume", "ls"], &["volume", "rm", "--force"]),
            (&["network", "ls"], &["network", "rm"]),
        ] {
            let options = ["--quiet", "--filter", &own];
            let mut left = self.engine.command("docker", repository());
            let output = left.args(list).args(options).output();
            let ids = output.expect("docker runs").stdout;
            for id in String::from_utf8_lossy(&ids).lines() {
                let mut docker = self.engine.command("docker", repository());
                let _ = docker.args(remove).arg(id).output();
            }
        }
    }

    /// The states of all containers, and the last lines of each one's log, without those about requests.
    fn last_words(&self) {
        let docker = |arguments: &[&str]| {
            let mut docker = self.engine.command("docker", repository());
            let output = docker.args(arguments).output().expect("docker runs");
            let text = [output.stdout, output.stderr].concat();
            String::from_utf8_lossy(&text).into_owned()
        };
        let own = format!("label=com.docker.compose.project={}", self.name);
        eprintln!("{}", docker(&["ps", "--all", "--filter", &own]));
        let format = ["--format", "{{.Names}}"];
        let names = docker(&[&["ps", "--all", "--filter", &own][..], &format].concat());
        for name in names.lines() {
            let log = docker(&["logs", "--tail", "200", name]);
            let lines = log.lines().filter(|line| !line.contains(" access: "));
            let lines: Vec<&str> = lines.collect();
            let last = lines.len().saturating_sub(15);
            eprintln!("-- {name}\n{}", lines[last..].join("\n"));
        }
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.last_words();
        }
        self.remove();
    }
}

/// A size as Docker prints it.
pub fn mebibytes(text: &str) -> f64 {
    let text = text.trim();
    let unit = text.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let number: f64 = text[..text.len() - unit.len()]
        .parse()
        .expect("it begins with a number");
    let factor = match unit {
        "GiB" => 1024.0,
        "MiB" => 1.0,
        "KiB" => 1.0 / 1024.0,
        "B" => 1.0 / 1024.0 / 1024.0,
        _ => panic!("a unit of memory: {text}"),
    };
    number * factor
}
