//! The rule for a list of records: each item has fields of its own, and a wrong one is named by
//! its path, such as `items/0/price`. Read next: `decimal.rs`.

use std::marker::PhantomData;

use serde_json::Value;

use super::{Rule, count};
use crate::fields::{Fields, FromFields, Place};

/// See [`list`].
#[derive(Clone, Copy, Debug)]
pub struct ListRule<T> {
    min: usize,
    max: usize,
    items: PhantomData<T>,
}

/// A list of `T`: at most 1 000 items unless `max` says otherwise.
pub fn list<T: FromFields>() -> ListRule<T> {
    ListRule {
        min: 0,
        max: 1_000,
        items: PhantomData,
    }
}

impl<T> ListRule<T> {
    /// At least so many items.
    pub fn min(self, min: usize) -> Self {
        Self { min, ..self }
    }

    /// At most so many items.
    pub fn max(self, max: usize) -> Self {
        Self { max, ..self }
    }
}

impl<T: FromFields> Rule for ListRule<T> {
    type Value = Vec<T>;

    fn check(&self, value: &Value, at: &mut Place) -> Option<Vec<T>> {
        let Value::Array(items) = value else {
            return at.wrong("must be a list");
        };
        if items.len() < self.min {
            return at.wrong(format!("must have at least {}", count(self.min, "item")));
        }
        if items.len() > self.max {
            return at.wrong(format!("must have at most {}", count(self.max, "item")));
        }
        // Collecting options directly would stop at the first item that is wrong.
        let mut read = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            read.push(at.inside(&index.to_string(), |at| record(item, at)));
        }
        read.into_iter().collect()
    }
}

fn record<T: FromFields>(item: &Value, at: &mut Place) -> Option<T> {
    match item {
        Value::Object(sent) => Fields::read(sent, at),
        _ => at.wrong("must be an object"),
    }
}
