//! What can be demanded of a value in a request: `rules::string().max(80)`, `rules::email()`, …
//! Requests name a rule for each field. A rule reports what is wrong and gives a Rust value if
//! nothing is. Read next: `rules/text.rs`, `number.rs`, `time.rs`, `choice.rs` and `list.rs`.

mod choice;
mod list;
mod number;
mod text;
mod time;

use serde_json::Value;

pub use choice::{BooleanRule, OneOfRule, boolean, one_of};
pub use list::{ListRule, list};
pub use number::{DecimalRule, IntegerRule, decimal, integer};
pub use text::{EmailRule, TextRule, UuidRule, email, string, text, uuid};
pub use time::{DateRule, TimestampRule, date, timestamp};

use crate::fields::Place;

/// What a value has to be.
pub trait Rule {
    /// What it is in Rust once it has been checked.
    type Value;

    /// The checked value; or `None`, having told `at` what is wrong. `value` is not null.
    fn check(&self, value: &Value, at: &mut Place) -> Option<Self::Value>;
}

/// `1 character`, `2 characters`: a number with its noun.
fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests;
