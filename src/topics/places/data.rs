//! Where data and events stand. Called through `mod.rs`.

use crate::system::FieldType;
use crate::topics::Said;

use super::communication::published;
use super::finder::{Finder, event_file, has_database, of};

const NO_EVENTS: Said = [
    "This system has no events, so it stands in the chassis alone and does nothing yet. `microkit explain asynchronous-communication` says how to add one.",
    "Este sistema no tiene eventos, así que solo está en el chasis y todavía no hace nada. `microkit explain comunicacion-asincrona` dice cómo añadir uno.",
];

const NO_CONSUMER: Said = [
    "No service of this system consumes an event, so it stands in the chassis alone and does nothing yet.",
    "Ningún servicio de este sistema consume un evento, así que solo está en el chasis y todavía no hace nada.",
];

pub(super) fn transactional_outbox(f: &mut Finder<'_>) {
    match f.publisher() {
        None => f.note(NO_EVENTS),
        Some(publisher) => {
            published(f, publisher);
            f.line(
                of(publisher, "src/lib.rs"),
                ".publishes::<",
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
    if f.publisher().is_some() {
        let url = f.url("/metrics");
        f.command(
            format!("curl -s {url} | grep outbox_pending"),
            [
                "how many events wait (`cargo run`)",
                "cuántos eventos esperan (`cargo run`)",
            ],
        );
        f.command(
            "microkit lab delivery",
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
                    "la prueba: entregado dos veces, tomado una",
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
        f.command(
            "microkit lab delivery",
            [
                "with it and with automatic acknowledgement",
                "con él y con acuse automático",
            ],
        );
    }
}

pub(super) fn dead_letters(f: &mut Finder<'_>) {
    f.note([
        "Only with RabbitMQ (`AMQP_URL`). Without it an event that is refused stays in the outbox and is sent again, with pauses of up to 30 seconds.",
        "Solo con RabbitMQ (`AMQP_URL`). Sin él, un evento rechazado se queda en la bandeja de salida y se reenvía, con pausas de hasta 30 segundos.",
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
        let base = format!("http://127.0.0.1:{}/dead-letters", consumer.port);
        f.command(
            format!("curl -s {base}"),
            [
                "what was put aside (alone, with `AMQP_URL`)",
                "lo apartado (él solo, con `AMQP_URL`)",
            ],
        );
        f.command(
            format!("curl -s -X POST {base}/replay"),
            ["sends it again", "lo reenvía"],
        );
    }
}

pub(super) fn eventual_consistency(f: &mut Finder<'_>) {
    match f.event().zip(f.publisher()) {
        None => f.note([
            "This system has no events, so no service keeps a copy of another's data: what it needs to know it asks for.",
            "Este sistema no tiene eventos, así que ningún servicio guarda una copia de datos de otro: lo que necesita saber lo pregunta.",
        ]),
        Some((event, publisher)) => {
            if let Some(consumer) = f.consumer() {
                f.line(
                    event_file(consumer, event),
                    "async fn handle(",
                    ["here the consumer learns of it, some time later", "aquí se entera el consumidor, algo más tarde"],
                );
            }
            published(f, publisher);
            f.key(&["events", event.as_str()], ["what is copied", "lo que se copia"]);
            f.command("microkit lab delivery", ["how long it takes, also after a crash", "cuánto tarda, también tras una caída"]);
        }
    }
    f.chassis(
        "outbox/relay.rs",
        "async fn run_relay(",
        [
            "the time in between begins with this",
            "el tiempo intermedio empieza con esto",
        ],
    );
    f.chassis(
        "outbox/pass.rs",
        "const LONGEST_WAIT",
        [
            "so long at most between two tries if nobody takes it",
            "como mucho esto entre dos intentos si nadie lo recibe",
        ],
    );
    f.command(
        "microkit graph",
        [
            "each dashed arrow is a delay",
            "cada flecha discontinua es un retraso",
        ],
    );
}

pub(super) fn saga(f: &mut Finder<'_>) {
    f.note([
        "microkit writes no saga: no service leads a process, and nothing is undone by itself. To write one, keep its state in a resource of the service that leads it, publish an event for each step in the transaction that notes the step, consume the answers, and undo in the opposite order when one says no or does not come in time. This is what there is to build on:",
        "microkit no escribe ninguna saga: ningún servicio dirige un proceso, y nada se deshace solo. Para escribir una, guarda su estado en un recurso del servicio que la dirige, publica un evento por paso en la transacción que anota el paso, consume las respuestas, y deshaz en orden inverso cuando una diga que no o no llegue a tiempo. Para construirla tienes esto:",
    ]);
    if let Some((event, consumer)) = f.event().zip(f.consumer()) {
        f.line(
            event_file(consumer, event),
            "async fn handle(",
            [
                "a step that reacts to an event",
                "un paso que reacciona a un evento",
            ],
        );
    }
    if let Some(publisher) = f.publisher() {
        published(f, publisher);
    }
    let states = f.services().iter().find_map(|service| {
        let resources = service.resources.iter();
        let mut fields = resources
            .flat_map(|resource| resource.fields.iter().map(move |field| (resource, field)));
        let found = fields.find(|(_, field)| matches!(field.kind, FieldType::Enum { .. }));
        found.map(|(resource, field)| {
            [
                service.name.as_str(),
                resource.name.as_str(),
                field.name.as_str(),
            ]
        })
    });
    if let Some([service, resource, field]) = states {
        f.key(
            &["services", service, "resources", resource, "fields", field],
            [
                "states, as a saga would keep them",
                "estados, como los guardaría una saga",
            ],
        );
    }
    f.chassis(
        "outbox.rs",
        "pub async fn publish<",
        [
            "a step and its event in one transaction",
            "un paso y su evento en una transacción",
        ],
    );
    f.chassis(
        "service.rs",
        "pub trait Handle<",
        [
            "what a service that takes an event implements",
            "lo que implementa un servicio que recibe un evento",
        ],
    );
    f.command(
        "microkit graph",
        ["the events that there are", "los eventos que hay"],
    );
}

pub(super) fn migrations(f: &mut Finder<'_>) {
    match f.first(has_database) {
        None => f.note([
            "No service of this system has a database, so there is nothing to migrate.",
            "Ningún servicio de este sistema tiene base de datos, así que no hay nada que migrar.",
        ]),
        Some(service) => {
            f.line(
                of(service, "src/migrations.rs"),
                "pub fn all()",
                [
                    "every step of this service, oldest first",
                    "todos los pasos de este servicio, el más antiguo primero",
                ],
            );
            if let Some(resource) = service.resources.first() {
                f.line(
                    of(service, &format!("src/{}/migration.rs", resource.module())),
                    "pub const CREATE",
                    [
                        "one step; once released it is never edited",
                        "un paso; una vez entregado no se edita nunca",
                    ],
                );
            }
            f.command(
                format!(
                    "microkit add-resource {} 'note: text:string' --dry-run",
                    service.name
                ),
                [
                    "a resource brings its step along",
                    "un recurso trae su paso",
                ],
            );
            f.command(
                format!("cargo test -p {}", service.name),
                [
                    "every test begins with a migrated database",
                    "cada prueba empieza con la base de datos migrada",
                ],
            );
        }
    }
    f.chassis(
        "migrations.rs",
        "pub async fn migrate(",
        ["what runs at the start", "lo que corre al arrancar"],
    );
    f.chassis(
        "migrations.rs",
        "fn check_unchanged(",
        [
            "a step that was edited afterwards is refused",
            "un paso editado después se rechaza",
        ],
    );
}
