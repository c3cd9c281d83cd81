//! `microkit` without a command: says where one is, and the few commands that make sense there now. Called by `cli.rs`.

use crate::plan;
use crate::system::System;
use crate::workspace::{self, Choices, Mode};

use super::manifest::{self, Loaded};
use super::{Failure, say};
use crate::diagnostic::counted;

/// What can be done next, and what it does.
type Next = (&'static str, String);

/// Looks at the current folder.
///
/// # Errors
/// When the workspace can't be read.
pub fn run() -> Result<(), Failure> {
    let Ok(path) = manifest::locate() else {
        return say(&told(
            "One manifest in, a microservice system in Rust out. There is no workspace here yet.",
            &[
                (
                    "microkit new shop --run",
                    "users, orders and payments, built and started".into(),
                ),
                (
                    "microkit new hello --example hello",
                    "the least that is a system".into(),
                ),
            ],
        ));
    };
    let loaded = match manifest::load(&path) {
        Ok(loaded) => loaded,
        Err(Failure::Manifest(_)) => {
            let head = format!("{} has mistakes.", path.display());
            let next = (
                "microkit check",
                "shows each at its place, with a way out".into(),
            );
            return say(&told(&head, &[next]));
        }
        Err(other) => return Err(other),
    };
    let head = format!(
        "{}: {} behind a gateway on port {}, from {}.",
        loaded.system.name,
        counted(loaded.system.services.len(), "service"),
        loaded.system.gateway.port,
        path.display()
    );
    say(&told(&head, &next(&loaded)?))
}

fn next(loaded: &Loaded) -> Result<Vec<Next>, Failure> {
    let plan = plan::plan(&loaded.system);
    let report = workspace::apply(&plan, loaded.root(), Mode::Check, &Choices::new());
    let url = format!("http://127.0.0.1:{}/docs", loaded.system.gateway.port);
    Ok(match report {
        Ok(report) if report.is_refused() => vec![(
            "microkit generate",
            format!(
                "{} to settle; this says which, and how",
                counted(report.marked.len(), "conflict")
            ),
        )],
        Ok(report) if !report.is_clean() => vec![
            (
                "microkit generate --dry-run",
                "the code is behind the manifest: shows by what".into(),
            ),
            (
                "microkit generate",
                "brings it up to date, and keeps your edits".into(),
            ),
        ],
        Ok(_) => vec![
            (
                "microkit run",
                format!("the whole system, {}: {url}", shape(&loaded.system)),
            ),
            (
                "microkit lab",
                "experiments with it: what a border between services costs, and what it gives"
                    .into(),
            ),
            (
                "microkit explain",
                "the ideas behind it, and where each of them stands in this code".into(),
            ),
        ],
        // An older or newer microkit wrote it, or a run was interrupted: the command has the words for it.
        Err(_) => vec![(
            "microkit generate",
            "brings it up to date, and keeps your edits".into(),
        )],
    })
}

/// As how many processes it runs.
fn shape(system: &System) -> String {
    match (system.extracted().len(), system.together().len()) {
        (0, _) => "in one process".into(),
        (_, 0) => "a process for each service".into(),
        (extracted, _) => format!("with {} apart", counted(extracted, "service")),
    }
}

fn told(head: &str, next: &[Next]) -> String {
    let width = next.iter().map(|(command, _)| command.len()).max();
    let width = width.unwrap_or_default();
    let lines = next
        .iter()
        .map(|(command, what)| format!("  {command:width$}   {what}\n"));
    format!(
        "{head}\n\n{}\n`microkit help` lists all commands.\n",
        lines.collect::<String>()
    )
}
