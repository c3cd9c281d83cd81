//! `microkit explain` in a workspace: what it says of this one, and which commands it offers.

use std::fs;

use crate::support::{Answer, Place};

fn explain(place: &Place, words: &[&str]) -> String {
    let arguments = [&["explain"], words, &["--lang", "en"]].concat();
    place.run(&arguments).succeeded().out
}

fn spanish(place: &Place, words: &[&str]) -> String {
    let arguments = [&["explain"], words, &["--lang", "es"]].concat();
    place.run(&arguments).succeeded().out
}

fn hello() -> Place {
    let mut place = Place::empty();
    let new = ["new", "hello", "--example", "hello"];
    place.run(&new).succeeded();
    place.here.push("hello");
    place
}

/// The shop with these services as processes of their own.
fn extracted(names: &[&str]) -> Place {
    let place = Place::shop();
    for name in names {
        place.run(&["extract", name]).succeeded();
    }
    place
}

/// The commands that a page offers.
fn commands(page: &str) -> Vec<&str> {
    let lines = page.lines().skip_while(|line| *line != "To see it");
    lines
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .collect()
}

#[track_caller]
fn has(page: &str, parts: &[&str]) {
    // Lines are broken at 80 columns.
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(page.contains(part), "{part:?} is not in {page}");
    }
}

#[track_caller]
fn lacks(page: &str, parts: &[&str]) {
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(!page.contains(part), "{part:?} is in {page}");
    }
}

#[test]
fn where_a_service_reaches_into_another_one_that_is_told_and_not_the_opposite() {
    let place = Place::shop();
    let path = "services/order-service/Cargo.toml";
    let claims = [
        ("distributed-monolith", "no crate of another service here"),
        ("modular-monolith", "depends on no other service's crate"),
        (
            "database-per-service",
            "the only code that opens this table",
        ),
        (
            "single-responsibility",
            "the only code that touches this table",
        ),
    ];
    for (topic, claim) in claims {
        has(&explain(&place, &[topic]), &[claim]);
    }
    let with = place.read(path).replace(
        "[dependencies]\n",
        "[dependencies]\nuser-service = { path = \"../user-service\" }\n",
    );
    place.write(path, &with);
    let line = with
        .lines()
        .position(|line| line.starts_with("user-service"));
    let shown = format!("  {path}:{}\n", line.unwrap() + 1);
    for (topic, claim) in claims {
        let page = explain(&place, &[topic]);
        lacks(&page, &[claim]);
        assert!(page.contains(&shown), "{page}");
    }
    lacks(&explain(&place, &["chassis"]), &["the one crate"]);
    has(&explain(&place, &["distributed-monolith"]), &["MK0610"]);
    let manifest = place.read("microkit.toml");
    let allowed = "[allow.MK0610]\norder-service = \"for a week\"\n";
    place.write("microkit.toml", &format!("{manifest}\n{allowed}"));
    assert!(explain(&place, &["distributed-monolith"]).contains(&shown));
}

#[test]
fn what_starts_the_system_is_what_starts_it_in_its_shape() {
    let place = Place::shop();
    has(
        &explain(&place, &["api-gateway"]),
        &["`cargo run` starts it"],
    );
    let page = explain(&place, &["dead-letters"]);
    lacks(&page, &["`cargo run` starts it"]);
    let run = "AMQP_URL=amqp://user:password@localhost:5672/%2f microkit run --shape microservices";
    has(&page, &["payment-service as a process of its own", run]);

    let place = extracted(&["order-service"]);
    let page = explain(&place, &["api-gateway"]);
    has(&page, &["`microkit run` starts it"]);
    lacks(&page, &["`cargo run` starts it"]);
    for topic in ["modular-monolith", "when-not-to-use"] {
        let page = explain(&place, &[topic]);
        let offered = commands(&page);
        assert!(offered.contains(&"EXTRACTED_SERVICES= cargo run"), "{page}");
        assert!(!offered.contains(&"cargo run"), "{page}");
    }
    // The outbox is in the process of its service, and so are its figures.
    let page = explain(&place, &["transactional-outbox"]);
    has(&page, &["http://127.0.0.1:8002/metrics"]);
}

#[test]
fn only_a_service_that_is_not_out_yet_is_to_be_taken_out() {
    let of = |place: &Place, topic: &str| {
        let page = explain(place, &[topic]);
        let offered = commands(&page).into_iter();
        let meant = offered.filter(|line| line.contains("extract") || line.contains("absorb"));
        meant.map(str::to_owned).collect::<Vec<_>>()
    };
    let place = extracted(&["order-service"]);
    let expected = [
        "microkit extract payment-service --dry-run",
        "microkit extract payment-service",
        "microkit absorb order-service",
    ];
    assert_eq!(of(&place, "extraction"), expected);
    let expected = ["microkit extract payment-service"];
    assert_eq!(of(&place, "independent-deployment"), expected);

    let place = extracted(&["order-service", "payment-service", "user-service"]);
    assert_eq!(of(&place, "extraction"), ["microkit absorb order-service"]);
    assert!(of(&place, "independent-deployment").is_empty());
}

#[test]
fn a_remark_is_told_with_what_this_workspace_has_of_it_and_how_to_look() {
    let place = Place::shop();
    let page = explain(&place, &["MK0604"]);
    has(
        &page,
        &["Where it stands in shop `microkit check` finds none here."],
    );
    assert_eq!(commands(&page)[..2], ["microkit check", "microkit graph"]);
    let page = spanish(&place, &["MK0604"]);
    has(
        &page,
        &["Dónde está en shop `microkit check` no encuentra aquí nada de esto."],
    );
    // A picture shows no mistake of a name, but check does.
    assert_eq!(commands(&explain(&place, &["MK0203"]))[0], "microkit check");
    lacks(&explain(&place, &["MK0203"]), &["microkit graph"]);

    let manifest = place.read("microkit.toml");
    let (before, after) = manifest.split_once("[services.user-service]\n").unwrap();
    let manifest = format!("{before}[services.user-service]\ncalls = [\"order-service\"]\n{after}");
    place.write("microkit.toml", &manifest);
    let page = explain(&place, &["MK0602"]);
    lacks(&page, &["finds none"]);
    has(
        &page,
        &["Where `microkit check` finds it here", "microkit graph"],
    );
    let page = spanish(&place, &["MK0602"]);
    has(
        &page,
        &["los servicios `order-service` y `user-service` se llaman entre sí"],
    );
    lacks(&page, &[" call each other"]);
}

#[test]
fn a_lab_is_offered_where_it_can_be_run_and_elsewhere_what_it_needs() {
    let hello = hello();
    let shop = Place::shop();
    let labs = |place: &Place, topic: &str| {
        let page = explain(place, &[topic]);
        let offered = commands(&page).into_iter();
        offered
            .filter(|line| line.starts_with("microkit lab"))
            .count()
    };
    let all = explain(&hello, &[]);
    let topics = all
        .lines()
        .take_while(|line| !line.starts_with("What `microkit check`"));
    for topic in topics.filter_map(|line| line.strip_prefix("  ")?.split(' ').next()) {
        let page = explain(&hello, &[topic]);
        for command in commands(&page) {
            assert!(!command.starts_with("microkit lab coupling"), "{topic}");
            assert!(!command.starts_with("microkit lab delivery"), "{topic}");
        }
    }
    let needs = "`microkit lab coupling` has nothing to slow down here";
    for topic in [
        "timeout",
        "circuit-breaker",
        "coupling",
        "synchronous-communication",
    ] {
        has(&explain(&hello, &[topic]), &[needs]);
        lacks(&explain(&shop, &[topic]), &["has nothing"]);
        assert!(labs(&shop, topic) > 0, "{topic}");
    }
    let needs = "`microkit lab delivery` has nothing to deliver here";
    has(&explain(&hello, &["retry"]), &[needs]);
    assert_eq!(labs(&shop, "retry"), 1);
    // What is said of them is so.
    for lab in ["coupling", "delivery"] {
        let answer = hello.run(&["lab", lab, "--lang", "en"]);
        assert_ne!(answer.code, Some(0), "{answer:?}");
    }
}

#[test]
fn a_container_that_is_not_there_is_not_taken_for_the_one_process() {
    let place = extracted(&["order-service"]);
    let compose = place.read("compose.yaml");
    place.write(
        "compose.yaml",
        &compose.replace("  grafana:\n", "  panels:\n"),
    );
    let page = explain(&place, &["metrics"]);
    has(&page, &["compose.yaml (edited: it has no `grafana:`)"]);
}

#[test]
fn from_a_folder_below_it_is_said_where_the_commands_are_to_be_run() {
    let mut place = Place::shop();
    lacks(&explain(&place, &["database-per-service"]), &["cd .."]);
    place.here.push("services/order-service");
    let page = explain(&place, &["database-per-service"]);
    assert_eq!(commands(&page)[0], "cd ../..", "{page}");
    has(&page, &["ls data"]);
}

#[test]
fn an_unknown_name_is_told_in_the_language_that_is_spoken() {
    let place = Place::empty();
    let asked = |name: &str| {
        let mut command = place.command(&["explain", name]);
        Answer::of(command.env("LC_ALL", "es_ES.UTF-8").output().unwrap())
    };
    let says = [
        "no hay ningún tema ni código `cortacircuito`",
        "¿querías decir `cortacircuitos`? `microkit explain` los enumera todos",
    ];
    asked("cortacircuito").failed(2, &says);
    let says = [
        "`blockchain`",
        "`microkit explain` enumera todos los temas y códigos",
    ];
    asked("blockchain").failed(2, &says);
}

#[test]
fn no_page_is_changed_by_a_folder_without_code() {
    let place = Place::shop();
    fs::remove_dir_all(place.path("services")).unwrap();
    has(
        &explain(&place, &["distributed-monolith"]),
        &["Where it stands in shop"],
    );
}
