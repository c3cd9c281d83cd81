//! What `extract` and `absorb` say at their end: who runs where now, and what goes over the network. Pure.

use std::collections::BTreeSet;

use crate::system::{Crossing, Service, Shape, System};

use super::Way;

/// More than this in one line is counted, not listed.
const LISTED: usize = 6;

/// What to do then.
pub(super) const NEXT: &str = "
next:
  microkit run      # this shape, here
  docker compose up --build --wait --remove-orphans    # this shape, on Docker
";

/// Everything is as it was asked for.
pub(super) fn nothing_to_do(way: Way, system: &System, meant: &BTreeSet<&str>) -> String {
    let names = joined(meant);
    let (live, run) = match meant.len() {
        1 => ("lives", "is a process of its own"),
        _ => ("live", "are processes of their own"),
    };
    match (way, &system.shape) {
        (Way::Out, _) => format!("{names} {run} already; nothing was written\n"),
        (Way::In, Shape::Open) => format!(
            "{names} {live} in the one process already; nothing was written. No shape is settled: `cargo run` has every \
             service in one process,\nand Docker runs each alone. `microkit absorb --all` settles one process for Docker too.\n"
        ),
        (Way::In, Shape::Settled(_)) => {
            format!("{names} {live} in the one process already; nothing was written\n")
        }
    }
}

/// What follows from the change.
pub(super) fn done(way: Way, before: &System, after: &System, moving: &[&str]) -> String {
    let mut text = String::new();
    match (way, moving) {
        (_, []) => {
            text.push_str("On Docker too it is one process now; each service was alone there.\n")
        }
        (Way::Out, [only]) => text.push_str(&format!("{only} is a process of its own now.\n")),
        (Way::Out, several) => {
            let names = joined(several);
            text.push_str(&format!("{names} are processes of their own now.\n"));
        }
        (Way::In, names) => {
            text.push_str(&format!("In the monolith again: {}.\n", joined(names)));
        }
    }
    text.push_str(&listeners(after));
    let (old, new) = (before.crossings(), after.crossings());
    text.push_str(&match way {
        Way::Out => over_the_network(new.difference(&old)),
        Way::In => no_longer(old.difference(&new)),
    });
    text
}

/// Where the processes listen.
fn listeners(system: &System) -> String {
    let port = system.gateway.port;
    let (together, apart) = (system.together(), system.extracted());
    let at = |services: &[&Service]| {
        let services = services.iter();
        let named: Vec<String> = services
            .map(|service| format!("{} ({})", service.name, service.port))
            .collect();
        joined(&named)
    };
    if apart.is_empty() {
        return format!(
            "One process holds the gateway and {}, and listens on port {port} alone.\n",
            services(together.len())
        );
    }
    let alone = format!("Alone, each at its port: {}.\n", at(&apart));
    if together.is_empty() {
        return format!("{alone}In the monolith there is only the gateway left ({port}).\n");
    }
    format!(
        "{alone}In the monolith: the gateway ({port}) and, listening too for those outside, {}.\n",
        at(&together)
    )
}

/// What the change costs.
fn over_the_network<'a>(crossings: impl Iterator<Item = &'a Crossing>) -> String {
    let crossings: Vec<&Crossing> = crossings.collect();
    if crossings.is_empty() {
        return "Over the network now: only what the gateway passes on.\n".into();
    }
    format!(
        "Over the network now, so slower and able to fail: {}; and what the gateway passes on.\n",
        joined(&crossings)
    )
}

/// What it saves.
fn no_longer<'a>(crossings: impl Iterator<Item = &'a Crossing>) -> String {
    let crossings: Vec<&Crossing> = crossings.collect();
    match crossings.is_empty() {
        true => String::new(),
        false => format!("Without a network again: {}.\n", joined(&crossings)),
    }
}

fn services(count: usize) -> String {
    match count {
        1 => "1 service".into(),
        _ => format!("{count} services"),
    }
}

/// `a, b and c`; of many only the first ones.
pub(super) fn joined<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let mut texts: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if texts.len() > LISTED {
        let more = texts.len() - LISTED + 1;
        texts.truncate(LISTED - 1);
        texts.push(format!("{more} more"));
    }
    match texts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => texts.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn many_are_counted() {
        assert_eq!(joined(["a"]), "a");
        assert_eq!(joined(["a", "b", "c"]), "a, b and c");
        assert_eq!(joined(1..=6), "1, 2, 3, 4, 5 and 6");
        assert_eq!(joined(1..=9), "1, 2, 3, 4, 5 and 4 more");
    }
}
