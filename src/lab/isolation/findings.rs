//! What follows from what was seen: a sentence or two each, what stayed before what fell.

use super::super::report::{Unit, digits};
use super::super::spread::Spread;
use super::seen::{Fault, Probed, Waited};
use super::{Isolation, Measured};
use crate::lang::Lang;

/// More requests than these are counted rather than named.
const NAMED: usize = 6;

impl Isolation<'_> {
    pub(super) fn findings(&self, measured: &Measured, lang: Lang) -> Vec<String> {
        let [one, many] = &measured.shapes;
        let (fell, stayed) = many.parted();
        let (own, others): (Vec<_>, Vec<_>) = fell
            .into_iter()
            .partition(|probed| probed.drive.service.name == self.victim.name);
        let mut findings = vec![self.stayed(&stayed, lang)];
        findings.extend(self.own(&own, many, lang));
        findings.extend(self.others(&others, &stayed, lang));
        findings.extend(self.one_process(one, lang));
        findings.extend(self.again(measured, lang));
        findings.push(match &measured.events {
            Some(events) => waited(events, lang),
            None => self.no_events(lang),
        });
        findings.extend(torn(many, lang));
        findings.extend(left_out(&measured.left_out, lang));
        findings
    }

    fn stayed(&self, stayed: &[&Probed], lang: Lang) -> String {
        let (name, requests) = (self.name(), names(stayed, lang));
        if self.system.services.len() == 1 {
            return lang.either(
                format!(
                    "{name} is the only service, so nothing is left to stay: isolation can't be shown with it. Add another \
                     with `microkit add-service` and run this again."
                ),
                format!(
                    "{name} es el único servicio, así que no queda nada que aguante: con él no se puede mostrar el \
                     aislamiento. Añade otro con `microkit add-service` y repite."
                ),
            );
        }
        match stayed.is_empty() {
            true => lang.either(
                format!("Nothing stayed: with {name} dead, every request failed."),
                format!("No aguantó nada: con {name} muerto, falló cada petición."),
            ),
            false => lang.either(
                format!(
                    "What stayed: {requests}. They are answered from their services' own data and ask {name} nothing, so \
                     they did not notice that it was dead."
                ),
                format!(
                    "Lo que aguantó: {requests}. Se responden con los datos propios de su servicio y no preguntan nada a \
                     {name}, así que ni notaron que estaba muerto."
                ),
            ),
        }
    }

    fn own(&self, own: &[&Probed], fault: &Fault, lang: Lang) -> Option<String> {
        if own.is_empty() {
            return None;
        }
        let (name, requests) = (self.name(), names(own, lang));
        let sentence = lang.either(
            format!(
                "What fell with it: {requests}. Nobody else has this data; the gateway says which service is missing."
            ),
            format!(
                "Lo que cayó con él: {requests}. Nadie más tiene esos datos; el gateway dice qué servicio falta."
            ),
        );
        let medians = fault.failing.each_ref().map(|rounds| Spread::of(rounds));
        let [Some(closed), Some(open)] = medians else {
            return Some(sentence);
        };
        let [closed, open] = [closed, open].map(|one| Unit::Milliseconds.show(one.median));
        let patience = digits(self.system.gateway.timeout.as_secs_f64());
        Some(lang.either(
            format!(
                "{sentence} At first that took {closed}, with a few tries; once the circuit breaker was open, {open}. \
                 Waiting for one that hangs could take up to the {patience} s of the gateway's timeout each time."
            ),
            format!(
                "{sentence} Al principio tardó {closed}, con unos reintentos; con el cortacircuitos abierto, {open}. \
                 Esperar a un {name} colgado podría llevar cada vez los {patience} s del timeout del gateway."
            ),
        ))
    }

    /// Those of other services that failed: those that have to ask by the manifest, and the rest.
    fn others(&self, others: &[&Probed], stayed: &[&Probed], lang: Lang) -> Vec<String> {
        let name = self.name();
        let asks = |probed: &&&Probed| probed.drive.asks().contains(&&self.victim.name);
        let (asking, rest): (Vec<&Probed>, Vec<&Probed>) = others.iter().partition(|one| asks(one));
        let mut findings = Vec::new();
        if !asking.is_empty() {
            let requests = names(&asking, lang);
            let mut services: Vec<&str> = Vec::new();
            for one in &asking {
                let service = one.drive.service.name.as_str();
                if !services.contains(&service) {
                    services.push(service);
                }
            }
            let callers = services.join(", ");
            let mut finding = lang.either(
                format!(
                    "A synchronous call couples: {requests} failed too, though nothing was wrong with {callers}, since \
                     {name} has to be asked first."
                ),
                format!(
                    "Una llamada síncrona acopla: {requests} falló también, aunque a {callers} no le pasaba nada, porque \
                     antes hay que preguntar a {name}."
                ),
            );
            let reads = stayed
                .iter()
                .filter(|one| services.contains(&one.drive.service.name.as_str()));
            let reads: Vec<&Probed> = reads.copied().collect();
            if !reads.is_empty() {
                let reads = names(&reads, lang);
                finding += &lang.either(
                    format!(" What {callers} can answer alone went on: {reads}."),
                    format!(" Lo que {callers} puede responder por sí solo siguió: {reads}."),
                );
            }
            findings.push(finding);
        }
        if !rest.is_empty() {
            let requests = names(&rest, lang);
            findings.push(lang.either(
                format!(
                    "{requests} failed as well, though the manifest does not say that they ask {name}: the services' own \
                     code does, by itself or through another one."
                ),
                format!(
                    "{requests} falló también, aunque el manifiesto no dice que pregunte a {name}: lo hace el código propio \
                     de los servicios, directamente o a través de otro."
                ),
            ));
        }
        if self.callers().is_empty() && self.system.services.len() > 1 {
            findings.push(lang.either(
                format!(
                    "No service of this system calls another by its manifest, so a fault has no way to spread. Let one call \
                     {name} (`calls`, and a field of type `reference`), generate, and run this again to see one that does."
                ),
                format!(
                    "Según el manifiesto, ningún servicio de este sistema llama a otro, así que un fallo no tiene por dónde \
                     extenderse. Haz que uno llame a {name} (`calls` y un campo de tipo `reference`), genera y repite para \
                     ver uno que sí."
                ),
            ));
        }
        findings
    }

    fn one_process(&self, one: &Fault, lang: Lang) -> Option<String> {
        let (fell, stayed) = one.parted();
        if fell.is_empty() || !stayed.is_empty() {
            return None;
        }
        Some(lang.either(
            "In one process the same fault is everybody's: nothing answered, not even the gateway.".to_owned(),
            "En un solo proceso, ese mismo fallo es de todos: no respondió nada, ni siquiera el gateway.".to_owned(),
        ))
    }

    /// How long it took to be back, in both shapes.
    fn again(&self, measured: &Measured, lang: Lang) -> Option<String> {
        let never: usize = measured.shapes.iter().map(|fault| fault.never).sum();
        if never > 0 {
            return Some(lang.either(
                format!("{never} × not everything was as before again while it was waited for."),
                format!("{never} × no volvió a estar todo como antes mientras se esperó."),
            ));
        }
        let [one, many] = &measured.shapes;
        let opened = !many.failing[1].is_empty();
        let medians = [&one.back, &many.back, &many.ready].map(|rounds| Spread::of(rounds));
        let [Some(one), Some(many), Some(ready)] = medians else {
            return None;
        };
        let [one, many, ready] = [one, many, ready].map(|one| Unit::Milliseconds.show(one.median));
        let name = self.name();
        let begun = lang.either(
            format!(
                "One process was back {one} after its start. {name} alone was ready after {ready}"
            ),
            format!(
                "El proceso único estuvo de vuelta {one} después de iniciarse. {name} solo estuvo listo en {ready}"
            ),
        );
        let ended = match opened {
            true => lang.either(
                format!(
                    ", but it took {many} until all was as before: who has an open circuit breaker tries again only every \
                     few seconds. That is the price of failing quickly."
                ),
                format!(
                    ", pero pasaron {many} hasta que todo estuvo como antes: quien tiene abierto el cortacircuitos solo \
                     prueba de nuevo cada pocos segundos. Es el precio de fallar rápido."
                ),
            ),
            false => lang.either(
                format!(", and all was as before after {many}."),
                format!(", y todo estuvo como antes a los {many}."),
            ),
        };
        Some(begun + &ended)
    }

    fn no_events(&self, lang: Lang) -> String {
        let declared = !self.system.events.is_empty();
        match declared {
            true => lang.either(
                "That events wait for a consumer that is dead could not be shown: no event is both published when something \
                 is created and taken by another service.",
                "No se pudo mostrar que los eventos esperan a un consumidor muerto: ningún evento se publica al crear algo \
                 y lo recibe otro servicio.",
            ),
            false => lang.either(
                "This system has no events, so that they wait for a consumer that is dead can't be shown. An event that one \
                 service `publishes` and another `consumes` would (see `microkit explain asynchronous-communication`).",
                "Este sistema no tiene eventos, así que no se puede mostrar que esperan a un consumidor muerto. Se vería con \
                 uno que un servicio publique (`publishes`) y otro reciba (`consumes`); lee \
                 `microkit explain comunicacion-asincrona`.",
            ),
        }
        .to_owned()
    }
}

/// The requests by their names, or how many where they are many.
fn names(probes: &[&Probed], lang: Lang) -> String {
    if probes.len() > NAMED {
        let count = probes.len();
        return lang.either(format!("{count} requests"), format!("{count} peticiones"));
    }
    let names: Vec<String> = probes.iter().map(|probed| probed.drive.name()).collect();
    names.join(", ")
}

fn waited(events: &Waited, lang: Lang) -> String {
    let Waited {
        consumer,
        publisher,
        request,
        sent,
        good,
        before,
        waiting,
        taken,
        emptied,
    } = events;
    let begun = lang.either(
        format!(
            "An event decouples: with {consumer} dead, {good} of {sent} {request} were answered as ever, and {waiting} events \
             waited in the outbox of {publisher}."
        ),
        format!(
            "Un evento desacopla: con {consumer} muerto, {good} de {sent} {request} se respondieron como siempre, y {waiting} \
             eventos esperaron en la bandeja de salida (outbox) de {publisher}."
        ),
    );
    let others = match before {
        0 => String::new(),
        before => lang.either(
            format!(" {before} of before were not delivered by then, and waited with them."),
            format!(" {before} de antes aún no se habían entregado, y esperaron con ellos."),
        ),
    };
    let ended = match emptied {
        Some(time) => {
            let time = Unit::Milliseconds.show(*time);
            lang.either(
                format!(
                    " {time} after it was started again none waited any more; it took {taken}."
                ),
                format!(
                    " {time} después de volver a iniciarlo ya no esperaba ninguno; recibió {taken}."
                ),
            )
        }
        None => lang.either(
            format!(" It took {taken} once it was back, and some still waited when the lab ended."),
            format!(
                " Al volver recibió {taken}, y aún esperaban algunos cuando acabó el laboratorio."
            ),
        ),
    };
    begun + &others + &ended
}

fn torn(fault: &Fault, lang: Lang) -> Option<String> {
    let [failed, all] = fault.torn;
    (all > 0).then(|| {
        lang.either(
            format!(
                "{all} requests were under way at the very moment of a kill, and {failed} of them failed. Whoever sent one \
                 can't tell whether it was done."
            ),
            format!(
                "{all} peticiones estaban en curso en el momento exacto de matar, y fallaron {failed}. Quien envió una de \
                 ellas no puede saber si se hizo."
            ),
        )
    })
}

fn left_out(left_out: &[(String, String)], lang: Lang) -> Vec<String> {
    let said = |(request, why): &(String, String)| {
        lang.either(
            format!(
                "{request} was left out, since it was refused before anything was killed: {why}"
            ),
            format!("{request} quedó fuera, porque se rechazó antes de matar nada: {why}"),
        )
    };
    left_out.iter().map(said).collect()
}
