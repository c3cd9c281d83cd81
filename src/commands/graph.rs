//! `microkit graph`: draws the system, alone or compared with what it was. Called by `cli.rs`.
//!
//! Read `graph/` next for the pictures, `graph/history.rs` here for what git knows.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::diagnostic::quoted;
use crate::graph::{self, Graph};
use crate::lang::Lang;

use super::manifest::{self, Loaded};
use super::{Failure, Trouble, language, say, warn};

mod history;

/// Draw the system
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Services with their databases, calls (solid arrows) and events (dashed ones), inside the border of
the one process that the modular monolith is. The picture goes to stdout; with --diff a list of
the changes goes to stderr.

Examples:
  microkit graph                             # Mermaid, for a page on GitHub
  microkit graph --format svg > system.svg   # a picture, drawn without any other program
  microkit graph --format dot | dot -Tpdf > system.pdf
  microkit graph --diff main --format svg > change.svg
  microkit graph --diff ../old/microkit.toml")]
pub struct Args {
    /// The manifest; without this the microkit.toml of this folder or the nearest above
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Mermaid)]
    format: Format,
    /// Mark what came and what went since this git revision, or against another manifest
    #[arg(long, value_name = "REV-OR-FILE")]
    diff: Option<String>,
    /// The language of the words in the picture; without this that of the locale, if it is one of these
    #[arg(long, value_enum, ignore_case = true)]
    lang: Option<Lang>,
}

/// The language that the picture is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A Mermaid flowchart, which GitHub draws
    Mermaid,
    /// For Graphviz
    Dot,
    /// A finished picture
    Svg,
}

/// # Errors
/// When a manifest can't be found or read, or has mistakes; when git is asked and has no answer.
pub fn run(args: Args) -> Result<(), Failure> {
    let path = match args.manifest {
        Some(path) => path,
        None => manifest::locate()?,
    };
    let after = manifest::load(&path)?;
    after.show_warnings();
    let graph = match &args.diff {
        None => Graph::of(&after.system),
        Some(with) => {
            let before = before(with, &path)?;
            Graph::between(&before.system, &after.system)
        }
    };
    let lang = language(args.lang);
    say(&match args.format {
        Format::Mermaid => graph::mermaid(&graph, lang),
        Format::Dot => graph::dot(&graph, lang),
        Format::Svg => graph::svg(&graph, lang),
    })?;
    if args.diff.is_some() {
        warn(&told(&graph));
    }
    Ok(())
}

/// The manifest to compare with: a file if there is one of that name, or else the same file in a revision. A folder with a
/// manifest in it may be meant or not, so that is asked.
fn before(with: &str, path: &Path) -> Result<Loaded, Failure> {
    let file = Path::new(with);
    if file.is_file() {
        return manifest::load(file);
    }
    let inside = file.join("microkit.toml");
    if inside.is_file() {
        return Err(Failure::Usage(Trouble {
            message: format!("{} is a folder", quoted(with)),
            help: format!("name the manifest in it: `{}`", inside.display()),
        }));
    }
    let text = history::show(with, path)?;
    manifest::read(Path::new(&format!("{with}:{}", path.display())), text)
}

fn told(graph: &Graph) -> String {
    let changes = graph.changes();
    match changes.is_empty() {
        true => "the same services, databases, calls and events".to_owned(),
        false => changes.join("\n"),
    }
}
