//! What the body of a function does: its calls, which of them are repeated, and which events it publishes without asking whether
//! that worked. Called by `function.rs`; `change.rs` says what differs each time round, `outcome.rs` where a failure leads.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Ident, Pat, Stmt, Token};

use super::change;
use super::exit::{self, Awaited};
use super::function::{Call, Repeated};
use super::outcome::{self, Exit, Way, fork, spine};
use super::sent::{self, FORWARDED};

/// What there is to know of the file that a body is in.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// The length of a byte order mark.
    pub mark: usize,
    /// It holds a client: what it sends goes to another service.
    pub is_client: bool,
}

/// Something that goes on around a call.
struct Frame {
    /// Whether it may happen again with the same.
    repeats: Option<Repeated>,
    /// Which calls it is repeated for.
    awaited: Awaited,
    /// The names that stand for something else each time.
    changed: BTreeSet<String>,
}

pub(super) struct Body<'ast> {
    context: Context,
    /// Of the function.
    name: String,
    frames: Vec<Frame>,
    /// The frames from this one on are within the closure or block that `?` and `return` leave.
    base: usize,
    found: Vec<(Call, BTreeSet<usize>)>,
    /// By the place of a call: the first of the frames that its failure leaves.
    left: BTreeMap<usize, usize>,
    /// The places of calls after whose failure the function calls itself.
    again: BTreeSet<usize>,
    /// The places of calls that send a request themselves.
    sent: BTreeMap<usize, &'static str>,
    /// What a variable is the result of.
    results: BTreeMap<String, &'ast Expr>,
    reads_only: bool,
    lost: Vec<Range<usize>>,
}

impl<'ast> Body<'ast> {
    /// The calls of a body, and where it publishes what may get lost.
    pub fn read(context: Context, name: &Ident, block: &Block) -> (Vec<Call>, Vec<Range<usize>>) {
        let mut body = Body {
            context,
            name: name.to_string(),
            frames: Vec::new(),
            base: 0,
            found: Vec::new(),
            left: BTreeMap::new(),
            again: BTreeSet::new(),
            sent: BTreeMap::new(),
            results: BTreeMap::new(),
            reads_only: false,
            lost: Vec::new(),
        };
        body.visit_block(block);
        body.finish()
    }

    fn finish(mut self) -> (Vec<Call>, Vec<Range<usize>>) {
        let calls = self.found.into_iter().map(|(mut call, frames)| {
            let place = call.place.start;
            call.sends = self.sent.get(&place).copied();
            if call.sends == Some(FORWARDED) && self.reads_only {
                call.sends = None;
            }
            // An answer that says 503 is no failure of what passes it on.
            let left = self.left.get(&place);
            let left = left.filter(|_| call.sends != Some(FORWARDED));
            if frames
                .iter()
                .all(|frame| left.is_some_and(|left| frame >= left))
            {
                call.repeated = None;
            }
            if self.again.contains(&place) {
                call.repeated = Some(Repeated::Recursion);
            }
            call
        });
        self.lost.sort_by_key(|place| place.start);
        (calls.collect(), self.lost)
    }

    fn place(&self, name: &Ident) -> Range<usize> {
        let place = name.span().byte_range();
        place.start + self.context.mark..place.end + self.context.mark
    }

    fn add(&mut self, name: &Ident, args: &Punctuated<Expr, Token![,]>, of_client: bool) {
        let mut repeated = None;
        let mut frames = BTreeSet::new();
        for (index, frame) in self.frames.iter().enumerate() {
            let is_same = || !args.iter().any(|arg| change::changes(arg, &frame.changed));
            if frame.repeats.is_some() && frame.awaited.contains(name) && is_same() {
                repeated = frame.repeats;
                frames.insert(index);
            }
        }
        let call = Call {
            name: name.to_string(),
            place: self.place(name),
            of_client,
            sends: None,
            repeated,
        };
        self.found.push((call, frames));
    }

    fn within(&mut self, frame: Frame, visit: impl FnOnce(&mut Self)) {
        self.frames.push(frame);
        visit(self);
        self.frames.pop();
    }

    fn retried(&mut self, is_retry: bool, visit: impl FnOnce(&mut Self)) {
        let frame = Frame {
            repeats: Some(Repeated::Retry),
            awaited: Awaited::All,
            changed: BTreeSet::new(),
        };
        match is_retry {
            true => self.within(frame, visit),
            false => visit(self),
        }
    }

    /// `awaited` is none for a loop over things.
    fn in_loop(
        &mut self,
        awaited: Option<Awaited>,
        (own, body): (BTreeSet<String>, &Block),
        visit: impl FnOnce(&mut Self),
    ) {
        let frame = Frame {
            repeats: awaited.is_some().then_some(Repeated::Loop),
            awaited: awaited.unwrap_or(Awaited::All),
            changed: change::changed(body, own),
        };
        self.within(frame, visit);
    }

    /// What a `?` or `return` in it leaves is itself.
    fn of_its_own(&mut self, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.base, self.frames.len());
        visit(self);
        self.base = before;
    }

    /// The places of the calls that an expression is the result of.
    fn calls_of(&self, expr: &Expr) -> Vec<usize> {
        let result = spine(expr);
        let names = result.calls.iter();
        let mut places: Vec<usize> = names.map(|name| self.place(name).start).collect();
        let kept = result
            .start
            .and_then(|name| self.results.get(&name.to_string()));
        if let Some(kept) = kept {
            let kept = spine(kept);
            places.extend(kept.calls.iter().map(|name| self.place(name).start));
        }
        places
    }

    fn leave(&mut self, expr: &Expr, exit: Exit) {
        let first = match exit {
            Exit::Function => self.base,
            Exit::Loop => self.frames.len().saturating_sub(1),
        };
        for place in self.calls_of(expr) {
            self.left.entry(place).or_insert(first);
        }
    }

    fn forks(&mut self, expr: &Expr) {
        let Some(fork) = fork(expr) else {
            return;
        };
        let mut exits = fork.failed.iter().map(Way::exit);
        let first = exits.next().flatten();
        if let Some(exit) = first.filter(|_| exits.all(|other| other.is_some())) {
            self.leave(fork.of, exit);
        }
        if fork.failed.iter().any(|way| way.calls_again(&self.name)) {
            self.again.extend(self.calls_of(fork.of));
        }
        let told = |ways: &[Way<'_>]| ways.iter().all(Way::only_tells);
        if told(&fork.failed) && told(&fork.succeeded) {
            self.loses(fork.of);
        }
    }

    /// Nobody gets to know whether it worked.
    fn loses(&mut self, expr: &Expr) {
        match expr {
            // `_ = call`
            Expr::Assign(assigned) if matches!(*assigned.left, Expr::Infer(_)) => {
                return self.loses(&assigned.right);
            }
            // All that were waited for at once.
            Expr::Tuple(several) => return several.elems.iter().for_each(|one| self.loses(one)),
            Expr::Await(waited) if matches!(*waited.base, Expr::Tuple(_)) => {
                return self.loses(&waited.base);
            }
            _ => {}
        }
        let result = spine(expr);
        let kept = result
            .start
            .and_then(|name| self.results.get(&name.to_string()));
        let kept = kept.filter(|_| result.passed_on.is_none());
        let published = sent::published(expr).or_else(|| sent::published(kept?));
        if let Some(name) = published {
            self.lost.push(self.place(name));
        }
    }
}

impl<'ast> Visit<'ast> for Body<'ast> {
    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        match stmt {
            Stmt::Expr(expr, Some(_)) => self.loses(expr),
            Stmt::Local(local) => {
                if let (true, Some(init)) = (is_unused(&local.pat), &local.init) {
                    self.loses(&init.expr);
                }
            }
            _ => {}
        }
        visit::visit_stmt(self, stmt);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            if let Pat::Ident(pattern) = &local.pat {
                self.results.insert(pattern.ident.to_string(), &init.expr);
            }
            let exit = init
                .diverge
                .as_ref()
                .and_then(|(_, otherwise)| Way::Expr(otherwise).exit());
            if let (Some(exit), Some(false)) = (exit, outcome::outcome(&local.pat)) {
                self.leave(&init.expr, exit);
            }
        }
        visit::visit_local(self, local);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.forks(expr);
        visit::visit_expr(self, expr);
    }

    fn visit_expr_try(&mut self, expr: &'ast syn::ExprTry) {
        self.leave(&expr.expr, Exit::Function);
        visit::visit_expr_try(self, expr);
    }

    fn visit_expr_loop(&mut self, expr: &'ast syn::ExprLoop) {
        let awaited = Some(exit::awaited(&expr.body));
        self.in_loop(awaited, (BTreeSet::new(), &expr.body), |calls| {
            visit::visit_expr_loop(calls, expr);
        });
    }

    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        // `while let Some(thing)` takes one after the other.
        let awaited = match &*expr.cond {
            Expr::Let(cond) if outcome::outcome(&cond.pat) != Some(true) => None,
            cond => Some(exit::awaited_by(cond, &expr.body)),
        };
        self.in_loop(awaited, (BTreeSet::new(), &expr.body), |calls| {
            visit::visit_expr_while(calls, expr);
        });
    }

    fn visit_expr_for_loop(&mut self, expr: &'ast syn::ExprForLoop) {
        // Attempts are counted; other things are each another one.
        let counts = matches!(innermost(&expr.expr), Expr::Range(_));
        let awaited = counts.then(|| exit::awaited(&expr.body));
        let own = change::bound(&expr.pat);
        self.in_loop(awaited, (own, &expr.body), |calls| {
            visit::visit_expr_for_loop(calls, expr);
        });
    }

    fn visit_expr_closure(&mut self, expr: &'ast syn::ExprClosure) {
        self.of_its_own(|calls| visit::visit_expr_closure(calls, expr));
    }

    fn visit_expr_async(&mut self, expr: &'ast syn::ExprAsync) {
        self.of_its_own(|calls| visit::visit_expr_async(calls, expr));
    }

    fn visit_expr_method_call(&mut self, expr: &'ast syn::ExprMethodCall) {
        if let Some((name, request)) = sent::request(expr, self.context.is_client) {
            self.sent.insert(self.place(name).start, request);
        }
        self.add(&expr.method, &expr.args, is_client(&expr.receiver));
        self.retried(is_retry(&expr.method), |calls| {
            visit::visit_expr_method_call(calls, expr);
        });
    }

    fn visit_expr_call(&mut self, expr: &'ast syn::ExprCall) {
        let mut retries = false;
        if let Expr::Path(function) = &*expr.func {
            if let Some(last) = function.path.segments.last() {
                self.add(&last.ident, &expr.args, false);
            }
            let mut names = function.path.segments.iter();
            retries = names.any(|segment| is_retry(&segment.ident));
        }
        self.retried(retries, |calls| visit::visit_expr_call(calls, expr));
    }

    fn visit_ident(&mut self, name: &'ast Ident) {
        self.reads_only |= sent::READING.iter().any(|one| name == one);
    }
}

/// `_`, or a name that says that nobody uses it.
fn is_unused(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Ident(pattern) => pattern.ident.to_string().starts_with('_'),
        _ => false,
    }
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
    sent::mentions(receiver, &["client", "clients"])
}
