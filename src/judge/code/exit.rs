//! Which calls a loop waits for: those whose success ends it. Called by `body.rs`.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Block, Expr, Ident};

use super::change;
use super::outcome::{Way, fork, is_error, outcome};
use super::sent::mentions;

/// The calls that a loop waits for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// Whatever it does.
    All,
    /// Those at these places.
    At(BTreeSet<usize>),
}

impl Awaited {
    pub fn contains(&self, name: &Ident) -> bool {
        match self {
            Self::All => true,
            Self::At(places) => places.contains(&name.span().byte_range().start),
        }
    }
}

/// What has to succeed for a loop to be left from its own body.
pub(super) fn awaited(body: &Block) -> Awaited {
    let mut exits = Exits::default();
    exits.visit_block(body);
    let origins = origins(body);
    let mut places = BTreeSet::new();
    for conditions in exits.found {
        if conditions.is_empty() {
            return Awaited::All;
        }
        for condition in conditions {
            places.extend(calls_behind(condition, &origins));
        }
    }
    Awaited::At(places)
}

/// The same for the condition of a `while`: also where it counts, or asks for what the body finds out.
pub(super) fn awaited_by(condition: &Expr, body: &Block) -> Awaited {
    let changed = change::changed(body, BTreeSet::new());
    let mut mentioned = Mentioned::default();
    mentioned.visit_expr(condition);
    match mentioned.names.is_disjoint(&changed) {
        true => Awaited::At(calls_behind(condition, &origins(body))),
        false => Awaited::All,
    }
}

/// What an answer is asked for whose sender was there: whoever passes a failure on has not asked this yet.
const STATUS: [&str; 6] = [
    "StatusCode",
    "is_client_error",
    "is_server_error",
    "is_success",
    "status",
    "status_code",
];

/// The places of the calls of a loop whose answer is asked for its status.
pub(super) fn asked_for_status(condition: Option<&Expr>, body: &Block) -> BTreeSet<usize> {
    struct Conditions<'ast>(Vec<&'ast Expr>);
    impl<'ast> Visit<'ast> for Conditions<'ast> {
        fn visit_expr_if(&mut self, expr: &'ast syn::ExprIf) {
            self.0.push(&expr.cond);
            visit::visit_expr_if(self, expr);
        }
        fn visit_expr_match(&mut self, expr: &'ast syn::ExprMatch) {
            self.0.push(&expr.expr);
            let guards = expr.arms.iter().filter_map(|arm| arm.guard.as_ref());
            self.0.extend(guards.map(|(_, guard)| &**guard));
            visit::visit_expr_match(self, expr);
        }
    }
    let mut conditions = Conditions(condition.into_iter().collect());
    conditions.visit_block(body);
    conditions
        .0
        .retain(|condition| mentions(condition, &STATUS));
    if conditions.0.is_empty() {
        return BTreeSet::new();
    }
    let origins = origins(body);
    let places = conditions.0.iter();
    places
        .flat_map(|condition| calls_behind(condition, &origins))
        .collect()
}

/// What each name in a body is made of.
type Origins<'ast> = BTreeMap<String, Vec<&'ast Expr>>;

fn origins(body: &Block) -> Origins<'_> {
    struct Found<'ast>(Origins<'ast>);
    impl<'ast> Visit<'ast> for Found<'ast> {
        fn visit_local(&mut self, local: &'ast syn::Local) {
            if let Some(init) = &local.init {
                for name in change::bound(&local.pat) {
                    self.0.entry(name).or_default().push(&init.expr);
                }
            }
            visit::visit_local(self, local);
        }
        fn visit_expr_match(&mut self, expr: &'ast syn::ExprMatch) {
            for name in expr.arms.iter().flat_map(|arm| change::bound(&arm.pat)) {
                self.0.entry(name).or_default().push(&expr.expr);
            }
            visit::visit_expr_match(self, expr);
        }
        fn visit_expr_assign(&mut self, expr: &'ast syn::ExprAssign) {
            if let Some(name) = change::root(&expr.left) {
                self.0.entry(name).or_default().push(&expr.right);
            }
            visit::visit_expr_assign(self, expr);
        }
    }
    let mut found = Found(BTreeMap::new());
    found.visit_block(body);
    found.0
}

/// The places of the calls that an expression depends on.
fn calls_behind(expr: &Expr, origins: &Origins<'_>) -> BTreeSet<usize> {
    let mut mentioned = Mentioned::default();
    mentioned.visit_expr(expr);
    let mut seen = BTreeSet::new();
    while let Some(name) = mentioned.names.pop_first() {
        if seen.insert(name.clone()) {
            for origin in origins.get(&name).into_iter().flatten() {
                mentioned.visit_expr(origin);
            }
        }
    }
    mentioned.calls
}

#[derive(Default)]
struct Mentioned {
    names: BTreeSet<String>,
    calls: BTreeSet<usize>,
}

impl<'ast> Visit<'ast> for Mentioned {
    fn visit_ident(&mut self, name: &'ast Ident) {
        self.add(name);
    }

    // `matches!(outcome, Err(_))`
    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        for name in change::names(found.tokens.clone()) {
            self.add(&name);
        }
    }
}

impl Mentioned {
    fn add(&mut self, name: &Ident) {
        self.names.insert(name.to_string());
        self.calls.insert(name.span().byte_range().start);
    }
}

#[derive(Default)]
struct Exits<'ast> {
    /// For each: what it depends on.
    found: Vec<Vec<&'ast Expr>>,
    conditions: Vec<&'ast Expr>,
    /// In a loop of its own, which is what a `break` ends.
    in_other: bool,
}

impl<'ast> Exits<'ast> {
    fn inside(&mut self, body: &'ast Block) {
        let before = std::mem::replace(&mut self.in_other, true);
        self.visit_block(body);
        self.in_other = before;
    }

    fn under(&mut self, condition: &'ast Expr, visit: impl FnOnce(&mut Self)) {
        self.visit_expr(condition);
        self.conditions.push(condition);
        visit(self);
        self.conditions.pop();
    }
}

impl<'ast> Visit<'ast> for Exits<'ast> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match (fork(expr), expr) {
            // Where a failure leads is no end that was waited for.
            (Some(fork), _) => self.under(fork.of, |exits| {
                for way in fork.succeeded {
                    match way {
                        Way::Block(block) => exits.visit_block(block),
                        Way::Expr(expr) => exits.visit_expr(expr),
                    }
                }
            }),
            (None, Expr::If(expr)) => self.under(&expr.cond, |exits| {
                exits.visit_block(&expr.then_branch);
                if let Some((_, otherwise)) = &expr.else_branch {
                    exits.visit_expr(otherwise);
                }
            }),
            (None, Expr::Match(expr)) => self.under(&expr.expr, |exits| {
                expr.arms.iter().for_each(|arm| exits.visit_arm(arm));
            }),
            (None, expr) => visit::visit_expr(self, expr),
        }
    }

    fn visit_expr_break(&mut self, expr: &'ast syn::ExprBreak) {
        if !self.in_other || expr.label.is_some() {
            self.found.push(self.conditions.clone());
        }
    }

    fn visit_expr_return(&mut self, expr: &'ast syn::ExprReturn) {
        if !expr.expr.as_deref().is_some_and(is_error) {
            self.found.push(self.conditions.clone());
        }
    }

    // What is behind the `else` of a `let` is there because something was not: with `Err`, because it did not fail.
    fn visit_local(&mut self, local: &'ast syn::Local) {
        let Some(init) = &local.init else {
            return;
        };
        match (&init.diverge, outcome(&local.pat)) {
            (Some((_, otherwise)), Some(true)) => {
                self.under(&init.expr, |exits| exits.visit_expr(otherwise));
            }
            _ => self.visit_expr(&init.expr),
        }
    }

    fn visit_expr_loop(&mut self, expr: &'ast syn::ExprLoop) {
        self.inside(&expr.body);
    }
    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        self.inside(&expr.body);
    }
    fn visit_expr_for_loop(&mut self, expr: &'ast syn::ExprForLoop) {
        self.inside(&expr.body);
    }
    // What these end is themselves.
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
}
