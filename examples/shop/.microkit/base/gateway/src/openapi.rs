//! One OpenAPI document for the system, put together from those of the services that answer now. Only what the
//! gateway lets through is in it.

use axum::Json;
use chassis::Callee;
use serde_json::{Map, Value, json};

/// The documents of the owners, as one.
pub(crate) async fn merged(owners: &[(&'static str, Callee)]) -> Json<Value> {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    let mut seen: Vec<&str> = Vec::new();
    for (_, callee) in owners {
        if seen.contains(&callee.name()) {
            continue;
        }
        seen.push(callee.name());
        // A service that is down is missing from the document, which is better than no document.
        let Ok(reply) = callee.get("/openapi.json").await else {
            continue;
        };
        let Ok(mut document) = reply.json::<Value>() else {
            continue;
        };
        rename_clashing(&mut document, &schemas, callee.name());
        if let Value::Object(own) = document["components"]["schemas"].take() {
            schemas.extend(own);
        }
        if let Value::Object(own) = document["paths"].take() {
            let open = |path: &str| {
                let first = path.split('/').nth(1);
                owners
                    .iter()
                    .any(|(owned, owner)| Some(*owned) == first && owner.name() == callee.name())
            };
            let own = own.into_iter().filter(|(path, _)| open(path));
            paths.extend(own.map(|(path, item)| (format!("/api{path}"), item)));
        }
    }
    Json(json!({
        "openapi": "3.1.0",
        "info": {"title": "API", "version": env!("CARGO_PKG_VERSION")},
        "paths": paths,
        "components": {"schemas": schemas},
    }))
}

/// Two services may use one name for two things: the later one gets its service's name before it.
fn rename_clashing(document: &mut Value, taken: &Map<String, Value>, service: &str) {
    let own = document["components"]["schemas"].as_object();
    let clashing: Vec<String> = own
        .into_iter()
        .flatten()
        .filter(|(name, schema)| taken.get(*name).is_some_and(|other| other != *schema))
        .map(|(name, _)| name.clone())
        .collect();
    for name in clashing {
        let new = format!("{service}.{name}");
        replace_references(document, &reference(&name), &reference(&new));
        if let Some(schemas) = document["components"]["schemas"].as_object_mut()
            && let Some(schema) = schemas.remove(&name)
        {
            schemas.insert(new, schema);
        }
    }
}

fn reference(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

fn replace_references(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::String(text) if text == old => *text = new.to_owned(),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| replace_references(item, old, new)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| replace_references(member, old, new)),
        _ => {}
    }
}
