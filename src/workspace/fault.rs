//! Ends the process at a named place, as a `kill -9` would, so that tests can look at what an
//! interrupted run leaves behind. Only debug builds listen; in a release build this is nothing.

/// Ends the process if `MICROKIT_KILL_AT` names this place.
#[inline]
pub(super) fn point(place: &str) {
    if cfg!(debug_assertions) && std::env::var_os("MICROKIT_KILL_AT").is_some_and(|at| at == place)
    {
        std::process::abort();
    }
}
