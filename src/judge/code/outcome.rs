//! What becomes of a result: which calls it is the result of, where their failure leads, and whether anybody gets to know of it.
//! Called by `body.rs`.

use syn::visit::{self, Visit};
use syn::{Block, Expr, Ident, Pat, Stmt};

/// Macros that only tell of something.
const TELLING: [&str; 12] = [
    "counter", "debug", "dbg", "eprint", "eprintln", "error", "event", "info", "print", "println",
    "trace", "warn",
];

/// Functions and methods that do so.
const TELLING_CALLS: [&str; 8] = [
    "capture_anyhow",
    "capture_error",
    "capture_message",
    "fetch_add",
    "inc",
    "inc_by",
    "increment",
    "record_error",
];

/// An expression with two ways on: one where its calls failed, and one where they succeeded.
pub(super) struct Fork<'a> {
    pub of: &'a Expr,
    pub failed: Vec<Way<'a>>,
    pub succeeded: Vec<Way<'a>>,
}

#[derive(Clone, Copy)]
pub(super) enum Way<'a> {
    Block(&'a Block),
    Expr(&'a Expr),
}

/// `if x.is_err() { … }`, `if let Err(error) = x { … } else { … }`, `match x { Ok(_) => …, Err(_) => … }`
pub(super) fn fork(expr: &Expr) -> Option<Fork<'_>> {
    match expr {
        Expr::If(expr) => {
            let (of, fails) = condition(&expr.cond)?;
            let then = vec![Way::Block(&expr.then_branch)];
            let other = expr.else_branch.iter();
            let other = other.map(|(_, expr)| Way::Expr(expr)).collect();
            let (failed, succeeded) = if fails { (then, other) } else { (other, then) };
            Some(Fork {
                of,
                failed,
                succeeded,
            })
        }
        Expr::Match(expr) => {
            let is_there = |way: bool| expr.arms.iter().any(|arm| outcome(&arm.pat) == Some(way));
            let ways = |is_meant: &dyn Fn(Option<bool>) -> bool| {
                let arms = expr.arms.iter();
                let arms = arms.filter(|arm| is_meant(outcome(&arm.pat)));
                arms.map(|arm| Way::Expr(&arm.body)).collect()
            };
            // What is neither, `_` or a name, is the rest behind `Ok`; where that has no arm of its own, it is both.
            let is_whole = !is_there(false);
            (is_there(true) || !is_whole).then(|| Fork {
                of: &expr.expr,
                failed: ways(&|way| way != Some(false)),
                succeeded: ways(&|way| way == Some(false) || way.is_none() && is_whole),
            })
        }
        _ => None,
    }
}

/// Whose outcome a condition asks for, and whether it is met by a failure.
fn condition(cond: &Expr) -> Option<(&Expr, bool)> {
    match cond {
        Expr::Let(cond) => Some((&*cond.expr, outcome(&cond.pat)?)),
        Expr::MethodCall(call) if call.method == "is_err" => Some((&*call.receiver, true)),
        Expr::MethodCall(call) if call.method == "is_ok" => Some((&*call.receiver, false)),
        Expr::Paren(inner) => condition(&inner.expr),
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Not(_)) => {
            condition(&unary.expr).map(|(of, fails)| (of, !fails))
        }
        _ => None,
    }
}

/// Whether a pattern is that of a failure (`Err`) or of a success (`Ok`).
pub(super) fn outcome(pattern: &Pat) -> Option<bool> {
    let Pat::TupleStruct(pattern) = pattern else {
        return None;
    };
    let last = pattern.path.segments.last()?;
    match last.ident.to_string().as_str() {
        "Err" => Some(true),
        "Ok" => Some(false),
        _ => None,
    }
}

/// The calls that an expression is the result of, the last one first: `map_err`, `post` and `callee` of
/// `self.callee().post(body).await.map_err(to_text)`; a name that it begins with, and whether `?` passes a failure on.
#[derive(Default)]
pub(super) struct Spine<'a> {
    pub calls: Vec<&'a Ident>,
    pub start: Option<&'a Ident>,
    /// How many calls there are when a failure is passed on.
    pub passed_on: Option<usize>,
}

pub(super) fn spine(expr: &Expr) -> Spine<'_> {
    let mut spine = Spine::default();
    let mut at = Some(expr);
    while let Some(expr) = at {
        at = match expr {
            Expr::Await(inner) => Some(&*inner.base),
            Expr::Paren(inner) => Some(&*inner.expr),
            Expr::Reference(inner) => Some(&*inner.expr),
            Expr::Try(inner) => {
                spine.passed_on.get_or_insert(spine.calls.len());
                Some(&*inner.expr)
            }
            Expr::MethodCall(call) => {
                spine.calls.push(&call.method);
                Some(&*call.receiver)
            }
            Expr::Call(call) => {
                let last = match &*call.func {
                    Expr::Path(function) => function.path.segments.last(),
                    _ => None,
                };
                spine.calls.extend(last.map(|segment| &segment.ident));
                inside(call)
            }
            Expr::Path(path) => {
                spine.start = path.path.get_ident();
                None
            }
            _ => None,
        };
    }
    spine
}

/// The future that a call is around: `timeout(limit, call)`, `Box::pin(call)`.
pub(super) fn inside(call: &syn::ExprCall) -> Option<&Expr> {
    let is_around = ["timeout", "pin"].iter().any(|name| is_named(call, name));
    call.args.last().filter(|_| is_around)
}

/// Whether a function of this name is called, wherever it is from.
pub(super) fn is_named(call: &syn::ExprCall, name: &str) -> bool {
    let Expr::Path(function) = &*call.func else {
        return false;
    };
    let last = function.path.segments.last();
    last.is_some_and(|last| last.ident == name)
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    Loop,
    Function,
}

/// What a way is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Success,
    /// In a loop over things, or in none that tries again: to go on there is to leave this one alone.
    Failure,
    /// In a loop that may try again.
    Attempt,
}

impl Way<'_> {
    /// What is left at its end, if it always gets there.
    pub fn exit(&self) -> Option<Exit> {
        self.end().filter(|_| !self.goes_round())
    }

    /// Whether it has a way back to the begin of the loop that it is in.
    fn goes_round(&self) -> bool {
        struct Round(bool);
        impl<'ast> Visit<'ast> for Round {
            fn visit_expr_continue(&mut self, _: &'ast syn::ExprContinue) {
                self.0 = true;
            }
            // What goes round in these is they themselves.
            fn visit_expr_loop(&mut self, _: &'ast syn::ExprLoop) {}
            fn visit_expr_while(&mut self, _: &'ast syn::ExprWhile) {}
            fn visit_expr_for_loop(&mut self, _: &'ast syn::ExprForLoop) {}
            fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
            fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        }
        let mut round = Round(false);
        match self {
            Way::Block(block) => round.visit_block(block),
            Way::Expr(expr) => round.visit_expr(expr),
        }
        round.0
    }

    fn end(&self) -> Option<Exit> {
        match self {
            Way::Block(block) => match block.stmts.last()? {
                Stmt::Expr(expr, _) => Way::Expr(expr).end(),
                Stmt::Macro(last) => ends(&last.mac).then_some(Exit::Function),
                _ => None,
            },
            Way::Expr(expr) => match expr {
                Expr::Return(_) => Some(Exit::Function),
                Expr::Break(_) => Some(Exit::Loop),
                Expr::Try(expr) => is_error(&expr.expr).then_some(Exit::Function),
                Expr::Macro(expr) => ends(&expr.mac).then_some(Exit::Function),
                Expr::Block(expr) => Way::Block(&expr.block).end(),
                _ => None,
            },
        }
    }

    /// Whether it does nothing, or only tells of what happened, on a screen or in a figure; after a failure also if it then
    /// goes on as after a success.
    pub fn only_tells(&self, of: Of) -> bool {
        match self {
            Way::Block(block) => block.stmts.iter().all(|stmt| match stmt {
                Stmt::Expr(expr, _) => Way::Expr(expr).only_tells(of),
                Stmt::Macro(stmt) => tells(&stmt.mac),
                Stmt::Local(local) => {
                    let init = local.init.as_ref();
                    init.is_some_and(|init| init.diverge.is_none() && is_looked_up(&init.expr))
                }
                Stmt::Item(_) => false,
            }),
            Way::Expr(expr) => match expr {
                Expr::Block(expr) => Way::Block(&expr.block).only_tells(of),
                Expr::Tuple(expr) => expr.elems.is_empty(),
                Expr::Continue(_) => of == Of::Failure,
                Expr::Return(expr) => {
                    of != Of::Success && expr.expr.as_deref().is_some_and(is_success)
                }
                expr => is_telling(expr),
            },
        }
    }

    /// Whether it calls the function or method that it is in.
    pub fn calls_again(&self, name: &str) -> bool {
        struct Again<'a>(&'a str, bool);
        impl<'ast> Visit<'ast> for Again<'_> {
            fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
                let own = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
                self.1 |= own && call.method == self.0;
                visit::visit_expr_method_call(self, call);
            }
            fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
                if let Expr::Path(function) = &*call.func {
                    let mut names = function.path.segments.iter().rev();
                    let is_own = names.next().is_some_and(|last| last.ident == self.0);
                    self.1 |= is_own && names.all(|name| name.ident == "Self");
                }
                visit::visit_expr_call(self, call);
            }
        }
        let mut again = Again(name, false);
        match self {
            Way::Block(block) => again.visit_block(block),
            Way::Expr(expr) => again.visit_expr(expr),
        }
        again.1
    }
}

pub(super) fn tells(found: &syn::Macro) -> bool {
    let last = found.path.segments.last();
    last.is_some_and(|last| is_telling_macro(&last.ident))
}

pub(super) fn is_telling_macro(name: &Ident) -> bool {
    TELLING.iter().any(|telling| name == telling)
}

/// `error!("…")`, `counter!("…").increment(1)`, `capture_error(&error)`
fn is_telling(expr: &Expr) -> bool {
    match expr {
        Expr::Macro(expr) => tells(&expr.mac),
        Expr::MethodCall(call) => {
            let is_known = TELLING_CALLS.iter().any(|name| call.method == name);
            is_known || is_telling(&call.receiver)
        }
        Expr::Call(call) => TELLING_CALLS.iter().any(|name| is_named(call, name)),
        _ => false,
    }
}

/// What is there already: `model.id`, `error.to_string()`.
fn is_looked_up(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Field(field) => is_looked_up(&field.base),
        Expr::Reference(reference) => is_looked_up(&reference.expr),
        Expr::MethodCall(call) => call.args.is_empty() && is_looked_up(&call.receiver),
        _ => false,
    }
}

/// `Ok(())` or `Ok(name)`: it does not tell a failure from a success.
fn is_success(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) if is_named(call, "Ok") => match call.args.first() {
            Some(Expr::Tuple(tuple)) => tuple.elems.is_empty(),
            Some(Expr::Path(path)) => path.path.get_ident().is_some_and(|name| name != "None"),
            _ => false,
        },
        _ => false,
    }
}

fn ends(found: &syn::Macro) -> bool {
    let last = found.path.segments.last();
    let ending = ["bail", "panic", "todo", "unimplemented", "unreachable"];
    last.is_some_and(|last| ending.iter().any(|name| last.ident == name))
}

/// `Err(…)`
pub(super) fn is_error(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) => match &*call.func {
            Expr::Path(function) => function.path.is_ident("Err"),
            _ => false,
        },
        _ => false,
    }
}
