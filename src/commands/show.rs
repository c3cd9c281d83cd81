//! Puts what happened into words: the answers of `new` and `generate`. Pure, text comes out.

use std::fmt::Write;
use std::path::Path;

use crate::plan;
use crate::system::System;
use crate::workspace::{Mode, Report};

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
    let files = count(report.created.len(), "file");
    let services = count(system.services.len(), "service");
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
    line(&mut text, format_args!("  less README.md"));
    text
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

/// What `generate` did, or would do.
pub(super) fn outcome(report: &Report, mode: Mode) -> String {
    let mut text = String::new();
    let groups = [
        ("create", &report.created),
        ("update", &report.updated),
        ("delete", &report.deleted),
    ];
    for (word, paths) in groups {
        for path in paths {
            line(&mut text, format_args!("{word}  {path}"));
        }
    }
    for path in &report.released {
        line(
            &mut text,
            format_args!("keep    {path}  (no longer part of the system, but edited: it is yours)"),
        );
    }
    for path in &report.kept {
        line(
            &mut text,
            format_args!("keep    {path}  (edited or deleted by you)"),
        );
    }
    let written = report.created.len() + report.updated.len() + report.deleted.len();
    if written == 0 {
        line(
            &mut text,
            format_args!(
                "up to date: {}",
                count(
                    report.unchanged + report.kept.len() + report.adopted,
                    "file"
                )
            ),
        );
    } else if mode == Mode::Write {
        line(
            &mut text,
            format_args!(
                "changed {}, {} as before",
                count(written, "file"),
                report.unchanged
            ),
        );
        line(
            &mut text,
            format_args!("\nnext:\n  cargo test    # does your code still fit?\n  cargo run"),
        );
    } else {
        line(
            &mut text,
            format_args!(
                "{} to change, {} as before; nothing was written",
                count(written, "file"),
                report.unchanged
            ),
        );
    }
    text
}

/// What `generate --check` found.
pub(super) fn drift(report: &Report) -> String {
    let mut text = String::from("the workspace is not what its manifest says\n");
    text.push_str(&outcome(report, Mode::Check));
    text.push_str("\nrun `microkit generate`, and commit what it writes");
    text
}

/// Which files are in the way, and what to do about them.
pub(super) fn refusal(report: &Report) -> String {
    let files = count(report.standing.len(), "file");
    let mut text = format!("{files} in the way; nothing was written\n");
    for standing in &report.standing {
        line(
            &mut text,
            format_args!("  {}  {}", standing.path, standing.reason),
        );
    }
    text.push_str(
        "\nWhat microkit wrote last is under .microkit/base: put your version of each file aside, restore\n\
         the file from there, run `microkit generate` again, and then put your edits back in.",
    );
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

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn line(text: &mut String, line: std::fmt::Arguments) {
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

    #[test]
    fn a_number_agrees_with_its_noun() {
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(2, "file"), "2 files");
    }
}
