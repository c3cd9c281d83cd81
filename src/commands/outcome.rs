//! Puts into words what came of bringing a workspace up to date, and what is left to the user.
//! Pure, text comes out; called by `generate.rs` and whatever ends in a run of it.

use diffy::{DiffOptions, PatchFormatter};

use crate::workspace::{Mode, Preview, Report};

use super::show::line;
use crate::diagnostic::counted;

/// What to do after the code has changed.
pub(super) const TRY_THE_CODE: &str = "\
next:
  cargo test    # does your code still fit?
  cargo run
";

/// What was done, or would be done; `next` is said if anything was written.
pub(super) fn outcome(report: &Report, mode: Mode, next: &str) -> String {
    let mut text = String::new();
    let groups = [
        ("create", &report.created),
        ("update", &report.updated),
        ("move  ", &report.moved),
        ("merge ", &report.merged),
        ("delete", &report.deleted),
    ];
    for (word, paths) in groups {
        for path in paths {
            line(&mut text, format_args!("{word}  {path}"));
        }
    }
    for suspect in &report.suspects {
        line(
            &mut text,
            format_args!("merge   {}  (look at it)", suspect.path),
        );
    }
    for path in &report.conflicts {
        line(&mut text, format_args!("merge   {path}  (with conflicts)"));
    }
    for path in &report.released {
        line(
            &mut text,
            format_args!("keep    {path}  (no longer part of the system, but edited: it is yours)"),
        );
    }
    // In a system that is kept for years these are most of its files, and nothing happens to them.
    if mode == Mode::DryRun {
        for path in &report.kept {
            line(
                &mut text,
                format_args!("keep    {path}  (edited or deleted by you)"),
            );
        }
    }
    text.push_str(&summary(report, mode, next));
    text.push_str(&changed_tables(report));
    text
}

/// A database that is there already does not follow when the code of its first step changes.
fn changed_tables(report: &Report) -> String {
    let mut text = String::new();
    for path in report.updated.iter().chain(&report.merged) {
        let mut folders = path.split('/');
        let (Some("services"), Some(service), Some("migration.rs")) =
            (folders.next(), folders.next(), path.rsplit('/').next())
        else {
            continue;
        };
        line(
            &mut text,
            format_args!(
                "\nnote: {path} makes another table than before, and the service\n  \
                 does not start with a database that the old one made. As long as its data is worth nothing, delete\n  \
                 data/{service}.db; otherwise undo the change to that file and append a step to migrations.rs."
            ),
        );
    }
    text
}

/// The last lines: how much of everything, and what to do next.
fn summary(report: &Report, mode: Mode, next: &str) -> String {
    let mut text = String::new();
    let as_before = report.unchanged + report.adopted;
    if report.written() == 0 && !report.needs_the_user() {
        let files = counted(as_before + report.kept.len(), "file");
        line(&mut text, format_args!("up to date: {files}"));
        return text;
    }
    let counts = [
        (report.created.len(), "created"),
        (report.updated.len(), "updated"),
        (report.moved.len(), "moved"),
        (report.merged.len() + report.suspects.len(), "merged"),
        (report.deleted.len(), "deleted"),
        (
            report.kept.len() + report.released.len(),
            "kept as you left them",
        ),
        (
            report.conflicts.len() + report.standing.len(),
            "in conflict",
        ),
        (as_before, "as before"),
    ];
    let counts = counts.iter().filter(|(number, _)| *number > 0);
    let counts: Vec<String> = counts
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    let counts = counts.join(", ");
    match mode {
        Mode::Write if report.needs_the_user() => line(&mut text, format_args!("{counts}")),
        Mode::Write if next.is_empty() => line(&mut text, format_args!("{counts}")),
        Mode::Write => text.push_str(&format!("{counts}\n\n{next}")),
        Mode::Check | Mode::DryRun => {
            line(&mut text, format_args!("{counts}; nothing was written"));
        }
    }
    text
}

/// What `--check` found, and the command that mends it.
pub(super) fn drift(report: &Report, command: &str) -> String {
    if report.is_unknown_to_base() {
        let files = counted(report.adopted, "file");
        return format!(
            "`.microkit/` does not know {files} that are as the manifest says: it was lost, or not committed whole\n\n\
             run `{command}`, and commit `.microkit/`"
        );
    }
    let mut text = String::from("the workspace is not what its manifest says\n");
    text.push_str(&outcome(report, Mode::Check, ""));
    text.push_str(&format!("\nrun `{command}`, and commit what it writes"));
    text
}

/// What only the user can settle, and how.
pub(super) fn left_to_the_user(report: &Report) -> String {
    let mut text = String::new();
    if report.is_refused() {
        let files = counted(report.marked.len(), "file");
        line(
            &mut text,
            format_args!("{files} with conflicts of an earlier run; nothing was written"),
        );
        for path in &report.marked {
            line(&mut text, format_args!("  {path}"));
        }
        text.push_str(HOW_TO_SETTLE);
        return text;
    }
    let left = report.conflicts.len() + report.standing.len() + report.suspects.len();
    line(
        &mut text,
        format_args!("{} to look at", counted(left, "file")),
    );
    for path in &report.conflicts {
        line(
            &mut text,
            format_args!("  {path}  was changed by you and by microkit in the same place"),
        );
    }
    for standing in report.suspects.iter().chain(&report.standing) {
        line(
            &mut text,
            format_args!("  {}  {}", standing.path, standing.reason),
        );
    }
    if !report.conflicts.is_empty() {
        text.push_str(HOW_TO_SETTLE);
    }
    if !report.standing.is_empty() {
        text.push_str(
            "\nWhat is in the way was left as it is. Move it, or say whose is to stay:\n  \
             microkit generate --ours PATH     # yours\n  \
             microkit generate --theirs PATH   # microkit's; yours is gone then\n",
        );
    }
    text
}

const HOW_TO_SETTLE: &str = "
Between <<<<<<< ours and ======= is your text, down to >>>>>>> theirs microkit's. Edit the file so that
none of these lines is left, or let one side have it all:
  microkit generate --ours PATH     # yours
  microkit generate --theirs PATH   # microkit's
";

/// What would change in the files, as a patch.
pub(super) fn differences(previews: &[Preview]) -> String {
    let formatter = PatchFormatter::new()
        .missing_newline_message(true)
        .with_color();
    let mut text = String::new();
    for preview in previews {
        let path = &preview.path;
        let name = |side: &str, text: &Option<Vec<u8>>| match text {
            Some(_) => format!("{side}/{path}"),
            None => "/dev/null".to_owned(),
        };
        let (before, after) = (name("a", &preview.before), name("b", &preview.after));
        let [old, new] = [&preview.before, &preview.after]
            .map(|text| std::str::from_utf8(text.as_deref().unwrap_or_default()));
        let (Ok(old), Ok(new)) = (old, new) else {
            line(
                &mut text,
                format_args!("binary files {before} and {after} differ"),
            );
            continue;
        };
        let mut options = DiffOptions::new();
        options
            .set_original_filename(before)
            .set_modified_filename(after);
        let patch = options.create_patch(old, new);
        text.push_str(&formatter.fmt_patch(&patch).to_string());
    }
    text
}
