//! `microkit extract SERVICE...`: takes services out of the one process, each to run as a process of its own. Called by
//! `cli.rs`; `settle.rs` does the work.

use super::Failure;
use super::settle::{self, Selection, Way};

/// Take services out of the one process, to run as processes of their own
#[derive(Debug, clap::Args)]
#[command(after_help = "\
No file of a service changes: its calls and events go over the network from then on, that is all.
What is left runs together with the gateway, in the monolith. `microkit absorb` is the way back.")]
pub struct Args {
    #[command(flatten)]
    selection: Selection,
}

/// Takes them out.
///
/// # Errors
/// When there is no such service, or as `change::run`.
pub fn run(args: Args) -> Result<(), Failure> {
    settle::run(Way::Out, &args.selection)
}
