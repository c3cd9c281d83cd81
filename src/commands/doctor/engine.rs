//! What has to be on the machine: Rust, the Docker Engine, Compose, and room for the containers.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::plan;
use crate::system::System;

use super::super::docker::{self, Silence};
use super::super::show::mebibytes;
use super::Finding;

/// The oldest versions that know everything in `compose.yaml`: `start_interval` of a health check.
const OLDEST_ENGINE: (u32, u32) = (25, 0);
const OLDEST_COMPOSE: (u32, u32) = (2, 21);

/// What the workspace's `Cargo.toml` asks for.
const OLDEST_RUST: (u32, u32) = (1, 94);

/// How many networks Docker has addresses for, unless it is set up otherwise.
const NETWORKS: usize = 30;

/// The images, those they are built from, and what cargo keeps for the next build, in MiB.
const DISK: u64 = 6 * 1024;

/// An engine that answers.
pub(super) struct Engine {
    /// In MiB.
    memory: u64,
    root: String,
}

/// Whether the services can be built outside of a container.
pub(super) fn rust() -> Finding {
    let output = Command::new("cargo")
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let number = text.ok();
    let number = number
        .as_deref()
        .and_then(|text| text.split_whitespace().nth(1));
    match number.and_then(|number| Some((number, docker::version(number)?))) {
        Some((number, version)) if version >= OLDEST_RUST => {
            Finding::good(format!("Rust {number}"))
        }
        Some((number, _)) => Finding::doubtful(
            format!("Rust {number} is older than 1.{}", OLDEST_RUST.1),
            "`rustup update` brings a new one; Docker builds without it",
        ),
        None => Finding::doubtful(
            "there is no Rust on the PATH",
            "`cargo run` needs it: https://rustup.rs; Docker builds without it",
        ),
    }
}

/// Docker and Compose, and the engine if it answers.
pub(super) fn docker(folder: &Path) -> (Vec<Finding>, Option<Engine>) {
    let info = match docker::ask(folder, &["info", "--format", "{{json .}}"]) {
        Ok(info) => serde_json::from_str::<Value>(&info).unwrap_or_default(),
        Err(Silence::NotInstalled) => {
            let help =
                "`cargo run` needs none; for the rest: https://docs.docker.com/engine/install";
            return (
                vec![Finding::wrong("there is no Docker on the PATH", help)],
                None,
            );
        }
        Err(Silence::Refused(words)) => return (vec![unreachable(&words)], None),
    };
    let text = |name: &str| info[name].as_str().unwrap_or_default().to_owned();
    let version = text("ServerVersion");
    // The command line succeeds even if the engine does not answer.
    if version.is_empty() {
        let errors = info["ServerErrors"].as_array().into_iter().flatten();
        let errors: Vec<&str> = errors.filter_map(Value::as_str).collect();
        return (vec![unreachable(&errors.join("\n"))], None);
    }
    let findings = vec![
        recent(
            "Docker Engine",
            &version,
            OLDEST_ENGINE,
            "https://docs.docker.com/engine/install has a newer one",
        ),
        compose(folder),
    ];
    let memory = info["MemTotal"].as_u64().unwrap_or_default() >> 20;
    let root = text("DockerRootDir");
    (findings, Some(Engine { memory, root }))
}

fn unreachable(words: &str) -> Finding {
    let help = match words.to_ascii_lowercase().contains("permission denied") {
        true => {
            "you may not talk to it: `sudo usermod -aG docker $USER`, then log in again (that makes you root on it)"
        }
        false => "start it: Docker Desktop, or `sudo systemctl start docker`",
    };
    let words = words.lines().next().unwrap_or_default();
    Finding::wrong(
        "the Docker Engine does not answer",
        format!("{help}\nit says: {words}"),
    )
}

fn compose(folder: &Path) -> Finding {
    let install = "https://docs.docker.com/compose/install has it";
    match docker::ask(folder, &["compose", "version", "--short"]) {
        Ok(version) => recent("Compose", &version, OLDEST_COMPOSE, install),
        Err(_) => Finding::wrong(
            "`docker compose` does not work",
            format!(
                "it is a plugin of Docker (docker-compose with a hyphen is the old one): {install}"
            ),
        ),
    }
}

fn recent(what: &str, version: &str, oldest: (u32, u32), install: &str) -> Finding {
    match docker::version(version) {
        Some(numbers) if numbers < oldest => Finding::wrong(
            format!("{what} {version} is older than {}.{}", oldest.0, oldest.1),
            install,
        ),
        _ => Finding::good(format!("{what} {version}")),
    }
}

impl Engine {
    /// Whether the containers, their images and their networks find room.
    pub(super) fn has_room(&self, folder: &Path, system: &System) -> Vec<Finding> {
        let deployment = plan::deployment(system);
        let needed = deployment.mebibytes();
        let memory = usize::try_from(self.memory).unwrap_or(usize::MAX);
        let memory = match memory >= needed {
            true => Finding::good(format!(
                "memory: {} for Docker, at most {} for the system",
                mebibytes(memory),
                mebibytes(needed)
            )),
            false => Finding::doubtful(
                format!(
                    "memory: the system may take {}, and Docker has {}",
                    mebibytes(needed),
                    mebibytes(memory)
                ),
                "give Docker more, or lower the limits in compose.override.yaml; one server for all \
                 databases takes less (`[compose] postgres = \"shared\"`)",
            ),
        };
        let mut findings = vec![memory];
        findings.extend(self.disk());
        findings.extend(networks(folder, system.name.as_str(), deployment.networks));
        findings
    }

    #[cfg(unix)]
    fn disk(&self) -> Option<Finding> {
        // With Docker Desktop this folder is in a machine of its own, about which nothing can be said from here.
        let free = rustix::fs::statvfs(self.root.as_str()).ok()?;
        let free = (free.f_bavail.saturating_mul(free.f_frsize)) >> 20;
        let shown = mebibytes(usize::try_from(free).unwrap_or(usize::MAX));
        Some(match free >= DISK {
            true => Finding::good(format!("disk: {shown} free for Docker")),
            false => Finding::doubtful(
                format!(
                    "disk: {shown} free for Docker, and a first build takes about {}",
                    mebibytes(DISK as usize)
                ),
                "`docker system df` shows what takes it, `docker system prune` frees what nothing uses",
            ),
        })
    }

    #[cfg(not(unix))]
    fn disk(&self) -> Option<Finding> {
        None
    }
}

/// Docker gives each network addresses of a pool that is soon empty.
fn networks(folder: &Path, system: &str, needed: usize) -> Option<Finding> {
    let count = |extra: &[&str]| {
        let mut arguments = vec!["network", "ls", "--quiet", "--filter", "driver=bridge"];
        arguments.extend(extra);
        let list = docker::ask(folder, &arguments).ok()?;
        Some(list.lines().count())
    };
    let own = format!("label=com.docker.compose.project={system}");
    let others = count(&[])?.saturating_sub(count(&["--filter", &own])?);
    (others + needed > NETWORKS).then(|| {
        Finding::doubtful(
            format!("networks: the system needs {needed}, and Docker has {others} of about {NETWORKS} already"),
            "`docker network prune` removes unused ones; one server for all databases needs fewer (`[compose] \
             postgres = \"shared\"`); `default-address-pools` in Docker's daemon.json makes room for more",
        )
    })
}
