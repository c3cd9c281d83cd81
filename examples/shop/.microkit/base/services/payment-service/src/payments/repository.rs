//! Where the payments are kept: the only code that touches the table `payments`.
//!
//! Called by `routes.rs`; a row is `entity.rs`.

use chassis::{Context, Page, paginate};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Unchanged, ColumnTrait, DatabaseConnection, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use super::entity;
use super::requests::{PaymentChanges, PaymentList};

/// The payments of this service.
#[derive(Clone)]
pub struct PaymentRepository {
    database: DatabaseConnection,
}

impl PaymentRepository {
    /// # Errors
    ///
    /// Where `lib.rs` declares no database.
    pub fn new(context: &Context) -> anyhow::Result<Self> {
        Ok(Self {
            database: context.database()?,
        })
    }

    /// Inserts a new payment.
    pub async fn save(&self, model: entity::Model) -> Result<entity::Model, DbErr> {
        let row = model.clone().into_active_model();
        entity::Entity::insert(row)
            .exec_without_returning(&self.database)
            .await?;
        Ok(model)
    }

    /// The payment of this id, if there is one.
    pub async fn find_by_id(&self, id: Uuid) -> Result<Option<entity::Model>, DbErr> {
        entity::Entity::find_by_id(id).one(&self.database).await
    }

    /// One page of the payments, oldest first.
    pub async fn list(&self, list: &PaymentList) -> Result<Page<entity::Model>, DbErr> {
        let mut select = entity::Entity::find();
        if let Some(value) = list.order_id {
            select = select.filter(entity::Column::OrderId.eq(value));
        }
        paginate(select, entity::Column::Id, &list.page, &self.database).await
    }

    /// Writes what `changes` names, leaves the rest, and gives the row as it is then.
    pub async fn update(&self, id: Uuid, changes: PaymentChanges) -> Result<entity::Model, DbErr> {
        let mut row = entity::ActiveModel {
            id: Unchanged(id),
            ..Default::default()
        };
        changes.apply(&mut row);
        row.update(&self.database).await
    }

    /// Deletes the payment.
    pub async fn delete(&self, model: &entity::Model) -> Result<(), DbErr> {
        entity::Entity::delete_by_id(model.id)
            .exec(&self.database)
            .await?;
        Ok(())
    }
}
