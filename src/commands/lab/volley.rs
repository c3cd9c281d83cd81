//! Requests one after the other, and a blow that falls in the midst of them. Called by the two halves of the lab
//! `delivery`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// What became of the requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Volley {
    /// Those that were answered 201.
    pub sent: u64,
    /// Those that got no answer, or one that says that whom they are for is not there.
    pub refused: u64,
    /// Those that were answered anything else.
    pub odd: u64,
}

/// Sends `count` requests by `send`, which tells the status that each was answered, while `strike` runs. Where that fails,
/// none is sent any more.
///
/// # Errors
/// Those of `strike`.
pub(super) fn volley(
    count: u64,
    send: impl Fn() -> Option<u16> + Sync,
    strike: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<Volley> {
    let is_over = AtomicBool::new(false);
    let all = || {
        let mut volley = Volley::default();
        for _ in 0..count {
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            match send() {
                Some(201) => volley.sent += 1,
                None | Some(502..=504) => volley.refused += 1,
                Some(_) => volley.odd += 1,
            }
        }
        volley
    };
    thread::scope(|scope| {
        let sending = scope.spawn(all);
        let struck = strike();
        is_over.store(struck.is_err(), Ordering::Relaxed);
        let volley = sending.join().unwrap_or_default();
        struck.map(|()| volley)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn what_is_not_answered_201_is_told_apart_by_whether_anybody_was_there() {
        let answers = [Some(201), Some(503), None, Some(201), Some(409), Some(201)];
        let next = AtomicU64::new(0);
        let send = || answers[next.fetch_add(1, Ordering::Relaxed) as usize];
        let volley = volley(6, send, || Ok(())).unwrap();
        let (sent, refused, odd) = (3, 2, 1);
        assert_eq!(volley, Volley { sent, refused, odd });
    }

    #[test]
    fn nothing_more_is_sent_once_the_blow_has_failed() {
        let sent = AtomicU64::new(0);
        let send = || {
            sent.fetch_add(1, Ordering::Relaxed);
            Some(201)
        };
        // It would take for ever to send them all.
        let failed = volley(u64::MAX, send, || {
            while sent.load(Ordering::Relaxed) == 0 {
                thread::yield_now();
            }
            anyhow::bail!("nobody to kill")
        });
        assert!(failed.is_err());
    }
}
