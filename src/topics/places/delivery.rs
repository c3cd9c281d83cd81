//! Where the way of an event stands, from the change that it tells of to whoever takes it. Called through `mod.rs`.

use crate::diagnostic::Code;
use crate::lab::Lab;
use crate::topics::Said;

use super::events::published;
use super::finder::{Finder, event_file, of};

const NO_EVENTS: Said = [
    "No service of this system publishes an event, so this stands in the chassis alone and \
     does nothing yet. `microkit explain asynchronous-communication` says how to add one.",
    "Ningún servicio de este sistema publica eventos, así que esto solo está en el chasis y \
     todavía no hace nada. `microkit explain comunicacion-asincrona` dice cómo añadir uno.",
];

const NO_CONSUMER: Said = [
    "No service of this system consumes an event, so this stands in the chassis alone and does \
     nothing yet.",
    "Ningún servicio de este sistema consume un evento, así que esto solo está en el chasis y \
     todavía no hace nada.",
];

pub(super) fn transactional_outbox(f: &mut Finder<'_>) {
    f.remarks(
        &[Code::LostEvent],
        [
            "here a failure to publish is dropped, and the event with it (MK0612)",
            "aquí se descarta un fallo al publicar, y el evento con él (MK0612)",
        ],
    );
    match f.event().zip(f.publisher()) {
        None => f.note(NO_EVENTS),
        Some((event, publisher)) => {
            published(f, publisher, event);
            f.line(
                of(publisher, "src/lib.rs"),
                &format!(".publishes::<events::{}>", event.type_name()),
                [
                    "declared here: its database gets the table",
                    "se declara aquí: su base de datos recibe la tabla",
                ],
            );
        }
    }
    f.chassis(
        "outbox.rs",
        "pub async fn publish<",
        [
            "writes the event in the transaction of the caller",
            "escribe el evento en la transacción de quien llama",
        ],
    );
    f.chassis(
        "outbox/table.rs",
        "pub(crate) const CREATE",
        ["the table", "la tabla"],
    );
    f.chassis(
        "outbox/relay.rs",
        "async fn run_relay(",
        ["reads the table and delivers", "lee la tabla y entrega"],
    );
    if let Some(publisher) = f.publisher() {
        let url = f.url_of(publisher, "/metrics");
        f.command(
            format!("curl -s {url} | grep outbox_pending"),
            ["how many events wait", "cuántos eventos esperan"],
        );
        f.lab(
            Lab::Delivery,
            [
                "nothing is lost, whatever is killed",
                "no se pierde nada, se mate lo que se mate",
            ],
        );
    }
}

pub(super) fn idempotent_consumer(f: &mut Finder<'_>) {
    match f.event().zip(f.consumer()) {
        None => f.note(NO_CONSUMER),
        Some((event, consumer)) => {
            f.line(
                event_file(consumer, event),
                "async fn handle(",
                [
                    "runs in the transaction that also notes the event",
                    "corre en la transacción que también anota el evento",
                ],
            );
            let test = format!("tests/api/{}_event.rs", event.snake());
            f.line(
                of(consumer, &test),
                "fn an_event_that_is_delivered_twice_is_taken_once",
                [
                    "the test: delivered twice, taken once",
                    "la prueba: entregado dos veces, procesado una",
                ],
            );
        }
    }
    f.chassis(
        "inbox/seen.rs",
        "async fn record(",
        [
            "notes the id; false if it was there already",
            "anota el id; false si ya estaba",
        ],
    );
    f.chassis(
        "inbox.rs",
        "async fn handle(",
        [
            "the transaction around both",
            "la transacción que abarca ambas cosas",
        ],
    );
    f.chassis(
        "inbox/seen.rs",
        "const KEPT",
        [
            "how long a repetition is recognized",
            "cuánto tiempo se reconoce una repetición",
        ],
    );
    if let Some(consumer) = f.consumer() {
        f.command(
            format!("cargo test -p {} delivered_twice", consumer.name),
            ["runs that test", "ejecuta esa prueba"],
        );
        f.lab(
            Lab::Delivery,
            [
                "with it and with automatic acknowledgement",
                "con él y con acuse automático",
            ],
        );
    }
}

pub(super) fn dead_letters(f: &mut Finder<'_>) {
    f.note([
        "Only with RabbitMQ (`AMQP_URL`). Without it an event that is refused stays in the \
         outbox and is sent again, with pauses of up to 30 seconds.",
        "Solo con RabbitMQ (`AMQP_URL`). Sin él, un evento rechazado se queda en la bandeja de \
         salida y se reenvía, con pausas de hasta 30 segundos.",
    ]);
    if f.consumer().is_none() {
        f.note(NO_CONSUMER);
    }
    f.chassis(
        "broker/retry.rs",
        "fn fate(",
        [
            "what waits and what is put aside",
            "lo que espera y lo que se aparta",
        ],
    );
    f.chassis(
        "broker/topology.rs",
        "const WAITS",
        [
            "the pauses between the tries",
            "las pausas entre los intentos",
        ],
    );
    f.chassis(
        "broker/dead_letters.rs",
        "pub(crate) fn routes(",
        [
            "to look at them, and to send them again",
            "para mirarlos, y para reenviarlos",
        ],
    );
    if let Some((event, consumer)) = f.event().zip(f.consumer()) {
        f.line(
            event_file(consumer, event),
            "async fn handle(",
            [
                "what this refuses ends there",
                "lo que esto rechaza acaba ahí",
            ],
        );
        let name = &consumer.name;
        f.asked([
            format!("`curl` asks {name} as a process of its own: the first command starts it."),
            format!("`curl` pregunta a {name} como proceso propio: la primera orden lo arranca."),
        ]);
        f.command(
            "AMQP_URL=amqp://user:password@localhost:5672/%2f microkit run --shape microservices",
            [
                "each service as a process of its own, with your RabbitMQ",
                "cada servicio como proceso propio, con tu RabbitMQ",
            ],
        );
        let base = format!("http://127.0.0.1:{}/dead-letters", consumer.port);
        f.command(
            format!("curl -s {base}"),
            ["what was put aside", "lo apartado"],
        );
        f.command(
            format!("curl -s -X POST {base}/replay"),
            ["sends it again", "lo reenvía"],
        );
    }
}
