//! What tries again by its name, and what that is given. Called by `body.rs`.

use syn::{Expr, Ident};

/// `retry_notify`, `RetryIf`, `call_with_retries`, but not `without_retry`.
pub(super) fn is_retry(name: &Ident) -> bool {
    let mut text = String::new();
    for letter in name.to_string().chars() {
        if letter.is_uppercase() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    let mut words = text.split('_').filter(|word| !word.is_empty());
    let denied = ["is", "never", "no", "should", "skip", "without"];
    let is_denied = words
        .clone()
        .next()
        .is_some_and(|first| denied.contains(&first));
    !is_denied && words.any(|word| ["retries", "retry", "retrying"].contains(&word))
}

/// What was waited for: `&call().await?`, `call().await.is_err()`
pub(super) fn is_value(expr: &Expr) -> bool {
    match expr {
        Expr::Await(_) => true,
        Expr::Paren(inner) => is_value(&inner.expr),
        Expr::Reference(inner) => is_value(&inner.expr),
        Expr::Try(inner) => is_value(&inner.expr),
        Expr::MethodCall(call) => is_value(&call.receiver),
        _ => false,
    }
}

/// What parentheses and methods such as `.rev()` are around.
pub(super) fn innermost(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => innermost(&inner.expr),
        Expr::MethodCall(call) => innermost(&call.receiver),
        other => other,
    }
}
