//! The order of a service's resources: a table exists before those that refer to it.
//!
//! Called by `service.rs`.

use crate::system::{FieldType, Resource};

/// Two resources: the first, in the field of this name, refers to the second, which leads back to the first.
pub(super) struct Circle {
    pub resource: String,
    pub field: String,
}

/// Puts every resource behind those of the same service that it refers to, otherwise by name.
pub(super) fn owners_first(
    service: &str,
    mut resources: Vec<Resource>,
) -> Result<Vec<Resource>, Circle> {
    resources.sort_by(|one, other| one.name.cmp(&other.name));
    let mut ordered: Vec<Resource> = Vec::new();
    while !resources.is_empty() {
        let next = resources.iter().position(|resource| {
            let mut waits = local_references(service, resource);
            waits.all(|(_, to)| resources.iter().all(|other| other.name.as_str() != to))
        });
        match next {
            Some(index) => ordered.push(resources.remove(index)),
            None => return Err(circle(service, &resources)),
        }
    }
    Ok(ordered)
}

/// Follows references until a resource comes twice. Every one of `resources` refers to another one of them.
fn circle(service: &str, resources: &[Resource]) -> Circle {
    let mut at = &resources[0];
    let mut seen: Vec<&str> = Vec::new();
    loop {
        let mut references = local_references(service, at).filter_map(|(field, to)| {
            let next = resources.iter().find(|other| other.name.as_str() == to)?;
            Some((field, next))
        });
        let (field, next) = references
            .next()
            .expect("a resource that can't be ordered waits for another one");
        if seen.contains(&next.name.as_str()) || next.name == at.name {
            return Circle {
                resource: at.name.to_string(),
                field: field.to_owned(),
            };
        }
        seen.push(at.name.as_str());
        at = next;
    }
}

fn local_references<'r>(
    service: &str,
    resource: &'r Resource,
) -> impl Iterator<Item = (&'r str, &'r str)> {
    resource
        .fields
        .iter()
        .filter_map(move |field| match &field.kind {
            FieldType::Reference { to } if to.service.as_str() == service => {
                Some((field.name.as_str(), to.resource.as_str()))
            }
            _ => None,
        })
}
