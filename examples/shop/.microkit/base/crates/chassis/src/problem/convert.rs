//! Errors of other kinds as problems, so that a handler can use `?` on all of them.
//! Read next: `problem/database.rs`, where a database error becomes 404, 409, 503 or 500.

use sea_orm::DbErr;

use super::Problem;
use crate::CallError;

/// A problem, a database error or a failed call keeps its status on its way through `anyhow`,
/// whatever context was added; everything else is 500.
impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(problem) => return problem,
            Err(error) => error,
        };
        let error = match error.downcast::<DbErr>() {
            Ok(database) => return database.into(),
            Err(error) => error,
        };
        match error.downcast::<CallError>() {
            Ok(call) => call.into(),
            Err(error) => Self::internal(error),
        }
    }
}

/// 503 "User service unavailable".
impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        Self::unavailable(format!("{} unavailable", label(error.callee()))).caused_by(error)
    }
}

/// `user-service` as it is written in a sentence: `User service`.
fn label(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn a_service_is_named_as_in_a_sentence() {
        assert_eq!(label("user-service"), "User service");
        assert_eq!(label("a"), "A");
        assert_eq!(label(""), "");
    }
}
