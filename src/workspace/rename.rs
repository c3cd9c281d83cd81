//! A service gets another name: its files move with the user's edits, and whoever mentions it
//! follows. Works as `decide.rs` does, on texts in which the name is already the new one, so that
//! only what a renamed template says otherwise is left to merge. Called by `apply`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::case::{sentence, snake, upper_camel, upper_snake};
use crate::plan::Plan;

use super::decide::{Change, Decision, Step, Verdict, bases, planned};
use super::ground::{Found, Ground};
use super::layout::Layout;
use super::merge::State;
use super::report::Standing;

/// The two names of a service, in kebab case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renaming {
    pub old: String,
    pub new: String,
}

/// Where the user may have written code that mentions a service.
const CODE: [&str; 4] = ["crates", "gateway", "monolith", "services"];

impl Renaming {
    /// Where the file at `path` belongs afterwards.
    fn path(&self, path: &str) -> String {
        let folder = format!("services/{}/", self.old);
        let path = match path.strip_prefix(&folder) {
            Some(rest) => format!("services/{}/{rest}", self.new),
            None => path.to_owned(),
        };
        let own_module = format!("/clients/{}.rs", snake(&self.old));
        match path.strip_suffix(&own_module) {
            Some(before) => format!("{before}/clients/{}.rs", snake(&self.new)),
            None => path,
        }
    }

    /// The text with the new name in the place of the old one, wherever that stands for itself.
    ///
    /// A name of one word is left alone: it may be that of a resource as well.
    fn text(&self, text: &[u8]) -> Vec<u8> {
        let Some(text) = std::str::from_utf8(text)
            .ok()
            .filter(|_| self.old.contains('-'))
        else {
            return text.to_vec();
        };
        // The last is how messages to clients begin.
        let forms: [fn(&str) -> String; 5] =
            [str::to_owned, snake, upper_snake, upper_camel, sentence];
        let renamed = forms.iter().fold(text.to_owned(), |text, form| {
            replace_words(&text, &form(&self.old), &form(&self.new))
        });
        renamed.into_bytes()
    }
}

/// Replaces `old` where neither a letter nor a digit is beside it; `_` may follow, as in
/// `ORDER_SERVICE_URL`.
fn replace_words(text: &str, old: &str, new: &str) -> String {
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(old) {
        let (before, found) = rest.split_at(at);
        let after = &found[old.len()..];
        let previous = before.chars().next_back().or(replaced.chars().next_back());
        let stands_alone = !previous
            .is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-')
            && !after.starts_with(|letter: char| letter.is_alphanumeric() || letter == '-');
        replaced.push_str(before);
        replaced.push_str(if stands_alone { new } else { old });
        rest = after;
    }
    replaced + rest
}

/// Compares every file with the plan of the renamed system.
pub(super) fn decide<'plan>(
    plan: &'plan Plan,
    root: &Path,
    renaming: &Renaming,
) -> anyhow::Result<Decision<'plan>> {
    let layout = Layout::new(root);
    let mut ground = Ground::new(root)?;
    let mut decision = Decision::default();
    // Every file that is there or that microkit wrote, by where it belongs afterwards.
    let mut origins: BTreeMap<String, String> = BTreeMap::new();
    for path in bases(&layout)?.into_iter().chain(code(root)?) {
        let place = renaming.path(&path);
        if let Some(other) = origins.insert(place.clone(), path.clone())
            && other != path
        {
            bail!("`{other}` and `{path}` would both become `{place}`: move one of them first");
        }
    }
    for (path, new) in plan.files() {
        let origin = origins.remove(path).unwrap_or_else(|| path.to_owned());
        let base = fs::read(layout.base.join(&origin)).ok();
        let base = base.map(|base| renaming.text(&base));
        let disk = ground.look(&origin)?;
        let (seen, renamed) = match disk {
            Found::File { text, readonly } => {
                let renamed = renaming.text(&text);
                (
                    Some(text),
                    Found::File {
                        text: renamed,
                        readonly,
                    },
                )
            }
            other => (None, other),
        };
        let verdict = planned(path, base.as_deref(), &renamed, new, None);
        let file = File {
            path,
            origin,
            seen,
            renamed,
            new,
        };
        take(&mut decision, file, verdict);
    }
    for (path, origin) in origins {
        let seen = match ground.look(&origin)? {
            Found::File { text, .. } => text,
            _ => continue,
        };
        let text = renaming.text(&seen);
        let moves = path != origin;
        if !moves && text == seen {
            continue;
        }
        decision.changes.push(Change {
            path: Cow::Owned(path.clone()),
            origin: Some(origin.clone()),
            step: Step::Place,
            text: Cow::Owned(text),
            base: &[],
            seen: (!moves).then(|| seen.clone()),
        });
        match moves {
            true => move_away(&mut decision, origin, &path, Some(seen)),
            false => decision.report.merged.push(path),
        }
    }
    Ok(decision)
}

/// A file of the plan.
struct File<'plan> {
    path: &'plan str,
    /// Where it is now.
    origin: String,
    /// What it holds now.
    seen: Option<Vec<u8>>,
    /// The same under the new name.
    renamed: Found,
    new: &'plan [u8],
}

fn take<'plan>(decision: &mut Decision<'plan>, file: File<'plan>, verdict: Verdict) {
    let path = file.path.to_owned();
    let report = &mut decision.report;
    let renamed = match file.renamed {
        Found::File { text, .. } => Some(text),
        _ => None,
    };
    let moves = path != file.origin;
    let text = match verdict {
        Verdict::Stand(reason) => return report.standing.push(Standing { path, reason }),
        Verdict::Marked => return report.marked.push(path),
        Verdict::Unchanged | Verdict::Keep | Verdict::Adopt => renamed,
        Verdict::StayDeleted | Verdict::Delete | Verdict::Forget => None,
        Verdict::Write => Some(file.new.to_vec()),
        Verdict::Merge(merged) => {
            match merged.state {
                State::Clean => report.merged.push(path.clone()),
                State::Conflict => report.conflicts.push(path.clone()),
                State::Suspect(reason) => report.suspects.push(Standing {
                    path: path.clone(),
                    reason,
                }),
            }
            Some(merged.text)
        }
    };
    match (&text, &file.seen) {
        (Some(_), None) => report.created.push(path.clone()),
        (Some(text), Some(seen)) if !moves && text == seen => report.unchanged += 1,
        (Some(_), Some(_)) if !moves && !report.merged.contains(&path) => {
            report.updated.push(path.clone());
        }
        (Some(_), Some(_)) => {}
        (None, _) => report.kept.push(path.clone()),
    }
    let step = match &text {
        Some(text) if moves || Some(text) != file.seen.as_ref() => Step::Merge,
        _ => Step::Adopt,
    };
    let origin = file.seen.is_some().then(|| file.origin.clone());
    if moves {
        move_away(decision, file.origin, &path, file.seen.clone());
    }
    decision.changes.push(Change {
        path: Cow::Borrowed(file.path),
        origin,
        step,
        text: Cow::Owned(text.unwrap_or_default()),
        base: file.new,
        seen: file.seen.filter(|_| !moves),
    });
}

/// Takes the file from where it was, or only its base if it is not there.
fn move_away(decision: &mut Decision, origin: String, path: &str, seen: Option<Vec<u8>>) {
    let step = match seen {
        Some(_) => {
            decision.report.moved.push(format!("{origin} -> {path}"));
            Step::Remove
        }
        None => Step::Forget,
    };
    decision.changes.push(Change {
        path: Cow::Owned(origin),
        origin: None,
        step,
        text: Cow::Borrowed(&[]),
        base: &[],
        seen,
    });
}

/// The files of the user's code, by their paths from the root on.
fn code(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    for folder in CODE {
        walk(root, folder, &mut files)?;
    }
    Ok(files)
}

fn walk(root: &Path, folder: &str, files: &mut Vec<String>) -> anyhow::Result<()> {
    let full = root.join(folder);
    let Ok(entries) = fs::read_dir(&full) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry.with_context(|| format!("can't read `{}`", full.display()))?;
        let (kind, name) = (entry.file_type()?, entry.file_name());
        let Some(name) = name
            .to_str()
            .filter(|name| *name != "target" && !name.contains('\n'))
        else {
            continue;
        };
        let path = format!("{folder}/{name}");
        if kind.is_dir() {
            walk(root, &path, files)?;
        } else if kind.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renaming() -> Renaming {
        Renaming {
            old: "order-service".to_owned(),
            new: "sales".to_owned(),
        }
    }

    #[test]
    fn a_name_is_replaced_in_all_its_forms_and_nowhere_else() {
        let text = "order-service order_service::x ORDER_SERVICE_URL OrderService: Order service! reorder-service order-services";
        let renamed = String::from_utf8(renaming().text(text.as_bytes())).unwrap();
        assert_eq!(
            renamed,
            "sales sales::x SALES_URL Sales: Sales! reorder-service order-services"
        );
    }

    #[test]
    fn files_move_with_the_service() {
        let path = |path: &str| renaming().path(path);
        assert_eq!(
            path("services/order-service/src/lib.rs"),
            "services/sales/src/lib.rs"
        );
        assert_eq!(
            path("services/payment-service/src/clients/order_service.rs"),
            "services/payment-service/src/clients/sales.rs"
        );
        assert_eq!(
            path("services/order-service-2/a"),
            "services/order-service-2/a"
        );
    }
}
