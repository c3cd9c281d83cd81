//! Load from `wrk`, which is on the same machine, and what it says about the answers.

use std::path::Path;
use std::process::Command;

use super::figures::median;
use super::memory::processor_seconds;
use super::program::Program;
use super::servers;

/// Connections that are kept busy.
const CONNECTIONS: u32 = 32;

/// What one round brought.
#[derive(Clone, Copy)]
pub struct Load {
    /// Answers of status 2xx per second.
    pub rate: f64,
    /// Latency in milliseconds: half of the answers came sooner, and 99 of 100.
    pub p50: f64,
    pub p99: f64,
    /// Processor time of the programs, in microseconds per answer.
    pub cost: f64,
    /// Answers of another status, and connections that failed.
    pub refused: u64,
    pub broken: u64,
}

/// Whether `wrk` is there; says so if it is not.
pub fn there() -> bool {
    servers::or_skip("wrk", servers::program("wrk")).is_some()
}

/// Puts load on a path for so many seconds. The script says what is sent; without one it is a GET.
pub fn load(
    port: u16,
    path: &str,
    script: Option<&Path>,
    seconds: u32,
    programs: &[Program],
) -> Load {
    let wrk = servers::program("wrk").expect("wrk is there");
    let mut command = Command::new(wrk);
    command.args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{seconds}s")]);
    command.args(["--latency", "--timeout", "10s"]);
    if let Some(script) = script {
        command.arg("-s").arg(script);
    }
    command.arg(format!("http://127.0.0.1:{port}{path}"));
    let before = processor_seconds(programs);
    let output = command.output().expect("wrk runs");
    let spent = processor_seconds(programs) - before;
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{command:?}\n{text}");
    read(&text, spent).unwrap_or_else(|| panic!("{command:?} said\n{text}"))
}

/// Reads what `wrk` prints.
fn read(text: &str, spent: f64) -> Option<Load> {
    let after = |start: &str| {
        let mut lines = text.lines().map(str::trim);
        lines.find_map(|line| line.strip_prefix(start).map(str::trim))
    };
    let all = text.lines().find(|line| line.contains(" requests in "))?;
    let all: f64 = all.split_whitespace().next()?.parse().ok()?;
    let rate: f64 = after("Requests/sec:")?.parse().ok()?;
    let refused = after("Non-2xx or 3xx responses:").map_or(Some(0), |count| count.parse().ok())?;
    // Read and write errors, time-outs and refused connections, each with its word in front.
    let broken = after("Socket errors:").unwrap_or_default();
    let numbers = broken
        .split([' ', ','])
        .filter_map(|word| word.parse::<u64>().ok());
    let good = all - refused as f64;
    Some(Load {
        rate: if all > 0.0 { rate * good / all } else { 0.0 },
        p50: milliseconds(after("50%")?)?,
        p99: milliseconds(after("99%")?)?,
        cost: spent * 1e6 / good.max(1.0),
        refused,
        broken: numbers.sum::<u64>(),
    })
}

/// A time such as `312.00us`, `1.20ms` or `2.01s`.
fn milliseconds(text: &str) -> Option<f64> {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1_000.0), ("m", 60_000.0)];
    units.iter().find_map(|(unit, factor)| {
        let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(number * factor)
    })
}

/// The heading of lines that `row` prints.
pub fn heading(what: &str) {
    println!(
        "{what:<34} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7}   2xx/s of the rounds",
        "2xx/s", "p50 ms", "p99 ms", "cpu µs", "not 2xx", "errors"
    );
}

/// Prints the medians of some rounds, and returns them.
pub fn row(what: &str, rounds: &[Load]) -> Load {
    let middle = |figure: fn(&Load) -> f64| median(rounds.iter().map(figure));
    let load = Load {
        rate: middle(|load| load.rate),
        p50: middle(|load| load.p50),
        p99: middle(|load| load.p99),
        cost: middle(|load| load.cost),
        refused: rounds.iter().map(|load| load.refused).sum(),
        broken: rounds.iter().map(|load| load.broken).sum(),
    };
    let rates: Vec<String> = rounds
        .iter()
        .map(|load| format!("{:.0}", load.rate))
        .collect();
    println!(
        "{what:<34} {:>8.0} {:>8.2} {:>8.2} {:>8.0} {:>7} {:>7}   {}",
        load.rate,
        load.p50,
        load.p99,
        load.cost,
        load.refused,
        load.broken,
        rates.join(" ")
    );
    load
}
