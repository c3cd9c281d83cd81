//! PostgreSQL under the services.

use std::process::Command;
use std::time::Instant;

use super::cargo::as_in_a_shell;
use super::contract::{get, new_order, new_user};
use super::deployment::{Deployment, SERVICES, health};
use super::http::try_request;
use super::load::Load;
use super::processes::binaries;
use super::servers::postgres::Postgres;
use super::servers::{MINUTE, eventually};

#[test]
fn the_tests_of_the_services_pass_on_postgresql_unchanged() {
    let Some(postgres) = Postgres::start() else {
        return;
    };
    postgres.create_database("tests");
    binaries();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let tests = as_in_a_shell(&mut Command::new(env!("CARGO")))
        .args(["test", "--locked", "--workspace"])
        .current_dir(root.join("examples/shop"))
        .env("CARGO_TARGET_DIR", root.join("target/generated"))
        .env("TEST_DATABASE_URL", postgres.url("tests"))
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&tests.stdout);
    let errors = String::from_utf8_lossy(&tests.stderr);
    assert!(tests.status.success(), "{words}\n{errors}");
    let passed: u32 = words
        .lines()
        .filter_map(|line| {
            line.strip_prefix("test result: ok. ")?
                .split(' ')
                .next()?
                .parse::<u32>()
                .ok()
        })
        .sum();
    println!("{passed} tests on PostgreSQL");
    let left = "SELECT COUNT(*) FROM pg_namespace WHERE nspname LIKE 'test_%'";
    assert_eq!(
        postgres.sql("tests", left),
        "0",
        "each test took its schema away"
    );
    let seen = "SELECT xact_commit FROM pg_stat_database WHERE datname = 'tests'";
    let commits: u64 = postgres.sql("tests", seen).parse().unwrap();
    assert!(commits > 1_000, "they ran there: {commits}");
}

#[test]
fn three_instances_that_start_at_once_migrate_once() {
    let Some(shop) = Deployment::on(false, false) else {
        return;
    };
    let user_service = shop.run("user-service");
    let instances = [(); 3].map(|()| shop.spawn("order-service", &[]));
    for port in instances {
        shop.await_ready(port);
    }
    let applied = instances.map(|port| shop.log(port).matches("migration applied").count());
    let recorded = shop.count("order-service", "SELECT COUNT(*) FROM migrations");
    println!("{recorded} migrations, applied by the three instances: {applied:?}");
    assert_eq!(applied.iter().sum::<usize>() as u64, recorded);
    assert_eq!(health(user_service), 200);
}

#[test]
fn an_instance_keeps_its_connections_from_the_start() {
    let Some(shop) = Deployment::on(false, false) else {
        return;
    };
    let port = shop.spawn("user-service", &[("DATABASE_MAX_CONNECTIONS", "3")]);
    shop.await_ready(port);
    let open = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = 'user-service'";
    // Beside them there is one now and then that only looks whether the server answers.
    eventually("three connections", MINUTE, || {
        shop.postgres.sql("postgres", open) == "3"
    });
}

#[test]
fn columns_have_the_native_types() {
    let Some(shop) = Deployment::start(false, false) else {
        return;
    };
    let user = new_user(shop.gateway, "ada");
    let order = new_order(shop.gateway, &user).text_of("id");
    let type_of = |column: &str| {
        let sql = format!("SELECT pg_typeof({column}) FROM orders");
        shop.postgres.sql("order-service", &sql)
    };
    assert_eq!(
        ["id", "user_id", "total", "items"].map(type_of),
        ["uuid", "uuid", "numeric", "jsonb"]
    );
    let total = format!("SELECT total FROM orders WHERE id = '{order}'");
    assert_eq!(shop.postgres.sql("order-service", &total), "40.28");
}

#[test]
fn a_database_that_is_started_anew_is_waited_for_and_found_again() {
    let Some(shop) = Deployment::start(false, false) else {
        return;
    };
    let ports = SERVICES.map(|service| shop.ports(service)[0]);
    let user = new_user(shop.gateway, "ada");
    let path = format!("/users/{user}");
    shop.postgres.stop();
    let refused = get(shop.gateway, &path);
    assert_eq!(
        (refused.status, refused.error()),
        (503, "Database unavailable".into())
    );
    for port in ports {
        eventually("that a service is not ready", MINUTE, || {
            health(port) == 503
        });
    }
    eventually("the word about it", MINUTE, || {
        let log = shop.log(ports[0]);
        let place = format!("PostgreSQL at 127.0.0.1:{}", shop.postgres.port());
        log.contains(&place) && log.contains("DATABASE_URL")
    });
    shop.postgres.start_again();
    let back = Instant::now();
    for port in ports {
        eventually("that a service is ready again", MINUTE, || {
            health(port) == 200
        });
    }
    assert_eq!(get(shop.gateway, &path).status, 200);
    println!("ready again {:?} after the database was", back.elapsed());

    // A quick restart under load: nothing is left that has to be started anew by hand.
    let gateway = shop.gateway;
    let load = Load::start(4, move |_| {
        try_request(gateway, "GET", &format!("/api{path}"), None)
    });
    load.await_more(100);
    shop.postgres.stop();
    shop.postgres.start_again();
    let back = Instant::now();
    eventually("an answer", MINUTE, || get(gateway, "/users").status == 200);
    let healed = back.elapsed();
    load.await_more(100);
    let tally = load.end();
    let failed = tally.failures.len();
    println!(
        "{} reads over a restart, {failed} failed, healed after {healed:?}",
        tally.done
    );
    assert!(
        tally
            .failures
            .iter()
            .all(|failure| failure.starts_with("503 ")),
        "{:?}",
        tally.failures
    );
}

#[test]
fn a_service_waits_for_a_database_that_is_not_there_yet() {
    let Some(shop) = Deployment::on(false, false) else {
        return;
    };
    shop.postgres.stop();
    let port = shop.spawn("user-service", &[]);
    eventually("that it says it is not ready", MINUTE, || {
        health(port) == 503
    });
    let alive = try_request(port, "GET", "/health/live", None).unwrap();
    assert_eq!(alive.status, 200);
    assert_eq!(
        try_request(port, "GET", "/users", None).unwrap().status,
        503
    );
    shop.postgres.start_again();
    shop.await_ready(port);
    assert_eq!(
        try_request(port, "GET", "/users", None).unwrap().status,
        200
    );
    assert!(
        shop.log(port).contains("is it running?"),
        "{}",
        shop.log(port)
    );

    // A stop is possible while it waits.
    shop.postgres.stop();
    let waiting = shop.spawn("user-service", &[]);
    eventually("that it waits", MINUTE, || health(waiting) == 503);
    shop.stop(waiting);
}
