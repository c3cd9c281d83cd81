//! The committed examples are what microkit would write today: generating over the shop changes nothing, though its
//! business rules are written in.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;
use std::process::Command;

fn shop() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/shop"))
}

#[test]
fn generating_over_the_shop_changes_nothing() {
    let output = Command::new(env!("CARGO_BIN_EXE_microkit"))
        .args(["generate", "--check"])
        .current_dir(shop())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}{errors}");
}

#[test]
fn the_shop_has_the_manifest_that_new_starts_from() {
    let committed = fs::read_to_string(shop().join("microkit.toml")).unwrap();
    let shipped = include_str!("../templates/examples/shop.toml");
    assert_eq!(committed, shipped);
}

#[test]
fn the_versions_that_are_shipped_are_those_that_the_shop_is_tested_with() {
    let lock = fs::read_to_string(shop().join("Cargo.lock")).unwrap();
    let shipped = include_str!("../templates/workspace/third-party.lock");
    for block in shipped.split("[[package]]").skip(1) {
        assert!(lock.contains(block.trim()), "{block}");
    }
}

#[test]
fn every_generated_file_of_the_shop_can_be_read_in_one_sitting() {
    let mut folders = vec![shop().join(".microkit/base")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let lines = text.lines().count();
                let limit = if path.components().any(|part| part.as_os_str() == "crates") {
                    260
                } else {
                    180
                };
                assert!(lines <= limit, "{} has {lines} lines", path.display());
                assert!(
                    text.starts_with("//! "),
                    "{} begins with what it is",
                    path.display()
                );
            }
        }
    }
}
