//! A workspace and a microkit of different ages.

use std::fs;

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
