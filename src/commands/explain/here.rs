//! Where a topic or a code stands in the workspace that the user is in; nothing outside of one.
//!
//! Called by `explain.rs`; `topics/places/` does the looking.

use std::env;
use std::fs;
use std::path::Path;

use super::super::{check, manifest};
use super::section;
use crate::diagnostic::{Code, Diagnostic, Finding, line_of};
use crate::lang::Lang;
use crate::system::System;
use crate::topics::{
    At, Ground, Place, Said, Standing, Subject, Topic, say, standing, title, wrapped,
};

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
    let outcome = check::examine(crate::workspace::MANIFEST, text, root, lang);
    let ground = Ground {
        system: &system,
        document: &document,
        manifest: text,
        read: &|file| fs::read_to_string(root.join(file)).ok(),
        findings: &outcome.findings(),
    };
    let standing = standing(topic, &ground, lang);
    let mut text = section(&where_in(&system, lang), &body(&standing, way, lang));
    let mut lines: Vec<String> = standing
        .commands
        .iter()
        .map(|(command, what)| entry(command, what))
        .collect();
    if !lines.is_empty() && !way.is_empty() {
        let said: Said = [
            "to the folder of the workspace, from which all of these work",
            "a la carpeta del workspace, desde la que funcionan todas estas órdenes",
        ];
        let command = format!("cd {}", way.trim_end_matches('/'));
        lines.insert(0, entry(&command, say(said, lang)));
    }
    let hints = standing.hints.iter();
    lines.extend(hints.map(|hint| format!("\n{}", wrapped(hint, "  "))));
    text.push_str(&to_see_it(&lines.concat(), lang));
    text
}

/// The heading of what is there in this workspace.
fn where_in(system: &System, lang: Lang) -> String {
    let heading: Said = ["Where it stands in", "Dónde está en"];
    format!("{} {}", say(heading, lang), system.name)
}

fn to_see_it(lines: &str, lang: Lang) -> String {
    let heading: Said = ["To see it", "Para verlo"];
    match lines.is_empty() {
        true => String::new(),
        false => section(say(heading, lang), lines.trim_start_matches('\n')),
    }
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

/// What `microkit check` finds of this code now, and the commands to look; with mistakes of other kinds it says that
/// there are some.
fn of_code(code: Code, path: &Path, text: &str, way: &str, lang: Lang) -> String {
    let name = format!("{way}{}", crate::workspace::MANIFEST);
    let outcome = check::examine(&name, text, manifest::root(path), lang);
    let findings = outcome.findings();
    let (found, others): (Vec<&Finding<'_>>, Vec<_>) =
        findings.iter().partition(|one| one.diagnostic.code == code);
    let is_broken = others.iter().any(|one| one.diagnostic.is_error());
    let system = manifest::examine(&name, text).ok();
    let mut told = match (found.is_empty(), &system) {
        (false, _) => {
            let heading: Said = [
                "Where `microkit check` finds it here",
                "Dónde lo encuentra aquí `microkit check`",
            ];
            section(say(heading, lang), &listed(&found, &name, text, lang))
        }
        (true, Some((_, system))) => {
            let none: Said = [
                "`microkit check` finds none here.",
                "`microkit check` no encuentra aquí nada de esto.",
            ];
            section(&where_in(system, lang), &wrapped(say(none, lang), "  "))
        }
        (true, None) => String::new(),
    };
    if is_broken {
        told.push_str(&broken(lang));
    }
    let check: Said = [
        "shows each at its place, with a way out",
        "muestra cada caso en su sitio, con una salida",
    ];
    let mut lines = entry("microkit check", say(check, lang));
    // What only the code shows is in no picture.
    if code.is_remark() && !code.is_of_code() && system.is_some() {
        let graph: Said = [
            "draws who calls and tells whom",
            "dibuja quién llama y avisa a quién",
        ];
        lines.push_str(&entry("microkit graph", say(graph, lang)));
    }
    told.push_str(&to_see_it(&lines, lang));
    told
}

/// The places of what was found.
fn listed(found: &[&Finding<'_>], name: &str, text: &str, lang: Lang) -> String {
    let mut body = String::new();
    for finding in found.iter().take(MOST) {
        let mut what = said_of(finding.diagnostic, lang);
        if let Some(reason) = finding.allowed {
            let allowed: Said = ["allowed:", "permitido:"];
            what = format!("{what} ({} {reason})", say(allowed, lang));
        }
        body.push_str(&entry(&place(finding.diagnostic, name, text), &what));
    }
    if found.len() > MOST {
        body.push_str(&format!("  … {}\n", found.len() - MOST));
    }
    body
}

/// What was found. The message of a mistake is English; in Spanish the title of the page and the names in the message say it.
fn said_of(diagnostic: &Diagnostic, lang: Lang) -> String {
    if lang == Lang::En || diagnostic.code.is_remark() {
        return diagnostic.message.clone();
    }
    let title = title(diagnostic.code.explanation(lang));
    let parts = diagnostic.message.split('`').enumerate();
    // What a parser expected is no name.
    let has_names = diagnostic.code != Code::Syntax;
    let names = parts.filter(|(index, _)| has_names && index % 2 == 1);
    let names: Vec<String> = names.map(|(_, name)| format!("`{name}`")).collect();
    match names.is_empty() {
        true => title.to_owned(),
        false => format!("{title}: {}", names.join(", ")),
    }
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
