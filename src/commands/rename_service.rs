//! `microkit rename-service OLD NEW`: another name everywhere, and the files move with their edits.
//! Called by `cli.rs`; `change.rs` does the work.

use crate::case::upper_snake;
use crate::workspace::Renaming;

use super::change::{self, Target};
use super::edit::service::rename_service;
use super::{Failure, say};

/// Give a service another name
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Its folder moves, your files and edits in it too, and the services that call it follow, in code of
yours as well: order-service, order_service, OrderService and ORDER_SERVICE_URL get the new name
wherever they stand for themselves. (A name of one word, which could be a resource's, is replaced only
in what microkit wrote.)")]
pub struct Args {
    /// Its name
    old: String,
    /// Its new name
    new: String,
    #[command(flatten)]
    target: Target,
}

/// Renames the service.
///
/// # Errors
/// As `change::run`.
pub fn run(args: Args) -> Result<(), Failure> {
    let renaming = Renaming {
        old: args.old,
        new: args.new,
    };
    let result = change::run(&args.target, Some(&renaming), |text| {
        rename_service(text, &renaming.old, &renaming.new)
    });
    if matches!(result, Ok(()) | Err(Failure::LeftToUser(_))) {
        say(&format!(
            "\nnote: a database in data/{old}.db keeps that name: move it to data/{new}.db; and where you had set\n  \
             {before}_URL or {before}_DATABASE_URL, set {after}_….\n  \
             Whatever names it in a compose.override.yaml of yours is left to you.\n  \
             On Docker {new} begins with an empty database; the data of {old} stays in its volume.\n",
            old = renaming.old,
            new = renaming.new,
            before = upper_snake(&renaming.old),
            after = upper_snake(&renaming.new),
        ))?;
    }
    result
}
