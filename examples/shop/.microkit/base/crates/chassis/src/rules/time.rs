//! Rules for points in time: `date` (a calendar date) and `timestamp` (an instant).
//! Years run from 1 to 9999, which both databases can store. Read next: `rules/choice.rs`.

use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, Utc};
use serde_json::Value;

use super::Rule;
use crate::fields::Place;

/// See [`date`].
#[derive(Clone, Copy, Debug)]
pub struct DateRule;

/// A calendar date such as `2024-02-29`.
pub fn date() -> DateRule {
    DateRule
}

impl Rule for DateRule {
    type Value = NaiveDate;

    fn check(&self, value: &Value, at: &mut Place) -> Option<NaiveDate> {
        // chrono takes other forms as well, such as a sign or a single digit.
        let is_plain = |text: &&str| text.len() == 10 && !text.starts_with(['+', '-']);
        let text = value.as_str().filter(is_plain);
        let date = text.and_then(|text| text.parse::<NaiveDate>().ok());
        match date.filter(|date| (1..=9999).contains(&date.year())) {
            Some(date) => Some(date),
            None => at.wrong("must be a date such as 2024-02-29"),
        }
    }
}

/// See [`timestamp`].
#[derive(Clone, Copy, Debug)]
pub struct TimestampRule;

/// An instant in the form of RFC 3339, such as `2024-02-29T12:30:00Z`, in any time zone; cut to
/// microseconds, which is what PostgreSQL stores.
pub fn timestamp() -> TimestampRule {
    TimestampRule
}

impl Rule for TimestampRule {
    type Value = DateTime<Utc>;

    fn check(&self, value: &Value, at: &mut Place) -> Option<DateTime<Utc>> {
        let text = value.as_str();
        let instant = text.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        let instant = instant.map(|instant| instant.to_utc().trunc_subsecs(6));
        match instant.filter(|instant| (1..=9999).contains(&instant.year())) {
            Some(instant) => Some(instant),
            None => at.wrong("must be a timestamp such as 2024-02-29T12:30:00Z"),
        }
    }
}
