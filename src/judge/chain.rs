//! Calls one behind the other: how many there may be, and whether the gateway has the patience for them.
//!
//! `longest.rs` finds the chains.

use std::cmp::Reverse;
use std::time::Duration;

use super::longest::Chains;
use super::{Judge, graph};
use crate::diagnostic::{Code, Diagnostic, counted};

/// A request may cause so many calls one behind the other. Three are what a system in layers has: one service for an
/// audience, one for a business process, one for a subject, one for the data that all share.
const MOST_CALLS: usize = 3;

/// What a caller in the generated workspace waits between its tries of one call, at most: 50 and 100 milliseconds.
const PAUSES: Duration = Duration::from_millis(150);

/// What a caller in the generated workspace waits for the answer to one call, its retries included (`CALL_TIMEOUT`).
const CALL: Duration = Duration::from_secs(5);

impl Judge<'_> {
    pub(super) fn chains(&mut self) {
        let chains = Chains::of(&self.calls);
        for members in graph::members(&self.calls.group) {
            let longest = members.iter().copied();
            let longest = longest.max_by_key(|start| (chains.length[*start], Reverse(*start)));
            let start = longest.filter(|start| chains.length[*start] > MOST_CALLS);
            if let Some(start) = start.filter(|_| self.begins_chain(&members)) {
                self.long_chain(&chains.from(start, &self.calls));
            }
        }
        self.short_timeout(&chains);
    }

    /// Whether no other service has a chain that goes on with those of these, who are one service or a circle.
    fn begins_chain(&self, members: &[usize]) -> bool {
        members.iter().all(|&service| {
            self.calls.callers[service].iter().all(|&caller| {
                let in_circle = self.calls.group[caller] == self.calls.group[service];
                in_circle || self.calls.is_check(caller, service)
            })
        })
    }

    fn long_chain(&mut self, way: &[usize]) {
        let (calls, shown) = (way.len() - 1, self.way(way));
        let message = self.lang.either(
            format!("a chain of {}: {shown}", counted(calls, "call")),
            format!("una cadena de {}: {shown}", counted(calls, "llamada")),
        );
        let found = Diagnostic::warning(Code::LongChain, message);
        let mut found = self.along(found, way);
        let together = 0.999_f64.powi(i32::try_from(way.len()).unwrap_or(i32::MAX)) * 100.0;
        if let Some(first) = found.at.first_mut() {
            let (services, up) = (way.len(), format!("{together:.1}"));
            first.text.push_str(&self.lang.either(
                format!("; if each of the {services} is up 99.9 % of the time, the chain is up {up} %"),
                format!(
                    "; si cada uno de los {services} está en pie el 99,9 % del tiempo, la cadena lo está el {} %",
                    up.replace('.', ",")
                ),
            ));
        }
        if let Some(last) = found.at.last_mut() {
            last.text.push_str(&format!("; {}", self.at_worst(way)));
        }
        let start = self.calls.name(way[0]);
        self.remark(
            start,
            found,
            self.lang.either(
                "let a service in the middle keep what it asks for, told by events, or let the first one ask the last one itself",
                "que un servicio del medio guarde lo que pregunta, contado por eventos, o que el primero pregunte él mismo al último",
            ),
        );
    }

    /// The caller waits for the sum of all, until the first one gives up that waits for the rest: the gateway, or the service
    /// at the head of the chain, where the gateway has more patience than one call.
    fn at_worst(&self, way: &[usize]) -> String {
        let patience = self.system.gateway.timeout;
        let (most, who, sharing, behind) = match patience > CALL {
            true => {
                let first = format!("`{}`", self.calls.name(way[0]));
                let behind = self.lang.either(" behind it", " que hay detrás");
                (CALL, first, way.len() - 1, behind)
            }
            false => {
                let gateway = self.lang.either("the gateway", "el gateway");
                (patience, gateway.to_owned(), way.len(), "")
            }
        };
        let share = most / u32::try_from(sharing).unwrap_or(u32::MAX);
        let (most, share) = (shown(most), shown(share));
        self.lang.either(
            format!(
                "at worst the caller waits {most}, when {who} gives up: {share} for each of the {sharing}{behind}"
            ),
            format!(
                "en el peor caso quien llama espera {most}, cuando {who} se rinde: {share} para cada uno de los {sharing}{behind}"
            ),
        )
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
        let way = chains.from(start, &self.calls);
        let (given, needed) = (shown(timeout), shown(needed));
        let message = self.lang.either(
            format!("the gateway gives up after {given}, while the calls behind it may pause for {needed}"),
            format!("el gateway se rinde a los {given}, y las llamadas de detrás pueden parar {needed}"),
        );
        let mut found = Diagnostic::warning(Code::ShortTimeout, message);
        let path = ["gateway", "timeout"];
        if self.document.contains(&path) {
            let label = self.lang.either(
                format!("for this call and {} behind it", counted(calls, "call")),
                format!("para esta llamada y {} detrás", counted(calls, "llamada")),
            );
            found = found.at(self.document.value_span(&path), label);
        }
        let longest = self.way(&way);
        let label = self.lang.either(
            format!("the longest chain: {longest}"),
            format!("la cadena más larga: {longest}"),
        );
        let found = found.at(self.place_of_call(way[0], way[1]), label);
        let advice = self.lang.either(
            format!("make the timeout `\"{needed}\"` or more, or the chain shorter"),
            format!("pon un tiempo límite de `\"{needed}\"` o más, o acorta la cadena"),
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
    use super::{CALL, PAUSES};
    use std::time::Duration;

    #[test]
    fn the_pauses_are_those_of_the_chassis() {
        let chassis = include_str!("../../templates/chassis/src/client/call.rs");
        assert!(chassis.contains("const RETRIES: u32 = 2;"));
        assert!(chassis.contains("const BACKOFF: Duration = Duration::from_millis(50);"));
        assert!(chassis.contains("jitter(BACKOFF * 2_u32.pow(tries.retries))"));
        assert_eq!(PAUSES, Duration::from_millis(50 + 100));
    }

    #[test]
    fn a_call_takes_as_long_as_in_the_chassis() {
        let chassis = include_str!("../../templates/chassis/src/config.rs");
        assert!(chassis.contains(r#"duration("CALL_TIMEOUT", Duration::from_secs(5))"#));
        assert_eq!(CALL, Duration::from_secs(5));
    }
}
