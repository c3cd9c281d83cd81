//! What is said of public systems with the code that they are known for, and of how services are deployed.

use std::fs;
use std::path::Path;

use microkit::diagnostic::{self, Source};
use microkit::judge::judge_with;
use microkit::lang::Lang;
use microkit::{manifest, plan, system};

use crate::{shown, workspace};

/// What is said of a public system: its manifest in `tests/fixtures/systems`, with what of its code matters.
fn of_public_system(name: &str) -> Vec<String> {
    let systems = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/systems");
    let mut code = workspace::code(&systems.join(name));
    let text = fs::read_to_string(systems.join(name).join("microkit.toml"));
    let text = text.expect("the system is there");
    code.retain(|source| source.path != "microkit.toml");
    of_code(&text, &code)
}

/// What is said of a system with this code: code, message, and where.
fn of_code(text: &str, code: &[Source]) -> Vec<String> {
    let document = manifest::parse("microkit.toml", text).unwrap();
    let system = system::validate(&document).unwrap();
    let remarks = judge_with(&document, &system, Some(code), Lang::En).remarks;
    let shown = remarks.iter().map(|remark| match &remark.source {
        None => shown(remark),
        Some(source) => {
            let line = diagnostic::line_of(&source.text, remark.at[0].span.start);
            format!("{} at {}:{line}", shown(remark), source.path)
        }
    });
    shown.collect()
}

#[test]
fn nothing_is_said_of_a_public_system_without_these_defects() {
    assert_eq!(of_public_system("online-boutique"), Vec::<String>::new());
}

#[test]
fn the_known_defects_of_public_systems_are_found() {
    let expected = [
        (
            "train-ticket",
            &[
                "MK0604 a chain of 5 calls: `preserve-service` -> `seat-service` -> `travel-service` -> \
                 `ticket-info-service` -> `basic-service` -> `price-service`",
                "MK0602 the services `seat-service` and `travel-service` call each other",
                "MK0607 the service `ticket-info-service` has nothing of its own",
            ][..],
        ),
        (
            "petclinic",
            &[
                "MK0611 `gateway` may repeat a request that it passes on, whatever its method at gateway/src/retry.rs:22",
            ],
        ),
        (
            "sock-shop",
            &[
                "MK0612 `shipping-service` goes on when an event can't be published at \
               services/shipping-service/src/shipments/repository.rs:18",
            ],
        ),
    ];
    for (name, expected) in expected {
        assert_eq!(of_public_system(name), expected, "{name}");
    }
}

/// Two services that keep data, on PostgreSQL or in files, as they are deployed with this override.
fn deployed(database: &str, shared: bool, settled: &str, overriding: &str) -> Vec<String> {
    let server = if shared { "shared" } else { "per-service" };
    let text = format!(
        "[system]\nname = \"shop\"\n{settled}[compose]\npostgres = \"{server}\"\n\
         [services.a-service]\ndatabase = \"{database}\"\n[services.b-service]\ndatabase = \"{database}\"\n"
    );
    let document = manifest::parse("microkit.toml", &text).unwrap();
    let plan = plan::plan(&system::validate(&document).unwrap());
    let written = plan.get(plan::COMPOSE).unwrap().to_vec();
    let file = |path: &str, text: &str| Source {
        path: path.to_owned(),
        text: text.into(),
    };
    let code = [
        file("compose.yaml", &String::from_utf8(written).unwrap()),
        file("compose.override.yaml", overriding),
    ];
    of_code(&text, &code)
}

#[test]
fn a_server_with_a_database_for_each_service_is_right() {
    for shared in [true, false] {
        assert_eq!(deployed("postgres", shared, "", ""), Vec::<String>::new());
    }
    assert_eq!(deployed("sqlite", false, "", ""), Vec::<String>::new());
    let unsettled = "not yaml: [";
    assert_eq!(
        deployed("sqlite", false, "", unsettled),
        Vec::<String>::new()
    );
}

#[test]
fn two_services_that_are_deployed_with_one_database_share_a_store() {
    let expected = "MK0610 `b-service` reaches the store of `a-service`, past its interface at compose.override.yaml:";
    let own = "services:\n  b-service:\n    environment:\n";
    let of_a = "postgres://b_service:${PASSWORD:?a/b@c is missing}@a-service-database/a_service?sslmode=disable";
    let list = format!("      - \"DATABASE_URL={of_a}\"\n      - PORT=1\n");
    let both = "services:\n  a-service: &one\n    environment:\n      DATABASE_URL: \"${SHOP_DATABASE}\"\n  b-service: *one\n";
    for (shared, overriding, line) in [
        (
            false,
            format!("{own}      DATABASE_URL: {of_a}\n      PORT: 1\n"),
            4,
        ),
        (false, format!("{own}{list}"), 4),
        (
            true,
            format!("{own}      DATABASE_URL: postgres://x@postgres:5432/a_service\n"),
            4,
        ),
        (true, both.to_owned(), 5),
    ] {
        let found = deployed("postgres", shared, "", &overriding);
        assert_eq!(found, [format!("{expected}{line}")], "{overriding}");
    }
    let own = format!(
        "{own}      DATABASE_URL: postgres://x@postgres/a_service?options=-csearch_path%3Db\n"
    );
    assert_eq!(deployed("postgres", true, "", &own), Vec::<String>::new());
}

#[test]
fn a_volume_with_the_file_of_another_service_is_a_shared_store() {
    let expected = "MK0610 `b-service` reaches the store of `a-service`, past its interface at compose.override.yaml:";
    let b = "services:\n  b-service:\n";
    let volume = format!("{b}    volumes: [\"a-service-data:/elsewhere:ro\"]\n");
    let long = format!(
        "{b}    volumes:\n      - type: volume\n        source: a-service-data\n        target: /elsewhere\n"
    );
    let url =
        format!("{volume}    environment: [\"DATABASE_URL=sqlite:///elsewhere/a-service.db\"]\n");
    for (overriding, lines) in [(volume, &[3][..]), (long, &[4]), (url, &[4])] {
        let found = deployed("sqlite", false, "", &overriding);
        let lines = lines.iter().map(|line| format!("{expected}{line}"));
        assert_eq!(found, lines.collect::<Vec<_>>(), "{overriding}");
    }
    // Each has a file of its own there.
    let together = "services:\n  a-service: {volumes: [\"all:/data\"]}\n  b-service: {volumes: [\"all:/data\"]}\n";
    assert_eq!(
        deployed("sqlite", false, "", together),
        Vec::<String>::new()
    );
}

#[test]
fn services_in_one_container_share_a_store_only_if_their_urls_do() {
    let own = "services:\n  monolith:\n    environment:\n      B_SERVICE_DATABASE_URL: ";
    for (database, url) in [
        ("postgres", "postgres://x@a-service-database/a_service"),
        ("sqlite", "sqlite:///data/a-service/a-service.db"),
    ] {
        let settled = "extracted = []\n";
        assert_eq!(deployed(database, false, settled, ""), Vec::<String>::new());
        let found = deployed(database, false, settled, &format!("{own}{url}\n"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].ends_with("compose.override.yaml:4"), "{found:?}");
    }
}
