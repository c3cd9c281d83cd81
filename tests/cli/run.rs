//! `microkit new --run`, with a stand-in for cargo on the PATH, and the test itself answering for
//! the system that it would have started.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use microkit::supervise::free_ports;

use crate::support::{Answer, Place, names};

/// A folder with a manifest whose gateway has a free port, and a `cargo` that runs `script`.
fn place(script: &str) -> (Place, u16) {
    let place = Place::empty();
    let port = free_ports(1).unwrap()[0];
    let manifest = format!(
        "[system]\nname = \"bakery\"\n[gateway]\nport = {port}\n[services.oven]\nport = 1025\n"
    );
    place.write("draft.toml", &manifest);
    fs::create_dir(place.path("bin")).unwrap();
    let script = format!("#!/bin/sh\n[ \"$1\" = --version ] && exit 0\n{script}\n");
    place.write("bin/cargo", &script);
    fs::set_permissions(place.path("bin/cargo"), fs::Permissions::from_mode(0o755)).unwrap();
    (place, port)
}

fn run(place: &Place) -> Command {
    let mut command = place.command(&["new", "bakery", "--manifest", "draft.toml", "--run"]);
    command.env(
        "PATH",
        format!("{}:/usr/bin:/bin", place.path("bin").display()),
    );
    command
}

#[test]
fn the_system_is_built_locked_and_started_and_its_exit_code_is_the_answer() {
    let (place, _) = place(
        "echo \"$PWD: $@\" >&2; echo \"port=$PORT host=$HOST of=$CARGO_PKG_NAME\" >&2; exit 42",
    );
    let output = run(&place)
        .env("PORT", "1")
        .env("HOST", "example.org")
        .output()
        .unwrap();
    let answer = Answer::of(output);
    assert_eq!(answer.code, Some(42), "{answer:?}");
    assert!(
        answer
            .err
            .contains("bakery: run --locked\nport= host= of=\n"),
        "{answer:?}"
    );
    assert!(place.path("bakery/Cargo.toml").is_file());
}

#[test]
fn a_taken_port_is_told_before_anything_is_written() {
    let (place, port) = place("exit 42");
    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let answer = Answer::of(run(&place).output().unwrap());
    answer.failed(
        1,
        &[&format!("port {port} is taken"), "nothing was written"],
    );
    assert_eq!(names(&place.here), ["bin", "draft.toml"]);
}

#[test]
fn a_missing_cargo_is_told_before_anything_is_written() {
    let (place, _) = place("exit 42");
    fs::remove_file(place.path("bin/cargo")).unwrap();
    let output = run(&place).env("PATH", place.path("bin")).output().unwrap();
    Answer::of(output).failed(
        1,
        &["needs cargo", "https://rustup.rs", "nothing was written"],
    );
    assert_eq!(names(&place.here), ["bin", "draft.toml"]);
}

#[test]
fn once_the_system_is_ready_its_urls_and_requests_are_told() {
    let (place, port) = place("touch ../started; exec sleep 600");
    let mut child = run(&place).stdout(Stdio::piped()).spawn().unwrap();
    await_that(&mut child, || place.path("started").exists());
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let answering = thread::spawn(move || {
        // Not ready at first: nothing may be told before it is.
        for status in ["503 Service Unavailable", "200 OK"] {
            let (stream, _) = listener.accept().unwrap();
            let mut line = String::new();
            BufReader::new(&stream).read_line(&mut line).unwrap();
            assert_eq!(line, "GET /health/ready HTTP/1.1\r\n");
            let reply = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            (&stream).write_all(reply.as_bytes()).unwrap();
        }
    });
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = Vec::new();
    while told
        .iter()
        .filter(|line: &&String| line.contains("curl "))
        .count()
        < 3
    {
        told.push(lines.next().expect("three requests are told").unwrap());
    }
    answering.join().unwrap();
    assert!(
        told.contains(&"bakery is ready (ctrl-c ends it):".to_owned()),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|line| line.contains(&format!("http://127.0.0.1:{port}"))),
        "{told:?}"
    );
    end(child);
}

#[test]
fn killing_it_leaves_no_process_behind() {
    let (place, _) = place("echo $$ > ../pid; mv ../pid ../started; exec sleep 600");
    let mut child = run(&place).stdout(Stdio::piped()).spawn().unwrap();
    await_that(&mut child, || place.path("started").exists());
    // The process that was started first is the system itself by now, so there is no other.
    assert_eq!(place.read("started").trim(), child.id().to_string());
    let mut out = child.stdout.take().unwrap();
    end(child);
    // Whoever still held the other end of the pipe would keep this waiting.
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert!(!rest.contains("ready"), "{rest}");
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn await_that(child: &mut Child, holds: impl Fn() -> bool) {
    let begin = Instant::now();
    while !holds() {
        let ended = child.try_wait().unwrap();
        assert!(
            ended.is_none() && begin.elapsed() < Duration::from_secs(30),
            "{ended:?}"
        );
        thread::yield_now();
    }
}
