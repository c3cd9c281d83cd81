//! Rules for texts: `string` (one line), `text` (many lines), `email` and `uuid`.
//! Lengths count characters, not bytes. Read next: `rules/number.rs`.

use serde_json::Value;
use uuid::Uuid;

use super::{Rule, count};
use crate::fields::Place;

/// See [`string`] and [`text`].
#[derive(Clone, Copy, Debug)]
pub struct TextRule {
    min: usize,
    max: usize,
    lines: bool,
}

/// A text on one line: at most 255 characters unless `max` says otherwise, no control characters.
pub fn string() -> TextRule {
    TextRule {
        min: 0,
        max: 255,
        lines: false,
    }
}

/// A text of any form: at most 65 536 characters unless `max` says otherwise.
pub fn text() -> TextRule {
    TextRule {
        min: 0,
        max: 65_536,
        lines: true,
    }
}

impl TextRule {
    /// At least so many characters.
    pub fn min(self, min: usize) -> Self {
        Self { min, ..self }
    }

    /// At most so many characters.
    pub fn max(self, max: usize) -> Self {
        Self { max, ..self }
    }

    fn refuses(&self, letter: char) -> bool {
        // PostgreSQL cannot store NUL in a text.
        letter == '\0' || (!self.lines && letter.is_control())
    }
}

impl Rule for TextRule {
    type Value = String;

    fn check(&self, value: &Value, at: &mut Place) -> Option<String> {
        let text = as_text(value, at)?;
        let length = text.chars().count();
        if length < self.min {
            let min = count(self.min, "character");
            return at.wrong(format!("must have at least {min}"));
        }
        if length > self.max {
            let max = count(self.max, "character");
            return at.wrong(format!("must have at most {max}"));
        }
        if text.chars().any(|letter| self.refuses(letter)) {
            return at.wrong("must not contain control characters");
        }
        Some(text.to_owned())
    }
}

/// See [`email`].
#[derive(Clone, Copy, Debug)]
pub struct EmailRule;

/// An e-mail address, as far as its form goes: whether it exists only a message can tell.
pub fn email() -> EmailRule {
    EmailRule
}

impl Rule for EmailRule {
    type Value = String;

    fn check(&self, value: &Value, at: &mut Place) -> Option<String> {
        let text = as_text(value, at)?;
        if !is_email(text) {
            return at.wrong("must be an e-mail address");
        }
        Some(text.to_owned())
    }
}

// The lengths are those of RFC 5321. Quoted local parts and IP addresses, which it allows as well,
// are practically always mistakes in a form.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_local =
        |letter: char| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter);
    let has_gap = |part: &str| part.split('.').any(str::is_empty);
    let is_label = |label: &str| {
        label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    text.len() <= 254
        && local.len() <= 64
        && !has_gap(local)
        && local.chars().all(is_local)
        && domain.contains('.')
        && !has_gap(domain)
        && domain.split('.').all(is_label)
}

/// See [`uuid`].
#[derive(Clone, Copy, Debug)]
pub struct UuidRule;

/// A UUID in its usual form with hyphens.
pub fn uuid() -> UuidRule {
    UuidRule
}

impl Rule for UuidRule {
    type Value = Uuid;

    fn check(&self, value: &Value, at: &mut Place) -> Option<Uuid> {
        let text = value.as_str().filter(|text| text.len() == 36);
        match text.and_then(|text| Uuid::try_parse(text).ok()) {
            Some(uuid) => Some(uuid),
            None => at.wrong("must be a UUID"),
        }
    }
}

fn as_text<'a>(value: &'a Value, at: &mut Place) -> Option<&'a str> {
    match value {
        Value::String(text) => Some(text),
        _ => at.wrong("must be a text"),
    }
}
