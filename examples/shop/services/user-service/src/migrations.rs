//! The steps that bring the database of this service to the shape that the code expects.
//!
//! The chassis runs them at start, in this order, each once and in a transaction of its own. A step that has been
//! released is never edited: append a new one.

use chassis::Migration;

use crate::users;

/// Every step, oldest first.
pub fn all() -> Vec<Migration> {
    vec![users::migration::CREATE]
}
