//! Finds and reads the manifest, and takes it through the first two stages. Called by every
//! command that has to do with one; read `manifest/` next for the first stage.

use std::env;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::diagnostic::{self, Diagnostic};
use crate::lang::Lang;
use crate::manifest::{self, Document};
use crate::system::{self, System};
use crate::workspace::MANIFEST;

use super::{Failure, Trouble, warn};

/// Far more than `manifest::parse` accepts: it has the better message, this only ends the reading.
const MAX_BYTES: u64 = 16 << 20;

/// A manifest without mistakes.
#[derive(Debug)]
pub struct Loaded {
    pub path: PathBuf,
    pub text: String,
    pub document: Document,
    pub system: System,
}

impl Loaded {
    /// The folder that the manifest is in.
    pub fn root(&self) -> &Path {
        root(&self.path)
    }

    /// Says on stderr what is no mistake and yet worth a second look.
    pub fn show_warnings(&self) {
        let name = self.path.display().to_string();
        let warnings =
            diagnostic::render(&name, &self.text, self.system.warnings(), true, Lang::En);
        warn(warnings.trim_end());
    }
}

/// The folder that the manifest at `path` is in.
pub fn root(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// The `microkit.toml` of this folder, or of the nearest one above that has one.
///
/// # Errors
/// When there is none.
pub fn locate() -> Result<PathBuf, Failure> {
    let here = env::current_dir().context("can't tell which folder this is")?;
    let found = here
        .ancestors()
        .map(|folder| folder.join(MANIFEST))
        .find(|path| path.is_file());
    found.ok_or_else(|| {
        Failure::Usage(Trouble {
            message: format!("there is no {MANIFEST} in `{}` or above it", here.display()),
            help: "go into a workspace first, or make one with `microkit new NAME`".to_owned(),
        })
    })
}

/// Reads the manifest at `path`.
///
/// # Errors
/// When it can't be read, is no UTF-8, or has mistakes: all of them, at their places.
pub fn load(path: &Path) -> Result<Loaded, Failure> {
    read(path, text(path)?)
}

/// The text of the file at `path`.
///
/// # Errors
/// When it can't be read or is no UTF-8.
pub fn text(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes))
        .with_context(|| format!("can't read `{shown}`"))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        Failure::Usage(Trouble {
            message: format!("`{shown}` is not UTF-8: line {line} holds a byte that is no text"),
            help: "save the file as UTF-8".to_owned(),
        })
    })
}

/// Takes the text of a manifest through the first two stages; `name` only names it.
///
/// # Errors
/// When it has mistakes: all of them, at their places.
pub fn examine(name: &str, text: &str) -> Result<(Document, System), Vec<Diagnostic>> {
    let document = manifest::parse(name, text)?;
    let system = system::validate(&document)?;
    Ok((document, system))
}

/// Takes the text of a manifest through the first two stages; `path` is only named.
///
/// # Errors
/// When it has mistakes: all of them, at their places.
pub fn read(path: &Path, text: String) -> Result<Loaded, Failure> {
    let name = path.display().to_string();
    let (document, system) = examine(&name, &text).map_err(|mistakes| {
        Failure::Manifest(diagnostic::render(&name, &text, &mistakes, true, Lang::En))
    })?;
    Ok(Loaded {
        path: path.to_path_buf(),
        text,
        document,
        system,
    })
}
