//! What of the code only tests use: it is built for nobody else, and nothing is said about it.
//!
//! `code.rs` leaves out whole files, `function.rs` and `store.rs` what is marked within one.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Expr, Item, ItemMod, Lit, Meta};

use crate::diagnostic::Source;
use crate::rust::with_room;

/// Whether an attribute says so: `#[cfg(test)]`, `#[cfg(all(test, unix))]`, `#[test]`, `#[tokio::test]`.
pub(super) fn is_test(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => names_test(list.tokens.clone()),
        meta => {
            let last = meta.path().segments.last();
            last.is_some_and(|segment| segment.ident == "test")
        }
    }
}

/// The same of the tokens between the brackets of an attribute.
pub(super) fn is_test_tokens(attribute: TokenStream) -> bool {
    syn::parse2::<Meta>(attribute).is_ok_and(|meta| {
        is_test(&Attribute {
            pound_token: Default::default(),
            style: syn::AttrStyle::Outer,
            bracket_token: Default::default(),
            meta,
        })
    })
}

fn names_test(condition: TokenStream) -> bool {
    let mut named = false;
    for token in condition {
        match token {
            TokenTree::Ident(name) if name == "not" => return false,
            TokenTree::Ident(name) => named |= name == "test",
            TokenTree::Group(group) => named |= names_test(group.stream()),
            _ => {}
        }
    }
    named
}

/// The files that are no part of anything but tests, by `#[cfg(test)] mod name;`, and what is below them.
pub(super) fn without_tests<'a>(sources: &[&'a Source]) -> Vec<&'a Source> {
    let of_tests: BTreeSet<String> = sources
        .iter()
        .filter(|source| source.path.ends_with(".rs"))
        .flat_map(|source| test_files(source))
        .collect();
    let is_of_tests = |path: &str| {
        of_tests.iter().any(|file| {
            let rest = path.strip_prefix(file.as_str());
            rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/') || rest.is_empty())
        })
    };
    let kept = sources.iter().filter(|source| !is_of_tests(&source.path));
    kept.copied().collect()
}

/// The paths of such modules of a file, without `.rs`.
fn test_files(source: &Source) -> Vec<String> {
    let code = source.text.trim_start_matches('\u{feff}');
    let read = |code: &str| {
        let file = syn::parse_file(code).ok()?;
        let modules = file.items.iter().filter_map(|item| match item {
            Item::Mod(module) if module.content.is_none() => Some(module),
            _ => None,
        });
        let modules = modules.filter(|module| module.attrs.iter().any(is_test));
        Some(modules.map(file_of).collect::<Vec<_>>())
    };
    // Most files have none, and are not parsed for it.
    let modules = match code.contains("test") {
        true => with_room(code, read).flatten().unwrap_or_default(),
        false => Vec::new(),
    };
    let (folder, name) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
    let stem = name.trim_end_matches(".rs");
    let below = match matches!(stem, "lib" | "main" | "mod") {
        true => folder.to_owned(),
        false => format!("{folder}/{stem}"),
    };
    let modules = modules.into_iter().map(|module| match module {
        Module::Named(name) => format!("{below}/{name}"),
        Module::At(path) => format!("{folder}/{path}"),
    });
    modules.collect()
}

enum Module {
    Named(String),
    /// `#[path = "…"]`, from the folder of the file.
    At(String),
}

fn file_of(module: &ItemMod) -> Module {
    let path = module.attrs.iter().find_map(|attribute| {
        let value = attribute.meta.require_name_value().ok()?;
        match &value.value {
            Expr::Lit(literal) if value.path.is_ident("path") => match &literal.lit {
                Lit::Str(path) => Some(path.value()),
                _ => None,
            },
            _ => None,
        }
    });
    path.map_or_else(|| Module::Named(module.ident.to_string()), Module::At)
}
