//! Builds programs of a workspace with cargo, which also says where they are and which of them are new.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Sender;
use std::thread;

use anyhow::{Context, anyhow, bail};
use serde_json::Value;

use super::cargo::cargo;
use super::guard::Guard;
use super::supervisor::Event;

/// Where each program is, by its name.
pub type Programs = BTreeMap<String, PathBuf>;

/// What to build.
#[derive(Debug, Clone)]
pub struct Build {
    /// The folder of the workspace.
    pub root: PathBuf,
    /// The crates, each with a program of the same name.
    pub names: BTreeSet<String>,
    /// An example of these crates, instead of their programs.
    pub example: Option<String>,
    pub release: bool,
}

/// How a build ended.
#[derive(Debug)]
pub enum Built {
    Programs {
        programs: Programs,
        /// Those that were not there before as they are now.
        new: BTreeSet<String>,
    },
    /// It failed with this exit code, and cargo has said why.
    Failed(u8),
}

/// Builds, in the guard's group. What cargo has to say goes to stderr.
///
/// # Errors
/// When cargo can't be started or says something unexpected.
pub fn build(what: &Build, guard: &Guard) -> anyhow::Result<Built> {
    begin(what, guard)?.finish(what)
}

/// As `build`, on the side: how it ended comes as an event.
///
/// # Errors
/// When cargo can't be started.
pub fn begin_aside(what: &Build, guard: &Guard, ended: Sender<Event>) -> anyhow::Result<()> {
    let begun = begin(what, guard)?;
    let what = what.clone();
    thread::spawn(move || ended.send(Event::Built(begun.finish(&what))).ok());
    Ok(())
}

/// A build under way.
struct Begun(Child);

/// Begins a build, in the guard's group.
///
/// # Errors
/// When cargo can't be started.
fn begin(what: &Build, guard: &Guard) -> anyhow::Result<Begun> {
    let mut cargo = command(what);
    guard.admit(&mut cargo)?;
    match cargo.spawn() {
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "this needs cargo, and there is none on the PATH: install Rust from https://rustup.rs"
        ),
        other => Ok(Begun(other.context("can't start cargo")?)),
    }
}

impl Begun {
    /// Waits for the end of the build.
    ///
    /// # Errors
    /// When cargo says something unexpected.
    fn finish(mut self, what: &Build) -> anyhow::Result<Built> {
        let said = self.0.stdout.take().context("cargo has no output")?;
        let mut programs = Programs::new();
        let mut new = BTreeSet::new();
        for line in BufReader::new(said).lines() {
            let line = line.context("can't read what cargo says")?;
            let Some((name, path, is_new)) = program(&line) else {
                continue;
            };
            if is_new {
                new.insert(name.clone());
            }
            programs.insert(name, path);
        }
        let status = self.0.wait().context("can't wait for cargo")?;
        if !status.success() {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            return Ok(Built::Failed(code.unwrap_or(1)));
        }
        let wanted = match &what.example {
            Some(example) => BTreeSet::from([example.clone()]),
            None => what.names.clone(),
        };
        programs.retain(|name, _| wanted.contains(name));
        match wanted.iter().find(|name| !programs.contains_key(*name)) {
            Some(name) => Err(anyhow!("cargo built no program `{name}`")),
            None => Ok(Built::Programs { programs, new }),
        }
    }
}

fn command(what: &Build) -> Command {
    let mut cargo = cargo();
    cargo
        .args(["build", "--locked"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(absolute(&what.root))
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    match &what.example {
        Some(example) => cargo.args(["--example", example]),
        None => cargo.arg("--bins"),
    };
    if what.release {
        cargo.arg("--release");
    }
    for name in &what.names {
        cargo.args(["--package", name]);
    }
    cargo
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The program that a line of cargo's messages tells of, and whether it was built just now.
fn program(line: &str) -> Option<(String, PathBuf, bool)> {
    let message: Value = serde_json::from_str(line).ok()?;
    if message["reason"] != "compiler-artifact" {
        return None;
    }
    let path = message["executable"].as_str()?;
    let name = message["target"]["name"].as_str()?;
    let is_new = message["fresh"] == false;
    Some((name.to_owned(), PathBuf::from(path), is_new))
}
