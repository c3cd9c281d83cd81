//! A run that is killed: what it leaves, and how the next one finishes it. The program ends itself
//! at a named place when the environment says so, which only debug builds listen to.

use std::collections::BTreeMap;
use std::fs::{self, File};

use crate::support::{Place, assert_same, names};

const PLACES: [&str; 5] = ["half-staged", "staged", "journalled", "half-moved", "moved"];

#[test]
fn a_run_that_was_killed_anywhere_is_finished_by_the_next() {
    let finished = {
        let place = Place::shop();
        place.add_service("extra", 8050);
        place.run(&["generate"]).succeeded();
        place.tree()
    };
    for at in PLACES {
        let place = Place::shop();
        place.add_service("extra", 8050);
        place.run_killed(&["generate"], at);
        place.run(&["generate"]).succeeded();
        assert_same(&place.tree(), &finished, at);
        place.run(&["generate", "--check"]).succeeded();
    }
}

#[test]
fn a_run_that_was_killed_can_be_taken_back() {
    for at in PLACES {
        let place = Place::shop();
        let before = place.tree();
        place.add_service("extra", 8050);
        place.run_killed(&["generate"], at);
        fs::write(place.path("microkit.toml"), &before["microkit.toml"]).unwrap();
        place.run(&["generate"]).succeeded();
        assert_same(&place.tree(), &before, at);
    }
}

#[test]
fn a_deletion_that_was_killed_is_finished_by_the_next() {
    for at in ["staged", "journalled", "half-deleted", "moved"] {
        let place = Place::shop();
        let before = place.tree();
        place.add_service("extra", 8050);
        place.run(&["generate"]).succeeded();
        fs::write(place.path("microkit.toml"), &before["microkit.toml"]).unwrap();
        place.run_killed(&["generate"], at);
        place.run(&["generate"]).succeeded();
        assert_same(&place.tree(), &before, at);
    }
}

#[test]
fn until_it_is_committed_to_a_run_leaves_the_workspace_as_it_was() {
    for at in ["half-staged", "staged"] {
        let place = Place::shop();
        place.add_service("extra", 8050);
        let before = place.tree();
        place.run_killed(&["generate"], at);
        assert_same(&without_staged(&place), &before, at);
    }
}

#[test]
fn an_edit_made_after_the_kill_is_not_lost() {
    for at in PLACES {
        let place = Place::shop();
        place.add_service("extra", 8050);
        place.run_killed(&["generate"], at);
        place.write("Cargo.toml", "mine");
        let answer = place.run(&["generate"]);
        let cargo = place.read("Cargo.toml");
        assert!(
            cargo.lines().any(|line| line == "mine"),
            "killed at {at}: {cargo}"
        );
        // Where the new text had reached its place already, the edit was made to that.
        let codes = match at {
            "moved" => vec![0],
            "half-moved" => vec![0, 3],
            _ => vec![3],
        };
        let code = answer.code.unwrap_or_default();
        assert!(codes.contains(&code), "killed at {at}: {answer:?}");
    }
}

#[test]
fn a_merge_that_was_killed_is_finished_by_the_next() {
    let merging = || {
        let place = Place::shop();
        place.add_service("extra", 8050);
        let cargo = place
            .read("Cargo.toml")
            .replace("chrono =", "mine = \"1\"\nchrono =");
        place.write("Cargo.toml", &cargo);
        place
    };
    let finished = {
        let place = merging();
        place.run(&["generate"]).succeeded();
        assert!(place.read("Cargo.toml").contains("mine = \"1\""));
        place.tree()
    };
    for at in PLACES {
        let place = merging();
        place.run_killed(&["generate"], at);
        place.run(&["generate"]).succeeded();
        assert_same(&place.tree(), &finished, at);
    }
}

#[test]
fn check_and_dry_run_point_at_the_run_that_is_not_finished() {
    let place = Place::shop();
    place.add_service("extra", 8050);
    place.run_killed(&["generate"], "half-moved");
    let before = place.tree();
    for option in ["--check", "--dry-run"] {
        place
            .run(&["generate", option])
            .failed(1, &["interrupted", "`microkit generate` finishes it"]);
    }
    assert_same(&place.tree(), &before, "a run that only looks");
}

#[test]
fn a_new_workspace_is_there_whole_or_not_at_all() {
    let place = Place::empty();
    place.run_killed(&["new", "shop"], "written");
    assert_eq!(names(&place.here), [".shop.microkit-new"]);
    place.write(".shop.microkit-new/tree/left-over", "");
    place.run(&["new", "shop"]).succeeded();
    assert_eq!(names(&place.here), ["shop"]);
    assert!(!place.path("shop/left-over").exists());
}

#[test]
fn two_that_make_the_same_workspace_do_not_mix_it() {
    let place = Place::empty();
    fs::create_dir(place.path(".shop.microkit-new")).unwrap();
    let other = File::create(place.path(".shop.microkit-new/lock")).unwrap();
    other.lock().unwrap();
    place
        .run(&["new", "shop"])
        .failed(1, &["another microkit is at work"]);
    assert_eq!(names(&place.here), [".shop.microkit-new"]);
}

fn without_staged(place: &Place) -> BTreeMap<String, Vec<u8>> {
    let mut tree = place.tree();
    tree.retain(|path, _| !path.starts_with(".microkit/staged/"));
    tree
}
