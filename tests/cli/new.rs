//! `microkit new`.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::support::{Place, assert_same, names, tree};

#[test]
fn the_shop_is_written_whole_with_the_base_of_every_file_and_the_next_steps_are_told() {
    let place = Place::empty();
    let answer = place.run(&["new", "shop"]).succeeded();
    assert_data_eq!(
        answer.out,
        str![[r#"
created shop: [..] files, 3 services and a gateway

next:
  cd shop
  cargo run     # every service in one process, on http://127.0.0.1:8000
  curl [..]
  less README.md   # also: each service in a container, on real servers

"#]]
    );
    assert_eq!(names(&place.here), ["shop"]);
    let shop = tree(&place.path("shop"));
    let own = [".microkit/.gitignore", ".microkit/version", "microkit.toml"];
    for (path, text) in &shop {
        if !path.starts_with(".microkit/") && !own.contains(&path.as_str()) {
            assert_eq!(
                shop.get(&format!(".microkit/base/{path}")),
                Some(text),
                "{path}"
            );
        }
    }
    assert!(shop.contains_key("Cargo.toml"));
}

#[test]
fn the_folder_gives_the_system_its_name_and_the_comments_of_the_example_stay() {
    let place = Place::empty();
    place.run(&["new", "web-shop"]).succeeded();
    let manifest = place.read("web-shop/microkit.toml");
    assert!(manifest.contains("name = \"web-shop\""), "{manifest}");
    assert!(manifest.contains("# told of every new order"), "{manifest}");
}

#[test]
fn the_last_part_of_a_path_is_the_name() {
    let place = Place::empty();
    fs::create_dir(place.path("code")).unwrap();
    place
        .run(&["new", "code/tea-house", "--example", "hello"])
        .succeeded();
    assert!(
        place
            .read("code/tea-house/microkit.toml")
            .contains("name = \"tea-house\"")
    );
    assert_eq!(names(&place.path("code")), ["tea-house"]);
}

#[test]
fn a_system_keeps_the_name_that_its_manifest_gives() {
    let place = Place::empty();
    place.write(
        "draft.toml",
        "# mine\n[system]\nname = \"bakery\"\n\n[services.oven]\nport = 9001\n",
    );
    place
        .run(&["new", "Some Folder", "--manifest", "draft.toml"])
        .succeeded();
    let manifest = place.read("Some Folder/microkit.toml");
    assert!(
        manifest.starts_with("# mine\n[system]\nname = \"bakery\"\n"),
        "{manifest}"
    );
}

#[test]
fn ports_that_were_left_out_are_written_back_and_stay() {
    let place = Place::empty();
    let draft =
        "[system]\nname = \"bakery\" # ours\n\n[services.oven]\n\n[services.shelf]  # bread\n";
    place.write("draft.toml", draft);
    place
        .run(&["new", "bakery", "--manifest", "draft.toml"])
        .succeeded();
    assert_eq!(place.read("draft.toml"), draft, "the draft is only read");
    let manifest = place.read("bakery/microkit.toml");
    assert_eq!(manifest.matches("port = ").count(), 3, "{manifest}");
    assert!(manifest.contains("name = \"bakery\" # ours"), "{manifest}");
    assert!(
        manifest.contains("[services.shelf]  # bread\nport = "),
        "{manifest}"
    );

    let mut inside = place;
    inside.here.push("bakery");
    let before = inside.tree();
    inside.run(&["generate", "--check"]).succeeded();
    inside.run(&["generate"]).succeeded();
    assert_same(&inside.tree(), &before, "the workspace");
}

#[test]
fn a_dry_run_lists_every_file_and_writes_nothing() {
    let place = Place::empty();
    let absent = place.run(&["new", "shop", "--dry-run"]).succeeded();
    assert!(names(&place.here).is_empty());
    fs::create_dir(place.path("shop")).unwrap();
    let empty = place.run(&["new", "shop", "--dry-run"]).succeeded();
    assert!(names(&place.path("shop")).is_empty());
    assert_eq!(absent.out, empty.out);

    place.run(&["new", "shop"]).succeeded();
    let listed = absent
        .out
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let mut written = tree(&place.path("shop"));
    written.insert(".env".into(), Vec::new());
    let written = written
        .keys()
        .filter(|path| !path.starts_with(".microkit/"));
    let mut expected: Vec<&str> = written.map(String::as_str).collect();
    let count = expected.len().to_string();
    expected.push(&count);
    assert_eq!(listed.collect::<Vec<_>>(), expected);
}

#[test]
fn an_empty_folder_is_filled() {
    let place = Place::empty();
    fs::create_dir(place.path("shop")).unwrap();
    place.run(&["new", "shop"]).succeeded();
    assert!(place.path("shop/Cargo.toml").is_file());
    assert_eq!(names(&place.here), ["shop"]);
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let place = Place::empty();
    fs::create_dir(place.path("shop")).unwrap();
    place.write("shop/thesis.txt", "years of work");
    for arguments in [&["new", "shop"][..], &["new", "shop", "--dry-run"]] {
        place.run(arguments).failed(1, &["`shop` is not empty"]);
    }
    assert_eq!(place.read("shop/thesis.txt"), "years of work");
    assert_eq!(names(&place.path("shop")), ["thesis.txt"]);
    assert_eq!(names(&place.here), ["shop"]);
}

#[test]
fn a_workspace_is_not_written_twice() {
    let place = Place::empty();
    place.run(&["new", "shop"]).succeeded();
    place
        .run(&["new", "shop"])
        .failed(1, &["is a workspace already", "microkit generate"]);
}

#[test]
fn a_file_in_place_of_the_folder_or_of_the_one_above_is_left_alone() {
    let place = Place::empty();
    place.write("shop", "a file");
    place
        .run(&["new", "shop"])
        .failed(1, &["`shop` exists and is not a folder"]);
    place
        .run(&["new", "shop/inner"])
        .failed(1, &["`shop` is a file"]);
    assert_eq!(place.read("shop"), "a file");
    assert_eq!(names(&place.here), ["shop"]);
}

#[test]
fn the_folder_above_is_not_invented() {
    let place = Place::empty();
    place
        .run(&["new", "code/shop"])
        .failed(1, &["there is no folder `code`"]);
    assert!(names(&place.here).is_empty());
}

#[test]
#[cfg(unix)]
fn a_folder_that_may_not_be_written_to_is_named() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    let place = Place::empty();
    fs::create_dir(place.path("locked")).unwrap();
    fs::set_permissions(place.temp.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(place.path("locked"), fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = place.command(&["new", "locked/shop"]);
    if fs::metadata(place.path("locked")).unwrap().uid() == 0 {
        // Root may write everywhere, so the program is run as somebody else; from a copy, since
        // the build's own folder may be root's alone.
        let copy = place.path("microkit");
        fs::copy(env!("CARGO_BIN_EXE_microkit"), &copy).unwrap();
        command = std::process::Command::new(copy);
        command
            .args(["new", "locked/shop"])
            .current_dir(&place.here)
            .uid(65534);
    }
    let output = loop {
        match command.output() {
            // Another test forked while the copy was open for writing; its child is about to close it.
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::yield_now();
            }
            other => break other.unwrap(),
        }
    };
    let answer = crate::support::Answer::of(output);
    fs::set_permissions(place.path("locked"), fs::Permissions::from_mode(0o755)).unwrap();
    answer.failed(1, &["`locked`", "Permission denied"]);
    assert!(names(&place.path("locked")).is_empty());
}

#[test]
fn a_name_that_is_none_for_a_system_is_refused_with_one_that_is() {
    let place = Place::empty();
    for (name, better) in [
        ("My Shop", "try `microkit new my-shop`"),
        ("1shop", "try `microkit new shop`"),
        ("Shop_2", "try `microkit new shop-2`"),
        (
            "tiendas/Panader\u{ed}a Mar\u{ed}a",
            "try `microkit new tiendas/panaderia-maria`",
        ),
        ("Con", "try `microkit new con-system`"),
        // Without its letters it would be another word.
        ("A\u{f1}o", "like `web-shop`"),
        ("\u{5e97}", "like `web-shop`"),
    ] {
        place.run(&["new", name]).failed(2, &["can't be", better]);
    }
    place
        .run(&["new", "."])
        .failed(2, &["ends in no name", "microkit new shop"]);
    place.run(&["new", ""]).failed(2, &["a value is required"]);
    place
        .run(&["new", "ß"])
        .failed(2, &["help: use small letters"]);
    assert!(names(&place.here).is_empty());
}

#[test]
fn an_unknown_example_brings_the_nearest_one_up() {
    let answer = Place::empty().run(&["new", "shop", "--example", "shp"]);
    answer.failed(
        2,
        &["invalid value 'shp'", "a similar value exists: 'shop'"],
    );
}

#[test]
fn options_that_exclude_each_other_are_refused() {
    let place = Place::empty();
    place
        .run(&["new", "x", "--manifest", "a", "--example", "shop"])
        .failed(2, &["cannot be used"]);
    place
        .run(&["new", "x", "--run", "--dry-run"])
        .failed(2, &["cannot be used"]);
    place
        .run(&["generate", "--check", "--dry-run"])
        .failed(2, &["cannot be used"]);
}

#[test]
fn a_manifest_that_can_not_be_read_is_named_with_the_cause() {
    let place = Place::empty();
    place
        .run(&["new", "x", "--manifest", "none.toml"])
        .failed(1, &["can't read `none.toml`", "os error 2"]);
    place
        .run(&["new", "x", "--manifest", "."])
        .failed(1, &["can't read `.`"]);
    fs::write(place.path("bytes.toml"), b"[system]\nname = \"\xff\"\n").unwrap();
    place
        .run(&["new", "x", "--manifest", "bytes.toml"])
        .failed(2, &["not UTF-8", "line 2"]);
    place.write("wrong.toml", "[system\n");
    place
        .run(&["new", "x", "--manifest", "wrong.toml"])
        .failed(2, &["error", "wrong.toml"]);
}
