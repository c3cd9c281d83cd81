//! What the body of a function does: its calls, which of them are repeated, and which events it publishes without asking whether
//! that worked. Called by `function.rs`; read `frame.rs` next, what goes on around a call, and `outcome.rs`, where a failure leads.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Ident, Pat, Stmt, Token};

use super::change;
use super::found::{self, Found, Known};
use super::frame::Frame;
use super::function::Call;
use super::outcome::{self, Exit, Of, Way, fork, is_named, spine};
use super::retry::{innermost, is_retry, is_value};
use super::{sent, uses};

/// Closures that call closures are followed this far.
const DEPTH: usize = 3;

/// What there is to know of the file that a body is in.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// The length of a byte order mark.
    pub mark: usize,
    /// It holds a client: what it sends goes to another service.
    pub is_client: bool,
}

pub(super) struct Body<'ast> {
    context: Context,
    /// Of the function.
    name: String,
    frames: Vec<Frame>,
    /// The frames from this one on are within the closure or block that `?` and `return` leave.
    base: usize,
    found: Vec<Found>,
    /// By the place of a call: the first of the frames that its failure leaves.
    left: BTreeMap<usize, usize>,
    /// The places of calls after whose failure the function calls itself.
    again: BTreeSet<usize>,
    /// The places of calls that send a request themselves.
    sent: BTreeMap<usize, &'static str>,
    /// What a variable is the result of.
    results: BTreeMap<String, &'ast Expr>,
    /// How often each name is used, but for telling of it.
    uses: BTreeMap<String, usize>,
    /// The calls of closures that are being looked into.
    through: Vec<&'ast Ident>,
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
            uses: uses::uses(block),
            through: Vec::new(),
            reads_only: false,
            lost: Vec::new(),
        };
        body.visit_block(block);
        body.finish()
    }

    fn finish(mut self) -> (Vec<Call>, Vec<Range<usize>>) {
        let known = Known {
            left: &self.left,
            again: &self.again,
            sent: &self.sent,
            reads_only: self.reads_only,
        };
        let calls = found::calls(self.found, &known);
        self.lost.sort_by_key(|place| place.start);
        self.lost.dedup();
        (calls, self.lost)
    }

    fn place(&self, name: &Ident) -> Range<usize> {
        let place = name.span().byte_range();
        place.start + self.context.mark..place.end + self.context.mark
    }

    fn add(&mut self, name: &Ident, args: &Punctuated<Expr, Token![,]>, of_client: bool) {
        let mut repeated = None;
        let mut frames = BTreeSet::new();
        let mut is_asked = false;
        let through = self.through.iter().map(|name| self.place(name).start);
        let places: Vec<usize> = through.chain([self.place(name).start]).collect();
        for (index, frame) in self.frames.iter().enumerate() {
            let is_same = || !args.iter().any(|arg| change::changes(arg, &frame.changed));
            let mut names = self.through.iter().copied().chain([name]);
            let is_awaited = names.any(|name| frame.awaited.contains(name));
            if frame.repeats.is_some() && is_awaited && is_same() {
                repeated = frame.repeats;
                frames.insert(index);
                is_asked |= frame.asked.contains(&name.span().byte_range().start);
            }
        }
        let call = Call {
            name: name.to_string(),
            place: self.place(name),
            of_client,
            sends: None,
            repeated,
        };
        self.found.push(Found {
            call,
            frames,
            is_asked,
            places,
        });
    }

    fn within(&mut self, frame: Frame, visit: impl FnOnce(&mut Self)) {
        self.frames.push(frame);
        visit(self);
        self.frames.pop();
    }

    /// What is given to something that tries again: a closure, or the name of one. What is there already is not repeated.
    fn given(&mut self, is_retry: bool, expr: &'ast Expr) {
        if !is_retry || is_value(expr) {
            return self.visit_expr(expr);
        }
        self.within(Frame::retry(), |body| {
            body.visit_expr(expr);
            if let Expr::Path(path) = innermost(expr)
                && let Some(name) = path.path.get_ident()
            {
                body.look_into(name);
            }
        });
    }

    /// What the closure of a name does, where it is called.
    fn look_into(&mut self, name: &'ast Ident) {
        let kept = self.results.get(&name.to_string()).copied();
        let Some(kept @ (Expr::Closure(_) | Expr::Async(_))) = kept else {
            return;
        };
        if self.through.len() < DEPTH && !self.through.contains(&name) {
            self.through.push(name);
            self.visit_expr(kept);
            self.through.pop();
        }
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
        let failure = self.failure();
        let told = |ways: &[Way<'_>], of| ways.iter().all(|way| way.only_tells(of));
        if told(&fork.failed, failure) && told(&fork.succeeded, Of::Success) {
            self.loses(fork.of);
        }
    }

    /// `_`, or a name that says that nobody uses it, and nobody does.
    fn is_unused(&self, pattern: &Pat) -> bool {
        match pattern {
            Pat::Wild(_) => true,
            Pat::Ident(pattern) => {
                let name = pattern.ident.to_string();
                name.starts_with('_') && !self.uses.contains_key(&name)
            }
            _ => false,
        }
    }

    /// What a way is for that is taken after a failure here.
    fn failure(&self) -> Of {
        match self.frames.last() {
            Some(frame) if frame.repeats.is_some() => Of::Attempt,
            _ => Of::Failure,
        }
    }

    /// Nobody gets to know whether it worked.
    fn loses(&mut self, expr: &Expr) {
        match expr {
            // `_ = call`
            Expr::Assign(assigned) if matches!(*assigned.left, Expr::Infer(_)) => {
                return self.loses(&assigned.right);
            }
            Expr::Call(call) if is_named(call, "drop") => {
                return call.args.iter().for_each(|one| self.loses(one));
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
        let is_used_later = |name: &Ident| self.uses.get(&name.to_string()) > Some(&1);
        let kept = kept.filter(|_| result.passed_on.is_none());
        let kept = kept.filter(|_| !result.start.is_some_and(is_used_later));
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
                if let (true, Some(init)) = (self.is_unused(&local.pat), &local.init) {
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
            if let (Some((_, otherwise)), Some(false)) =
                (&init.diverge, outcome::outcome(&local.pat))
            {
                let otherwise = Way::Expr(otherwise);
                if let Some(exit) = otherwise.exit() {
                    self.leave(&init.expr, exit);
                }
                if otherwise.only_tells(self.failure()) {
                    self.loses(&init.expr);
                }
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
        self.within(Frame::of_loop(expr), |calls| {
            visit::visit_expr_loop(calls, expr);
        });
    }

    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        self.within(Frame::of_while(expr), |calls| {
            visit::visit_expr_while(calls, expr);
        });
    }

    fn visit_expr_for_loop(&mut self, expr: &'ast syn::ExprForLoop) {
        self.within(Frame::of_for(expr), |calls| {
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
        let retries = is_retry(&expr.method);
        self.given(retries, &expr.receiver);
        expr.args.iter().for_each(|arg| self.given(retries, arg));
        self.visit_ident(&expr.method);
    }

    fn visit_expr_call(&mut self, expr: &'ast syn::ExprCall) {
        let mut retries = false;
        if let Expr::Path(function) = &*expr.func {
            if let Some(last) = function.path.segments.last() {
                self.add(&last.ident, &expr.args, false);
            }
            let mut names = function.path.segments.iter();
            retries = names.any(|segment| is_retry(&segment.ident));
            if let Some(name) = function.path.get_ident() {
                self.look_into(name);
            }
        }
        self.visit_expr(&expr.func);
        expr.args.iter().for_each(|arg| self.given(retries, arg));
    }

    fn visit_ident(&mut self, name: &'ast Ident) {
        self.reads_only |= sent::READING.iter().any(|one| name == one);
    }
}

/// Whether it is reached by `clients` of the `App`, or by what a client is mostly called.
fn is_client(receiver: &Expr) -> bool {
    sent::mentions(receiver, &["client", "clients"])
}
