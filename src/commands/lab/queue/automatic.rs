//! The consumer that acknowledges automatically, which is an example of the chassis: a process that can be killed, and
//! what it has written down. Called by `queue.rs`.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::{LIMIT, PAUSE, await_that};
use crate::supervise::Guard;

/// The example of the chassis.
pub(in crate::commands::lab) const EXAMPLE: &str = "automatic_acknowledgement";

/// When nothing was in hand and nothing came for so long, nothing comes any more.
const QUIET: Duration = Duration::from_millis(500);
/// Lines that are shown of what it said went wrong.
const WRONG: usize = 3;

/// One that runs. It is killed when the value goes.
pub(super) struct Automatic {
    program: PathBuf,
    event: String,
    url: String,
    folder: PathBuf,
    child: Child,
    /// How many events were received and handled when this process was started.
    began: [usize; 2],
}

/// How much it has said so far.
#[derive(Clone, Copy)]
pub(super) struct Said {
    /// Times that it was connected.
    ready: usize,
    /// Lines on what went wrong.
    wrong: usize,
}

impl Automatic {
    /// Starts it, and waits until its queue is there.
    ///
    /// # Errors
    /// When it is not.
    pub fn start(
        program: PathBuf,
        event: &str,
        url: String,
        folder: &Path,
        guard: &Guard,
    ) -> anyhow::Result<Self> {
        let child = spawn(&program, event, &url, folder, guard)?;
        let mut automatic = Self {
            program,
            event: event.to_owned(),
            url,
            folder: folder.to_path_buf(),
            child,
            began: [0, 0],
        };
        automatic.await_ready(Said { ready: 0, wrong: 0 })?;
        Ok(automatic)
    }

    /// Kills it as it stands.
    pub fn kill(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }

    /// Starts it again after it was killed, and waits until events come to it.
    ///
    /// # Errors
    /// When they don't.
    pub fn start_again(&mut self, guard: &Guard) -> anyhow::Result<()> {
        let said = self.said();
        self.began = [self.received(), self.handled().len()];
        self.child = spawn(&self.program, &self.event, &self.url, &self.folder, guard)?;
        self.await_ready(said)
    }

    /// What it has said up to now.
    pub fn said(&self) -> Said {
        let ready = format!("{} comes", self.event);
        let all = lines(&log(&self.folder));
        Said {
            ready: all.iter().filter(|line| **line == ready).count(),
            wrong: lines(&errors(&self.folder)).len(),
        }
    }

    /// Waits until it has said once more that events come to it.
    ///
    /// # Errors
    /// When it ends before, or does not say it; with what went wrong since then.
    pub fn await_ready(&mut self, before: Said) -> anyhow::Result<()> {
        let begun = Instant::now();
        while self.said().ready <= before.ready {
            let ended = self.child.try_wait().ok().flatten();
            let ended = ended.map(|status| format!("it ended: {status}"));
            let late = || (begun.elapsed() > LIMIT).then(|| format!("not within {LIMIT:?}"));
            if let Some(what) = ended.or_else(late) {
                let all = lines(&errors(&self.folder));
                let wrong = &all[before.wrong.min(all.len())..];
                let last = wrong[wrong.len().saturating_sub(WRONG)..].join("\n");
                bail!("no events come to {EXAMPLE}: {what}\n{last}");
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Waits until it has so many events that it has not handled.
    ///
    /// # Errors
    /// When they don't come.
    pub fn await_in_hand(&self, count: usize) -> anyhow::Result<()> {
        await_that("events in hand", || self.in_hand() >= count)
    }

    /// Waits until it has handled so many altogether, or all that it has, and nothing comes any more.
    ///
    /// # Errors
    /// When it does not come to an end.
    pub fn settle(&self, all: usize) -> anyhow::Result<()> {
        let mut quiet = (Instant::now(), self.received());
        await_that("the end of what is in hand", || {
            let received = self.received();
            if received != quiet.1 || self.in_hand() > 0 {
                quiet = (Instant::now(), received);
            }
            self.handled().len() >= all || quiet.0.elapsed() > QUIET
        })
    }

    /// The ids of what it has handled.
    pub fn handled(&self) -> Vec<String> {
        lines(&handled(&self.folder))
    }

    /// How many events have come to it.
    fn received(&self) -> usize {
        let all = lines(&log(&self.folder));
        all.iter()
            .filter(|line| line.ends_with(" received"))
            .count()
    }

    /// Those that came to the process that runs now, and that it has not handled.
    fn in_hand(&self) -> usize {
        // In this order, so that none counts that comes between the two.
        let handled = self.handled().len() - self.began[1];
        (self.received() - self.began[0]).saturating_sub(handled)
    }
}

impl Drop for Automatic {
    fn drop(&mut self) {
        self.kill();
    }
}

fn handled(folder: &Path) -> PathBuf {
    folder.join("automatic-acknowledgement.handled")
}

/// That it is connected, and what it has received.
fn log(folder: &Path) -> PathBuf {
    folder.join("automatic-acknowledgement.log")
}

/// Why it could not connect.
fn errors(folder: &Path) -> PathBuf {
    folder.join("automatic-acknowledgement.errors")
}

/// None where there is no such file yet. A line counts once it is whole.
pub(super) fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let whole = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    whole.map(|line| line.trim_end().to_owned()).collect()
}

fn spawn(
    program: &Path,
    event: &str,
    url: &str,
    folder: &Path,
    guard: &Guard,
) -> anyhow::Result<Child> {
    let open = |path: PathBuf| OpenOptions::new().create(true).append(true).open(path);
    let mut command = Command::new(program);
    command.arg(event).arg(handled(folder)).env("AMQP_URL", url);
    command.stdin(Stdio::null());
    command
        .stdout(open(log(folder)).context("can't write a log")?)
        .stderr(open(errors(folder)).context("can't write a log")?);
    guard.admit(&mut command)?;
    command
        .spawn()
        .with_context(|| format!("can't start {EXAMPLE}"))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::io::Write;

    use super::*;

    fn append(path: &Path, text: &str) {
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn automatic(folder: &Path, program: &str) -> Automatic {
        Automatic {
            program: program.into(),
            event: "loaf.baked".to_owned(),
            url: String::new(),
            folder: folder.to_path_buf(),
            child: Command::new(program).spawn().unwrap(),
            began: [0, 0],
        }
    }

    #[test]
    fn one_that_has_ended_is_not_waited_for_and_says_why_and_nothing_of_before() {
        let folder = tempfile::tempdir().unwrap();
        append(&errors(folder.path()), "an outage of before\n");
        let mut automatic = automatic(folder.path(), "false");
        let before = automatic.said();
        append(&errors(folder.path()), "what it ended of\n");
        let said = automatic.await_ready(before).unwrap_err().to_string();
        assert!(said.contains("it ended: "), "{said}");
        assert!(said.ends_with("\nwhat it ended of"), "{said}");
        assert!(!said.contains("of before"), "{said}");
    }

    #[test]
    fn what_died_with_the_process_before_is_not_in_the_hands_of_this_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut automatic = automatic(folder.path(), "true");
        append(&log(folder.path()), "loaf.baked comes\n1 received\n");
        append(&log(folder.path()), "2 received\n3 received\n4 recei");
        append(&handled(folder.path()), "1\n");
        assert_eq!((automatic.said().ready, automatic.in_hand()), (1, 2));
        automatic.began = [automatic.received(), automatic.handled().len()];
        assert_eq!(automatic.in_hand(), 0);
        append(&log(folder.path()), "ved\nloaf.baked comes\n5 received\n");
        append(&handled(folder.path()), "4\n");
        assert_eq!((automatic.said().ready, automatic.in_hand()), (2, 1));
    }
}
