//! A workspace and a microkit of different ages.

use std::fs;
use std::path::Path;

use crate::support::{Place, assert_same};

/// A shop as an older microkit would have left it: one line of the chassis was another, a file
/// was missing, and there was one that is gone now. The user has edited two files since.
fn older() -> Place {
    let place = Place::shop();
    let both = |path: &str, change: &dyn Fn(&str) -> Option<String>| {
        for path in [path.to_owned(), format!(".microkit/base/{path}")] {
            match change(&fs::read_to_string(place.path(&path)).unwrap_or_default()) {
                Some(text) => place.write(&path, &text),
                None => fs::remove_file(place.path(&path)).unwrap(),
            }
        }
    };
    let health = "crates/chassis/src/health.rs";
    both(health, &|text| {
        Some(text.replace("from_secs(2)", "from_secs(3)"))
    });
    both("clippy.toml", &|_| None);
    both("gateway/src/old.rs", &|_| Some("// of old\n".to_owned()));
    place.write(".microkit/version", "0.0.9\n");
    let mine = place.read(health) + "\n// mine\n";
    place.write(health, &mine);
    place
}

#[test]
fn an_older_workspace_is_brought_up_to_date_with_its_edits() {
    let place = older();
    let before = place.tree();
    let add = ["add-service", "extra"];
    for arguments in [&["generate"][..], &["generate", "--check"], &add] {
        place
            .run(arguments)
            .failed(2, &["written by microkit 0.0.9", "microkit upgrade"]);
    }
    let answer = place.run(&["upgrade", "--dry-run"]).succeeded();
    assert!(
        answer
            .out
            .contains("-const PATIENCE: Duration = Duration::from_secs(3);\n")
    );
    assert_same(&place.tree(), &before, "the workspace");

    let answer = place.run(&["upgrade"]).succeeded();
    for part in [
        "merge   crates/chassis/src/health.rs\n",
        "create  clippy.toml\n",
        "delete  gateway/src/old.rs\n",
    ] {
        assert!(answer.out.contains(part), "{part} in {}", answer.out);
    }
    let health = place.read("crates/chassis/src/health.rs");
    assert!(
        health.contains("from_secs(2)") && health.ends_with("\n// mine\n"),
        "{health}"
    );
    place.run(&["generate", "--check"]).succeeded();
    place.run(&["upgrade"]).succeeded();
}

/// Copies a tree of files.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
}

#[test]
fn real_templates_of_old_give_way_and_edits_stay() {
    let place = Place::empty();
    let older = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/older");
    copy(&older.join("base"), &place.here);
    copy(&older.join("base"), &place.path(".microkit/base"));
    fs::copy(older.join("microkit.toml"), place.path("microkit.toml")).unwrap();
    place.write(".microkit/version", "0.0.9\n");
    // Edits in files that have changed since, of which one has become two.
    let edits = [
        (
            "crates/chassis/src/client/call.rs",
            "const RETRIES: u32 = 2;",
            "const RETRIES: u32 = 4;",
        ),
        (
            "crates/chassis/src/metrics.rs",
            "0.25, 0.5, 1.0, 5.0,",
            "0.25, 0.5, 1.0, 5.0, 30.0,",
        ),
        ("README.md", "# bakery\n", "# Our bakery\n"),
    ];
    for (path, old, new) in edits {
        let text = place.read(path);
        assert!(text.contains(old), "{old} in {path}");
        place.write(path, &text.replace(old, new));
    }
    let answer = place.run(&["upgrade"]).succeeded();
    assert!(
        answer
            .out
            .contains("create  crates/chassis/src/client/send.rs\n"),
        "{}",
        answer.out
    );
    for (path, old, new) in edits {
        let text = place.read(path);
        assert!(
            text.contains(new) && (new.contains(old) || !text.contains(old)),
            "{new} in {path}"
        );
    }
    place.run(&["generate", "--check"]).succeeded();
    // But for the edits, it is what this microkit writes.
    let fresh = Place::empty();
    fresh
        .run(&["new", "bakery", "--example", "hello"])
        .succeeded();
    for (path, text) in place.tree() {
        let same = fresh.read(&format!("bakery/{path}")).into_bytes() == text;
        assert!(same || edits.iter().any(|edit| edit.0 == path), "{path}");
    }
}

#[test]
fn a_workspace_of_a_newer_microkit_is_left_alone() {
    let place = Place::shop();
    place.add_service("extra", 8050);
    place.write(".microkit/version", "99.0.0\n");
    let before = place.tree();
    for command in ["generate", "upgrade"] {
        place
            .run(&[command])
            .failed(1, &["written by microkit 99.0.0", "newer"]);
        assert_same(&place.tree(), &before, command);
    }
}
