//! The table `outbox`: one row for each event and subscriber, gone once it is delivered.
//! `Outbox` writes it, the relay reads it. Read next: `outbox/relay.rs`.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, ExprTrait as _, Index, Query};
use sea_orm::{DatabaseBackend, QueryOrder, QuerySelect, Set, Statement};

use crate::event::CloudEvent;
use crate::migrations::Migration;
use crate::schema::Table;

/// Creates the table.
pub(crate) const CREATE: Migration = Migration {
    name: "chassis_outbox",
    up: create,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// UUID v7: rows are delivered in the order of their ids.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The service that the event is for.
    pub subscriber: String,
    /// What the order is kept for; see `Event::subject`.
    pub subject: String,
    /// The whole `CloudEvent`.
    pub event: Json,
    /// How often delivery has failed.
    pub attempts: i64,
    /// When to try next, in milliseconds since 1970; 0 is at once.
    pub next_attempt_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The event in its envelope.
    pub(super) fn into_event(self) -> Result<CloudEvent, DbErr> {
        serde_json::from_value(self.event).map_err(|error| DbErr::Json(error.to_string()))
    }
}

/// The first row of every subject that is due at `now`, oldest first and at most `limit`.
///
/// A row is left out as long as an earlier one of its subject is there, so an event that cannot
/// be delivered holds up its own subject and no other.
pub(super) async fn due(
    database: &DatabaseConnection,
    subscriber: &str,
    now: i64,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let earlier = |column: Column| Expr::col((Alias::new("earlier"), column));
    let same = |column: Column| earlier(column).eq(Expr::col((Entity, column)));
    let before = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, Alias::new("earlier"))
        .and_where(same(Column::Subscriber))
        .and_where(same(Column::Subject))
        .and_where(earlier(Column::Id).lt(Expr::col((Entity, Column::Id))))
        .to_owned();
    Entity::find()
        .filter(Column::Subscriber.eq(subscriber))
        .filter(Column::NextAttemptAt.lte(now))
        .filter(Expr::not_exists(before))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(database)
        .await
}

/// Delivered: the row has done its duty.
pub(super) async fn remove(database: &DatabaseConnection, id: Uuid) -> Result<(), DbErr> {
    Entity::delete_by_id(id).exec(database).await?;
    Ok(())
}

/// Not delivered: to be tried again at `at`. No row is no error: another instance of the service
/// may have delivered it meanwhile.
pub(super) async fn postpone(
    database: &DatabaseConnection,
    row: &Model,
    at: i64,
) -> Result<(), DbErr> {
    let change = ActiveModel {
        attempts: Set(row.attempts.saturating_add(1)),
        next_attempt_at: Set(at),
        ..Default::default()
    };
    let update = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(row.id));
    update.exec(database).await?;
    Ok(())
}

fn create(backend: DatabaseBackend) -> Vec<Statement> {
    let mut table = Table::new(backend, "outbox");
    table.string("subscriber");
    table.string("subject");
    table.json("event");
    table.integer("attempts");
    table.integer("next_attempt_at");
    let mut statements = table.statements();
    let index = Index::create()
        .name("outbox_order_idx")
        .table(Alias::new("outbox"))
        .col(Alias::new("subscriber"))
        .col(Alias::new("subject"))
        .col(Alias::new("id"))
        .to_owned();
    statements.push(backend.build(&index));
    statements
}
