//! Calls one behind the other: how many are borne, through circles and to the checks of references, and what they take.

use microkit::diagnostic::Code;

use crate::{chain, codes, judged, remarks, service, system_of};

#[test]
fn three_calls_one_behind_the_other_are_borne_and_four_are_not() {
    assert_eq!(codes(&chain(4)), []);
    assert_eq!(codes(&chain(5)), [Code::LongChain]);
}

#[test]
fn a_call_that_checks_a_reference_ends_a_chain() {
    let link = |index: usize| {
        format!(
            "[services.s{index}.resources.r{index}]\nfields.next = {{ type = \"reference\", to = \"s{0}/r{0}\" }}\n",
            index + 1
        )
    };
    let mut services: Vec<String> = (1..6)
        .map(|index| service(&format!("s{index}"), &[&format!("s{}", index + 1)]) + &link(index))
        .collect();
    services.push(service("s6", &[]) + "[services.s6.resources.r6]\nfields.a = \"string\"\n");
    assert_eq!(codes(&system_of(&services)), []);
}

/// A circle in the middle, or at the start, is passed by the shortest way.
#[test]
fn a_chain_that_runs_through_a_circle_is_one_whether_or_not_the_circle_is_allowed() {
    let rest = [("d", "e"), ("e", "f")].map(|(one, next)| service(one, &[next]));
    let services = [
        service("a", &["b"]),
        service("b", &["c"]),
        service("c", &["b", "d"]),
        rest.concat(),
        service("f", &[]),
    ];
    let text = system_of(&services);
    let chain = "MK0604 a chain of 5 calls: `a` -> `b` -> `c` -> `d` -> `e` -> `f`";
    let circle = "MK0602 the services `b` and `c` call each other";
    assert_eq!(remarks(&text), [chain, circle]);
    let allowed = format!("allow.MK0602.b = \"why\"\n{text}");
    assert_eq!(remarks(&allowed), [chain]);

    let from_circle = system_of(&services[1..]);
    let chain = "MK0604 a chain of 4 calls: `b` -> `c` -> `d` -> `e` -> `f`";
    assert_eq!(remarks(&from_circle), [circle, chain]);
}

#[test]
fn a_call_that_checks_a_reference_ends_a_chain_within_a_circle_too() {
    let resource = |name: &str, field: &str| {
        format!("[services.{name}.resources.{name}-thing]\nfields.x = {field}\n")
    };
    let text = system_of(&[
        service("a", &["b"]),
        service("b", &["c"]),
        resource("b", "{ type = \"reference\", to = \"c/c-thing\" }"),
        service("c", &["b", "d"]),
        resource("c", "\"string\""),
        service("d", &["e"]),
        service("e", &["f"]),
        service("f", &[]),
    ]);
    // From `a` it is no further than `c`; from there it is three calls.
    assert_eq!(codes(&text), [Code::MutualCalls]);
}

#[test]
fn a_long_chain_says_how_long_it_takes_at_worst_and_who_gives_up_then() {
    let label = |timeout: &str| {
        let text = format!("{}[gateway]\ntimeout = \"{timeout}\"\n", chain(5));
        let remark = judged(&text).remarks.remove(0);
        remark.at.last().unwrap().text.clone()
    };
    for (timeout, expected) in [
        (
            "5s",
            "at worst the caller waits 5s, when the gateway gives up: 1s for each of the 5",
        ),
        (
            "2s",
            "at worst the caller waits 2s, when the gateway gives up: 400ms for each of the 5",
        ),
        (
            "30s",
            "at worst the caller waits 5s, when `s01` gives up: 1250ms for each of the 4 behind it",
        ),
    ] {
        let label = label(timeout);
        assert!(label.ends_with(expected), "{label}");
    }
}

#[test]
fn the_gateway_needs_150_milliseconds_for_each_call() {
    let with = |timeout: &str| format!("{}[gateway]\ntimeout = \"{timeout}\"\n", chain(3));
    assert_eq!(codes(&with("450ms")), []);
    assert_eq!(codes(&with("449ms")), [Code::ShortTimeout]);
    let alone = format!("{}[gateway]\ntimeout = \"1ms\"\n", chain(1));
    assert_eq!(codes(&alone), []);
    let by_default = codes(&chain(34));
    assert_eq!(by_default, [Code::LongChain, Code::ShortTimeout]);
}
