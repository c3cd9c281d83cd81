//! `microkit generate`: after an edit of the manifest, brings the workspace around it up to date.
//! Called by `cli.rs`; the rules are those of `workspace/decide.rs`.

use std::path::Path;

use crate::plan;
use crate::workspace::{self, Mode, Report};

use super::manifest::{self, Loaded};
use super::{Failure, edit, say, show};

/// Bring the workspace up to date after an edit of its manifest
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Works from any folder inside the workspace. Your edits are safe: a file that you
changed is left alone, unless the system needs a new one. Then nothing is
written, the files in the way are listed, and the exit code is 3.")]
pub struct Args {
    /// Write nothing; fail if there is something to write (for continuous integration)
    #[arg(long, conflicts_with = "dry_run")]
    check: bool,
    /// Write nothing; list what would be written
    #[arg(long)]
    dry_run: bool,
}

/// Brings the workspace of the current folder up to date.
///
/// # Errors
/// When there is no workspace, its manifest is wrong, an edited file is in the way, something
/// can't be written, or (with `--check`) there is something to write.
pub fn run(args: Args) -> Result<(), Failure> {
    let mode = match (args.check, args.dry_run) {
        (true, _) => Mode::Check,
        (_, true) => Mode::DryRun,
        _ => Mode::Write,
    };
    let loaded = manifest::load(&manifest::locate()?)?;
    loaded.show_warnings();
    let root = loaded.path.parent().unwrap_or(Path::new("."));
    let mut report = workspace::apply(&plan::plan(&loaded.system), root, mode)?;
    if report.is_refused() {
        return Err(Failure::InTheWay(show::refusal(&report)));
    }
    write_ports(&loaded, mode, &mut report)?;
    match mode {
        Mode::Check if !report.is_clean() => Err(Failure::Drift(show::drift(&report))),
        _ => say(&show::outcome(&report, mode)),
    }
}

/// Writes the ports that were dealt back, so that they stay what they are.
fn write_ports(loaded: &Loaded, mode: Mode, report: &mut Report) -> Result<(), Failure> {
    let ports = loaded.system.dealt_ports();
    if ports.is_empty() {
        return Ok(());
    }
    let text = edit::write_ports(&loaded.text, &ports)?;
    if mode == Mode::Write {
        workspace::replace_manifest(&loaded.path, &text)?;
    }
    report.updated.push(workspace::MANIFEST.to_owned());
    Ok(())
}
