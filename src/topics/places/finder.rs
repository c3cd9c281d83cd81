//! Looks for lines. The files of the themes say what to look for, and in which order.

use crate::diagnostic::{Code, Label, line_of};
use crate::judge::judge;
use crate::lang::Lang;
use crate::plan::COMPOSE;
use crate::system::{Database, EventName, PostgresServers, Service};
use crate::topics::{Said, say};
use crate::workspace::MANIFEST;

use super::{At, Ground, Place, Standing};

/// The container with everything that is not extracted, where that is settled.
const MONOLITH: &str = "monolith";

/// How many places are told.
const MOST: usize = 5;

/// What was found so far.
pub(super) struct Finder<'a> {
    ground: &'a Ground<'a>,
    lang: Lang,
    found: Standing,
}

impl<'a> Finder<'a> {
    pub fn new(ground: &'a Ground<'a>, lang: Lang) -> Self {
        Self {
            ground,
            lang,
            found: Standing::default(),
        }
    }

    /// The places, but no more than a reader can take in.
    pub fn found(mut self) -> Standing {
        self.found.places.truncate(MOST);
        self.found
    }

    pub fn services(&self) -> &'a [Service] {
        &self.ground.system.services
    }

    /// The first service of that kind.
    pub fn first(&self, is_meant: impl Fn(&Service) -> bool) -> Option<&'a Service> {
        self.services().iter().find(|service| is_meant(service))
    }

    /// Some service: one that others can be told from.
    pub fn any(&self) -> &'a Service {
        self.first(|service| !service.resources.is_empty())
            .unwrap_or(&self.services()[0])
    }

    /// The first event that somebody publishes and somebody consumes; else the first that somebody publishes.
    pub fn event(&self) -> Option<&'a EventName> {
        let system = self.ground.system;
        let names = || system.events.iter().map(|event| &event.name);
        let mut published = names().filter(|name| system.publisher(name).is_some());
        let is_read = |name: &&EventName| !system.consumers(name).is_empty();
        published.clone().find(is_read).or_else(|| published.next())
    }

    pub fn publisher(&self) -> Option<&'a Service> {
        self.event()
            .and_then(|name| self.ground.system.publisher(name))
    }

    pub fn consumer(&self) -> Option<&'a Service> {
        let event = self.event()?;
        self.first(|service| service.consumes.contains(event))
    }

    pub fn caller(&self) -> Option<&'a Service> {
        self.first(|service| !service.calls.is_empty())
    }

    /// Whether all databases of PostgreSQL are on one server.
    pub fn shares_postgres(&self) -> bool {
        self.ground.system.postgres == PostgresServers::Shared
    }

    pub fn gateway_port(&self) -> u16 {
        self.ground.system.gateway.port
    }

    /// The gateway of this system, with a path behind it.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.gateway_port())
    }

    /// A path behind the gateway that answers a `GET`.
    pub fn api(&self) -> String {
        let service = self.any();
        let path = service
            .resources
            .first()
            .map(|resource| resource.path.as_str());
        self.url(&format!("/api/{}", path.unwrap_or(service.name.as_str())))
    }

    /// Says something before the places.
    pub fn note(&mut self, said: Said) {
        self.found.notes.push(say(said, self.lang));
    }

    /// A command, and what it does.
    pub fn command(&mut self, command: impl Into<String>, said: Said) {
        self.found
            .commands
            .push((command.into(), say(said, self.lang)));
    }

    /// A key of the manifest, if it is there. Of a service or an event, its name is told too.
    pub fn key(&mut self, keys: &[&str], said: Said) {
        if !self.ground.document.contains(keys) {
            return;
        }
        let span = self.ground.document.key_span(keys);
        let anchor = keys.last().copied().unwrap_or_default();
        let says = say(said, self.lang);
        self.found.places.push(Place {
            path: MANIFEST.to_owned(),
            at: At::Line(line_of(self.ground.manifest, span.start)),
            anchor: anchor.to_owned(),
            says: match keys {
                ["services" | "events", name, ..] => format!("{name}: {says}"),
                _ => says.to_owned(),
            },
        });
    }

    /// The calls of the first few services that call others.
    pub fn calls(&mut self, most: usize, said: Said) {
        let callers = self
            .services()
            .iter()
            .filter(|service| !service.calls.is_empty());
        for caller in callers.take(most) {
            self.key(&["services", caller.name.as_str(), "calls"], said);
        }
    }

    /// What `microkit check` finds of these codes; whether it finds anything.
    pub fn remarks(&mut self, codes: &[Code], said: Said) -> bool {
        let judgement = judge(self.ground.document, self.ground.system);
        let allowed = judgement.allowed.iter().map(|(remark, _)| remark);
        let all = judgement.remarks.iter().chain(allowed);
        let meant = all.filter(|remark| codes.contains(&remark.code));
        let places: Vec<&Label> = meant.filter_map(|remark| remark.at.first()).collect();
        for label in &places {
            let line = line_of(self.ground.manifest, label.span.start);
            self.add(MANIFEST, At::Line(line), "", said);
        }
        !places.is_empty()
    }

    /// The first line of a file with this text in it; the file alone if it has none.
    pub fn line(&mut self, path: impl Into<String>, anchor: &str, said: Said) {
        let path = path.into();
        let at = match (self.ground.read)(&path) {
            None => At::Missing,
            Some(text) => line_with(&path, &text, anchor).map_or(At::File, At::Line),
        };
        self.add(path, at, anchor, said);
    }

    /// The same, but nothing if there is no such line: for what not every system has. Whether there is one.
    pub fn line_if_any(&mut self, path: impl Into<String>, anchor: &str, said: Said) -> bool {
        let path = path.into();
        let text = (self.ground.read)(&path);
        let line = text.and_then(|text| line_with(&path, &text, anchor));
        if let Some(line) = line {
            self.add(path, At::Line(line), anchor, said);
        }
        line.is_some()
    }

    /// A line of what all services share.
    pub fn chassis(&mut self, path: &str, anchor: &str, said: Said) {
        self.line(format!("crates/chassis/src/{path}"), anchor, said);
    }

    /// The line in `compose.yaml` of the container that a service or the gateway runs in.
    pub fn container(&mut self, name: &str, said: Said) {
        let name = self.container_of(name);
        self.line(COMPOSE, &format!("  {name}:"), said);
    }

    /// Its own, or that of the one process that it is part of.
    pub fn container_of<'b>(&self, name: &'b str) -> &'b str {
        let text = (self.ground.read)(COMPOSE).unwrap_or_default();
        let is_there = |name: &str| line_with(COMPOSE, &text, &format!("  {name}:")).is_some();
        match !is_there(name) && is_there(MONOLITH) {
            true => MONOLITH,
            false => name,
        }
    }

    fn add(&mut self, path: impl Into<String>, at: At, anchor: &str, said: Said) {
        self.found.places.push(Place {
            path: path.into(),
            at,
            anchor: anchor.to_owned(),
            says: say(said, self.lang).to_owned(),
        });
    }
}

/// A file of a service.
pub(super) fn of(service: &Service, path: &str) -> String {
    format!("services/{}/{path}", service.name)
}

/// The module of an event in a service.
pub(super) fn event_file(service: &Service, event: &EventName) -> String {
    of(service, &format!("src/events/{}.rs", event.snake()))
}

/// The client of the first service that it calls.
pub(super) fn client_file(caller: &Service) -> String {
    of(
        caller,
        &format!("src/clients/{}.rs", caller.calls[0].krate()),
    )
}

/// A file of the first resource of a service that has any.
pub(super) fn resource_file(service: &Service, file: &str) -> Option<String> {
    let resource = service.resources.first()?;
    Some(of(service, &format!("src/{}/{file}.rs", resource.module())))
}

pub(super) fn has_database(service: &Service) -> bool {
    service.database != Database::None
}

/// The first line, from 1, with the anchor in it. One that begins with spaces is the whole line. Comments don't count,
/// unless it is one that is looked for.
fn line_with(path: &str, text: &str, anchor: &str) -> Option<usize> {
    let comment = match path.rsplit('.').next() {
        Some("rs") => "//",
        Some("md") => "\0",
        _ => "#",
    };
    let is_it = |line: &str| match anchor.starts_with("  ") {
        true => line.trim_end() == anchor,
        false => line.contains(anchor),
    };
    let is_code =
        |line: &str| anchor.starts_with(comment) || !line.trim_start().starts_with(comment);
    let index = text.lines().position(|line| is_it(line) && is_code(line))?;
    Some(index + 1)
}

#[cfg(test)]
mod tests {
    use super::line_with;

    #[test]
    fn lines_count_from_1_and_comments_are_passed_over() {
        let text = "// a calls b\n\nlet a = calls(b);\n";
        assert_eq!(line_with("x.rs", text, "calls"), Some(3));
        assert_eq!(line_with("x.rs", text, "// a"), Some(1));
        assert_eq!(line_with("x.md", text, "calls"), Some(1));
        assert_eq!(line_with("x.rs", text, "missing"), None);
    }

    #[test]
    fn an_anchor_that_begins_with_spaces_is_a_whole_line() {
        let text = "services:\n  # a:\n  a-b:\n    needs:\n      a: x\n  a:\n";
        assert_eq!(line_with("compose.yaml", text, "  a:"), Some(6));
    }
}
