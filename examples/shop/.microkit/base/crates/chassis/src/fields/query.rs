//! `ValidQuery`: the extractor of a handler that takes query parameters. axum calls it before
//! the handler runs. Read next: `rules.rs`, what can be demanded of a value.

use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use serde_json::{Map, Value};

use super::read::read_all;
use super::{FromFields, Place};
use crate::problem::Problem;

/// A query string that was read and found right.
///
/// Otherwise the answer is 422: wrong, unknown and repeated parameters are all named.
#[derive(Clone, Copy, Debug)]
pub struct ValidQuery<T>(pub T);

impl<T, S> FromRequestParts<S> for ValidQuery<T>
where
    T: FromFields,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Self::read(&parts.uri)
    }
}

impl<T: FromFields> ValidQuery<T> {
    pub(crate) fn read(uri: &Uri) -> Result<Self, Problem> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| Problem::bad_request("the query string cannot be read"))?;
        let mut sent = Map::new();
        let mut place = Place::query();
        for (name, text) in pairs.0 {
            if sent.contains_key(&name) {
                place.inside(&name, |place| place.wrong::<()>("is given more than once"));
            }
            sent.insert(name, Value::String(text));
        }
        read_all(&sent, place).map(Self)
    }
}
