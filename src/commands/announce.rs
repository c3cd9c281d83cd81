//! Says when a system that is being built and started is ready: a small process beside it, which
//! `new_run.rs` starts and which ends with the system. A hidden subcommand, called by `cli.rs`.

use std::env;
use std::io;
use std::net::Ipv4Addr;
use std::process::{self, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::supervise::is_ready;

use super::{Failure, say};

/// The subcommand's name.
pub const NAME: &str = "announce-ready";

/// How often to ask. Cheap enough for the minutes that a first build may take.
const PAUSE: Duration = Duration::from_millis(100);

/// Far longer than any build; after this nobody is waiting.
const GIVE_UP_AFTER: Duration = Duration::from_secs(2 * 60 * 60);

/// Say when a system is ready
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The gateway's port
    port: u16,
    /// What to say
    #[arg(allow_hyphen_values = true)]
    text: String,
    /// Already a process of its own
    #[arg(long)]
    detached: bool,
}

/// Waits until the system is ready or gone: its end of the pipe on stdin closes with it.
///
/// # Errors
/// When the process that waits can't be started.
pub fn run(args: Args) -> Result<(), Failure> {
    if !args.detached {
        return detach(&args);
    }
    thread::spawn(|| {
        io::copy(&mut io::stdin(), &mut io::sink()).ok();
        process::exit(0);
    });
    let started = Instant::now();
    while started.elapsed() < GIVE_UP_AFTER {
        if is_ready((Ipv4Addr::LOCALHOST, args.port).into()).unwrap_or(false) {
            return say(&args.text);
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// Goes on in a child of its own, so that the system, which takes over the place of the process
/// that called, does not have to look after a child that it knows nothing of.
fn detach(args: &Args) -> Result<(), Failure> {
    let itself = env::current_exe().context("can't tell where microkit itself is")?;
    Command::new(itself)
        .arg(NAME)
        .args([&args.port.to_string(), &args.text])
        .arg("--detached")
        .spawn()
        .context("can't wait for the system to be ready")?;
    Ok(())
}
