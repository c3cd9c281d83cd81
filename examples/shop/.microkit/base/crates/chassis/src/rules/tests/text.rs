//! Tests of `rules/text.rs`.

use serde_json::json;

use super::{check, said};
use crate::rules::{email, string, text, uuid};

#[test]
fn texts_are_measured_in_characters() {
    let rule = string().min(2).max(3);
    assert_eq!(check(&rule, &json!("äöü")).unwrap(), "äöü");
    assert_eq!(said(&rule, json!("a")), "must have at least 2 characters");
    assert_eq!(said(&rule, json!("abcd")), "must have at most 3 characters");
    assert_eq!(
        said(&string().min(1), json!("")),
        "must have at least 1 character"
    );
    assert_eq!(
        said(&string(), json!("a".repeat(256))),
        "must have at most 255 characters"
    );
    assert_eq!(said(&string(), json!(5)), "must be a text");
}

#[test]
fn only_a_long_text_has_lines_and_none_has_nul() {
    let refused = "must not contain control characters";
    assert_eq!(said(&string(), json!("a\nb")), refused);
    assert_eq!(check(&text(), &json!("a\nb")).unwrap(), "a\nb");
    assert_eq!(said(&text(), json!("a\0b")), refused);
    assert_eq!(
        said(&text().max(1), json!("ab")),
        "must have at most 1 character"
    );
}

#[test]
fn an_address_needs_the_form_of_one() {
    for right in [
        "ada@example.com",
        "a.b+c@mail.example.co.uk",
        "jörg@exämple.de",
        "o'x@a-b.c",
    ] {
        assert_eq!(check(&email(), &json!(right)).unwrap(), right);
    }
    let long = format!("{}@example.com", "a".repeat(65));
    for wrong in [
        "",
        "ada",
        "@example.com",
        "ada@",
        "ada@example",
        "a b@example.com",
        "ada@exa mple.com",
        "a@b@example.com",
        ".a@example.com",
        "a..b@example.com",
        "a@.com",
        "a@b..com",
        "a@-b.com",
        "a@b.com\n",
        "<a@b.com>",
        &long,
    ] {
        assert_eq!(
            said(&email(), json!(wrong)),
            "must be an e-mail address",
            "{wrong:?}"
        );
    }
}

#[test]
fn a_uuid_has_its_usual_form() {
    let text = "0190a5c8-6f2e-7cc4-9d3b-0123456789ab";
    assert_eq!(check(&uuid(), &json!(text)).unwrap().to_string(), text);
    for wrong in [
        json!("x"),
        json!(text.replace('-', "")),
        json!(5),
        json!(format!("{{{text}}}")),
    ] {
        assert_eq!(said(&uuid(), wrong), "must be a UUID");
    }
}
