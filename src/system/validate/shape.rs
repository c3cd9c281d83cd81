//! Which services run as processes of their own: each one of the system, once.
//!
//! Called by `validate`.

use super::{Checker, MOST_SERVICES};
use crate::system::{ServiceName, Shape};

impl Checker<'_> {
    pub(super) fn shape(&mut self) -> Shape {
        let Some(listed) = &self.manifest.system.extracted else {
            return Shape::Open;
        };
        let mut extracted = Vec::new();
        for (name, place) in self.listed(&["system", "extracted"], listed, MOST_SERVICES) {
            if !self.manifest.services.contains_key(name) {
                self.unknown_service(name, place);
            } else if let Ok(name) = ServiceName::parse(name) {
                extracted.push(name);
            }
        }
        extracted.sort();
        Shape::Settled(extracted)
    }
}
