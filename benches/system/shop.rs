//! The shop of `examples/`, built for release, as the processes that would be deployed.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::http::request;
use super::program::{Program, System, answers, silent};
use super::servers::free_port;
use super::servers::postgres::Postgres;

pub const SERVICES: [&str; 3] = ["user-service", "order-service", "payment-service"];

/// Where the shop's programs are built, as the tests build theirs.
fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/generated")
}

/// Builds the shop for release.
pub fn build() {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--workspace", "--bins"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop"))
        .env("CARGO_TARGET_DIR", target())
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the shop builds");
}

/// A program of the shop.
pub fn binary(name: &str) -> PathBuf {
    target().join("release").join(name)
}

/// The variable that says where a service is called.
pub fn url_of(service: &str, port: u16) -> (String, String) {
    let variable = format!("{}_URL", service.to_uppercase().replace('-', "_"));
    (variable, format!("http://127.0.0.1:{port}"))
}

/// The database of a service of the shop `key`.
fn database(key: &str, service: &str) -> String {
    format!("{key}_{service}").replace('-', "_")
}

/// Starts one program of the shop and waits until it is ready.
pub fn start(name: &str, folder: &Path, port: u16, variables: &[(String, String)]) -> Program {
    let mut command = silent(binary(name), folder);
    command
        .env("PORT", port.to_string())
        .envs(variables.iter().cloned());
    Program::start(name, folder, &mut command, || {
        answers(port, "/health/ready")
    })
}

/// Starts the gateway and the services, each with a database of its own. With a broker, events go over it.
pub fn system(key: &str, name: &'static str, postgres: &Postgres, broker: Option<&str>) -> System {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = SERVICES.map(|service| (service, free_port()));
    let mut common: Vec<_> = ports
        .iter()
        .map(|(service, port)| url_of(service, *port))
        .collect();
    common.extend(broker.map(|url| ("AMQP_URL".to_owned(), url.to_owned())));
    let mut programs = Vec::new();
    for (service, port) in ports {
        let database = database(key, service);
        postgres.create_database(&database);
        let mut variables = common.clone();
        variables.push(("DATABASE_URL".to_owned(), postgres.url(&database)));
        programs.push(start(service, folder.path(), port, &variables));
    }
    let gateway = free_port();
    programs.push(start("gateway", folder.path(), gateway, &common));
    let user = r#"{"email": "ada@example.org", "name": "Ada"}"#;
    let created = request(gateway, "POST", "/api/users", Some(user));
    assert_eq!(created.status, 201, "{}", created.text);
    System::new(name, gateway, programs, folder, created.text_of("id"))
}

/// How many orders there are, and for how many of them the payment service has heard of it.
pub fn orders_and_payments(key: &str, postgres: &Postgres) -> (u64, u64) {
    let count = |service: &str, table: &str| {
        let rows = postgres.sql(
            &database(key, service),
            &format!("SELECT count(*) FROM {table}"),
        );
        rows.parse().expect("a number of rows")
    };
    (
        count("order-service", "orders"),
        count("payment-service", "payments"),
    )
}
