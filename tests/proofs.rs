//! The slow proofs: what is generated builds without a warning and passes its own tests. `cargo test --test proofs` runs
//! them. They share one target folder, with the shop as well. Of the example `shop` it is shown by `tests/story.rs`.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

#[path = "support/cargo.rs"]
mod cargo;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo::as_in_a_shell;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(folder: &Path, program: &str, arguments: &[&str]) {
    let status = as_in_a_shell(&mut Command::new(program))
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", root().join("target/generated"))
        .status()
        .unwrap();
    assert!(
        status.success(),
        "{program} {arguments:?} in {folder:?}: {status}"
    );
}

/// A new workspace, always in the same place so that cargo knows it again.
fn generated(name: &str, arguments: &[&str]) -> PathBuf {
    let parent = root().join("target/proofs");
    fs::create_dir_all(&parent).unwrap();
    let folder = parent.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    run(
        &parent,
        env!("CARGO_BIN_EXE_microkit"),
        &[&["new", name], arguments].concat(),
    );
    folder
}

fn builds_and_passes(folder: &Path) {
    let cargo = env!("CARGO");
    run(folder, cargo, &["fmt", "--all", "--check"]);
    let clippy = [
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    run(folder, cargo, &clippy);
    run(folder, cargo, &["test", "--locked", "--workspace"]);
}

#[test]
fn the_example_hello_builds_and_passes_its_tests() {
    builds_and_passes(&generated("hello", &["--example", "hello"]));
}

#[test]
fn every_construct_of_the_manifest_builds_and_passes_its_tests() {
    let manifest = root().join("tests/proofs/constructs.toml");
    let arguments = ["--manifest", manifest.to_str().unwrap()];
    builds_and_passes(&generated("constructs", &arguments));
}

#[test]
fn the_committed_shop_builds_and_passes_its_tests() {
    builds_and_passes(&root().join("examples/shop"));
}
