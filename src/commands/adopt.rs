//! `microkit adopt`: a workspace whose `.microkit/` was lost gets one again. Called by `cli.rs`;
//! `workspace/adopt.rs` does the work.

use crate::plan;
use crate::workspace;

use super::show::line;
use super::{Failure, manifest, say};
use crate::diagnostic::counted;

/// Give a workspace whose .microkit folder was lost a new one
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Touches no file of yours. What differs from what microkit would write today counts as edited by you
from then on, and `microkit generate` merges it as ever.")]
pub struct Args {}

/// Adopts the workspace of the current folder.
///
/// # Errors
/// When there is no workspace, its manifest is wrong, or it has its base.
pub fn run(_: Args) -> Result<(), Failure> {
    let loaded = manifest::load(&manifest::locate()?)?;
    let adoption = workspace::adopt(&plan::plan(&loaded.system), loaded.root())?;
    let mut text = String::new();
    for path in &adoption.different {
        line(&mut text, format_args!("yours    {path}"));
    }
    for path in &adoption.missing {
        line(&mut text, format_args!("missing  {path}"));
    }
    line(
        &mut text,
        format_args!(
            "adopted {}: {} as microkit writes them, {} yours, {} missing",
            counted(adoption.same + adoption.different.len(), "file"),
            adoption.same,
            adoption.different.len(),
            adoption.missing.len()
        ),
    );
    line(&mut text, format_args!("\nnext:\n  git add .microkit"));
    if !adoption.missing.is_empty() {
        line(
            &mut text,
            format_args!("  microkit generate    # writes what is missing"),
        );
    }
    say(&text)
}
