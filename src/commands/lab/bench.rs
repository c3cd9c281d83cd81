//! What a lab works with: the programs of the workspace, a folder for the data of what it starts, and how much time it has.
//! Made by `lab.rs`; `rig.rs` starts systems on it.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread::{self, available_parallelism};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::lab::Lab;
use crate::lab::drive::{Drive, Ids};
use crate::lab::machine::{Machine, Ticks};
use crate::supervise::{Build, Built, Guard, Process, Programs, build, layout};
use crate::system::{Shape, System};

use super::super::manifest::Loaded;
use super::super::{Failure, run, warn};
use super::prepare::prepare;
use super::rig::Rig;

/// The rounds of each of the ways that are compared. With five of each, two that are alike don't overlap once in 126 times.
pub(in crate::commands) const ROUNDS: usize = 5;

/// The order in which the ways that are compared get their load in a round: forwards and backwards in turn, so that none
/// always comes behind the same other one.
pub(in crate::commands) fn in_turn(round: usize, arms: usize) -> Vec<usize> {
    match round.is_multiple_of(2) {
        true => (0..arms).rev().collect(),
        false => (0..arms).collect(),
    }
}

/// Before the first round, so that connections are open and caches are filled.
const WARM_UP: Duration = Duration::from_millis(300);
/// How long the machine is looked at before anything runs.
const LOOK: Duration = Duration::from_millis(500);

/// Where a lab works.
pub(in crate::commands) struct Bench<'a> {
    pub system: &'a System,
    pub programs: Programs,
    pub machine: Machine,
    /// Whether it is to be short rather than exact.
    pub quick: bool,
    root: PathBuf,
    /// What is started keeps its data and its logs below it.
    folder: PathBuf,
}

/// The folder of the workspace that labs write to, and the right to.
pub(super) struct Place {
    folder: PathBuf,
    /// Held for as long as it is open.
    _lock: File,
}

impl Place {
    /// Takes `target/microkit/lab` of a workspace, and removes what a lab left there that was killed.
    ///
    /// # Errors
    /// When another lab runs there, or nothing can be written.
    pub fn take(root: &Path) -> anyhow::Result<Self> {
        let root = std::path::absolute(root).context("can't tell where the workspace is")?;
        let folder = root.join("target/microkit/lab");
        let cant = || format!("can't write `{}`", folder.display());
        fs::create_dir_all(&folder).with_context(cant)?;
        let lock = File::create(folder.join("lock")).with_context(cant)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "another lab runs in this workspace; each would measure the other: wait for it to end"
            ),
            Err(TryLockError::Error(error)) => return Err(error).with_context(cant),
        }
        let place = Self {
            folder,
            _lock: lock,
        };
        place.clear();
        Ok(place)
    }

    /// Writes the page of a lab; where it is.
    ///
    /// # Errors
    /// When that can't be done.
    pub fn write(&self, lab: Lab, page: &str) -> anyhow::Result<PathBuf> {
        let path = self.folder.join(format!("{}.html", lab.name()));
        fs::write(&path, page).with_context(|| format!("can't write `{}`", path.display()))?;
        Ok(path)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn clear(&self) {
        // What can't be removed now is in nobody's way but that of the next lab, which says so.
        fs::remove_dir_all(self.data()).ok();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.clear();
    }
}

impl<'a> Bench<'a> {
    /// Builds the programs of the workspace.
    ///
    /// # Errors
    /// When it does not build: cargo has said why.
    pub(super) fn build(
        loaded: &'a Loaded,
        place: &Place,
        release: bool,
        quick: bool,
    ) -> Result<Self, Failure> {
        let system = &loaded.system;
        let services = system
            .services
            .iter()
            .map(|service| service.name.to_string());
        let names = services.chain(["gateway", "monolith"].map(str::to_owned));
        let what = Build {
            example: None,
            root: loaded.root().to_path_buf(),
            names: names.collect(),
            release,
        };
        run::are_there(loaded, &what.names)?;
        match build(&what, &Guard::start()?)? {
            Built::Programs { programs, .. } => Ok(Self {
                system,
                programs,
                machine: Machine {
                    cores: available_parallelism().map_or(1, usize::from),
                    release,
                    others: others(),
                },
                quick,
                root: what.root,
                folder: place.data(),
            }),
            Built::Failed(_) => Err(anyhow::anyhow!(
                "the workspace does not build, so nothing was measured. Cargo says why above; `cargo build` shows it again"
            )
            .into()),
        }
    }

    /// Builds an example of the chassis; none where it has no such example.
    ///
    /// # Errors
    /// When it does not build: cargo has said why.
    pub fn example(&self, name: &str) -> anyhow::Result<Option<PathBuf>> {
        let source = format!("crates/chassis/examples/{name}.rs");
        if !self.root.join(&source).is_file() {
            return Ok(None);
        }
        let what = Build {
            root: self.root.clone(),
            names: ["chassis".to_owned()].into(),
            example: Some(name.to_owned()),
            release: self.machine.release,
        };
        match build(&what, &Guard::start()?)? {
            Built::Programs { mut programs, .. } => Ok(programs.remove(name)),
            Built::Failed(_) => bail!("{source} does not build; cargo says why above"),
        }
    }

    /// Where something that is started keeps its data and its logs.
    pub fn folder_of(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The processes of a shape, told nothing but where the others are.
    pub fn layout(&self, shape: &Shape) -> anyhow::Result<Vec<Vec<Process>>> {
        let ports = crate::supervise::Ports::free(self.system).context("no port is free")?;
        Ok(layout(self.system, shape, &ports, |_| None))
    }

    /// Starts these processes, with data that nobody else has.
    ///
    /// # Errors
    /// When one of them does not come to be ready.
    pub fn start(&self, name: &str, stages: Vec<Vec<Process>>) -> anyhow::Result<Rig> {
        Rig::start(self.system, &self.programs, self.folder.join(name), stages)
    }

    /// The first of these requests that the system takes, with the ids that it needs. What was refused is told.
    ///
    /// # Errors
    /// When it takes none of them.
    pub fn choose<'s>(
        &self,
        gateway: u16,
        drives: &[Drive<'s>],
    ) -> Result<(Drive<'s>, Ids), Failure> {
        for drive in drives {
            match prepare(gateway, self.system, drive) {
                Ok(ids) => return Ok((*drive, ids)),
                Err(refused) => warn(&format!(
                    "{} can't be sent again and again: {refused}",
                    drive.name()
                )),
            }
        }
        let names: Vec<String> = drives.iter().map(Drive::name).collect();
        Err(anyhow::anyhow!(
            "the system takes none of the requests that this lab can make from its manifest: {}. Its own code asks for \
             more than the manifest says",
            names.join(", ")
        )
        .into())
    }

    /// How long a round is.
    pub fn round(&self, long: Duration, quick: Duration) -> Duration {
        match self.quick {
            true => quick,
            false => long,
        }
    }

    /// How long the load before the first round is.
    pub fn warm_up(&self) -> Duration {
        WARM_UP
    }

    /// What the cores of the machine have done so far, where it says so.
    pub fn ticks(&self) -> Option<Ticks> {
        ticks()
    }
}

fn ticks() -> Option<Ticks> {
    Ticks::parse(&fs::read_to_string("/proc/stat").ok()?)
}

/// How busy the machine is while nothing of the lab runs, of a hundred.
fn others() -> Option<f64> {
    let before = ticks()?;
    thread::sleep(LOOK);
    ticks()?.busy_since(&before)
}
