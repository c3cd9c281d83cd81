//! Where the users are kept: the only code that touches the table `users`.
//!
//! Called by `routes.rs`; a row is `entity.rs`.

use chassis::{Context, Page, paginate};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Unchanged, DatabaseConnection, DbErr, EntityTrait,
    IntoActiveModel,
};
use uuid::Uuid;

use super::entity;
use super::requests::{UserChanges, UserList};

/// The users of this service.
#[derive(Clone)]
pub struct UserRepository {
    database: DatabaseConnection,
}

impl UserRepository {
    /// # Errors
    ///
    /// Where `lib.rs` declares no database.
    pub fn new(context: &Context) -> anyhow::Result<Self> {
        Ok(Self {
            database: context.database()?,
        })
    }

    /// Inserts a new user.
    pub async fn save(&self, model: entity::Model) -> Result<entity::Model, DbErr> {
        let row = model.clone().into_active_model();
        entity::Entity::insert(row)
            .exec_without_returning(&self.database)
            .await?;
        Ok(model)
    }

    /// The user of this id, if there is one.
    pub async fn find_by_id(&self, id: Uuid) -> Result<Option<entity::Model>, DbErr> {
        entity::Entity::find_by_id(id).one(&self.database).await
    }

    /// One page of the users, oldest first.
    pub async fn list(&self, list: &UserList) -> Result<Page<entity::Model>, DbErr> {
        let select = entity::Entity::find();
        paginate(select, entity::Column::Id, &list.page, &self.database).await
    }

    /// Writes what `changes` names, leaves the rest, and gives the row as it is then.
    pub async fn update(&self, id: Uuid, changes: UserChanges) -> Result<entity::Model, DbErr> {
        let mut row = entity::ActiveModel {
            id: Unchanged(id),
            ..Default::default()
        };
        changes.apply(&mut row);
        row.update(&self.database).await
    }

    /// Deletes the user.
    pub async fn delete(&self, model: &entity::Model) -> Result<(), DbErr> {
        entity::Entity::delete_by_id(model.id)
            .exec(&self.database)
            .await?;
        Ok(())
    }
}
