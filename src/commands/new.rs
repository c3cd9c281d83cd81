//! `microkit new NAME`: writes a new workspace from an example or a manifest, and with `--run`
//! builds and starts it. Called by `cli.rs`; read `workspace/create.rs` and `run.rs` next.

use std::path::{Path, PathBuf};

use crate::plan::{self, Plan};
use crate::system::{NameError, SystemName};
use crate::workspace;

use super::example::Example;
use super::manifest::{self, Loaded};
use super::{Failure, Trouble, edit, new_run, say, show};

/// Write a new workspace from an example or a manifest
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  microkit new shop                          the shop: users, orders and payments
  microkit new hello --example hello --run   one service, built and started
  microkit new shop --manifest draft.toml    your own system")]
pub struct Args {
    /// The folder to create; from an example, the system's name too
    name: PathBuf,
    /// A manifest of your own to start from; the system keeps the name that it gives
    #[arg(long, value_name = "FILE", conflicts_with = "example")]
    manifest: Option<PathBuf>,
    /// An example to start from
    #[arg(long, value_name = "NAME", value_enum, default_value = "shop")]
    example: Example,
    /// Build the system and start it
    #[arg(long, conflicts_with = "dry_run")]
    run: bool,
    /// Write nothing; list the files that would be written
    #[arg(long)]
    dry_run: bool,
}

/// Writes the workspace.
///
/// # Errors
/// When the name or the manifest is wrong, there is no room for the folder, or it can't be
/// written; with `--run` also when the gateway's port is taken or cargo is missing.
pub fn run(args: Args) -> Result<(), Failure> {
    let loaded = match &args.manifest {
        Some(path) => {
            last_part(&args.name)?;
            manifest::load(path)?
        }
        None => from_example(&args)?,
    };
    loaded.show_warnings();
    let text = edit::write_ports(&loaded.text, &loaded.system.dealt_ports())?;
    let plan = plan::plan(&loaded.system);
    workspace::vacancy(&args.name)?;
    let env = workspace::new_env(&plan::deployment(&loaded.system).secrets)?;
    if args.dry_run {
        return say(&show::listing(&all_files(&plan, &text, &env)));
    }
    if args.run {
        new_run::prepare(loaded.system.gateway.port)?;
    }
    let mut report = workspace::create(&plan, &text, &args.name)?;
    workspace::write_env(&args.name, &env)?;
    report.created.push(workspace::ENV.to_owned());
    say(&show::created(
        &args.name,
        &report,
        &loaded.system,
        args.run,
    ))?;
    if args.run {
        new_run::start(&args.name, &loaded.system)
    } else {
        Ok(())
    }
}

/// The example's manifest with the system named after the folder.
fn from_example(args: &Args) -> Result<Loaded, Failure> {
    let name = last_part(&args.name)?;
    let name = SystemName::parse(name).map_err(|error| {
        Failure::Usage(Trouble {
            message: format!("`{name}` can't be the name of a system: {error}"),
            help: suggest(&args.name, name, &error),
        })
    })?;
    let text = edit::rename(args.example.manifest(), &name)?;
    manifest::read(Path::new(workspace::MANIFEST), text)
}

fn last_part(path: &Path) -> Result<&str, Failure> {
    let trouble = |message: String| {
        let help = "give the folder to create a name, like `microkit new shop`".to_owned();
        Failure::Usage(Trouble { message, help })
    };
    let shown = path.display();
    let name = path.file_name();
    let name =
        name.ok_or_else(|| trouble(format!("`{shown}` ends in no name for a new folder")))?;
    name.to_str()
        .ok_or_else(|| trouble(format!("`{shown}` is not UTF-8")))
}

/// The nearest name that is one, if there is any, beside the folder that was meant.
fn suggest(path: &Path, name: &str, error: &NameError) -> String {
    let nearest = match error {
        NameError::Malformed { instead, .. } => instead.as_deref(),
        _ => Some(name),
    };
    let candidates = nearest.map(|name| [name.to_owned(), format!("{name}-system")]);
    let mut candidates = candidates.into_iter().flatten();
    match candidates.find(|name| SystemName::parse(name).is_ok()) {
        Some(name) => format!("try `microkit new {}`", path.with_file_name(name).display()),
        None => "use small letters, digits and single hyphens, like `web-shop`".to_owned(),
    }
}

/// Every file of the new workspace, those that are no part of the plan among them, without microkit's own copies.
fn all_files<'a>(plan: &'a Plan, manifest: &str, env: &str) -> Vec<(&'a str, usize)> {
    let mut files: Vec<_> = plan
        .files()
        .map(|(path, text)| (path, text.len()))
        .collect();
    files.push((workspace::MANIFEST, manifest.len()));
    files.push((workspace::ENV, env.len()));
    files.sort_unstable();
    files
}
