//! `microkit completions SHELL`: prints a script that a shell reads to complete microkit's
//! commands. Called by `cli.rs`, which hands over the commands; nothing else to read.

use clap_complete::Shell;

use super::{Failure, say};

/// Print the completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
For bash:
  microkit completions bash > ~/.local/share/bash-completion/completions/microkit")]
pub struct Args {
    /// The shell that is to read them
    shell: Shell,
}

/// Prints the script for the commands of `cli`.
///
/// # Errors
/// When stdout can't be written to.
pub fn run(args: Args, mut cli: clap::Command) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli, "microkit", &mut script);
    say(&String::from_utf8_lossy(&script))
}
