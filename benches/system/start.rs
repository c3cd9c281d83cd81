//! How soon a service is ready: from the start of its process to its first 200 under `/health/ready`.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::figures::{aim, median};
use super::program::answers;
use super::servers::free_port;
use super::servers::postgres::Postgres;
use super::shop::binary;

const TIMES: usize = 10;
/// The pause between two questions.
const PAUSE: Duration = Duration::from_micros(500);
const LIMIT: Duration = Duration::from_secs(30);
/// The service with the most to prepare: its table, an outbox and an inbox.
const SERVICE: &str = "order-service";

/// A process that ends with its value.
struct Started(Child);

impl Started {
    /// Asks it to end and waits until it has.
    fn stop(mut self) {
        let pid = self.0.id().to_string();
        let kill = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(kill.expect("kill runs").success(), "it runs");
        let status = self.0.wait().expect("it ends");
        assert!(status.success(), "{SERVICE} ended with {status}");
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures and prints.
pub fn measure() {
    println!("== From start to ready: {SERVICE}, {TIMES} times each, medians\n");
    let folder = tempfile::tempdir().expect("a folder");
    let path = |number: usize| format!("sqlite://{}/{number}.db", folder.path().display());
    both("SQLite", folder.path(), &path);
    if let Some(postgres) = Postgres::start() {
        let url = |number: usize| postgres.url(&format!("start_{number}"));
        (0..TIMES).for_each(|number| postgres.create_database(&format!("start_{number}")));
        both("PostgreSQL", folder.path(), &url);
    } else {
        println!("PostgreSQL is left out.");
    }
    println!();
}

/// On databases that are empty, and on the same again.
fn both(database: &str, folder: &Path, url: &dyn Fn(usize) -> String) {
    for state in ["empty, so that its tables are made", "as it was left"] {
        let times: Vec<f64> = (0..TIMES)
            .map(|number| once(folder, &url(number)))
            .collect();
        let middle = median(times.iter().copied());
        let least = times.iter().copied().fold(f64::INFINITY, f64::min);
        let most = times.iter().copied().fold(0.0, f64::max);
        aim(
            &format!("{database}, {state} ({least:.1} to {most:.1})"),
            &format!("{middle:.1} ms"),
            "at most 100",
            middle <= 100.0,
        );
    }
}

/// Starts it once. In milliseconds.
fn once(folder: &Path, url: &str) -> f64 {
    let port = free_port();
    let mut command = Command::new(binary(SERVICE));
    command
        .env_clear()
        .env("PORT", port.to_string())
        .env("DATABASE_URL", url)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let begun = Instant::now();
    let started = Started(command.spawn().expect("the service starts"));
    while !answers(port, "/health/ready") {
        assert!(begun.elapsed() < LIMIT, "{SERVICE} is not ready");
        thread::sleep(PAUSE);
    }
    let took = begun.elapsed();
    started.stop();
    took.as_secs_f64() * 1_000.0
}
