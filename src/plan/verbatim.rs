//! The files that are the same for every manifest, shipped byte for byte: the chassis and most of the gateway.
//!
//! They live in `templates/` as the real Rust that this repository builds and tests in `examples/shop`.

use std::collections::BTreeSet;

use include_dir::{Dir, DirEntry, include_dir};

use super::Files;

static CHASSIS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/chassis");
static GATEWAY: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/gateway");

/// The suffix of what is a template, and of a `Cargo.toml`, which must not bear its own name under `templates/`: cargo
/// would leave its folder out of the package.
const TEMPLATE: &str = ".askama";
const MANIFEST: &str = "Cargo.toml.verbatim";

pub fn add(files: &mut Files) {
    copy(files, &CHASSIS, "crates/chassis");
    copy(files, &GATEWAY, "gateway");
}

/// The crates that the chassis or the gateway depends on, for the lock file, sorted.
pub fn dependencies(name: &str) -> Vec<String> {
    let folder = if name == "chassis" {
        &CHASSIS
    } else {
        &GATEWAY
    };
    let text = folder
        .get_file(MANIFEST)
        .and_then(|file| file.contents_utf8())
        .expect("templates/ holds the manifest of each shipped crate");
    let manifest: toml::Table = text
        .parse()
        .expect("the manifest of a shipped crate is TOML");
    let tables = ["dependencies", "dev-dependencies"]
        .into_iter()
        .filter_map(|key| manifest.get(key));
    let names: BTreeSet<&String> = tables
        .filter_map(|table| table.as_table())
        .flat_map(|table| table.keys())
        .collect();
    names.into_iter().cloned().collect()
}

fn copy(files: &mut Files, folder: &Dir<'_>, to: &str) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(inner) => copy(files, inner, to),
            DirEntry::File(file) => {
                let path = file.path().to_str().expect("paths of templates are ASCII");
                if !path.ends_with(TEMPLATE) {
                    let path = path.trim_end_matches(".verbatim");
                    files.add(format!("{to}/{path}"), file.contents());
                }
            }
        }
    }
}
