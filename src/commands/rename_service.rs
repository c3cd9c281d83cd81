//! `microkit rename-service OLD NEW`: another name everywhere, and the files move with their edits.
//! Called by `cli.rs`; `change.rs` does the work.

use crate::workspace::{self, Renaming};

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
    change::run(
        &args.target,
        |text| rename_service(text, &renaming.old, &renaming.new),
        |plan, root, mode| workspace::rename(plan, root, mode, &renaming),
    )?;
    say(&format!(
        "\nnote: a database of its own in data/{old}.db keeps that name: move it to data/{new}.db, and set\n  \
         {upper}_URL and {upper}_DATABASE_URL where you had set those of the old name.\n",
        old = renaming.old,
        new = renaming.new,
        upper = renaming.new.to_uppercase().replace('-', "_"),
    ))
}
