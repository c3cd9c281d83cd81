//! What ties services together: calls, events published and consumed, and the paths that all of them share.
//!
//! Called by `service.rs` and, for what only shows when all services are known, by `validate`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Checker, MOST_VALUES};
use crate::diagnostic::{Code, Diagnostic, nearest, quoted};
use crate::manifest::ServiceTable;
use crate::system::resource::default_path;
use crate::system::{EventName, ServiceName};

impl<'a> Checker<'a> {
    pub(super) fn calls(&mut self, service: &str, table: &'a ServiceTable) -> Vec<ServiceName> {
        let mut calls = Vec::new();
        for (called, place) in self.of_service(service, "calls", &table.calls) {
            if called == service {
                let message = format!("the service {} calls itself", quoted(service));
                self.found.push(
                    Diagnostic::error(Code::CallsItself, message)
                        .at(place, "this is the service itself")
                        .help("remove it: inside a service a function call is enough"),
                );
            } else if !self.manifest.services.contains_key(called) {
                self.unknown_service(called, place);
            } else if let Ok(name) = ServiceName::parse(called) {
                calls.push(name);
            }
        }
        calls.sort();
        calls
    }

    pub(super) fn unknown_service(&mut self, name: &str, place: Range<usize>) {
        let names = self.manifest.services.keys().map(String::as_str);
        let help = match nearest(name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add `[services.{name}]`, or remove it here"),
        };
        self.found.push(
            Diagnostic::error(
                Code::UnknownService,
                format!("there is no service {}", quoted(name)),
            )
            .at(place, "unknown service")
            .help(help),
        );
    }

    pub(super) fn published(&mut self, service: &str, table: &'a ServiceTable) -> Vec<EventName> {
        let listed = self.of_service(service, "publishes", &table.publishes);
        let declared = listed
            .into_iter()
            .filter_map(|(event, place)| self.declared(event, place));
        let mut events: Vec<_> = declared.collect();
        events.sort();
        events
    }

    pub(super) fn consumed(&mut self, service: &str, table: &'a ServiceTable) -> Vec<EventName> {
        let mut events = Vec::new();
        for (event, place) in self.of_service(service, "consumes", &table.consumes) {
            let Some(name) = self.declared(event, place.clone()) else {
                continue;
            };
            if table.publishes.iter().any(|published| published == event) {
                let message = format!("the service {} consumes its own event", quoted(service));
                self.found.push(
                    Diagnostic::error(Code::ConsumesOwn, message)
                        .at(place, format!("it publishes {} itself", quoted(event)))
                        .help("remove it from one of the two lists"),
                );
            } else if !self.publishers.contains_key(event) && !self.some_publishes_spoiled() {
                let message = format!("nobody publishes the event {}", quoted(event));
                self.found.push(
                    Diagnostic::error(Code::NeverPublished, message)
                        .at(place, "it would never arrive")
                        .help(format!(
                            "add `publishes = [\"{event}\"]` to the service in which it happens"
                        )),
                );
            }
            events.push(name);
        }
        events.sort();
        events
    }

    /// The event's name, if the manifest declares it.
    fn declared(&mut self, event: &str, place: Range<usize>) -> Option<EventName> {
        if self.manifest.events.contains_key(event) {
            return EventName::parse(event).ok();
        }
        let names = self.manifest.events.keys().map(String::as_str);
        let help = match nearest(event, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it: `[events.\"{event}\"]` with its fields"),
        };
        if !self.document.is_spoiled(&["events"]) {
            self.found.push(
                Diagnostic::error(
                    Code::UndeclaredEvent,
                    format!("there is no event {}", quoted(event)),
                )
                .at(place, "not declared")
                .help(help),
            );
        }
        None
    }

    fn some_publishes_spoiled(&self) -> bool {
        let mut names = self.manifest.services.keys();
        names.any(|name| self.document.is_spoiled(&["services", name, "publishes"]))
    }

    fn of_service(
        &mut self,
        service: &str,
        key: &str,
        entries: &'a [String],
    ) -> Vec<(&'a str, Range<usize>)> {
        self.listed(&["services", service, key], entries, MOST_VALUES)
    }

    /// The entries of the list at `path` with their places, each once.
    pub(super) fn listed(
        &mut self,
        path: &[&str],
        entries: &'a [String],
        most: usize,
    ) -> Vec<(&'a str, Range<usize>)> {
        if entries.len() > most {
            let place = self.document.key_span(path);
            let key = path.last().copied().unwrap_or_default();
            let what = format!("`{key}` has {} entries", entries.len());
            self.too_many(Code::ManyValues, place, &what, most);
            return Vec::new();
        }
        let mut seen: Vec<(&str, Range<usize>)> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let index = index.to_string();
            let place = self.document.value_span(&[path, &[&index]].concat());
            match seen.iter().find(|(other, _)| other == entry) {
                Some((_, first)) => self.found.push(
                    Diagnostic::error(
                        Code::ListedTwice,
                        format!("{} is listed twice", quoted(entry)),
                    )
                    .at(place, "here again")
                    .at(first.clone(), "first here")
                    .help("remove one of the two"),
                ),
                None => seen.push((entry, place)),
            }
        }
        seen
    }

    /// An event has one publisher, so that its meaning has one owner.
    pub(super) fn publishers(&mut self) {
        let place = |(service, index): &(&str, usize)| {
            let index = index.to_string();
            self.document
                .value_span(&["services", service, "publishes", &index])
        };
        let mut mistakes = Vec::new();
        for (event, publishers) in &self.publishers {
            let Some((first, others)) = publishers.split_first() else {
                continue;
            };
            for other in others.iter().filter(|other| other.0 != first.0) {
                mistakes.push(
                    Diagnostic::error(
                        Code::TwoPublishers,
                        format!("the event {} has two publishers", quoted(event)),
                    )
                    .at(place(other), "published here again")
                    .at(place(first), "first published here")
                    .help("let one service publish it, or give the other one an event of its own"),
                );
            }
        }
        self.found.extend(mistakes);
    }

    /// All paths share the gateway's `/api`.
    pub(super) fn paths(&mut self) {
        let manifest = self.manifest;
        let mut claimed: BTreeMap<String, Range<usize>> = BTreeMap::new();
        for (service, table) in &manifest.services {
            if table.resources.is_empty() {
                let place = self.document.key_span(&["services", service]);
                self.claim(&mut claimed, service.clone(), place);
            }
            for (name, resource) in &table.resources {
                let here = ["services", service, "resources", name, "path"];
                let (path, place) = match &resource.path {
                    Some(path) => (path.clone(), self.document.value_span(&here)),
                    None => (default_path(name), self.document.key_span(&here[..4])),
                };
                self.claim(&mut claimed, path, place);
            }
        }
    }

    fn claim(
        &mut self,
        claimed: &mut BTreeMap<String, Range<usize>>,
        path: String,
        place: Range<usize>,
    ) {
        let Some(first) = claimed.get(&path) else {
            claimed.insert(path, place);
            return;
        };
        let path = format!("/{path}");
        self.found.push(
            Diagnostic::error(
                Code::SamePath,
                format!("the path {} is claimed twice", quoted(&path)),
            )
            .at(place, "served here again")
            .at(first.clone(), "first served here")
            .help(
                "give one of the two another `path`: behind the gateway all services share one URL",
            ),
        );
    }
}
