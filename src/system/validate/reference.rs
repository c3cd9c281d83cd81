//! A reference to a resource: of the same service, where it becomes a foreign key, or of one that is called.
//!
//! Called by `field.rs`. Circles of references are found in `order.rs`.

use std::ops::Range;

use super::Checker;
use super::field::{Options, Site};
use crate::diagnostic::{Code, Diagnostic, nearest, quoted};
use crate::system::{FieldType, ResourceName, ResourceRef, ServiceName};

impl Checker<'_> {
    pub(super) fn reference(
        &mut self,
        site: &Site<'_>,
        options: &Options<'_>,
    ) -> Option<FieldType> {
        if site.record {
            self.found.push(
                Diagnostic::error(Code::ListContents, "a list's records can't hold references")
                    .at(
                        self.document.key_span(&options.path),
                        "a reference inside a list",
                    )
                    .help("make it a `uuid`, or make the records a resource of their own"),
            );
            return None;
        }
        let Some(text) = &options.table.to else {
            self.incomplete(options, "to", "the resource: `to = \"user-service/user\"`");
            return None;
        };
        let place = self.document.value_span(&options.path_of("to"));
        let Some((service, resource)) =
            text.split_once('/').filter(|(_, rest)| !rest.contains('/'))
        else {
            let message = format!("{} is no reference", quoted(text));
            self.found.push(
                Diagnostic::error(Code::MalformedReference, message)
                    .at(place, "a service, `/` and one of its resources")
                    .maybe_help(self.full_reference(text)),
            );
            return None;
        };
        if !self.target_exists(service, resource, place.clone()) {
            return None;
        }
        self.needs_call(site.service, service, place);
        Some(FieldType::Reference {
            to: ResourceRef {
                service: ServiceName::parse(service).ok()?,
                resource: ResourceName::parse(resource).ok()?,
            },
        })
    }

    /// Whether there is such a service with such a resource; says so if there is not.
    fn target_exists(&mut self, service: &str, resource: &str, place: Range<usize>) -> bool {
        let manifest = self.manifest;
        let Some(owner) = manifest.services.get(service) else {
            let names = manifest.services.keys().map(String::as_str);
            let help = nearest(service, names)
                .map(|near| format!("did you mean `{near}/{resource}`?"))
                .or_else(|| self.full_reference(resource));
            let message = format!("there is no service {}", quoted(service));
            self.found.push(
                Diagnostic::error(Code::UnknownResource, message)
                    .at(place, "unknown service")
                    .maybe_help(help),
            );
            return false;
        };
        if owner.resources.contains_key(resource) {
            return true;
        }
        let path = ["services", service, "resources"];
        if self.document.is_spoiled(&path) || self.document.is_spoiled(&path[..2]) {
            return false;
        }
        let near = nearest(resource, owner.resources.keys().map(String::as_str));
        let (service_shown, resource_shown) = (quoted(service), quoted(resource));
        let message = format!("the service {service_shown} has no resource {resource_shown}");
        self.found.push(
            Diagnostic::error(Code::UnknownResource, message)
                .at(place, "unknown resource")
                .maybe_help(near.map(|near| format!("did you mean `{service}/{near}`?"))),
        );
        false
    }

    /// The whole reference to a resource of which only the name was written.
    fn full_reference(&self, resource: &str) -> Option<String> {
        let mut services = self.manifest.services.iter();
        let (service, _) = services.find(|(_, table)| table.resources.contains_key(resource))?;
        Some(format!("did you mean `{service}/{resource}`?"))
    }

    /// A reference to another service is checked by calling it.
    fn needs_call(&mut self, service: &str, owner: &str, place: Range<usize>) {
        let path = ["services", service, "calls"];
        let Some(table) = self.manifest.services.get(service) else {
            return;
        };
        let is_called = table.calls.iter().any(|called| called == owner);
        if owner == service || is_called || self.document.is_spoiled(&path) {
            return;
        }
        let calls = self.document.key_span(&path);
        let label = match table.calls.is_empty() {
            true => "this service calls nobody",
            false => "not among these",
        };
        let mut all: Vec<String> = table
            .calls
            .iter()
            .map(|called| format!("\"{called}\""))
            .collect();
        all.push(format!("\"{owner}\""));
        self.found.push(
            Diagnostic::error(
                Code::ReferenceWithoutCall,
                format!(
                    "the service {} does not call {}",
                    quoted(service),
                    quoted(owner)
                ),
            )
            .at(place, "checked by calling the other service")
            .at(calls, label)
            .help(format!("say `calls = [{}]`", all.join(", "))),
        );
    }
}
