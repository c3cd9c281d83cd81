//! `microkit doctor`: looks at this machine before the system is started on it, and says what to do about what is
//! missing. Called by `cli.rs`; read `doctor/engine.rs` and `doctor/workspace.rs` for what is looked at.

use std::path::Path;

use anstyle::{AnsiColor, Style};
use anyhow::anyhow;

use super::manifest::{self, Loaded};
use super::{Failure, say};
use crate::diagnostic::counted;

mod engine;
mod workspace;

const GOOD: Style = AnsiColor::Green.on_default();
const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();
const WRONG: Style = AnsiColor::Red.on_default().bold();

/// Say whether this machine is fit to run the system, and what to do if not
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Looks at Rust, Docker, Compose, memory, disk and networks, and inside a workspace at its ports,
its .env and its compose.yaml too. It changes nothing. The exit code is 1 if something is wrong.")]
pub struct Args {}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    grade: Grade,
    what: String,
    /// What to do about it.
    help: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grade {
    Good,
    /// It may work.
    Doubtful,
    Wrong,
}

impl Finding {
    fn good(what: impl Into<String>) -> Self {
        Self {
            grade: Grade::Good,
            what: what.into(),
            help: String::new(),
        }
    }

    fn doubtful(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            grade: Grade::Doubtful,
            what: what.into(),
            help: help.into(),
        }
    }

    fn wrong(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            grade: Grade::Wrong,
            ..Self::doubtful(what, help)
        }
    }
}

/// Looks, and says what it found.
///
/// # Errors
/// When something is wrong, or the manifest of the workspace is.
pub fn run(_: Args) -> Result<(), Failure> {
    let loaded = match manifest::locate() {
        Ok(path) => Some(manifest::load(&path)?),
        Err(_) => None,
    };
    let mut findings = vec![engine::rust()];
    findings.extend(look(loaded.as_ref()));
    let text: String = findings.iter().map(shown).collect();
    say(&text)?;
    let wrong = findings.iter().filter(|one| one.grade == Grade::Wrong);
    match wrong.count() {
        0 => say("\nthis machine is fit\n"),
        number => Err(anyhow!(
            "{} to mend before the system can run on Docker",
            counted(number, "thing")
        )
        .into()),
    }
}

fn look(loaded: Option<&Loaded>) -> Vec<Finding> {
    let folder = loaded.map_or(Path::new("."), Loaded::root);
    let (mut findings, engine) = engine::docker(folder);
    if let Some(loaded) = loaded {
        if let Some(engine) = &engine {
            findings.extend(engine.has_room(folder, &loaded.system));
        }
        findings.extend(workspace::look(loaded));
    }
    findings
}

fn shown(finding: &Finding) -> String {
    let (style, word) = match finding.grade {
        Grade::Good => (GOOD, "ok"),
        Grade::Doubtful => (DOUBTFUL, "look"),
        Grade::Wrong => (WRONG, "wrong"),
    };
    let mut text = format!("{style}{word:<6}{style:#} {}\n", finding.what);
    for line in finding.help.lines() {
        text.push_str(&format!("       {line}\n"));
    }
    text
}
