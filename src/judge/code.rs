//! What only the code of a service shows: that it reaches the store of another one (`store.rs`), or repeats what may not
//! be repeated (`repeat.rs`). Called by `judge`; what does not parse is left to the compiler.

mod function;
mod repeat;
mod store;

use super::Judge;
use crate::diagnostic::Source;

impl Judge<'_> {
    pub(super) fn code(&mut self, sources: &[Source]) {
        let system = self.system;
        for service in &system.services {
            let folder = format!("services/{}/", service.name);
            let own: Vec<&Source> = sources
                .iter()
                .filter(|source| source.path.starts_with(&folder))
                .collect();
            self.stores(service, &own);
            self.repeats(service, &own);
        }
    }
}
