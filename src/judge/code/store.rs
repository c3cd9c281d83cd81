//! A service reaches the database of another one: by its crate, which brings what opens it, or by its name in a text.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::Judge;
use crate::diagnostic::{Code, Diagnostic, Source};
use crate::rust::with_room;
use crate::system::{Database, Service};

/// The tables of a `Cargo.toml` whose crates a program is built with, for any platform and for one.
const DEPENDENCIES: &str = "dependencies";
const TARGETS: &str = "target";

impl Judge<'_> {
    pub(super) fn stores(&mut self, service: &Service, sources: &[&Source]) {
        let others = self.system.services.iter();
        let others: Vec<&Service> = others
            .filter(|other| other.name != service.name && other.database != Database::None)
            .collect();
        for source in sources {
            let found = match source.path.ends_with(".toml") {
                true => by_crate(&source.text, &others),
                false => by_name(&source.text, &others),
            };
            for (owner, place, what) in found {
                let message = format!(
                    "`{}` reaches the store of `{}`, past its interface",
                    service.name, owner.name
                );
                let remark = Diagnostic::warning(Code::SharedStore, message)
                    .inside((*source).clone())
                    .at(place, what);
                let advice = format!(
                    "ask `{0}` by a client, or let `{0}` publish what changes",
                    owner.name
                );
                self.remark(service.name.as_str(), remark, &advice);
            }
        }
    }
}

/// The owner of a store, where it is reached, and how.
type Found<'a> = (&'a Service, Range<usize>, String);

/// The other services that a `Cargo.toml` depends on.
fn by_crate<'a>(text: &str, others: &[&'a Service]) -> Vec<Found<'a>> {
    let (root, _) = DeTable::parse_recoverable(text);
    let root = root.get_ref();
    let targets = table(root.get(TARGETS))
        .into_iter()
        .flat_map(DeTable::values);
    let of_targets = targets.filter_map(|target| table(table(Some(target))?.get(DEPENDENCIES)));
    let tables = table(root.get(DEPENDENCIES)).into_iter().chain(of_targets);
    let mut found = Vec::new();
    for (key, value) in tables.flatten() {
        // A crate may go by another name.
        let package = table(Some(value)).and_then(|table| table.get("package"));
        let name = package.and_then(|name| name.get_ref().as_str());
        let name = name.unwrap_or(key.get_ref());
        if let Some(owner) = others.iter().find(|other| other.name.as_str() == name) {
            let what = format!("the crate of `{name}` brings what opens its database");
            found.push((*owner, key.span(), what));
        }
    }
    found
}

fn table<'a, 'text>(value: Option<&'a Spanned<DeValue<'text>>>) -> Option<&'a DeTable<'text>> {
    match value?.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// The other services whose database is named in a text of the code.
fn by_name<'a>(text: &str, others: &[&'a Service]) -> Vec<Found<'a>> {
    let code = text.trim_start_matches('\u{feff}');
    let read = |code: &str| {
        let mut texts = Vec::new();
        collect(code.parse().ok()?, &mut texts);
        Some(texts)
    };
    let texts = with_room(code, read).flatten().unwrap_or_default();
    let mark = text.len() - code.len();
    let mut found = Vec::new();
    for (written, span) in texts {
        for other in others {
            let names = [
                format!("{}_DATABASE_URL", other.name.env()),
                format!("{}.db", other.name),
                format!("{}-database", other.name),
            ];
            if names.iter().any(|name| is_word_in(name, &written)) {
                let what = format!("names the database of `{}`", other.name);
                found.push((*other, span.start + mark..span.end + mark, what));
            }
        }
    }
    found
}

/// The literals, also those given to macros, with their places. Comments for documentation are attributes and no code.
fn collect(tokens: TokenStream, texts: &mut Vec<(String, Range<usize>)>) {
    let mut is_attribute = false;
    for token in tokens {
        match token {
            TokenTree::Punct(punct) => {
                is_attribute = punct.as_char() == '#' || is_attribute && punct.as_char() == '!';
                continue;
            }
            TokenTree::Group(group) if !is_attribute => collect(group.stream(), texts),
            TokenTree::Literal(literal) => {
                texts.push((literal.to_string(), literal.span().byte_range()));
            }
            TokenTree::Group(_) | TokenTree::Ident(_) => {}
        }
        is_attribute = false;
    }
}

/// Whether the name is there, and not as a part of another one.
fn is_word_in(name: &str, text: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    text.match_indices(name).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + name.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}
