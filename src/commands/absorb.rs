//! `microkit absorb SERVICE...`: takes services back into the one process. Called by `cli.rs`; `settle.rs` does the work.

use super::Failure;
use super::settle::{self, Selection, Way};

/// Take services back into the one process
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The way back from `microkit extract`. With --all everything runs in one process, on Docker too.")]
pub struct Args {
    #[command(flatten)]
    selection: Selection,
}

/// Takes them in.
///
/// # Errors
/// When there is no such service, or as `change::run`.
pub fn run(args: Args) -> Result<(), Failure> {
    settle::run(Way::In, &args.selection)
}
