//! What the README says, holds: its commands exist, its manifest is valid, its links lead somewhere.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../README.md");

fn microkit(arguments: &[&str], folder: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_microkit"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&told).into_owned(),
    )
}

/// The code blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    let after = README.split(&opening).skip(1);
    after
        .map(|text| text.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_table_has_the_commands_that_help_lists() {
    let (_, help) = microkit(&["--help"], Path::new("."));
    let rows = README
        .lines()
        .filter_map(|line| line.strip_prefix("| `microkit "));
    let told: BTreeSet<&str> = rows
        .filter_map(|row| row.split([' ', '`']).next())
        .collect();
    let listed = help.split("Commands:\n").nth(1).unwrap();
    let listed = listed.lines().take_while(|line| !line.is_empty());
    let listed = listed.filter_map(|line| line.split_whitespace().next());
    let listed: BTreeSet<&str> = listed.filter(|name| *name != "help").collect();
    assert_eq!(told, listed);
}

#[test]
fn the_manifest_that_is_shown_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    for manifest in blocks("toml") {
        fs::write(folder.path().join("microkit.toml"), manifest).unwrap();
        let (success, told) = microkit(&["check"], folder.path());
        assert!(success, "{told}");
    }
}

#[test]
fn the_first_command_writes_a_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let block = &blocks("sh")[0];
    let arguments = block.trim().split(" -- ").nth(1).unwrap();
    // That `--run` then starts it is tried by `tests/cli/run.rs`, and what it starts by `tests/shop.rs`.
    let arguments: Vec<&str> = arguments
        .split(' ')
        .filter(|word| *word != "--run")
        .collect();
    let (success, told) = microkit(&arguments, folder.path());
    assert!(success, "{told}");
    assert!(folder.path().join("shop/Cargo.lock").exists());
}

#[test]
fn every_link_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let targets = README
        .split("](")
        .skip(1)
        .map(|text| text.split(')').next().unwrap());
    for target in targets.filter(|target| !target.starts_with("http")) {
        assert!(root.join(target).exists(), "{target}");
    }
}
