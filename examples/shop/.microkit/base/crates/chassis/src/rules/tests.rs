//! Tests of the rules: for each, what it takes and what it says of the rest.

mod choice;
mod list;
mod number;
mod text;

use serde_json::Value;

use super::Rule;
use crate::fields::Place;

pub(super) fn check<R: Rule>(rule: &R, value: &Value) -> Result<R::Value, Vec<(String, String)>> {
    let mut place = Place::default();
    let result = place.inside("x", |place| rule.check(value, place));
    let errors = place.into_errors().into_iter();
    let errors: Vec<_> = errors.map(|error| (error.field, error.detail)).collect();
    match result {
        Some(value) if errors.is_empty() => Ok(value),
        _ => Err(errors),
    }
}

pub(super) fn said<R: Rule>(rule: &R, value: Value) -> String {
    match check(rule, &value) {
        Ok(_) => panic!("{value} was taken"),
        Err(errors) => errors.into_iter().map(|(_, detail)| detail).collect(),
    }
}
