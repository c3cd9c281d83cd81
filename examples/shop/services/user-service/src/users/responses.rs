//! What `/users` answers with. A type of its own, so that the table can change without the interface.
//!
//! `routes.rs` makes it from the row of `entity.rs`.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity;

/// One user as clients see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserResponse {
    pub id: Uuid,
    pub email: String,
    pub name: String,
}

impl From<entity::Model> for UserResponse {
    fn from(model: entity::Model) -> Self {
        Self {
            id: model.id,
            email: model.email,
            name: model.name,
        }
    }
}
