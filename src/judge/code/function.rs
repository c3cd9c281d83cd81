//! The functions of a service, and what each calls: as much of its code as `repeat.rs` looks at.

use std::ops::Range;

use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, Ident, ImplItemFn, ItemFn, ItemImpl, ItemMod};

use crate::rust::with_room;

/// One function or method.
pub(super) struct Function {
    /// The index of its file.
    pub source: usize,
    pub name: String,
    /// It handles an event, by `chassis::Handle`.
    pub is_handler: bool,
    pub calls: Vec<Call>,
}

/// A call of a function or method.
pub(super) struct Call {
    pub name: String,
    /// The name, in bytes from the start of the file.
    pub place: Range<usize>,
    /// What is asked is one of the clients.
    pub of_client: bool,
    /// Why it may happen more than once.
    pub repeated: Option<Repeated>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeated {
    /// A loop that ends with the first success.
    Loop,
    /// Something whose name says that it tries again.
    Retry,
}

/// The functions of a file; none if it does not parse. Tests are left out.
pub(super) fn functions(source: usize, text: &str) -> Vec<Function> {
    let code = text.trim_start_matches('\u{feff}');
    let read = |code: &str| {
        let mut found = Functions {
            source,
            mark: text.len() - code.len(),
            is_handler: false,
            found: Vec::new(),
        };
        found.visit_file(&syn::parse_file(code).ok()?);
        Some(found.found)
    };
    with_room(code, read).flatten().unwrap_or_default()
}

struct Functions {
    source: usize,
    /// The length of a byte order mark.
    mark: usize,
    is_handler: bool,
    found: Vec<Function>,
}

impl Functions {
    fn add(&mut self, name: &Ident, attributes: &[Attribute], body: &Block) {
        if attributes.iter().any(|one| ends_in(one, "test")) {
            return;
        }
        let mut calls = Calls {
            mark: self.mark,
            repeated: None,
            found: Vec::new(),
        };
        calls.visit_block(body);
        self.found.push(Function {
            source: self.source,
            name: name.to_string(),
            is_handler: self.is_handler && name == "handle",
            calls: calls.found,
        });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let is_test = item.attrs.iter().any(|attribute| {
            let condition = attribute.meta.require_list();
            condition
                .is_ok_and(|list| list.path.is_ident("cfg") && list.tokens.to_string() == "test")
        });
        if !is_test {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
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

/// Finds the calls in a body, and which of them are repeated.
struct Calls {
    mark: usize,
    repeated: Option<Repeated>,
    found: Vec<Call>,
}

impl Calls {
    fn add(&mut self, name: &Ident, of_client: bool) {
        let place = name.span().byte_range();
        self.found.push(Call {
            name: name.to_string(),
            place: place.start + self.mark..place.end + self.mark,
            of_client,
            repeated: self.repeated,
        });
    }

    /// Visits what is repeated.
    fn repeatedly(&mut self, how: Repeated, visit: impl FnOnce(&mut Self)) {
        let before = self.repeated.replace(how);
        visit(self);
        self.repeated = before;
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_loop(&mut self, expr: &'ast syn::ExprLoop) {
        // One that is never left works on one thing after the other.
        match leaves(&expr.body) {
            true => self.repeatedly(Repeated::Loop, |calls| visit::visit_expr_loop(calls, expr)),
            false => visit::visit_expr_loop(self, expr),
        }
    }

    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        match &*expr.cond {
            // `while let` takes one thing after the other.
            Expr::Let(_) => visit::visit_expr_while(self, expr),
            _ => self.repeatedly(Repeated::Loop, |calls| visit::visit_expr_while(calls, expr)),
        }
    }

    fn visit_expr_for_loop(&mut self, expr: &'ast syn::ExprForLoop) {
        // Attempts are counted; other things are each another one.
        match matches!(innermost(&expr.expr), Expr::Range(_)) && leaves(&expr.body) {
            true => self.repeatedly(Repeated::Loop, |calls| {
                visit::visit_expr_for_loop(calls, expr)
            }),
            false => visit::visit_expr_for_loop(self, expr),
        }
    }

    fn visit_expr_method_call(&mut self, expr: &'ast syn::ExprMethodCall) {
        self.add(&expr.method, is_client(&expr.receiver));
        match is_retry(&expr.method) {
            true => self.repeatedly(Repeated::Retry, |calls| {
                visit::visit_expr_method_call(calls, expr);
            }),
            false => visit::visit_expr_method_call(self, expr),
        }
    }

    fn visit_expr_call(&mut self, expr: &'ast syn::ExprCall) {
        let mut retries = false;
        if let Expr::Path(function) = &*expr.func {
            if let Some(last) = function.path.segments.last() {
                self.add(&last.ident, false);
            }
            let mut names = function.path.segments.iter();
            retries = names.any(|segment| is_retry(&segment.ident));
        }
        match retries {
            true => self.repeatedly(Repeated::Retry, |calls| visit::visit_expr_call(calls, expr)),
            false => visit::visit_expr_call(self, expr),
        }
    }
}

/// Whether a loop is left from its own body.
fn leaves(body: &Block) -> bool {
    struct Leaves(bool);
    impl<'ast> Visit<'ast> for Leaves {
        fn visit_expr_break(&mut self, _: &'ast syn::ExprBreak) {
            self.0 = true;
        }
        fn visit_expr_return(&mut self, _: &'ast syn::ExprReturn) {
            self.0 = true;
        }
        // What these end is themselves.
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    }
    let mut leaves = Leaves(false);
    leaves.visit_block(body);
    leaves.0
}

/// What parentheses and methods such as `.rev()` are around.
fn innermost(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => innermost(&inner.expr),
        Expr::MethodCall(call) => innermost(&call.receiver),
        other => other,
    }
}

fn is_retry(name: &Ident) -> bool {
    name.to_string().to_ascii_lowercase().starts_with("retry")
}

/// Whether it is reached by `clients` of the `App`, or by what a client is mostly called.
fn is_client(receiver: &Expr) -> bool {
    struct Mentions(bool);
    impl<'ast> Visit<'ast> for Mentions {
        fn visit_ident(&mut self, name: &'ast Ident) {
            self.0 |= name == "clients" || name == "client";
        }
    }
    let mut mentions = Mentions(false);
    mentions.visit_expr(receiver);
    mentions.0
}

fn ends_in(attribute: &Attribute, name: &str) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == name)
}
