//! What both the user and microkit have changed, on the disk. The texts alone are tested in
//! `src/workspace/merge/tests.rs`.

use std::fs;

use microkit::workspace::{Choices, Mode, Report, Side};

use crate::{apply, generate, plan, put, read, snapshot, stands, written};

#[test]
fn what_both_changed_is_merged_and_a_conflict_holds_up_nothing_else() {
    let text = "1\n2\n3\n4\n5\n";
    let folder = written(&[("a", text), ("b", text), ("c", text), ("d", text)]);
    put(&folder, "a", "1\nmine\n2\n3\n4\n5\n");
    put(&folder, "b", "1\nmine\n3\n4\n5\n");
    fs::remove_file(folder.path().join("c")).unwrap();
    let new = "1\n2\n3\n4\n5\nnew\n";
    let next = [
        ("a", new),
        ("b", "1\nnew\n3\n4\n5\n"),
        ("c", new),
        ("d", new),
    ];
    let report = generate(&folder, &next);
    let expected = Report {
        merged: vec!["a".to_owned()],
        conflicts: vec!["b".to_owned()],
        kept: vec!["c".to_owned()],
        updated: vec!["d".to_owned()],
        ..Report::default()
    };
    assert_eq!(report, expected);
    assert_eq!(
        read(&folder, "a").as_deref(),
        Some("1\nmine\n2\n3\n4\n5\nnew\n")
    );
    assert_eq!(read(&folder, "c"), None, "what was deleted stays so");
    assert_eq!(read(&folder, "d").as_deref(), Some(new));
    let marked = read(&folder, "b").unwrap();
    for part in ["<<<<<<< ours\nmine\n", "=======\nnew\n>>>>>>> theirs\n"] {
        assert!(marked.contains(part), "{marked}");
    }

    // As long as the markers are there, nothing is touched.
    let before = snapshot(folder.path());
    let later = [("a", "other\n"), ("b", "other\n")];
    assert_eq!(generate(&folder, &later).marked, ["b"]);
    assert_eq!(snapshot(folder.path()), before);

    // Edited away, they are settled.
    put(&folder, "b", "1\nmine and new\n3\n4\n5\n");
    let report = generate(&folder, &next);
    assert!(
        !report.needs_the_user() && report.written() == 0,
        "{report:?}"
    );
}

#[test]
fn a_conflict_is_settled_for_one_side_before_or_after_it_is_marked() {
    let next = [("b", "new\nx\ny\nz\nend\n"), ("mine", "new\n")];
    for side in [Side::Ours, Side::Theirs] {
        for marked_before in [false, true] {
            let folder = written(&[("b", "1\nx\ny\nz\n")]);
            put(&folder, "b", "mine\nx\ny\nz\n");
            put(&folder, "mine", "mine\n");
            if marked_before {
                let report = generate(&folder, &next);
                assert_eq!(report.conflicts, ["b"]);
                assert_eq!(report.standing.len(), 1);
            }
            let choices: Choices = ["b", "mine"].map(|path| (path.to_owned(), side)).into();
            let settled = |mode| {
                microkit::workspace::apply(&plan(&next), folder.path(), mode, &choices).unwrap()
            };
            assert!(!settled(Mode::Write).needs_the_user());
            let word = if side == Side::Ours { "mine" } else { "new" };
            assert_eq!(
                read(&folder, "b").unwrap(),
                format!("{word}\nx\ny\nz\nend\n")
            );
            assert_eq!(read(&folder, "mine").unwrap(), format!("{word}\n"));
            assert!(
                apply(&plan(&next), folder.path(), Mode::Check)
                    .unwrap()
                    .is_clean()
            );
        }
    }
}

#[test]
fn a_file_that_is_no_text_is_left_alone() {
    let folder = written(&[("a", "1\n")]);
    fs::write(folder.path().join("a"), b"\xff\xfe").unwrap();
    assert_eq!(
        stands(&folder, &[("a", "2\n")], "a"),
        "is no text, and the system needs a new one"
    );
}

#[test]
fn a_merge_that_leaves_no_rust_is_told_and_written() {
    let base = "fn a() {\n    one();\n    two();\n    three();\n}\n";
    let folder = written(&[("a.rs", base)]);
    put(&folder, "a.rs", &format!("/*\n{base}*/\nfn a() {{}}\n"));
    let new = base.replace("    two();\n", "    two();\n    // as in **/*.rs\n");
    let report = generate(&folder, &[("a.rs", &new)]);
    assert_eq!(report.suspects.len(), 1, "{report:?}");
    assert!(
        report.suspects[0].reason.starts_with("line 7 is no Rust"),
        "{report:?}"
    );
    assert!(read(&folder, "a.rs").unwrap().contains("**/*.rs"));
}
