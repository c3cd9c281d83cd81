//! Whatever the user writes into whatever file, and whatever becomes of the manifest: no line is lost.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;

use microkit::workspace::{Choices, Mode, Report, Side, apply, create};
use microkit::{manifest, plan, system};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

#[path = "support/manifests.rs"]
mod manifests;

fn planned(text: &str) -> plan::Plan {
    let document = manifest::parse("microkit.toml", text).expect("the manifest parses");
    plan::plan(&system::validate(&document).expect("the manifest is valid"))
}

/// One edit: in which file, at which line, and how many lines go; all of them as parts of what there is.
type Edit = (prop::sample::Index, prop::sample::Index, usize);

/// Makes the edit and gives the path, and the line that was written.
fn edit(number: usize, edit: &Edit, plan: &plan::Plan, root: &Path) -> (String, String) {
    let paths: Vec<&str> = plan.files().map(|(path, _)| path).collect();
    let path = *edit.0.get(&paths);
    let line = match path.rsplit('.').next() {
        Some("rs") => format!("// user {number}"),
        _ => format!("# user {number}"),
    };
    let full = root.join(path);
    let text = fs::read_to_string(&full).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let at = edit.1.index(lines.len() + 1);
    let end = (at + edit.2).min(lines.len());
    lines.splice(at..end, [line.as_str()]);
    fs::write(full, lines.join("\n") + "\n").unwrap();
    (path.to_owned(), line)
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 24,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        max_shrink_iters: 100,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_line_that_the_user_wrote_is_lost(
        before in manifests::manifest(),
        after in manifests::manifest(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3_usize), 1..40),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("system");
        let (old, new) = (planned(&before), planned(&after));
        create(&old, &before, &root).unwrap();
        let mut written = Vec::new();
        for (number, one) in edits.iter().enumerate() {
            let (path, line) = edit(number, one, &old, &root);
            // A later edit may have taken an earlier one out.
            written.push((path, line));
        }
        let holds = |path: &str, line: &str| {
            let text = fs::read_to_string(root.join(path)).unwrap_or_default();
            text.lines().any(|other| other == line)
        };
        written.retain(|(path, line)| holds(path, line));

        let run = |mode, choices: &Choices| -> Report { apply(&new, &root, mode, choices).unwrap() };
        let report = run(Mode::Write, &Choices::new());
        for (path, line) in &written {
            prop_assert!(holds(path, line), "{line} is lost in {path}: {report:?}");
        }
        // Once more there is nothing to do but what is left to the user, and that is settled with their own text.
        let again = run(Mode::Check, &Choices::new());
        prop_assert_eq!(again.written(), 0, "{:?}", again);
        let left = report.conflicts.iter().chain(report.standing.iter().map(|standing| &standing.path));
        let choices: Choices = left.map(|path| (path.clone(), Side::Ours)).collect();
        run(Mode::Write, &choices);
        prop_assert!(run(Mode::Check, &Choices::new()).is_clean());
        for (path, line) in &written {
            prop_assert!(holds(path, line), "{line} is lost in {path} when it is settled");
        }
    }
}
