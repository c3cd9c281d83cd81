//! Where data, and agreement about them, stand. Called through `mod.rs`.

use crate::lab::Lab;
use crate::system::FieldType;

use super::events::published;
use super::finder::{Finder, event_file, has_database, of, resource_file};

pub(super) fn eventual_consistency(f: &mut Finder<'_>) {
    match f.event().zip(f.publisher()) {
        None => f.note([
            "No service of this system publishes an event, so none keeps a copy of another's \
             data: what it needs to know it asks for.",
            "Ningún servicio de este sistema publica eventos, así que ninguno guarda una copia \
             de datos de otro: lo que necesita saber lo pregunta.",
        ]),
        Some((event, publisher)) => {
            if let Some(consumer) = f.consumer() {
                f.line(
                    event_file(consumer, event),
                    "async fn handle(",
                    [
                        "here the consumer learns of it, some time later",
                        "aquí se entera el consumidor, algo más tarde",
                    ],
                );
            }
            published(f, publisher, event);
            f.key(
                &["events", event.as_str()],
                ["what is copied", "lo que se copia"],
            );
            f.lab(
                Lab::Delivery,
                [
                    "how long it takes, also after a crash",
                    "cuánto tarda, también tras una caída",
                ],
            );
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
            "el máximo entre dos intentos si nadie lo recibe",
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
        "microkit writes no saga: no service leads a process, and nothing is undone by itself. \
         To write one, keep its state in a resource of the service that leads it, publish an \
         event for each step in the transaction that notes the step, consume the answers, and \
         undo in the opposite order when one says no or does not come in time. This is what \
         there is to build on:",
        "microkit no escribe ninguna saga: ningún servicio dirige un proceso, y nada se \
         deshace solo. Para escribir una, guarda su estado en un recurso del servicio que la \
         dirige, publica un evento por paso en la transacción que anota el paso, consume las \
         respuestas, y deshaz en orden inverso cuando una diga que no o no llegue a tiempo. \
         Para construirla tienes esto:",
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
    if let Some((event, publisher)) = f.event().zip(f.publisher()) {
        published(f, publisher, event);
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
            if let Some(file) = resource_file(service, "migration") {
                f.line(
                    file,
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
