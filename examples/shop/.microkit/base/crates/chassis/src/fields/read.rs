//! Reading a whole request, or a record inside one: every field that it has, and none that it
//! has not. The extractors and `rules::list` call it. Read next: `fields/place.rs`.

use serde_json::{Map, Value};

use super::near::nearest;
use super::{Fields, FromFields, Place};
use crate::problem::Problem;

/// Reads a whole request, or says everything that is wrong with it (422).
pub(super) fn read_all<T: FromFields>(
    sent: &Map<String, Value>,
    mut place: Place,
) -> Result<T, Problem> {
    match Fields::read(sent, &mut place) {
        Some(value) if place.count() == 0 => Ok(value),
        _ => Err(Problem::unprocessable(place.into_errors())),
    }
}

impl Fields<'_> {
    /// Reads `T` from the fields in `sent`, at `place`; `None` if anything in them is wrong.
    pub(crate) fn read<T: FromFields>(sent: &Map<String, Value>, place: &mut Place) -> Option<T> {
        let before = place.count();
        let known = Vec::new();
        let mut fields = Fields { sent, known, place };
        let value = T::from_fields(&mut fields);
        fields.refuse_unknown();
        // A wrong field that the request itself shrugged off is still wrong.
        value.filter(|_| place.count() == before)
    }

    // A misspelt field would otherwise be ignored without a word.
    fn refuse_unknown(&mut self) {
        for name in self.sent.keys() {
            if self.known.contains(&name.as_str()) {
                continue;
            }
            let mut detail = "is not a field of this request".to_owned();
            if let Some(near) = nearest(name, &self.known) {
                detail.push_str(&format!(", did you mean `{near}`?"));
            }
            self.wrong::<()>(name, &detail);
        }
    }
}
