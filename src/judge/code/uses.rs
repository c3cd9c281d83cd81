//! How often names are used. Called by `body.rs`.

use std::collections::BTreeMap;

use syn::visit::Visit;
use syn::{Block, Ident};

use super::{change, outcome};

/// How often each name is used in a block. That something is told of it is no use.
pub(super) fn uses(block: &Block) -> BTreeMap<String, usize> {
    struct Uses(BTreeMap<String, usize>);
    impl Uses {
        fn add(&mut self, name: &Ident) {
            *self.0.entry(name.to_string()).or_default() += 1;
        }
    }
    impl<'ast> Visit<'ast> for Uses {
        fn visit_expr_path(&mut self, expr: &'ast syn::ExprPath) {
            if let Some(name) = expr.path.get_ident() {
                self.add(name);
            }
        }
        fn visit_macro(&mut self, found: &'ast syn::Macro) {
            if !outcome::tells(found) {
                for name in change::names(found.tokens.clone()) {
                    self.add(&name);
                }
            }
        }
    }
    let mut uses = Uses(BTreeMap::new());
    uses.visit_block(block);
    uses.0
}
