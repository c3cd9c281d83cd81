//! The client of user-service: what this service asks of it, and its own view of the answers.
//!
//! A view names only what is read here, so that user-service can change the rest without breaking anyone.

use chassis::{CallError, Callee, Context};
use serde::Deserialize;
use uuid::Uuid;

/// Calls user-service, wherever it runs.
#[derive(Clone)]
pub struct UserServiceClient {
    callee: Callee,
}

impl UserServiceClient {
    /// # Errors
    ///
    /// Where `lib.rs` does not declare the call.
    pub fn new(context: &Context) -> anyhow::Result<Self> {
        Ok(Self {
            callee: context.callee("user-service")?,
        })
    }

    /// `GET /users/{id}`: `None` if there is no such user.
    pub async fn find_user(&self, id: Uuid) -> Result<Option<UserView>, CallError> {
        let path = format!("/users/{id}");
        self.callee.get(&path).await?.found()
    }
}

/// What is read of one user. Add the fields that you need.
#[derive(Clone, Debug, Deserialize)]
pub struct UserView {
    pub id: Uuid,
}
