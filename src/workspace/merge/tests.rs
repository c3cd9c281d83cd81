//! Tests of `merge.rs`: hard cases one by one, and what must hold for any three texts.

use proptest::prelude::*;

use super::*;

const BASE: &str = "a\nb\nc\nd\ne\n";

fn merged(path: &str, base: &str, ours: &str, theirs: &str) -> (String, State) {
    let merged = merge(path, base.as_bytes(), ours.as_bytes(), theirs.as_bytes()).unwrap();
    (String::from_utf8(merged.text).unwrap(), merged.state)
}

#[track_caller]
fn gives(path: &str, base: &str, ours: &str, theirs: &str, expected: &str) {
    let (text, state) = merged(path, base, ours, theirs);
    assert_eq!(text, expected);
    assert_eq!(state, State::Clean);
}

#[test]
fn changes_in_different_places_go_together() {
    gives(
        "a.txt",
        BASE,
        "a\nmine\nb\nc\nd\ne\n",
        "a\nb\nc\nd\nE\n",
        "a\nmine\nb\nc\nd\nE\n",
    );
    gives(
        "a.txt",
        BASE,
        "b\nc\nd\ne\n",
        "a\nb\nc\nd\ne\nf\n",
        "b\nc\nd\ne\nf\n",
    );
}

#[test]
fn what_both_changed_alike_is_there_once() {
    gives(
        "a.txt",
        BASE,
        "a\nB\nc\nd\ne\n",
        "a\nB\nc\nd\nE\n",
        "a\nB\nc\nd\nE\n",
    );
}

#[test]
fn a_change_in_the_same_place_is_marked_and_can_be_settled() {
    let (text, state) = merged("a.txt", BASE, "a\nb\nmine\nd\ne\n", "a\nb\nnew\nd\nE\n");
    assert_eq!(state, State::Conflict);
    assert!(marked(text.as_bytes()), "{text}");
    let settled = |side| String::from_utf8(settle(text.as_bytes(), side)).unwrap();
    assert_eq!(settled(Side::Ours), "a\nb\nmine\nd\nE\n");
    assert_eq!(settled(Side::Theirs), "a\nb\nnew\nd\nE\n");
    assert!(!marked(b"=======\n<<<<<<< ours\n"));
}

#[test]
fn a_last_line_without_an_end_keeps_its_markers_apart() {
    let (text, state) = merged("a.txt", "a", "mine", "new");
    assert_eq!(state, State::Conflict);
    assert!(marked(text.as_bytes()), "{text}");
}

#[test]
fn line_ends_of_another_system_are_no_change_and_stay() {
    gives(
        "a.txt",
        BASE,
        "a\r\nmine\r\nb\r\nc\r\nd\r\ne\r\n",
        "a\nb\nc\nd\nE\n",
        "a\r\nmine\r\nb\r\nc\r\nd\r\nE\r\n",
    );
    gives("a.txt", BASE, &BASE.replace('\n', "\r\n"), "a\n", "a\r\n");
}

#[test]
fn what_is_no_text_is_not_merged() {
    assert_eq!(merge("a.txt", b"a", b"\xff", b"b"), None);
}

#[test]
fn rust_that_fits_as_text_and_breaks_as_code_is_told() {
    let base = "fn a() {\n    one();\n    two();\n    three();\n}\n";
    // The user comments it out, and microkit adds what ends the comment.
    let ours = format!("/*\n{base}*/\nfn a() {{}}\n");
    let theirs = base.replace("    two();\n", "    two();\n    // as in **/*.rs\n");
    let (text, state) = merged("a.rs", base, &ours, &theirs);
    assert!(matches!(state, State::Suspect(_)), "{state:?} {text}");
    // A file that was no Rust before the merge is the user's own affair.
    let broken = format!("{base}fn {{\n");
    assert_eq!(
        merged("a.rs", base, &broken, &format!("\n{base}")).1,
        State::Clean
    );
}

const CARGO: &str = "\
[workspace]
members = [
    \"gateway\",
    \"services/user-service\",
]

[dependencies]
axum = \"0.8\"
serde = { version = \"1\", features = [\"derive\"] }

[lints]
workspace = true
";

#[test]
fn a_dependency_of_the_user_and_one_of_microkit_never_conflict() {
    let ours = CARGO.replace(
        "axum = \"0.8\"\n",
        "axum = \"0.8\"\nbase64 = \"0.22\" # mine\n",
    );
    let theirs = CARGO.replace("axum = \"0.8\"\n", "axum = \"0.8\"\nchrono = \"0.4\"\n");
    let both = CARGO.replace(
        "axum = \"0.8\"\n",
        "axum = \"0.8\"\nchrono = \"0.4\"\nbase64 = \"0.22\" # mine\n",
    );
    gives("Cargo.toml", CARGO, &ours, &theirs, &both);
    // And taken out again, it leaves what the user made.
    gives("Cargo.toml", &theirs, &both, CARGO, &ours);
}

#[test]
fn members_and_features_are_sets() {
    let ours = CARGO
        .replace(
            "    \"gateway\",\n",
            "    # the edge\n    \"gateway\",\n    \"tools/mine\",\n",
        )
        .replace("[\"derive\"]", "[\"derive\", \"rc\"]");
    let theirs = CARGO
        .replace(
            "    \"services/user",
            "    \"services/extra\",\n    \"services/user",
        )
        .replace("version = \"1\"", "version = \"1.1\"");
    let both = ours
        .replace(
            "    \"tools/mine\"",
            "    \"services/extra\",\n    \"tools/mine\"",
        )
        .replace("version = \"1\"", "version = \"1.1\"");
    gives("Cargo.toml", CARGO, &ours, &theirs, &both);
    let back = merged("Cargo.toml", &theirs, &both, CARGO);
    assert_eq!(back, (ours, State::Clean));
}

#[test]
fn one_value_that_both_changed_is_a_conflict() {
    let ours = CARGO.replace("axum = \"0.8\"", "axum = \"0.7\"");
    let theirs = CARGO.replace("axum = \"0.8\"", "axum = \"0.9\"");
    assert_eq!(
        merged("Cargo.toml", CARGO, &ours, &theirs).1,
        State::Conflict
    );
}

#[test]
fn a_comment_of_the_user_does_not_go_with_what_it_is_about() {
    let ours = CARGO.replace("axum =", "# pinned for a reason\naxum =");
    let theirs = CARGO.replace("axum = \"0.8\"\n", "");
    let (text, _) = merged("Cargo.toml", CARGO, &ours, &theirs);
    assert!(text.contains("# pinned for a reason"), "{text}");
}

fn lock(packages: &[(&str, &str, &[&str])]) -> String {
    let block = |(name, version, dependencies): &(&str, &str, &[&str])| {
        let list: String = dependencies
            .iter()
            .map(|name| format!(" \"{name}\",\n"))
            .collect();
        let list = match list.is_empty() {
            true => list,
            false => format!("dependencies = [\n{list}]\n"),
        };
        format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{list}")
    };
    let blocks: Vec<String> = packages.iter().map(block).collect();
    format!("# made by cargo\nversion = 4\n\n{}", blocks.join("\n"))
}

#[test]
fn lock_files_are_merged_package_by_package() {
    let base = lock(&[
        ("a", "1.0.0", &["b"]),
        ("b", "1.9.0", &[]),
        ("c", "1.0.0", &[]),
    ]);
    let ours = lock(&[
        ("a", "1.0.0", &["b", "mine"]),
        ("b", "1.10.0", &[]),
        ("c", "1.0.0", &[]),
        ("mine", "1.0.0", &[]),
    ]);
    let theirs = lock(&[
        ("a", "1.0.0", &["b", "extra"]),
        ("b", "1.9.0", &[]),
        ("extra", "0.1.0", &[]),
    ]);
    let both = lock(&[
        ("a", "1.0.0", &["b", "extra", "mine"]),
        ("b", "1.10.0", &[]),
        ("extra", "0.1.0", &[]),
        ("mine", "1.0.0", &[]),
    ]);
    gives("Cargo.lock", &base, &ours, &theirs, &both);
    gives("Cargo.lock", &base, &base, &theirs, &theirs);
}

/// Few different lines, so that they repeat and the texts look alike.
fn text() -> impl Strategy<Value = Vec<&'static str>> {
    let line = prop::sample::select(vec!["a", "b", "c", "}", "", "    x();", "<<<<<<<"]);
    prop::collection::vec(line, 0..12)
}

fn edit(base: Vec<&'static str>) -> impl Strategy<Value = Vec<String>> {
    let length = base.len();
    let change = (
        0..=length,
        0..3_usize,
        prop::collection::vec("[a-d]{1,2}", 0..3),
    );
    prop::collection::vec(change, 0..4).prop_map(move |changes| {
        let mut lines: Vec<String> = base.iter().map(|line| (*line).to_owned()).collect();
        for (at, gone, new) in changes {
            let at = at.min(lines.len());
            let end = (at + gone).min(lines.len());
            lines.splice(at..end, new);
        }
        lines
    })
}

fn joined<S: AsRef<str>>(lines: &[S]) -> String {
    lines
        .iter()
        .map(|line| format!("{}\n", line.as_ref()))
        .collect()
}

proptest! {
    #[test]
    fn no_line_that_the_user_added_is_lost(
        (base, ours, theirs) in text().prop_flat_map(|base| (Just(base.clone()), edit(base.clone()), edit(base))),
    ) {
        let (base, ours, theirs) = (joined(&base), joined(&ours), joined(&theirs));
        let (text, _) = merged("a.txt", &base, &ours, &theirs);
        let count = |text: &str, line: &str| text.lines().filter(|other| *other == line).count();
        for line in ours.lines() {
            let added = count(&ours, line).saturating_sub(count(&base, line));
            prop_assert!(count(&text, line) >= added, "{line:?} is lost in {text:?}");
        }
    }

    #[test]
    fn who_changed_nothing_has_no_say(
        (base, other) in text().prop_flat_map(|base| (Just(base.clone()), edit(base))),
    ) {
        let (base, other) = (joined(&base), joined(&other));
        prop_assert_eq!(merged("a.txt", &base, &base, &other), (other.clone(), State::Clean));
        prop_assert_eq!(merged("a.txt", &base, &other, &base), (other, State::Clean));
    }
}
