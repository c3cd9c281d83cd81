//! The client of order-service: what this service asks of it, and its own view of the answers.
//!
//! A view names only what is read here, so that order-service can change the rest without breaking anyone.

use chassis::{CallError, Callee, Context};
use serde::Deserialize;
use uuid::Uuid;

/// Calls order-service, wherever it runs.
#[derive(Clone)]
pub struct OrderServiceClient {
    callee: Callee,
}

impl OrderServiceClient {
    /// # Errors
    ///
    /// Where `lib.rs` does not declare the call.
    pub fn new(context: &Context) -> anyhow::Result<Self> {
        Ok(Self {
            callee: context.callee("order-service")?,
        })
    }

    /// `GET /orders/{id}`: `None` if there is no such order.
    pub async fn find_order(&self, id: Uuid) -> Result<Option<OrderView>, CallError> {
        let path = format!("/orders/{id}");
        self.callee.get(&path).await?.found()
    }
}

/// What is read of one order. Add the fields that you need.
#[derive(Clone, Debug, Deserialize)]
pub struct OrderView {
    pub id: Uuid,
}
