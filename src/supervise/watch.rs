//! Tells when a file of the workspace has changed that matters to what runs.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use anyhow::Context;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// The parts of a workspace that programs are built from.
const SOURCES: [&str; 4] = ["crates", "gateway", "monolith", "services"];
/// How the names of sources end.
const KINDS: [&str; 3] = ["rs", "toml", "lock"];
const MANIFEST: &str = "microkit.toml";

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// Something that programs are built from.
    Source,
    /// What says which programs there are.
    Manifest,
}

/// Sends a word for each change, until it is dropped.
///
/// # Errors
/// When the system does not let it watch.
pub fn watch<T: Send + 'static>(
    root: &Path,
    changes: Sender<T>,
    word: impl Fn(Changed) -> T + Send + 'static,
) -> anyhow::Result<RecommendedWatcher> {
    let told = move |event: notify::Result<Event>| {
        if let Some(changed) = event.ok().as_ref().and_then(changed) {
            // Nobody listens any more once everything stops.
            changes.send(word(changed)).ok();
        }
    };
    let mut watcher = notify::recommended_watcher(told).context("can't watch files")?;
    let sources = SOURCES.map(|folder| (root.join(folder), RecursiveMode::Recursive));
    // The files in its own folder too, but not what is built and stored there.
    let own = (root.to_path_buf(), RecursiveMode::NonRecursive);
    for (path, mode) in sources.into_iter().chain([own]) {
        watcher
            .watch(&path, mode)
            .with_context(|| format!("can't watch `{}`", path.display()))?;
    }
    Ok(watcher)
}

fn changed(event: &Event) -> Option<Changed> {
    if matches!(event.kind, EventKind::Access(_)) {
        return None;
    }
    let kind = |path: &PathBuf| {
        let name = path.file_name()?;
        let is_kind = |kind: &&&str| path.extension().is_some_and(|end| end == **kind);
        match name == MANIFEST {
            true => Some(Changed::Manifest),
            false => KINDS.iter().find(is_kind).map(|_| Changed::Source),
        }
    };
    event.paths.iter().find_map(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_told_apart_and_data_is_nothing() {
        let told = |path: &str| changed(&Event::new(EventKind::Any).add_path(path.into()));
        assert_eq!(told("/shop/microkit.toml"), Some(Changed::Manifest));
        for source in ["/shop/Cargo.lock", "/shop/gateway/Cargo.toml", "/shop/a.rs"] {
            assert_eq!(told(source), Some(Changed::Source), "{source}");
        }
        assert_eq!(told("/shop/data"), None);
        assert_eq!(told("/shop/services/a/README.md"), None);
    }
}
