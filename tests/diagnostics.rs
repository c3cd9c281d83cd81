//! Every code has a manifest that gives it, with the exact output, and a page whose examples do what they say.
//!
//! `tests/diagnostics/<CODE>-<name>/` holds `microkit.toml`, for some codes a part of a workspace, and `stderr.txt`. After a change of the wording run
//! `MICROKIT_BLESS=1 cargo test --test diagnostics` and read the difference. A manifest that is only large is made here.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "fixtures are files, and blessing is asked for in the environment"
)]

#[path = "support/code.rs"]
mod workspace;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use microkit::diagnostic::{self, Code, Diagnostic, Source};
use microkit::judge::judge_with;
use microkit::lang::Lang;
use microkit::manifest::{self, Document};
use microkit::system::{self, System};

const NAME: &str = "microkit.toml";

fn check(text: &str) -> Result<(Document, System), Vec<Diagnostic>> {
    let document = manifest::parse(NAME, text)?;
    let system = system::validate(&document)?;
    Ok((document, system))
}

/// Errors, warnings and remarks on the architecture alike; of the code too, if there is any.
fn findings_with(text: &str, code: &[Source], lang: Lang) -> Vec<Diagnostic> {
    let (document, system) = match check(text) {
        Ok(valid) => valid,
        Err(found) => return found,
    };
    let remarks = judge_with(&document, &system, Some(code), lang).remarks;
    system.warnings().iter().cloned().chain(remarks).collect()
}

fn findings(text: &str) -> Vec<Diagnostic> {
    findings_with(text, &[], Lang::En)
}

fn of_fixture(folder: &Path, lang: Lang) -> Vec<Diagnostic> {
    let mut code = workspace::code(folder);
    code.retain(|source| source.path != NAME && source.path != "stderr.txt");
    findings_with(&manifest_of(folder), &code, lang)
}

fn codes(found: &[Diagnostic]) -> BTreeSet<Code> {
    found.iter().map(|one| one.code).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

/// The folders of the fixtures, sorted.
fn fixtures() -> Vec<PathBuf> {
    let entries = fs::read_dir(root()).expect("the fixtures are beside this file");
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder is readable").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn code_of(folder: &Path) -> Code {
    let name = folder.file_name().and_then(|name| name.to_str());
    let code = name.and_then(|name| Code::parse(name.split('-').next()?));
    code.unwrap_or_else(|| panic!("{} does not begin with a code", folder.display()))
}

fn manifest_of(folder: &Path) -> String {
    match code_of(folder) {
        Code::LargeFile => "#".repeat(manifest::MAX_BYTES + 1),
        Code::ManyServices => with_services(1_001),
        Code::ManyResources => with_resources(51),
        _ => fs::read_to_string(folder.join(NAME)).expect("a fixture has a manifest"),
    }
}

fn with_services(count: usize) -> String {
    let services = (0..count).map(|index| format!("[services.service-{index}]\n"));
    format!(
        "[system]\nname = \"large\"\n\n{}",
        services.collect::<String>()
    )
}

fn with_resources(count: usize) -> String {
    let resource =
        |index| format!("[services.store.resources.thing-{index}]\nfields.name = \"string\"\n");
    let resources: String = (0..count).map(resource).collect();
    format!("[system]\nname = \"large\"\n\n[services.store]\ndatabase = \"sqlite\"\n\n{resources}")
}

/// The texts of a diagnostic: its message, what is at its places, and its help.
fn texts(found: &Diagnostic) -> Vec<&str> {
    let labels = found.at.iter().map(|label| label.text.as_str());
    let texts = [found.message.as_str()].into_iter().chain(labels);
    texts.chain(found.help.as_deref()).collect()
}

/// What is in backticks: names, and what is to be written.
fn quotations(texts: &[&str]) -> BTreeSet<String> {
    let quoted = texts
        .iter()
        .flat_map(|text| text.split('`').skip(1).step_by(2));
    quoted.map(|text| text.replace("por qué", "why")).collect()
}

#[test]
fn a_remark_says_the_same_in_spanish() {
    let mut seen = BTreeSet::new();
    for folder in fixtures() {
        let remarks = |lang| {
            let all = of_fixture(&folder, lang).into_iter();
            let remarks = all.filter(|one| one.code.is_remark() || one.code == Code::IdleAllowance);
            remarks.collect::<Vec<_>>()
        };
        let (english, spanish) = (remarks(Lang::En), remarks(Lang::Es));
        assert_eq!(english.len(), spanish.len(), "{}", folder.display());
        for (one, other) in english.iter().zip(&spanish) {
            seen.insert(one.code);
            let places = |one: &Diagnostic| {
                let at = one.at.iter().map(|label| label.span.clone());
                (one.code, one.severity, at.collect::<Vec<_>>())
            };
            assert_eq!(places(one), places(other));
            let (one, other) = (texts(one), texts(other));
            assert_eq!(quotations(&one), quotations(&other), "{other:?}");
            for (one, other) in one.iter().zip(&other) {
                let is_only_a_name = one.is_empty();
                assert!(is_only_a_name || one != other, "{one} is not translated");
            }
        }
    }
    let all = Code::ALL.iter().filter(|code| code.is_remark());
    for code in all {
        assert!(seen.contains(code), "{code}");
    }
}

#[test]
fn every_fixture_gives_its_output() {
    let bless = std::env::var_os("MICROKIT_BLESS").is_some();
    let mut different = Vec::new();
    for folder in fixtures() {
        let text = manifest_of(&folder);
        let actual =
            diagnostic::render(NAME, &text, &of_fixture(&folder, Lang::En), false, Lang::En);
        let expected = folder.join("stderr.txt");
        if bless {
            fs::write(&expected, &actual).expect("the fixture is writable");
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        if actual != expected.replace("\r\n", "\n") {
            different.push(format!("{}:\n{actual}", folder.display()));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn a_fixture_shows_its_own_code_and_no_other() {
    let mut different = Vec::new();
    for folder in fixtures() {
        let found = codes(&of_fixture(&folder, Lang::En));
        if found != BTreeSet::from([code_of(&folder)]) {
            different.push(format!("{}: {found:?}", folder.display()));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn every_code_has_a_fixture() {
    let shown: BTreeSet<Code> = fixtures().iter().map(|folder| code_of(folder)).collect();
    let all: BTreeSet<Code> = Code::ALL.iter().copied().collect();
    assert_eq!(shown, all);
}

#[test]
fn codes_are_unique_and_in_order() {
    let texts: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert!(texts.is_sorted_by(|one, next| one < next), "{texts:?}");
    for code in Code::ALL {
        assert_eq!(Code::parse(&code.as_str().to_lowercase()), Some(*code));
    }
    assert_eq!(Code::parse("MK9999"), None);
}

/// What there is to say about the example of a page behind the line `Wrong:` or `Right:`; none if it has no example.
fn of_example(code: Code, kind: &str) -> Option<Vec<Diagnostic>> {
    let (_, rest) = code
        .explanation(Lang::En)
        .split_once(&format!("\n{kind}:\n"))?;
    let example = rest.split("\nRight:\n").next()?;
    let blocks = example.split("```").skip(1).step_by(2);
    let blocks = blocks.filter_map(|block| block.split_once('\n'));
    if !code.is_of_code() {
        let (language, text) = { blocks }.next()?;
        assert_eq!(language, "toml", "{code}");
        return Some(findings(text));
    }
    // The first line of each is the path of a file, in the workspace of the fixture.
    let files = blocks.map(|(_, text)| Source {
        path: { text.lines() }
            .next()
            .unwrap()
            .trim_start_matches(['#', '/', ' '])
            .to_owned(),
        text: text.into(),
    });
    let fixture = fixtures()
        .into_iter()
        .find(|folder| code_of(folder) == code);
    let manifest = manifest_of(&fixture.unwrap());
    Some(findings_with(
        &manifest,
        &files.collect::<Vec<_>>(),
        Lang::En,
    ))
}

#[test]
fn every_page_begins_with_its_code_and_title() {
    for code in Code::ALL {
        let first = format!("# {code}: {}\n\n", code.title());
        assert!(code.explanation(Lang::En).starts_with(&first), "{code}");
    }
}

/// What is between the fences of a page, and how many paragraphs are outside of them.
fn parts(page: &str) -> (Vec<&str>, usize) {
    let (outside, code): (Vec<_>, Vec<_>) = page
        .split("```")
        .enumerate()
        .partition(|(index, _)| index % 2 == 0);
    let paragraphs = outside.iter().flat_map(|(_, text)| text.split("\n\n"));
    let paragraphs = paragraphs.filter(|text| !text.trim().is_empty());
    (
        code.into_iter().map(|(_, text)| text).collect(),
        paragraphs.count(),
    )
}

#[test]
fn every_page_is_there_in_spanish_with_the_same_examples() {
    for code in Code::ALL {
        let [english, spanish] = [Lang::En, Lang::Es].map(|lang| code.explanation(lang));
        assert!(spanish.starts_with(&format!("# {code}: ")), "{code}");
        assert_ne!(english.lines().next(), spanish.lines().next(), "{code}");
        assert_eq!(parts(english), parts(spanish), "{code}");
        let labels = [("\nWrong:\n", "\nMal:\n"), ("\nRight:\n", "\nBien:\n")];
        for (label, translated) in labels {
            assert_eq!(
                english.contains(label),
                spanish.contains(translated),
                "{code}"
            );
            assert!(!spanish.contains(label), "{code}");
        }
    }
}

#[test]
fn the_wrong_example_of_a_page_gives_its_code_alone() {
    // An example of what is only large would be no help on a page.
    let only_large = [
        Code::LargeFile,
        Code::ManyServices,
        Code::ManyResources,
        Code::ManyValues,
    ];
    for code in Code::ALL {
        let wrong = of_example(*code, "Wrong");
        assert_eq!(wrong.is_none(), only_large.contains(code), "{code}");
        if let Some(wrong) = wrong {
            assert_eq!(codes(&wrong), BTreeSet::from([*code]), "{code}");
        }
    }
}

#[test]
fn the_right_example_of_a_page_is_without_mistakes() {
    for code in Code::ALL {
        let found = of_example(*code, "Right");
        assert_eq!(found, Some(Vec::new()), "{code}");
    }
}

#[test]
fn diagnostics_follow_the_wording_rules() {
    for folder in fixtures() {
        for found in of_fixture(&folder, Lang::En) {
            let message = &found.message;
            assert!(!message.ends_with('.'), "{message}");
            assert!(!message.starts_with(char::is_uppercase), "{message}");
            assert!(!found.at.is_empty(), "{message} has no place");
        }
    }
}

#[test]
fn of_very_many_mistakes_the_first_are_shown_and_all_are_counted() {
    let services = (0..200).map(|index| format!("[services.S{index}]\n"));
    let text = format!(
        "[system]\nname = \"large\"\n{}",
        services.collect::<String>()
    );
    let shown = diagnostic::render(NAME, &text, &findings(&text), false, Lang::En);
    assert_eq!(shown.matches("error[MK0101]").count(), 50);
    assert!(shown.contains("… and 150 more"), "{shown}");
    assert!(shown.contains("200 errors in microkit.toml"), "{shown}");
}

#[test]
fn colour_is_used_only_where_it_is_asked_for() {
    let text = "[system]\nname = \"My Shop\"\n[services.a]\n";
    let found = findings(text);
    assert!(!diagnostic::render(NAME, text, &found, false, Lang::En).contains('\u{1b}'));
    assert!(diagnostic::render(NAME, text, &found, true, Lang::En).contains('\u{1b}'));
}

#[test]
fn what_a_name_holds_can_not_move_the_cursor() {
    let text = "[system]\nname = \"a\\u001b[2Jb\"\n[services.\"\\u202e\"]\n";
    let shown = diagnostic::render(NAME, text, &findings(text), false, Lang::En);
    assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
}
