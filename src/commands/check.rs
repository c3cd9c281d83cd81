//! `microkit check`: says what is wrong with a manifest, judges the architecture and the code beside it, and writes nothing.
//!
//! Called by `cli.rs`. Read `manifest.rs` next, which reads the file and takes it through the first two stages, then
//! `judge/`; `check/code.rs` reads the code.

mod code;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::manifest;
use super::{Failure, language, say, warn};
use crate::diagnostic::{self, Diagnostic, Finding, Severity, counted};
use crate::judge::judge_with;
use crate::lang::Lang;
use crate::system::System;
use crate::workspace::MANIFEST;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
A remark on the architecture stops nothing. Where it is right all the same, the manifest
says why: `allow.MK0608.user-service = \"every request has a user\"`.

JSON and SARIF go to stdout with everything that was found, mistakes and allowed remarks
too. Lines and columns count from 1, a column for each Unicode scalar value. Files are
named relative to the current folder: for code scanning run this at the root of the
repository.")]
pub struct Args {
    /// The manifest; without this the microkit.toml of this folder or the nearest above
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// How to tell what was found
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Fail if a warning is left that is not allowed (for continuous integration)
    #[arg(long)]
    deny_warnings: bool,
    /// The language of the remarks; without this that of the locale for people, and English for programs
    #[arg(long, value_enum, ignore_case = true)]
    lang: Option<Lang>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: remarks on stderr, the outcome on stdout
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// Everything that was found in a manifest.
#[derive(Default)]
pub(super) struct Outcome {
    /// None if there are mistakes.
    system: Option<System>,
    open: Vec<Diagnostic>,
    allowed: Vec<(Diagnostic, String)>,
}

/// # Errors
/// When the manifest can't be found or read, or has mistakes; with `--deny-warnings` when a warning is left.
pub fn run(args: Args) -> Result<(), Failure> {
    let path = match args.manifest {
        Some(path) => path,
        None => manifest::locate()?,
    };
    let text = manifest::text(&path)?;
    let name = path.display().to_string();
    let lang = match args.format {
        Format::Text => language(args.lang),
        Format::Json | Format::Sarif => args.lang.unwrap_or_default(),
    };
    let outcome = examine(&name, &text, manifest::root(&path), lang);
    let warnings = outcome.open.iter();
    let warnings = warnings.filter(|one| one.severity == Severity::Warning);
    let denied = match args.deny_warnings {
        true => warnings.count(),
        false => 0,
    };
    let findings = outcome.findings();
    match args.format {
        Format::Text => {
            // What is said of mistakes is in English, and so is what frames it.
            let told_in_english = |one: &Diagnostic| !one.code.is_remark();
            let frame = match outcome.open.iter().any(told_in_english) {
                true => Lang::En,
                false => lang,
            };
            warn(diagnostic::render(&name, &text, &outcome.open, true, frame).trim_end());
        }
        Format::Json => say(&diagnostic::json(&near(&path), &text, &findings))?,
        Format::Sarif => say(&diagnostic::sarif(&near(&path), &text, &findings))?,
    }
    match outcome.system {
        // What is wrong was told above.
        None => Err(Failure::Manifest(String::new())),
        Some(_) if denied > 0 => Err(Failure::Other(anyhow!(
            "{}",
            lang.either(
                format!(
                    "{}, and `--deny-warnings` asks for none",
                    counted(denied, "warning")
                ),
                format!(
                    "{}, y `--deny-warnings` no admite ninguno",
                    counted(denied, "aviso")
                ),
            )
        ))),
        Some(system) if args.format == Format::Text => {
            let remarks = outcome.open.len();
            let verdict = verdict(&system, remarks, outcome.allowed.len(), lang);
            say(&format!("{name}: {verdict}\n"))
        }
        Some(_) => Ok(()),
    }
}

/// Takes the text of a manifest through the first two stages and judges it, with the code below `root`.
pub(super) fn examine(name: &str, text: &str, root: &Path, lang: Lang) -> Outcome {
    match manifest::examine(name, text) {
        Err(open) => Outcome {
            open,
            ..Outcome::default()
        },
        Ok((document, system)) => {
            let code = code::code(root, &system);
            let judgement = judge_with(&document, &system, code.as_deref(), lang);
            let warnings = system.warnings().iter().cloned();
            Outcome {
                open: warnings.chain(judgement.remarks).collect(),
                allowed: judgement.allowed,
                system: Some(system),
            }
        }
    }
}

/// How many remarks on the architecture and the code are open.
pub(super) fn remarks(text: &str, root: &Path) -> usize {
    let outcome = examine(MANIFEST, text, root, Lang::default());
    let open = outcome.open.iter();
    open.filter(|one| one.code.is_remark()).count()
}

impl Outcome {
    /// In the order of the file, and then of the others.
    pub(super) fn findings(&self) -> Vec<Finding<'_>> {
        let open = self.open.iter().map(|diagnostic| Finding {
            diagnostic,
            allowed: None,
        });
        let allowed = self.allowed.iter().map(|(diagnostic, reason)| Finding {
            diagnostic,
            allowed: Some(reason),
        });
        let mut all: Vec<Finding<'_>> = open.chain(allowed).collect();
        all.sort_by_key(|one| one.diagnostic.order());
        all
    }
}

/// `3 services, 3 resources, 1 event: no mistakes, 1 remark, 2 remarks allowed`
fn verdict(system: &System, remarks: usize, allowed: usize, lang: Lang) -> String {
    let resources = system
        .services
        .iter()
        .map(|service| service.resources.len());
    let remarks = match (remarks, lang) {
        (0, _) => String::new(),
        (count, Lang::En) => format!(", {}", counted(count, "remark")),
        (1, Lang::Es) => ", 1 observación".to_owned(),
        (count, Lang::Es) => format!(", {count} observaciones"),
    };
    let allowed = match (allowed, lang) {
        (0, _) => String::new(),
        (count, Lang::En) => format!(", {} allowed", counted(count, "remark")),
        (1, Lang::Es) => ", 1 observación permitida".to_owned(),
        (count, Lang::Es) => format!(", {count} observaciones permitidas"),
    };
    let (services, events) = (system.services.len(), system.events.len());
    let resources = resources.sum();
    lang.either(
        format!(
            "{}, {}, {}: no mistakes{remarks}{allowed}",
            counted(services, "service"),
            counted(resources, "resource"),
            counted(events, "event"),
        ),
        format!(
            "{}, {}, {}: sin errores{remarks}{allowed}",
            counted(services, "servicio"),
            counted(resources, "recurso"),
            counted(events, "evento"),
        ),
    )
}

/// The path from the current folder, if it is below.
fn near(path: &Path) -> String {
    let here = env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
    let path = below.unwrap_or_else(|| path.to_path_buf());
    let shown = path.display().to_string();
    shown.strip_prefix("./").unwrap_or(&shown).to_owned()
}
