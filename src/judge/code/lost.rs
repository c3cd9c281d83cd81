//! An event that is published without anybody asking whether that worked: the change is kept, and nobody hears of it.

use super::super::Judge;
use super::function::Function;
use crate::diagnostic::{Code, Diagnostic, Source};

impl Judge<'_> {
    pub(super) fn lost_events(&mut self, name: &str, sources: &[&Source], functions: &[Function]) {
        for function in functions {
            for place in &function.lost {
                let (message, label, advice) = self.lang.either(
                    (
                        format!("`{name}` goes on when an event can't be published"),
                        "a failure of this is dropped, and the event with it",
                        "pass the failure on with `?`, so that the change and its event are kept together or not at all",
                    ),
                    (
                        format!("`{name}` sigue adelante cuando un evento no se puede publicar"),
                        "un fallo aquí se descarta, y el evento con él",
                        "pasa el fallo con `?` a quien llama, para que el cambio y su evento se guarden juntos, o ninguno",
                    ),
                );
                let remark = Diagnostic::warning(Code::LostEvent, message)
                    .inside(sources[function.source].clone())
                    .at(place.clone(), label);
                self.remark(name, remark, advice);
            }
        }
    }
}
