//! `microkit lab` on systems that really run: the figures are all there, nothing failed, and nothing is left. How large a
//! figure is, no test says.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

mod faults;
#[path = "../support/servers/mod.rs"]
mod servers;
#[path = "../support/touch.rs"]
mod touch;

use touch::touch;

/// What a lab is started with, so that its processes are known wherever they hang.
const MARK: &str = "MICROKIT_TEST_OF_LABS";

/// One at a time: they would measure each other. It holds the workspace that was built last, as long as it is known.
static TURN: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Waits for its turn, in which the workspace is built from its own sources.
fn turn(folder: &Path) -> MutexGuard<'static, Option<PathBuf>> {
    let mut turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    if turn.as_deref() != Some(folder) {
        touch(folder);
        *turn = Some(folder.to_owned());
    }
    turn
}

fn shop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop")
}

/// Where generated workspaces are built.
fn generated() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/generated")
}

/// A lab, in an environment that leads to nothing that answers: a lab has its own.
fn lab(folder: &Path, arguments: &[&str], mark: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_microkit"));
    command
        .arg("lab")
        .args(arguments)
        .arg("--quick")
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", generated())
        .env("LC_ALL", "C.UTF-8")
        .env(MARK, mark)
        .stdin(Stdio::null());
    let misleading = [
        ("HOST", "192.0.2.1"),
        ("DATABASE_URL", "postgres://127.0.0.1:1/data"),
        ("USER_SERVICE_DATABASE_URL", "postgres://127.0.0.1:1/data"),
        ("USER_SERVICE_URL", "http://127.0.0.1:1"),
        ("AMQP_URL", "amqp://127.0.0.1:1"),
        ("CONSUL_HTTP_ADDR", "127.0.0.1:1"),
    ];
    command.envs(misleading);
    command
}

/// The processes that were started, directly or not, with this mark.
fn marked(mark: &str) -> Vec<String> {
    let mark = format!("{MARK}={mark}");
    let all = fs::read_dir("/proc").unwrap().flatten();
    let is_marked = |folder: &PathBuf| {
        let environment = fs::read(folder.join("environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == mark.as_bytes())
    };
    let marked = all.map(|entry| entry.path()).filter(is_marked);
    marked.map(|folder| folder.display().to_string()).collect()
}

/// What a lab said, and its page.
struct Shown {
    text: String,
    page: String,
}

/// Runs it to its end.
fn shown(folder: &Path, name: &str, arguments: &[&str]) -> Shown {
    let turn = turn(folder);
    let output = lab(folder, &[&[name], arguments].concat(), name)
        .output()
        .unwrap();
    let (text, said) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert!(output.status.success(), "{text}\n{said}");
    assert_eq!(marked(name), Vec::<String>::new(), "processes are left");
    assert!(
        !folder.join("target/microkit/lab/data").exists(),
        "data is left"
    );
    drop(turn);
    let path = folder.join(format!("target/microkit/lab/{name}.html"));
    let last = text.lines().last().unwrap();
    assert!(last.ends_with(path.to_str().unwrap()), "{last}");
    let page = fs::read_to_string(path).unwrap();
    Shown { text, page }
}

impl Shown {
    /// Each figure is in both, with its arms, and on the page with five rounds of each.
    fn has(&self, figures: &[&str], arms: &[&str]) {
        let body = self.page.strip_prefix("<!doctype html>\n").unwrap();
        let document = roxmltree::Document::parse(body).unwrap();
        let nodes = |name: &'static str| {
            let all = document
                .descendants()
                .filter(move |node| node.tag_name().name() == name);
            all.map(|node| node.text().unwrap_or_default())
        };
        for figure in figures {
            assert!(nodes("h3").any(|name| name == *figure), "{figure}");
            assert!(
                self.text.lines().any(|line| line == *figure),
                "{figure}: {}",
                self.text
            );
        }
        let rounds: Vec<&str> = nodes("title")
            .filter(|title| title.starts_with("Rounds: "))
            .collect();
        assert!(rounds.len() >= figures.len() * arms.len(), "{rounds:?}");
        for round in rounds {
            assert_eq!(round.matches(", ").count(), 4, "{round}");
        }
        for arm in arms {
            assert!(self.text.contains(arm) && self.page.contains(arm), "{arm}");
        }
        for text in [&self.text, &self.page] {
            assert!(!text.contains("requests failed"), "{text}");
        }
    }
}

#[test]
fn latency_has_every_figure_of_both_shapes() {
    // The ports of the manifest may be taken, by the system that the user has running.
    let _taken: Vec<_> = (8000..8004)
        .map(|port| TcpListener::bind(("127.0.0.1", port)))
        .collect();
    let shown = shown(&shop(), "latency", &["--expect", "b"]);
    let figures = [
        "p50, 1 at a time",
        "p99, 1 at a time",
        "throughput, 1 at a time",
        "p50, 8 at a time",
        "p99, 8 at a time",
        "throughput, 8 at a time",
    ];
    shown.has(&figures, &["one process", "4 processes"]);
    let text = &shown.text;
    assert!(text.contains("Expected: b) up to twice as long"), "{text}");
    assert!(text.contains("request: POST /api/orders, "), "{text}");
    let hops = "2: gateway → order-service, order-service → user-service";
    assert!(shown.page.contains(hops), "{text}");
}

#[test]
fn scaling_counts_what_each_instance_answered() {
    let shown = shown(&shop(), "scaling", &[]);
    shown.has(
        &["throughput", "p50", "p99"],
        &["1 instance", "2 instances", "3 instances"],
    );
    let text = &shown.text;
    assert!(text.contains("Expected: not asked"), "{text}");
    // The number of a cell, "123 (33 %)", of the row that begins with these words.
    let row = |name: &str| -> Vec<u64> {
        let cells = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix(name));
        let mut cells = cells.filter(|cells| cells.contains("%)"));
        let cells = cells.next().unwrap();
        let numbers = cells
            .split_whitespace()
            .filter_map(|word| word.parse().ok());
        let numbers: Vec<u64> = numbers.collect();
        numbers
    };
    let sent: u64 = ["1 instance ", "2 instances ", "3 instances "]
        .iter()
        .map(|name| {
            let counted = row(name);
            assert!(
                counted.len() == name[..1].parse::<usize>().unwrap(),
                "{name}: {counted:?}\n{text}"
            );
            assert!(
                counted.iter().all(|count| *count > 0),
                "{name}: {counted:?}"
            );
            counted.iter().sum::<u64>()
        })
        .sum();
    let (_, rest) = text.split_once("limit=100, ").unwrap();
    let told: u64 = rest.split_once(" times").unwrap().0.parse().unwrap();
    assert_eq!(
        sent, told,
        "each request was answered by one instance\n{text}"
    );
}

/// The cells behind the name of a row, of each table that has one.
fn rows(text: &str, name: &str) -> Vec<Vec<String>> {
    let lines = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix(name));
    let cells = lines.filter(|rest| rest.starts_with("  ")).map(|rest| {
        let cells = rest.split("  ").map(str::trim);
        cells.filter(|cell| !cell.is_empty()).map(str::to_owned)
    });
    cells.map(Iterator::collect).collect()
}

/// The text without the breaks of its lines.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// References that lead through three services, and fields that no two may share.
const BAKERY: &str = r#"
[system]
name = "bakery"
[services.town]
database = "sqlite"
resources.street.fields = { name = { type = "string", max = 20, unique = true }, built = { type = "date", unique = true } }
[services.oven]
database = "sqlite"
calls = ["town"]
resources.oven.fields = { street_id = { type = "reference", to = "town/street" }, heat = { type = "integer", min = 100, max = 300 } }
[services.bread]
database = "sqlite"
calls = ["oven", "town"]
[services.bread.resources.loaf.fields]
oven_id = { type = "reference", to = "oven/oven" }
sold_in_id = { type = "reference", to = "town/street", required = false }
number = { type = "integer", unique = true }
price = { type = "decimal", min = 0.5, max = 9.5 }
kind = { type = "enum", values = ["rye", "wheat"] }
baked = { type = "timestamp", readonly = true, required = false }
"#;

#[test]
fn a_system_that_nobody_knows_gets_the_request_that_goes_farthest() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("draft.toml"), BAKERY).unwrap();
    let mut new = Command::new(env!("CARGO_BIN_EXE_microkit"));
    let new = new
        .args(["new", "bakery", "--manifest", "draft.toml"])
        .current_dir(&place);
    assert!(new.output().unwrap().status.success());
    let shown = shown(&place.path().join("bakery"), "latency", &["--lang", "en"]);
    shown.has(&["p50, 1 at a time"], &["one process", "4 processes"]);
    let text = &shown.text;
    assert!(text.contains("request: POST /api/loaves, "), "{text}");
    assert!(text.contains("hops across processes: 3: "), "{text}");
    // Two services ask the town, and none tells another anything by an event.
    let text = self::shown(&place.path().join("bakery"), "isolation", &["--lang", "en"]).text;
    for (name, dead) in [
        ("GET /api/streets/{id}", "503"),
        ("POST /api/loaves", "503"),
        ("POST /api/ovens", "503"),
        ("GET /api/loaves/{id}", "200"),
    ] {
        assert_eq!(rows(&text, name)[0][1], dead, "{name}\n{text}");
    }
    assert!(
        joined(&text).contains("This system has no events"),
        "{text}"
    );
    let shown = self::shown(&place.path().join("bakery"), "coupling", &["--lang", "es"]);
    let text = joined(&shown.text);
    assert!(text.contains("Medido: b) solo POST /api/loaves"), "{text}");
    assert!(
        text.contains("publica un evento que reciba otro servicio"),
        "{text}"
    );
}

#[test]
fn a_lab_that_is_killed_leaves_no_process_and_no_way_is_blocked_for_the_next() {
    let turn = turn(&shop());
    let mut child = lab(&shop(), &["latency"], "killed")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map_while(Result::ok);
    assert!(said.any(|line| line == "round 1 of 5"));
    assert!(
        marked("killed").len() > 5,
        "the lab, both shapes and their guards run"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    let begun = Instant::now();
    while !marked("killed").is_empty() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "{:?}",
            marked("killed")
        );
        thread::yield_now();
    }
    drop(turn);
    shown(&shop(), "latency", &[]);
}
