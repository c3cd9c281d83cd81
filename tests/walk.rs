//! The walk from one process to four and back, in a copy of the shop, by `extract` and `absorb`. At each step it runs as the
//! processes that the shape says and keeps the lesson's contract; no file of a service changes, and at the end everything is
//! as at the start. Part of the slow proofs: `cargo test --features proofs --test walk`.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

#[path = "support/contract.rs"]
mod contract;
#[path = "support/http.rs"]
mod http;
#[path = "support/processes.rs"]
mod processes;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use contract::contract;
use processes::{Programs, Shape, Shop, touch};

/// The copy, always in the same place so that cargo knows it again.
struct Walk(PathBuf);

type Tree = BTreeMap<PathBuf, Vec<u8>>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Walk {
    fn start() -> Self {
        let folder = root().join("target/proofs/walk");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        for (path, text) in tree(&root().join("examples/shop")) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        touch(&folder);
        Self(folder)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", root().join("target/generated"))
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program} {arguments:?}: {told}");
        told
    }

    fn microkit(&self, arguments: &[&str]) {
        self.run(env!("CARGO_BIN_EXE_microkit"), arguments);
    }

    /// Builds everything, and gives the crates for which there was something to do.
    fn build(&self) -> Vec<String> {
        let told = self.run(
            env!("CARGO"),
            &["build", "--locked", "--workspace", "--bins"],
        );
        let compiled = told
            .lines()
            .filter_map(|line| line.trim().strip_prefix("Compiling "));
        compiled
            .filter_map(|line| Some(line.split(' ').next()?.to_owned()))
            .collect()
    }

    /// Runs the processes of this shape, which is nowhere said but in the workspace, and holds them to the contract.
    fn holds(&self, extracted: &[&str]) {
        let programs = root().join("target/generated/debug");
        let programs = Programs {
            folder: &programs,
            are_settled: true,
        };
        let folder = tempfile::tempdir().unwrap();
        let shop = Shop::start_programs(programs, Shape::Extracted(extracted), folder);
        contract(shop.gateway);
        shop.stop();
    }
}

/// Every file by its path, but for what a build or a run leaves there, and for passwords.
fn tree(folder: &Path) -> Tree {
    let (mut files, mut folders) = (Tree::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if ["target", "data", ".env"]
                .iter()
                .any(|other| name == *other)
            {
                continue;
            }
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let text = fs::read(&path).unwrap();
                    files.insert(path.strip_prefix(folder).unwrap().to_owned(), text);
                }
            }
        }
    }
    files
}

#[test]
fn from_one_process_to_four_and_back_no_service_changes() {
    let walk = Walk::start();
    walk.microkit(&["absorb", "--all"]);
    let (start, services) = (tree(&walk.0), tree(&walk.0.join("services")));
    walk.build();
    walk.holds(&[]);
    let [user, order, payment] = ["user-service", "order-service", "payment-service"];
    for (step, extracted) in [
        (["extract", user], &[user][..]),
        (["extract", order], &[user, order]),
        (["extract", payment], &[user, order, payment]),
        (["absorb", user], &[order, payment]),
        (["absorb", order], &[payment]),
        (["absorb", payment], &[]),
    ] {
        walk.microkit(&step);
        assert!(
            tree(&walk.0.join("services")) == services,
            "{step:?} changed a service"
        );
        assert_eq!(walk.build(), ["monolith"], "{step:?}");
        walk.holds(extracted);
        walk.microkit(&["generate", "--check"]);
    }
    let end = tree(&walk.0);
    for (path, text) in &start {
        assert!(
            end.get(path) == Some(text),
            "{} is not what it was",
            path.display()
        );
    }
    assert_eq!(start.len(), end.len());
}
