//! The longest chain of calls that begins at each service.
//!
//! Called by `chain.rs`. A call that checks a reference ends a chain: see `Calls::is_check`. A circle of calls is passed from the
//! service where a chain comes in to the one where it goes out, by the shortest way; a chain that only leads into a circle
//! ends there, since the circle is a remark of its own.

use super::{Calls, graph};

pub(super) struct Chains {
    /// How many calls there are in the longest chain from each service.
    pub length: Vec<usize>,
    /// Where that chain leaves the circle that the service is in: at the service itself, if it is in none.
    exit: Vec<usize>,
    /// The longest chain that leaves the circle at each service: how many calls, and who is called first.
    onward: Vec<(usize, Option<usize>)>,
    /// The calls within each circle that a chain may take.
    inside: Vec<Vec<usize>>,
}

impl Chains {
    pub fn of(calls: &Calls<'_>) -> Self {
        let count = calls.of.len();
        let inside = (0..count).map(|caller| {
            let within = calls.of[caller].iter().copied().filter(|&called| {
                calls.group[called] == calls.group[caller] && !calls.is_check(caller, called)
            });
            within.collect()
        });
        let mut chains = Self {
            length: vec![0; count],
            exit: (0..count).collect(),
            onward: vec![(0, None); count],
            inside: inside.collect(),
        };
        // Whoever is called has a lower group than its caller, and so is done before.
        for members in graph::members(&calls.group) {
            for &member in &members {
                chains.onward[member] = chains.leaving(member, calls);
            }
            for &member in &members {
                chains.pass_circle(member);
            }
        }
        chains
    }

    fn leaving(&self, service: usize, calls: &Calls<'_>) -> (usize, Option<usize>) {
        let mut longest = (0, None);
        for &called in &calls.of[service] {
            if calls.group[called] == calls.group[service] {
                continue;
            }
            let length = match calls.is_check(service, called) {
                true => 1,
                false => 1 + self.length[called],
            };
            if length > longest.0 {
                longest = (length, Some(called));
            }
        }
        longest
    }

    fn pass_circle(&mut self, service: usize) {
        self.length[service] = self.onward[service].0;
        for way in graph::ways_from(service, &self.inside) {
            let length = match self.onward[way.node] {
                (0, _) => 0,
                (onward, _) => way.distance + onward,
            };
            if length > self.length[service] {
                self.length[service] = length;
                self.exit[service] = way.node;
            }
        }
    }

    /// The services on the longest chain from this one.
    pub fn from(&self, start: usize, calls: &Calls<'_>) -> Vec<usize> {
        let mut way = Vec::new();
        let mut next = Some(start);
        while let Some(at) = next {
            let exit = self.exit[at];
            way.extend(graph::shortest(at, exit, &self.inside));
            next = self.onward[exit].1;
            if let Some(called) = next.filter(|called| calls.is_check(exit, *called)) {
                way.push(called);
                break;
            }
        }
        way
    }
}
