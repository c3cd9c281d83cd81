//! Looks for lines. The files of the themes say what to look for, and in which order.

mod hints;

use crate::diagnostic::{Code, line_of};
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

/// What is said where a service reaches into another one.
const CROSSED: Said = [
    "here a service reaches into another one (MK0610)",
    "aquí un servicio entra en otro (MK0610)",
];

/// What was found so far.
pub(super) struct Finder<'a> {
    ground: &'a Ground<'a>,
    lang: Lang,
    found: Standing,
    /// What `curl` asks, if it is not the whole system.
    asked: Option<String>,
}

impl<'a> Finder<'a> {
    pub fn new(ground: &'a Ground<'a>, lang: Lang) -> Self {
        Self {
            ground,
            lang,
            found: Standing::default(),
            asked: None,
        }
    }

    /// The places, but no more than a reader can take in.
    pub fn found(mut self) -> Standing {
        self.found.places.truncate(MOST);
        self.hint_at_what_curl_asks();
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

    /// Whether services run as processes of their own, so that `cargo run` is not the whole system.
    pub fn is_split(&self) -> bool {
        !self.ground.system.extracted().is_empty()
    }

    /// What starts everything in one process, in any shape.
    pub fn together(&self) -> &'static str {
        match self.is_split() {
            false => "cargo run",
            true => "EXTRACTED_SERVICES= cargo run",
        }
    }

    /// The first service that was taken out of the one process.
    pub fn outside(&self) -> Option<&'a Service> {
        self.ground.system.extracted().first().copied()
    }

    /// A service that is still in it: one that others can be told from, if there is such a one.
    pub fn inside(&self) -> Option<&'a Service> {
        let all = self.ground.system.together();
        let mut telling = all.iter().filter(|service| !service.resources.is_empty());
        telling.next().or(all.first()).copied()
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

    /// An address of the process that a service is in.
    pub fn url_of(&self, service: &Service, path: &str) -> String {
        match self.ground.system.shape.is_extracted(&service.name) {
            true => format!("http://127.0.0.1:{}{path}", service.port),
            false => self.url(path),
        }
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
        self.put(Place {
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
        let all = self
            .ground
            .findings
            .iter()
            .map(|finding| finding.diagnostic);
        let mut has_some = false;
        for found in all.filter(|found| codes.contains(&found.code)) {
            let (path, text) = match &found.source {
                None => (MANIFEST, self.ground.manifest),
                Some(source) => (source.path.as_str(), &*source.text),
            };
            if let Some(label) = found.at.first() {
                self.add(path, At::Line(line_of(text, label.span.start)), "", said);
                has_some = true;
            }
        }
        has_some
    }

    /// The places where a service reaches into another one; whether there is any.
    pub fn crossed(&mut self) -> bool {
        self.remarks(&[Code::SharedStore], CROSSED)
    }

    /// A line that shows that no service reaches into another one; where one does, that place instead.
    pub fn border(&mut self, path: impl Into<String>, anchor: &str, said: Said) {
        if !self.crossed() {
            self.line(path, anchor, said);
        }
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

    /// The first such line below one with the mark in it, if there is one. Whether there is one.
    pub fn line_below(&mut self, path: String, mark: &str, anchor: &str, said: Said) -> bool {
        let text = (self.ground.read)(&path).unwrap_or_default();
        let line = line_with(&path, &text, mark).and_then(|mark| {
            let below: Vec<&str> = text.lines().skip(mark).collect();
            Some(mark + line_with(&path, &below.join("\n"), anchor)?)
        });
        if let Some(line) = line {
            self.add(path, At::Line(line), anchor, said);
        }
        line.is_some()
    }

    /// A line of what all services share.
    pub fn chassis(&mut self, path: &str, anchor: &str, said: Said) {
        self.line(format!("crates/chassis/src/{path}"), anchor, said);
    }

    /// The line in `compose.yaml` of a container: for a service or the gateway, of the one that it runs in.
    pub fn container(&mut self, name: &str, said: Said) {
        let name = self.container_of(name);
        self.line(COMPOSE, &format!("  {name}:"), said);
    }

    /// Its own, or that of the one process that it is part of.
    pub fn container_of<'b>(&self, name: &'b str) -> &'b str {
        let text = (self.ground.read)(COMPOSE).unwrap_or_default();
        let is_there = |name: &str| line_with(COMPOSE, &text, &format!("  {name}:")).is_some();
        let mut services = self.services().iter();
        let is_ours = name == "gateway" || services.any(|service| service.name.as_str() == name);
        match is_ours && !is_there(name) && is_there(MONOLITH) {
            true => MONOLITH,
            false => name,
        }
    }

    fn add(&mut self, path: impl Into<String>, at: At, anchor: &str, said: Said) {
        self.put(Place {
            path: path.into(),
            at,
            anchor: anchor.to_owned(),
            says: say(said, self.lang).to_owned(),
        });
    }

    /// Of one line the first thing is said.
    fn put(&mut self, place: Place) {
        let mut before = self.found.places.iter();
        let is_same = |one: &Place| (&one.path, one.at) == (&place.path, place.at);
        if !matches!(place.at, At::Line(_)) || !before.any(is_same) {
            self.found.places.push(place);
        }
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
