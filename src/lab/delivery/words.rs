//! What the lab `delivery` says of its counts. Called by `delivery.rs`.

use super::{Arm, BLOWS, Counted, Delivery, Measured};
use crate::lab::report::Reading;
use crate::lab::words::times;
use crate::lang::Lang;

/// What a consumer is called.
pub(super) fn arm(arm: Arm, lang: Lang) -> &'static str {
    match arm {
        Arm::Own => lang.either("answers last", "responde al final"),
        Arm::Naive => lang.either("acknowledges first", "confirma primero"),
    }
}

impl Delivery<'_> {
    pub(super) fn setting(&self, measured: &Measured, lang: Lang) -> Vec<(String, String)> {
        let seam = &self.seam;
        let way = format!(
            "{}, {} → {}",
            seam.event.name, seam.publisher.name, seam.consumer.name
        );
        let rounds = measured.rounds[0].len() as u64;
        let killed = times(rounds * (BLOWS.len() as u64 - 1), lang);
        let requests = measured.rounds.iter().flatten();
        let requests: u64 = requests.map(|one| one.sent + one.refused + one.odd).sum();
        let (rounds, requests) = (times(rounds, lang), times(requests, lang));
        let request = seam.drives.first().map_or(String::new(), |one| one.name());
        let rows = lang.either(
            [
                ("event", way.clone()),
                ("request", format!("{request}, {requests}")),
                (
                    "killed, with each consumer",
                    format!("the consumer {killed}, the publisher {rounds}"),
                ),
                (
                    "answers last",
                    "the consumer of the workspace: handled and seen in one transaction, then 204".to_owned(),
                ),
                (
                    "acknowledges first",
                    "a naive one in its place: 204, then 25 ms of work on what it keeps in memory".to_owned(),
                ),
            ],
            [
                ("evento", way),
                ("petición", format!("{request}, {requests}")),
                (
                    "muertes, con cada consumidor",
                    format!("el consumidor {killed}, el publicador {rounds}"),
                ),
                (
                    "responde al final",
                    "el consumidor del workspace: procesado y visto en una transacción, y luego 204".to_owned(),
                ),
                (
                    "confirma primero",
                    "uno ingenuo en su lugar: 204, y luego 25 ms de trabajo con lo que guarda en memoria".to_owned(),
                ),
            ],
        );
        let rows = rows.into_iter().map(|(name, fact)| (name.to_owned(), fact));
        rows.collect()
    }

    pub(super) fn findings(&self, measured: &Measured, lang: Lang) -> Vec<String> {
        let mut findings = vec![naive(measured, lang), self.own(measured, lang)];
        findings.extend(grown(measured, lang));
        findings.push(
            lang.either(
                "'Exactly once' is two halves: an event is delivered at least once, as the outbox repeats it until there is an \
                 answer, and handling it again changes nothing, as the inbox knows its id. No network can promise the first \
                 half more than that: whoever gets no answer can't know whether the event or the answer was lost.",
                "«Exactamente una vez» son dos mitades: el evento se entrega al menos una vez, porque el outbox lo repite hasta \
                 recibir respuesta, y procesarlo de nuevo no cambia nada, porque el inbox conoce su id. Ninguna red puede \
                 prometer más en la primera mitad: quien no recibe respuesta no sabe si se perdió el evento o la respuesta.",
            )
            .to_owned(),
        );
        findings.push(
            lang.either(
                "What it costs: a row in the outbox for each event and one in the inbox, both in transactions that are there \
                 anyway; work to repeat; and time, as an event waits longer after each delivery that failed.",
                "Lo que cuesta: una fila en el outbox por evento y otra en el inbox, ambas en transacciones que ya existen; \
                 trabajo que se repite; y tiempo, porque un evento espera más tras cada entrega fallida.",
            )
            .to_owned(),
        );
        findings.extend(refused(measured, lang));
        findings
    }

    /// What the consumer of the workspace made of its events.
    fn own(&self, measured: &Measured, lang: Lang) -> String {
        let (all, lost) = measured.total(Arm::Own);
        let Counted {
            sent,
            attempts,
            twice_acknowledged,
            twice_handled,
            ..
        } = all;
        let consumer = &self.seam.consumer.name;
        if lost > 0 || twice_handled > 0 {
            return lang.either(
                format!(
                    "Of {sent} events {lost} were lost and {twice_handled} handled more than once by {consumer}. That should \
                     not be: look at the outbox and the inbox of the chassis, if they were changed, at what its \
                     handler does outside its transaction, and at its log."
                ),
                format!(
                    "De {sent} eventos, {lost} se perdieron y {consumer} procesó {twice_handled} más de una vez. No debería \
                     pasar: mira el outbox y el inbox del chasis, si se han cambiado, qué hace su handler \
                     fuera de la transacción, y su log."
                ),
            );
        }
        lang.either(
            format!(
                "With the consumer that answers last, none of {sent} events was lost and none handled twice, though it took \
                 {attempts} attempts and {twice_acknowledged} events came to it more than once. What was committed \
                 before the publisher was killed was in its outbox after it."
            ),
            format!(
                "Con el consumidor que responde al final no se perdió ninguno de {sent} eventos y ninguno se procesó dos veces, \
                 aunque hicieron falta {attempts} intentos y {twice_acknowledged} eventos le llegaron más de una vez. Lo que \
                 estaba confirmado antes de matar al publicador seguía después en su outbox."
            ),
        )
    }

    pub(super) fn reading(&self, lang: Lang) -> Vec<Reading> {
        let handler = format!(
            "services/{}/src/events/{}.rs",
            self.seam.consumer.name,
            self.seam.event.name.snake()
        );
        let rows = lang.either(
            [
                (
                    "crates/chassis/src/outbox.rs",
                    "written down in the same transaction",
                ),
                (
                    "crates/chassis/src/outbox/pass.rs",
                    "delivered until there is an answer",
                ),
                (
                    "crates/chassis/src/inbox.rs",
                    "handled once, however often it comes",
                ),
                (
                    handler.as_str(),
                    "what is done about the event, in that transaction",
                ),
                (
                    "microkit explain transactional-outbox",
                    "why an event leaves with its change",
                ),
                (
                    "microkit explain idempotent-consumer",
                    "why it may come again",
                ),
            ],
            [
                (
                    "crates/chassis/src/outbox.rs",
                    "anotado en la misma transacción",
                ),
                (
                    "crates/chassis/src/outbox/pass.rs",
                    "entregado hasta que haya respuesta",
                ),
                (
                    "crates/chassis/src/inbox.rs",
                    "procesado una vez, llegue las veces que llegue",
                ),
                (
                    handler.as_str(),
                    "qué se hace con el evento, en esa transacción",
                ),
                (
                    "microkit explain outbox",
                    "por qué un evento sale junto con su cambio",
                ),
                (
                    "microkit explain idempotencia",
                    "por qué puede volver a llegar",
                ),
            ],
        );
        rows.map(|(what, why)| Reading::new(what, why)).to_vec()
    }
}

/// What the naive consumer made of them.
fn naive(measured: &Measured, lang: Lang) -> String {
    let (all, lost) = measured.total(Arm::Naive);
    let (sent, again) = (all.sent, all.twice_handled);
    if lost == 0 {
        return lang.either(
            format!(
                "The consumer that acknowledges first lost none of {sent} events: each kill found it with nothing left to do. \
                 That is luck, not a promise; try again."
            ),
            format!(
                "El consumidor que confirma primero no perdió ninguno de {sent} eventos: cada muerte lo encontró sin nada \
                 pendiente. Eso es suerte, no una garantía; prueba otra vez."
            ),
        );
    }
    lang.either(
        format!(
            "The consumer that acknowledges first lost {lost} of {sent} events: they were acknowledged, so the publisher had \
             crossed them out, and then gone with its memory. Others, {again} of them, it handled more than once, as it does \
             not know what it has seen. No error was logged anywhere."
        ),
        format!(
            "El consumidor que confirma primero perdió {lost} de {sent} eventos: estaban confirmados, así que el publicador los \
             había tachado, y se fueron con su memoria. Otros {again} los procesó más de una vez, porque no sabe lo que ya ha \
             visto. Nadie registró ningún error."
        ),
    )
}

/// What the resources of the consumer say, which know nothing of the counting.
fn grown(measured: &Measured, lang: Lang) -> Option<String> {
    let (all, _) = measured.total(Arm::Own);
    let grown: Vec<_> = measured
        .grown
        .iter()
        .filter(|(_, more)| **more > 0)
        .collect();
    if grown.is_empty() {
        return None;
    }
    let shown: Vec<String> = grown
        .iter()
        .map(|(path, more)| match (lang, more) {
            (Lang::En, 1) => format!("1 more row in {path}"),
            (Lang::En, _) => format!("{more} more rows in {path}"),
            (Lang::Es, 1) => format!("1 fila más en {path}"),
            (Lang::Es, _) => format!("{more} filas más en {path}"),
        })
        .collect();
    let (shown, handled) = (shown.join(", "), all.handled);
    Some(lang.either(
        format!(
            "Counted where it matters, in its own tables, that consumer has {shown} for {handled} events."
        ),
        format!(
            "Contado donde importa, en sus propias tablas, ese consumidor tiene {shown} por {handled} eventos."
        ),
    ))
}

/// What promised nothing, and whether that was for the kills.
fn refused(measured: &Measured, lang: Lang) -> Vec<String> {
    let sum = |of: fn(&Counted) -> u64| -> u64 {
        let all = Arm::ALL.iter().map(|arm| of(&measured.total(*arm).0));
        all.sum()
    };
    let (refused, odd) = (sum(|one| one.refused), sum(|one| one.odd));
    let gone = (refused > 0).then(|| {
        lang.either(
            format!(
                "{refused} requests got no answer, or one that says that the publisher was not there: it was killed, or had \
                 just been started again. They promised nothing, and are not counted as sent; those that were carried out all \
                 the same have published an event, so more can be handled than was sent."
            ),
            format!(
                "{refused} peticiones no recibieron respuesta, o una que dice que el publicador no estaba: había muerto o \
                 acababa de arrancar. No prometieron nada y no cuentan como enviadas; las que aun así se ejecutaron han \
                 publicado un evento, así que puede haber más procesados que enviados."
            ),
        )
    });
    let other = (odd > 0).then(|| {
        lang.either(
            format!(
                "{odd} requests were answered something else than 201 by a publisher that was there: why, is in its log. They \
                 are not counted as sent either."
            ),
            format!(
                "A {odd} peticiones les respondió otra cosa que 201 un publicador que sí estaba: el porqué está en su \
                 log. Tampoco cuentan como enviadas."
            ),
        )
    });
    gone.into_iter().chain(other).collect()
}

pub(super) fn limits(lang: Lang) -> Vec<String> {
    let limits = lang.either(
        [
            "A machine that loses its power: processes are killed, so what they had written is still there. That it then is as \
             well is up to the database and the disk.",
            "Effects outside the transaction: an e-mail that a handler sends, or a call to a payment provider, is repeated with \
             the event unless it carries a key of its own that the other side knows.",
        ],
        [
            "Una máquina que se queda sin corriente: se matan procesos, así que lo que habían escrito sigue ahí. Que también \
             siga en ese caso depende de la base de datos y del disco.",
            "Efectos fuera de la transacción: un correo que envía el handler, o una llamada a una pasarela de pago, se repite \
             con el evento, a no ser que lleve una clave propia que el otro lado conozca.",
        ],
    );
    limits.map(str::to_owned).to_vec()
}
