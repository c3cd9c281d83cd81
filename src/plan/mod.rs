//! Stage three: a `System` becomes a `Plan`, every file of the workspace in memory. Pure: the same system, the same bytes.
//!
//! Called by `commands`; `workspace` writes what comes out. Read `workspace.rs` for the files at the top, then
//! `service/` for those of a service; `verbatim.rs` ships what is the same for every manifest.

use std::collections::BTreeMap;

use crate::system::System;

mod body;
mod compose;
mod layout;
mod lock;
mod readme;
mod sample;
mod service;
mod tryout;
mod verbatim;
mod workspace;

pub use body::{bodies, body, referred};
pub use compose::{COMPOSE, Container, Deployment, deployment, is_compose};
pub use service::published;
pub use tryout::tryout;

/// Every file of a workspace by its path, with `/` between its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    files: BTreeMap<String, Vec<u8>>,
    /// Whether files of the workspace are left out, about which this plan says nothing.
    is_part: bool,
}

impl Plan {
    pub fn from_files(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self {
            files,
            is_part: false,
        }
    }

    /// The files that are meant, without a word about the others.
    #[must_use]
    pub fn part(&self, is_meant: impl Fn(&str) -> bool) -> Self {
        let files = self.files.iter().filter(|(path, _)| is_meant(path));
        Self {
            files: files
                .map(|(path, bytes)| (path.clone(), bytes.clone()))
                .collect(),
            is_part: true,
        }
    }

    /// Whether a file that is not in this plan may well be part of the workspace.
    pub fn is_part(&self) -> bool {
        self.is_part
    }

    /// The files, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// Every file that the system needs, but for the manifest itself, which is the user's.
pub fn plan(system: &System) -> Plan {
    let mut files = Files::default();
    verbatim::add(&mut files);
    workspace::add(&mut files, system);
    compose::add(&mut files, system);
    for service in &system.services {
        service::add(&mut files, system, service);
    }
    Plan::from_files(files.0)
}

/// The files planned so far.
#[derive(Default)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    fn add(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path.into(), bytes.into());
    }
}

/// The text of a template, with one line end at its end. Rendering can't fail: templates only hold finished strings.
fn render(template: &impl askama::Template) -> String {
    let mut text = template
        .render()
        .expect("a template of finished strings renders");
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
