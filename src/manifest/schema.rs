//! The JSON Schema of a manifest, from the types in `types.rs`: `docs/manifest.schema.json`, for completion in editors.
//!
//! A test keeps that file equal to what this gives, and the tables of `docs/manifest.md` too.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::types::Manifest;

/// The schema, draft 2020-12.
pub fn json_schema() -> Value {
    let mut schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Manifest>()
        .to_value();
    without_null(&mut schema);
    schema
}

/// TOML has no null: a key that may be left out is not one that may be null.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [only] = types.as_slice() {
                    members["type"] = only.clone();
                }
            }
            if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
                choices.retain(|choice| *choice != json!({ "type": "null" }));
                if let [Value::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    members.remove("anyOf");
                    members.extend(only);
                }
            }
            members.values_mut().for_each(without_null);
        }
        Value::Array(items) => items.iter_mut().for_each(without_null),
        _ => {}
    }
}
