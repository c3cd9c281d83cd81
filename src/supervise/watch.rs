//! Tells when a source of the workspace has changed.

use std::path::Path;
use std::sync::mpsc::Sender;

use anyhow::Context;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// The parts of a workspace that programs are built from.
const SOURCES: [&str; 4] = ["crates", "gateway", "monolith", "services"];

/// Sends a word for each change, until it is dropped.
///
/// # Errors
/// When the system does not let it watch.
pub fn watch<T: Send + 'static>(
    root: &Path,
    changed: Sender<T>,
    word: impl Fn() -> T + Send + 'static,
) -> anyhow::Result<RecommendedWatcher> {
    let told = move |event: notify::Result<Event>| {
        if event.is_ok_and(|event| is_source(&event)) {
            // Nobody listens any more once everything stops.
            changed.send(word()).ok();
        }
    };
    let mut watcher = notify::recommended_watcher(told).context("can't watch files")?;
    for folder in SOURCES {
        let path = root.join(folder);
        watcher
            .watch(&path, RecursiveMode::Recursive)
            .with_context(|| format!("can't watch `{}`", path.display()))?;
    }
    Ok(watcher)
}

fn is_source(event: &Event) -> bool {
    if matches!(event.kind, EventKind::Access(_)) {
        return false;
    }
    let is_source = |path: &std::path::PathBuf| {
        path.extension()
            .is_some_and(|extension| extension == "rs" || extension == "toml")
    };
    event.paths.iter().any(is_source)
}
