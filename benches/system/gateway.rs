//! The gateway beside nginx as a proxy, in front of the same service, with as many workers.

use std::path::Path;

use tempfile::TempDir;

use super::figures::aim;
use super::http::request;
use super::load::{Load, heading, load, row, there};
use super::nginx;
use super::program::Program;
use super::servers::free_port;
use super::servers::postgres::Postgres;
use super::shop::{self, SERVICES};

const ROUNDS: usize = 3;
const SECONDS: u32 = 2;
const WORKERS: [usize; 2] = [1, 2];
/// The service behind both.
const USERS: &str = "user-service";

/// One way to the service.
struct Way {
    name: String,
    port: u16,
    path: String,
    program: Vec<Program>,
    rounds: Vec<Load>,
}

impl Way {
    fn new(name: String, (port, program): (u16, Program), path: &str) -> Self {
        Self {
            name,
            port,
            path: path.to_owned(),
            program: vec![program],
            rounds: Vec::new(),
        }
    }

    fn round(&mut self) {
        let round = load(self.port, &self.path, None, SECONDS, &self.program);
        self.rounds.push(round);
    }
}

/// Measures and prints.
pub fn measure() {
    println!("== The gateway beside nginx\n");
    if !nginx::there() || !there() {
        println!("Left out: it needs nginx and wrk.\n");
        return;
    }
    println!(
        "GET /api/users/{{id}}, wrk -t1 -c32, {ROUNDS} rounds of {SECONDS} s in turns, medians; cpu: of the proxy alone.\n\
         Both write a line for each request to /dev/null; nginx keeps 64 connections to the service.\n"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let quick = nginx::upstream(folder.path());
    compare("nginx that returns 200", &folder, quick, "/users/1");
    before_users(&folder);
}

/// Both proxies in front of a service.
fn compare(upstream: &str, folder: &TempDir, service: (u16, Program), path: &str) {
    let to = service.0;
    let mut ways = vec![Way::new("no proxy".to_owned(), service, path)];
    for workers in WORKERS {
        let key = format!("nginx-{to}-{workers}");
        let ours = gateway(
            &format!("gateway-{to}-{workers}"),
            folder.path(),
            workers,
            to,
        );
        let theirs = nginx::proxy(&key, folder.path(), workers, to);
        let path = format!("/api{path}");
        ways.push(Way::new(format!("gateway, {workers} worker"), ours, &path));
        ways.push(Way::new(format!("nginx, {workers} worker"), theirs, &path));
    }
    for _ in 0..ROUNDS {
        ways.iter_mut().for_each(Way::round);
    }
    heading(&format!("before {upstream}"));
    let loads: Vec<Load> = ways.iter().map(|way| row(&way.name, &way.rounds)).collect();
    for (pair, workers) in loads[1..].chunks(2).zip(WORKERS) {
        let [ours, theirs] = pair else { continue };
        let (rate, late) = (ours.rate / theirs.rate, ours.p99 / theirs.p99);
        let label = format!("{workers} worker: gateway / nginx");
        aim(
            &format!("{label}, 2xx/s"),
            &format!("{rate:.2}"),
            "at least 1",
            rate >= 1.0,
        );
        aim(
            &format!("{label}, p99"),
            &format!("{late:.2}"),
            "at most 1",
            late <= 1.0,
        );
    }
    println!();
}

/// The shop's gateway, with every service at one port.
fn gateway(name: &str, folder: &Path, workers: usize, to: u16) -> (u16, Program) {
    let port = free_port();
    let mut variables: Vec<_> = SERVICES
        .iter()
        .map(|service| shop::url_of(service, to))
        .collect();
    variables.push(("TOKIO_WORKER_THREADS".to_owned(), workers.to_string()));
    let home = folder.join(name);
    std::fs::create_dir_all(&home).expect("a folder");
    (port, shop::start("gateway", &home, port, &variables))
}

/// In front of the user service, on SQLite or on PostgreSQL, whichever answers more.
fn before_users(folder: &TempDir) {
    let postgres = Postgres::start();
    let file = folder.path().join("users.db");
    let mut stores = vec![("SQLite", format!("sqlite://{}", file.display()))];
    stores.extend(postgres.iter().map(|postgres| {
        postgres.create_database("users");
        ("PostgreSQL", postgres.url("users"))
    }));
    let started = stores.into_iter().map(|(store, url)| {
        let port = free_port();
        let variables = [("DATABASE_URL".to_owned(), url)];
        let program = shop::start(USERS, folder.path(), port, &variables);
        let user = r#"{"email": "ada@example.org", "name": "Ada"}"#;
        let created = request(port, "POST", "/users", Some(user));
        let path = format!("/users/{}", created.text_of("id"));
        let rate = load(port, &path, None, 1, &[]).rate;
        println!("{USERS} on {store} alone: {rate:.0} answers a second");
        (rate, store, (port, program), path)
    });
    let fastest = started.max_by(|one, other| one.0.total_cmp(&other.0));
    let (_, store, service, path) = fastest.expect("there is one on SQLite");
    compare(&format!("{USERS}, {store}"), folder, service, &path);
}
