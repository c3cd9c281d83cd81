//! The functions of a service, and what each calls: as much of its code as `repeat.rs` and `lost.rs` look at. Read `body.rs` next.

use std::ops::Range;

use syn::visit::{self, Visit};
use syn::{Attribute, Block, Ident, ImplItemFn, ItemFn, ItemImpl, ItemMod};

use super::body::Body;
use super::tests_only::is_test;
use super::{body, macros};
use crate::diagnostic::Source;
use crate::rust::with_room;

/// One function or method.
pub(super) struct Function {
    /// The index of its file.
    pub source: usize,
    pub name: String,
    /// It handles an event, by `chassis::Handle`.
    pub is_handler: bool,
    pub calls: Vec<Call>,
    /// Where an event is published and a failure stays unknown.
    pub lost: Vec<Range<usize>>,
}

/// A call of a function or method.
pub(super) struct Call {
    pub name: String,
    /// The name, in bytes from the start of the file.
    pub place: Range<usize>,
    /// What is asked is one of the clients.
    pub of_client: bool,
    /// The request that it sends and that may do harm twice, if it sends one itself.
    pub sends: Option<&'static str>,
    /// Why it may happen more than once.
    pub repeated: Option<Repeated>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeated {
    /// A loop that ends with the first success.
    Loop,
    /// Something whose name says that it tries again.
    Retry,
    /// The function calls itself after a failure.
    Recursion,
}

/// The functions of a file; none if it does not parse. Tests are left out.
pub(super) fn functions(index: usize, source: &Source) -> Vec<Function> {
    let text = &source.text;
    let code = text.trim_start_matches('\u{feff}');
    let read = |code: &str| {
        let mut found = Functions {
            source: index,
            context: body::Context {
                mark: text.len() - code.len(),
                is_client: source.path.contains("/src/clients/"),
            },
            is_handler: false,
            found: Vec::new(),
        };
        let mut file = syn::parse_file(code).ok()?;
        macros::open(&mut file);
        found.visit_file(&file);
        Some(found.found)
    };
    with_room(code, read).flatten().unwrap_or_default()
}

struct Functions {
    source: usize,
    context: body::Context,
    is_handler: bool,
    found: Vec<Function>,
}

impl Functions {
    fn add(&mut self, name: &Ident, attributes: &[Attribute], block: &Block) {
        if attributes.iter().any(is_test) {
            return;
        }
        let (calls, lost) = Body::read(self.context, name, block);
        self.found.push(Function {
            source: self.source,
            name: name.to_string(),
            is_handler: self.is_handler && name == "handle",
            calls,
            lost,
        });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !item.attrs.iter().any(is_test) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if item.attrs.iter().any(is_test) {
            return;
        }
        let of = item
            .trait_
            .as_ref()
            .and_then(|(_, path, _)| path.segments.last());
        self.is_handler = of.is_some_and(|segment| segment.ident == "Handle");
        visit::visit_item_impl(self, item);
        self.is_handler = false;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.add(&item.sig.ident, &item.attrs, &item.block);
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.add(&item.sig.ident, &item.attrs, &item.block);
    }
}
