//! What `extract` and `absorb` have in common: which services are meant, whether that changes anything, and what follows
//! from it. Read `edit/shape.rs` for the edit, `change.rs` for what it leads to, `settle/words.rs` for what is said.

mod words;

use std::collections::BTreeSet;

use crate::diagnostic::nearest;
use crate::system::{Shape, System};
use crate::workspace;

use super::change::{self, Target};
use super::edit::shape::settle;
use super::generate::Closing;
use super::{Failure, Trouble, manifest, say};

/// Which services, and where.
#[derive(Debug, clap::Args)]
pub struct Selection {
    /// The names of the services
    #[arg(value_name = "SERVICE", required_unless_present = "all")]
    services: Vec<String>,
    /// All of them
    #[arg(long, conflicts_with = "services")]
    all: bool,
    #[command(flatten)]
    target: Target,
}

/// Out of the one process, or into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Out,
    In,
}

/// Settles the shape, and tells what follows from it.
///
/// # Errors
/// When a service does not exist, or as `change::run`.
pub(super) fn run(way: Way, selection: &Selection) -> Result<(), Failure> {
    let path = change::manifest_of(&selection.target)?;
    let before = manifest::load(&path)?;
    let meant = meant(&before.system, selection)?;
    let is_extracted = |name: &&str| {
        let mut extracted = before.system.extracted().into_iter();
        extracted.any(|service| service.name.as_str() == *name)
    };
    let moving: Vec<&str> = match way {
        Way::Out => meant
            .iter()
            .copied()
            .filter(|name| !is_extracted(name))
            .collect(),
        Way::In => meant.iter().copied().filter(is_extracted).collect(),
    };
    // With `--all` even what is so already is settled.
    let settles = selection.all && before.system.shape == Shape::Open;
    if moving.is_empty() && !settles {
        return say(&words::nothing_to_do(way, &before.system, &meant));
    }
    let services = before
        .system
        .services
        .iter()
        .map(|service| service.name.as_str());
    let extracted: Vec<&str> = services
        .filter(|name| is_extracted(name) != moving.contains(name))
        .collect();
    let closing = Closing {
        command: "microkit generate",
        next: "",
    };
    let mut after = None;
    let result = change::run_as(&selection.target, None, &closing, |text| {
        let text = settle(text, &extracted)?;
        after = manifest::read(&path, text.clone()).ok();
        Ok(text)
    });
    if let (Ok(()) | Err(Failure::LeftToUser(_)), Some(after)) = (&result, after) {
        say(&words::done(way, &before.system, &after.system, &moving))?;
    }
    result
}

/// The services that were named, in the order of the system.
fn meant<'a>(system: &'a System, selection: &Selection) -> Result<BTreeSet<&'a str>, Failure> {
    let all: BTreeSet<&str> = system
        .services
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    if selection.all {
        return Ok(all);
    }
    let found = selection
        .services
        .iter()
        .map(|name| match all.get(name.as_str()) {
            Some(known) => Ok(*known),
            None => Err(Failure::Usage(Trouble {
                message: format!("there is no service `{name}` in {}", workspace::MANIFEST),
                help: match nearest(name, all.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are {}", words::joined(&all)),
                },
            })),
        });
    found.collect()
}
