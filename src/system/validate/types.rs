//! The names of the Rust types that a service's resources need: all different, none taken.
//!
//! Called by `service.rs`. The names themselves are made in `../resource.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Checker;
use super::order::Circle;
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::system::{Field, FieldType, Resource, reserved};

/// A type's name, and the place of what it is made for.
struct Needed {
    name: String,
    place: Range<usize>,
}

impl Checker<'_> {
    /// Types of one service share its OpenAPI document, so their names are unique across its resources.
    pub(super) fn type_names(&mut self, service: &str, resources: &[Resource]) {
        let mut seen = BTreeSet::new();
        let different: Vec<&Resource> = resources
            .iter()
            .filter(|resource| seen.insert(resource.name.type_name()))
            .collect();
        let own = different
            .iter()
            .flat_map(|resource| self.own_types(service, resource));
        let declared = different
            .iter()
            .flat_map(|resource| self.declared_types(service, resource));
        let needed: Vec<Needed> = own.chain(declared).collect();
        let mut taken: BTreeMap<&str, &Range<usize>> = BTreeMap::new();
        let mut shown = BTreeSet::new();
        for Needed { name, place } in &needed {
            let first = taken.get(name.as_str()).copied();
            let is_import = reserved::IMPORTS.contains(&name.as_str());
            if !is_import && first.is_none() {
                taken.insert(name, place);
                continue;
            }
            // An enum stands for several types: one of them is enough to show.
            if !shown.insert(place.start) {
                continue;
            }
            self.found.push(match first {
                Some(first) if first != place => {
                    clash(&format!("two types would be called `{name}`"))
                        .at(place.clone(), "one for this …")
                        .at(first.clone(), "… and one for this")
                }
                _ => clash(&format!("a type would be called `{name}`"))
                    .at(place.clone(), "the generated code uses that name already"),
            });
        }
    }

    /// What every resource has.
    fn own_types(&self, service: &str, resource: &Resource) -> Vec<Needed> {
        let path = ["services", service, "resources", resource.name.as_str()];
        let name = resource.name.type_name();
        let names = [
            format!("{name}Changes"),
            format!("{name}List"),
            format!("{name}Repository"),
            format!("{name}Response"),
            format!("New{name}"),
        ];
        let place = self.document.key_span(&path);
        let needed = |name| Needed {
            name,
            place: place.clone(),
        };
        names.into_iter().map(needed).collect()
    }

    /// What its enums and lists add.
    fn declared_types(&self, service: &str, resource: &Resource) -> Vec<Needed> {
        let mut needed = Vec::new();
        for field in &resource.fields {
            let path = [
                "services",
                service,
                "resources",
                resource.name.as_str(),
                "fields",
                field.name.as_str(),
            ];
            let place = self.document.key_span(&path);
            match &field.kind {
                FieldType::Enum { .. } => {
                    add_enum(&mut needed, resource.field_type_name(field), place)
                }
                FieldType::List { of, .. } => {
                    let name = resource.field_type_name(field);
                    needed.push(Needed { name, place });
                    for entry in of.iter().filter(is_enum) {
                        let inner = [&path[..], &["of", entry.name.as_str()]].concat();
                        let place = self.document.key_span(&inner);
                        add_enum(&mut needed, resource.record_enum_name(field, entry), place);
                    }
                }
                _ => {}
            }
        }
        needed
    }

    pub(super) fn circle(&mut self, service: &str, circle: &Circle) {
        let path = [
            "services",
            service,
            "resources",
            &circle.resource,
            "fields",
            &circle.field,
        ];
        let place = self.document.key_span(&path);
        let message = format!(
            "the resource {} refers to itself, directly or through others",
            quoted(&circle.resource)
        );
        self.found.push(
            Diagnostic::error(Code::ReferenceCircle, message)
                .at(place, "this reference closes the circle")
                .help("make one of them a plain `uuid`: no first entry could be created otherwise"),
        );
    }
}

fn clash(message: &str) -> Diagnostic {
    Diagnostic::error(Code::TakenTypeName, message).help("rename the resource or the field")
}

fn is_enum(field: &&Field) -> bool {
    matches!(field.kind, FieldType::Enum { .. })
}

/// SeaORM derives two more types beside an enum.
fn add_enum(needed: &mut Vec<Needed>, name: String, place: Range<usize>) {
    for suffix in ["", "Enum", "Variant"] {
        needed.push(Needed {
            name: format!("{name}{suffix}"),
            place: place.clone(),
        });
    }
}
