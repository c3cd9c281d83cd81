//! What a process is about, once everything was ready.

use std::time::{Duration, Instant};

use super::super::layout::Process;
use super::pause;

/// The pause before the first new start; it doubles with each crash.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);
/// One that has been ready for so long is taken to be sound: the next crash is the first again.
const SOUND: Duration = Duration::from_secs(60);

/// A process, and what it is about.
#[derive(Debug)]
pub struct State {
    pub process: Process,
    phase: Phase,
    /// The pause before the next new start.
    pause: Duration,
}

#[derive(Debug)]
enum Phase {
    Starting(Instant),
    Ready(Instant),
    /// It does not run, and is to be started then.
    Due(Instant),
}

impl State {
    /// It is ready.
    pub fn ready(process: Process) -> Self {
        Self {
            process,
            phase: Phase::Ready(Instant::now()),
            pause: FIRST,
        }
    }

    /// It has ended by itself; after how long it is started again.
    pub fn crash(&mut self) -> Duration {
        if matches!(self.phase, Phase::Ready(since) if since.elapsed() >= SOUND) {
            self.pause = FIRST;
        }
        let pause = self.pause;
        self.pause = (pause * 2).min(LONGEST);
        self.phase = Phase::Due(Instant::now() + pause);
        pause
    }

    /// It was stopped, and is to be started at once.
    pub fn start_now(&mut self) {
        self.phase = Phase::Due(Instant::now());
        self.pause = FIRST;
    }

    pub fn started(&mut self) {
        self.phase = Phase::Starting(Instant::now());
    }

    pub fn is_ready(&mut self) {
        self.phase = Phase::Ready(Instant::now());
    }

    pub fn is_due(&self) -> bool {
        matches!(self.phase, Phase::Due(at) if at <= Instant::now())
    }

    pub fn is_starting(&self) -> bool {
        matches!(self.phase, Phase::Starting(_))
    }

    /// After how long it is to be looked at again, if nothing comes to pass.
    pub fn look_again(&self) -> Option<Duration> {
        match self.phase {
            Phase::Ready(_) => None,
            Phase::Starting(since) => Some(pause(since)),
            Phase::Due(at) => Some(at.saturating_duration_since(Instant::now())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_crash_makes_the_pause_longer_up_to_a_limit() {
        let mut state = State::ready(Process::default());
        let pauses: Vec<u64> = (0..7).map(|_| state.crash().as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
        state.start_now();
        assert!(state.is_due());
        assert_eq!(state.crash().as_secs(), 1);
    }

    #[test]
    fn only_one_that_was_ready_for_long_begins_anew() {
        let long_ago = Instant::now() - SOUND;
        let mut state = State::ready(Process::default());
        state.crash();
        state.phase = Phase::Starting(long_ago);
        assert_eq!(state.crash().as_secs(), 2, "it was never ready");
        state.phase = Phase::Ready(long_ago);
        assert_eq!(state.crash().as_secs(), 1);
    }
}
