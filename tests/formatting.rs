//! Whatever the manifest, the planned Rust is what rustfmt would make of it, and every file parses.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;
use std::process::Command;

use microkit::{manifest, plan, system};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

#[path = "support/manifests.rs"]
mod manifests;

fn planned(text: &str) -> plan::Plan {
    let document = manifest::parse("microkit.toml", text).expect("the manifest parses");
    plan::plan(&system::validate(&document).expect("the manifest is valid"))
}

/// Writes the Rust files into a folder and asks rustfmt about all of them at once.
fn assert_formatted(plan: &plan::Plan, manifest: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut roots = Vec::new();
    for (path, bytes) in plan.files() {
        // What is shipped as it is, is checked as the crates of `examples/shop`.
        let shipped = path.starts_with("crates/") || path.starts_with("gateway/");
        if !path.ends_with(".rs") || (shipped && path != "gateway/src/routes.rs") {
            continue;
        }
        let text = std::str::from_utf8(bytes).unwrap();
        syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"));
        let to = folder.path().join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, text).unwrap();
        // rustfmt follows the modules from the roots of the crates.
        if ["main.rs", "lib.rs", "gateway/src/routes.rs"]
            .iter()
            .any(|root| path.ends_with(root))
        {
            roots.push(path);
        }
    }
    let output = Command::new("rustfmt")
        .args(["--check", "--edition", "2024", "--color", "never"])
        .args(&roots)
        .current_dir(folder.path())
        .output()
        .expect("rustfmt runs");
    let diff = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{diff}\n{errors}\n{manifest}");
}

fn assert_data_files_parse(plan: &plan::Plan) {
    for (path, bytes) in plan.files() {
        let text = std::str::from_utf8(bytes).unwrap();
        if path.ends_with(".toml") || path.ends_with(".lock") {
            let parsed: Result<toml::Table, _> = text.parse();
            assert!(parsed.is_ok(), "{path}: {parsed:?}\n{text}");
        }
        if path.ends_with(".json") {
            let parsed: Result<serde_json::Value, _> = serde_json::from_str(text);
            assert!(parsed.is_ok(), "{path}: {parsed:?}\n{text}");
        }
        assert!(
            !text.contains("\n\n\n"),
            "{path} has two blank lines\n{text}"
        );
        assert!(
            text.ends_with('\n') && !text.ends_with("\n\n"),
            "{path} ends oddly"
        );
        assert!(Path::new(path).is_relative());
    }
}

/// The same manifests in every run, so that a change and nothing else makes it fail. PROPTEST_CASES=500 tries more.
fn config() -> ProptestConfig {
    let quiet = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    };
    if std::env::var("PROPTEST_CASES").is_ok() {
        return quiet;
    }
    ProptestConfig {
        cases: 24,
        rng_seed: RngSeed::Fixed(1),
        ..quiet
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_valid_manifest_gives_rust_that_rustfmt_would_leave_alone(text in manifests::manifest()) {
        let plan = planned(&text);
        assert_data_files_parse(&plan);
        assert_formatted(&plan, &text);
    }

    #[test]
    fn the_same_manifest_gives_the_same_bytes(text in manifests::manifest()) {
        prop_assert_eq!(planned(&text), planned(&text));
    }
}
