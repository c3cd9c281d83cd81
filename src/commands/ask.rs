//! Asks on the terminal for what a command line left out. Called by `add_service.rs`, where both ends
//! are a terminal and no option was given.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::Context;

use super::Failure;

/// Whether somebody is there to be asked.
pub(super) fn possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks until the answer can be read; an empty one stands for `default`.
///
/// # Errors
/// When the input ends.
pub(super) fn ask<T>(
    question: &str,
    default: &str,
    read: impl Fn(&str) -> anyhow::Result<T>,
) -> Result<T, Failure> {
    let mut lines = io::stdin().lock();
    loop {
        let mut out = anstream::stderr();
        let shown = if default.is_empty() { "none" } else { default };
        write!(out, "{question} [{shown}]: ")
            .and_then(|()| out.flush())
            .ok();
        let mut line = String::new();
        if lines
            .read_line(&mut line)
            .context("can't read the answer")?
            == 0
        {
            return Err(anyhow::anyhow!("the answers ended; nothing was written").into());
        }
        let answer = match line.trim() {
            "" => default,
            answer => answer,
        };
        match read(answer) {
            Ok(value) => return Ok(value),
            Err(error) => writeln!(out, "  {error}").unwrap_or_default(),
        }
    }
}

/// Some of these names, separated by commas.
pub(super) fn names(answer: &str, known: &[&str]) -> anyhow::Result<Vec<String>> {
    let names = answer
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let check = |name: &str| match known.contains(&name) {
        true => Ok(name.to_owned()),
        false => Err(anyhow::anyhow!(
            "there is no `{name}`; there is {}",
            known.join(", ")
        )),
    };
    names.map(check).collect()
}
