//! The command line: what can be typed, and the one place where an error is printed. Called by
//! `main.rs`; each subcommand is a file under `commands/`, which is what to read next.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::{
    self, Failure, absorb, add_resource, add_service, adopt, advise, check, completions, compose,
    doctor, explain, extract, generate, graph, lab, new, remove_service, rename_service, run,
};
use crate::supervise;

const EXIT_CODES: &str = "\
Exit codes:
  0  it worked
  1  it failed, `generate --check` found something to write, or `check --deny-warnings` a warning
  2  the command line or the manifest is wrong
  3  something is left to you: conflicts in files that you and microkit changed
With `new --run` the exit code is that of cargo or of the system that it started; `run` ends with 0 after ctrl-c.

Environment:
  NO_COLOR  no colours; there are none outside a terminal anyway";

/// One manifest, a runnable Rust microservice system.
#[derive(Debug, Parser)]
#[command(name = "microkit", version, after_help = EXIT_CODES)]
pub struct Cli {
    /// Without one, microkit says where it is and what makes sense there
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a new workspace from an example or a manifest
    New(new::Args),
    /// Add a service to the workspace
    AddService(add_service::Args),
    /// Add a resource to a service
    AddResource(add_resource::Args),
    /// Take a service out of the workspace
    RemoveService(remove_service::Args),
    /// Give a service another name
    RenameService(rename_service::Args),
    /// Take services out of the one process, to run as processes of their own
    Extract(extract::Args),
    /// Take services back into the one process
    Absorb(absorb::Args),
    /// Bring the workspace up to date after an edit of its manifest
    Generate(generate::Args),
    /// Bring the workspace to what this version of microkit writes
    Upgrade(generate::Args),
    /// Run the whole system on this machine, and look after it
    Run(run::Args),
    /// Write what runs the system on Docker
    Compose(compose::Args),
    /// Say whether this machine is fit to run the system, and what to do if not
    Doctor(doctor::Args),
    /// Give a workspace whose .microkit folder was lost a new one
    Adopt(adopt::Args),
    /// Draw the system, or what a change of the manifest does to it
    Graph(graph::Args),
    /// Look for mistakes in the manifest, and judge the architecture
    Check(check::Args),
    /// Say whether one process or many fit, and why
    Advise(advise::Args),
    /// Explain a principle, a pattern or a code, and say where it stands here
    Explain(explain::Args),
    /// Try on your own system what is said of microservices
    Lab(lab::Args),
    /// Print the completions for a shell
    Completions(completions::Args),
    /// Say when a system that was just started is ready; `new --run` starts this
    #[command(name = commands::announce::NAME, hide = true)]
    Announce(commands::announce::Args),
    /// End what was started when microkit ends; everything that runs processes starts this
    #[command(name = supervise::GUARD, hide = true)]
    Guard,
}

/// Reads the command line, runs what it says, and prints what went wrong.
pub fn main() -> ExitCode {
    parse(std::env::args_os())
}

fn parse(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to stdout and a mistake to stderr; if neither can be written, nobody reads.
            error.print().ok();
            return if error.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let Some(command) = cli.command else {
        return ended(commands::here::run());
    };
    ended(match command {
        Command::New(args) => new::run(args),
        Command::AddService(args) => add_service::run(args),
        Command::AddResource(args) => add_resource::run(args),
        Command::RemoveService(args) => remove_service::run(args),
        Command::RenameService(args) => rename_service::run(args),
        Command::Extract(args) => extract::run(args),
        Command::Absorb(args) => absorb::run(args),
        Command::Generate(args) => generate::run(args),
        Command::Upgrade(args) => generate::upgrade(args),
        Command::Run(args) => run::run(args),
        Command::Compose(args) => compose::run(args),
        Command::Doctor(args) => doctor::run(args),
        Command::Adopt(args) => adopt::run(args),
        Command::Graph(args) => graph::run(args),
        Command::Check(args) => check::run(args),
        Command::Advise(args) => advise::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Lab(args) => lab::run(args),
        Command::Completions(args) => completions::run(args, Cli::command()),
        Command::Announce(args) => commands::announce::run(args),
        Command::Guard => {
            supervise::keep_guard();
            Ok(())
        }
    })
}

fn ended(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            commands::warn(&failure.to_string());
            failure.exit_code()
        }
    }
}

impl Failure {
    fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Other(_) | Self::Drift(_) => 1,
            Self::Manifest(_) | Self::Usage(_) => 2,
            Self::LeftToUser(_) => 3,
            Self::Child(code) => *code,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
