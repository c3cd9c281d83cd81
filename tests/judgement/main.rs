//! What is said about an architecture: nothing about good ones, the known defects of public systems, and for any valid
//! manifest the same answer each time, at places in the text, that can be allowed one by one.
//!
//! The codes have their fixtures in `tests/diagnostics`; the limits are tried here from both sides, those of chains of calls in
//! `chains.rs`. What is said of code and of public systems is in `code.rs`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test, and the systems are files beside it"
)]

#[path = "../support/manifests.rs"]
mod manifests;
#[path = "../support/code.rs"]
mod workspace;

mod chains;
mod code;

use microkit::diagnostic::{self, Code, Diagnostic, Severity, Source};
use microkit::judge::{Judgement, judge, judge_with};
use microkit::lang::Lang;
use microkit::{manifest, plan, system};
use proptest::prelude::*;

/// `None` for a text that is no valid manifest.
fn try_judged(text: &str) -> Option<Judgement> {
    let document = manifest::parse("microkit.toml", text).ok()?;
    let system = system::validate(&document).ok()?;
    Some(judge(&document, &system))
}

fn judged(text: &str) -> Judgement {
    try_judged(text).unwrap_or_else(|| panic!("not a valid manifest:\n{text}"))
}

fn shown(remark: &Diagnostic) -> String {
    format!("{} {}", remark.code, remark.message)
}

fn remarks(text: &str) -> Vec<String> {
    judged(text).remarks.iter().map(shown).collect()
}

fn codes(text: &str) -> Vec<Code> {
    let remarks = judged(text).remarks;
    remarks.iter().map(|remark| remark.code).collect()
}

/// A service that keeps data, in short: its name, and those that it calls.
fn service(name: &str, calls: &[&str]) -> String {
    format!("[services.{name}]\ndatabase = \"sqlite\"\ncalls = {calls:?}\n")
}

fn system_of(services: &[String]) -> String {
    format!("[system]\nname = \"shop\"\n{}", services.concat())
}

/// `count` services that call one after the other.
fn chain(count: usize) -> String {
    let name = |index: usize| format!("s{index:02}");
    let services = (1..=count).map(|index| match index == count {
        true => service(&name(index), &[]),
        false => service(&name(index), &[&name(index + 1)]),
    });
    system_of(&services.collect::<Vec<_>>())
}

#[test]
fn nothing_is_said_of_the_examples_and_of_the_documentation() {
    let reference = include_str!("../../docs/manifest.md");
    let examples = reference.split("```toml\n").skip(1);
    let examples = examples.filter_map(|rest| rest.split("```").next());
    let shipped = [
        include_str!("../../templates/examples/shop.toml"),
        include_str!("../../templates/examples/hello.toml"),
        include_str!("../../examples/shop/microkit.toml"),
    ];
    for text in examples.chain(shipped) {
        assert_eq!(remarks(text), Vec::<String>::new(), "{text}");
    }
}

/// Layers as they should be: five for an audience, five processes, twenty-nine subjects and one for all of their files.
#[test]
fn nothing_is_said_of_a_large_system_in_layers() {
    let name = |kind: &str, index: usize| format!("{kind}-{index:02}");
    let mut services = vec![service("files", &[])];
    for index in 0..29 {
        let called = if index % 5 == 0 {
            vec!["files"]
        } else {
            vec![]
        };
        services.push(service(&name("subject", index), &called));
    }
    for index in 0..5 {
        let subjects: Vec<String> = (0..6)
            .map(|step| name("subject", (index * 5 + step) % 29))
            .collect();
        let called: Vec<&str> = subjects.iter().map(String::as_str).collect();
        services.push(service(&name("process", index), &called));
        services.push(service(
            &name("audience", index),
            &[&name("process", index)],
        ));
    }
    assert_eq!(remarks(&system_of(&services)), Vec::<String>::new());
}

#[test]
fn a_hub_has_five_callers_and_half_of_the_others() {
    let system = |callers: usize, others: usize| {
        let calling = (0..callers).map(|index| service(&format!("c{index}"), &["hub"]));
        let idle = (0..others).map(|index| service(&format!("o{index}"), &[]));
        let all = calling.chain(idle).chain([service("hub", &[])]);
        codes(&system_of(&all.collect::<Vec<_>>()))
    };
    assert_eq!(system(4, 0), []);
    assert_eq!(system(5, 5), [Code::Hub]);
    assert_eq!(system(5, 6), []);
}

#[test]
fn a_service_does_too_much_with_ten_resources_and_ten_ties() {
    let system = |resources: usize, calls: usize| {
        let names: Vec<String> = (0..calls).map(|index| format!("c{index}")).collect();
        let called: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut large = service("large", &called);
        for index in 0..resources {
            large += &format!("[services.large.resources.r{index}]\nfields.a = \"string\"\n");
        }
        let others = names.iter().map(|name| service(name, &[]));
        codes(&system_of(&others.chain([large]).collect::<Vec<_>>()))
    };
    assert_eq!(system(10, 10), [Code::ManyDuties]);
    assert_eq!(system(9, 20), []);
    assert_eq!(system(30, 9), []);
}

#[test]
fn a_circle_is_told_once_however_many_services_are_in_it() {
    let names: Vec<String> = (0..30).map(|index| format!("s{index:02}")).collect();
    let services: Vec<String> = (0..30)
        .map(|index| {
            service(
                &names[index],
                &[&names[(index + 1) % 30], &names[(index + 7) % 30]],
            )
        })
        .collect();
    assert_eq!(codes(&system_of(&services)), [Code::CallCycle]);
}

#[test]
fn the_largest_system_is_judged_quickly() {
    let names: Vec<String> = (0..1_000).map(|index| format!("s{index:03}")).collect();
    let services: Vec<String> = (0..1_000)
        .map(|index| {
            let called: Vec<&str> = names[index + 1..]
                .iter()
                .take(100)
                .map(String::as_str)
                .collect();
            service(&names[index], &called)
        })
        .collect();
    let text = system_of(&services);
    let started = std::time::Instant::now();
    assert!(codes(&text).contains(&Code::LongChain));
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

/// What `microkit new` writes, as far as `check` reads it.
fn code_of(text: &str) -> Vec<Source> {
    let document = manifest::parse("microkit.toml", text).unwrap();
    let plan = plan::plan(&system::validate(&document).unwrap());
    let files = plan.files().filter(|(path, _)| {
        let is_code = ["services/", "gateway/"]
            .iter()
            .any(|one| path.starts_with(one));
        is_code || path.ends_with("Cargo.toml") || *path == plan::COMPOSE
    });
    let files = files.map(|(path, text)| Source {
        path: path.to_owned(),
        text: String::from_utf8(text.to_vec()).unwrap().into(),
    });
    files.collect()
}

/// What the help of a remark says to write, in front of the file.
fn with_allowance(text: &str, remark: &Diagnostic) -> String {
    let help = remark.help.as_deref().unwrap_or_default();
    let (_, line) = help
        .split_once("begin the manifest with `")
        .expect("the help says how to allow it");
    format!(
        "{}\n{text}",
        line.strip_suffix('`').expect("the line ends the help")
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_judgement_is_the_same_each_time_and_its_places_are_in_the_text(text in manifests::manifest()) {
        let judgement = judged(&text);
        prop_assert_eq!(&judgement, &judged(&text));
        for remark in &judgement.remarks {
            prop_assert!(!remark.is_error() && !remark.at.is_empty(), "{:?}", remark);
            for label in &remark.at {
                let there = text.get(label.span.clone());
                prop_assert!(there.is_some_and(|there| !there.is_empty()), "{:?}", label);
            }
        }
        let drawn = diagnostic::render("microkit.toml", &text, &judgement.remarks, false, Lang::En);
        prop_assert_eq!(drawn.is_empty(), judgement.remarks.is_empty());
    }

    #[test]
    fn what_the_help_says_allows_exactly_that_remark(text in manifests::manifest()) {
        let before = judged(&text).remarks;
        for (index, remark) in before.iter().enumerate() {
            let after = judged(&with_allowance(&text, remark));
            let mut left: Vec<String> = before.iter().map(shown).collect();
            left.remove(index);
            prop_assert_eq!(after.remarks.iter().map(shown).collect::<Vec<_>>(), left);
            prop_assert_eq!(after.allowed.len(), 1);
            prop_assert_eq!(shown(&after.allowed[0].0), shown(remark));
            prop_assert_eq!(&after.allowed[0].1, "why");
        }
    }
}

proptest! {
    // Each reads hundreds of files.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn of_the_code_that_is_written_there_is_nothing_to_say(text in manifests::manifest()) {
        let document = manifest::parse("microkit.toml", &text).unwrap();
        let system = system::validate(&document).unwrap();
        let code = code_of(&text);
        prop_assert_eq!(judge_with(&document, &system, Some(&code), Lang::En), judge(&document, &system));
    }
}

#[test]
fn a_second_allowance_of_a_code_goes_where_the_first_one_is() {
    let pair = |one: &str, other: &str| service(one, &[other]) + &service(other, &[one]);
    let services = system_of(&[pair("a", "b"), pair("c", "d")]);
    // How the first one is written, before the services and behind them; what is said; and both.
    for (before, behind, said, both) in [
        (
            "",
            "[allow.MK0602]\na = \"why\"\n",
            "add `c = \"why\"` below `[allow.MK0602]`",
            ["", "[allow.MK0602]\na = \"why\"\nc = \"why\"\n"],
        ),
        (
            "",
            "[allow]\nMK0602.a = \"why\"\n",
            "add `MK0602.c = \"why\"` below `[allow]`",
            ["", "[allow]\nMK0602.a = \"why\"\nMK0602.c = \"why\"\n"],
        ),
        (
            "allow = { MK0602.a = \"why\" }\n",
            "",
            "add `MK0602.c = \"why\"` within `allow = { … }`",
            ["allow = { MK0602.a = \"why\", MK0602.c = \"why\" }\n", ""],
        ),
        (
            "allow.MK0602 = { a = \"why\" }\n",
            "",
            "add `c = \"why\"` within `allow.MK0602 = { … }`",
            ["allow.MK0602 = { a = \"why\", c = \"why\" }\n", ""],
        ),
        (
            "allow.MK0602.a = \"why\"\n",
            "",
            "begin the manifest with `allow.MK0602.c = \"why\"`",
            ["allow.MK0602.c = \"why\"\nallow.MK0602.a = \"why\"\n", ""],
        ),
    ] {
        let judgement = judged(&format!("{before}{services}{behind}"));
        assert_eq!(judgement.allowed.len(), 1, "{before}{behind}");
        let help = judgement.remarks[0].help.clone().unwrap_or_default();
        assert!(help.ends_with(said), "{help}");
        let [before, behind] = both;
        let judgement = judged(&format!("{before}{services}{behind}"));
        assert_eq!(judgement.remarks, [], "{before}{behind}");
    }
}

#[test]
fn a_circle_is_allowed_at_any_of_its_services() {
    let circle = ["a", "b", "c"].map(|name| match name {
        "a" => service("a", &["b"]),
        "b" => service("b", &["c"]),
        _ => service("c", &["a"]),
    });
    for name in ["a", "b", "c"] {
        let text = format!("allow.MK0601.{name} = \"why\"\n{}", system_of(&circle));
        let judgement = judged(&text);
        assert_eq!((judgement.remarks.len(), judgement.allowed.len()), (0, 1));
    }
}

#[test]
fn an_allowance_with_a_typing_error_brings_the_right_name_up() {
    let text =
        service("order-service", &["mail-service"]) + &service("mail-service", &["order-service"]);
    let text = system_of(&[text]) + "[allow.MK0602]\nmail-servcie = \"why\"\n";
    let remarks = judged(&text).remarks;
    let idle = remarks
        .iter()
        .find(|remark| remark.code == Code::IdleAllowance);
    let idle = idle.expect("the allowance is idle");
    assert_eq!(idle.severity, Severity::Warning);
    assert_eq!(idle.help.as_deref(), Some("did you mean `mail-service`?"));
    assert_eq!(remarks.len(), 2);
}
