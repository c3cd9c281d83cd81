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
fn an_edit_and_a_change_of_the_manifest_end_up_in_one_file() {
    let place = Place::shop();
    let edited = place
        .read("Cargo.toml")
        .replace("chrono = ", "base64 = \"0.22\" # mine\nchrono = ");
    place.write("Cargo.toml", &edited);
    let readme = place.read("README.md").replace("# shop\n", "# Our shop\n");
    place.write("README.md", &readme);
    place.add_service("extra", 8050);
    let answer = place.run(&["generate"]).succeeded();
    for part in [
        "merge   Cargo.toml\n",
        "merge   README.md\n",
        "merged",
        "created",
    ] {
        assert!(answer.out.contains(part), "{part} in {}", answer.out);
    }
    let cargo = place.read("Cargo.toml");
    for part in ["base64 = \"0.22\" # mine\n", "    \"services/extra\",\n"] {
        assert!(cargo.contains(part), "{part} in {cargo}");
    }
    let readme = place.read("README.md");
    assert!(
        readme.starts_with("# Our shop\n") && readme.contains("services/extra"),
        "{readme}"
    );
    place.run(&["generate", "--check"]).succeeded();
    // And back: what the user made is all that is left.
    let manifest = place.read("microkit.toml");
    let before = manifest
        .split("\n[services.extra]")
        .next()
        .unwrap()
        .to_owned();
    place.write("microkit.toml", &before);
    place.run(&["generate"]).succeeded();
    assert_eq!(place.read("Cargo.toml"), edited);
}

#[test]
fn a_table_that_changed_is_told_since_a_database_does_not_follow() {
    let place = Place::shop();
    let manifest = place.read("microkit.toml");
    place.write(
        "microkit.toml",
        &manifest.replace(
            "fields.name = \"string\"",
            "fields.name = \"string\"\nfields.age = \"integer\"",
        ),
    );
    let answer = place.run(&["generate"]).succeeded();
    let told = "note: services/user-service/src/users/migration.rs makes another table";
    assert!(answer.out.contains(told), "{}", answer.out);
}

#[test]
fn a_conflict_is_marked_told_and_settled() {
    let place = Place::shop();
    place.add_service("extra", 8050);
    let crowded = place
        .read("README.md")
        .replace("3 services behind", "Some services behind");
    place.write("README.md", &crowded);
    let dry = place.run(&["generate", "--dry-run"]);
    assert_eq!(dry.code, Some(3), "{dry:?}");
    assert!(dry.out.contains("+<<<<<<< ours\n"), "{}", dry.out);
    assert_eq!(place.read("README.md"), crowded);

    let answer = place.run(&["generate"]);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    assert!(
        answer.out.contains("merge   README.md  (with conflicts)\n"),
        "{answer:?}"
    );
    assert!(answer.err.contains("--ours PATH"), "{answer:?}");
    assert!(
        place.read("Cargo.toml").contains("services/extra"),
        "nothing else is held up"
    );
    let marked = place.tree();
    place.run(&["generate"]).failed(
        3,
        &[
            "1 file with conflicts of an earlier run; nothing was written",
            "README.md",
        ],
    );
    assert_same(&place.tree(), &marked, "the workspace");

    place.run(&["generate", "--ours", "README.md"]).succeeded();
    let readme = place.read("README.md");
    assert!(
        readme.contains("Some services behind") && readme.contains("services/extra"),
        "{readme}"
    );
    assert!(!readme.contains("<<<<"), "{readme}");
    place.run(&["generate", "--check"]).succeeded();
}

#[test]
fn a_side_is_chosen_for_a_file_that_there_is() {
    let mut place = Place::shop();
    place
        .run(&["generate", "--ours", "nothing.md"])
        .failed(2, &["`nothing.md` is no file that microkit writes"]);
    place
        .run(&["generate", "--ours", "README.md", "--theirs", "README.md"])
        .failed(2, &["both sides"]);
    // As the shell completes it, from a folder below.
    place.here.push("gateway");
    place
        .run(&["generate", "--ours", "src/main.rs"])
        .succeeded();
}

#[test]
fn a_file_of_the_user_where_a_new_one_would_go_is_in_the_way() {
    let place = Place::shop();
    fs::create_dir(place.path("services/extra")).unwrap();
    place.write("services/extra/Cargo.toml", "mine");
    place.add_service("extra", 8050);
    let answer = place.run(&["generate"]);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    assert!(
        answer
            .err
            .contains("services/extra/Cargo.toml  is not microkit's"),
        "{answer:?}"
    );
    assert_eq!(place.read("services/extra/Cargo.toml"), "mine");
    place
        .run(&["generate", "--theirs", "services/extra/Cargo.toml"])
        .succeeded();
    assert!(
        place
            .read("services/extra/Cargo.toml")
            .contains("name = \"extra\"")
    );
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
    for part in [
        "update  Cargo.toml",
        "--- a/Cargo.toml\n+++ b/Cargo.toml\n",
        "+    \"services/extra\",\n",
        "--- /dev/null\n+++ b/services/extra/Cargo.toml\n",
        "nothing was written",
    ] {
        assert!(answer.out.contains(part), "{part} in {}", answer.out);
    }
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

#[test]
fn a_workspace_that_lost_its_base_is_adopted_without_touching_a_file() {
    let place = Place::shop();
    place.write("README.md", "mine\n");
    fs::remove_file(place.path("clippy.toml")).unwrap();
    place
        .run(&["adopt"])
        .failed(1, &["the workspace has its base"]);
    fs::remove_dir_all(place.path(".microkit")).unwrap();
    let before = place.tree();
    // Nothing else makes one, in which what was edited would be nobody's.
    for command in [
        &["generate"][..],
        &["generate", "--check"],
        &["extract", "order-service"],
    ] {
        place
            .run(command)
            .failed(1, &["is lost", "`microkit adopt` makes it anew"]);
    }
    assert_same(&place.tree(), &before, "the workspace");
    let answer = place.run(&["adopt"]).succeeded();
    for part in [
        "yours    README.md\n",
        "missing  clippy.toml\n",
        "1 yours, 1 missing",
    ] {
        assert!(answer.out.contains(part), "{part} in {}", answer.out);
    }
    let mut after = place.tree();
    after.retain(|path, _| !path.starts_with(".microkit/"));
    assert_same(&after, &before, "the workspace");
    // From here on it is a workspace like any other.
    // A dry run names what stays as the user made it; a run only counts it.
    for (arguments, kept) in [
        (&["generate", "--dry-run"][..], "keep    README.md  ("),
        (&["generate"], "1 created, 1 kept as you left them"),
    ] {
        let answer = place.run(arguments).succeeded();
        for part in ["create  clippy.toml\n", kept] {
            assert!(answer.out.contains(part), "{part} in {}", answer.out);
        }
    }
    place.add_service("extra", 8050);
    assert_eq!(
        place.run(&["generate"]).code,
        Some(3),
        "only the README is in conflict"
    );
    assert!(place.read("README.md").contains("mine\n"));
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
