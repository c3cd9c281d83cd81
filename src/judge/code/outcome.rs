//! What becomes of a result: which calls it is the result of, where their failure leads, and whether anybody gets to know of it.
//! Called by `body.rs`.

use syn::visit::{self, Visit};
use syn::{Block, Expr, Ident, Pat, Stmt};

/// Macros that only tell of something.
const TELLING: [&str; 12] = [
    "counter", "debug", "dbg", "eprint", "eprintln", "error", "event", "info", "print", "println",
    "trace", "warn",
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
            let is_result = expr.arms.iter().any(|arm| outcome(&arm.pat).is_some());
            // What is neither, `_`, is the rest behind `Ok`.
            let ways = |failed: bool| {
                let arms = expr.arms.iter();
                let arms = arms.filter(move |arm| (outcome(&arm.pat) != Some(false)) == failed);
                arms.map(|arm| Way::Expr(&arm.body)).collect()
            };
            is_result.then(|| Fork {
                of: &expr.expr,
                failed: ways(true),
                succeeded: ways(false),
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
                let name = last.map(|segment| &segment.ident);
                spine.calls.extend(name);
                // Around a future: `timeout(limit, call)`, `Box::pin(call)`.
                let is_around = name.is_some_and(|name| name == "timeout" || name == "pin");
                call.args.last().filter(|_| is_around)
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

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    Loop,
    Function,
}

impl Way<'_> {
    /// What is left at its end, whatever it does before.
    pub fn exit(&self) -> Option<Exit> {
        match self {
            Way::Block(block) => match block.stmts.last()? {
                Stmt::Expr(expr, _) => Way::Expr(expr).exit(),
                Stmt::Macro(last) => ends(&last.mac).then_some(Exit::Function),
                _ => None,
            },
            Way::Expr(expr) => match expr {
                Expr::Return(_) => Some(Exit::Function),
                Expr::Break(_) => Some(Exit::Loop),
                Expr::Try(expr) => is_error(&expr.expr).then_some(Exit::Function),
                Expr::Macro(expr) => ends(&expr.mac).then_some(Exit::Function),
                Expr::Block(expr) => Way::Block(&expr.block).exit(),
                _ => None,
            },
        }
    }

    /// Whether it does nothing, or only tells of what happened.
    pub fn only_tells(&self) -> bool {
        match self {
            Way::Block(block) => block.stmts.iter().all(|stmt| match stmt {
                Stmt::Expr(expr, _) => Way::Expr(expr).only_tells(),
                Stmt::Macro(stmt) => tells(&stmt.mac),
                _ => false,
            }),
            Way::Expr(expr) => match expr {
                Expr::Block(expr) => Way::Block(&expr.block).only_tells(),
                Expr::Macro(expr) => tells(&expr.mac),
                Expr::Tuple(expr) => expr.elems.is_empty(),
                _ => false,
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

fn tells(found: &syn::Macro) -> bool {
    let last = found.path.segments.last();
    last.is_some_and(|last| TELLING.iter().any(|name| last.ident == name))
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
