//! The last stage by itself: any plan meets any folder. What the program makes of it, and what a
//! killed run leaves, is tested in `tests/cli/`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "these tests are about what is on the disk, and fail by a panic"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use microkit::plan::Plan;
use microkit::workspace::{Choices, Mode, Report, create};
use tempfile::TempDir;

mod merging;

/// With nothing settled beforehand.
fn apply(plan: &Plan, root: &Path, mode: Mode) -> anyhow::Result<Report> {
    microkit::workspace::apply(plan, root, mode, &Choices::new())
}

fn plan(files: &[(&str, &str)]) -> Plan {
    let files = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    Plan::from_files(files.collect())
}

/// A workspace that holds these files as microkit wrote them.
fn written(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    apply(&plan(files), folder.path(), Mode::Write).unwrap();
    folder
}

fn generate(folder: &TempDir, files: &[(&str, &str)]) -> Report {
    apply(&plan(files), folder.path(), Mode::Write).unwrap()
}

/// The reason why `path` stands in the way of a new plan; it is as it was then, and so is its base.
#[track_caller]
fn stands(folder: &TempDir, files: &[(&str, &str)], path: &str) -> String {
    let own = |tree: BTreeMap<String, Option<String>>| {
        let base = format!(".microkit/base/{path}");
        let own = tree
            .into_iter()
            .filter(|(name, _)| name.starts_with(path) || *name == base);
        own.collect::<Vec<_>>()
    };
    let before = own(snapshot(folder.path()));
    let report = generate(folder, files);
    assert_eq!(
        own(snapshot(folder.path())),
        before,
        "something was written"
    );
    assert!(report.needs_the_user());
    let standing = report
        .standing
        .iter()
        .find(|standing| standing.path == path);
    standing
        .unwrap_or_else(|| panic!("{path} is not in {:?}", report.standing))
        .reason
        .clone()
}

fn read(folder: &TempDir, path: &str) -> Option<String> {
    fs::read_to_string(folder.path().join(path)).ok()
}

fn put(folder: &TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Every path below a folder with its text (`None` for what is not a file), but for the lock.
fn snapshot(folder: &Path) -> BTreeMap<String, Option<String>> {
    let mut paths = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            let inner = snapshot(&entry.path());
            paths.extend(
                inner
                    .into_iter()
                    .map(|(path, text)| (format!("{name}/{path}"), text)),
            );
            paths.insert(name, None);
        } else if name != "lock" {
            paths.insert(name, fs::read_to_string(entry.path()).ok());
        }
    }
    paths
}

#[test]
fn each_case_of_the_rules_has_its_outcome() {
    let base = [
        ("changed", "1"),
        ("edited", "1"),
        ("gone", "1"),
        ("gone-edited", "1"),
        ("same", "1"),
    ];
    let folder = written(&base);
    put(&folder, "edited", "mine");
    put(&folder, "gone-edited", "mine");
    put(&folder, "already-there", "1");
    let report = generate(
        &folder,
        &[
            ("already-there", "1"),
            ("changed", "2"),
            ("edited", "1"),
            ("new", "1"),
            ("same", "1"),
        ],
    );
    let expected = Report {
        created: vec!["new".to_owned()],
        updated: vec!["changed".to_owned()],
        deleted: vec!["gone".to_owned()],
        kept: vec!["edited".to_owned()],
        released: vec!["gone-edited".to_owned()],
        unchanged: 1,
        adopted: 1,
        ..Report::default()
    };
    assert_eq!(report, expected);
    assert_eq!(read(&folder, "changed").as_deref(), Some("2"));
    assert_eq!(read(&folder, "edited").as_deref(), Some("mine"));
    assert_eq!(read(&folder, "gone"), None);
    assert_eq!(read(&folder, "gone-edited").as_deref(), Some("mine"));
    assert_eq!(
        read(&folder, ".microkit/base/changed").as_deref(),
        Some("2")
    );
    assert_eq!(read(&folder, ".microkit/base/gone-edited"), None);
    assert_eq!(
        read(&folder, ".microkit/base/already-there").as_deref(),
        Some("1")
    );
}

#[test]
fn check_and_dry_run_tell_the_same_and_write_nothing() {
    let folder = written(&[("a", "1"), ("b/c", "1")]);
    let before = snapshot(folder.path());
    let next = plan(&[("a", "2"), ("d", "1")]);
    let check = apply(&next, folder.path(), Mode::Check).unwrap();
    let mut dry_run = apply(&next, folder.path(), Mode::DryRun).unwrap();
    let previews: Vec<_> = dry_run
        .previews
        .drain(..)
        .map(|preview| preview.path)
        .collect();
    assert_eq!(previews, ["a", "d", "b/c"]);
    assert_eq!(snapshot(folder.path()), before);
    assert_eq!(check, dry_run);
    assert_eq!(apply(&next, folder.path(), Mode::Write).unwrap(), check);
    assert!(apply(&next, folder.path(), Mode::Check).unwrap().is_clean());
}

#[test]
fn an_edit_that_says_what_microkit_would_write_is_in_nobodys_way() {
    let folder = written(&[("a", "1")]);
    put(&folder, "a", "2");
    assert_eq!(generate(&folder, &[("a", "2")]).adopted, 1);
    assert!(generate(&folder, &[("a", "3")]).standing.is_empty());
    assert_eq!(read(&folder, "a").as_deref(), Some("3"));
}

#[test]
fn what_else_stands_in_the_way_is_named() {
    let folder = written(&[("keep", "1")]);
    put(&folder, "file", "mine");
    put(&folder, "folder/inner", "mine");
    put(&folder, "Readme.md", "mine");
    put(&folder, "Docs/mine.md", "mine");
    let reason = |path: &str| stands(&folder, &[("keep", "1"), (path, "1")], path);
    assert_eq!(
        reason("file"),
        "is not microkit's, and stands where the system needs one"
    );
    assert_eq!(
        reason("file/inner"),
        "needs `file` to be a folder, which is something else"
    );
    assert_eq!(reason("folder"), "is a folder, where a file is needed");
    if !folder.path().join("README.MD").exists() {
        assert_eq!(reason("README.md"), "differs only in case from `Readme.md`");
        assert_eq!(reason("docs/new.md"), "differs only in case from `Docs`");
    }
}

#[test]
fn a_file_that_is_read_only_is_neither_replaced_nor_deleted() {
    let folder = written(&[("a", "1"), ("b", "1")]);
    for path in ["a", "b"] {
        let mut permissions = fs::metadata(folder.path().join(path))
            .unwrap()
            .permissions();
        permissions.set_readonly(true);
        fs::set_permissions(folder.path().join(path), permissions).unwrap();
    }
    assert_eq!(
        stands(&folder, &[("a", "2")], "a"),
        "is read-only, and the system needs a new one"
    );
    assert_eq!(
        stands(&folder, &[("a", "1")], "b"),
        "is read-only, and no longer part of the system"
    );
}

#[test]
#[cfg(unix)]
fn nothing_is_written_through_a_symbolic_link_that_leaves_the_workspace() {
    use std::os::unix::fs::symlink;

    let outside = TempDir::new().unwrap();
    let folder = written(&[("file", "1"), ("services/a", "1")]);
    fs::remove_dir_all(folder.path().join("services")).unwrap();
    symlink(outside.path(), folder.path().join("services")).unwrap();
    fs::remove_file(folder.path().join("file")).unwrap();
    put(&outside, "target", "1");
    symlink(outside.path().join("target"), folder.path().join("file")).unwrap();
    let next = [("file", "2"), ("services/a", "1"), ("services/new", "1")];
    assert!(stands(&folder, &next, "file").starts_with("is a symbolic link"));
    assert!(stands(&folder, &next, "services/new").contains("out of the workspace"));
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    assert_eq!(read(&outside, "target").as_deref(), Some("1"));

    let report = generate(&folder, &[("file", "1")]);
    assert_eq!(report.released, ["services/a"]);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
}

#[test]
#[cfg(unix)]
fn a_symbolic_link_that_stays_inside_is_followed() {
    use std::os::unix::fs::symlink;

    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("real")).unwrap();
    symlink("real", folder.path().join("alias")).unwrap();
    assert!(generate(&folder, &[("alias/a", "1")]).standing.is_empty());
    assert_eq!(read(&folder, "real/a").as_deref(), Some("1"));
}

#[test]
#[cfg(unix)]
fn microkits_own_folder_is_not_written_to_through_a_link_either() {
    let outside = TempDir::new().unwrap();
    let folder = TempDir::new().unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join(".microkit")).unwrap();
    let error = apply(&plan(&[("a", "1")]), folder.path(), Mode::Write).unwrap_err();
    assert!(
        format!("{error:#}").contains("out of the workspace"),
        "{error:#}"
    );
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    assert_eq!(read(&folder, "a"), None);
}

#[test]
fn a_plan_that_leads_out_of_the_folder_is_refused() {
    for path in [
        "../a",
        "/a",
        "a/../../b",
        "a//b",
        "",
        ".",
        "a\\b",
        "c:a",
        ".microkit/base/a",
        ".MicroKit/a",
        "microkit.toml",
    ] {
        let folder = TempDir::new().unwrap();
        let plan = plan(&[(path, "1")]);
        assert!(apply(&plan, folder.path(), Mode::Write).is_err(), "{path}");
        assert!(
            create(&plan, "", &folder.path().join("new")).is_err(),
            "{path}"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{path}");
    }
}

#[test]
fn a_plan_that_can_not_be_on_every_disk_is_refused() {
    let folder = TempDir::new().unwrap();
    for files in [
        [("a", "1"), ("A", "1")],
        [("a", "1"), ("a/b", "1")],
        [("A", "1"), ("a/b", "1")],
    ] {
        assert!(
            apply(&plan(&files), folder.path(), Mode::Write).is_err(),
            "{files:?}"
        );
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn folders_that_become_empty_go_and_others_stay() {
    let folder = written(&[("a/b/c", "1"), ("d/e", "1"), ("keep", "1")]);
    put(&folder, "d/mine", "mine");
    generate(&folder, &[("keep", "1")]);
    assert!(!folder.path().join("a").exists());
    assert!(!folder.path().join(".microkit/base/a").exists());
    assert_eq!(read(&folder, "d/mine").as_deref(), Some("mine"));
}

#[test]
fn a_workspace_that_is_up_to_date_is_not_even_locked() {
    let folder = written(&[("a", "1")]);
    fs::remove_file(folder.path().join(".microkit/lock")).unwrap();
    assert!(generate(&folder, &[("a", "1")]).is_clean());
    assert!(!folder.path().join(".microkit/lock").exists());
}

#[test]
fn a_workspace_is_created_as_generating_it_would() {
    let folder = TempDir::new().unwrap();
    let files: Vec<(String, String)> = (0..1_500)
        .map(|number| (format!("f{}/{number}", number % 7), number.to_string()))
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    create(&plan(&files), "", &folder.path().join("new")).unwrap();
    let generated = written(&files);
    put(&generated, "microkit.toml", "");
    assert!(snapshot(&folder.path().join("new")) == snapshot(generated.path()));
}
