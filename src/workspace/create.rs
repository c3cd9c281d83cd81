//! A new workspace: written whole into a hidden folder beside its place and then renamed, so that
//! it is there complete or not at all. Called by `commands::new`; `write.rs` does the writing.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::plan::Plan;

use super::layout::{self, FOLDER, GITIGNORE, VERSION};
use super::manifest::FILE;
use super::report::Report;
use super::write::write_all;
use super::{fault, lock};

/// Writes a new workspace at `target`, which must be absent or an empty folder.
///
/// # Errors
/// When something stands at `target`, or can't be written. Nothing is left behind then; a run
/// that was killed leaves a hidden folder beside `target`, which the next one clears away.
pub fn create(plan: &Plan, manifest: &str, target: &Path) -> anyhow::Result<Report> {
    layout::check(plan)?;
    let place = vacancy(target)?;
    let hidden = hidden(&place);
    let lock = match fs::create_dir(&hidden) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error)
            .with_context(|| format!("can't create a folder in `{}`", parent(&place).display()))?,
        _ => lock::take(&hidden.join("lock"), &place)?,
    };
    let written = write(plan, manifest, &hidden, &place);
    drop(lock);
    // Only litter by now: a failure to remove it changes nothing for the user.
    fs::remove_dir_all(&hidden).ok();
    written?;
    let paths = plan.files().map(|(path, _)| path).chain([FILE]);
    let mut created: Vec<String> = paths.map(str::to_owned).collect();
    created.sort();
    Ok(Report {
        created,
        ..Report::default()
    })
}

/// The place for a new workspace, symbolic links resolved, if there is room for it at `target`.
///
/// # Errors
/// When something other than an empty folder stands there, or there is no folder to put it in.
pub fn vacancy(target: &Path) -> anyhow::Result<PathBuf> {
    let shown = target.display();
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let parent = parent(target);
            if !parent.is_dir() {
                bail!(
                    "there is no folder `{}` to put it in: create it first",
                    parent.display()
                );
            }
            Ok(target.to_path_buf())
        }
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            bail!(
                "`{}` is a file, not a folder to put it in",
                parent(target).display()
            )
        }
        Err(error) => Err(error).with_context(|| format!("can't look at `{shown}`")),
        Ok(_) if target.is_dir() => {
            let mut entries =
                fs::read_dir(target).with_context(|| format!("can't read `{shown}`"))?;
            if target.join(FILE).exists() {
                bail!(
                    "`{shown}` is a workspace already: edit its {FILE} and run `microkit generate` in it"
                );
            }
            if entries.next().is_some() {
                bail!("the folder `{shown}` is not empty: choose another name, or empty it first");
            }
            fs::canonicalize(target).with_context(|| format!("can't look at `{shown}`"))
        }
        Ok(_) => {
            bail!("`{shown}` exists and is not a folder: choose another name, or remove it first")
        }
    }
}

/// Writes into the hidden folder, whose lock is held, and renames.
fn write(plan: &Plan, manifest: &str, hidden: &Path, place: &Path) -> anyhow::Result<()> {
    let tree = hidden.join("tree");
    match fs::remove_dir_all(&tree) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).with_context(|| {
            format!(
                "can't clear what an earlier run left in `{}`",
                tree.display()
            )
        })?,
        _ => {}
    }
    let bases: Vec<(String, &[u8])> = plan
        .files()
        .map(|(path, text)| (format!("{FOLDER}/base/{path}"), text))
        .collect();
    let notes = [
        (format!("{FOLDER}/version"), VERSION.as_bytes()),
        (format!("{FOLDER}/.gitignore"), GITIGNORE.as_bytes()),
    ];
    let mut files: Vec<(&str, &[u8])> = plan.files().collect();
    files.push((FILE, manifest.as_bytes()));
    files.extend(
        bases
            .iter()
            .chain(&notes)
            .map(|(path, text)| (path.as_str(), *text)),
    );
    write_all(&tree, &files)?;
    fault::point("written");
    // A folder only takes the place of an empty one, so whatever came there meanwhile is safe.
    if cfg!(windows) && place.is_dir() {
        fs::remove_dir(place).with_context(|| format!("can't replace `{}`", place.display()))?;
    }
    fs::rename(&tree, place)
        .with_context(|| format!("can't put the workspace at `{}`", place.display()))
}

fn hidden(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or(OsStr::new("workspace"));
    let mut hidden = OsStr::new(".").to_os_string();
    hidden.push(name);
    hidden.push(".microkit-new");
    place.with_file_name(hidden)
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}
