//! The crates of a workspace, and which of them come in with which. Called by `code.rs` and `store.rs`; `commands/check/code.rs`
//! asks which there are to read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::Source;

const MANIFEST: &str = "Cargo.toml";
/// The tables of a `Cargo.toml` whose crates a program is built with, for any platform and for one.
const DEPENDENCIES: &str = "dependencies";
const TARGETS: &str = "target";

/// Where the services are. What one of them depends on is for itself to answer for.
const SERVICES: &str = "services/";

/// A crate that another one is built with.
pub(super) struct Dependency {
    /// The name of its package.
    pub name: String,
    /// Its folder, from that of the workspace; none if it is from elsewhere.
    pub folder: Option<String>,
    /// Where it is named.
    pub place: Range<usize>,
}

impl Dependency {
    /// The folder of a crate of one's own that is no service.
    pub fn shared(&self) -> Option<&str> {
        let folder = self.folder.as_deref();
        folder.filter(|folder| !folder.starts_with(SERVICES))
    }
}

/// The folders of crates that those at hand lead to, and that are not among them.
pub fn beside(sources: &[Source]) -> BTreeSet<String> {
    let crates = Crates::of(sources);
    let folders = crates.manifests.keys().filter_map(|path| folder_of(path));
    let dependencies = folders.flat_map(|folder| crates.dependencies(folder));
    let mut beside: BTreeSet<String> = dependencies.filter_map(|one| one.folder).collect();
    beside.retain(|folder| crates.manifest(folder).is_none());
    beside
}

/// The manifests of a workspace that were read.
pub(super) struct Crates<'a> {
    /// By their paths.
    manifests: BTreeMap<&'a str, &'a str>,
    /// The package and the folder of what is written once for the whole workspace.
    shared: BTreeMap<String, (Option<String>, Option<String>)>,
}

impl<'a> Crates<'a> {
    pub fn of(sources: &'a [Source]) -> Self {
        let manifests = sources.iter().map(|source| (&*source.path, &*source.text));
        let manifests: BTreeMap<&str, &str> = manifests
            .filter(|(path, _)| path.ends_with(MANIFEST))
            .collect();
        let root = manifests.get(MANIFEST).copied().unwrap_or_default();
        let (root, _) = DeTable::parse_recoverable(root);
        let workspace = table(root.get_ref().get("workspace"));
        let shared = workspace.and_then(|workspace| table(workspace.get(DEPENDENCIES)));
        let shared = shared.into_iter().flatten().map(|(key, value)| {
            let path = text_of(value, "path").and_then(|path| within("", &path));
            (key.get_ref().to_string(), (text_of(value, "package"), path))
        });
        Self {
            shared: shared.collect(),
            manifests,
        }
    }

    fn manifest(&self, folder: &str) -> Option<&'a str> {
        self.manifests
            .get(&*format!("{folder}/{MANIFEST}"))
            .copied()
    }

    /// The folders of the crates that come in with the one in a folder, directly or by way of others, and that are neither
    /// services nor within it.
    pub fn brought(&self, folder: &str) -> BTreeSet<String> {
        let mut open = vec![folder.to_owned()];
        let mut brought = BTreeSet::new();
        while let Some(next) = open.pop() {
            for dependency in self.dependencies(&next) {
                if let Some(shared) = dependency.shared()
                    && brought.insert(shared.to_owned())
                {
                    open.push(shared.to_owned());
                }
            }
        }
        let within = format!("{folder}/");
        brought.retain(|other| !other.starts_with(&within));
        brought
    }

    /// What the crate in a folder depends on; none if its manifest was not read.
    pub fn dependencies(&self, folder: &str) -> Vec<Dependency> {
        let Some(text) = self.manifest(folder) else {
            return Vec::new();
        };
        let (root, _) = DeTable::parse_recoverable(text);
        let root = root.get_ref();
        let targets = table(root.get(TARGETS))
            .into_iter()
            .flat_map(DeTable::values);
        let of_targets = targets.filter_map(|target| table(table(Some(target))?.get(DEPENDENCIES)));
        let tables = table(root.get(DEPENDENCIES)).into_iter().chain(of_targets);
        let found = tables.flatten().map(|(key, value)| {
            let (name, path) = match flag(value, "workspace") {
                true => self
                    .shared
                    .get(key.get_ref().as_ref())
                    .cloned()
                    .unwrap_or_default(),
                false => (
                    text_of(value, "package"),
                    text_of(value, "path").and_then(|path| within(folder, &path)),
                ),
            };
            Dependency {
                // A crate may go by another name.
                name: name.unwrap_or_else(|| key.get_ref().to_string()),
                folder: path,
                place: key.span(),
            }
        });
        found.collect()
    }
}

fn folder_of(path: &str) -> Option<&str> {
    path.strip_suffix(MANIFEST)?.strip_suffix('/')
}

/// The path from the workspace of one that is given from a folder in it; none if it leads out, or to the workspace itself.
fn within(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains(['\\', ':']) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn table<'a, 'text>(value: Option<&'a Spanned<DeValue<'text>>>) -> Option<&'a DeTable<'text>> {
    match value?.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

fn text_of(value: &Spanned<DeValue<'_>>, key: &str) -> Option<String> {
    let text = table(Some(value))?.get(key)?.get_ref().as_str()?;
    Some(text.to_owned())
}

fn flag(value: &Spanned<DeValue<'_>>, key: &str) -> bool {
    let value = table(Some(value)).and_then(|table| table.get(key));
    value.is_some_and(|value| value.get_ref().as_bool() == Some(true))
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn a_path_is_followed_within_the_workspace_alone() {
        let from = |path| within("services/order-service", path);
        assert_eq!(
            from("../../crates/shared").as_deref(),
            Some("crates/shared")
        );
        assert_eq!(
            from("./below/").as_deref(),
            Some("services/order-service/below")
        );
        assert_eq!(from("../.."), None);
        assert_eq!(from("../../../elsewhere"), None);
        assert_eq!(from("/srv/shared"), None);
    }
}
