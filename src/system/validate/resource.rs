//! One resource: its name, its path and its fields.
//!
//! Called by `service.rs`. Read `field.rs` next.

use std::ops::Range;

use super::field::Site;
use super::names::Named;
use super::{Checker, MOST_FIELDS};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::manifest::{ResourceTable, ServiceTable};
use crate::system::name::{NameError, parse_path};
use crate::system::resource::default_path;
use crate::system::{Field, Resource, ResourceName, reserved};

impl<'a> Checker<'a> {
    pub(super) fn resource(
        &mut self,
        service: &'a str,
        text: &'a str,
        table: &'a ResourceTable,
    ) -> Option<Resource> {
        let document = self.document;
        let siblings = self.manifest.services.get(service);
        let path = ["services", service, "resources", text];
        let named = Named {
            what: "resource",
            text,
            place: document.key_span(&path),
        };
        let name = self.name(&named, ResourceName::parse, |other| {
            let taken = siblings.is_some_and(|siblings| siblings.resources.contains_key(other));
            taken.then(|| document.key_span(&["services", service, "resources", other]))
        });
        let fields = self.resource_fields(&path, service, table);
        let url = match name.is_some() || table.path.is_some() {
            true => self.path(&path, service, text, table),
            false => None,
        };
        let path = url?;
        Some(Resource {
            name: name?,
            table: path.replace('-', "_"),
            path,
            fields: fields?,
        })
    }

    fn resource_fields(
        &mut self,
        path: &[&'a str; 4],
        service: &'a str,
        table: &'a ResourceTable,
    ) -> Option<Vec<Field>> {
        let fields_path = [&path[..], &["fields"]].concat();
        let place = self.document.key_span(&path[..]);
        let count = table.fields.len();
        if count > MOST_FIELDS {
            let place = self.document.key_span(&fields_path);
            let what = format!("{} has {count} fields", quoted(path[3]));
            self.too_many(Code::ManyFields, place, &what, MOST_FIELDS);
            return None;
        }
        let site = Site {
            service,
            path: fields_path,
            record: false,
        };
        let fields = self.fields(&site, &table.fields);
        let spoiled = self.document.is_spoiled(&site.path) || self.document.is_spoiled(&path[..]);
        let complete = fields.len() == count;
        if complete && !spoiled && fields.iter().all(|field| field.readonly) {
            let message = format!("no request could fill the resource {}", quoted(path[3]));
            let label = match fields.is_empty() {
                true => "it has no fields",
                false => "all its fields are `readonly`",
            };
            self.found.push(
                Diagnostic::error(Code::NothingToWrite, message)
                    .at(place, label)
                    .help("add a field that a request sets: `fields.name = \"string\"`, say"),
            );
            return None;
        }
        complete.then_some(fields)
    }

    /// The path, which is the table's and the module's name too.
    fn path(
        &mut self,
        path: &[&str; 4],
        service: &str,
        name: &str,
        table: &ResourceTable,
    ) -> Option<String> {
        let here = [&path[..], &["path"]].concat();
        if self.document.is_spoiled(&here) {
            return None;
        }
        let (url, place) = match &table.path {
            Some(text) => (text.clone(), self.document.value_span(&here)),
            None => (default_path(name), self.document.key_span(&path[..])),
        };
        if let Err(error) = parse_path(&url) {
            self.malformed_path(&url, place, error);
            return None;
        }
        let module = url.replace('-', "_");
        let why = if reserved::PATHS.contains(&url.as_str()) {
            Some("every service answers it itself")
        } else if self.calls_module(service, &module) {
            Some("a service that is called has that name")
        } else {
            reserved::taken_in_service(&module)
        };
        let Some(why) = why else {
            return Some(url);
        };
        let message = format!("the path {} is taken", quoted(&format!("/{url}")));
        self.found.push(
            Diagnostic::error(Code::TakenPath, message)
                .at(place, why)
                .help(format!(
                    "set another one: `path = \"{}\"`, say",
                    free_path(&url)
                )),
        );
        None
    }

    /// Whether the service calls one of that name: in its crate the client stands beside the resources.
    fn calls_module(&self, service: &str, module: &str) -> bool {
        let table = self.manifest.services.get(service);
        table.is_some_and(|table| {
            table
                .calls
                .iter()
                .any(|called| called.replace('-', "_") == module)
        })
    }

    fn malformed_path(&mut self, url: &str, place: Range<usize>, error: NameError) {
        let help = match &error {
            NameError::Malformed { instead, .. } => instead
                .as_ref()
                .map(|path| format!("write `path = \"{path}\"`")),
            _ => Some("set a shorter `path`".to_owned()),
        };
        self.found.push(
            Diagnostic::error(Code::MalformedPath, format!("{} is no path", quoted(url)))
                .at(place, error.to_string())
                .maybe_help(help),
        );
    }

    pub(super) fn resource_names(&mut self, service: &str, table: &'a ServiceTable) {
        let document = self.document;
        let names = table.resources.keys().filter_map(|text| {
            let name = ResourceName::parse(text).ok()?;
            let place = document.key_span(&["services", service, "resources", text]);
            Some((name.type_name(), text.as_str(), place))
        });
        self.same_names("resource", names);
    }
}

fn free_path(url: &str) -> String {
    let short = url.chars().take(24).collect::<String>();
    format!(
        "{}-entries",
        short.trim_matches(['-', '.', '/']).replace('.', "-")
    )
}
