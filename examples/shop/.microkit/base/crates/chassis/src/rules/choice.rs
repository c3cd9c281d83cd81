//! Rules for a choice: `boolean`, and `one_of` for an enum of the database.
//! Read next: `rules/list.rs`.

use std::marker::PhantomData;

use sea_orm::ActiveEnum;
use serde_json::Value;

use super::Rule;
use crate::fields::Place;

/// See [`boolean`].
#[derive(Clone, Copy, Debug)]
pub struct BooleanRule;

/// `true` or `false`.
pub fn boolean() -> BooleanRule {
    BooleanRule
}

impl Rule for BooleanRule {
    type Value = bool;

    fn check(&self, value: &Value, at: &mut Place) -> Option<bool> {
        match value {
            Value::Bool(value) => Some(*value),
            Value::String(text) if at.from_query && text == "true" => Some(true),
            Value::String(text) if at.from_query && text == "false" => Some(false),
            _ => at.wrong("must be true or false"),
        }
    }
}

/// See [`one_of`].
#[derive(Clone, Copy, Debug)]
pub struct OneOfRule<E>(PhantomData<E>);

/// One of the values of the enum `E`, written as it is stored.
pub fn one_of<E: ActiveEnum<Value = String>>() -> OneOfRule<E> {
    OneOfRule(PhantomData)
}

impl<E: ActiveEnum<Value = String>> Rule for OneOfRule<E> {
    type Value = E;

    fn check(&self, value: &Value, at: &mut Place) -> Option<E> {
        if let Value::String(text) = value
            && let Ok(chosen) = E::try_from_value(text)
        {
            return Some(chosen);
        }
        at.wrong(format!("must be one of {}", E::values().join(", ")))
    }
}
