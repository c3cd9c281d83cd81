//! Asks Docker and Compose, by their own command line. Called by `compose/local.rs` and `doctor.rs`.

use std::env;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::workspace::EnvFile;

/// Why Docker gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Silence {
    /// There is no such program on the PATH.
    NotInstalled,
    /// What it said instead.
    Refused(String),
}

/// `docker ARGUMENTS…` in `folder`, and what it printed.
pub(super) fn ask<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Result<String, Silence> {
    let output = Command::new("docker")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) if output.status.success() => {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        }
        Ok(output) => Err(Silence::Refused(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        )),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Silence::NotInstalled),
        Err(error) => Err(Silence::Refused(error.to_string())),
    }
}

/// The variables that Compose sees: those of the shell, then those of `.env`.
#[derive(Debug)]
pub(super) struct Variables(EnvFile);

impl Variables {
    /// Those in the workspace at `root`.
    ///
    /// # Errors
    /// When its `.env` can't be read.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        EnvFile::read(root).map(Self)
    }

    /// The value of a variable; none if it is not set, or set to nothing.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let shell = env::var(name).ok().filter(|value| !value.is_empty());
        shell.or_else(|| self.0.get(name).map(str::to_owned))
    }
}

/// The numbers of a version such as `v2.26.1-ds1`: its first two.
pub(super) fn version(text: &str) -> Option<(u32, u32)> {
    let text = text.trim().trim_start_matches('v');
    let mut numbers = text.split(|letter: char| !letter.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn a_version_is_read_whatever_a_distribution_adds_to_it() {
        assert_eq!(version("26.1.5+dfsg1"), Some((26, 1)));
        assert_eq!(version("v2.26.1-4"), Some((2, 26)));
        assert_eq!(version("2.39.2-desktop.1\n"), Some((2, 39)));
        assert_eq!(version("none"), None);
    }
}
