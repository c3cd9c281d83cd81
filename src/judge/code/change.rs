//! Which names in a loop stand for something else each time round, and so which calls are each another one. Called by `body.rs`.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, Ident, Macro, Member, Pat};

/// Methods that give the same each time, if what they are asked for is the same.
const STEADY: [&str; 12] = [
    "as_bytes",
    "as_ref",
    "as_slice",
    "as_str",
    "borrow",
    "clone",
    "cloned",
    "into",
    "len",
    "to_owned",
    "to_string",
    "to_vec",
];

/// The names that change in the body of a loop, given those that the loop itself changes.
pub(super) fn changed(body: &Block, own: BTreeSet<String>) -> BTreeSet<String> {
    let mut assigned = Assigned {
        changed: own,
        is_new: true,
    };
    // A name may be made of one that is only changed behind it.
    while assigned.is_new {
        assigned.is_new = false;
        assigned.visit_block(body);
    }
    assigned.changed
}

/// The names that a pattern binds.
pub(super) fn bound(pattern: &Pat) -> BTreeSet<String> {
    struct Bound(BTreeSet<String>);
    impl<'ast> Visit<'ast> for Bound {
        fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
            self.0.insert(pattern.ident.to_string());
            visit::visit_pat_ident(self, pattern);
        }
    }
    let mut bound = Bound(BTreeSet::new());
    bound.visit_pat(pattern);
    bound.0
}

/// Whether an expression may give something else each time.
pub(super) fn changes(expr: &Expr, changed: &BTreeSet<String>) -> bool {
    let mut changing = Changing {
        changed,
        found: false,
    };
    changing.visit_expr(expr);
    changing.found
}

struct Assigned {
    changed: BTreeSet<String>,
    is_new: bool,
}

impl Assigned {
    fn add(&mut self, name: String) {
        self.is_new |= self.changed.insert(name);
    }

    fn bind(&mut self, pattern: &Pat, from: &Expr) {
        if changes(from, &self.changed) {
            for name in bound(pattern) {
                self.add(name);
            }
        }
    }
}

impl<'ast> Visit<'ast> for Assigned {
    fn visit_expr_assign(&mut self, expr: &'ast syn::ExprAssign) {
        if let Some(name) = root(&expr.left) {
            self.add(name);
        }
        visit::visit_expr_assign(self, expr);
    }

    fn visit_expr_binary(&mut self, expr: &'ast syn::ExprBinary) {
        let assigns = matches!(
            expr.op,
            BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_)
        );
        if let Some(name) = root(&expr.left).filter(|_| assigns) {
            self.add(name);
        }
        visit::visit_expr_binary(self, expr);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            self.bind(&local.pat, &init.expr);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_let(&mut self, expr: &'ast syn::ExprLet) {
        self.bind(&expr.pat, &expr.expr);
        visit::visit_expr_let(self, expr);
    }

    fn visit_expr_match(&mut self, expr: &'ast syn::ExprMatch) {
        for arm in &expr.arms {
            self.bind(&arm.pat, &expr.expr);
        }
        visit::visit_expr_match(self, expr);
    }
}

struct Changing<'a> {
    changed: &'a BTreeSet<String>,
    found: bool,
}

impl<'ast> Visit<'ast> for Changing<'_> {
    fn visit_expr_path(&mut self, expr: &'ast syn::ExprPath) {
        let name = expr.path.get_ident();
        self.found |= name.is_some_and(|name| self.changed.contains(&name.to_string()));
    }

    fn visit_expr_field(&mut self, expr: &'ast syn::ExprField) {
        let field = own_field(expr);
        self.found |= field.is_some_and(|name| self.changed.contains(&name));
        visit::visit_expr_field(self, expr);
    }

    fn visit_expr_await(&mut self, _: &'ast syn::ExprAwait) {
        self.found = true;
    }

    fn visit_expr_method_call(&mut self, expr: &'ast syn::ExprMethodCall) {
        // Whatever it is asked for, a queue gives the next thing.
        let is_steady = STEADY.iter().any(|name| expr.method == name);
        self.found |= !is_steady && root(&expr.receiver).is_some();
        visit::visit_expr_method_call(self, expr);
    }

    fn visit_macro(&mut self, found: &'ast Macro) {
        self.found |= mentions(found.tokens.clone(), self.changed);
    }
}

/// The name that a place begins with: `page` of `page.number`, `*page` and `page[0]`.
pub(super) fn root(place: &Expr) -> Option<String> {
    match place {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Field(field) => own_field(field).or_else(|| root(&field.base)),
        Expr::Index(index) => root(&index.expr),
        Expr::Unary(unary) => root(&unary.expr),
        Expr::Reference(reference) => root(&reference.expr),
        Expr::Paren(inner) => root(&inner.expr),
        _ => None,
    }
}

/// A field of `self`, which goes by its own name.
fn own_field(field: &syn::ExprField) -> Option<String> {
    match (&*field.base, &field.member) {
        (Expr::Path(base), Member::Named(name)) if base.path.is_ident("self") => {
            Some(name.to_string())
        }
        _ => None,
    }
}

/// All names among tokens.
pub(super) fn names(tokens: TokenStream) -> Vec<Ident> {
    let names = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Ident(name) => vec![name],
        TokenTree::Group(group) => names(group.stream()),
        TokenTree::Literal(_) | TokenTree::Punct(_) => Vec::new(),
    });
    names.collect()
}

/// Whether one of the names is among the tokens, or in a text as `{name}`.
fn mentions(tokens: TokenStream, names: &BTreeSet<String>) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => names.contains(&name.to_string()),
        TokenTree::Group(group) => mentions(group.stream(), names),
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            let mut holes = text.split('{').skip(1);
            holes.any(|hole| {
                let end = hole.find(['}', ':', '.']).unwrap_or_default();
                names.contains(&hole[..end])
            })
        }
        TokenTree::Punct(_) => false,
    })
}
