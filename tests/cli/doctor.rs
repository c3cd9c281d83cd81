//! `microkit doctor`, on machines where a `docker` of the test's own answers.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;

use crate::support::{Answer, Place};

/// What Docker answers to `info`, to `compose version`, and to `compose config`.
struct Docker<'a> {
    info: &'a str,
    compose: &'a str,
    config: &'a str,
}

const GOOD: Docker = Docker {
    info: r#"echo '{"ServerVersion":"26.1.5","MemTotal":16000000000,"DockerRootDir":"/"}'"#,
    compose: "echo 2.26.1",
    config: "",
};

impl Docker<'_> {
    /// Runs `microkit doctor` where this Docker is the only one on the PATH.
    fn asked(&self, place: &Place) -> Answer {
        let folder = place.temp.path().join("bin");
        fs::create_dir_all(&folder).unwrap();
        let Self {
            info,
            compose,
            config,
        } = self;
        let script = format!(
            "#!/bin/sh\ncase \"$1 $2\" in\n'info --format') {info} ;;\n'compose version') {compose} ;;\n\
             'compose config') {config} :;;\nesac\n"
        );
        fs::write(folder.join("docker"), script).unwrap();
        fs::set_permissions(folder.join("docker"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(
            folder.join("cargo"),
            "#!/bin/sh\necho 'cargo 1.95.0 (abc 2026-03-21)'\n",
        )
        .unwrap();
        fs::set_permissions(folder.join("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = place.command(&["doctor"]);
        command.env("PATH", format!("{}:/bin:/usr/bin", folder.display()));
        for name in ["GATEWAY_PORT", "COMPOSE_PROFILES", "COMPOSE_FILE"] {
            command.env_remove(name);
        }
        Answer::of(command.output().unwrap())
    }
}

/// A shop whose gateway has a port that is free.
fn shop() -> Place {
    let place = Place::shop();
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    let env = place.read(".env");
    place.write(".env", &format!("{env}GATEWAY_PORT={port}\n"));
    place
}

/// The doctor found this, with exit code 1.
#[track_caller]
fn found(answer: &Answer, says: &[&str]) {
    assert_eq!(answer.code, Some(1), "{answer:?}");
    for part in says {
        assert!(
            answer.out.contains(part),
            "{part:?} is not in {}",
            answer.out
        );
    }
    assert!(
        answer.err.contains("to mend before the system can run"),
        "{}",
        answer.err
    );
}

#[test]
fn a_machine_that_is_fit_is_told_so() {
    let answer = GOOD.asked(&shop());
    assert_eq!(answer.code, Some(0), "{answer:?}");
    for part in [
        "ok     Rust 1.95.0\n",
        "ok     Docker Engine 26.1.5\n",
        "ok     Compose 2.26.1\n",
        "ok     every password is in .env\n",
        " is free\n",
        "this machine is fit\n",
    ] {
        assert!(
            answer.out.contains(part),
            "{part:?} is not in {}",
            answer.out
        );
    }
    // Outside of a workspace it looks at the machine alone.
    let answer = GOOD.asked(&Place::empty());
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(!answer.out.contains("port"), "{}", answer.out);
}

#[test]
fn an_engine_that_does_not_answer_and_one_that_may_not_be_asked_are_told_apart() {
    let place = shop();
    let away = Docker {
        info: r#"echo '{"ServerErrors":["Cannot connect to the Docker daemon at unix:///x.sock."]}'"#,
        ..GOOD
    };
    found(
        &away.asked(&place),
        &[
            "wrong  the Docker Engine does not answer",
            "systemctl start docker",
            "unix:///x.sock",
        ],
    );
    let closed = Docker {
        info: "echo 'permission denied while trying to connect' >&2; exit 1",
        ..GOOD
    };
    found(&closed.asked(&place), &["usermod -aG docker"]);
}

#[test]
fn what_is_too_old_is_told() {
    let place = shop();
    let engine = Docker {
        info: r#"echo '{"ServerVersion":"20.10.24","MemTotal":16000000000}'"#,
        ..GOOD
    };
    found(
        &engine.asked(&place),
        &["Docker Engine 20.10.24 is older than 25.0"],
    );
    let compose = Docker {
        compose: "echo v2.3.3",
        ..GOOD
    };
    found(
        &compose.asked(&place),
        &["Compose v2.3.3 is older than 2.21"],
    );
    let none = Docker {
        compose: "exit 1",
        ..GOOD
    };
    found(&none.asked(&place), &["`docker compose` does not work"]);
}

#[test]
fn a_password_that_is_missing_a_busy_port_and_a_broken_override_are_told() {
    let place = shop();
    let busy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = busy.local_addr().unwrap().port();
    let env = place.read(".env").replace("RABBITMQ_PASSWORD=", "#");
    place.write(".env", &format!("{env}GATEWAY_PORT={port}\n"));
    found(
        &GOOD.asked(&place),
        &[
            "wrong  .env has no value for RABBITMQ_PASSWORD\n       `microkit compose` adds what is missing",
            &format!("wrong  port {port} is taken by another program"),
        ],
    );
    place.write(".env", &format!("{env}GATEWAY_PORT=http\n"));
    found(
        &GOOD.asked(&place),
        &["GATEWAY_PORT is `http`, which is no port"],
    );

    let broken = Docker {
        config: "echo 'services.gateway Additional property prots is not allowed' >&2; exit 15;",
        ..GOOD
    };
    found(
        &broken.asked(&shop()),
        &[
            "Compose does not understand compose.yaml\n       services.gateway Additional property prots",
        ],
    );
    let place = shop();
    fs::remove_file(place.path("compose.yaml")).unwrap();
    found(&GOOD.asked(&place), &["there is no compose.yaml"]);
}

#[test]
fn a_small_machine_gets_a_warning_and_no_refusal() {
    let small = Docker {
        info: r#"echo '{"ServerVersion":"26.1.5","MemTotal":1000000000}'"#,
        ..GOOD
    };
    let answer = small.asked(&shop());
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let says = "look   memory: the system may take 2.0 GiB, and Docker has 953 MiB";
    assert!(answer.out.contains(says), "{}", answer.out);
}
