//! Ends the process at a named place or at a numbered change of the disk, as a `kill -9` would, or
//! lets that change fail as a full disk does, so that tests can look at what is left behind. Only
//! debug builds listen; in a release build this is nothing.

use std::env;
use std::io::{self, ErrorKind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Ends the process if `MICROKIT_KILL_AT` names this place.
#[inline]
pub(super) fn point(place: &str) {
    if cfg!(debug_assertions) && env::var_os("MICROKIT_KILL_AT").is_some_and(|at| at == place) {
        std::process::abort();
    }
}

/// Counts one change of the disk, and ends the process or fails if `MICROKIT_KILL_AT_STEP` or
/// `MICROKIT_FAIL_FROM_STEP` has that number; a disk that is full stays full.
#[inline]
pub(super) fn step() -> io::Result<()> {
    static TAKEN: AtomicUsize = AtomicUsize::new(0);
    static LIMITS: OnceLock<[Option<usize>; 2]> = OnceLock::new();
    if !cfg!(debug_assertions) {
        return Ok(());
    }
    let [kill, fail] = LIMITS.get_or_init(|| {
        ["MICROKIT_KILL_AT_STEP", "MICROKIT_FAIL_FROM_STEP"]
            .map(|name| env::var(name).ok()?.parse().ok())
    });
    let number = TAKEN.fetch_add(1, Ordering::Relaxed);
    if *kill == Some(number) {
        std::process::abort();
    }
    match fail {
        Some(from) if number >= *from => Err(ErrorKind::StorageFull.into()),
        _ => Ok(()),
    }
}
