//! One service at a time: whether it does too much, nothing of its own, or holds up too many others.
//!
//! Called by `judge`; the limits are explained on the pages of the codes.

use super::{Judge, MOST_PLACES};
use crate::diagnostic::{Code, Diagnostic, counted};
use crate::system::Database;

/// A service does too much from so many resources and, at the same time, so many calls and events on.
const MANY_RESOURCES: usize = 10;
const MANY_TIES: usize = 10;

/// A service is a hub if so many call it, and they are half of the others or more.
const MANY_CALLERS: usize = 5;

impl Judge<'_> {
    pub(super) fn services(&mut self) {
        for service in 0..self.system.services.len() {
            self.many_duties(service);
            self.nothing_own(service);
            self.hub(service);
        }
    }

    fn many_duties(&mut self, index: usize) {
        let service = &self.system.services[index];
        let events = service.publishes.len() + service.consumes.len();
        let resources = service.resources.len();
        if resources < MANY_RESOURCES || service.calls.len() + events < MANY_TIES {
            return;
        }
        let calls = service.calls.len();
        let (message, label) = self.lang.either(
            (
                format!("the service `{}` does too much", service.name),
                format!(
                    "{}, {} and {}",
                    counted(resources, "resource"),
                    counted(calls, "call"),
                    counted(events, "event")
                ),
            ),
            (
                format!("el servicio `{}` hace demasiado", service.name),
                format!(
                    "{}, {} y {}",
                    counted(resources, "recurso"),
                    counted(calls, "llamada"),
                    counted(events, "evento")
                ),
            ),
        );
        let found =
            Diagnostic::warning(Code::ManyDuties, message).at(self.place_of_service(index), label);
        self.remark(
            self.calls.name(index),
            found,
            self.lang.either(
                "move the resources that change together, with their events, to a service of their own",
                "lleva los recursos que cambian juntos, con sus eventos, a un servicio propio",
            ),
        );
    }

    fn nothing_own(&mut self, index: usize) {
        let service = &self.system.services[index];
        let keeps_something = service.database != Database::None
            || !service.publishes.is_empty()
            || !service.consumes.is_empty()
            || !service.resources.is_empty();
        let [called] = self.calls.of[index][..] else {
            return;
        };
        // One that nobody calls serves those outside, and in a circle that is what has to be said.
        let is_between = !self.calls.callers[index].is_empty()
            && self.calls.group[called] != self.calls.group[index];
        if keeps_something || !is_between || self.calls.callers[called] != [index] {
            return;
        }
        let called_name = self.calls.name(called);
        let (message, label, advice) = self.lang.either(
            (
                format!("the service `{}` has nothing of its own", service.name),
                format!("it only stands between its callers and `{called_name}`"),
                format!(
                    "let its callers call `{called_name}` themselves: one process and one call less to wait for"
                ),
            ),
            (
                format!("el servicio `{}` no tiene nada propio", service.name),
                format!("solo está entre quienes lo llaman y `{called_name}`"),
                format!(
                    "que quienes lo llaman llamen directamente a `{called_name}`: un proceso y una llamada menos que esperar"
                ),
            ),
        );
        let found = Diagnostic::note(Code::NothingOwn, message)
            .at(self.place_of_call(index, called), label);
        self.remark(self.calls.name(index), found, &advice);
    }

    fn hub(&mut self, index: usize) {
        let callers = &self.calls.callers[index];
        let others = self.system.services.len() - 1;
        if callers.len() < MANY_CALLERS || callers.len() * 2 < others {
            return;
        }
        let name = self.calls.name(index);
        let many = callers.len();
        let message = self.lang.either(
            format!("{many} of the {others} other services call `{name}`"),
            format!("{many} de los otros {others} servicios llaman a `{name}`"),
        );
        let label = self.lang.either(
            "while it is down, so are they; what changes here may break each of them",
            "mientras está caído, lo están ellos; lo que cambie aquí puede romper a cada uno",
        );
        let found = Diagnostic::warning(Code::Hub, message).at(self.place_of_service(index), label);
        let shown = callers.iter().take(MOST_PLACES - 1);
        let found = shown.fold(found, |found, caller| {
            found.at(self.place_of_call(*caller, index), "")
        });
        self.remark(
            name,
            found,
            self.lang.either(
                "let callers keep what they need of it, told by its events, or split it by who needs what",
                "que quienes lo llaman guarden lo que necesitan de él, contado por sus eventos, o divídelo según quién \
                 necesita qué",
            ),
        );
    }
}
