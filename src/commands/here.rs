//! `microkit` without a command: says where one is, and the few commands that make sense there now. Called by `cli.rs`;
//! `here/words.rs` has the words.

mod words;

use std::path::PathBuf;

use crate::plan;
use crate::system::System;
use crate::workspace::{self, Choices, Mode};

use super::manifest::{self, Loaded};
use super::{Failure, check, language, say};

/// What the current folder is.
enum Place {
    Outside,
    /// The manifest has mistakes.
    Mistaken(PathBuf),
    Workspace {
        path: PathBuf,
        system: System,
        state: State,
    },
}

/// How far the code is what the manifest says.
enum State {
    UpToDate {
        /// How many remarks on the architecture and the code are open.
        remarks: usize,
    },
    Behind,
    /// Nothing was written from the manifest yet.
    Unwritten,
    /// There are files, but what microkit wrote last is not known any more.
    Lost,
    /// This many files hold a conflict of an earlier run.
    Conflicts(usize),
    /// Why it can't be told.
    Unknown(String),
}

/// Looks at the current folder.
///
/// # Errors
/// When the workspace can't be read.
pub fn run() -> Result<(), Failure> {
    say(&words::told(&place()?, language(None)))
}

fn place() -> Result<Place, Failure> {
    let Ok(path) = manifest::locate() else {
        return Ok(Place::Outside);
    };
    match manifest::load(&path) {
        Ok(loaded) => Ok(Place::Workspace {
            state: state(&loaded),
            path,
            system: loaded.system,
        }),
        Err(Failure::Manifest(_)) => Ok(Place::Mistaken(path)),
        Err(other) => Err(other),
    }
}

fn state(loaded: &Loaded) -> State {
    let plan = plan::plan(&loaded.system);
    if !workspace::has_base(loaded.root()) && !loaded.root().join("Cargo.toml").exists() {
        return State::Unwritten;
    }
    match workspace::apply(&plan, loaded.root(), Mode::Check, &Choices::new()) {
        Ok(report) if report.is_refused() => State::Conflicts(report.marked.len()),
        Ok(report) if report.adopted > 0 && !workspace::has_base(loaded.root()) => State::Lost,
        Ok(report) if !report.is_clean() => State::Behind,
        Ok(_) => State::UpToDate {
            remarks: check::remarks(&loaded.text, loaded.root()),
        },
        Err(_) if !workspace::has_base(loaded.root()) => State::Lost,
        Err(error) => State::Unknown(format!("{error:#}")),
    }
}
