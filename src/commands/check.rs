//! `microkit check`: says what is wrong with a manifest, and writes nothing.
//!
//! Called by `cli.rs`. Read `manifest.rs` next, which reads the file and takes it through the first two stages.

use std::path::PathBuf;

use super::manifest::{self, Loaded};
use super::{Failure, say};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The manifest; without this the microkit.toml of this folder or the nearest above
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
}

/// # Errors
/// When the manifest can't be found or read, or has mistakes.
pub fn run(args: Args) -> Result<(), Failure> {
    let path = match args.manifest {
        Some(path) => path,
        None => manifest::locate()?,
    };
    let loaded = manifest::load(&path)?;
    loaded.show_warnings();
    say(&format!(
        "{}: {}\n",
        loaded.path.display(),
        verdict(&loaded)
    ))
}

/// `3 services, 3 resources, 1 event: no mistakes`
fn verdict(loaded: &Loaded) -> String {
    let system = &loaded.system;
    let counted = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let resources = system
        .services
        .iter()
        .map(|service| service.resources.len());
    format!(
        "{}, {}, {}: no mistakes",
        counted(system.services.len(), "service"),
        counted(resources.sum(), "resource"),
        counted(system.events.len(), "event"),
    )
}
