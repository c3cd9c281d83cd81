//! `microkit explain`: topics and codes, in two languages, outside and inside a workspace.

use std::fs;
use std::path::Path;

use crate::support::{Answer, Place};

/// Runs `explain` under a locale.
fn explain(place: &Place, locale: &str, arguments: &[&str]) -> Answer {
    let arguments = [&["explain"], arguments].concat();
    let output = place
        .command(&arguments)
        .env_remove("LC_MESSAGES")
        .env_remove("LANG")
        .env("LC_ALL", locale)
        .output()
        .unwrap();
    Answer::of(output)
}

fn english(place: &Place, arguments: &[&str]) -> Answer {
    explain(place, "C", arguments)
}

/// The places that an answer names: a path and a line.
fn places(answer: &Answer) -> Vec<(&str, usize)> {
    let lines = answer
        .out
        .lines()
        .filter_map(|line| line.strip_prefix("  "));
    let lines = lines.filter(|line| !line.contains(' '));
    lines
        .filter_map(|line| {
            let (path, line) = line.rsplit_once(':')?;
            Some((path, line.parse().ok()?))
        })
        .collect()
}

#[track_caller]
fn has(answer: &Answer, parts: &[&str]) {
    for part in parts {
        assert!(
            answer.out.contains(part),
            "{part:?} is not in {}",
            answer.out
        );
    }
}

#[test]
fn alone_it_lists_topics_and_codes_by_theme_in_the_language() {
    let place = Place::empty();
    let answer = english(&place, &[]).succeeded();
    has(
        &answer,
        &[
            "\nPrinciples\n  single-responsibility ",
            "\nArchitecture\n  MK0601  calls that go round in a circle\n",
        ],
    );
    let answer = english(&place, &["--lang", "es"]).succeeded();
    has(
        &answer,
        &[
            "\nPrincipios\n  responsabilidad-unica ",
            "\nArquitectura\n  MK0601  llamadas que dan vueltas en círculo\n",
        ],
    );
}

#[test]
fn the_locale_decides_unless_a_language_is_named_and_one_it_does_not_speak_is_english() {
    let place = Place::empty();
    let english = explain(&place, "C", &["saga"]).succeeded().out;
    let spanish = explain(&place, "es_MX.UTF-8", &["saga"]).succeeded().out;
    assert!(english.contains("\nWhat it costs\n"), "{english}");
    assert!(spanish.contains("\nQué cuesta\n"), "{spanish}");
    for locale in ["fr_FR.UTF-8", "", "nonsense"] {
        assert_eq!(explain(&place, locale, &["saga"]).succeeded().out, english);
    }
    let asked = explain(&place, "es_ES.UTF-8", &["saga", "--lang", "en"]);
    assert_eq!(asked.succeeded().out, english);
    explain(&place, "C", &["saga", "--lang", "fr"]).failed(2, &["en", "es"]);
}

#[test]
fn several_at_once_are_told_to_come_one_by_one() {
    let answer = english(&Place::empty(), &["MK0602", "saga"]);
    answer.failed(2, &["one page at a time", "`microkit explain MK0602`"]);
}

#[test]
fn a_name_of_either_language_works_whatever_the_language_and_however_it_is_typed() {
    let place = Place::empty();
    for lang in ["en", "es"] {
        let page = |words: &[&str]| {
            let arguments = [words, &["--lang", lang]].concat();
            english(&place, &arguments).succeeded().out
        };
        let expected = page(&["database-per-service"]);
        let ways: [&[&str]; 5] = [
            &["base-de-datos-por-servicio"],
            &["database", "per", "service"],
            &["Database per Service"],
            &["DATABASE_PER_SERVICE"],
            &["base", "de", "datos"],
        ];
        for words in ways {
            assert_eq!(page(words), expected, "{words:?}");
        }
        assert_eq!(page(&["outbox"]), page(&["bandeja", "de", "salida"]));
        assert_eq!(page(&["mk0602"]), page(&["MK0602"]));
    }
}

#[test]
fn a_code_is_told_in_spanish_too_and_leads_to_topics() {
    let place = Place::empty();
    let answer = english(&place, &["MK0602", "--lang", "es"]).succeeded();
    has(
        &answer,
        &[
            "MK0602: dos servicios que se llaman entre sí\n",
            "\nMal:\n\n    [system]\n",
            "\nVer también: ",
            "monolito-distribuido",
        ],
    );
    let answer = english(&place, &["MK0602"]).succeeded();
    has(
        &answer,
        &["MK0602: two services that call each other\n", "See also: "],
    );
}

#[test]
fn of_an_unknown_name_the_nearest_in_either_language_is_brought_up() {
    let place = Place::empty();
    let asked = |words: &[&str]| english(&place, words);
    asked(&["circuit-braker"]).failed(
        2,
        &["no topic and no code `circuit-braker`", "`circuit-breaker`"],
    );
    asked(&["cortacircuito"]).failed(2, &["did you mean `cortacircuitos`?"]);
    asked(&["MK0620"]).failed(2, &["did you mean `MK06"]);
    asked(&["api", "gatewey"]).failed(2, &["`api gatewey`", "did you mean `api-gateway`?"]);
    asked(&["blockchain"]).failed(2, &["no topic and no code", "`microkit explain` lists"]);
    asked(&[""]).failed(2, &["no topic and no code"]);
}

#[test]
fn outside_a_workspace_the_page_is_told_and_nothing_of_places() {
    let answer = english(&Place::empty(), &["circuit-breaker"]).succeeded();
    has(
        &answer,
        &[
            "circuit-breaker: ",
            "\nWhy\n",
            "\nWhen not to\n",
            "\nSee also: ",
        ],
    );
    assert!(!answer.out.contains("Where it stands"), "{}", answer.out);
    assert_eq!(places(&answer), []);
}

#[test]
fn in_a_workspace_it_names_lines_that_are_there_and_how_to_see_it() {
    let place = Place::shop();
    let answer = english(&place, &["transactional-outbox"]).succeeded();
    has(
        &answer,
        &[
            "\nWhere it stands in shop\n",
            "\nTo see it\n",
            "microkit lab delivery",
        ],
    );
    let named = places(&answer);
    assert_eq!(named.len(), 5, "{}", answer.out);
    let (first, line) = named[0];
    assert_eq!(first, "services/order-service/src/orders/repository.rs");
    let text = place.read(first);
    let shown = text.lines().nth(line - 1).unwrap();
    assert!(shown.contains("self.outbox.publish("), "{shown}");

    let answer = english(&place, &["api-gateway", "--lang", "es"]).succeeded();
    has(
        &answer,
        &[
            "\nDónde está en shop\n",
            "\nPara verlo\n",
            "curl -s http://127.0.0.1:8000/\n",
        ],
    );
}

#[test]
fn an_edit_moves_the_line_and_a_file_without_it_is_named_alone() {
    let place = Place::shop();
    let path = "crates/chassis/src/client/breaker.rs";
    let line = |answer: &Answer| {
        let named = places(answer);
        named
            .iter()
            .find(|(at, _)| *at == path)
            .map(|(_, line)| *line)
    };
    let before = line(&english(&place, &["circuit-breaker"])).unwrap();
    let text = place.read(path);
    place.write(path, &format!("// one more line\n{text}"));
    let after = line(&english(&place, &["circuit-breaker"])).unwrap();
    assert_eq!(after, before + 1);
    place.write(path, "// all of it is elsewhere now\n");
    let answer = english(&place, &["circuit-breaker"]).succeeded();
    has(
        &answer,
        &[&format!("  {path} (edited: it has no `const FAILURES`)\n")],
    );
    fs::remove_file(place.path(path)).unwrap();
    let answer = english(&place, &["circuit-breaker"]).succeeded();
    has(&answer, &[&format!("  {path} (there is no such file)\n")]);
}

#[test]
fn from_a_folder_below_the_places_lead_there_too() {
    let mut place = Place::shop();
    place.here.push("services/order-service");
    let answer = english(&place, &["timeout"]).succeeded();
    let named = places(&answer);
    assert!(!named.is_empty());
    for (path, _) in named {
        assert!(path.starts_with("../../"), "{path}");
        assert!(place.path(path).is_file(), "{path}");
    }
}

#[test]
fn a_broken_manifest_takes_away_the_places_and_not_the_page() {
    let place = Place::empty();
    place.write("microkit.toml", "[system\n");
    let line = "The manifest of this workspace has mistakes: `microkit check` shows them.\n";
    let answer = english(&place, &["saga"]).succeeded();
    has(&answer, &["saga: ", "\nWhy\n", line]);
    assert!(!answer.out.contains("Where it stands"), "{}", answer.out);
    let spanish = english(&place, &["saga", "--lang", "es"]).succeeded();
    has(&spanish, &["El manifiesto de este workspace tiene errores"]);
    fs::write(place.path("microkit.toml"), b"[system]\nname = \"\xff\"\n").unwrap();
    has(&english(&place, &["saga"]).succeeded(), &["\nWhy\n", line]);
}

#[test]
fn a_code_is_told_with_the_places_where_check_finds_it_now() {
    let place = Place::empty();
    let calls = "calls = [\"b\"]\n\n[services.b]\ncalls = [\"a\", \"c\"]\n";
    place.write(
        "microkit.toml",
        &format!("[system]\nname = \"x\"\n\n[services.a]\n{calls}"),
    );
    let answer = english(&place, &["MK0203"]).succeeded();
    assert_eq!(places(&answer), [("microkit.toml", 8)], "{}", answer.out);
    has(&answer, &["Where `microkit check` finds it here", "`c`"]);
    let other = english(&place, &["MK0602"]).succeeded();
    assert_eq!(places(&other), []);
    has(&other, &["has mistakes"]);

    let calls = calls.replace(", \"c\"", "");
    let valid = format!("[system]\nname = \"x\"\n\n[services.a]\n{calls}");
    place.write("microkit.toml", &valid);
    let answer = english(&place, &["MK0602", "--lang", "es"]).succeeded();
    assert_eq!(places(&answer).len(), 1, "{}", answer.out);
    has(&answer, &["Dónde lo encuentra aquí `microkit check`"]);
    assert!(!answer.out.contains("tiene errores"), "{}", answer.out);
    place.write(
        "microkit.toml",
        &format!("{valid}\n[allow.MK0602]\na = \"for a week\"\n"),
    );
    has(
        &english(&place, &["MK0602"]).succeeded(),
        &["(allowed: for a week)"],
    );
    let without = english(&Place::shop(), &["MK0602"]).succeeded();
    assert!(!without.out.contains("finds it here"), "{}", without.out);
}

#[test]
fn headings_are_bold_on_a_terminal_and_plain_elsewhere() {
    let place = Place::empty();
    for arguments in [&["explain"][..], &["explain", "retry"]] {
        let plain = place.run(arguments).succeeded();
        assert!(!plain.out.contains('\x1b'), "{}", plain.out);
        let mut command = place.command(arguments);
        let forced = Answer::of(command.env("CLICOLOR_FORCE", "1").output().unwrap());
        assert!(forced.out.contains("\x1b[1m"), "{}", forced.out);
    }
}

#[test]
fn nothing_is_written_by_an_explanation() {
    let place = Place::shop();
    let before = place.tree();
    english(&place, &["database-per-service"]).succeeded();
    english(&place, &["MK0206"]).succeeded();
    assert_eq!(place.tree(), before);
    assert!(!Path::new(&place.path("data")).exists());
}

#[test]
fn every_command_that_is_named_is_one() {
    let place = Place::shop();
    let labs = place.run(&["lab", "--lang", "en"]).succeeded().out;
    let all = place.run(&["explain", "--lang", "en"]).succeeded().out;
    let topics = all
        .lines()
        .take_while(|line| !line.starts_with("What `microkit check`"));
    let topics = topics.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let mut named = std::collections::BTreeSet::new();
    for topic in topics {
        let page = place.run(&["explain", topic, "--lang", "en"]).succeeded();
        let lines = page.out.lines().skip_while(|line| *line != "To see it");
        let commands = lines.filter_map(|line| line.strip_prefix("  microkit "));
        named.extend(commands.map(str::to_owned));
    }
    assert!(named.len() > 10, "{named:?}");
    for command in named {
        let words: Vec<&str> = command.split(' ').collect();
        let help = place.run(&[words[0], "--help"]).succeeded().out;
        if let ["lab", name, ..] = words.as_slice() {
            assert!(labs.contains(&format!("  {name} ")), "{command}");
        }
        for option in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(option), "{command}");
        }
    }
}
