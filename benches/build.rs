//! What the first build of the generated shop costs: `cargo bench --bench build`.
//!
//! Builds it from nothing in a folder of its own and prints processor seconds, seconds and the number of crates. A
//! fresh REST application of loco, the nearest peer, took 250 processor seconds for 450 crates on two cores.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a benchmark starts programs, and ends when something fails"
)]

use std::fs;
use std::process::Command;
use std::time::Instant;

fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let microkit = env!("CARGO_BIN_EXE_microkit");
    let new = Command::new(microkit)
        .args(["new", "shop"])
        .current_dir(&folder)
        .output();
    assert!(new.unwrap().status.success());
    let (before, begun) = (children_seconds(), Instant::now());
    let build = Command::new(env!("CARGO"))
        .args(["build", "--locked", "--quiet"])
        .current_dir(folder.path().join("shop"))
        .env_remove("CARGO_TARGET_DIR")
        .status();
    assert!(build.unwrap().success());
    let lock = fs::read_to_string(folder.path().join("shop/Cargo.lock")).unwrap();
    println!(
        "packages in the lock file  {}",
        lock.matches("[[package]]").count()
    );
    println!(
        "processor seconds          {:.0} (bar: 250)",
        children_seconds() - before
    );
    println!(
        "seconds                    {:.0}",
        begun.elapsed().as_secs_f64()
    );
}

/// User and system time of all children that have ended, from /proc (Linux), in seconds.
fn children_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    // After the name in brackets come field 3 and on; 16 and 17 count the children, in hundredths.
    let ticks = |field: usize| fields[field - 3].parse::<f64>().unwrap();
    (ticks(16) + ticks(17)) / 100.0
}
