//! The quick way into the containers: this machine's cargo, which has compiled most of it before, builds the binaries, and
//! the images take them over instead of building the workspace themselves. The `Dockerfile` is the same: a folder
//! takes the place of its stage `build`.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow, bail};
use serde_json::{Map, Value, json};

use crate::plan;
use crate::supervise::{self, Build, Built, Guard, Programs};

use super::super::docker::Variables;
use super::super::manifest::Loaded;
use super::super::{Failure, docker, say};

/// What becomes of the stage `build`, below cargo's own folder.
const STAGE: &str = "compose";

/// Builds, makes the images, and starts what has changed.
pub(super) fn run(loaded: &Loaded) -> Result<(), Failure> {
    let root = loaded.root();
    fits(root)?;
    say("\nbuilding with cargo\n")?;
    let plan::Deployment {
        images: names,
        folders,
        ..
    } = plan::deployment(&loaded.system);
    let programs = build(root, &names)?;
    let place = place(&programs)?;
    let stage = stage(&place, &programs, &folders)?;
    let extra = place.join("compose.json");
    let overrides = overrides(&names, &stage);
    fs::write(&extra, format!("{overrides:#}\n"))
        .with_context(|| format!("can't write `{}`", extra.display()))?;
    let files = files(root, &extra)?;
    say("putting the binaries into the images\n")?;
    compose(root, &files, &["build", "--quiet"])?;
    try_one(root, &files, &names[0])?;
    say("starting what has changed\n")?;
    // A container of a shape that the system had before would go on, and hold its port.
    let options = ["--detach", "--no-build", "--wait", "--remove-orphans"];
    compose(root, &files, &[&["up"], &options[..]].concat())?;
    say(&format!(
        "\nthe system is up: http://127.0.0.1:{}/docs\n",
        port(root, loaded.system.gateway.port)?
    ))
}

/// Whether this machine's binaries can run in the containers at all.
fn fits(root: &Path) -> anyhow::Result<()> {
    let other = "build in a container instead: `docker compose up --build --wait`";
    if env::consts::OS != "linux" {
        bail!(
            "`--local` needs Linux, since the containers run what this machine's cargo builds: {other}"
        );
    }
    let architecture = docker::ask(root, &["version", "--format", "{{.Server.Arch}}"]);
    let architecture = architecture.map_err(|silence| match silence {
        docker::Silence::NotInstalled => {
            anyhow!("`--local` needs Docker, and there is none on the PATH")
        }
        docker::Silence::Refused(words) => anyhow!("Docker does not answer: {words}"),
    })?;
    let here = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    if architecture != here {
        bail!("this machine builds for {here}, and Docker runs {architecture}: {other}");
    }
    Ok(())
}

/// Builds what becomes an image, as `cargo build` does; where each program is.
fn build(root: &Path, names: &[String]) -> Result<Programs, Failure> {
    let what = Build {
        root: root.to_path_buf(),
        names: names.iter().cloned().collect(),
        example: None,
        release: false,
    };
    match supervise::build(&what, &Guard::start()?)? {
        Built::Programs { programs, .. } => Ok(programs),
        Built::Failed(code) => Err(Failure::Child(code)),
    }
}

/// A folder of cargo's own, beside the one that the programs are in.
fn place(programs: &Programs) -> anyhow::Result<PathBuf> {
    let mut folders = programs.values().filter_map(|path| path.parent()?.parent());
    let folder = folders.next().context("cargo built no program")?;
    Ok(folder.join(STAGE))
}

/// A folder that is like the stage `build` at its end: `out/` with the binaries.
fn stage(place: &Path, programs: &Programs, folders: &[String]) -> anyhow::Result<PathBuf> {
    let stage = place.join("build");
    let out = stage.join("out");
    let make = || -> std::io::Result<()> {
        for folder in folders {
            fs::create_dir_all(out.join(folder))?;
        }
        for (name, from) in programs {
            let to = out.join(name);
            // A link costs neither time nor room, where the file system has them.
            fs::remove_file(&to).or_else(|error| match error.kind() {
                ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            })?;
            if fs::hard_link(from, &to).is_err() {
                fs::copy(from, &to)?;
            }
        }
        Ok(())
    };
    make().with_context(|| format!("can't prepare `{}`", stage.display()))?;
    Ok(stage)
}

/// Puts the folder in the place of the stage, for each image.
fn overrides(names: &[String], stage: &Path) -> Value {
    let services = names.iter().map(|name| {
        let context = json!({"build": {"additional_contexts": {"build": stage}}});
        (name.clone(), context)
    });
    json!({"services": Map::from_iter(services)})
}

/// The files that Compose would read by itself, and the one that puts the binaries in.
fn files(root: &Path, extra: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let set = Variables::read(root)?.get("COMPOSE_FILE");
    let mut files: Vec<PathBuf> = match set {
        Some(set) => set.split(':').map(PathBuf::from).collect(),
        None => {
            let override_file = ["compose.override.yaml", "compose.override.yml"];
            let override_file = override_file
                .into_iter()
                .find(|name| root.join(name).exists());
            std::iter::once(plan::COMPOSE)
                .chain(override_file)
                .map(PathBuf::from)
                .collect()
        }
    };
    files.push(extra.to_path_buf());
    Ok(files)
}

fn compose(root: &Path, files: &[PathBuf], arguments: &[&str]) -> Result<(), Failure> {
    let status = command(root, files)
        .args(arguments)
        .status()
        .context("can't start docker")?;
    match status.success() {
        true => Ok(()),
        false => Err(Failure::Child(1)),
    }
}

fn command(root: &Path, files: &[PathBuf]) -> Command {
    let mut command = Command::new("docker");
    command
        .arg("compose")
        .current_dir(root)
        .stdin(Stdio::null());
    // Paths are then those of the workspace, wherever the last file is.
    command.arg("--project-directory").arg(".");
    for file in files {
        command.arg("--file").arg(file);
    }
    command
}

/// A binary may want a newer C library than the image has. That is better found out before what runs is replaced.
fn try_one(root: &Path, files: &[PathBuf], name: &str) -> anyhow::Result<()> {
    let output = command(root, files)
        .args(["run", "--rm", "--no-deps", "--quiet-pull", name, "health"])
        .output()
        .context("can't start docker")?;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    if words.contains("GLIBC_") {
        bail!(
            "this machine's C library is newer than that of the image, so its binaries don't run there:\n{}\n\
             set RUNTIME_IMAGE in .env to an image with the same C library, or build in a container: \
             `docker compose up --build --wait`",
            words.trim()
        );
    }
    Ok(())
}

/// Where the gateway is published.
fn port(root: &Path, port: u16) -> anyhow::Result<String> {
    let set = Variables::read(root)?.get("GATEWAY_PORT");
    Ok(set.unwrap_or_else(|| port.to_string()))
}
