//! The part of the lab `delivery` that goes through RabbitMQ: what was counted, and what is said of it. Called by
//! `delivery.rs`; `commands/lab/queue.rs` does the counting.

use super::Arm;
use crate::lab::report::{Reading, Table};
use crate::lab::words::times;
use crate::lang::Lang;

/// A round through the broker, in which both consumers get each event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queued {
    /// Requests that were answered 201, each of which publishes an event.
    pub sent: u64,
    /// Requests that were not.
    pub refused: u64,
    /// Events that were handled by each of `Arm::ALL`, of which the naive one acknowledges automatically here.
    pub handled: [u64; 2],
    /// Those of them that were handled more than once.
    pub twice: [u64; 2],
}

/// Why there is no such part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// There is no RabbitMQ on this machine.
    Server,
    /// The chassis of the workspace has no consumer to compare with, as it was generated before there was one.
    Example,
}

/// What came of the broker.
pub type Through = Result<Vec<Queued>, LeftOut>;

impl Queued {
    /// Events that a consumer has never handled. What was lost in one round is not made up for by another.
    fn lost(&self, arm: Arm) -> u64 {
        self.sent.saturating_sub(self.handled[arm as usize])
    }
}

fn sum(rounds: &[Queued], figure: impl Fn(&Queued) -> u64) -> u64 {
    rounds.iter().map(figure).sum()
}

fn name(arm: Arm, lang: Lang) -> &'static str {
    match arm {
        Arm::Own => lang.either("acknowledges when done", "confirma al terminar"),
        Arm::Naive => lang.either("automatic acknowledgement", "confirmación automática"),
    }
}

/// What became of the events, if some went through a broker.
pub(super) fn table(rounds: &[Queued], lang: Lang) -> Option<Table> {
    let columns = lang.either(
        ["", "sent", "handled", "lost", "handled again"],
        ["", "enviados", "procesados", "perdidos", "reprocesados"],
    );
    let rows = Arm::ALL.into_iter().map(|arm| {
        let counts = [
            sum(rounds, |one| one.sent),
            sum(rounds, |one| one.handled[arm as usize]),
            sum(rounds, |one| one.lost(arm)),
            sum(rounds, |one| one.twice[arm as usize]),
        ];
        let counts = counts.map(|count| count.to_string());
        [vec![name(arm, lang).to_owned()], counts.to_vec()].concat()
    });
    (!rounds.is_empty()).then(|| Table {
        name: lang
            .either("Through RabbitMQ", "A través de RabbitMQ")
            .to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    })
}

/// Who was killed there: a word for it, and the fact.
pub(super) fn setting(rounds: &[Queued], lang: Lang) -> Option<(String, String)> {
    let killed = times(rounds.len() as u64, lang);
    let requests = sum(rounds, |one| one.sent + one.refused);
    let row = lang.either(
        (
            "through RabbitMQ",
            format!(
                "{requests} requests; killed: both consumers {killed}, of which the one with automatic acknowledgement as it \
                 came back to a full queue, and the broker {killed}"
            ),
        ),
        (
            "a través de RabbitMQ",
            format!(
                "{requests} peticiones; muertes: los dos consumidores {killed}, el de confirmación automática al volver a una \
                 cola llena, y el broker {killed}"
            ),
        ),
    );
    (!rounds.is_empty()).then(|| (row.0.to_owned(), row.1))
}

/// What the counts say.
pub(super) fn findings(rounds: &[Queued], lang: Lang) -> Vec<String> {
    if rounds.is_empty() {
        return Vec::new();
    }
    vec![own(rounds, lang), automatic(rounds, lang)]
}

fn own(rounds: &[Queued], lang: Lang) -> String {
    let (sent, lost, twice) = (
        sum(rounds, |one| one.sent),
        sum(rounds, |one| one.lost(Arm::Own)),
        sum(rounds, |one| one.twice[Arm::Own as usize]),
    );
    if lost == 0 && twice > 0 {
        return lang.either(
            format!(
                "Through RabbitMQ the consumer of the workspace lost none of {sent} events, but handled {twice} more than once. \
                 That should not be: look at the inbox of the chassis, if it was changed."
            ),
            format!(
                "A través de RabbitMQ, el consumidor del workspace no perdió ninguno de los {sent} eventos, pero procesó {twice} \
                 más de una vez. No debería pasar: mira el inbox del chasis, si se ha cambiado."
            ),
        );
    }
    match lost {
        0 => lang.either(
            format!(
                "Through RabbitMQ the consumer of the workspace handled each of {sent} events once, though it was killed, and the \
                 broker as well. Requests were answered while there was no broker: an event waits in the outbox until the \
                 broker has confirmed that it is on its disk, and in the queue until the consumer has acknowledged it."
            ),
            format!(
                "A través de RabbitMQ, el consumidor del workspace procesó una vez cada uno de los {sent} eventos, aunque lo mataron a él y también \
                 al broker. Hubo respuesta a las peticiones mientras no había broker: un evento espera en el outbox hasta que \
                 el broker confirma que lo tiene en disco, y en la cola hasta que el consumidor lo confirma."
            ),
        ),
        lost => lang.either(
            format!(
                "Through RabbitMQ {lost} of {sent} events were not handled by the consumer of the workspace in time. That \
                 should not be: look at its log, and at GET /dead-letters, where events are that it could not handle."
            ),
            format!(
                "A través de RabbitMQ, el consumidor del workspace no procesó a tiempo {lost} de {sent} eventos. No debería \
                 pasar: mira su log y GET /dead-letters, donde están los eventos que no pudo procesar."
            ),
        ),
    }
}

fn automatic(rounds: &[Queued], lang: Lang) -> String {
    let (sent, lost) = (
        sum(rounds, |one| one.sent),
        sum(rounds, |one| one.lost(Arm::Naive)),
    );
    match lost {
        0 => lang.either(
            format!(
                "With automatic acknowledgement none of {sent} events was lost: each kill found the consumer with nothing in \
                 hand. That is luck, not a promise; try again."
            ),
            format!(
                "Con confirmación automática no se perdió ninguno de {sent} eventos: cada muerte encontró al consumidor sin \
                 nada entre manos. Eso es suerte, no una garantía; prueba otra vez."
            ),
        ),
        lost => lang.either(
            format!(
                "With automatic acknowledgement {lost} of {sent} events were lost, out of a queue that is durable: the broker \
                 forgets a message once it is sent, so what the consumer had in hand died with it. A durable queue protects \
                 from the death of the broker, an acknowledgement that comes last from that of the consumer; it takes both."
            ),
            format!(
                "Con confirmación automática se perdieron {lost} de {sent} eventos, y eso con una cola durable: el broker olvida \
                 un mensaje en cuanto lo envía, así que lo que el consumidor tenía entre manos murió con él. Una cola durable \
                 protege de la muerte del broker; confirmar al final, de la del consumidor. Hacen falta las dos cosas."
            ),
        ),
    }
}

/// What was not looked at, with this or without it.
pub(super) fn limit(through: &Through, lang: Lang) -> String {
    let limit = match through {
        Ok(_) => lang.either(
            "A broker on several machines: there is one RabbitMQ here, and it is started again with its disk. If that is lost, so \
             is what was in its queues; against that, quorum queues keep each message on several nodes.",
            "Un broker en varias máquinas: aquí hay un solo RabbitMQ, que vuelve a arrancar con su disco. Si se pierde el disco, \
             se pierde lo que había en sus colas; contra eso, las colas quorum guardan cada mensaje en varios nodos.",
        ),
        Err(LeftOut::Server) => lang.either(
            "A broker: this part was left out, as there is no RabbitMQ on this machine. Install `rabbitmq-server` (and `epmd` \
             of Erlang, which comes with it), and the lab also kills consumers and the broker there.",
            "Un broker: esta parte se omitió, porque en esta máquina no hay RabbitMQ. Instala `rabbitmq-server` (y `epmd` de \
             Erlang, que viene con él), y el laboratorio también matará allí a los consumidores y al broker.",
        ),
        Err(LeftOut::Example) => lang.either(
            "A broker: this part was left out, as crates/chassis/examples/automatic_acknowledgement.rs is not there. \
             `microkit generate` writes it.",
            "Un broker: esta parte se omitió, porque falta crates/chassis/examples/automatic_acknowledgement.rs. \
             `microkit generate` lo escribe.",
        ),
    };
    limit.to_owned()
}

/// What to read about it.
pub(super) fn reading(through: &Through, lang: Lang) -> Vec<Reading> {
    let rows = lang.either(
        [
            (
                "crates/chassis/src/broker/consumer.rs",
                "acknowledged once it is handled",
            ),
            (
                "crates/chassis/examples/automatic_acknowledgement.rs",
                "how not to do it",
            ),
        ],
        [
            (
                "crates/chassis/src/broker/consumer.rs",
                "confirmado cuando está procesado",
            ),
            (
                "crates/chassis/examples/automatic_acknowledgement.rs",
                "cómo no hacerlo",
            ),
        ],
    );
    match through {
        Ok(_) => rows.map(|(what, why)| Reading::new(what, why)).to_vec(),
        Err(_) => Vec::new(),
    }
}
