//! `microkit run` on the shop of `examples/`: real processes on free ports, and what becomes of them.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]
#![cfg(unix)]

#[path = "support/cargo.rs"]
mod cargo;
#[path = "support/contract.rs"]
mod contract;
#[path = "support/copy.rs"]
mod copy;
#[path = "support/http.rs"]
mod http;
#[path = "support/supervised.rs"]
mod supervised;
#[path = "support/touch.rs"]
mod touch;

use std::fs;
use std::process::{Command, Stdio};

use contract::{contract, eventually, get, new_order, new_user};
use supervised::{Run, is_alive, shop};

const EVERYTHING: [&str; 4] = [
    "user-service",
    "order-service",
    "payment-service",
    "gateway",
];

#[test]
fn a_process_for_each_service_that_is_started_again_when_it_crashes_and_stops_in_order() {
    let mut run = Run::start(&["--shape", "microservices"]);
    assert_eq!(run.names(), EVERYTHING, "the order in which they started");
    contract(run.gateway());

    let user = new_user(run.gateway(), "margaret");
    let crashed = run.id("order-service");
    supervised::kill(crashed);
    run.await_line("order-service has ended (signal: 9 (SIGKILL)); it is started again in 1 s");
    assert_eq!(
        get(run.gateway(), &format!("/users/{user}")).status,
        200,
        "the others go on"
    );
    let line = run.await_line("order-service is ready again (process ");
    assert!(!line.contains(&crashed.to_string()), "{line}");
    assert_eq!(new_order(run.gateway(), &user).status, 201);

    let ids = run.ids();
    let (code, said) = run.interrupt();
    assert_eq!(code, Some(0), "{said}");
    let place = |name: &str| said.find(&format!("{name} has stopped")).expect(name);
    let stopped = [
        "gateway",
        "payment-service",
        "order-service",
        "user-service",
    ]
    .map(place);
    assert!(stopped.is_sorted(), "{said}");
    for id in ids {
        assert!(!is_alive(id), "{id}");
    }
}

#[test]
fn everything_in_one_process_unless_it_is_said() {
    let run = Run::start(&[]);
    assert_eq!(run.names(), ["monolith"]);
    contract(run.gateway());
    let (code, said) = run.interrupt();
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn nothing_is_left_when_it_is_killed_itself() {
    let mut run = Run::start(&["--shape", "microservices"]);
    let ids = run.ids();
    run.child.kill().unwrap();
    run.child.wait().unwrap();
    eventually("that no process is left", || {
        ids.iter().all(|id| !is_alive(*id))
    });
}

/// In a terminal ctrl-c is for every process in the foreground; the services must not be among them.
#[test]
fn ctrl_c_in_a_terminal_stops_everything_in_order() {
    let in_terminal = Command::new("script").arg("--version").output();
    if !in_terminal.is_ok_and(|output| output.status.success()) {
        println!("skipped: there is no `script` here, which makes a terminal");
        return;
    }
    let mut run = Run::start_in_terminal(&["--shape", "microservices"]);
    let ids = run.ids();
    run.type_in(b"\x03");
    run.await_line("everything has stopped");
    let said = run.said();
    for name in EVERYTHING {
        assert!(said.contains(&format!("{name} has stopped")), "{said}");
    }
    assert!(run.child.wait().unwrap().success());
    for id in ids {
        assert!(!is_alive(id), "{id}");
    }
}

#[test]
fn only_the_service_that_changed_is_built_and_replaced() {
    let mut run = Run::start(&["--shape", "microservices", "--watch"]);
    let source = shop().join("services/user-service/src/lib.rs");
    let text = fs::read(&source).unwrap();
    fs::write(&source, &text).unwrap();
    run.await_line("user-service is new: it is replaced");
    run.await_line("user-service is ready again (process ");
    let said = run.said();
    for name in ["order-service", "payment-service", "gateway"] {
        assert!(is_alive(run.id(name)), "{name}");
        assert!(!said.contains(&format!("{name} is new")), "{said}");
    }
    assert_eq!(get(run.gateway(), "/users").status, 200);
    // What does not build replaces nothing.
    fs::write(&source, [b"no Rust\n".as_slice(), &text].concat()).unwrap();
    let told = run.find_line("it does not build; what runs goes on");
    fs::write(&source, &text).unwrap();
    assert!(told.is_some(), "{}", run.said());
    assert_eq!(get(run.gateway(), "/users").status, 200);
    // Which processes there are, is not decided anew.
    let manifest = shop().join("microkit.toml");
    fs::write(&manifest, fs::read(&manifest).unwrap()).unwrap();
    run.await_line("the manifest has changed, and what runs is as it said before");
    let (code, said) = run.interrupt();
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_busy_port_is_told_before_the_build() {
    let run = Run::start(&[]);
    let again = run.command(&["--shape", "microservices"]);
    let output = { again }.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("nothing was built or started"), "{said}");
    assert!(
        said.contains(&format!("{} of gateway", run.gateway())) && said.contains("--port-offset"),
        "{said}"
    );
    assert!(!said.contains("building"), "{said}");
}

#[test]
fn a_process_that_can_not_start_ends_it_all_with_its_own_words() {
    let mut run = Run::begin(
        &["--shape", "microservices"],
        &[("PAYMENT_SERVICE_DATABASE_URL", "mysql://nowhere")],
    );
    run.await_line("DATABASE_URL: must begin with sqlite:// or postgres://");
    run.await_line("payment-service ended before it was ready: exit status: 2");
    let status = run.child.wait().unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(run.said().contains("user-service has stopped"));
}
