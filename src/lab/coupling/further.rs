//! What the lab does not show, what to add where a part of it is missing, and where to read on. Called by `coupling.rs` and
//! `findings.rs`.

use super::super::report::{Figure, Reading, digits};
use super::Coupling;
use crate::lang::Lang;

impl Coupling<'_> {
    pub(super) fn reading(&self, lang: Lang) -> Vec<Reading> {
        let mut reading = Vec::new();
        if let Some(call) = &self.call {
            let (caller, callee) = (&call.drive.service.name, call.callee.krate());
            reading.push(Reading::new(
                format!("services/{caller}/src/clients/{callee}.rs"),
                lang.either("the call", "la llamada"),
            ));
            reading.push(Reading::new(
                "crates/chassis/src/client/call.rs",
                lang.either(
                    "how long it is waited for, and what is tried again",
                    "cuánto se espera, y qué se reintenta",
                ),
            ));
        }
        if let Some(told) = &self.event {
            let publisher = &told.drive.service.name;
            reading.push(Reading::new(
                format!("services/{publisher}/src/events/mod.rs"),
                lang.either("what it tells others", "lo que cuenta a los demás"),
            ));
        }
        let [coupling, asynchronous] = lang.either(
            ["coupling", "asynchronous-communication"],
            ["acoplamiento", "comunicacion-asincrona"],
        );
        reading.push(Reading::new(
            format!("microkit explain {coupling}"),
            lang.either(
                "which kinds there are, and what each costs",
                "qué clases hay, y qué cuesta cada una",
            ),
        ));
        reading.push(Reading::new(
            format!("microkit explain {asynchronous}"),
            lang.either(
                "when to tell instead of ask",
                "cuándo avisar en vez de preguntar",
            ),
        ));
        reading.push(Reading::new(
            "microkit lab isolation",
            lang.either(
                "a service that is dead instead of slow",
                "un servicio muerto en vez de lento",
            ),
        ));
        reading
    }
}

pub(super) fn no_call(lang: Lang) -> String {
    lang.either(
        "No request of this system that can be repeated makes one service call another, as far as the manifest says, so what \
         a slow callee does can't be shown. Give a resource a field of type `reference` to one of another service, list that \
         in `calls`, generate, and run this again.",
        "Según el manifiesto, ninguna petición repetible de este sistema hace que un servicio llame a otro, así que no se \
         puede mostrar lo que provoca un servicio lento al que otro llama. Da a un recurso un campo de tipo `reference` hacia \
         otro servicio, ponlo en `calls`, genera y repite.",
    )
    .to_owned()
}

pub(super) fn no_event(lang: Lang) -> String {
    lang.either(
        "Nothing that can be created here publishes an event that another service takes, so the same work by event can't be \
         shown. Let the service `publishes` one that is named after its resource, such as `order.created`, let another \
         `consumes` it, generate, and run this again.",
        "Aquí, nada que se pueda crear publica un evento que reciba otro servicio, así que no se puede mostrar el mismo \
         trabajo con eventos. Haz que el servicio publique (`publishes`) uno con el nombre de su recurso, como \
         `order.created`, y que otro lo reciba (`consumes`), genera y repite.",
    )
    .to_owned()
}

/// What the figures don't tell; one thing because there are so many of them.
pub(super) fn limits(figures: &[Figure], lang: Lang) -> Vec<String> {
    let others = |figure: &Figure| figure.arms.len().saturating_sub(1);
    let compared: usize = figures.iter().map(others).sum();
    let odds = 1.0 / figures.iter().map(Figure::chance).fold(0.0, f64::max);
    let odds = digits(odds.floor());
    lang.either(
        vec![
            format!(
                "Whether each of the differences is real: by luck alone one of {odds} comparisons is told apart, and there are \
                 {compared} here. Of so many, one may be chance."
            ),
            "A service with a thread or a connection to the database for each request that waits. These wait without either; \
             with a small pool, waiting requests would take it all, and what calls nobody would be slow too."
                .to_owned(),
            "A consumer that stays slow. An event waits instead of a client, but somebody has to do the work: if more comes \
             than goes, the outbox only grows."
                .to_owned(),
            "What a client is to see of work that is not done yet. Where it needs the answer now, an event is no way out."
                .to_owned(),
        ],
        vec![
            format!(
                "Si cada diferencia es real: solo por azar se distingue una de cada {odds} comparaciones, y aquí hay {compared}. \
                 De tantas, una puede ser casualidad."
            ),
            "Un servicio con un hilo o una conexión a la base de datos por cada petición que espera. Estas esperan sin lo uno \
             ni lo otro; con un pool pequeño, las que esperan lo ocuparían entero, y lo que no llama a nadie también sería \
             lento."
                .to_owned(),
            "Un consumidor que sigue lento. Espera un evento en vez de un cliente, pero alguien tiene que hacer el trabajo: si \
             entra más de lo que sale, la bandeja de salida solo crece."
                .to_owned(),
            "Qué ve un cliente del trabajo que aún no está hecho. Si necesita la respuesta ahora, un evento no es la salida."
                .to_owned(),
        ],
    )
}
