//! `Cargo.lock`: the versions that microkit was built and tested with, and the crates of this workspace among them.
//!
//! Called by `workspace.rs`. With it a generated workspace builds `--locked`, from its first build on.

use std::collections::BTreeMap;

/// The packages of crates.io, as cargo wrote them for `examples/shop`.
const THIRD_PARTY: &str = include_str!("../../templates/workspace/third-party.lock");
const PACKAGE: &str = "[[package]]\n";

/// The lock file of a workspace with these members: their names with those of what they depend on, both sorted.
pub fn lock(version: &str, members: &[(String, Vec<String>)]) -> String {
    let mut blocks = THIRD_PARTY.split(PACKAGE);
    let head = blocks.next().unwrap_or_default();
    // Cargo sorts by name, then by version; a block begins with both, and no member shares a name with a package.
    let mut packages: BTreeMap<(String, String), String> = BTreeMap::new();
    for block in blocks {
        let key = (value(block, "name"), sortable(&value(block, "version")));
        packages.insert(key, format!("{}\n", block.trim_end()));
    }
    for (name, dependencies) in members {
        let mut block = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        if !dependencies.is_empty() {
            block.push_str("dependencies = [\n");
            for dependency in dependencies {
                block.push_str(&format!(" \"{dependency}\",\n"));
            }
            block.push_str("]\n");
        }
        packages.insert((name.clone(), sortable(version)), block);
    }
    let blocks: Vec<String> = packages
        .into_values()
        .map(|block| format!("{PACKAGE}{block}"))
        .collect();
    format!("{head}{}", blocks.join("\n"))
}

/// The value of `{key} = "…"` in a block.
fn value(block: &str, key: &str) -> String {
    block
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""))
        .map(|rest| rest.trim_end_matches('"').to_owned())
        .unwrap_or_default()
}

/// A version as text that sorts as the version does.
fn sortable(version: &str) -> String {
    version
        .split('.')
        .map(|part| format!("{part:0>12}"))
        .collect::<Vec<_>>()
        .join(".")
}
