//! What the commands need: a running system, or something to measure. Called by the files of the themes.

use crate::lab::Lab;
use crate::lang::Lang;
use crate::topics::{Said, say};

use super::Finder;

impl Finder<'_> {
    /// An experiment, or what it would need to be one on this system.
    pub fn lab(&mut self, lab: Lab, said: Said) {
        match lab.fits(self.ground.system) {
            true => self.command(format!("microkit lab {}", lab.name()), said),
            false => self.found.hints.extend(needs(lab, self.lang)),
        }
    }

    /// Says what `curl` asks, where that is not the whole system.
    pub fn asked(&mut self, [en, es]: [String; 2]) {
        self.asked = Some(match self.lang {
            Lang::En => en,
            Lang::Es => es,
        });
    }

    /// Says what starts what `curl` asks, if a command does.
    pub(super) fn hint_at_what_curl_asks(&mut self) {
        let mut commands = self.found.commands.iter();
        if !commands.any(|(command, _)| command.starts_with("curl")) {
            return;
        }
        let system: Said = match self.is_split() {
            false => [
                "`curl` asks the running system: `cargo run` starts it.",
                "`curl` pregunta al sistema en marcha: `cargo run` lo arranca.",
            ],
            true => [
                "`curl` asks the running system: `microkit run` starts it.",
                "`curl` pregunta al sistema en marcha: `microkit run` lo arranca.",
            ],
        };
        let asked = self.asked.take();
        let hint = asked.unwrap_or_else(|| say(system, self.lang).to_owned());
        self.found.hints.push(hint);
    }
}

/// What a system needs that a lab can't be run on.
fn needs(lab: Lab, lang: Lang) -> Option<String> {
    let said: Said = match lab {
        Lab::Coupling => [
            "`microkit lab coupling` has nothing to slow down here. Give a resource a field of type `reference` to one \
             of a service in `calls`, or let a service with a resource publish an event that another one consumes.",
            "`microkit lab coupling` no tiene aquí nada que volver lento. Da a un recurso un campo de tipo `reference` \
             hacia otro de un servicio de `calls`, o deja que un servicio con un recurso publique un evento que \
             consuma otro.",
        ],
        Lab::Delivery => [
            "`microkit lab delivery` has nothing to deliver here. Let a service with a resource publish an event that \
             another one consumes.",
            "`microkit lab delivery` no tiene aquí nada que entregar. Deja que un servicio con un recurso publique un \
             evento que consuma otro.",
        ],
        // They run on every system.
        Lab::Latency | Lab::Isolation | Lab::Scaling => return None,
    };
    Some(say(said, lang).to_owned())
}
