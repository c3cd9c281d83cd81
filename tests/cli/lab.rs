//! `microkit lab` as far as nothing runs: what there is, what it asks, and what it refuses. What it measures is tried in
//! `tests/lab.rs`.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use crate::support::{Answer, Place};

/// A workspace, and a `cargo` that runs `script`.
fn place(script: &str) -> Place {
    let manifest = "[system]\nname = \"bakery\"\n[services.oven]\ndatabase = \"sqlite\"\n[services.oven.resources.loaf]\nfields.name = \"string\"\n";
    Place::bakery(manifest, script)
}

fn lab(place: &Place, arguments: &[&str]) -> Command {
    let mut command = place.command_with_cargo(&[&["lab"], arguments].concat());
    command.env("LC_ALL", "C");
    command
}

fn answer(mut command: Command) -> Answer {
    Answer::of(command.output().unwrap())
}

#[test]
fn without_a_name_all_are_listed_a_line_each_in_both_languages() {
    let place = Place::empty();
    for (lang, word) in [("en", "instances"), ("es", "instancias")] {
        let listed = place.run(&["lab", "--lang", lang]).succeeded().out;
        for name in ["latency", "isolation", "coupling", "delivery", "scaling"] {
            let lines = listed
                .lines()
                .filter(|line| line.trim_start().starts_with(name));
            assert_eq!(lines.count(), 1, "{listed}");
        }
        assert!(listed.contains(word), "{listed}");
    }
}

#[test]
fn an_unknown_one_suggests_the_nearest() {
    let place = Place::shop();
    place
        .run(&["lab", "latecny"])
        .failed(2, &["no lab `latecny`", "did you mean `latency`?"]);
    // What stands for it in Spanish is taken as well.
    place
        .run(&["lab", "latensia"])
        .failed(2, &["did you mean `latencia`?"]);
    place
        .run(&["lab", "Latencia", "--expect", "z"])
        .failed(2, &["`z`"]);
    let far = place.run(&["lab", "brewing"]);
    far.failed(2, &["no lab `brewing`", "`microkit lab` lists them all"]);
}

#[test]
fn outside_a_workspace_it_says_so() {
    let place = Place::empty();
    place
        .run(&["lab", "latency"])
        .failed(2, &["there is no microkit.toml", "microkit new"]);
}

#[test]
fn an_answer_that_is_none_is_refused_before_anything_is_built() {
    let place = place("touch built; exit 101");
    answer(lab(&place, &["latency", "--expect", "z"])).failed(
        2,
        &[
            "`z` is none of the answers",
            "`a` to `d`",
            "up to twice as long",
        ],
    );
    assert!(!place.path("built").exists());
    let spanish = lab(&place, &["latency", "--expect", "z", "--lang", "es"]);
    answer(spanish).failed(2, &["`z` no es ninguna de las respuestas"]);
}

#[test]
fn a_workspace_that_does_not_build_shows_why_and_leaves_no_page() {
    let place = place("");
    // The real one, which has nothing to compile before it comes to this.
    place.write("services/oven/Cargo.toml", "[package]\nname = oven\n");
    for name in ["latency", "isolation", "scaling"] {
        let refused = place.run(&["lab", name, "--lang", "en"]);
        let says = [
            "Cargo.toml",
            "does not build, so nothing was measured",
            "`cargo build`",
        ];
        refused.failed(1, &says);
        assert!(
            !place
                .path(&format!("target/microkit/lab/{name}.html"))
                .exists()
        );
        assert!(!place.path("target/microkit/lab/data").exists());
    }
}

#[test]
fn where_no_service_is_coupled_to_another_that_is_told_before_anything_is_built() {
    let place = place("touch built; exit 101");
    let refused = answer(lab(&place, &["coupling"]));
    refused.failed(
        1,
        &[
            "no service of this system calls another",
            "`reference`",
            "`calls`",
        ],
    );
    assert!(!place.path("built").exists());
}

#[test]
fn a_service_that_was_never_generated_is_told() {
    let place = place("exit 101");
    place.add_service("till", 1026);
    answer(lab(&place, &["latency"])).failed(2, &["no crate `till`", "microkit generate"]);
}

#[test]
fn two_at_once_would_measure_each_other() {
    let place = place("exit 101");
    fs::create_dir_all(place.path("target/microkit/lab")).unwrap();
    let held = File::create(place.path("target/microkit/lab/lock")).unwrap();
    held.lock().unwrap();
    answer(lab(&place, &["latency"])).failed(1, &["another lab runs in this workspace"]);
}

#[test]
fn it_says_first_what_it_will_do_and_for_how_long_and_without_a_terminal_asks_nothing() {
    let place = place("exit 101");
    let seconds = |quick: &[&str], name: &str| {
        let said = answer(lab(&place, &[&[name], quick].concat())).err;
        assert!(!said.contains("What do you expect?"), "{said}");
        let (_, rest) = said.split_once("It takes about ").unwrap();
        rest.split_once(" s ").unwrap().0.parse::<u64>().unwrap()
    };
    for name in ["latency", "isolation", "scaling"] {
        assert!(seconds(&[], name) < 60);
        assert!(seconds(&["--quick"], name) < 15);
    }
}

/// Runs it in a terminal, types this, and returns what is seen there.
fn in_a_terminal(place: &Place, arguments: &str, typed: &str) -> String {
    let program = env!("CARGO_BIN_EXE_microkit");
    let mut command = lab(place, &[]);
    let set: Vec<_> = command
        .get_envs()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect();
    command = Command::new("script");
    let mut child = command
        .args(["--quiet", "--return", "--command"])
        .arg(format!("{program} lab {arguments}"))
        .arg("/dev/null")
        .envs(set)
        .current_dir(&place.here)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(typed.as_bytes()).unwrap();
    let mut seen = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut seen)
        .unwrap();
    child.wait().unwrap();
    seen
}

#[test]
fn at_a_terminal_it_asks_until_an_answer_can_be_read_and_builds_only_then() {
    let place = place("echo building >&2; exit 101");
    let seen = in_a_terminal(&place, "latency", "z\nb\n");
    let place_of = |text: &str| {
        seen.find(text)
            .unwrap_or_else(|| panic!("{text:?} is not in {seen}"))
    };
    let order = [
        "  a) as long",
        "What do you expect?",
        "one letter from a to d",
        "building",
    ]
    .map(place_of);
    assert!(order.is_sorted(), "{seen}");
    assert_eq!(seen.matches("What do you expect?").count(), 2, "{seen}");
    let spanish = in_a_terminal(&place, "scaling --lang es", "\n");
    assert_eq!(
        spanish.matches("Qu? esperas").count() + spanish.matches("Que esperas").count(),
        1,
        "{spanish}"
    );
    let given = in_a_terminal(&place, "latency --expect a", "");
    assert!(!given.contains("What do you expect?"), "{given}");
}

#[test]
fn delivery_says_what_is_missing_where_no_event_is_delivered() {
    let place = place("touch built; exit 101");
    answer(lab(&place, &["delivery"])).failed(
        2,
        &[
            "nothing is delivered in this system",
            "publishes = [",
            "microkit add-service OTHER --consumes",
        ],
    );
    assert!(!place.path("built").exists());
}

#[test]
fn delivery_says_how_to_consume_an_event_that_nobody_consumes() {
    let place = Place::shop();
    let manifest = fs::read_to_string(place.path("microkit.toml")).unwrap();
    let without = manifest.replace("consumes = [\"order.created\"]", "consumes = []");
    assert_ne!(without, manifest);
    place.write("microkit.toml", &without);
    place.run(&["lab", "delivery"]).failed(
        2,
        &[
            "nothing is delivered in this system",
            "microkit add-service NAME --consumes order.created",
        ],
    );
}

#[test]
fn delivery_kills_within_bounds_and_says_whom() {
    let place = Place::shop();
    place.put_cargo("exit 101");
    for (quick, most) in [(&["--quick"][..], 40), (&[], 90)] {
        let said = answer(lab(&place, &[&["delivery"], quick].concat())).err;
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("order-service publishes order.created through its outbox, and payment-service consumes it"),
            "{words}"
        );
        let (_, rest) = words.split_once("It takes about ").unwrap();
        assert!(rest.split_once(" s ").unwrap().0.parse::<u64>().unwrap() < most);
    }
}
