//! What follows from what was measured, which answer it bears out, what it does not show, and where to read on.

use super::super::report::{Reading, Unit};
use super::super::spread::{Difference, Spread};
use super::super::words::either;
use super::{Call, Coupling, Measured, Told, Turn, Way};
use crate::lang::Lang;

impl Coupling<'_> {
    /// The choice that the figures bear out. What takes at least half of the delay longer has become slow.
    pub(super) fn answer(&self, measured: &Measured) -> Option<usize> {
        let slow = |of: fn(&Turn) -> f64, [first, second]: [Way; 2]| {
            let [first, second] = [first, second].map(|way| median(measured.of(way), of));
            Some(second? - first? >= self.delay * 500.0)
        };
        let p50 = |turn: &Turn| turn.main.within(0.5);
        if self.call.is_some() {
            let ways = [Way::Fast, Way::Slow];
            let (main, own) = (slow(p50, ways)?, slow(|turn| turn.own.within(0.5), ways)?);
            return match (main, own) {
                (false, false) => Some(0),
                (true, false) => Some(1),
                (true, true) => Some(2),
                (false, true) => None,
            };
        }
        if slow(p50, [Way::Prompt, Way::Lagging])? {
            return Some(2);
        }
        match self.compare(measured, p50, [Way::Prompt, Way::Lagging])? {
            Difference::Higher => Some(1),
            _ => Some(0),
        }
    }

    fn compare(
        &self,
        measured: &Measured,
        of: fn(&Turn) -> f64,
        [first, second]: [Way; 2],
    ) -> Option<Difference> {
        let [first, second] = [first, second].map(|way| spread(measured.of(way), of));
        Some(first?.compare(&second?))
    }

    pub(super) fn findings(&self, measured: &Measured, lang: Lang) -> Vec<String> {
        let mut findings = Vec::new();
        match &self.call {
            Some(call) => {
                findings.extend(self.waited(call, measured, lang));
                findings.extend(self.guarded(call, measured, lang));
                findings.extend(self.own(call, measured, lang));
            }
            None => findings.push(no_call(lang)),
        }
        match &self.event {
            Some(told) => findings.extend(self.told(told, measured, lang)),
            None => findings.push(no_event(lang)),
        }
        findings.extend(self.failures(measured, lang));
        findings
    }

    /// What waiting for a slow one costs.
    fn waited(&self, call: &Call, measured: &Measured, lang: Lang) -> Option<String> {
        let p50 = |turn: &Turn| turn.main.within(0.5);
        let [fast, slow] = shown(measured, p50, Unit::Milliseconds, [Way::Fast, Way::Slow])?;
        let rates = [Way::Fast, Way::Slow];
        let [many, few] = shown(measured, |turn| turn.main.rate(), Unit::PerSecond, rates)?;
        let (caller, callee) = (&call.drive.service.name, call.callee);
        let request = call.drive.name();
        Some(match self.compare(measured, p50, [Way::Fast, Way::Slow])? {
            Difference::Higher => either(
                lang,
                format!(
                    "A synchronous call couples in time: {request} took {fast}, and {slow} once {callee} was slow, though \
                         nothing was wrong with {caller}. The same clients got {few} done instead of {many}: each waits."
                ),
                format!(
                    "Una llamada síncrona acopla en el tiempo: {request} tardó {fast}, y {slow} cuando {callee} era lento, \
                         aunque a {caller} no le pasaba nada. Los mismos clientes lograron {few} en vez de {many}: cada uno \
                         espera."
                ),
            ),
            _ => either(
                lang,
                format!(
                    "{request} took {fast}, and {slow} with {callee} slow: no difference is seen. Perhaps its own code \
                         does not ask {callee} any more."
                ),
                format!(
                    "{request} tardó {fast}, y {slow} con {callee} lento: no se ve diferencia. Puede que su propio código \
                         ya no pregunte a {callee}."
                ),
            ),
        })
    }

    /// What a deadline and a breaker bring, and what not.
    fn guarded(&self, call: &Call, measured: &Measured, lang: Lang) -> Option<String> {
        let ways = [Way::Slow, Way::Guarded];
        let failed = |turn: &Turn| turn.main.failed();
        let [.., share] = shown(measured, failed, Unit::Percent, ways)?;
        let bad = |turn: &Turn| turn.main.until_failed();
        let longest = |turn: &Turn| turn.main.within(0.99);
        let [.., soon] = shown(measured, bad, Unit::Milliseconds, ways)?;
        let [slow, most] = shown(measured, longest, Unit::Milliseconds, ways)?;
        let (caller, callee, deadline) = (&call.drive.service.name, call.callee, self.deadline);
        let turns = measured.of(Way::Guarded).iter();
        if turns.map(failed).all(|share| share <= 0.0) {
            return Some(either(
                lang,
                format!(
                    "With a deadline of {deadline} ms and a circuit breaker in {caller} nothing failed."
                ),
                format!(
                    "Con un tiempo límite de {deadline} ms y un cortacircuitos en {caller} no falló nada."
                ),
            ));
        }
        let refusal = measured.refusal.as_deref();
        let refusal = refusal.unwrap_or_else(|| either(lang, "no answer", "ninguna respuesta"));
        Some(either(
            lang,
            format!(
                "A deadline of {deadline} ms and a circuit breaker did not make {callee} quick: {share} failed, with \
                 {refusal}. But half of them failed within {soon}, and 99 % of all were over within {most} instead of {slow}: \
                 once the breaker is open nobody waits any more, and {callee} gets only a try every few seconds."
            ),
            format!(
                "Un tiempo límite de {deadline} ms y un cortacircuitos no hicieron rápido a {callee}: falló el {share}, con \
                 {refusal}. Pero la mitad de ellas falló en {soon} o menos, y el 99 % de todas acabó en {most} en vez de \
                 {slow}: con el cortacircuitos abierto ya no espera nadie, y a {callee} solo le llega un intento cada pocos \
                 segundos."
            ),
        ))
    }

    /// How what calls nobody fared.
    fn own(&self, call: &Call, measured: &Measured, lang: Lang) -> Option<String> {
        let p50 = |turn: &Turn| turn.own.within(0.5);
        let ways = [Way::Fast, Way::Slow];
        let [fast, slow] = shown(measured, p50, Unit::Milliseconds, ways)?;
        let [.., guarded] = shown(measured, p50, Unit::Milliseconds, [Way::Fast, Way::Guarded])?;
        let (own, callee) = (call.own.name(), call.callee);
        let seen = match self.compare(measured, p50, ways)? {
            Difference::NotSeen => either(lang, "no difference is seen", "no se ve diferencia"),
            Difference::Higher => either(lang, "it became slower", "se volvió más lenta"),
            Difference::Lower => either(
                lang,
                "it even became quicker, since the service had less to do",
                "incluso más rápida, porque el servicio tenía menos que hacer",
            ),
        };
        Some(either(
            lang,
            format!(
                "{own}, which the same service answers by itself, took {fast} with {callee} fast, {slow} with it slow and \
                 waited for ({seen}), and {guarded} guarded. What does not ask {callee} is not coupled to it."
            ),
            format!(
                "{own}, que el mismo servicio responde solo, tardó {fast} con {callee} rápido, {slow} con él lento y \
                 esperándolo ({seen}), y {guarded} con protección. Lo que no pregunta a {callee} no está acoplado a él."
            ),
        ))
    }

    fn told(&self, told: &Told, measured: &Measured, lang: Lang) -> Option<String> {
        let p50 = |turn: &Turn| turn.main.within(0.5);
        let ways = [Way::Prompt, Way::Lagging];
        let [prompt, lagging] = shown(measured, p50, Unit::Milliseconds, ways)?;
        let [.., waiting] = shown(measured, |turn| turn.waiting as f64, Unit::Count, ways)?;
        let (consumer, publisher) = (told.consumer, &told.drive.service.name);
        let request = told.drive.name();
        let [slower, rest] = match self.compare(measured, p50, ways)? {
            Difference::Higher => either(
                lang,
                [
                    "",
                    " What it was slower by is the work of delivering, which shares the cores with it.",
                ],
                [
                    "",
                    " Lo que tardó de más es el trabajo de entregar, que comparte los núcleos con ella.",
                ],
            ),
            _ => either(
                lang,
                [" (no slower, as far as the rounds tell)", ""],
                [" (no más lenta, según las rondas)", ""],
            ),
        };
        let arrived = match measured.arrived {
            true => either(
                lang,
                "and arrived once it was quick again",
                "y llegaron en cuanto volvió a ser rápido",
            ),
            false => either(
                lang,
                "and some still waited when the lab ended",
                "y algunos aún esperaban al acabar el laboratorio",
            ),
        };
        Some(either(
            lang,
            format!(
                "A queue decouples: {request} took {prompt}, and {lagging} with {consumer} slow{slower}. {waiting} events \
                 waited in the outbox of {publisher} at the end of a round, {arrived}.{rest}"
            ),
            format!(
                "Una cola desacopla: {request} tardó {prompt}, y {lagging} con {consumer} lento{slower}. {waiting} eventos \
                 esperaban al final de una ronda en la bandeja de salida (outbox) de {publisher}, {arrived}.{rest}"
            ),
        ))
    }

    /// What failed where nothing should.
    fn failures(&self, measured: &Measured, lang: Lang) -> Option<String> {
        let expected = Way::ALL.into_iter().filter(|way| *way != Way::Guarded);
        let main = expected
            .flat_map(|way| measured.of(way))
            .map(|turn| &turn.main);
        let own = measured.turns.iter().flatten().map(|turn| &turn.own);
        let (mut failed, mut all) = (0, 0);
        for sent in main.chain(own) {
            failed += sent.bad.len();
            all += sent.bad.len() + sent.good.len();
        }
        (failed > 0).then(|| {
            either(
                lang,
                format!(
                    "{failed} of {all} requests failed that had a service which was there and waited for: find out why before \
                     you trust the figures."
                ),
                format!(
                    "Fallaron {failed} de {all} peticiones cuyo servicio estaba ahí y esperaba: averigua por qué antes de \
                     fiarte de las cifras."
                ),
            )
        })
    }

    pub(super) fn reading(&self, lang: Lang) -> Vec<Reading> {
        let mut reading = Vec::new();
        if let Some(call) = &self.call {
            let (caller, callee) = (&call.drive.service.name, call.callee.krate());
            reading.push(Reading::new(
                format!("services/{caller}/src/clients/{callee}.rs"),
                either(lang, "the call", "la llamada"),
            ));
            reading.push(Reading::new(
                "crates/chassis/src/client/call.rs",
                either(
                    lang,
                    "how long it is waited for, and what is tried again",
                    "cuánto se espera, y qué se reintenta",
                ),
            ));
        }
        if let Some(told) = &self.event {
            let publisher = &told.drive.service.name;
            reading.push(Reading::new(
                format!("services/{publisher}/src/events/mod.rs"),
                either(lang, "what it tells others", "lo que cuenta a los demás"),
            ));
        }
        let [coupling, asynchronous] = either(
            lang,
            ["coupling", "asynchronous-communication"],
            ["acoplamiento", "comunicacion-asincrona"],
        );
        reading.push(Reading::new(
            format!("microkit explain {coupling}"),
            either(
                lang,
                "which kinds there are, and what each costs",
                "qué clases hay, y qué cuesta cada una",
            ),
        ));
        reading.push(Reading::new(
            format!("microkit explain {asynchronous}"),
            either(
                lang,
                "when to tell instead of ask",
                "cuándo avisar en vez de preguntar",
            ),
        ));
        reading.push(Reading::new(
            "microkit lab isolation",
            either(
                lang,
                "a service that is dead instead of slow",
                "un servicio muerto en vez de lento",
            ),
        ));
        reading
    }
}

fn spread(turns: &[Turn], of: impl Fn(&Turn) -> f64) -> Option<Spread> {
    Spread::of(&turns.iter().map(of).collect::<Vec<f64>>())
}

fn median(turns: &[Turn], of: impl Fn(&Turn) -> f64) -> Option<f64> {
    spread(turns, of).map(|spread| spread.median)
}

/// The medians of two ways, with their unit.
fn shown(
    measured: &Measured,
    of: impl Fn(&Turn) -> f64,
    unit: Unit,
    [first, second]: [Way; 2],
) -> Option<[String; 2]> {
    let show = |way: Way| Some(unit.show(median(measured.of(way), &of)?));
    Some([show(first)?, show(second)?])
}

fn no_call(lang: Lang) -> String {
    either(
        lang,
        "No request of this system that can be repeated makes one service call another, as far as the manifest says, so what \
         a slow callee does can't be shown. Give a resource a field of type `reference` to one of another service, list that \
         in `calls`, generate, and run this again.",
        "Según el manifiesto, ninguna petición repetible de este sistema hace que un servicio llame a otro, así que no se \
         puede mostrar lo que provoca un servicio lento al que otro llama. Da a un recurso un campo de tipo `reference` hacia \
         otro servicio, ponlo en `calls`, genera y repite.",
    )
    .to_owned()
}

fn no_event(lang: Lang) -> String {
    either(
        lang,
        "Nothing that can be created here publishes an event that another service takes, so the same work by event can't be \
         shown. Let the service `publishes` one that is named after its resource, such as `order.created`, let another \
         `consumes` it, generate, and run this again.",
        "Aquí, nada que se pueda crear publica un evento que reciba otro servicio, así que no se puede mostrar el mismo \
         trabajo con eventos. Haz que el servicio publique (`publishes`) uno con el nombre de su recurso, como \
         `order.created`, y que otro lo reciba (`consumes`), genera y repite.",
    )
    .to_owned()
}

pub(super) fn limits(lang: Lang) -> Vec<String> {
    either(
        lang,
        vec![
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
