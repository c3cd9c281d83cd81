//! Judges the architecture of a system that has no mistakes: what works, and will hurt all the same.
//!
//! `microkit check` calls `judge`, and `advice` counts its remarks; nothing else depends on it. Each remark has a code of the block MK06 with a page that
//! says why it matters and what the limits are, and `[allow]` in the manifest silences it with a reason.
//! Read `calls.rs` first, then `circle.rs`, `chain.rs`, `service.rs`, `event.rs`, and `code.rs` for what only the code of the
//! services shows; `allow.rs` is the end.

mod allow;
mod calls;
mod chain;
mod circle;
mod code;
mod event;
mod graph;
mod longest;
mod service;

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Source};
use crate::lang::Lang;
use crate::manifest::{Document, Form};
use crate::system::System;
pub(crate) use calls::Calls;
pub use code::beside;

/// How many places of one remark are shown; more would hide the first ones.
const MOST_PLACES: usize = 6;
/// How many names of one way from service to service are shown.
const MOST_NAMES: usize = 8;

/// What there is to say about an architecture, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub remarks: Vec<Diagnostic>,
    /// Remarks that the manifest allows, each with its reason.
    pub allowed: Vec<(Diagnostic, String)>,
}

/// Judges the system, which was made from this document, by its manifest alone.
pub fn judge(document: &Document, system: &System) -> Judgement {
    judge_with(document, system, None, Lang::En)
}

/// The same, and the code: `Cargo.toml` and what is below `src` of each service and of the gateway, the manifests of the crates
/// that they are built with (see `beside`), and `compose.yaml` with its override.
pub fn judge_with(
    document: &Document,
    system: &System,
    code: Option<&[Source]>,
    lang: Lang,
) -> Judgement {
    let mut judge = Judge {
        lang,
        document,
        system,
        calls: Calls::new(system),
        found: Vec::new(),
    };
    judge.circles();
    judge.chains();
    judge.services();
    judge.events();
    judge.code(code.unwrap_or_default());
    allow::sort(document, judge.found, code.is_some(), lang)
}

/// Something to say about one part of the system.
struct Remark {
    /// The part, as `[allow]` names it; more than one name for a circle, which a rename may begin elsewhere.
    subjects: Vec<String>,
    diagnostic: Diagnostic,
}

struct Judge<'a> {
    /// What the remarks are told in.
    lang: Lang,
    document: &'a Document,
    system: &'a System,
    calls: Calls<'a>,
    found: Vec<Remark>,
}

impl Judge<'_> {
    /// Keeps a remark; `advice` says how to get rid of it, and the help how to allow it.
    fn remark(&mut self, subject: &str, diagnostic: Diagnostic, advice: &str) {
        self.remark_on(vec![subject.to_owned()], diagnostic, advice);
    }

    /// The same for a part that goes by any of these names.
    fn remark_on(&mut self, subjects: Vec<String>, diagnostic: Diagnostic, advice: &str) {
        let subject = subjects.first().map_or("", String::as_str);
        let code = diagnostic.code;
        let key = match subject.bytes().all(is_bare) {
            true => subject.to_owned(),
            false => format!("\"{subject}\""),
        };
        let allow = self.how_to_allow(code, &key);
        let help = self.lang.either(
            format!("{advice}; if it is meant so, {allow}"),
            format!("{advice}; si es a propósito, {allow}"),
        );
        self.found.push(Remark {
            subjects,
            diagnostic: diagnostic.help(help),
        });
    }

    /// What to write where, given what is there: to be read after 'if it is meant so'.
    fn how_to_allow(&self, code: Code, key: &str) -> String {
        let lang = self.lang;
        let why = lang.either("why", "por qué");
        let all = self.document.form(&["allow"]);
        let own = self.document.form(&["allow", code.as_str()]);
        let (line, place) = match (own, all) {
            (Some(Form::Header), _) => (key.to_owned(), format!("[allow.{code}]")),
            (Some(Form::Inline), Some(Form::Header | Form::Inline)) => {
                (key.to_owned(), format!("{code} = {{ … }}"))
            }
            (Some(Form::Inline), _) => (key.to_owned(), format!("allow.{code} = {{ … }}")),
            (_, Some(Form::Header)) => (format!("{code}.{key}"), "[allow]".to_owned()),
            (_, Some(Form::Inline)) => (format!("{code}.{key}"), "allow = { … }".to_owned()),
            _ => {
                return lang.either(
                    format!("begin the manifest with `allow.{code}.{key} = \"{why}\"`"),
                    format!("empieza el manifiesto con `allow.{code}.{key} = \"{why}\"`"),
                );
            }
        };
        match place.starts_with('[') {
            true => lang.either(
                format!("add `{line} = \"{why}\"` below `{place}`"),
                format!("añade `{line} = \"{why}\"` debajo de `{place}`"),
            ),
            false => lang.either(
                format!("add `{line} = \"{why}\"` within `{place}`"),
                format!("añade `{line} = \"{why}\"` dentro de `{place}`"),
            ),
        }
    }

    /// Where the service says that it calls the other one.
    fn place_of_call(&self, caller: usize, called: usize) -> Range<usize> {
        self.place_in_list(self.calls.name(caller), "calls", self.calls.name(called))
    }

    /// Where the entry is in a list of a service.
    fn place_in_list(&self, service: &str, key: &str, entry: &str) -> Range<usize> {
        let table = self.document.manifest().services.get(service);
        let list = table.map(|table| match key {
            "publishes" => &table.publishes,
            _ => &table.calls,
        });
        let index = list.and_then(|list| list.iter().position(|one| one == entry));
        let index = index.unwrap_or_default().to_string();
        self.document
            .value_span(&["services", service, key, &index])
    }

    fn place_of_service(&self, service: usize) -> Range<usize> {
        self.document
            .key_span(&["services", self.calls.name(service)])
    }

    /// Adds a place for each call along a way from service to service, the last one too if some are left out.
    fn along(&self, diagnostic: Diagnostic, way: &[usize]) -> Diagnostic {
        let calls: Vec<&[usize]> = way.windows(2).collect();
        let left_out = calls.len().saturating_sub(MOST_PLACES);
        let shown = calls.iter().enumerate().filter(|(index, _)| {
            let index = *index;
            index + 1 < MOST_PLACES || index + 1 == calls.len() || left_out == 0
        });
        shown.fold(diagnostic, |diagnostic, (_, call)| {
            let (caller, called) = (call[0], call[1]);
            let (name, other) = (self.calls.name(caller), self.calls.name(called));
            let label = self.lang.either(
                format!("`{name}` waits for `{other}`"),
                format!("`{name}` espera a `{other}`"),
            );
            diagnostic.at(self.place_of_call(caller, called), label)
        })
    }

    /// `a` -> `b` -> `c`
    fn way(&self, way: &[usize]) -> String {
        shown_way(
            way.iter()
                .map(|service| self.calls.name(*service).to_owned()),
        )
    }
}

/// The names in backticks with arrows between them, the middle left out where there are many.
fn shown_way(names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.len() > MOST_NAMES {
        names.splice(MOST_NAMES - 2..names.len() - 1, ["…".to_owned()]);
    }
    names.join(" -> ")
}

fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
