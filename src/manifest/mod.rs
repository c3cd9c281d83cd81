//! Stage one: text becomes a `Document`, the manifest as written with the place of every key and value.
//!
//! `commands` calls `parse`; `system::validate` takes the document from here. Read `types.rs` for what may be
//! written, then `tree.rs` and `read.rs` for how it is read.

mod read;
mod schema;
mod syntax;
mod tree;
mod types;

use std::collections::BTreeSet;
use std::ops::Range;

pub use schema::json_schema;
pub use types::{
    Bound, ComposeTable, DatabaseName, FieldEntry, FieldTable, GatewayTable, Manifest,
    PostgresServers, ResourceTable, Scalar, ServiceTable, SystemTable, TypeName,
};

use crate::diagnostic::{Code, Diagnostic};
use tree::Node;

/// The largest manifest, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// A manifest as written, and where everything in it is.
#[derive(Debug, Clone)]
pub struct Document {
    manifest: Manifest,
    root: Node,
    text: String,
    mistakes: Vec<Diagnostic>,
    spoiled: BTreeSet<usize>,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `[a.b]`
    Header,
    /// `a.b = { … }`
    Inline,
    /// `a.b.c = …`, or as a part of another one's header.
    Dotted,
}

/// Reads a manifest; `path` only names it in messages.
///
/// What is TOML but not a manifest, an unknown key say, is kept for `validate`, so that it is shown
/// together with the mistakes found there.
///
/// # Errors
/// When the text is not TOML, with everything that is wrong about it.
pub fn parse(path: &str, text: &str) -> Result<Document, Vec<Diagnostic>> {
    if text.len() > MAX_BYTES {
        let message = format!(
            "`{path}` is {} bytes long, at most {MAX_BYTES} are read",
            text.len()
        );
        let mistake = Diagnostic::error(Code::LargeFile, message)
            .at(0..0, "")
            .help("split the system in two");
        return Err(vec![mistake]);
    }
    let root = syntax::tree(text)?;
    let outcome = read::manifest(&root, text.len());
    Ok(Document {
        manifest: outcome.manifest,
        root,
        text: text.to_owned(),
        mistakes: outcome.mistakes,
        spoiled: outcome.spoiled,
    })
}

impl Document {
    /// The manifest as written. What could not be read is left out of it.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What was wrong with single keys and values; `validate` reports it together with its own.
    pub(crate) fn mistakes(&self) -> &[Diagnostic] {
        &self.mistakes
    }

    /// Whether the value at this path was wrong and was left out: nothing should be concluded from its absence.
    pub(crate) fn is_spoiled(&self, path: &[&str]) -> bool {
        self.root
            .entry(path)
            .is_some_and(|entry| self.spoiled.contains(&entry.key.start))
    }

    /// Whether there is such a key, right or wrong.
    pub fn contains(&self, path: &[&str]) -> bool {
        self.root.entry(path).is_some()
    }

    /// How the table at this path is written, if it is there.
    pub fn form(&self, path: &[&str]) -> Option<Form> {
        let key = &self.root.entry(path)?.key;
        let line = self.text[..key.start].lines().next_back().unwrap_or("");
        let is_in_header = line.trim_start().starts_with('[');
        let behind = self.text[key.end..].trim_start_matches([' ', '\t']);
        Some(match behind.bytes().next() {
            Some(b']') if is_in_header => Form::Header,
            Some(b'=') => Form::Inline,
            _ => Form::Dotted,
        })
    }

    /// Where the key at this path is, or the nearest one above it.
    pub fn key_span(&self, path: &[&str]) -> Range<usize> {
        (1..=path.len())
            .rev()
            .find_map(|length| self.root.entry(&path[..length]))
            .map_or(self.end(), |entry| entry.key.clone())
    }

    /// Where the value at this path is; parts of an array are named by their index. A whole table has no place of its
    /// own, it is shown by its key.
    pub fn value_span(&self, path: &[&str]) -> Range<usize> {
        match self.root.find(path) {
            Some(node) if !node.is_table() => node.span.clone(),
            _ => self.key_span(path),
        }
    }

    fn end(&self) -> Range<usize> {
        self.text.len()..self.text.len()
    }
}
