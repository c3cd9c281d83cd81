//! Events that are published for nobody. One that is not even published is MK0404, which `validate` reports.
//!
//! Called by `judge`.

use super::Judge;
use crate::diagnostic::{Code, Diagnostic};

impl Judge<'_> {
    pub(super) fn events(&mut self) {
        for event in &self.system.events {
            let Some(publisher) = self.system.publisher(&event.name) else {
                continue;
            };
            if !self.system.consumers(&event.name).is_empty() {
                continue;
            }
            let name = event.name.as_str();
            let place = self.place_in_list(publisher.name.as_str(), "publishes", name);
            let message = self.lang.either(
                format!("nobody reads the event `{name}`"),
                format!("nadie lee el evento `{name}`"),
            );
            let label = self.lang.either(
                "published here, and consumed nowhere",
                "se publica aquí, y no se consume en ninguna parte",
            );
            let found = Diagnostic::note(Code::UnreadEvent, message).at(place, label);
            self.remark(
                name,
                found,
                self.lang.either(
                    "add it to the `consumes` of a service, or publish it once somebody needs it",
                    "añádelo al `consumes` de un servicio, o publícalo cuando alguien lo necesite",
                ),
            );
        }
    }
}
