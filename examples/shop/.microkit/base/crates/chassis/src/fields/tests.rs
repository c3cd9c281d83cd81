//! Tests of `fields.rs`, over one request with every kind of field.

mod extractors;

use serde_json::{Value, json};

use super::read::read_all;
use super::{Fields, FromFields, Place};
use crate::{Problem, rules};

#[derive(Clone, Debug, Default, PartialEq)]
struct Sample {
    name: String,
    nickname: Option<String>,
    age: Option<i64>,
    note: Option<Option<String>>,
    level: i64,
}

impl FromFields for Sample {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", rules::string().min(1));
        let nickname = fields.optional("nickname", rules::string());
        let age = fields.change("age", rules::integer().min(0));
        let note = fields.change_optional("note", rules::text());
        let level = fields.optional_or("level", rules::integer(), 3);
        fields.readonly("total");
        Some(Self {
            name: name?,
            nickname: nickname?,
            age: age?,
            note: note?,
            level: level?,
        })
    }
}

/// The value, or `field detail` for each field that is wrong.
fn read(value: &Value) -> Result<Sample, Vec<String>> {
    let sent = value.as_object().unwrap();
    read_all(sent, Place::default()).map_err(|problem| told(&problem))
}

fn told(problem: &Problem) -> Vec<String> {
    let errors = problem.errors().iter();
    errors
        .map(|error| format!("{} {}", error.field, error.detail))
        .collect()
}

fn wrong(value: &Value) -> Vec<String> {
    read(value).unwrap_err()
}

#[test]
fn left_out_and_null_mean_what_each_kind_says() {
    let left_out = read(&json!({"name": "Ada"})).unwrap();
    let expected = Sample {
        name: "Ada".to_owned(),
        level: 3,
        ..Sample::default()
    };
    assert_eq!(left_out, expected);
    let nulls = read(&json!({"name": "Ada", "nickname": null, "note": null})).unwrap();
    assert_eq!((nulls.nickname, nulls.note), (None, Some(None)));
    let given = read(&json!({"name": "Ada", "note": "x", "age": 1, "level": 0})).unwrap();
    assert_eq!(given.note, Some(Some("x".to_owned())));
    assert_eq!((given.age, given.level), (Some(1), 0));
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let body = json!({"name": null, "age": null, "level": null, "note": 5, "total": 1, "nmae": 1});
    let expected = [
        "name is required",
        "age must not be null",
        "note must be a text",
        "level must not be null",
        "total is read-only",
        "nmae is not a field of this request, did you mean `name`?",
    ];
    assert_eq!(wrong(&body), expected);
}

#[test]
fn an_unknown_field_without_a_neighbour_gets_no_suggestion() {
    let expected = ["password is not a field of this request"];
    assert_eq!(wrong(&json!({"name": "Ada", "password": "x"})), expected);
}

#[test]
fn a_flood_of_wrong_fields_is_not_answered_by_a_larger_one() {
    let mut body = json!({"name": "Ada"});
    for number in 0..5_000 {
        body[format!("{number:0100}")] = json!(1);
    }
    let errors = wrong(&body);
    assert_eq!(errors.len(), 100);
    assert!(
        errors.iter().all(|error| error.len() < 110),
        "{}",
        errors[0]
    );
}
