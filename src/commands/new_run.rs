//! `microkit new --run`: builds the workspace that was just written and starts it. Called by
//! `new.rs`; `announce.rs` says when the system is ready.
//!
//! On Unix microkit hands its own process over to cargo, which hands it over to the system: a
//! ctrl-c, a signal and the exit code need no forwarding then, and no child can be left behind.

use std::env;
use std::io::{ErrorKind, PipeWriter, pipe};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow, bail};

use crate::supervise::cargo;
use crate::system::System;

use super::{Failure, announce, show};

/// Makes sure, before anything is written, that the system can be built and its port is free.
pub(super) fn prepare(port: u16) -> anyhow::Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "port {port} is taken by another program; nothing was written. End that program, or leave \
             `--run` out and start the workspace on another port: `PORT=8010 cargo run`"
        ),
        Err(error) => {
            return Err(error)
                .with_context(|| format!("can't listen on port {port}; nothing was written"));
        }
    }
    let version = Command::new("cargo")
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    match version {
        Ok(status) if status.success() => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "`--run` needs cargo, and there is none on the PATH: install Rust from \
             https://rustup.rs, or leave `--run` out; nothing was written"
        ),
        Ok(status) => bail!("`cargo --version` failed ({status}); nothing was written"),
        Err(error) => Err(error).context("can't start cargo; nothing was written"),
    }
}

/// Builds and starts the system in `folder`. On Unix this returns only if that can't be begun.
pub(super) fn start(folder: &Path, system: &System) -> Result<(), Failure> {
    let (reader, writer) = pipe().context("can't open a pipe")?;
    let itself = env::current_exe().context("can't tell where microkit itself is")?;
    let announcer = Command::new(itself)
        .arg(announce::NAME)
        .arg(system.gateway.port.to_string())
        .arg(show::ready(system))
        .stdin(reader)
        .status();
    if !announcer
        .context("can't start microkit a second time")?
        .success()
    {
        Err(anyhow!("can't wait for the system to be ready"))?;
    }
    let mut cargo = cargo();
    cargo.args(["run", "--locked"]).current_dir(folder);
    // The system listens where its manifest says, as the answers printed here do.
    cargo.env_remove("HOST").env_remove("PORT");
    hand_over(cargo, writer)
}

#[cfg(unix)]
fn hand_over(mut cargo: Command, writer: PipeWriter) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt;

    // Whoever holds this end open is the system that is waited for: it has to outlive `exec`.
    rustix::io::fcntl_setfd(&writer, rustix::io::FdFlags::empty())
        .context("can't pass a pipe on to cargo")?;
    let error = cargo.exec();
    drop(writer);
    Err(anyhow!(error).context("can't start cargo").into())
}

#[cfg(not(unix))]
fn hand_over(mut cargo: Command, writer: PipeWriter) -> Result<(), Failure> {
    let status = cargo.status().context("can't start cargo")?;
    drop(writer);
    match status.code() {
        Some(0) => Ok(()),
        code => Err(Failure::Child(
            code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1),
        )),
    }
}
