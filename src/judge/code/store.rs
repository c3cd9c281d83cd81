//! A service reaches the database of another one: by its crate, which brings what opens it, by its name in a text of its own or
//! of a crate that it is built with, or as it is deployed (`compose.rs`).

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::super::Judge;
use super::dependency::Crates;
use super::outcome::is_telling_macro;
use super::tests_only::is_test_tokens;
use crate::diagnostic::{Code, Diagnostic, Source};
use crate::lang::Lang;
use crate::rust::with_room;
use crate::system::{Database, Service};

/// The owner of a store, where it is reached, and how.
pub(super) type Found<'a> = (&'a Service, Range<usize>, String);

impl Judge<'_> {
    /// Looks at the code of one service, or of the gateway, with that of crates which it is built with.
    pub(super) fn stores(&mut self, name: &str, sources: &[&Source], crates: &Crates<'_>) {
        let others = self.system.services.iter();
        let others: Vec<&Service> = others
            .filter(|other| other.name.as_str() != name && other.database != Database::None)
            .collect();
        for source in sources {
            let found = match source.path.strip_suffix("/Cargo.toml") {
                Some(folder) => by_crate(folder, crates, &others, self.lang),
                None => by_name(&source.text, &others, self.lang),
            };
            for found in found {
                self.shared_store(name, source, found);
            }
        }
    }

    pub(super) fn shared_store(
        &mut self,
        name: &str,
        source: &Source,
        (owner, place, what): Found<'_>,
    ) {
        let owner = &owner.name;
        let (message, advice) = self.lang.either(
            (
                format!("`{name}` reaches the store of `{owner}`, past its interface"),
                format!("ask `{owner}` by a client, or let `{owner}` publish what changes"),
            ),
            (
                format!("`{name}` llega al almacén de `{owner}` sin pasar por su interfaz"),
                format!(
                    "pregunta a `{owner}` con un cliente, o que `{owner}` publique lo que cambia"
                ),
            ),
        );
        let remark = Diagnostic::warning(Code::SharedStore, message)
            .inside(source.clone())
            .at(place, what);
        self.remark(name, remark, &advice);
    }
}

/// The other services that a crate depends on, directly or by way of crates that are no services.
fn by_crate<'a>(
    folder: &str,
    crates: &Crates<'_>,
    others: &[&'a Service],
    lang: Lang,
) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    for dependency in crates.dependencies(folder) {
        let place = dependency.place.clone();
        let mut open = vec![(dependency, Vec::new())];
        let mut seen = BTreeSet::new();
        while let Some((next, way)) = open.pop() {
            let name = &next.name;
            if !seen.insert(name.clone()) {
                continue;
            }
            if let Some(owner) = others.iter().find(|other| other.name.as_str() == name) {
                let what = lang.either(
                    format!("the crate of `{name}` brings what opens its database"),
                    format!("el crate de `{name}` trae lo que abre su base de datos"),
                );
                let what = match way.is_empty() {
                    true => what,
                    false => lang.either(
                        format!("by way of {}, {what}", way.join(" and ")),
                        format!("por medio de {}, {what}", way.join(" y ")),
                    ),
                };
                found.push((*owner, place.clone(), what));
                continue;
            }
            let Some(folder) = next.shared() else {
                continue;
            };
            for further in crates.dependencies(folder) {
                let way = way.iter().cloned().chain([format!("`{name}`")]);
                open.push((further, way.collect()));
            }
        }
    }
    found
}

/// The other services whose database is named in a text of the code.
fn by_name<'a>(text: &str, others: &[&'a Service], lang: Lang) -> Vec<Found<'a>> {
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
                let what = lang.either(
                    format!("names the database of `{}`", other.name),
                    format!("nombra la base de datos de `{}`", other.name),
                );
                found.push((*other, span.start + mark..span.end + mark, what));
            }
        }
    }
    found
}

/// The literals, also those given to macros, with their places. Comments for documentation are attributes and no code, and
/// what only tests use is left out.
fn collect(tokens: TokenStream, texts: &mut Vec<(String, Range<usize>)>) {
    let mut is_attribute = false;
    let mut is_for_file = false;
    // From such an attribute to the end of what it stands before.
    let mut is_test = false;
    // Behind the name of a macro that only tells of something.
    let mut is_told = false;
    for token in tokens {
        let was_told = std::mem::take(&mut is_told);
        match token {
            TokenTree::Punct(punct) if was_told && punct.as_char() == '!' => {
                is_told = true;
                continue;
            }
            TokenTree::Group(_) if was_told => {}
            TokenTree::Punct(punct) => {
                is_for_file = is_attribute && punct.as_char() == '!';
                is_attribute = punct.as_char() == '#' || is_for_file;
                is_test &= punct.as_char() != ';';
                continue;
            }
            TokenTree::Group(group) if is_attribute => {
                if is_test_tokens(group.stream()) {
                    is_test = true;
                    if is_for_file {
                        return;
                    }
                }
            }
            TokenTree::Group(group) if is_test => {
                is_test = group.delimiter() != Delimiter::Brace;
            }
            TokenTree::Group(group) => collect(group.stream(), texts),
            TokenTree::Literal(literal) if !is_test => {
                texts.push((literal.to_string(), literal.span().byte_range()));
            }
            TokenTree::Ident(name) => is_told = is_telling_macro(&name),
            TokenTree::Literal(_) => {}
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
