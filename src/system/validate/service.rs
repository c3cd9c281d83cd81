//! One service: its name, its database, the parts that it is made of; and the gateway's timeout.
//!
//! Called by `validate`. Read `links.rs` next, for what ties services together.

use std::time::Duration;

use super::names::Named;
use super::{Checker, MOST_RESOURCES, order};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::manifest::{DatabaseName, ServiceTable};
use crate::system::{Database, Service, ServiceName};

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(300);

impl<'a> Checker<'a> {
    /// The service without its port, `None` when something was wrong that it can't be built without.
    pub(super) fn service(&mut self, text: &'a str, table: &'a ServiceTable) -> Option<Service> {
        let document = self.document;
        let manifest = self.manifest;
        let named = Named {
            what: "service",
            text,
            place: document.key_span(&["services", text]),
        };
        let name = self.name(&named, ServiceName::parse, |other| {
            let taken = manifest.services.contains_key(other);
            taken.then(|| document.key_span(&["services", other]))
        });
        self.needs_database(text, table);
        let calls = self.calls(text, table);
        let publishes = self.published(text, table);
        let consumes = self.consumed(text, table);
        let resources = self.resources(text, table);
        Some(Service {
            name: name?,
            port: 0,
            database: match table.database {
                Some(DatabaseName::Postgres) => Database::Postgres,
                Some(DatabaseName::Sqlite) => Database::Sqlite,
                Some(DatabaseName::None) | None => Database::None,
            },
            calls,
            publishes,
            consumes,
            resources: resources?,
        })
    }

    fn resources(
        &mut self,
        service: &'a str,
        table: &'a ServiceTable,
    ) -> Option<Vec<crate::system::Resource>> {
        let path = ["services", service, "resources"];
        let count = table.resources.len();
        if count > MOST_RESOURCES {
            let place = self.document.key_span(&path);
            let what = format!("{} has {count} resources", quoted(service));
            self.too_many(Code::ManyResources, place, &what, MOST_RESOURCES);
            return None;
        }
        let resources: Vec<_> = table
            .resources
            .iter()
            .map(|(name, table)| self.resource(service, name, table))
            .collect();
        self.resource_names(service, table);
        let resources: Vec<_> = resources.into_iter().flatten().collect();
        self.type_names(service, &resources);
        let complete = resources.len() == count;
        match order::owners_first(service, resources) {
            Ok(resources) => complete.then_some(resources),
            Err(circle) => {
                self.circle(service, &circle);
                None
            }
        }
    }

    /// Resources need tables, events an outbox and an inbox.
    fn needs_database(&mut self, service: &str, table: &ServiceTable) {
        let path = ["services", service, "database"];
        let has_one = !matches!(table.database, None | Some(DatabaseName::None));
        if has_one || self.document.is_spoiled(&path) {
            return;
        }
        let (key, what) = if !table.resources.is_empty() {
            ("resources", "resources are kept in tables")
        } else if !table.publishes.is_empty() {
            (
                "publishes",
                "an event is published from an outbox in the database",
            )
        } else if !table.consumes.is_empty() {
            (
                "consumes",
                "what was consumed is remembered in the database",
            )
        } else {
            return;
        };
        let mut needing = vec!["services", service, key];
        if let ("resources", Some(first)) = (key, table.resources.keys().next()) {
            needing.push(first);
        }
        let place = self.document.key_span(&needing);
        let mistake = Diagnostic::error(
            Code::NoDatabase,
            format!("the service {} needs a database", quoted(service)),
        )
        .at(place, what);
        let mistake = match table.database {
            Some(_) => mistake.at(self.document.value_span(&path), "there is none"),
            None => mistake.at(
                self.document.key_span(&path[..2]),
                "there is no `database` here",
            ),
        };
        self.found
            .push(mistake.help("say `database = \"postgres\"` or `database = \"sqlite\"`"));
    }

    pub(super) fn gateway_timeout(&mut self) -> Option<Duration> {
        let gateway = self.manifest.gateway.as_ref();
        let Some(text) = gateway.and_then(|gateway| gateway.timeout.as_deref()) else {
            return Some(DEFAULT_TIMEOUT);
        };
        let timeout =
            duration(text).filter(|timeout| !timeout.is_zero() && *timeout <= LONGEST_TIMEOUT);
        if timeout.is_none() {
            let place = self.document.value_span(&["gateway", "timeout"]);
            self.found.push(
                Diagnostic::error(
                    Code::MalformedTimeout,
                    format!("{} is no timeout", quoted(text)),
                )
                .at(place, "a number and `ms`, `s` or `m`, from `1ms` to `5m`")
                .help("write it like `timeout = \"5s\"`"),
            );
        }
        timeout
    }
}

/// `500ms`, `5s` or `1m`.
fn duration(text: &str) -> Option<Duration> {
    let unit = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let digits = &text[..text.len() - unit.len()];
    let number: u32 = digits.parse().ok()?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => return None,
    };
    Some(Duration::from_millis(u64::from(number) * milliseconds))
}

#[cfg(test)]
mod tests {
    use super::duration;
    use std::time::Duration;

    #[test]
    fn a_timeout_has_a_number_and_a_unit() {
        assert_eq!(duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(duration("5s"), Some(Duration::from_secs(5)));
        assert_eq!(duration("1m"), Some(Duration::from_secs(60)));
        for wrong in ["", "5", "s", "5 s", "-5s", "1.5s", "5h", "99999999999s"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
