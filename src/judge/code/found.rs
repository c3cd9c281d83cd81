//! The calls of a function as they are known once all of it was read. Called by `body.rs`.

use std::collections::{BTreeMap, BTreeSet};

use super::function::{Call, Repeated};
use super::sent::FORWARDED;

/// A call that was found.
pub(super) struct Found {
    pub call: Call,
    /// The frames that repeat it.
    pub frames: BTreeSet<usize>,
    /// One of them asks for the status of its answer: that somebody answered is not enough.
    pub is_asked: bool,
    /// Its place, and those of the calls of a closure by which it is made.
    pub places: Vec<usize>,
}

/// What was seen of calls, by their places.
pub(super) struct Known<'a> {
    /// The first of the frames that a failure leaves.
    pub left: &'a BTreeMap<usize, usize>,
    /// After their failure the function calls itself.
    pub again: &'a BTreeSet<usize>,
    /// The requests that they send.
    pub sent: &'a BTreeMap<usize, &'static str>,
    /// The function looks at the method of what it passes on.
    pub reads_only: bool,
}

/// The calls, each once, with what they send and why they may happen again.
pub(super) fn calls(all: Vec<Found>, known: &Known<'_>) -> Vec<Call> {
    let mut calls: BTreeMap<usize, Call> = BTreeMap::new();
    for found in all {
        let mut call = found.call;
        let place = call.place.start;
        call.sends = known.sent.get(&place).copied();
        if call.sends == Some(FORWARDED) && known.reads_only {
            call.sends = None;
        }
        // An answer that says 503 is no failure of what passes it on.
        let left = found.places.iter();
        let left = left.filter_map(|place| known.left.get(place)).min();
        let left = left.filter(|_| call.sends != Some(FORWARDED));
        let mut frames = found.frames.iter();
        if !found.is_asked && frames.all(|frame| left.is_some_and(|left| frame >= left)) {
            call.repeated = None;
        }
        if known.again.contains(&place) {
            call.repeated = Some(Repeated::Recursion);
        }
        // What a closure does is found where it is written, and where it is called.
        let before = calls.get(&place).and_then(|call| call.repeated);
        call.repeated = call.repeated.or(before);
        calls.insert(place, call);
    }
    calls.into_values().collect()
}
