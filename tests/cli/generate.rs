//! `microkit generate`: nobody loses an edit.

use std::fs;
use std::fs::File;

use crate::support::{Place, assert_same};

#[test]
fn generating_again_changes_nothing_and_rewrites_no_file() {
    let place = Place::shop();
    let before = (place.tree(), modified(&place));
    let answer = place.run(&["generate"]).succeeded();
    assert!(answer.out.starts_with("up to date: "), "{}", answer.out);
    assert_same(&place.tree(), &before.0, "the workspace");
    assert_eq!(modified(&place), before.1);
}

#[test]
fn it_works_from_any_folder_inside_the_workspace() {
    let mut place = Place::shop();
    place.add_service("extra", 8050);
    place.here.push("services");
    place.run(&["generate"]).succeeded();
    assert!(place.path("extra").is_dir());
}

#[test]
fn an_edit_of_the_manifest_is_written_and_only_what_it_changes() {
    let place = Place::shop();
    let before = (place.tree(), modified(&place));
    place.add_service("extra", 8050);
    let answer = place.run(&["generate"]).succeeded();
    assert!(
        answer.out.contains("update  Cargo.toml\n"),
        "{}",
        answer.out
    );
    assert!(
        answer.out.contains("create  services/extra/"),
        "{}",
        answer.out
    );
    let after = (place.tree(), modified(&place));
    for (path, text) in &before.0 {
        if after.0.get(path) == Some(text) {
            assert_eq!(after.1[path], before.1[path], "{path} was rewritten");
        }
    }
    place.run(&["generate", "--check"]).succeeded();
}

#[test]
fn what_is_taken_out_of_the_manifest_goes_unless_it_was_edited() {
    let place = Place::shop();
    let before = place.tree();
    let manifest = place.read("microkit.toml");
    place.add_service("extra", 8050);
    place.run(&["generate"]).succeeded();
    place.write("microkit.toml", &manifest);
    place.run(&["generate"]).succeeded();
    assert_same(&place.tree(), &before, "the workspace");
    assert!(!place.path("services/extra").exists());

    place.add_service("extra", 8050);
    place.run(&["generate"]).succeeded();
    let edited = first_created(&place, "services/extra/");
    place.write(&edited, "mine");
    place.write("microkit.toml", &manifest);
    let answer = place.run(&["generate"]).succeeded();
    assert!(
        answer.out.contains(&format!("keep    {edited}")),
        "{}",
        answer.out
    );
    assert_eq!(place.read(&edited), "mine");
    let again = place.run(&["generate"]).succeeded();
    assert!(
        !again.out.contains(&edited),
        "it is told once: {}",
        again.out
    );
}

#[test]
fn an_edit_stays_where_the_system_needs_no_new_file() {
    let place = Place::shop();
    place.write("README.md", "mine");
    fs::remove_file(place.path(&first_created(&place, "services/"))).unwrap();
    let before = place.tree();
    place.run(&["generate"]).succeeded();
    place.run(&["generate", "--check"]).succeeded();
    assert_same(&place.tree(), &before, "the workspace");
}

#[test]
fn edited_files_in_the_way_stop_everything() {
    let place = Place::shop();
    place.add_service("extra", 8050);
    place.write("Cargo.toml", "mine");
    fs::create_dir(place.path("services/extra")).unwrap();
    let mut twin = place.tree();
    for arguments in [
        &["generate"][..],
        &["generate", "--check"],
        &["generate", "--dry-run"],
    ] {
        place.run(arguments).failed(
            3,
            &[
                "1 file in the way; nothing was written",
                "Cargo.toml  was edited",
                ".microkit/base",
            ],
        );
        assert_same(&place.tree(), &twin, "the workspace");
    }

    let base = place.read(".microkit/base/Cargo.toml");
    place.write("Cargo.toml", &base);
    place.run(&["generate"]).succeeded();
    twin.insert(
        "Cargo.toml".to_owned(),
        place.read("Cargo.toml").into_bytes(),
    );
    assert_ne!(place.tree(), twin);
}

#[test]
fn a_file_of_the_user_where_a_new_one_would_go_is_in_the_way() {
    let place = Place::shop();
    fs::create_dir(place.path("services/extra")).unwrap();
    place.write("services/extra/Cargo.toml", "mine");
    place.add_service("extra", 8050);
    place
        .run(&["generate"])
        .failed(3, &["services/extra/Cargo.toml  is not microkit's"]);
    assert_eq!(place.read("services/extra/Cargo.toml"), "mine");
}

#[test]
fn check_fails_on_drift_and_a_dry_run_lists_it() {
    let place = Place::shop();
    place.add_service("extra", 8050);
    let before = place.tree();
    place
        .run(&["generate", "--check"])
        .failed(1, &["update  Cargo.toml", "microkit generate"]);
    let answer = place.run(&["generate", "--dry-run"]).succeeded();
    assert!(answer.out.contains("update  Cargo.toml"), "{}", answer.out);
    assert!(answer.out.contains("nothing was written"), "{}", answer.out);
    assert_same(&place.tree(), &before, "the workspace");
    assert!(!place.path(".microkit/lock").exists());
}

#[test]
fn a_manifest_with_mistakes_changes_nothing() {
    let place = Place::shop();
    place.write("microkit.toml", "[system]\nname = \"Shop\"\n");
    let before = place.tree();
    place.run(&["generate"]).failed(2, &["error"]);
    assert_same(&place.tree(), &before, "the workspace");
}

#[test]
fn a_port_that_is_dealt_is_drift_until_it_is_written_back() {
    let place = Place::shop();
    let manifest = place.read("microkit.toml");
    place.write(
        "microkit.toml",
        &format!("{manifest}\n[services.extra]  # new\n"),
    );
    place
        .run(&["generate", "--check"])
        .failed(1, &["microkit.toml"]);
    place.run(&["generate"]).succeeded();
    let written = place.read("microkit.toml");
    assert!(written.starts_with(&manifest), "{written}");
    assert!(
        written.contains("[services.extra]  # new\nport = "),
        "{written}"
    );
    place.run(&["generate", "--check"]).succeeded();
}

#[test]
fn two_at_once_do_not_get_into_each_others_way() {
    let place = Place::shop();
    place.add_service("extra", 8050);
    let before = place.tree();
    let other = File::create(place.path(".microkit/lock")).unwrap();
    other.lock().unwrap();
    place
        .run(&["generate"])
        .failed(1, &["another microkit is at work"]);
    assert_same(&place.tree(), &before, "the workspace");
    drop(other);
    place.run(&["generate"]).succeeded();
}

#[test]
fn a_manifest_alone_in_a_folder_is_enough() {
    let place = Place::empty();
    place.write(
        "microkit.toml",
        "[system]\nname = \"bakery\"\n[gateway]\nport = 9000\n[services.oven]\nport = 9001\n",
    );
    place.run(&["generate"]).succeeded();
    assert!(place.path("services/oven").is_dir());
    let before = place.tree();
    fs::remove_dir_all(place.path(".microkit")).unwrap();
    place.run(&["generate"]).succeeded();
    assert_eq!(
        place.tree(),
        before,
        "files that are right already are taken on"
    );
}

fn first_created(place: &Place, prefix: &str) -> String {
    let tree = place.tree();
    tree.into_keys()
        .find(|path| path.starts_with(prefix))
        .unwrap()
}

fn modified(place: &Place) -> std::collections::BTreeMap<String, std::time::SystemTime> {
    let time = |path: &String| {
        fs::symlink_metadata(place.path(path))
            .unwrap()
            .modified()
            .unwrap()
    };
    place
        .tree()
        .into_keys()
        .map(|path| (path.clone(), time(&path)))
        .collect()
}
