//! Which calls send a request that may do harm twice, and which publish an event. Called by `body.rs`.

use syn::visit::Visit;
use syn::{Expr, ExprMethodCall, Ident};

use super::outcome::{Of, Way, inside};

/// Methods of `chassis::Callee` that it does not repeat itself, and the request that each sends. `reqwest` calls them the same.
const NOT_IDEMPOTENT: [(&str, &str); 2] = [("patch", "PATCH"), ("post", "POST")];
/// What the gateway passes on may be anything.
pub(super) const FORWARDED: &str = "request that it passes on, whatever its method";
/// Who asks for one of these looks at the method before repeating.
pub(super) const READING: [&str; 4] = ["GET", "HEAD", "is_idempotent", "is_safe"];
/// What a `chassis::Callee` goes by.
const CALLEES: [&str; 2] = ["callee", "callees"];
/// A request that carries it is known again.
const KEY: &str = "idempotency-key";
/// Behind these nobody is told of a failure who was not before.
const SILENT: [&str; 11] = [
    "context",
    "err",
    "inspect_err",
    "is_err",
    "is_ok",
    "map",
    "map_err",
    "ok",
    "unwrap_or",
    "unwrap_or_default",
    "with_context",
];

/// The method that makes the request which a call sends, and what request that is.
pub(super) fn request(call: &ExprMethodCall, is_client: bool) -> Option<(&Ident, &'static str)> {
    let of_callee = || mentions(&call.receiver, &CALLEES);
    let method = kind(&call.method);
    if method.is_some() && (is_client || of_callee()) {
        return Some((&call.method, method?));
    }
    if call.method == "forward" && of_callee() {
        return Some((&call.method, FORWARDED));
    }
    match call.method == "send" {
        true => by_reqwest(&call.receiver),
        false => None,
    }
}

fn kind(method: &Ident) -> Option<&'static str> {
    let mut known = NOT_IDEMPOTENT.iter();
    known
        .find(|(name, request)| method == name || method == request)
        .map(|(_, request)| *request)
}

/// `http.post(url).json(&body)`, which `send` sends.
fn by_reqwest(mut built: &Expr) -> Option<(&Ident, &'static str)> {
    while let Expr::MethodCall(call) = built {
        // `post(url)`, or `request(Method::POST, url)`
        let named = match call.args.first() {
            Some(Expr::Path(method)) if call.method == "request" => method.path.segments.last(),
            _ => None,
        };
        let named = named.and_then(|last| kind(&last.ident));
        if let Some(request) = kind(&call.method).or(named) {
            return Some((&call.method, request));
        }
        if call.args.first().is_some_and(is_key) {
            return None;
        }
        built = &call.receiver;
    }
    None
}

/// `"Idempotency-Key"`, `IDEMPOTENCY_KEY`, `HeaderName::from_static("idempotency-key")`
fn is_key(name: &Expr) -> bool {
    struct Key(bool);
    impl<'ast> Visit<'ast> for Key {
        fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
            self.0 |= text.value().eq_ignore_ascii_case(KEY);
        }
        fn visit_ident(&mut self, name: &'ast Ident) {
            let name = name.to_string().replace('_', "-");
            self.0 |= name.eq_ignore_ascii_case(KEY);
        }
    }
    let mut key = Key(false);
    key.visit_expr(name);
    key.0
}

/// The call by which an expression publishes an event, if it is of no consequence whether that worked.
pub(super) fn published(expr: &Expr) -> Option<&Ident> {
    let mut at = expr;
    loop {
        at = match at {
            // `basic_publish` gives a future, and that the confirmation of the broker, which is waited for as well.
            Expr::Await(inner) => match &*inner.base {
                Expr::Try(sent) => &sent.expr,
                base => base,
            },
            Expr::Paren(inner) => &inner.expr,
            Expr::Call(call) => inside(call)?,
            Expr::MethodCall(call) if publishes(call) => return Some(&call.method),
            Expr::MethodCall(call) if SILENT.iter().any(|name| call.method == name) => {
                &call.receiver
            }
            Expr::MethodCall(call) if call.method == "unwrap_or_else" => {
                let Some(Expr::Closure(otherwise)) = call.args.first() else {
                    return None;
                };
                let is_silent = Way::Expr(&otherwise.body).only_tells(Of::Failure);
                is_silent.then_some(&call.receiver)?
            }
            _ => return None,
        };
    }
}

/// By the outbox, or past it with the broker's own client.
fn publishes(call: &ExprMethodCall) -> bool {
    let of_outbox = || mentions(&call.receiver, &["outbox"]);
    let is_of_outbox = call.method == "publish" || call.method == "commit";
    call.method == "basic_publish" || is_of_outbox && of_outbox()
}

/// Whether one of the names is in an expression.
pub(super) fn mentions(expr: &Expr, names: &[&str]) -> bool {
    struct Mentions<'a>(&'a [&'a str], bool);
    impl<'ast> Visit<'ast> for Mentions<'_> {
        fn visit_ident(&mut self, name: &'ast Ident) {
            self.1 |= self.0.iter().any(|one| name == one);
        }
    }
    let mut mentions = Mentions(names, false);
    mentions.visit_expr(expr);
    mentions.1
}
