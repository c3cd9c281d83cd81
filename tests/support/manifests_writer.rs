//! Turns what was drawn into the text of a manifest that has no mistakes.
//!
//! Called by `manifests.rs`, which says what can be drawn.

use std::collections::BTreeSet;

use super::{
    EVENTS, Event, FIELDS, Field, LISTS, RESOURCES, Resource, SCALARS, SERVICES, Service, TYPES,
    VALUES,
};

/// The names that were given, so that none is given twice.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    /// The name, or one with a number behind it if it is taken; names that give the same Rust type count as one.
    fn give(&mut self, name: &str, joiner: char, longest: usize) -> String {
        let numbered = (2..).map(|number| {
            let end = format!("{joiner}n{number}");
            let mut start = name.to_owned();
            start.truncate(longest - end.len());
            format!("{}{end}", start.trim_end_matches(['-', '_', '.']))
        });
        std::iter::once(name.to_owned())
            .chain(numbered)
            .find(|name| self.0.insert(name.replace(['-', '_', '.'], "")))
            .expect("numbers do not run out")
    }
}

#[derive(Default)]
pub struct Writer {
    services: Vec<String>,
    /// The resources of each service.
    resources: Vec<Vec<String>>,
    text: String,
}

impl Writer {
    pub fn system(
        mut self,
        (name, is_settled): (&str, bool),
        gateway: Option<(bool, bool)>,
        services: &[Service],
        events: &[Event],
    ) -> String {
        let (mut names, mut resource_names) = (Names::default(), Names::default());
        for service in services {
            self.services
                .push(names.give(SERVICES[service.name], '-', 32));
            let of_service = service.resources.iter();
            let given = of_service.map(|one| resource_names.give(RESOURCES[one.name], '-', 28));
            self.resources.push(given.collect());
        }
        self.line(&format!("[system]\nname = \"{name}\""));
        let extracted = services.iter().zip(&self.services);
        let extracted = extracted.filter(|(service, _)| service.is_extracted);
        let extracted: Vec<&String> = extracted.map(|(_, name)| name).collect();
        let extracted = format!("extracted = {extracted:?}\n");
        self.line(if is_settled { &extracted } else { "" });
        if let Some((port, timeout)) = gateway {
            self.line("[gateway]");
            self.line(if port { "port = 8000" } else { "" });
            self.line(if timeout {
                "timeout = \"1500ms\"\n"
            } else {
                ""
            });
        }
        let mut event_names = Names::default();
        let given: Vec<String> = events
            .iter()
            .map(|event| event_names.give(EVENTS[event.name], '_', 40))
            .collect();
        for index in 0..services.len() {
            self.service(index, services, events, &given);
        }
        for (event, name) in events.iter().zip(&given) {
            self.line(&format!("[events.\"{name}\"]"));
            let mut names = Names::default();
            for (field, kind) in &event.fields {
                let name = names.give(FIELDS[*field], '_', 32);
                self.line(&format!("{name} = \"{}\"", TYPES[*kind]));
            }
        }
        self.text
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn service(&mut self, index: usize, services: &[Service], events: &[Event], names: &[String]) {
        let service = &services[index];
        let (publishes, consumes) = event_lists(index, services.len(), events, names);
        let mut calls = BTreeSet::new();
        calls.extend(
            service
                .calls
                .iter()
                .map(|called| called.index(services.len())),
        );
        let resources = service
            .resources
            .iter()
            .enumerate()
            .map(|(position, resource)| self.resource(index, position, resource, &mut calls));
        let resources: String = resources.collect();
        calls.remove(&index);
        let calls: Vec<String> = calls
            .iter()
            .map(|called| self.services[*called].clone())
            .collect();
        self.line(&format!("[services.{}]", self.services[index]));
        if service.has_port {
            self.line(&format!("port = {}", 9_000 + index));
        }
        let needs_database = !(resources.is_empty() && publishes.is_empty() && consumes.is_empty());
        let database = match service.database {
            0 if !needs_database => "",
            1 if !needs_database => "database = \"none\"",
            2 => "database = \"postgres\"",
            _ => "database = \"sqlite\"",
        };
        self.line(database);
        for (key, entries) in [
            ("calls", calls),
            ("publishes", publishes),
            ("consumes", consumes),
        ] {
            if !entries.is_empty() {
                self.line(&format!("{key} = {entries:?}"));
            }
        }
        self.line(&resources);
    }

    fn resource(
        &self,
        service: usize,
        position: usize,
        resource: &Resource,
        calls: &mut BTreeSet<usize>,
    ) -> String {
        let name = &self.resources[service][position];
        let mut text = format!("[services.{}.resources.{name}]\n", self.services[service]);
        // Names of keywords and of common modules need a path: their plural is not always another word.
        if resource.has_path || matches!(name.as_str(), "a" | "data" | "event" | "type") {
            text.push_str(&format!("path = \"p{service}-{position}\"\n"));
        }
        let mut names = Names::default();
        // At least one field that a request sets.
        names.give("title", '_', 32);
        text.push_str("fields.title = \"string\"\n");
        for (field, entries) in &resource.fields {
            let base = match TYPES[field.kind] {
                "list" => LISTS[field.name % LISTS.len()],
                "reference" if FIELDS[field.name] == "limit" => "limit_id",
                _ => FIELDS[field.name],
            };
            let name = names.give(base, '_', 32);
            let declared = match TYPES[field.kind] {
                "list" => list(field, entries),
                "reference" => match self.reference(service, position, field, calls) {
                    Some(reference) => reference,
                    None => continue,
                },
                _ => scalar(field, false),
            };
            text.push_str(&format!("fields.{name} = {declared}\n"));
        }
        text
    }

    /// A reference to another service's resource, or to one of this service that came before.
    fn reference(
        &self,
        service: usize,
        position: usize,
        field: &Field,
        calls: &mut BTreeSet<usize>,
    ) -> Option<String> {
        let pairs = self
            .resources
            .iter()
            .enumerate()
            .flat_map(|(owner, resources)| {
                let last = if owner == service {
                    position
                } else {
                    resources.len()
                };
                (0..last).map(move |resource| (owner, resource))
            });
        let pairs: Vec<(usize, usize)> = pairs.collect();
        if pairs.is_empty() {
            return None;
        }
        let (owner, resource) = pairs[field.target.index(pairs.len())];
        calls.insert(owner);
        let to = format!(
            "{}/{}",
            self.services[owner], self.resources[owner][resource]
        );
        let readonly = field.readonly;
        let required = if readonly {
            Some(false)
        } else {
            field.required
        };
        let flags = flags(required, field.unique, readonly);
        Some(format!("{{ type = \"reference\", to = \"{to}\"{flags} }}"))
    }
}

/// The events that a service publishes, and those that it consumes.
fn event_lists(
    index: usize,
    services: usize,
    events: &[Event],
    names: &[String],
) -> (Vec<String>, Vec<String>) {
    let mut publishes = Vec::new();
    let mut consumes = Vec::new();
    for (event, name) in events.iter().zip(names) {
        let Some(publisher) = event.publisher.map(|publisher| publisher.index(services)) else {
            continue;
        };
        let mut consumers = event
            .consumers
            .iter()
            .map(|consumer| consumer.index(services));
        if publisher == index {
            publishes.push(name.clone());
        } else if consumers.any(|consumer| consumer == index) {
            consumes.push(name.clone());
        }
    }
    (publishes, consumes)
}

fn flags(required: Option<bool>, unique: bool, readonly: bool) -> String {
    let mut text = String::new();
    if let Some(required) = required {
        text.push_str(&format!(", required = {required}"));
    }
    if unique {
        text.push_str(", unique = true");
    }
    if readonly {
        text.push_str(", readonly = true");
    }
    text
}

fn list(field: &Field, entries: &[Field]) -> String {
    let mut names = Names::default();
    let entries = entries.iter().map(|entry| {
        let mut entry = entry.clone();
        entry.kind %= SCALARS + 1;
        // The type of an enum in a record is named after the list too: no resource ends like this.
        let base = match TYPES[entry.kind] {
            "enum" => "kind_in_it",
            _ => FIELDS[entry.name],
        };
        let name = names.give(base, '_', 32);
        format!("{name} = {}", scalar(&entry, true))
    });
    let entries: Vec<String> = entries.collect();
    let min = field.bounds.0.map(|min| u32::from(min) % 4);
    let max = field
        .bounds
        .1
        .map(|max| min.unwrap_or(0) + u32::from(max) + 1);
    let starts_empty = min.unwrap_or(0) == 0;
    let required = if field.readonly && !starts_empty {
        Some(false)
    } else {
        field.required
    };
    let flags = flags(required, false, field.readonly);
    let bounds = bounds(min, max);
    format!(
        "{{ type = \"list\"{bounds}, of = {{ {} }}{flags} }}",
        entries.join(", ")
    )
}

fn bounds<T: std::fmt::Display>(min: Option<T>, max: Option<T>) -> String {
    let min = min.map(|min| format!(", min = {min}"));
    let max = max.map(|max| format!(", max = {max}"));
    format!("{}{}", min.unwrap_or_default(), max.unwrap_or_default())
}

/// A field of a plain type or an enum, with the options that it can have.
fn scalar(field: &Field, in_record: bool) -> String {
    let kind = TYPES[field.kind];
    if field.short && kind != "enum" {
        return format!("\"{kind}\"");
    }
    let (min, max) = field.bounds;
    let mut values: Vec<&str> = field.values.iter().map(|value| VALUES[*value]).collect();
    let mut seen = BTreeSet::new();
    values.retain(|value| seen.insert(*value));
    // What it may hold, a default, and whether 0 or the empty text is allowed.
    let (bounds, default, has_start) = match kind {
        "string" | "text" => text(min, max),
        "integer" => integer(min, max),
        "decimal" => decimal(min, max),
        "email" => (String::new(), "\"nobody@example.org\"".to_owned(), false),
        "uuid" => (
            String::new(),
            "\"018F3a5c-0000-7000-8000-000000000000\"".to_owned(),
            true,
        ),
        "boolean" => (String::new(), "true".to_owned(), true),
        "date" => (String::new(), "\"2024-02-29\"".to_owned(), true),
        "timestamp" => (
            String::new(),
            "\"2024-02-29T23:59:59.5+01:00\"".to_owned(),
            true,
        ),
        _ => (
            format!(", values = {values:?}"),
            format!("{:?}", values[values.len() - 1]),
            true,
        ),
    };
    let default = field
        .default
        .then_some(default)
        .filter(|default| !default.is_empty());
    let readonly = field.readonly && !in_record;
    let must_start = readonly && default.is_none() && !has_start;
    let required = if must_start {
        Some(false)
    } else {
        field.required
    };
    let same_start = readonly && required != Some(false) && kind != "uuid";
    let few = matches!(kind, "boolean" | "enum") || min.is_some() && max.is_some();
    let unique = field.unique && !in_record && !few && default.is_none() && !same_start;
    let default = default
        .map(|default| format!(", default = {default}"))
        .unwrap_or_default();
    format!(
        "{{ type = \"{kind}\"{bounds}{}{default} }}",
        flags(required, unique, readonly)
    )
}

type Parts = (String, String, bool);

fn text(min: Option<u8>, max: Option<u8>) -> Parts {
    let max = max.map(|max| max.max(min.unwrap_or(0)).max(4));
    let awkward = r#"say "hi" \ {x} 'é'"#;
    let fits = min.unwrap_or(0) <= 18 && max.unwrap_or(255) >= 18;
    let default = match min.unwrap_or(0) {
        _ if fits => format!("{awkward:?}"),
        min if min <= 60 => format!("{:?}", "x".repeat(usize::from(min))),
        _ => String::new(),
    };
    (bounds(min, max), default, min.unwrap_or(0) == 0)
}

fn integer(min: Option<u8>, max: Option<u8>) -> Parts {
    let min = min.map(|min| i64::from(min) - 100);
    let max = max.map(|max| min.unwrap_or(i64::MIN / 2).saturating_add(i64::from(max)));
    let default = min.or(max).unwrap_or(-7);
    let has_start = min.is_none_or(|min| min <= 0) && max.is_none_or(|max| max >= 0);
    (bounds(min, max), default.to_string(), has_start)
}

fn decimal(min: Option<u8>, max: Option<u8>) -> Parts {
    let min = min.map(|min| i64::from(min) - 100);
    let max = max.map(|max| min.unwrap_or(0) + i64::from(max));
    let has_start = min.is_none_or(|min| min <= 0) && max.is_none_or(|max| max >= 0);
    let default = min
        .or(max)
        .map_or("-0.050".to_owned(), |number| format!("\"{number}.00\""));
    let bounds = bounds(
        min.map(|min| format!("{min}.0")),
        max.map(|max| format!("\"{max}\"")),
    );
    (bounds, default, has_start)
}
