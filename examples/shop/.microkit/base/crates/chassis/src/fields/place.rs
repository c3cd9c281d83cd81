//! Where in a request a check is at work, and what it found wrong there and before.
//! Rules report through it. Read next: `fields/json.rs`, the extractor for bodies.

use crate::problem::FieldError;

/// Errors named one by one; the client of a body with more than this has other worries, and the
/// answer would be many times the size of the request.
const MOST_ERRORS: usize = 100;
/// Longer names are shown cut: they come from the client.
const LONGEST_NAME: usize = 64;

/// A path into a request, such as `items/0/price`, with the errors found so far.
#[derive(Debug, Default)]
pub struct Place {
    path: String,
    errors: Vec<FieldError>,
    found: usize,
    pub(crate) from_query: bool,
}

impl Place {
    /// The place of query parameters, where every value is a text: `5` and `true` count as a
    /// number and a boolean there.
    pub(crate) fn query() -> Self {
        Self {
            from_query: true,
            ..Self::default()
        }
    }

    /// Notes that the value here is wrong: `detail` reads on from the field's name, such as
    /// `must be a text`. Always `None`, so that a rule can return it.
    pub fn wrong<T>(&mut self, detail: impl Into<String>) -> Option<T> {
        self.found += 1;
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(FieldError {
                field: self.path.clone(),
                detail: detail.into(),
            });
        }
        None
    }

    /// Runs `check` one step further in: at a field of a record or an item of a list.
    pub fn inside<T>(&mut self, step: &str, check: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        if length > 0 {
            self.path.push('/');
        }
        self.path.extend(step.chars().take(LONGEST_NAME));
        let result = check(self);
        self.path.truncate(length);
        result
    }

    /// How many errors were found so far, named or not.
    pub(crate) fn count(&self) -> usize {
        self.found
    }

    pub(crate) fn into_errors(self) -> Vec<FieldError> {
        self.errors
    }
}
