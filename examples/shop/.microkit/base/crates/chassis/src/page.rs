//! Cursor pagination: a list is read page by page, each beginning after the last `id` of the one
//! before, so that rows added meanwhile are neither skipped nor shown twice (as they are with
//! page numbers). List handlers and repositories use it. Read next: `event.rs`.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ModelTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, Value,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::fields::{Fields, FromFields};
use crate::rules;

/// Items on a page unless the request says otherwise.
const DEFAULT_LIMIT: u64 = 20;
/// The most that a request can ask for.
const MAX_LIMIT: i64 = 100;

/// Which page is asked for: the query parameters `limit` and `after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageRequest {
    /// The most items to return, 1 to 100. 20 if left out.
    #[param(required = false, minimum = 1, maximum = 100, default = 20)]
    pub limit: u64,
    /// The `next` of the page before. The first page if left out.
    pub after: Option<Uuid>,
}

impl PageRequest {
    /// Takes `limit` and `after` out of the query; a wrong one is named in the answer 422.
    pub fn from_fields(fields: &mut Fields) -> Option<Self> {
        let limit = fields.optional("limit", rules::integer().min(1).max(MAX_LIMIT));
        let after = fields.optional("after", rules::uuid());
        Some(Self {
            limit: limit?.map_or(DEFAULT_LIMIT, i64::unsigned_abs),
            after: after?,
        })
    }
}

impl FromFields for PageRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Self::from_fields(fields)
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            limit: DEFAULT_LIMIT,
            after: None,
        }
    }
}

/// One page of a list, in the order of the ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items, oldest first.
    pub items: Vec<T>,
    /// Pass it as `after` to get the next page; null on the last one.
    #[schema(required = true)]
    pub next: Option<Uuid>,
}

impl<T> Page<T> {
    /// The same page with each item changed by `change`, such as a row into a response.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
        }
    }
}

/// Reads one page of `select`, in the order of the column `id`, which holds UUIDs.
///
/// # Errors
/// If the database refuses the query or does not answer.
pub async fn paginate<E>(
    select: Select<E>,
    id: E::Column,
    page: &PageRequest,
    database: &impl ConnectionTrait,
) -> Result<Page<E::Model>, DbErr>
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E>,
{
    let select = match page.after {
        Some(after) => select.filter(id.gt(after)),
        None => select,
    };
    // One row more than asked for tells whether there is a next page.
    let wanted = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let limit = page.limit.saturating_add(1);
    let mut items = select.order_by_asc(id).limit(limit).all(database).await?;
    let more = items.len() > wanted;
    items.truncate(wanted);
    let next = match items.last().map(|item| item.get(id)) {
        Some(Value::Uuid(last)) if more => last,
        _ => None,
    };
    Ok(Page { items, next })
}

#[cfg(test)]
mod tests;
