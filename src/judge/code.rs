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
            self.program(name, &format!("services/{name}"), sources, &crates);
        }
        self.program("gateway", "gateway", sources, &crates);
        self.deployed_stores(sources);
    }

    /// Looks at the code of one service, or of the gateway.
    fn program(&mut self, name: &str, folder: &str, sources: &[Source], crates: &Crates<'_>) {
        let own = below(folder, sources);
        let brought = crates.brought(folder).into_iter();
        let brought =
            brought.flat_map(|crate_of_its| below(&format!("{crate_of_its}/src"), sources));
        let all: Vec<&Source> = own.iter().copied().chain(brought).collect();
        self.stores(name, &all, crates);
        self.functions(name, &own);
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
    let inside = sources.iter().filter(|source| {
        let rest = source.path.strip_prefix(folder);
        rest.is_some_and(|rest| rest.starts_with('/'))
    });
    tests_only::without_tests(&inside.collect::<Vec<_>>())
}
