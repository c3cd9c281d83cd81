//! `microkit compose`: writes what runs the system on Docker, and with `--local` brings it up with binaries built by this
//! machine's cargo. Called by `cli.rs`; read `plan/compose.rs` for the files, `compose/local.rs` for the quick way.

use std::path::Path;

use crate::plan::{self, Plan};
use crate::workspace::{self, Choices, Mode, Side};

use super::generate::{self, Closing};
use super::manifest::{self, Loaded};
use super::{Failure, say, show, warn};

mod local;

/// Write what runs the system on Docker
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Writes compose.yaml, Dockerfile, .dockerignore, .env.example and the folder compose/, and into
.env, which git ignores, a random password for each server that has none there yet. `new`,
`generate` and the commands that edit the manifest keep these files up to date too; unlike them,
this one brings back a file that you deleted. Your edits are merged; what you want otherwise is
best kept in compose.override.yaml, which microkit never touches.

`microkit doctor` says whether this machine is fit to run it.")]
pub struct Args {
    /// Print compose.yaml; write nothing
    #[arg(long, conflicts_with_all = ["check", "dry_run", "local"])]
    stdout: bool,
    /// Write nothing; fail if there is something to write (for continuous integration)
    #[arg(long, conflicts_with_all = ["dry_run", "local"])]
    check: bool,
    /// Write nothing; show what would be written as a patch
    #[arg(long, conflicts_with = "local")]
    dry_run: bool,
    /// Build with this machine's cargo, put the binaries into the images, and start what has changed
    #[arg(long)]
    local: bool,
}

/// Writes the files, and with `--local` starts the system.
///
/// # Errors
/// As `generate`; with `--local` also when cargo or Docker fail.
pub fn run(args: Args) -> Result<(), Failure> {
    let path = manifest::locate()?;
    let mode = generate::mode(args.check, args.dry_run);
    if mode == Mode::Write && !args.stdout {
        workspace::recover(manifest::root(&path))?;
    }
    let loaded = manifest::load(&path)?;
    generate::not_behind(&loaded)?;
    loaded.show_warnings();
    let whole = plan::plan(&loaded.system);
    if args.stdout {
        let text = whole.get(plan::COMPOSE).unwrap_or_default();
        return say(&String::from_utf8_lossy(text));
    }
    write(&loaded, &whole, mode)?;
    match (args.local, mode) {
        (true, _) => local::run(&loaded),
        (false, Mode::Write) => say(&show::on_docker(&plan::deployment(&loaded.system))),
        (false, _) => Ok(()),
    }
}

fn write(loaded: &Loaded, whole: &Plan, mode: Mode) -> Result<(), Failure> {
    let part = whole.part(plan::is_compose);
    let choices = missing(&part, loaded.root());
    let report = workspace::apply(&part, loaded.root(), mode, &choices)?;
    let closing = Closing {
        command: "microkit compose",
        next: "",
    };
    generate::finish(loaded, mode, report, &closing)?;
    if mode == Mode::Write {
        note_the_rest(loaded, whole)?;
    }
    Ok(())
}

/// A file that was deleted is wanted again by whoever asks for it by this command.
fn missing(part: &Plan, root: &Path) -> Choices {
    let paths = part.files().map(|(path, _)| path);
    let missing = paths.filter(|path| root.join(path).symlink_metadata().is_err());
    missing
        .map(|path| (path.to_owned(), Side::Theirs))
        .collect()
}

/// The images are built from the code, which may be behind.
fn note_the_rest(loaded: &Loaded, whole: &Plan) -> Result<(), Failure> {
    let rest = whole.part(|path| !plan::is_compose(path));
    let report = workspace::apply(&rest, loaded.root(), Mode::Check, &Choices::new())?;
    if report.written() > 0 || report.is_refused() {
        warn("note: the code is behind the manifest: run `microkit generate` before you build");
    }
    Ok(())
}
