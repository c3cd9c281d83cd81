//! Looks at what stands on the disk where a plan wants to write: a file, nothing, or something
//! that can't be written through (a symbolic link that leaves the workspace, a folder in a file's
//! place). Called by `decide.rs` and `journal.rs`; it only ever reads.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, FileType};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::layout::folder;

/// What stands at a path that a file is meant for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    File {
        text: Vec<u8>,
        readonly: bool,
    },
    /// Not to be touched; the reason reads well after the path.
    Obstacle(String),
}

#[derive(Debug, Clone)]
enum Folder {
    Absent,
    Present,
    Obstacle(String),
}

/// A workspace's folder as it is on the disk, with what was already seen of it.
pub(super) struct Ground {
    root: PathBuf,
    canonical: PathBuf,
    folders: BTreeMap<String, Folder>,
    names: BTreeMap<String, BTreeSet<String>>,
}

impl Ground {
    pub fn new(root: &Path) -> anyhow::Result<Self> {
        let canonical =
            fs::canonicalize(root).with_context(|| format!("can't open `{}`", root.display()))?;
        let folders = BTreeMap::from([(String::new(), Folder::Present)]);
        Ok(Self {
            root: root.to_path_buf(),
            canonical,
            folders,
            names: BTreeMap::new(),
        })
    }

    /// What stands at `path`, relative to the root.
    pub fn look(&mut self, path: &str) -> anyhow::Result<Found> {
        match self.folder(folder(path))? {
            Folder::Absent => return Ok(Found::Nothing),
            Folder::Obstacle(reason) => return Ok(Found::Obstacle(reason)),
            Folder::Present => {}
        }
        let full = self.root.join(path);
        read(&full).with_context(|| format!("can't read `{}`", full.display()))
    }

    /// A name on the disk that differs from a part of `path` in case alone, and so would be the
    /// same file on macOS and Windows.
    pub fn twin(&mut self, path: &str) -> anyhow::Result<Option<String>> {
        let mut parent = "";
        for end in path
            .match_indices('/')
            .map(|(at, _)| at)
            .chain([path.len()])
        {
            if !matches!(self.folder(parent)?, Folder::Present) {
                break;
            }
            let part = path[parent.len()..end].trim_start_matches('/');
            let names = self.names(parent)?;
            if !names.contains(part) {
                let folded = part.to_lowercase();
                let twin = names.iter().find(|name| name.to_lowercase() == folded);
                return Ok(twin.map(|name| join(parent, name)));
            }
            parent = &path[..end];
        }
        Ok(None)
    }

    /// Fails unless `path` is a folder inside the workspace, or could be made one.
    pub fn insist_on_folder(&mut self, path: &str) -> anyhow::Result<()> {
        match self.folder(path)? {
            Folder::Obstacle(reason) => bail!("`{}`: {reason}", self.root.join(path).display()),
            Folder::Absent | Folder::Present => Ok(()),
        }
    }

    fn folder(&mut self, path: &str) -> anyhow::Result<Folder> {
        if let Some(known) = self.folders.get(path) {
            return Ok(known.clone());
        }
        let state = match self.folder(folder(path))? {
            Folder::Present => self.look_at_folder(path)?,
            other => other,
        };
        self.folders.insert(path.to_owned(), state.clone());
        Ok(state)
    }

    fn look_at_folder(&self, path: &str) -> anyhow::Result<Folder> {
        let full = self.root.join(path);
        let context = || format!("can't read `{}`", full.display());
        let Some(kind) = kind(&full).with_context(context)? else {
            return Ok(Folder::Absent);
        };
        if kind.is_dir() {
            return Ok(Folder::Present);
        }
        if !kind.is_symlink() {
            let reason = format!("needs `{path}` to be a folder, which is something else");
            return Ok(Folder::Obstacle(reason));
        }
        Ok(match fs::canonicalize(&full) {
            Ok(target) if target.starts_with(&self.canonical) && target.is_dir() => Folder::Present,
            _ => Folder::Obstacle(format!(
                "would be written through the symbolic link `{path}`, out of the workspace"
            )),
        })
    }

    fn names(&mut self, path: &str) -> anyhow::Result<&BTreeSet<String>> {
        if !self.names.contains_key(path) {
            let full = self.root.join(path);
            let names = list(&full).with_context(|| format!("can't read `{}`", full.display()))?;
            self.names.insert(path.to_owned(), names);
        }
        Ok(&self.names[path])
    }
}

fn read(full: &Path) -> io::Result<Found> {
    let metadata = match fs::symlink_metadata(full) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        other => other?,
    };
    Ok(if metadata.is_file() {
        let readonly = metadata.permissions().readonly();
        let text = fs::read(full)?;
        Found::File { text, readonly }
    } else if metadata.is_dir() {
        Found::Obstacle("is a folder, where a file is needed".to_owned())
    } else if metadata.is_symlink() {
        Found::Obstacle("is a symbolic link, which microkit does not write through".to_owned())
    } else {
        Found::Obstacle("is not a regular file".to_owned())
    })
}

fn kind(full: &Path) -> io::Result<Option<FileType>> {
    match fs::symlink_metadata(full) {
        Ok(metadata) => Ok(Some(metadata.file_type())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn list(full: &Path) -> io::Result<BTreeSet<String>> {
    let entries = fs::read_dir(full)?;
    // A name that is no UTF-8 can't be the twin of a planned one, which is.
    entries
        .filter_map(|entry| {
            entry
                .map(|entry| entry.file_name().into_string().ok())
                .transpose()
        })
        .collect()
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}
