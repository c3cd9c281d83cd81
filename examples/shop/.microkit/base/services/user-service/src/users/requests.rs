//! What may be sent to `/users`. Every field is checked and every wrong one named, in one answer (422).
//!
//! `routes.rs` takes these types; the rules are `chassis::rules`.

use chassis::{Fields, FromFields, PageRequest, rules};
use sea_orm::ActiveValue::Set;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity;

/// The body of `POST /users`.
#[derive(Clone, Debug, ToSchema)]
pub struct NewUser {
    /// An e-mail address, given only once.
    pub email: String,
    /// At most 255 characters.
    pub name: String,
}

impl FromFields for NewUser {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", rules::email());
        let name = fields.required("name", rules::string());
        Some(Self {
            email: email?,
            name: name?,
        })
    }
}

impl NewUser {
    /// The row to insert: what was sent, a new id.
    pub fn into_model(self) -> entity::Model {
        entity::Model {
            id: Uuid::now_v7(),
            email: self.email,
            name: self.name,
        }
    }
}

/// The body of `PATCH /users/{id}`: what is left out stays as it is.
#[derive(Clone, Debug, ToSchema)]
pub struct UserChanges {
    #[schema(nullable = false)]
    pub email: Option<String>,
    #[schema(nullable = false)]
    pub name: Option<String>,
}

impl FromFields for UserChanges {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.change("email", rules::email());
        let name = fields.change("name", rules::string());
        Some(Self {
            email: email?,
            name: name?,
        })
    }
}

impl UserChanges {
    /// Marks what is to be written.
    pub fn apply(self, row: &mut entity::ActiveModel) {
        if let Some(value) = self.email {
            row.email = Set(value);
        }
        if let Some(value) = self.name {
            row.name = Set(value);
        }
    }
}

/// The query of `GET /users`.
#[derive(Clone, Debug)]
pub struct UserList {
    /// Which part of the list.
    pub page: PageRequest,
}

impl FromFields for UserList {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let page = PageRequest::from_fields(fields);
        Some(Self { page: page? })
    }
}
