//! The Docker engine that `.ci/docker` starts, and the stand-ins of it for the official images.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What `.ci/docker env` sets.
const VARIABLES: [&str; 9] = [
    "DOCKER_HOST",
    "DOCKER_CONFIG",
    "MICROKIT_COMPOSE_SCHEMA",
    "RUST_IMAGE",
    "RUNTIME_IMAGE",
    "POSTGRES_IMAGE",
    "RABBITMQ_IMAGE",
    "CONSUL_IMAGE",
    "PROMETHEUS_IMAGE",
];

/// What would have a say before the `.env` of a test.
const FOREIGN: [&str; 15] = [
    "DOCKER_CONTEXT",
    "DOCKER_TLS_VERIFY",
    "BUILDX_BUILDER",
    "COMPOSE_FILE",
    "COMPOSE_PROFILES",
    "COMPOSE_PROJECT_NAME",
    "GATEWAY_PORT",
    "PROMETHEUS_PORT",
    "IMAGE_PREFIX",
    "IMAGE_TAG",
    "RUST_LOG",
    "LOG_FORMAT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "MICROKIT_KILL_AT",
    "MICROKIT_KILL_AT_STEP",
];

/// An engine that answers.
pub struct Engine {
    /// The search path with Docker's programs, and the variables above.
    variables: Vec<(String, String)>,
}

/// The engine. Where none answers, it says that the test is skipped; with `CI` set, the test fails.
pub fn engine() -> Option<&'static Engine> {
    static ENGINE: OnceLock<Option<Engine>> = OnceLock::new();
    let found = ENGINE.get_or_init(Engine::find).as_ref();
    if found.is_none() {
        let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
        let reason = "no Docker engine answers (.ci/docker starts one)";
        assert!(!ci, "{reason}");
        eprintln!("skipped: {reason}");
    }
    found
}

/// The folder of this repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Engine {
    fn find() -> Option<Self> {
        let mut shell = Command::new("bash");
        let script = "eval \"$(.ci/docker env)\" && env -0";
        let shell = shell.args(["-c", script]).current_dir(repository());
        let output = shell.output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let pairs = text.split('\0').filter_map(|line| line.split_once('='));
        let ours = pairs.filter(|(name, _)| *name == "PATH" || VARIABLES.contains(name));
        let variables: Vec<_> = ours
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(
            variables.len(),
            VARIABLES.len() + 1,
            "`.ci/docker env` sets each variable"
        );
        let engine = Self { variables };
        let answer = engine
            .command("docker", repository())
            .arg("version")
            .output();
        answer.ok()?.status.success().then_some(engine)
    }

    /// A program that sees this engine, and nothing of another one.
    pub fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        for name in FOREIGN {
            command.env_remove(name);
        }
        // All generated workspaces build there.
        command.env("CARGO_TARGET_DIR", repository().join("target/generated"));
        command.env("NO_COLOR", "1");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// What `docker` prints. It panics with its words when it fails.
    #[track_caller]
    pub fn docker(&self, arguments: &[&str]) -> String {
        let mut command = self.command("docker", repository());
        command.args(arguments);
        printed(&mut command)
    }

    /// A variable that `.ci/docker env` sets.
    pub fn variable(&self, name: &str) -> &str {
        let found = self.variables.iter().find(|(known, _)| known == name);
        let (_, value) = found.expect("it is one of those that are set");
        value
    }

    /// The JSON Schema of the Compose Specification.
    pub fn schema(&self) -> PathBuf {
        PathBuf::from(self.variable("MICROKIT_COMPOSE_SCHEMA"))
    }
}

/// A shell beside a container: in its network or among its processes. Whether it succeeds, and all it prints.
pub fn beside(engine: &Engine, options: &[&str], script: &str) -> (bool, String) {
    let mut command = engine.command("docker", repository());
    command.args(["run", "--rm"]).args(options);
    // The image that builds is a whole Debian.
    command.args([engine.variable("RUST_IMAGE"), "bash", "-c", script]);
    let output = command.output().expect("docker runs");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).trim().to_owned();
    (output.status.success(), text)
}

/// Holds the process of a container to writing to these folders alone. In its place writes a shell that has its user, its
/// capabilities, which are none, and its file system.
#[track_caller]
pub fn writes_only_to(engine: &Engine, container: &str, folders: &[&str]) {
    let processes = format!("container:{container}");
    let options = ["--pid", &processes, "--cap-add", "SYS_PTRACE"];
    let as_it =
        "setpriv --reuid 65532 --regid 65532 --clear-groups --bounding-set -all --no-new-privs";
    for folder in ["/", "/usr", "/data", "/tmp"] {
        let script = format!(
            "process=$(grep -lx service /proc/[0-9]*/comm | head -n 1) && cd ${{process%/comm}}/root && \
             {as_it} sh -c 'touch .{folder}/mine && rm .{folder}/mine'"
        );
        let (written, words) = beside(engine, &options, &script);
        let may = folders.contains(&folder);
        assert_eq!(written, may, "a service writes to {folder}: {words}");
        assert!(
            may || words.contains("Read-only file system"),
            "what keeps a service from {folder}: {words}"
        );
    }
}

/// What a page on the network of a container says. The stand-in for Prometheus has a client for it.
#[track_caller]
pub fn page(engine: &Engine, network: &str, url: &str) -> String {
    let image = engine.variable("PROMETHEUS_IMAGE");
    let mut arguments = vec!["run", "--rm", "--network", network];
    arguments.extend([
        "--entrypoint",
        "wget",
        image,
        "-q",
        "-T",
        "10",
        "-O",
        "-",
        url,
    ]);
    engine.docker(&arguments)
}

/// What a command prints. It panics with the command's words when it fails.
#[track_caller]
pub fn printed(command: &mut Command) -> String {
    let output = command.output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{:?} {:?}: {}\n{text}\n{errors}",
        command.get_program(),
        command.get_args(),
        output.status
    );
    text.trim_end().to_owned()
}
