//! Where a topic or a code stands in the workspace that the user is in; nothing outside of one.
//!
//! Called by `explain.rs`; `topics/places/` does the looking.

use std::env;
use std::fs;
use std::path::Path;

use super::super::{check, manifest};
use super::section;
use crate::diagnostic::{Code, Diagnostic, line_of};
use crate::lang::Lang;
use crate::topics::{At, Ground, Place, Said, Standing, Subject, Topic, say, standing, wrapped};

/// How many findings of one code are told.
const MOST: usize = 10;

/// The part of the page that is about this workspace. A manifest that can't be read is no reason not to explain.
pub(super) fn told(subject: Subject, lang: Lang) -> String {
    let Ok(path) = manifest::locate() else {
        return String::new();
    };
    let way = way_to(manifest::root(&path));
    let Ok(text) = manifest::text(&path) else {
        return broken(lang);
    };
    match subject {
        Subject::Topic(topic) => of_topic(topic, &path, &text, &way, lang),
        Subject::Code(code) => of_code(code, &path, &text, &way, lang),
    }
}

fn of_topic(topic: Topic, path: &Path, text: &str, way: &str, lang: Lang) -> String {
    let Ok((document, system)) = manifest::examine(&path.display().to_string(), text) else {
        return broken(lang);
    };
    let root = manifest::root(path);
    let ground = Ground {
        system: &system,
        document: &document,
        manifest: text,
        read: &|file| fs::read_to_string(root.join(file)).ok(),
    };
    let standing = standing(topic, &ground, lang);
    let heading: Said = ["Where it stands in", "Dónde está en"];
    let heading = format!("{} {}", say(heading, lang), system.name);
    let mut text = section(&heading, &body(&standing, way, lang));
    if !standing.commands.is_empty() {
        let heading: Said = ["To see it", "Para verlo"];
        let lines = standing
            .commands
            .iter()
            .map(|(command, what)| entry(command, what));
        text.push_str(&section(say(heading, lang), &lines.collect::<String>()));
        let asks = |(command, _): &(String, _)| command.starts_with("curl");
        if standing.commands.iter().any(asks) {
            let said: Said = [
                "`curl` asks the running system: `cargo run` starts it.",
                "`curl` pregunta al sistema en marcha: `cargo run` lo arranca.",
            ];
            text.push_str(&format!("\n{}", wrapped(say(said, lang), "  ")));
        }
    }
    text
}

fn body(standing: &Standing, way: &str, lang: Lang) -> String {
    let notes = standing.notes.iter().map(|note| wrapped(note, "  "));
    let places = standing.places.iter();
    let places = places.map(|place| entry(&shown(place, way, lang), &place.says));
    let parts: [String; 2] = [notes.collect::<Vec<_>>().join("\n"), places.collect()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

/// `../services/user-service/src/lib.rs:17`
fn shown(place: &Place, way: &str, lang: Lang) -> String {
    let path = format!("{way}{}", place.path);
    let missing: Said = ["there is no such file", "no existe ese archivo"];
    match place.at {
        At::Line(line) => format!("{path}:{line}"),
        At::File => {
            let edited: Said = ["edited: it has no", "editado: no tiene"];
            format!("{path} ({} `{}`)", say(edited, lang), place.anchor.trim())
        }
        At::Missing => format!("{path} ({})", say(missing, lang)),
    }
}

/// What `microkit check` finds of this code now; with mistakes of other kinds it says that there are some.
fn of_code(code: Code, path: &Path, text: &str, way: &str, lang: Lang) -> String {
    let name = format!("{way}{}", crate::workspace::MANIFEST);
    let outcome = check::examine(&name, text, manifest::root(path));
    let findings = outcome.findings();
    let found: Vec<_> = findings
        .iter()
        .filter(|one| one.diagnostic.code == code)
        .collect();
    let mut body = String::new();
    for finding in found.iter().take(MOST) {
        let allowed: Said = ["allowed:", "permitido:"];
        let what = match finding.allowed {
            Some(reason) => format!(
                "{} ({} {reason})",
                finding.diagnostic.message,
                say(allowed, lang)
            ),
            None => finding.diagnostic.message.clone(),
        };
        body.push_str(&entry(&place(finding.diagnostic, &name, text), &what));
    }
    if found.len() > MOST {
        body.push_str(&format!("  … {}\n", found.len() - MOST));
    }
    let heading: Said = [
        "Where `microkit check` finds it here",
        "Dónde lo encuentra aquí `microkit check`",
    ];
    let mut told = match found.is_empty() {
        true => String::new(),
        false => section(say(heading, lang), &body),
    };
    let is_other_mistake = |one: &&crate::diagnostic::Finding<'_>| {
        one.diagnostic.is_error() && one.diagnostic.code != code
    };
    if findings.iter().any(|one| is_other_mistake(&one)) {
        told.push_str(&broken(lang));
    }
    told
}

fn place(diagnostic: &Diagnostic, name: &str, text: &str) -> String {
    let (name, text) = match &diagnostic.source {
        None => (name.to_owned(), text),
        Some(source) => (source.beside(name), &*source.text),
    };
    match diagnostic.at.first() {
        Some(label) => format!("{name}:{}", line_of(text, label.span.start)),
        None => name,
    }
}

fn broken(lang: Lang) -> String {
    let said: Said = [
        "The manifest of this workspace has mistakes: `microkit check` shows them.",
        "El manifiesto de este workspace tiene errores: `microkit check` los muestra.",
    ];
    format!("\n{}", wrapped(say(said, lang), ""))
}

/// What is to be copied, and below it what it is.
fn entry(what: &str, says: &str) -> String {
    format!("  {what}\n{}", wrapped(says, "      "))
}

/// The way from the current folder up to the root of the workspace: `../../`, or nothing.
fn way_to(root: &Path) -> String {
    let here = env::current_dir().ok();
    let below = here
        .as_deref()
        .and_then(|here| here.strip_prefix(root).ok());
    "../".repeat(below.map_or(0, |below| below.components().count()))
}
