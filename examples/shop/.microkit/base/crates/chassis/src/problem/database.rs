//! Database errors as problems: a clash of unique values is the client's to solve (409), a
//! database that does not answer is temporary (503), the rest is a mistake of ours (500).
//! `?` calls it. Read next: `fields.rs`, where requests are checked.

use std::borrow::Cow;

use axum::http::StatusCode;
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

use super::{FieldError, Problem};

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(message)) => taken(&error, &message),
            Some(SqlErr::ForeignKeyConstraintViolation(message)) => referenced(&message),
            // SQLite's own code for ON DELETE RESTRICT, which SeaORM does not know.
            _ if code(&error).as_deref() == Some("1811") => referenced(""),
            _ if is_absent(&error) => Self::new(StatusCode::NOT_FOUND, "Not found"),
            _ if is_unavailable(&error) => {
                Self::unavailable("Database unavailable").caused_by(error)
            }
            _ => Self::internal(error),
        }
    }
}

fn taken(error: &DbErr, message: &str) -> Problem {
    let column = detail(error)
        .as_deref()
        .and_then(column_in_detail)
        .or_else(|| column_in_message(message));
    let Some(field) = column else {
        return Problem::conflict("a value is already taken");
    };
    let mut problem = Problem::conflict(format!("{field} is already taken"));
    problem.errors.push(FieldError {
        field,
        detail: "is already taken".to_owned(),
    });
    problem
}

fn referenced(message: &str) -> Problem {
    // PostgreSQL tells the two sides of a reference apart, SQLite does not.
    if message.starts_with("insert or update") {
        return Problem::conflict("refers to something that does not exist");
    }
    Problem::conflict("still referenced")
}

/// PostgreSQL: `Key (email)=(ada@example.com) already exists.`
fn column_in_detail(detail: &str) -> Option<String> {
    let (columns, _) = detail.strip_prefix("Key (")?.split_once(")=(")?;
    Some(columns.replace('"', ""))
}

/// SQLite: `UNIQUE constraint failed: users.email`
fn column_in_message(message: &str) -> Option<String> {
    let (_, columns) = message.split_once("constraint failed: ")?;
    let names: Vec<&str> = columns
        .split(", ")
        .filter_map(|column| column.rsplit('.').next())
        .collect();
    Some(names.join(", "))
}

fn detail(error: &DbErr) -> Option<String> {
    let error = driver_error(error)?.as_database_error()?;
    let error = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>()?;
    error.detail().map(str::to_owned)
}

fn is_absent(error: &DbErr) -> bool {
    matches!(error, DbErr::RecordNotFound(_) | DbErr::RecordNotUpdated)
}

fn is_unavailable(error: &DbErr) -> bool {
    if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
        return true;
    }
    match driver_error(error) {
        Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => true,
        Some(sqlx::Error::WorkerCrashed) => true,
        _ => code(error).is_some_and(|code| is_passing(&code)),
    }
}

/// Whether what a code says may be over soon. SQLite: 5 and its extensions (another process holds the file). PostgreSQL: a
/// failed serialization, a deadlock or a lock that is held, a statement that took too long, a connection that broke
/// (08), too little of something (53), shutting down or starting up (57P), not the primary any more.
pub(crate) fn is_passing(code: &str) -> bool {
    let codes = [
        "5", "261", "517", "773", "40001", "40P01", "55P03", "57014", "25P03", "25006",
    ];
    let classes = ["08", "53", "57P0"];
    codes.contains(&code) || code.len() == 5 && classes.iter().any(|class| code.starts_with(class))
}

/// The code of the database: SQLSTATE in PostgreSQL, an extended result code in SQLite.
fn code(error: &DbErr) -> Option<String> {
    let error = driver_error(error)?.as_database_error()?;
    error.code().map(Cow::into_owned)
}

fn driver_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Conn(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
