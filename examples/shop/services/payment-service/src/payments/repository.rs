//! Where the payments are kept: the only code that touches the table `payments`.
//!
//! Called by `routes.rs`; a row is `entity.rs`.

use chassis::{Context, Page, paginate};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use super::entity;
use super::requests::PaymentList;
use super::types::PaymentStatus;

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

    /// Notes that an order waits to be paid; once, however often it is told.
    pub async fn expect(
        model: entity::Model,
        database: &impl ConnectionTrait,
    ) -> Result<(), DbErr> {
        let once = OnConflict::column(entity::Column::OrderId)
            .do_nothing()
            .to_owned();
        entity::Entity::insert(model.into_active_model())
            .on_conflict(once)
            .try_insert()
            .exec_without_returning(database)
            .await?;
        Ok(())
    }

    /// Makes the payment of an order. Of two requests at the same moment one charges and both get the same payment.
    pub async fn charge(&self, model: entity::Model) -> Result<entity::Model, DbErr> {
        let (order_id, amount) = (model.order_id, model.amount);
        Self::expect(model, &self.database).await?;
        let charged = entity::ActiveModel {
            amount: Set(amount),
            status: Set(PaymentStatus::Success),
            ..Default::default()
        };
        // The condition is what makes it happen once: the second update finds nothing that is pending.
        let updated = entity::Entity::update_many()
            .set(charged)
            .filter(entity::Column::OrderId.eq(order_id))
            .filter(entity::Column::Status.eq(PaymentStatus::Pending))
            .exec(&self.database)
            .await?;
        if updated.rows_affected == 1 {
            tracing::info!(%order_id, %amount, "charged");
        }
        let payment = entity::Entity::find()
            .filter(entity::Column::OrderId.eq(order_id))
            .one(&self.database)
            .await?;
        payment.ok_or_else(|| DbErr::RecordNotFound(format!("the payment of {order_id}")))
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
}
