//! What microkit teaches besides the codes: the principles and patterns of microservices, a page each in English and
//! Spanish, and where each stands in the workspace at hand.
//!
//! `commands/explain.rs` shows them. Pure: what is read of a workspace is handed in. Read `topic.rs` for the list,
//! `subject.rs` for how a name is found, `overview.rs` and `page.rs` for what is shown, then `places/` for where a topic
//! stands.

mod overview;
mod page;
mod places;
mod subject;
mod topic;

pub use overview::overview;
pub use page::{rendered, title, wrapped};
pub use places::{At, Ground, Place, Standing, standing};
pub use subject::{Subject, nearest};
pub use topic::{Theme, Topic};

use crate::lang::Lang;

/// A short text in English and in Spanish.
pub type Said = [&'static str; 2];

/// The text in that language.
pub(crate) fn say(said: Said, lang: Lang) -> &'static str {
    match lang {
        Lang::En => said[0],
        Lang::Es => said[1],
    }
}
