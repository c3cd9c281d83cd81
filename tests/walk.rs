//! The walk from one process to four and back, in a copy of the shop, by `extract` and `absorb`. At each step it runs as the
//! processes that the shape says and keeps the lesson's contract; no file of a service changes, and at the end everything is
//! as at the start. Part of the slow proofs: `cargo test --test walk`.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

#[path = "support/cargo.rs"]
mod cargo;
#[path = "support/contract.rs"]
mod contract;
#[path = "support/copy.rs"]
mod copy;
#[path = "support/http.rs"]
mod http;
#[path = "support/processes.rs"]
mod processes;
#[path = "support/touch.rs"]
mod touch;

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo::as_in_a_shell;
use contract::contract;
use copy::{shop_copied_to, tree};
use processes::{Programs, Shape, Shop};

/// The copy.
struct Walk(PathBuf);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Walk {
    fn start() -> Self {
        Self(shop_copied_to("target/proofs/walk"))
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = as_in_a_shell(&mut Command::new(program))
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
