//! `microkit run` before anything runs: what it refuses, with a stand-in for cargo on the PATH. What it runs is tried in
//! `tests/run.rs`.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use microkit::supervise::free_ports;

use crate::support::{Answer, Place};

/// A workspace on ports that are free at this moment, and a `cargo` that runs `script`.
fn place(script: &str) -> Place {
    let ports = free_ports(2).unwrap();
    let (gateway, oven) = (ports[0], ports[1]);
    let manifest = format!(
        "[system]\nname = \"bakery\"\n[gateway]\nport = {gateway}\n[services.oven]\nport = {oven}\n"
    );
    Place::bakery(&manifest, script)
}

fn run(place: &Place, arguments: &[&str]) -> Command {
    place.command_with_cargo(&[&["run"], arguments].concat())
}

fn answer(mut command: Command) -> Answer {
    Answer::of(command.output().unwrap())
}

#[test]
fn each_shape_builds_its_own_programs_and_a_failed_build_ends_it() {
    let place = place("echo \"$PWD: $@; of=$CARGO_PKG_NAME\" >&2; exit 101");
    for (arguments, programs) in [
        (&[][..], "--package monolith"),
        (
            &["--shape", "microservices", "--release"],
            "--release --package gateway --package oven",
        ),
    ] {
        let answer = answer(run(&place, arguments));
        assert_eq!(answer.code, Some(101), "{answer:?}");
        assert!(answer.err.contains(programs), "{answer:?}");
        assert!(answer.err.contains("bakery: build --locked"), "{answer:?}");
        assert!(answer.err.contains("; of=\n"), "{answer:?}");
    }
}

#[test]
fn ctrl_c_ends_the_build_too() {
    let place = place("echo $$ > pid; mv pid started; exec sleep 600");
    let mut child = run(&place, &[]).stderr(Stdio::null()).spawn().unwrap();
    eventually(|| place.path("started").exists());
    assert!(signal("-INT", &child.id().to_string()));
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let cargo = place.read("started");
    eventually(|| !is_alive(cargo.trim()));
}

/// The program is the stand-in too, which leaves behind a process that holds its output open.
#[test]
fn a_process_that_others_outlive_holds_nobody_up_and_leaves_none_of_them() {
    let place = place(
        r#"
        if [ "$1" = build ]; then
            printf '{"reason":"compiler-artifact","target":{"name":"monolith"},"executable":"%s","fresh":true}\n' "$0"
            exit 0
        fi
        sleep 600 &
        echo $! > left
        echo "no luck"
        exit 3"#,
    );
    let answer = answer(run(&place, &[]));
    assert_eq!(answer.code, Some(1), "{answer:?}");
    for said in [
        "no luck",
        "monolith ended before it was ready: exit status: 3",
    ] {
        assert!(answer.out.contains(said), "{answer:?}");
    }
    let left = place.read("left");
    eventually(|| !is_alive(left.trim()));
}

fn signal(name: &str, id: &str) -> bool {
    let mut kill = Command::new("kill");
    kill.args([name, id]).stderr(Stdio::null());
    kill.status().unwrap().success()
}

fn is_alive(id: &str) -> bool {
    signal("-0", id)
}

fn eventually(holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(30));
        thread::yield_now();
    }
}

#[test]
fn a_service_that_was_never_generated_is_told_without_cargo() {
    let place = place("exit 101");
    place.add_service("till", 1026);
    answer(run(&place, &["--shape", "microservices"]))
        .failed(2, &["no crate `till`", "microkit generate"]);
}

#[test]
fn an_address_of_another_machine_is_told_as_that() {
    let place = place("exit 101");
    let mut command = run(&place, &[]);
    // Nobody's, by RFC 5737.
    command.env("HOST", "192.0.2.7");
    let answer = answer(command).failed(2, &["192.0.2.7", "the variable HOST"]);
    assert!(!answer.err.contains("--port-offset"), "{answer:?}");
}

#[test]
fn no_port_is_moved_beyond_the_last_one() {
    let place = place("exit 101");
    answer(run(&place, &["--port-offset", "65535"]))
        .failed(2, &["above 65535", "--port-offset 100"]);
    answer(run(&place, &["--port-offset=-1"])).failed(2, &["--port-offset"]);
}

#[test]
fn without_cargo_it_says_where_to_get_it() {
    let place = place("exit 101");
    fs::remove_file(place.path("bin/cargo")).unwrap();
    let mut command = run(&place, &[]);
    command.env("PATH", place.path("bin"));
    answer(command).failed(1, &["needs cargo", "https://rustup.rs"]);
}
