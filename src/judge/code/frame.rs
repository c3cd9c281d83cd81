//! What goes on around a call, and whether it makes the call again. Called by `body.rs`; `exit.rs` says what a loop waits for,
//! `change.rs` what differs each time round.

use std::collections::BTreeSet;

use syn::{Block, Expr, ExprForLoop, ExprLoop, ExprWhile};

use super::exit::{self, Awaited};
use super::function::Repeated;
use super::retry::innermost;
use super::{change, outcome};

/// Something that goes on around a call.
pub(super) struct Frame {
    /// Whether it may happen again with the same.
    pub repeats: Option<Repeated>,
    /// Which calls it is repeated for.
    pub awaited: Awaited,
    /// The places of those whose answer it asks for its status.
    pub asked: BTreeSet<usize>,
    /// The names that stand for something else each time.
    pub changed: BTreeSet<String>,
}

impl Frame {
    /// Around what is given to something that tries again.
    pub fn retry() -> Self {
        Self {
            repeats: Some(Repeated::Retry),
            awaited: Awaited::All,
            asked: BTreeSet::new(),
            changed: BTreeSet::new(),
        }
    }

    pub fn of_loop(expr: &ExprLoop) -> Self {
        let awaited = exit::awaited(&expr.body);
        Self::new(Some(awaited), None, BTreeSet::new(), &expr.body)
    }

    pub fn of_while(expr: &ExprWhile) -> Self {
        // `while let Some(thing)` takes one after the other.
        let awaited = match &*expr.cond {
            Expr::Let(cond) if outcome::outcome(&cond.pat) != Some(true) => None,
            cond => Some(exit::awaited_by(cond, &expr.body)),
        };
        Self::new(awaited, Some(&expr.cond), BTreeSet::new(), &expr.body)
    }

    pub fn of_for(expr: &ExprForLoop) -> Self {
        // Attempts are counted; other things are each another one.
        let counts = matches!(innermost(&expr.expr), Expr::Range(_));
        let awaited = counts.then(|| exit::awaited(&expr.body));
        Self::new(awaited, None, change::bound(&expr.pat), &expr.body)
    }

    /// `awaited` is none for a loop over things, `own` what the loop itself changes.
    fn new(
        awaited: Option<Awaited>,
        condition: Option<&Expr>,
        own: BTreeSet<String>,
        body: &Block,
    ) -> Self {
        Self {
            repeats: awaited.is_some().then_some(Repeated::Loop),
            awaited: awaited.unwrap_or(Awaited::All),
            asked: exit::asked_for_status(condition, body),
            changed: change::changed(body, own),
        }
    }
}
