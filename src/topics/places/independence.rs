//! Where the independence of services at run time stands: from faults, load and each other. Called through `mod.rs`.

use crate::lab::Lab;
use crate::system::{Database, Service};

use super::finder::{Finder, client_file, of};

pub(super) fn fault_isolation(f: &mut Finder<'_>) {
    f.line(
        "gateway/src/proxy.rs",
        "callee.forward(",
        [
            "a service that is down: 503 for its paths, the others answer",
            "un servicio caído: 503 en sus rutas, los demás responden",
        ],
    );
    f.chassis(
        "client/breaker.rs",
        "const FAILURES",
        [
            "after so many failures in a row nobody waits for it any more",
            "tras tantos fallos seguidos ya nadie lo espera",
        ],
    );
    if let Some((event, consumer)) = f.event().zip(f.consumer()) {
        f.line(
            of(consumer, "src/lib.rs"),
            &format!(".subscribes::<events::{}>", event.type_name()),
            [
                "told by events: it works while the publisher is down",
                "avisado por eventos: trabaja aunque quien publica esté caído",
            ],
        );
    }
    f.line(
        "compose.yaml",
        "limits: {memory: ",
        [
            "on Docker: each has its own limit of memory",
            "en Docker: cada uno tiene su límite de memoria",
        ],
    );
    f.line(
        "monolith/src/main.rs",
        "run_together",
        [
            "in one process no such border: a crash takes all of it",
            "en un proceso no hay tal frontera: una caída se lleva todo",
        ],
    );
    f.lab(
        Lab::Isolation,
        [
            "ends a service and shows what still answers",
            "termina un servicio y muestra qué responde todavía",
        ],
    );
    f.command(
        "microkit run --shape microservices",
        [
            "the same by hand: end one, ask the others",
            "lo mismo a mano: termina uno, pregunta a los demás",
        ],
    );
}

pub(super) fn scaling(f: &mut Finder<'_>) {
    let is_scalable = |service: &Service| service.database != Database::Sqlite;
    match f.first(is_scalable) {
        None => f.note([
            "Each service of this system keeps its data in a SQLite file, which has one \
             writer, so none can run twice. `database = \"postgres\"` changes that.",
            "Cada servicio de este sistema guarda sus datos en un archivo SQLite, que tiene un \
             solo escritor, así que ninguno puede ejecutarse dos veces. `database = \
             \"postgres\"` lo cambia.",
        ]),
        Some(service) => {
            f.container(
                service.name.as_str(),
                [
                    "can run several times: nothing of it stays in memory",
                    "puede ejecutarse varias veces: nada suyo queda en memoria",
                ],
            );
            let is_alone = |service: &Service| {
                let name = service.name.as_str();
                is_scalable(service) && f.container_of(name) == name
            };
            match f.first(is_alone).map(|service| &service.name) {
                Some(name) => f.command(
                    format!("docker compose up --detach --wait --no-recreate --scale {name}=3"),
                    ["three instances of it", "tres instancias suyas"],
                ),
                None => f.command(
                    format!("microkit extract {}", service.name),
                    [
                        "takes it out of the one process, so that it can run several times",
                        "lo saca del proceso único, para que pueda ejecutarse varias veces",
                    ],
                ),
            }
        }
    }
    f.chassis(
        "client/instances.rs",
        "fn pick(",
        [
            "the caller chooses one of the instances",
            "quien llama elige una de las instancias",
        ],
    );
    f.chassis(
        "migrations.rs",
        "const ADVISORY_LOCK",
        [
            "instances that start together migrate once",
            "las instancias que arrancan juntas migran una vez",
        ],
    );
    f.chassis(
        "outbox/row.rs",
        "fn claim(",
        [
            "of several instances one sends the events at a time",
            "de varias instancias, una envía los eventos cada vez",
        ],
    );
    f.lab(
        Lab::Scaling,
        [
            "measures one, two and three instances",
            "mide una, dos y tres instancias",
        ],
    );
}

pub(super) fn coupling(f: &mut Finder<'_>) {
    if f.caller().is_none() {
        f.note([
            "No service of this system calls another: nothing is coupled in time.",
            "Ningún servicio de este sistema llama a otro: nada está acoplado en el tiempo.",
        ]);
    }
    f.calls(
        2,
        [
            "works, as far as it calls, only while those answer",
            "en lo que llama, solo trabaja mientras esos responden",
        ],
    );
    if let Some(consumer) = f.consumer() {
        f.key(
            &["services", consumer.name.as_str(), "consumes"],
            [
                "not coupled in time: the event waits for it",
                "sin acoplamiento en el tiempo: el evento lo espera",
            ],
        );
    }
    if let Some(caller) = f.caller() {
        f.line(
            client_file(caller),
            "View {",
            [
                "all that it knows of the other's format",
                "todo lo que sabe del formato del otro",
            ],
        );
    }
    f.line(
        "gateway/src/routes.rs",
        "pub fn services()",
        [
            "addresses are known by name alone",
            "las direcciones solo se conocen por su nombre",
        ],
    );
    f.command(
        "microkit graph",
        [
            "solid arrows couple in time, dashed ones don't",
            "las flechas continuas acoplan en el tiempo; las discontinuas, no",
        ],
    );
    f.lab(
        Lab::Coupling,
        [
            "a slow callee, and the same by event",
            "llamar a un servicio lento, y lo mismo por evento",
        ],
    );
    f.command(
        "microkit check",
        [
            "finds circles and long chains of calls",
            "encuentra círculos y cadenas largas de llamadas",
        ],
    );
}
