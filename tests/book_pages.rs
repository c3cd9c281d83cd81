//! The book's pages: every one is in the table of contents, links lead somewhere, both languages say the same in the same
//! places, and what is quoted of the generated code stands there. `tests/book` runs the commands.
//!
//! `MICROKIT_BLESS=1` draws the pictures anew.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

#[path = "support/book.rs"]
mod book;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use book::{Block, Chapter, LANGUAGES};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The texts of a page outside its code blocks, line by line.
fn prose(chapter: &Chapter) -> Vec<&str> {
    let mut is_code = false;
    let outside = |line: &&str| {
        let fence = line.starts_with("```");
        is_code ^= fence;
        !is_code && !fence
    };
    chapter.text.lines().filter(outside).collect()
}

/// The pieces of a text between two marks.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> Vec<&'a str> {
    let pieces = text.split(begin).skip(1);
    pieces
        .filter_map(|rest| Some(rest.split_once(end)?.0))
        .collect()
}

/// What does not depend on the language: the levels of the headings, the targets of links and pictures, the rows of
/// tables, the items of lists, and what is folded away.
fn skeleton(chapter: &Chapter) -> Vec<String> {
    let mut bones = Vec::new();
    for line in prose(chapter) {
        let level = line.chars().take_while(|c| *c == '#').count();
        let first = line.split(' ').next().unwrap_or_default();
        match first {
            "-" | "|" | ">" | "1." | "2." | "3." | "4." | "<details>" | "</details>" => {
                bones.push(format!("{first} {}", line.matches(" | ").count()));
            }
            _ if level > 0 => bones.push("#".repeat(level)),
            _ => {}
        }
        bones.extend(between(line, "](", ")").into_iter().map(str::to_owned));
    }
    bones
}

#[test]
fn the_table_of_contents_lists_every_page() {
    for language in LANGUAGES {
        let chapters = book::chapters(language);
        let listed: BTreeSet<String> = chapters.into_iter().map(|one| one.name).collect();
        let files = fs::read_dir(book::source(language)).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let pages = names.filter(|name| name.ends_with(".md") && name != "SUMMARY.md");
        assert_eq!(listed, pages.collect(), "{language}");
    }
}

#[test]
fn both_languages_have_the_same_pages_of_the_same_structure_with_the_same_code() {
    let [english, spanish] = LANGUAGES.map(book::chapters);
    let names = |chapters: &[Chapter]| -> Vec<String> {
        chapters.iter().map(|one| one.name.clone()).collect()
    };
    assert_eq!(names(&english), names(&spanish));
    for (one, other) in english.iter().zip(&spanish) {
        assert_eq!(skeleton(one), skeleton(other), "{}", one.name);
        let code = |chapter: &Chapter| -> Vec<Block> {
            let blocks = chapter.blocks().into_iter();
            blocks.map(|block| Block { line: 0, ..block }).collect()
        };
        assert_eq!(code(one), code(other), "{}", one.name);
    }
}

#[test]
fn every_link_and_picture_leads_somewhere() {
    for language in LANGUAGES {
        for chapter in book::chapters(language) {
            for line in prose(&chapter) {
                for target in between(line, "](", ")") {
                    let there = book::source(language).join(target);
                    let known = target.starts_with("https://") || there.is_file();
                    assert!(known, "{language}/{}: {target}", chapter.name);
                }
            }
        }
    }
}

/// The paths of all files below a folder, and of the folders themselves.
fn paths(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            paths(&entry.path(), &format!("{path}/"), found);
            found.insert(format!("{path}/"));
        }
        found.insert(path);
    }
}

#[test]
fn every_file_that_is_named_is_in_the_workspace() {
    let mut there = BTreeSet::from([".microkit/".to_owned()]);
    for part in ["crates", "services", "gateway", "monolith"] {
        let folder = root().join("examples/shop").join(part);
        paths(&folder, &format!("{part}/"), &mut there);
        there.insert(format!("{part}/"));
    }
    let mut count = 0;
    for language in LANGUAGES {
        for chapter in book::chapters(language) {
            let text = prose(&chapter).join("\n");
            // Every second piece is between two marks.
            for named in text.split('`').skip(1).step_by(2) {
                let is_path =
                    named.contains('/') && !named.starts_with('/') && !named.contains(' ');
                let known = match named.ends_with(".rs") && !is_path {
                    true => there
                        .iter()
                        .any(|path| path.ends_with(&format!("/{named}"))),
                    false => !is_path || named.starts_with("examples/") || there.contains(named),
                };
                assert!(known, "{language}/{}: {named}", chapter.name);
                count += usize::from(is_path);
            }
        }
    }
    assert!(count > 60, "{count}");
}

/// Runs microkit: whether it succeeded, and what it printed.
fn microkit(arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_microkit"));
    let output = command.args(arguments).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    (output.status.success(), printed)
}

#[test]
fn commands_that_are_only_named_exist() {
    let (_, help) = microkit(&["--help"]);
    let mut count = 0;
    for language in LANGUAGES {
        for chapter in book::chapters(language) {
            let text = prose(&chapter).join(" ");
            for named in text.split('`').skip(1).step_by(2) {
                let words: Vec<&str> = named.split_whitespace().collect();
                let known = match words[..] {
                    ["microkit", "explain", topic] => microkit(&["explain", topic]).0,
                    ["microkit", command, ..] => help.contains(&format!("  {command} ")),
                    _ => continue,
                };
                assert!(known, "{language}/{}: {named}", chapter.name);
                count += 1;
            }
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn what_is_quoted_stands_in_the_generated_file() {
    let base = root().join("examples/shop/.microkit/base");
    let mut count = 0;
    for chapter in book::chapters("en") {
        for block in chapter.blocks() {
            let sources = block
                .marks
                .iter()
                .filter_map(|mark| mark.strip_prefix("from="));
            for source in sources {
                let text = fs::read_to_string(base.join(source)).unwrap();
                let (name, line) = (&chapter.name, block.line);
                let quoted = !block.text.trim().is_empty() && text.contains(&block.text);
                assert!(quoted, "{name}:{line} is not in {source}");
                count += 1;
            }
        }
    }
    assert!(count > 8, "{count}");
}

#[test]
fn every_chapter_has_one_exercise_with_a_check_and_a_solution() {
    for chapter in book::chapters("en").iter().skip(1) {
        let marks = ["check", "solution"];
        let blocks = chapter.blocks().into_iter();
        let order: Vec<&str> = blocks
            .filter_map(|block| marks.into_iter().find(|mark| block.is(mark)))
            .collect();
        let (first, rest) = order.split_first().unwrap();
        assert_eq!(*first, "check", "{}", chapter.name);
        let solved = !rest.is_empty() && rest.iter().all(|mark| *mark == "solution");
        assert!(solved, "{}: {order:?}", chapter.name);
    }
}

/// A manifest with what its reader adds to the shop in the chapter on judging.
fn draft(folder: &Path) -> PathBuf {
    let manifest = fs::read_to_string(root().join("examples/shop/microkit.toml")).unwrap();
    let (before, after) = (
        "calls = [\"user-service\"]",
        "calls = [\"user-service\", \"payment-service\"]",
    );
    assert_eq!(manifest.matches(before).count(), 1);
    let draft = folder.join("draft.toml");
    fs::write(&draft, manifest.replace(before, after)).unwrap();
    draft
}

#[test]
fn the_pictures_are_those_that_microkit_draws() {
    let folder = tempfile::tempdir().unwrap();
    let draft = draft(folder.path());
    let shop = root().join("examples/shop/microkit.toml");
    for language in LANGUAGES {
        let pictures = [
            ("shop.svg", vec!["--manifest", shop.to_str().unwrap()]),
            (
                "change.svg",
                vec![
                    "--manifest",
                    draft.to_str().unwrap(),
                    "--diff",
                    shop.to_str().unwrap(),
                ],
            ),
        ];
        for (name, arguments) in pictures {
            let draw = ["graph", "--format", "svg", "--lang", language];
            let (success, drawn) = microkit(&[&draw, &arguments[..]].concat());
            assert!(success, "{name}: {drawn}");
            let path = book::source(language).join("images").join(name);
            if std::env::var_os("MICROKIT_BLESS").is_some() {
                fs::write(&path, &drawn).unwrap();
            }
            let kept = fs::read_to_string(&path).unwrap_or_default();
            assert!(
                kept == drawn,
                "{} is not what is drawn today; MICROKIT_BLESS=1 takes it",
                path.display()
            );
        }
    }
}
