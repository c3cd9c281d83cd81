//! Where the orders are kept: the only code that touches the table `orders`.
//!
//! Called by `routes.rs`; a row is `entity.rs`. What it changes, it publishes in the same transaction.

use chassis::{Context, Outbox, Page, paginate};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Unchanged, ColumnTrait, DatabaseConnection, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, TransactionTrait,
};
use uuid::Uuid;

use super::entity;
use super::requests::{OrderChanges, OrderList};
use crate::events::OrderCreated;

/// The orders of this service.
#[derive(Clone)]
pub struct OrderRepository {
    database: DatabaseConnection,
    outbox: Outbox,
}

impl OrderRepository {
    /// # Errors
    ///
    /// Where `lib.rs` declares no database.
    pub fn new(context: &Context) -> anyhow::Result<Self> {
        Ok(Self {
            database: context.database()?,
            outbox: context.outbox()?,
        })
    }

    /// Inserts a new order and, in the same transaction, the event that tells of it.
    pub async fn save(&self, model: entity::Model) -> Result<entity::Model, DbErr> {
        let transaction = self.database.begin().await?;
        let row = model.clone().into_active_model();
        entity::Entity::insert(row)
            .exec_without_returning(&transaction)
            .await?;
        let event = OrderCreated::from(&model);
        self.outbox.publish(&transaction, &event).await?;
        self.outbox.commit(transaction).await?;
        Ok(model)
    }

    /// The order of this id, if there is one.
    pub async fn find_by_id(&self, id: Uuid) -> Result<Option<entity::Model>, DbErr> {
        entity::Entity::find_by_id(id).one(&self.database).await
    }

    /// One page of the orders, oldest first.
    pub async fn list(&self, list: &OrderList) -> Result<Page<entity::Model>, DbErr> {
        let mut select = entity::Entity::find();
        if let Some(value) = list.user_id {
            select = select.filter(entity::Column::UserId.eq(value));
        }
        paginate(select, entity::Column::Id, &list.page, &self.database).await
    }

    /// Writes what `changes` names, leaves the rest, and gives the row as it is then.
    pub async fn update(&self, id: Uuid, changes: OrderChanges) -> Result<entity::Model, DbErr> {
        let mut row = entity::ActiveModel {
            id: Unchanged(id),
            ..Default::default()
        };
        changes.apply(&mut row);
        row.update(&self.database).await
    }

    /// Deletes the order.
    pub async fn delete(&self, model: &entity::Model) -> Result<(), DbErr> {
        entity::Entity::delete_by_id(model.id)
            .exec(&self.database)
            .await?;
        Ok(())
    }
}
