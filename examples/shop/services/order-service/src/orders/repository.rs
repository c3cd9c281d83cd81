//! Where the orders are kept: the only code that touches the table `orders`.
//!
//! Called by `routes.rs`; a row is `entity.rs`. What it changes, it publishes in the same transaction.

use chassis::{Context, Outbox, Page, paginate};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, TransactionTrait,
};
use uuid::Uuid;

use super::entity;
use super::requests::OrderList;
use super::types::OrderStatus;
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

    /// Moves an order on, in one statement, so that of two requests at the same moment none is lost. `None` if the
    /// order is past that status.
    pub async fn change_status(
        &self,
        id: Uuid,
        status: OrderStatus,
    ) -> Result<Option<entity::Model>, DbErr> {
        // An order may be told again what it is already.
        let before = match status {
            OrderStatus::Pending => vec![OrderStatus::Pending],
            OrderStatus::Paid => vec![OrderStatus::Pending, OrderStatus::Paid],
        };
        let row = entity::ActiveModel {
            status: Set(status),
            ..Default::default()
        };
        let updated = entity::Entity::update_many()
            .set(row)
            .filter(entity::Column::Id.eq(id))
            .filter(entity::Column::Status.is_in(before))
            .exec(&self.database)
            .await?;
        match updated.rows_affected {
            0 => Ok(None),
            _ => self.find_by_id(id).await,
        }
    }

    /// Deletes the order.
    pub async fn delete(&self, model: &entity::Model) -> Result<(), DbErr> {
        entity::Entity::delete_by_id(model.id)
            .exec(&self.database)
            .await?;
        Ok(())
    }
}
