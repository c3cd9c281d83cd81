//! Reads the code that `judge/code.rs` looks at. Called by `check.rs`.

use std::fs;
use std::path::Path;

use crate::diagnostic::Source;
use crate::system::System;

/// For each service its `Cargo.toml` and what is below `src`; none if there is no service here, as beside a manifest from
/// which nothing was generated. What can't be read is left out: it is no Rust that would compile.
pub(super) fn code(root: &Path, system: &System) -> Option<Vec<Source>> {
    let folders = system.services.iter();
    let folders = folders.map(|service| format!("services/{}", service.name));
    let folders: Vec<String> = folders
        .filter(|folder| root.join(folder).is_dir())
        .collect();
    if folders.is_empty() {
        return None;
    }
    let mut sources = Vec::new();
    for folder in folders {
        read(root, &format!("{folder}/Cargo.toml"), &mut sources);
        walk(root, &format!("{folder}/src"), &mut sources);
    }
    Some(sources)
}

fn walk(root: &Path, folder: &str, sources: &mut Vec<Source>) {
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten();
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        // A link is not followed: it may lead round in a circle.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(root, &path, sources),
            Ok(kind) if kind.is_file() && path.ends_with(".rs") => read(root, &path, sources),
            _ => {}
        }
    }
}

fn read(root: &Path, path: &str, sources: &mut Vec<Source>) {
    if let Ok(text) = fs::read_to_string(root.join(path)) {
        sources.push(Source {
            path: path.to_owned(),
            text: text.into(),
        });
    }
}
