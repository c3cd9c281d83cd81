//! The fields of a request: each is asked for by name with a rule, and *every* wrong one is
//! named in the answer, not only the first. Requests implement `FromFields`; the extractors
//! `ValidJson` and `ValidQuery` call it. Read next: `rules.rs`, then `fields/place.rs`.

mod json;
mod near;
mod place;
mod query;
mod read;

use serde_json::{Map, Value};

pub use json::ValidJson;
pub(crate) use json::is_json;
pub use place::Place;
pub use query::ValidQuery;

use crate::rules::Rule;

/// A request that is read field by field. `None` means that a field was wrong: which one is
/// already noted, so the others are asked for before giving up:
///
/// ```text
/// fn from_fields(fields: &mut Fields) -> Option<Self> {
///     let email = fields.required("email", rules::email());
///     let name = fields.required("name", rules::string());
///     Some(Self { email: email?, name: name? })
/// }
/// ```
pub trait FromFields: Sized {
    /// Reads the request.
    fn from_fields(fields: &mut Fields) -> Option<Self>;
}

/// The fields that were sent, and what is wrong with them so far.
#[derive(Debug)]
pub struct Fields<'a> {
    sent: &'a Map<String, Value>,
    known: Vec<&'static str>,
    place: &'a mut Place,
}

impl<'a> Fields<'a> {
    /// Must be there and not null.
    pub fn required<R: Rule>(&mut self, name: &'static str, rule: R) -> Option<R::Value> {
        match self.take(name) {
            None | Some(Value::Null) => self.wrong(name, "is required"),
            Some(value) => self.check(name, value, &rule),
        }
    }

    /// May be left out or null: `Some(None)`. The outer `None` means that it is wrong.
    pub fn optional<R: Rule>(&mut self, name: &'static str, rule: R) -> Option<Option<R::Value>> {
        match self.take(name) {
            None | Some(Value::Null) => Some(None),
            Some(value) => self.check(name, value, &rule).map(Some),
        }
    }

    /// Takes `default` where it is left out. Null is wrong.
    pub fn optional_or<R: Rule>(
        &mut self,
        name: &'static str,
        rule: R,
        default: impl Into<Value>,
    ) -> Option<R::Value> {
        match self.take(name) {
            None => self.check(name, &default.into(), &rule),
            Some(Value::Null) => self.wrong(name, "must not be null"),
            Some(value) => self.check(name, value, &rule),
        }
    }

    /// A field of a PATCH: left out means that it stays as it is, `Some(None)`. Null is wrong.
    pub fn change<R: Rule>(&mut self, name: &'static str, rule: R) -> Option<Option<R::Value>> {
        match self.take(name) {
            None => Some(None),
            Some(Value::Null) => self.wrong(name, "must not be null"),
            Some(value) => self.check(name, value, &rule).map(Some),
        }
    }

    /// A field of a PATCH that may be empty: left out means that it stays as it is, `Some(None)`;
    /// null clears it, `Some(Some(None))`.
    pub fn change_optional<R: Rule>(
        &mut self,
        name: &'static str,
        rule: R,
    ) -> Option<Option<Option<R::Value>>> {
        match self.take(name) {
            None => Some(None),
            Some(Value::Null) => Some(Some(None)),
            Some(value) => self
                .check(name, value, &rule)
                .map(|value| Some(Some(value))),
        }
    }

    /// Must not be sent: the service sets it itself.
    pub fn readonly(&mut self, name: &'static str) {
        if self.take(name).is_some() {
            self.wrong::<()>(name, "is read-only");
        }
    }

    fn take(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.sent.get(name)
    }

    fn check<R: Rule>(&mut self, name: &str, value: &Value, rule: &R) -> Option<R::Value> {
        self.place.inside(name, |place| rule.check(value, place))
    }

    fn wrong<T>(&mut self, name: &str, detail: &str) -> Option<T> {
        self.place.inside(name, |place| place.wrong(detail))
    }
}

#[cfg(test)]
mod tests;
