//! What the handlers share. Made once at start by `lib.rs`, handed to every handler as axum's state.

use chassis::Context;

use crate::users::UserRepository;

/// The repository. A clone is cheap and shares what is behind it.
#[derive(Clone)]
pub struct App {
    pub users: UserRepository,
}

impl App {
    /// # Errors
    ///
    /// Where `lib.rs` does not declare what is asked of the context here.
    pub fn new(context: &Context) -> anyhow::Result<Self> {
        Ok(Self {
            users: UserRepository::new(context)?,
        })
    }
}
