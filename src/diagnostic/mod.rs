//! What a mistake in the manifest looks like: its code, its place or places, and the way out.
//!
//! `manifest`, `system` and `judge` make them; `commands` shows them with `render`, or gives them to other programs with
//! `json` and `sarif`. Read `code.rs` for the list of codes.

mod code;
mod json;
mod position;
mod render;
mod sarif;
mod suggest;

use std::ops::Range;
use std::sync::Arc;

pub use code::Code;
pub use json::json;
pub use position::line_of;
pub use render::render;
pub use sarif::sarif;
pub use suggest::nearest;

/// A mistake, or something suspicious, in a manifest or in the code beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    /// A lower-case phrase with names in backticks.
    pub message: String,
    /// The file with the places; none if they are in the manifest.
    pub source: Option<Source>,
    /// The places that matter, the one to change first.
    pub at: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

/// An error stops the command, a warning does not, and a note only asks whether it is meant so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
    Note,
}

/// What is reported to another program: a diagnostic, and the reason if the manifest allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding<'a> {
    pub diagnostic: &'a Diagnostic,
    pub allowed: Option<&'a str>,
}

impl Severity {
    /// `error`, `warning` or `note`: the levels of SARIF too.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A file of the workspace beside the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// From the folder of the manifest on, with `/`.
    pub path: String,
    pub text: Arc<str>,
}

/// A place in the text of the manifest, or of the file that the diagnostic is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// In bytes.
    pub span: Range<usize>,
    /// What is there; may be empty.
    pub text: String,
}

impl Diagnostic {
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            source: None,
            at: Vec::new(),
            help: None,
        }
    }

    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::error(code, message)
        }
    }

    /// Adds a place; the first one is where the mistake is, the others help to understand it.
    #[must_use]
    pub fn at(mut self, span: Range<usize>, text: impl Into<String>) -> Self {
        self.at.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Says that the places are in this file.
    #[must_use]
    pub fn inside(mut self, source: Source) -> Self {
        self.source = Some(source);
        self
    }

    /// Where it stands among others: those about the manifest come first, each file in its own order.
    pub fn order(&self) -> (Option<&str>, usize) {
        let file = self.source.as_ref().map(|source| source.path.as_str());
        let start = self.at.first().map_or(0, |label| label.span.start);
        (file, start)
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the help if there is one and none was set.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = self.help.or(help);
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl Source {
    /// Its path, given that of the manifest.
    pub fn beside(&self, manifest: &str) -> String {
        let end = manifest
            .rfind(is_separator)
            .map_or(0, |separator| separator + 1);
        format!("{}{}", &manifest[..end], self.path)
    }
}

fn is_separator(letter: char) -> bool {
    std::path::is_separator(letter)
}

/// `1 call`, `2 calls`
pub fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// What a user wrote, made fit for a message: in backticks, shortened, with nothing that moves a terminal's cursor.
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.is_empty() {
        return "`\"\"`".to_owned();
    }
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .flat_map(|letter| {
            let (as_is, escape) = match is_invisible(letter) {
                true => (None, Some(letter.escape_unicode())),
                false => (Some(letter), None),
            };
            as_is.into_iter().chain(escape.into_iter().flatten())
        })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

fn is_invisible(letter: char) -> bool {
    let turns_text = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let has_no_width = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{feff}');
    letter.is_control() || turns_text || has_no_width
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn a_number_agrees_with_its_noun() {
        assert_eq!(counted(1, "file"), "1 file");
        assert_eq!(counted(2, "file"), "2 files");
    }
}
