//! Tests of `problem/database.rs`, for what needs no database.

use super::*;

#[test]
fn the_clashing_column_is_read_from_both_databases() {
    let detail = "Key (email)=(ada@example.com) already exists.";
    assert_eq!(column_in_detail(detail).as_deref(), Some("email"));
    let detail = r#"Key ("order", name)=(1, a) already exists."#;
    assert_eq!(column_in_detail(detail).as_deref(), Some("order, name"));
    let message = "UNIQUE constraint failed: users.email";
    assert_eq!(column_in_message(message).as_deref(), Some("email"));
    assert_eq!(column_in_message("something else"), None);
}

#[test]
fn a_database_that_does_not_answer_is_503_and_a_wrong_query_500() {
    let status = |error: DbErr| Problem::from(error).status().as_u16();
    let timeout = sea_orm::error::ConnAcquireErr::Timeout;
    assert_eq!(status(DbErr::ConnectionAcquire(timeout)), 503);
    let io = sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into());
    assert_eq!(status(DbErr::Query(RuntimeErr::SqlxError(io.into()))), 503);
    assert_eq!(status(DbErr::Type("no number".to_owned())), 500);
    assert_eq!(status(DbErr::RecordNotUpdated), 404);
}

#[test]
fn postgresql_tells_a_missing_target_from_one_in_use() {
    let insert = "insert or update on table \"a\" violates foreign key constraint";
    assert_eq!(
        referenced(insert).error(),
        "refers to something that does not exist"
    );
    assert_eq!(
        referenced("FOREIGN KEY constraint failed").error(),
        "still referenced"
    );
}
