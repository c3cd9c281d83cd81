//! The subcommands, one file each, and what they share: how a command fails, and how it speaks.
//! Only this layer reads what the user has; `cli.rs` calls it and prints the failures.
#![allow(
    clippy::disallowed_methods,
    reason = "commands read the user's files and start programs, so that the stages need not"
)]

pub mod absorb;
pub mod add_resource;
pub mod add_service;
pub mod adopt;
pub mod advise;
pub mod announce;
mod ask;
mod change;
pub mod check;
pub mod completions;
pub mod compose;
mod docker;
pub mod doctor;
pub mod edit;
pub mod example;
pub mod explain;
pub mod extract;
pub mod generate;
pub mod graph;
pub mod here;
pub mod lab;
pub mod manifest;
pub mod new;
mod new_run;
mod outcome;
pub mod remove_service;
pub mod rename_service;
pub mod run;
mod settle;
mod show;

use std::env;
use std::fmt::{self, Display, Formatter};
use std::io::{self, ErrorKind, Write};

use anstyle::{AnsiColor, Style};
use anyhow::Context;

use crate::lang::Lang;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

/// Why a command did not do what it was asked; `cli.rs` prints it and knows the exit code.
#[derive(Debug)]
pub enum Failure {
    /// The manifest is wrong: the mistakes as they are shown.
    Manifest(String),
    /// The command line is wrong in a way that only shows when it is looked at: what, and a fix.
    Usage(Trouble),
    /// Something is left that only the user can settle: which files, and how.
    LeftToUser(String),
    /// `--check` found something to write.
    Drift(String),
    /// The program that was started ended with this code, having said why itself.
    Child(u8),
    /// Everything else.
    Other(anyhow::Error),
}

/// A mistake on the command line, with the way out of it.
#[derive(Debug)]
pub struct Trouble {
    pub message: String,
    pub help: String,
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Self::Manifest(text) => write!(f, "{}", text.trim_end()),
            Self::Usage(Trouble { message, help }) => {
                writeln!(f, "{ERROR}error{ERROR:#}: {message}")?;
                write!(f, "{HELP}help{HELP:#}: {help}")
            }
            Self::LeftToUser(text) | Self::Drift(text) => {
                write!(f, "{ERROR}error{ERROR:#}: {}", text.trim_end())
            }
            Self::Child(_) => Ok(()),
            Self::Other(error) => write!(f, "{ERROR}error{ERROR:#}: {error:#}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

/// Gives an answer, on stdout. That nobody reads it any more is no failure.
///
/// # Errors
/// When stdout can't be written to: a full disk, say.
pub fn say(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    let write = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match write {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("can't write the answer to stdout")?
        }
        _ => Ok(()),
    }
}

/// Says something that is no answer, on stderr: a failure, a warning, how far it has come.
pub fn warn(text: &str) {
    if !text.is_empty() {
        // There is no third place to complain that the second can't be written.
        writeln!(io::Write::by_ref(&mut anstream::stderr()), "{text}").ok();
    }
}

/// The language that was asked for, or that of the user's locale.
fn language(asked: Option<Lang>) -> Lang {
    asked.unwrap_or_else(|| {
        let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| env::var(name).ok());
        Lang::of_locale([0, 1, 2].map(|index| variables[index].as_deref()))
    })
}
