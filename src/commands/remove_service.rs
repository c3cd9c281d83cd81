//! `microkit remove-service NAME`: takes a service out of the manifest, the gateway and the
//! workspace. Called by `cli.rs`; `change.rs` does the work.

use super::Failure;
use super::change::{self, Target};
use super::edit::service::remove_service;

/// Take a service out of the workspace
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Calls of it and events that only it had to do with go as well. Whatever else still needs the
service is told, and then nothing is written. Files that you edited stay where they are, and
so does its database.")]
pub struct Args {
    /// Its name
    name: String,
    #[command(flatten)]
    target: Target,
}

/// Removes the service.
///
/// # Errors
/// As `change::run`.
pub fn run(args: Args) -> Result<(), Failure> {
    change::run(&args.target, None, |text| remove_service(text, &args.name))
}
