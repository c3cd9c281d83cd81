//! Calls one behind the other: how many there may be, and whether the gateway has the patience for them.
//!
//! A call that checks a reference ends a chain: see `Calls::is_check`. Calls within a circle are not followed, the
//! circle is a remark of its own.

use std::time::Duration;

use super::{Judge, counted};
use crate::diagnostic::{Code, Diagnostic};

/// A request may cause so many calls one behind the other. Three are what a system in layers has: one service for an
/// audience, one for a business process, one for a subject, one for the data that all share.
const MOST_CALLS: usize = 3;

/// What a caller in the generated workspace waits between its tries of one call, at most: 50 and 100 milliseconds.
const PAUSES: Duration = Duration::from_millis(150);

/// The longest chains of calls that begin at each service.
struct Chains {
    /// How many calls there are.
    length: Vec<usize>,
    /// The first service that is called.
    next: Vec<Option<usize>>,
}

impl Judge<'_> {
    pub(super) fn chains(&mut self) {
        let chains = self.longest_chains();
        for start in 0..self.calls.of.len() {
            if chains.length[start] > MOST_CALLS && self.begins_chain(start) {
                self.long_chain(&self.chain_from(start, &chains));
            }
        }
        self.short_timeout(&chains);
    }

    fn longest_chains(&self) -> Chains {
        let count = self.calls.of.len();
        let mut chains = Chains {
            length: vec![0; count],
            next: vec![None; count],
        };
        let mut order: Vec<usize> = (0..count).collect();
        // Whoever is called has a lower group than its caller, and so is done before.
        order.sort_by_key(|service| self.calls.group[*service]);
        for service in order {
            for &called in &self.calls.of[service] {
                if self.calls.group[called] == self.calls.group[service] {
                    continue;
                }
                let length = match self.calls.is_check(service, called) {
                    true => 1,
                    false => 1 + chains.length[called],
                };
                if length > chains.length[service] {
                    chains.length[service] = length;
                    chains.next[service] = Some(called);
                }
            }
        }
        chains
    }

    /// Whether no other service has a chain that goes on with those of this one.
    fn begins_chain(&self, service: usize) -> bool {
        self.calls.callers[service].iter().all(|&caller| {
            let in_circle = self.calls.group[caller] == self.calls.group[service];
            in_circle || self.calls.is_check(caller, service)
        })
    }

    fn chain_from(&self, start: usize, chains: &Chains) -> Vec<usize> {
        let mut way = vec![start];
        let mut at = start;
        while let Some(next) = chains.next[at] {
            way.push(next);
            if self.calls.is_check(at, next) {
                break;
            }
            at = next;
        }
        way
    }

    fn long_chain(&mut self, way: &[usize]) {
        let message = format!(
            "a chain of {}: {}",
            counted(way.len() - 1, "call"),
            self.way(way)
        );
        let found = Diagnostic::warning(Code::LongChain, message);
        let mut found = self.along(found, way);
        let together = 0.999_f64.powi(i32::try_from(way.len()).unwrap_or(i32::MAX)) * 100.0;
        if let Some(first) = found.at.first_mut() {
            first.text.push_str(&format!(
                "; if each of the {} is up 99.9 % of the time, the chain is up {together:.1} %",
                way.len()
            ));
        }
        if let Some(last) = found.at.last_mut() {
            let patience = shown(self.system.gateway.timeout);
            last.text.push_str(&format!(
                "; the time of all adds up, and the gateway waits {patience}"
            ));
        }
        let start = self.calls.name(way[0]);
        self.remark(
            start,
            found,
            "let a service in the middle keep what it asks for, told by events, or let the first one ask the last one itself",
        );
    }

    /// The deadline of a request is carried along, so the gateway's timeout is an end for all calls behind it. It has to
    /// leave time for the pauses before the retries, or there are none.
    fn short_timeout(&mut self, chains: &Chains) {
        let starts = 0..chains.length.len();
        let Some(start) = starts.max_by_key(|start| (chains.length[*start], usize::MAX - start))
        else {
            return;
        };
        let calls = chains.length[start];
        // The gateway's own call comes before the first one of the chain.
        let needed = PAUSES * u32::try_from(calls + 1).unwrap_or(u32::MAX);
        let timeout = self.system.gateway.timeout;
        if calls == 0 || timeout >= needed {
            return;
        }
        let way = self.chain_from(start, chains);
        let message = format!(
            "the gateway gives up after {}, while the calls behind it may pause for {}",
            shown(timeout),
            shown(needed)
        );
        let mut found = Diagnostic::warning(Code::ShortTimeout, message);
        let path = ["gateway", "timeout"];
        if self.document.contains(&path) {
            let label = format!("for this call and {} behind it", counted(calls, "call"));
            found = found.at(self.document.value_span(&path), label);
        }
        let label = format!("the longest chain: {}", self.way(&way));
        let found = found.at(self.place_of_call(way[0], way[1]), label);
        let advice = format!(
            "make the timeout `\"{}\"` or more, or the chain shorter",
            shown(needed)
        );
        self.remark("gateway", found, &advice);
    }
}

/// As a manifest has it: `5s`, `1500ms`.
fn shown(duration: Duration) -> String {
    match duration.as_millis() {
        whole if whole % 1_000 == 0 => format!("{}s", whole / 1_000),
        milliseconds => format!("{milliseconds}ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::PAUSES;
    use std::time::Duration;

    #[test]
    fn the_pauses_are_those_of_the_chassis() {
        let chassis = include_str!("../../templates/chassis/src/client/call.rs");
        assert!(chassis.contains("const RETRIES: u32 = 2;"));
        assert!(chassis.contains("const BACKOFF: Duration = Duration::from_millis(50);"));
        assert!(chassis.contains("jitter(BACKOFF * 2_u32.pow(tries.retries))"));
        assert_eq!(PAUSES, Duration::from_millis(50 + 100));
    }
}
