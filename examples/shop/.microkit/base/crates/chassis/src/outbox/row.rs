//! The table `outbox`: one row for each event and recipient, gone once it is delivered.
//! `Outbox` writes it, the relay reads it. Read next: `outbox/relay.rs`.

use std::collections::BTreeMap;
use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, ExprTrait as _, LockBehavior, LockType, Query};
use sea_orm::{DatabaseBackend, DatabaseExecutor, QueryOrder, QuerySelect, Set, TransactionTrait};

use super::EXCHANGE;
use crate::event::CloudEvent;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Rows are delivered in the order of their positions, which the database deals out: the clocks of two instances may
    /// differ.
    #[sea_orm(primary_key)]
    pub position: i64,
    /// The service that the event is for, or `*`: whoever is bound to the exchange.
    pub subscriber: String,
    /// What the order is kept for; see `Event::subject`.
    pub subject: String,
    /// The whole `CloudEvent`.
    pub event: Json,
    /// How often delivery has failed.
    pub attempts: i64,
    /// When to try next, in milliseconds since 1970 by the clock of the database; 0 is at once.
    pub next_attempt_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The event in its envelope.
    pub(super) fn into_event(self) -> Result<CloudEvent, DbErr> {
        serde_json::from_value(self.event).map_err(|error| DbErr::Json(error.to_string()))
    }
}

/// Which rows are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Now,
    /// Whether their time has come or not.
    Anyhow,
}

/// Adds an event for a recipient.
pub(super) async fn add(
    connection: &impl ConnectionTrait,
    subscriber: &str,
    subject: &str,
    event: Json,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        subscriber: Set(subscriber.to_owned()),
        subject: Set(subject.to_owned()),
        event: Set(event),
        attempts: Set(0),
        next_attempt_at: Set(0),
        ..Default::default()
    };
    Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Where rows are claimed: in PostgreSQL a transaction, whose end gives them free; in SQLite nothing, since a file has
/// one process that relays.
pub(super) async fn claim(database: &DatabaseConnection) -> Result<DatabaseExecutor<'_>, DbErr> {
    Ok(match database.get_database_backend() {
        DatabaseBackend::Sqlite => DatabaseExecutor::Connection(database),
        _ => {
            let transaction = database.begin().await?;
            // A plan that was made while the table was empty is quadratic once it is not.
            let plan = "SET LOCAL plan_cache_mode = force_custom_plan";
            transaction.execute_unprepared(plan).await?;
            DatabaseExecutor::OwnedTransaction(transaction)
        }
    })
}

/// Keeps what was changed in a claim.
pub(super) async fn settle(claim: DatabaseExecutor<'_>) -> Result<(), DbErr> {
    match claim {
        DatabaseExecutor::OwnedTransaction(transaction) => transaction.commit().await,
        _ => Ok(()),
    }
}

/// The first row of every subject that is due, oldest first and at most `limit`, without those that another instance
/// has claimed.
///
/// A row is left out as long as an earlier one of its subject is there, so an event that cannot be delivered holds up
/// its own subject and no other, and no two instances deliver events of one subject at the same time.
pub(super) async fn due(
    claim: &DatabaseExecutor<'_>,
    subscriber: &str,
    due: Due,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let earlier = |column: Column| Expr::col((Alias::new("earlier"), column));
    let same = |column: Column| earlier(column).eq(Expr::col((Entity, column)));
    let before = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, Alias::new("earlier"))
        .and_where(same(Column::Subscriber))
        .and_where(same(Column::Subject))
        .and_where(earlier(Column::Position).lt(Expr::col((Entity, Column::Position))))
        .to_owned();
    let mut select = Entity::find()
        .filter(Column::Subscriber.eq(subscriber))
        .filter(Expr::not_exists(before))
        .order_by_asc(Column::Position)
        .limit(limit);
    let backend = claim.get_database_backend();
    if due == Due::Now {
        select = select.filter(Expr::col((Entity, Column::NextAttemptAt)).lte(now(backend)));
    }
    if backend == DatabaseBackend::Postgres {
        select = select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    select.all(claim).await
}

/// Delivered: the rows have done their duty.
pub(super) async fn remove(claim: &DatabaseExecutor<'_>, positions: &[i64]) -> Result<(), DbErr> {
    if !positions.is_empty() {
        let delete = Entity::delete_many();
        let delete = delete.filter(Column::Position.is_in(positions.iter().copied()));
        delete.exec(claim).await?;
    }
    Ok(())
}

/// Not delivered: to be tried again after `wait`.
pub(super) async fn postpone(
    claim: &DatabaseExecutor<'_>,
    row: &Model,
    wait: Duration,
) -> Result<(), DbErr> {
    let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    let at = now(claim.get_database_backend()).add(millis);
    Entity::update_many()
        .col_expr(Column::Attempts, Expr::val(row.attempts.saturating_add(1)))
        .col_expr(Column::NextAttemptAt, at)
        .filter(Column::Position.eq(row.position))
        .exec(claim)
        .await?;
    Ok(())
}

/// At most so many rows are turned at a time, so that requests don't wait for it.
const TURNED: u64 = 100;

/// Turns rows that wait for a recipient which is not delivered to any more into rows for those of today: the service was
/// started with or without a broker before, or a subscriber has another name now. With a broker that is the exchange,
/// without one the `subscribers` of each type. An event without any stays. It looks at some rows behind the position
/// `after`, and says where to go on.
pub(super) async fn redirect(
    database: &DatabaseConnection,
    subscribers: &BTreeMap<&'static str, Vec<&'static str>>,
    over_exchange: bool,
    after: i64,
) -> Result<Option<i64>, DbErr> {
    let today: Vec<&str> = match over_exchange {
        true => vec![EXCHANGE],
        false => subscribers.values().flatten().copied().collect(),
    };
    let transaction = database.begin().await?;
    let mut stale = Entity::find()
        .filter(Column::Subscriber.is_not_in(today))
        .filter(Column::Position.gt(after))
        .order_by_asc(Column::Position)
        .limit(TURNED);
    if transaction.get_database_backend() == DatabaseBackend::Postgres {
        stale = stale.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let (mut last, mut last_id) = (None, Json::Null);
    for row in stale.all(&transaction).await? {
        last = Some(row.position);
        let event = row.event["type"].as_str().unwrap_or_default();
        let recipients = match over_exchange {
            true => &[EXCHANGE][..],
            false => subscribers.get(event).map_or(&[][..], Vec::as_slice),
        };
        if recipients.is_empty() {
            continue;
        }
        Entity::delete_by_id(row.position)
            .exec(&transaction)
            .await?;
        // Several rows of one event, one behind the other, become one for the exchange.
        if !over_exchange || row.event["id"] != last_id {
            for recipient in recipients {
                add(&transaction, recipient, &row.subject, row.event.clone()).await?;
            }
        }
        last_id = row.event["id"].clone();
    }
    transaction.commit().await?;
    Ok(last)
}

/// The clock of the database, which all instances of the service share.
fn now(backend: DatabaseBackend) -> Expr {
    Expr::cust(match backend {
        DatabaseBackend::Sqlite => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
        _ => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
    })
}
