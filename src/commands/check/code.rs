//! Reads the code that `judge/code.rs` looks at. Called by `check.rs`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::diagnostic::Source;
use crate::judge::beside;
use crate::system::System;

/// What is beside them for the whole workspace.
const SHARED: [&str; 3] = ["Cargo.toml", "compose.yaml", "compose.override.yaml"];

/// Generated, and without a word about any service: its code is not read.
const CHASSIS: &str = "crates/chassis";

/// `Cargo.toml` and what is below `src` of each service and of the gateway and of crates of one's own that they are built
/// with, and how it is all deployed; none if nothing of that is here, as beside a manifest from which nothing was
/// generated. What can't be read is left out: it is no Rust that would compile.
pub(super) fn code(root: &Path, system: &System) -> Option<Vec<Source>> {
    let folders = system.services.iter();
    let folders = folders.map(|service| format!("services/{}", service.name));
    let folders = folders.chain(["gateway".to_owned()]);
    let folders: Vec<String> = folders
        .filter(|folder| root.join(folder).is_dir())
        .collect();
    if folders.is_empty() {
        return None;
    }
    let mut sources = Vec::new();
    for path in SHARED {
        read(root, path, &mut sources);
    }
    for folder in folders {
        read_crate(root, &folder, &mut sources);
    }
    let mut asked = BTreeSet::new();
    loop {
        let folders = beside(&sources).into_iter();
        let folders: Vec<String> = folders
            .filter(|folder| asked.insert(folder.clone()))
            .collect();
        if folders.is_empty() {
            return Some(sources);
        }
        for folder in folders {
            read_crate(root, &folder, &mut sources);
        }
    }
}

fn read_crate(root: &Path, folder: &str, sources: &mut Vec<Source>) {
    read(root, &format!("{folder}/Cargo.toml"), sources);
    if folder != CHASSIS {
        walk(root, &format!("{folder}/src"), sources);
    }
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
