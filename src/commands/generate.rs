//! `microkit generate`: after an edit of the manifest, brings the workspace around it up to date.
//! Called by `cli.rs`; the rules are those of `workspace/decide.rs`.

use std::path::{Component, Path};

use crate::plan::{self, Plan};
use crate::workspace::{self, Choices, Mode, Report, Side};

use super::manifest::{self, Loaded};
use super::{Failure, Trouble, edit, outcome, say};

/// Bring the workspace up to date after an edit of its manifest
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Works from any folder inside the workspace. Your edits are safe: where both you and
microkit changed a file, the two are merged; where both changed the same place, the
file gets conflict markers, everything else is written, and the exit code is 3.")]
pub struct Args {
    /// Write nothing; fail if there is something to write (for continuous integration)
    #[arg(long, conflicts_with = "dry_run")]
    check: bool,
    /// Write nothing; show what would be written as a patch
    #[arg(long)]
    dry_run: bool,
    /// Settle the conflicts in this file: your text stays
    #[arg(long, value_name = "PATH")]
    ours: Vec<String>,
    /// Settle the conflicts in this file: microkit's text takes the place of yours
    #[arg(long, value_name = "PATH")]
    theirs: Vec<String>,
}

/// Brings the workspace of the current folder up to date.
///
/// # Errors
/// When there is no workspace, its manifest is wrong, something is left to the user, something
/// can't be written, or (with `--check`) there is something to write.
pub fn run(args: Args) -> Result<(), Failure> {
    let loaded = load(&args)?;
    not_behind(&loaded)?;
    bring_up_to_date(&loaded, &args)
}

/// Brings the workspace of the current folder to what this version of microkit writes.
///
/// # Errors
/// As `run`.
pub fn upgrade(args: Args) -> Result<(), Failure> {
    let loaded = load(&args)?;
    bring_up_to_date(&loaded, &args)
}

fn load(args: &Args) -> Result<Loaded, Failure> {
    let path = manifest::locate()?;
    if !args.check && !args.dry_run {
        workspace::recover(manifest::root(&path))?;
    }
    manifest::load(&path)
}

/// Fails for a workspace of an older microkit, whose files would change all over the place for a
/// reason that the user did not ask for.
pub(super) fn not_behind(loaded: &Loaded) -> Result<(), Failure> {
    match workspace::older_writer(loaded.root())? {
        Some(version) => Err(Failure::Usage(Trouble {
            message: format!(
                "this workspace was written by microkit {version}, and this is {}",
                env!("CARGO_PKG_VERSION")
            ),
            help: "bring it up to date with `microkit upgrade` first; `--dry-run` shows what that changes".into(),
        })),
        None => Ok(()),
    }
}

fn bring_up_to_date(loaded: &Loaded, args: &Args) -> Result<(), Failure> {
    let mode = mode(args.check, args.dry_run);
    loaded.show_warnings();
    let plan = plan::plan(&loaded.system);
    let choices = choices(&plan, loaded.root(), args)?;
    let report = workspace::apply(&plan, loaded.root(), mode, &choices)?;
    finish(loaded, mode, report, &CODE)
}

/// What `--check` and `--dry-run` ask for.
pub(super) fn mode(check: bool, dry_run: bool) -> Mode {
    match (check, dry_run) {
        (true, _) => Mode::Check,
        (_, true) => Mode::DryRun,
        _ => Mode::Write,
    }
}

/// What a command says at its end beside what it did.
#[derive(Debug)]
pub(super) struct Closing<'a> {
    /// The command that writes what `--check` misses.
    pub command: &'a str,
    /// What to do next.
    pub next: &'a str,
}

/// The end of every command that changes the code.
pub(super) const CODE: Closing<'static> = Closing {
    command: "microkit generate",
    next: outcome::TRY_THE_CODE,
};

/// Writes the manifest and `.env` where they lack something, and tells what came of the run.
///
/// # Errors
/// As `run`.
pub(super) fn finish(
    loaded: &Loaded,
    mode: Mode,
    mut report: Report,
    closing: &Closing,
) -> Result<(), Failure> {
    if !report.is_refused() {
        write_ports(loaded, mode, &mut report)?;
        write_secrets(loaded, mode, &mut report)?;
    }
    match mode {
        Mode::Check if !report.is_clean() => {
            return Err(Failure::Drift(outcome::drift(&report, closing.command)));
        }
        Mode::DryRun => say(&outcome::differences(&report.previews))?,
        _ => {}
    }
    if !report.is_refused() {
        say(&outcome::outcome(&report, mode, closing.next))?;
    }
    match report.needs_the_user() {
        true => Err(Failure::LeftToUser(outcome::left_to_the_user(&report))),
        false => Ok(()),
    }
}

/// Which side each named file is settled for.
fn choices(plan: &Plan, root: &Path, args: &Args) -> Result<Choices, Failure> {
    let mut choices = Choices::new();
    for (side, paths) in [(Side::Ours, &args.ours), (Side::Theirs, &args.theirs)] {
        for named in paths {
            let path = from_root(named, root);
            if !plan.files().any(|(planned, _)| planned == path) {
                return Err(Failure::Usage(Trouble {
                    message: format!("`{named}` is no file that microkit writes"),
                    help: "name a file as the report does, from the root of the workspace on"
                        .into(),
                }));
            }
            if choices
                .insert(path, side)
                .is_some_and(|other| other != side)
            {
                return Err(Failure::Usage(Trouble {
                    message: format!("`{named}` can't be settled for both sides"),
                    help: "name it once".into(),
                }));
            }
        }
    }
    Ok(choices)
}

/// A path as the report has it: given so, or as the shell completes it in the current folder.
fn from_root(named: &str, root: &Path) -> String {
    let written = |path: &Path| {
        let parts = path.components().filter_map(|part| match part {
            Component::Normal(part) => part.to_str(),
            _ => None,
        });
        parts.collect::<Vec<_>>().join("/")
    };
    let here = std::path::absolute(named).ok();
    let below = here
        .as_deref()
        .and_then(|here| here.strip_prefix(root).ok());
    match below.filter(|path| root.join(path).exists()) {
        Some(path) => written(path),
        None => written(Path::new(named)),
    }
}

/// Gives `.env` the passwords that `compose.yaml` asks for, if there is such a file. A clone has no `.env`, so that is
/// nothing for `--check`.
fn write_secrets(loaded: &Loaded, mode: Mode, report: &mut Report) -> Result<(), Failure> {
    let root = loaded.root();
    let is_new = report.created.iter().any(|path| path == plan::COMPOSE);
    if mode == Mode::Check || !(is_new || root.join(plan::COMPOSE).exists()) {
        return Ok(());
    }
    let names = plan::deployment(&loaded.system).secrets;
    let secrets = workspace::add_secrets(root, &names, mode == Mode::DryRun)?;
    if !secrets.added.is_empty() {
        let list = match secrets.created {
            true => &mut report.created,
            false => &mut report.updated,
        };
        list.push(workspace::ENV.to_owned());
    }
    Ok(())
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
