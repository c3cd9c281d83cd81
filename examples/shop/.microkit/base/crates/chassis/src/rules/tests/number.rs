//! Tests of `rules/number.rs` and `rules/time.rs`.

use serde_json::json;

use super::{check, said};
use crate::Decimal;
use crate::rules::{date, decimal, integer, timestamp};

#[test]
fn an_integer_is_whole_and_in_bounds() {
    assert_eq!(check(&integer(), &json!(i64::MIN)).unwrap(), i64::MIN);
    assert_eq!(said(&integer().min(1), json!(0)), "must be at least 1");
    assert_eq!(said(&integer().max(9), json!(10)), "must be at most 9");
    assert_eq!(
        said(&integer(), json!(1.5)),
        "must be a whole number of at most 64 bits"
    );
    assert_eq!(
        said(&integer(), json!(u64::MAX)),
        "must be a whole number of at most 64 bits"
    );
    assert_eq!(said(&integer(), json!("1")), "must be a whole number");
}

#[test]
fn a_decimal_is_exact_and_in_bounds() {
    let value = serde_json::from_str("12345678901234567890.05").unwrap();
    assert_eq!(
        check(&decimal(), &value).unwrap().to_string(),
        "12345678901234567890.05"
    );
    let rule = decimal().min("0.01").max("10");
    assert_eq!(check(&rule, &json!(10)).unwrap(), Decimal::from(10));
    assert_eq!(said(&rule, json!(0)), "must be at least 0.01");
    assert_eq!(
        said(&rule, serde_json::from_str("10.001").unwrap()),
        "must be at most 10"
    );
    assert_eq!(said(&rule, json!("1")), "must be a decimal number");
    assert_eq!(
        said(&rule, serde_json::from_str("1e99").unwrap()),
        "has too many digits"
    );
}

#[test]
fn dates_and_timestamps_are_checked_against_the_calendar() {
    assert_eq!(
        check(&date(), &json!("2024-02-29")).unwrap().to_string(),
        "2024-02-29"
    );
    for wrong in [
        "2023-02-29",
        "2024-2-29",
        "0000-01-01",
        "24-02-2024",
        "+2024-01-1",
        "",
    ] {
        assert_eq!(
            said(&date(), json!(wrong)),
            "must be a date such as 2024-02-29",
            "{wrong}"
        );
    }
    let instant = check(&timestamp(), &json!("2024-02-29T13:30:00.1234567+01:00")).unwrap();
    assert_eq!(instant.to_rfc3339(), "2024-02-29T12:30:00.123456+00:00");
    for wrong in [
        json!("2024-02-29"),
        json!("2024-02-29T12:30:00"),
        json!(1_709_210_000),
    ] {
        assert!(said(&timestamp(), wrong).starts_with("must be a timestamp"));
    }
}
