//! What a file was in a revision, by git's own command line. Called by `graph.rs`.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, anyhow};

use crate::diagnostic::{nearest, quoted};

use super::super::manifest::root;
use super::super::{Failure, Trouble};

/// The text of the file at `path` as it was in the revision.
///
/// # Errors
/// When there is no git, no repository, no such revision, or no such file in it.
pub(super) fn show(revision: &str, path: &Path) -> Result<String, Failure> {
    let folder = root(path);
    let inside = git(folder, &["rev-parse", "--git-dir"])?;
    if !inside.status.success() {
        return Err(no_repository(revision, folder, &inside));
    }
    let commit = format!("{revision}^{{commit}}");
    let known = git(
        folder,
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ],
    )?;
    let commit = String::from_utf8_lossy(&known.stdout).trim().to_owned();
    if !known.status.success() || commit.is_empty() {
        return Err(no_revision(revision, folder));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // `./` makes git look from the folder on, not from the top of the repository.
    let shown = git(folder, &["show", &format!("{commit}:./{name}")])?;
    if !shown.status.success() {
        return Err(Failure::Usage(Trouble {
            message: format!("revision {} has no `{}`", quoted(revision), path.display()),
            help: "name a revision in which the file is there, or another file".to_owned(),
        }));
    }
    let text = String::from_utf8(shown.stdout);
    let text = text.with_context(|| format!("`{}` in `{revision}` is not UTF-8", path.display()));
    Ok(text?)
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Output, Failure> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) => Ok(output),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Failure::Other(anyhow!(
            "can't look into the history: there is no `git` on the PATH; install it, or give `--diff` a file"
        ))),
        Err(error) => Err(error).context("can't run `git`")?,
    }
}

fn no_repository(revision: &str, folder: &Path, said: &Output) -> Failure {
    let said = String::from_utf8_lossy(&said.stderr);
    let said = said.lines().next().unwrap_or_default();
    Failure::Usage(Trouble {
        message: format!(
            "there is no file {}, and git knows no revisions in `{}` ({said})",
            quoted(revision),
            folder.display()
        ),
        help: "name another manifest, or keep the workspace in a git repository".to_owned(),
    })
}

fn no_revision(revision: &str, folder: &Path) -> Failure {
    let names = ["for-each-ref", "--format=%(refname:short)"];
    let names = git(folder, &names).map(|output| output.stdout);
    let names = String::from_utf8_lossy(&names.unwrap_or_default()).into_owned();
    let help = match nearest(revision, names.lines()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name a branch, a tag, a commit such as `HEAD~1`, or a file".to_owned(),
    };
    Failure::Usage(Trouble {
        message: format!(
            "{} is neither a file nor a revision that git knows",
            quoted(revision)
        ),
        help,
    })
}
