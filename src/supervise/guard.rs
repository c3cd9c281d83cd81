//! Why nothing is left behind: a small process beside microkit whose group everything is started in. It waits for the end
//! of a pipe that microkit holds, which comes however microkit ends, and then ends its whole group.

use std::env;
use std::process::{Child, Command, Stdio};

use anyhow::Context;

/// The hidden subcommand that is the guard.
pub const NAME: &str = "guard";

/// Ends whatever was started in its group when it is dropped, or when microkit is no more.
#[derive(Debug)]
pub struct Guard {
    process: Child,
}

impl Guard {
    /// # Errors
    /// When microkit can't be started a second time.
    pub fn start() -> anyhow::Result<Self> {
        let itself = env::current_exe().context("can't tell where microkit itself is")?;
        let mut command = Command::new(itself);
        command.arg(NAME).stdin(Stdio::piped());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        // A group of its own: ctrl-c in a terminal is for microkit alone, which stops the others in order.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let process = command
            .spawn()
            .context("can't start microkit a second time")?;
        Ok(Self { process })
    }

    /// Has a program that is about to be started join the group.
    pub fn admit(&self, command: &mut Command) -> anyhow::Result<()> {
        #[cfg(unix)]
        {
            let group = i32::try_from(self.process.id()).context("a process id is out of range")?;
            std::os::unix::process::CommandExt::process_group(command, group);
        }
        let _ = command;
        Ok(())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().ok();
    }
}

/// What the guard does: it waits, and then ends its group with itself.
pub fn keep() {
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).ok();
    #[cfg(unix)]
    {
        use rustix::process::{Signal, getpgrp, getpid, kill_process_group};

        // Only the group that was made for it.
        if getpgrp() == getpid() {
            kill_process_group(getpgrp(), Signal::KILL).ok();
        }
    }
}
