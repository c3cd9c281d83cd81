//! The table `inbox`: which events were handled. `inbox.rs` writes a row before it handles an
//! event. Read next: `problem.rs`, what is answered when something goes wrong.

use chrono::{TimeDelta, Utc};
use sea_orm::sea_query::{Alias, ColumnDef, Expr, ExprTrait, Index, OnConflict, Query, Table};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, Statement,
};

use crate::event::CloudEvent;
use crate::migrations::Migration;

/// Creates the table.
pub(crate) const CREATE: Migration = Migration {
    name: "chassis_inbox",
    up: create,
};

// CloudEvents makes `source` and `id` together unique, not `id` alone.
const KEY: [&str; 2] = ["source", "event_id"];

/// A publisher that tries to deliver an event for longer than this may have it handled twice.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Notes that `event` is being handled; false if it was handled before. A second delivery that
/// arrives meanwhile waits here until the first is committed or rolled back.
pub(super) async fn record(
    transaction: &DatabaseTransaction,
    event: &CloudEvent,
) -> Result<bool, DbErr> {
    let columns = ["source", "event_id", "type", "received_at"].map(Alias::new);
    let once = OnConflict::columns(KEY.map(Alias::new))
        .do_nothing()
        .to_owned();
    let insert = Query::insert()
        .into_table(Alias::new("inbox"))
        .columns(columns)
        .values([
            Expr::val(event.source.as_str()),
            Expr::val(event.id.as_str()),
            Expr::val(event.event_type.as_str()),
            Expr::val(Utc::now()),
        ])
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(once)
        .to_owned();
    Ok(transaction.execute(&insert).await?.rows_affected() > 0)
}

/// Forgets what was handled more than thirty days ago, so that the table does not grow for ever.
pub(super) async fn forget(database: &DatabaseConnection) -> Result<(), DbErr> {
    let delete = Query::delete()
        .from_table(Alias::new("inbox"))
        .and_where(Expr::col(Alias::new("received_at")).lt(Utc::now() - KEPT))
        .to_owned();
    database.execute(&delete).await?;
    Ok(())
}

fn create(backend: DatabaseBackend) -> Vec<Statement> {
    let text = |name: &str| {
        ColumnDef::new(Alias::new(name))
            .text()
            .not_null()
            .to_owned()
    };
    let mut received_at = ColumnDef::new(Alias::new("received_at"));
    received_at.timestamp_with_time_zone().not_null();
    let table = Table::create()
        .table(Alias::new("inbox"))
        .col(text("source"))
        .col(text("event_id"))
        .col(text("type"))
        .col(received_at)
        .primary_key(
            Index::create()
                .col(Alias::new(KEY[0]))
                .col(Alias::new(KEY[1])),
        )
        .to_owned();
    vec![backend.build(&table)]
}
