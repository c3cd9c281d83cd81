//! What runs inside of macros that take ordinary code. `function.rs` puts it in their place before anything is looked at, so that
//! a loop in `tokio::select!` is a loop and `tokio::join!` hides no call.

use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, Block, Expr, ExprArray, ExprBlock, ExprMatch, ExprTuple, File, Macro, Pat, Stmt, Token,
};

/// Those that take expressions, with commas between them.
const OF_EXPRESSIONS: [&str; 7] = ["assert", "dbg", "ensure", "join", "pin", "try_join", "vec"];

pub(super) fn open(file: &mut File) {
    Opened.visit_file_mut(file);
}

struct Opened;

impl VisitMut for Opened {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Macro(found) = expr
            && let Some(inside) = inside(&found.mac)
        {
            *expr = inside;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(found) = stmt
            && let Some(inside) = inside(&found.mac)
        {
            *stmt = Stmt::Expr(inside, found.semi_token);
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }
}

/// What a macro is about, as far as it can be written without it.
fn inside(found: &Macro) -> Option<Expr> {
    let name = found.path.segments.last()?.ident.to_string();
    let tokens = found.tokens.clone();
    let expressions = match name.as_str() {
        "select" | "select_biased" => branches.parse2(tokens).ok()?,
        name if OF_EXPRESSIONS.contains(&name) => {
            let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
            return Some(put_together(name, parser.parse2(tokens).ok()?));
        }
        _ => return None,
    };
    let statements = expressions.into_iter();
    let statements = statements.map(|expr| Stmt::Expr(expr, Some(Default::default())));
    Some(Expr::Block(ExprBlock {
        attrs: Vec::new(),
        label: None,
        block: Block {
            brace_token: Default::default(),
            stmts: statements.collect(),
        },
    }))
}

/// One value as it is; those of several futures as a tuple; what is only looked at, or kept, as an array.
fn put_together(name: &str, mut elems: Punctuated<Expr, Token![,]>) -> Expr {
    let attrs = Vec::new();
    match name {
        "dbg" | "pin" if elems.len() == 1 => elems.pop().expect("there is one").into_value(),
        "join" | "try_join" => Expr::Tuple(ExprTuple {
            attrs,
            paren_token: Default::default(),
            elems,
        }),
        _ => Expr::Array(ExprArray {
            attrs,
            bracket_token: Default::default(),
            elems,
        }),
    }
}

/// `pattern = future, if condition => handler`: for what is looked for here, a `match` on what the future gives.
fn branches(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        if input.peek(syn::Ident) && input.peek2(Token![;]) {
            // `biased;`
            input.parse::<syn::Ident>()?;
            input.parse::<Token![;]>()?;
            continue;
        }
        if input.peek(Token![else]) {
            input.parse::<Token![else]>()?;
            input.parse::<Token![=>]>()?;
            found.push(handler(input)?);
            continue;
        }
        let pat = Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![=]>()?;
        let future: Expr = input.parse()?;
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            input.parse::<Token![if]>()?;
            input.parse::<Expr>()?;
        }
        let fat_arrow_token = input.parse()?;
        let arm = Arm {
            attrs: Vec::new(),
            pat,
            guard: None,
            fat_arrow_token,
            body: Box::new(handler(input)?),
            comma: None,
        };
        found.push(Expr::Match(ExprMatch {
            attrs: Vec::new(),
            match_token: Default::default(),
            expr: Box::new(future),
            brace_token: Default::default(),
            arms: vec![arm],
        }));
    }
    Ok(found)
}

fn handler(input: ParseStream<'_>) -> syn::Result<Expr> {
    // Behind a block no comma is needed.
    let expr = match input.peek(syn::token::Brace) {
        true => Expr::Block(input.parse()?),
        false => input.parse()?,
    };
    if input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
    }
    Ok(expr)
}
