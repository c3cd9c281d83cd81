//! What only the code shows: that a service reaches the store of another one (`store.rs`), that it or the gateway repeats what may
//! not be repeated (`repeat.rs`), that an event may get lost (`lost.rs`). Called by `judge`; what does not parse is left to the compiler.

mod body;
mod change;
mod compose;
mod dependency;
mod deployment;
mod exit;
mod found;
mod frame;
mod function;
mod lost;
mod macros;
mod outcome;
mod repeat;
mod retry;
mod sent;
mod store;
mod tests_only;
mod uses;

use super::Judge;
use crate::diagnostic::Source;
use dependency::Crates;
pub use dependency::beside;
use function::Function;

impl Judge<'_> {
    pub(super) fn code(&mut self, sources: &[Source]) {
        let system = self.system;
        let crates = Crates::of(sources);
        for service in &system.services {
            let name = service.name.as_str();
            let own = below(&format!("services/{name}/"), sources);
            self.stores(name, &own, &crates);
            self.functions(name, &own);
        }
        let own = below("gateway/", sources);
        self.stores("gateway", &own, &crates);
        self.functions("gateway", &own);
        self.deployed_stores(sources);
    }

    fn functions(&mut self, name: &str, sources: &[&Source]) {
        let files = sources.iter().enumerate();
        let files = files.filter(|(_, source)| source.path.ends_with(".rs"));
        let functions: Vec<Function> = files
            .flat_map(|(index, source)| function::functions(index, source))
            .collect();
        self.repeats(name, sources, &functions);
        self.lost_events(name, sources, &functions);
    }
}

/// What of a folder is more than tests.
fn below<'a>(folder: &str, sources: &'a [Source]) -> Vec<&'a Source> {
    let inside = sources.iter();
    let inside = inside.filter(|source| source.path.starts_with(folder));
    tests_only::without_tests(&inside.collect::<Vec<_>>())
}
