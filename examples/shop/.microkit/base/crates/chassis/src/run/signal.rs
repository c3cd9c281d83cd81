//! The signals that end a process: the first one asks it to stop, the second one makes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

/// Says true once the process is asked to stop; `stopping` is set before that. Asked twice, somebody is in a hurry,
/// and the process ends at once.
pub(super) fn stopped(stopping: Arc<AtomicBool>) -> watch::Receiver<bool> {
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        signal().await;
        tracing::info!("stopping: what is under way is finished first");
        stopping.store(true, Ordering::Relaxed);
        let _ = stop.send(true);
        signal().await;
        std::process::exit(1);
    });
    stopped
}

/// Waits for ctrl-c or, where there is such a thing, SIGTERM.
async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
