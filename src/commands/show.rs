//! Puts into words what `new` did and what there is to try. Pure, text comes out. What `generate`
//! did is in `outcome.rs`.

use std::fmt::Write;
use std::path::Path;

use crate::diagnostic::counted;
use crate::plan::{self, Container, Deployment};
use crate::system::System;
use crate::workspace::Report;

/// The files that a dry run of `new` lists, with their sizes.
pub(super) fn listing(files: &[(&str, usize)]) -> String {
    let mut text = String::new();
    let width = files.iter().map(|(path, _)| path.len()).max().unwrap_or(0);
    for (path, size) in files {
        line(&mut text, format_args!("{path:width$} {size:>8}"));
    }
    let bytes: usize = files.iter().map(|(_, size)| size).sum();
    line(
        &mut text,
        format_args!("{} files, {bytes} bytes; nothing was written", files.len()),
    );
    text
}

/// What `new` wrote, and what to do next.
pub(super) fn created(folder: &Path, report: &Report, system: &System, runs: bool) -> String {
    let mut text = String::new();
    let folder = folder.display().to_string();
    let files = counted(report.created.len(), "file");
    let services = counted(system.services.len(), "service");
    line(
        &mut text,
        format_args!("created {folder}: {files}, {services} and a gateway"),
    );
    if runs {
        return text;
    }
    line(&mut text, format_args!("\nnext:"));
    line(&mut text, format_args!("  cd {}", quote(&folder)));
    line(
        &mut text,
        format_args!(
            "  cargo run     # every service in one process, on {}",
            url(system)
        ),
    );
    if let Some(curl) = plan::tryout(system).first() {
        line(&mut text, format_args!("  {curl}"));
    }
    line(
        &mut text,
        format_args!("  less README.md   # also: each service in a container, on real servers"),
    );
    text
}

/// What the system takes on Docker, and what to do next.
pub(super) fn on_docker(deployment: &Deployment) -> String {
    let mut text = String::new();
    let observers = deployment.observers.iter().map(|one| one.mebibytes).sum();
    line(
        &mut text,
        format_args!(
            "\n{} with at most {} of memory; the profile observability adds {} with {}",
            counted(deployment.containers.len(), "container"),
            mebibytes(deployment.mebibytes()),
            deployment.observers.len(),
            mebibytes(observers)
        ),
    );
    for (kind, containers, each) in kinds(&deployment.containers) {
        line(
            &mut text,
            format_args!("  {:>3} x {:>8}  {kind}", containers, mebibytes(each)),
        );
    }
    text.push_str("\nnext:\n  microkit doctor                     # is this machine fit for it?\n");
    text.push_str("  docker compose up --build --wait\n");
    text
}

/// The memory of containers that have as much as each other, in one line.
fn kinds(containers: &[Container]) -> Vec<(String, usize, usize)> {
    let mut kinds: Vec<(String, usize, usize)> = Vec::new();
    for container in containers {
        match kinds
            .iter_mut()
            .find(|(_, _, each)| *each == container.mebibytes)
        {
            Some((names, number, _)) => {
                *number += 1;
                match *number {
                    2..=4 => names.push_str(&format!(", {}", container.name)),
                    5 => names.push_str(", …"),
                    _ => {}
                }
            }
            None => kinds.push((container.name.clone(), 1, container.mebibytes)),
        }
    }
    kinds
}

/// An amount of memory, given in MiB.
pub(super) fn mebibytes(number: usize) -> String {
    match number {
        0..1024 => format!("{number} MiB"),
        _ => format!("{:.1} GiB", number as f64 / 1024.0),
    }
}

/// What to do with a system that is up.
pub(super) fn ready(system: &System) -> String {
    let url = url(system);
    let mut text = String::new();
    line(
        &mut text,
        format_args!("\n{} is ready (ctrl-c ends it):", system.name),
    );
    line(
        &mut text,
        format_args!("  {url}/docs           the API, to read and to try"),
    );
    line(
        &mut text,
        format_args!("  {url}/health/ready   whether it is ready\n"),
    );
    for curl in plan::tryout(system) {
        line(&mut text, format_args!("  {curl}"));
    }
    text
}

fn url(system: &System) -> String {
    format!("http://127.0.0.1:{}", system.gateway.port)
}

/// A path as a shell takes it.
fn quote(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+@:".contains(c);
    let text = if path.starts_with('-') {
        format!("./{path}")
    } else {
        path.to_owned()
    };
    if text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

pub(super) fn line(text: &mut String, line: std::fmt::Arguments) {
    writeln!(text, "{line}").expect("writing to a string never fails");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_for_the_shell_only_where_it_has_to_be() {
        assert_eq!(quote("../shop-2"), "../shop-2");
        assert_eq!(quote("my shop"), "'my shop'");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote("-shop"), "./-shop");
    }
}
