//! Three texts of one file become one: *base* (what microkit wrote last), *ours* (what the user
//! made of it) and *theirs* (what microkit would write today). Pure; called by `decide.rs`.
//! Read next: `merge/text.rs` (any file), `merge/toml.rs` and `merge/lock.rs` (by structure).

mod lock;
mod markers;
mod text;
mod toml;

use crate::rust::with_room;

pub use markers::Side;
pub(super) use markers::{marked, settle};

/// What came of a merge.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Merged {
    pub text: Vec<u8>,
    pub state: State,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    Clean,
    /// Both changed the same place; the text has markers around each of them.
    Conflict,
    /// The two fit together as texts, but the result is not what its ending promises; why.
    Suspect(String),
}

/// Merges the file at `path`; `None` where one of the texts is no text.
pub(super) fn merge(path: &str, base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Merged> {
    let [base, ours, theirs] = [base, ours, theirs].map(|text| std::str::from_utf8(text).ok());
    let (base, ours, theirs) = (base?, ours?, theirs?);
    // An editor on Windows may have changed every line end, which is no change to any line.
    let crlf = ours.contains("\r\n") && !ours.replace("\r\n", "").contains('\n');
    let plain = if crlf {
        ours.replace("\r\n", "\n")
    } else {
        ours.to_owned()
    };
    let (merged, conflict) = lines(path, base, &plain, theirs);
    let state = match (conflict, complaint(path, &merged)) {
        (true, _) => State::Conflict,
        // What the user had broken already is not the merge's doing.
        (false, Some(why)) if complaint(path, &plain).is_none() => State::Suspect(why),
        _ => State::Clean,
    };
    let merged = if crlf {
        merged.replace('\n', "\r\n")
    } else {
        merged
    };
    Some(Merged {
        text: merged.into_bytes(),
        state,
    })
}

/// The merged text, and whether it has conflicts in it.
fn lines(path: &str, base: &str, ours: &str, theirs: &str) -> (String, bool) {
    if ours == base {
        return (theirs.to_owned(), false);
    }
    let by_structure = match file_name(path) {
        "Cargo.toml" => toml::merge(base, ours, theirs),
        "Cargo.lock" => lock::merge(base, ours, theirs),
        _ => None,
    };
    match by_structure {
        Some(merged) => (merged, false),
        None => text::merge(base, ours, theirs),
    }
}

/// Why the text can't be what the name of its file says.
fn complaint(path: &str, text: &str) -> Option<String> {
    match file_name(path).rsplit_once('.')?.1 {
        "rs" => with_room(text, |text| {
            let error = syn::parse_file(text).err()?;
            let line = error.span().start().line;
            Some(format!("line {line} is no Rust any more: {error}"))
        })
        .flatten(),
        "toml" | "lock" => {
            let error = text.parse::<toml_edit::DocumentMut>().err()?;
            Some(format!("it is no TOML any more: {}", error.message()))
        }
        _ => None,
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(test)]
mod tests;
