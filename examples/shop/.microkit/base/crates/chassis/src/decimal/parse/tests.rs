//! Tests of `decimal/parse.rs`: what is read, what is too long and what is no number.

use super::*;

#[test]
fn every_form_of_a_json_number_is_read() {
    for (text, value) in [
        ("0", "0"),
        ("-0", "0"),
        ("19.99", "19.99"),
        ("-0.10", "-0.1"),
        ("2e3", "2000"),
        ("2.5E+2", "250"),
        ("1500e-3", "1.5"),
        ("0e999999999999999999999", "0"),
        ("1.0000000000000000000000000000000000000000", "1"),
        (
            "0.0000000000000000000000000001",
            "0.0000000000000000000000000001",
        ),
        (
            "79228162514264337593543950335",
            "79228162514264337593543950335",
        ),
    ] {
        assert_eq!(
            text.parse::<Decimal>().unwrap().to_string(),
            value,
            "{text}"
        );
    }
}

#[test]
fn what_does_not_fit_is_refused_and_not_rounded() {
    for text in [
        "0.00000000000000000000000000001",
        "79228162514264337593543950336",
        "1.0000000000000000000000000000001",
        "1e29",
        "1e-29",
        "1e99999999999999999999",
    ] {
        let refused = text.parse::<Decimal>();
        assert_eq!(refused, Err(ParseDecimalError::TooManyDigits), "{text}");
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "", "-", ".", "1.", ".5", "+1", "1 ", "1,5", "abc", "1e", "NaN", "0x1", "--1",
    ] {
        let refused = text.parse::<Decimal>();
        assert_eq!(refused, Err(ParseDecimalError::NotANumber), "{text}");
    }
}
