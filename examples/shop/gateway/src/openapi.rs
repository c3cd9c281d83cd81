//! One OpenAPI document for the system, put together from those of the services that answer now. Only what the
//! gateway lets through is in it.

use std::time::Duration;

use axum::Json;
use chassis::Callee;
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// A service that takes longer is missing from the document, which is better than no document.
const PATIENCE: Duration = Duration::from_secs(2);

/// The documents of the owners, as one.
pub(crate) async fn merged(owners: &[(&'static str, Callee)]) -> Json<Value> {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for (service, mut document) in documents(owners).await {
        rename_clashing(&mut document, &schemas, &service);
        if let Value::Object(own) = document["components"]["schemas"].take() {
            schemas.extend(own);
        }
        if let Value::Object(own) = document["paths"].take() {
            let open = |path: &str| {
                let first = path.split('/').nth(1);
                let mut owned = owners.iter().filter(|(_, owner)| owner.name() == service);
                owned.any(|(path, _)| Some(*path) == first)
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

/// The document of each service that answers, asked for at the same time.
async fn documents(owners: &[(&'static str, Callee)]) -> Vec<(String, Value)> {
    let mut asked = JoinSet::new();
    let mut services: Vec<&str> = Vec::new();
    for (_, callee) in owners {
        if services.contains(&callee.name()) {
            continue;
        }
        services.push(callee.name());
        let callee = callee.clone();
        asked.spawn(async move {
            let reply = timeout(PATIENCE, callee.get("/openapi.json"))
                .await
                .ok()?
                .ok()?;
            Some((callee.name().to_owned(), reply.json::<Value>().ok()?))
        });
    }
    let answered = asked.join_all().await;
    let mut documents: Vec<_> = answered.into_iter().flatten().collect();
    documents.sort_by(|one, other| one.0.cmp(&other.0));
    documents
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
