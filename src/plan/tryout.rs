//! Three lines to paste into a shell once the system runs: what `new --run` and the README show.

use super::sample;
use super::service::field::{self, Typed};
use crate::system::{FieldType, Resource, System};

/// Three `curl` lines against the gateway of a running system.
pub fn tryout(system: &System) -> Vec<String> {
    let base = format!("http://127.0.0.1:{}", system.gateway.port);
    let resources = || {
        system
            .services
            .iter()
            .flat_map(|service| &service.resources)
    };
    let mut lines = Vec::new();
    if let Some(resource) = resources().find(|resource| is_free(resource)) {
        let url = format!("{base}/api/{}", resource.path);
        let body = body(resource);
        lines.push(format!(
            "curl -s {url} -H 'content-type: application/json' -d '{body}'"
        ));
        lines.push(format!("curl -s '{url}?limit=5'"));
    } else if let Some(resource) = resources().next() {
        lines.push(format!("curl -s '{base}/api/{}?limit=5'", resource.path));
        lines.push(format!("curl -s {base}/openapi.json"));
    } else if let Some(service) = system.services.first() {
        lines.push(format!("curl -s {base}/api/{}", service.name));
        lines.push(format!("curl -s {base}/openapi.json"));
    }
    lines.push(format!("curl -s {base}/health/ready"));
    lines
}

/// Whether one can be created before anything else is there.
fn is_free(resource: &Resource) -> bool {
    !resource
        .fields
        .iter()
        .any(|field| matches!(field.kind, FieldType::Reference { .. }) && field.required)
}

/// A body with the fields that can't be left out; all of them if every one can.
fn body(resource: &Resource) -> String {
    let fields = field::fields(resource);
    let writable: Vec<&Typed> = fields
        .iter()
        .filter(|typed| !typed.field.readonly)
        .collect();
    let needed = |typed: &&&Typed| typed.field.required && typed.field.default.is_none();
    let mut chosen: Vec<&Typed> = writable.iter().filter(needed).copied().collect();
    if chosen.is_empty() {
        chosen = writable.into_iter().take(1).collect();
    }
    let member = |typed: &&Typed| {
        let entries = field::entries(resource, typed.field);
        format!(
            "\"{}\": {}",
            typed.field.name,
            sample::literal(typed, &entries)
        )
    };
    let members: Vec<String> = chosen.iter().map(member).collect();
    // A shell ends a quoted text at the next quote.
    format!("{{{}}}", members.join(", ")).replace('\'', "'\\''")
}
