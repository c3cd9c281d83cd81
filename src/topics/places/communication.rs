//! Where the ways of talking to each other stand. Called through `mod.rs`.

use crate::system::{FieldType, Service};

use super::finder::{Finder, event_file, of};

pub(super) fn api_gateway(f: &mut Finder<'_>) {
    f.line(
        "gateway/src/routes.rs",
        "pub fn routes()",
        [
            "who owns which path; what is not here can't be reached",
            "quién es dueño de qué ruta; lo que no está no se alcanza",
        ],
    );
    f.line(
        "gateway/src/proxy.rs",
        "async fn proxy(",
        [
            "how a request gets to its owner",
            "cómo llega una petición a su dueño",
        ],
    );
    f.key(
        &["gateway"],
        ["its port and its timeout", "su puerto y su tiempo límite"],
    );
    f.line(
        "compose.yaml",
        "ports: [\"127.0.0.1:${GATEWAY_PORT",
        [
            "on Docker: the only port that is open",
            "en Docker: el único puerto abierto",
        ],
    );
    f.line(
        "gateway/src/openapi.rs",
        "async fn merged(",
        [
            "one description of the API for all services",
            "una sola descripción de la API para todos los servicios",
        ],
    );
    let (all, some) = (f.url("/"), f.api());
    f.command(
        format!("curl -s {all}"),
        ["the paths that it knows", "las rutas que conoce"],
    );
    f.command(
        format!("curl -si {some}"),
        [
            "one of them, from its owner",
            "una de ellas, desde su dueño",
        ],
    );
}

pub(super) fn synchronous(f: &mut Finder<'_>) {
    match f.caller() {
        None => f.note([
            "No service of this system calls another; only the gateway calls them. `microkit add-service NAME --calls SERVICE` adds one that does.",
            "Ningún servicio de este sistema llama a otro; solo los llama el gateway. `microkit add-service NOMBRE --calls SERVICIO` añade uno que lo hace.",
        ]),
        Some(caller) => {
            f.key(
                &["services", caller.name.as_str(), "calls"],
                ["who it calls; nobody else can be called", "a quién llama; a nadie más se puede llamar"],
            );
            references(f);
            let called = caller.calls[0].krate();
            f.line(
                of(caller, &format!("src/clients/{called}.rs")),
                "self.callee.get(",
                ["a call, as it reads in the code", "una llamada, tal como se lee en el código"],
            );
            f.line(of(caller, "src/lib.rs"), ".calls(", ["declared to the chassis", "declarado al chasis"]);
        }
    }
    f.chassis(
        "client/call.rs",
        "async fn call(",
        [
            "what every call goes through: deadline, retries, breaker",
            "por donde pasa cada llamada: plazo, reintentos, cortacircuitos",
        ],
    );
    f.line(
        "gateway/src/proxy.rs",
        "callee.forward(",
        ["the gateway's own call", "la llamada del propio gateway"],
    );
    f.command(
        "microkit lab latency",
        [
            "what a call costs in one process and across several",
            "lo que cuesta una llamada en un proceso y entre varios",
        ],
    );
    f.command(
        "microkit lab coupling",
        [
            "what a slow callee does to its caller",
            "lo que un llamado lento le hace a quien llama",
        ],
    );
}

/// A field that is checked by a call to its owner.
fn references(f: &mut Finder<'_>) {
    let services = f.services().iter();
    let fields = services.flat_map(|service| {
        let resources = service.resources.iter();
        resources.flat_map(move |resource| {
            let fields = resource.fields.iter();
            fields.map(move |field| (service, resource, field))
        })
    });
    let mut remote = fields.filter(|(service, _, field)| match &field.kind {
        FieldType::Reference { to } => to.service != service.name,
        _ => false,
    });
    if let Some((service, resource, field)) = remote.next() {
        let names = [
            service.name.as_str(),
            resource.name.as_str(),
            field.name.as_str(),
        ];
        f.key(
            &[
                "services",
                names[0],
                "resources",
                names[1],
                "fields",
                names[2],
            ],
            [
                "checked by asking the owner",
                "se comprueba preguntando al dueño",
            ],
        );
    }
}

pub(super) fn asynchronous(f: &mut Finder<'_>) {
    let Some((event, publisher)) = f.event().zip(f.publisher()) else {
        let service = f.any();
        f.note([
            "This system has no events. `microkit add-service` adds a service that publishes one, and another one that takes it:",
            "Este sistema no tiene eventos. `microkit add-service` añade un servicio que publica uno, y otro que lo recibe:",
        ]);
        f.command(
            "microkit add-service shipping-service --publishes 'parcel.sent: parcel_id:uuid'",
            ["publishes `parcel.sent`", "publica `parcel.sent`"],
        );
        f.command(
            "microkit add-service mail-service --consumes parcel.sent",
            ["takes it", "lo recibe"],
        );
        let name = service.name.as_str();
        f.key(
            &["services", name],
            [
                "or `publishes = [\"…\"]` in the table of a service that is there",
                "o `publishes = [\"…\"]` en la tabla de un servicio que ya existe",
            ],
        );
        return;
    };
    f.key(
        &["services", publisher.name.as_str(), "publishes"],
        ["who tells", "quién lo cuenta"],
    );
    if let Some(consumer) = f.consumer() {
        f.key(
            &["services", consumer.name.as_str(), "consumes"],
            [
                "who listens; the other does not know it",
                "quién escucha; el otro no lo sabe",
            ],
        );
    }
    f.key(
        &["events", event.as_str()],
        ["what the event carries", "lo que lleva el evento"],
    );
    published(f, publisher);
    if let Some(consumer) = f.consumer() {
        f.line(
            event_file(consumer, event),
            "async fn handle(",
            ["what it does about it", "lo que hace al recibirlo"],
        );
    } else {
        f.note([
            "Nobody in this system reads an event yet.",
            "Nadie en este sistema lee todavía un evento.",
        ]);
    }
    f.command(
        "microkit graph",
        [
            "dashed arrows are events",
            "las flechas discontinuas son eventos",
        ],
    );
    f.command(
        "microkit lab delivery",
        [
            "ends the consumer and the broker in mid-flight",
            "termina el consumidor y el broker a medio camino",
        ],
    );
}

/// Where the publisher writes its event, if its repository does so by itself.
pub(super) fn published(f: &mut Finder<'_>, publisher: &Service) {
    for resource in &publisher.resources {
        f.line_if_any(
            of(
                publisher,
                &format!("src/{}/repository.rs", resource.module()),
            ),
            "self.outbox.publish(",
            [
                "published in the transaction of the change",
                "se publica en la transacción del cambio",
            ],
        );
    }
}

pub(super) fn service_discovery(f: &mut Finder<'_>) {
    f.chassis(
        "consul/registration.rs",
        "async fn payload(",
        [
            "what a process says of itself when it registers",
            "lo que dice de sí un proceso al registrarse",
        ],
    );
    f.chassis(
        "consul/discovery.rs",
        "async fn follow(",
        [
            "how a caller keeps up with the healthy instances",
            "cómo sigue quien llama a las instancias sanas",
        ],
    );
    f.line(
        "gateway/src/routes.rs",
        "pub fn services()",
        [
            "the ports that are used where there is no registry",
            "los puertos que se usan donde no hay registro",
        ],
    );
    f.line(
        "compose.yaml",
        "CONSUL_HTTP_ADDR: consul:8500",
        [
            "on Docker all processes are told where Consul is",
            "en Docker se dice a todos dónde está Consul",
        ],
    );
    f.container("consul", ["the registry", "el registro"]);
    f.command(
        "docker compose exec consul consul catalog services",
        ["who is registered", "quién está registrado"],
    );
    f.command(
        "docker compose exec consul consul catalog nodes -detailed",
        ["and where", "y dónde"],
    );
}

pub(super) fn load_balancing(f: &mut Finder<'_>) {
    f.chassis(
        "client/instances.rs",
        "fn pick(",
        [
            "one of the instances, and none that was tried already",
            "una de las instancias, y ninguna ya probada",
        ],
    );
    f.chassis(
        "client/instances.rs",
        "fn less_busy",
        [
            "of two at random the one with less to do",
            "de dos al azar, la que tiene menos que hacer",
        ],
    );
    f.chassis(
        "client/breaker.rs",
        "fn admits(",
        [
            "one that does not answer is left out",
            "la que no responde se deja fuera",
        ],
    );
    f.chassis(
        "consul/discovery.rs",
        "fn instances(",
        [
            "where the instances come from",
            "de dónde salen las instancias",
        ],
    );
    f.command(
        "microkit lab scaling",
        [
            "one, two and three instances behind the gateway",
            "una, dos y tres instancias detrás del gateway",
        ],
    );
}

pub(super) fn contract(f: &mut Finder<'_>) {
    let service = f.any();
    match service.resources.first() {
        Some(resource) => {
            let file = |name: &str| of(service, &format!("src/{}/{name}.rs", resource.module()));
            f.line(
                file("routes"),
                "#[utoipa::path(",
                [
                    "the description, above the function that answers",
                    "la descripción, encima de la función que responde",
                ],
            );
            f.line(
                file("responses"),
                "pub struct ",
                [
                    "what is promised: a type apart from the table",
                    "lo prometido: un tipo aparte de la tabla",
                ],
            );
        }
        None => f.line(
            of(service, "src/hello.rs"),
            "#[utoipa::path(",
            [
                "the description, above the function that answers",
                "la descripción, encima de la función que responde",
            ],
        ),
    }
    if let Some(caller) = f.caller() {
        let called = caller.calls[0].krate();
        f.line(
            of(caller, &format!("src/clients/{called}.rs")),
            "View {",
            [
                "what a caller reads of it, and no more",
                "lo que lee quien llama, y nada más",
            ],
        );
    }
    if let Some((event, publisher)) = f.event().zip(f.publisher()) {
        f.line(
            event_file(publisher, event),
            "/// What the event carries.",
            [
                "an event is a contract too",
                "un evento también es un contrato",
            ],
        );
    }
    f.line(
        "gateway/src/openapi.rs",
        "async fn merged(",
        [
            "the contract of the whole system",
            "el contrato de todo el sistema",
        ],
    );
    let (document, docs) = (f.url("/openapi.json"), f.url("/docs"));
    f.command(
        format!("curl -s {document}"),
        [
            "the contract, while the system runs",
            "el contrato, con el sistema en marcha",
        ],
    );
    f.command(
        docs,
        [
            "the same, to be tried in a browser",
            "lo mismo, para probarlo en un navegador",
        ],
    );
}

pub(super) fn problem_details(f: &mut Finder<'_>) {
    f.chassis(
        "problem.rs",
        "pub struct Problem {",
        [
            "what a handler returns when it fails",
            "lo que devuelve una función cuando falla",
        ],
    );
    f.chassis(
        "problem/body.rs",
        "struct Body<",
        [
            "its members as they are sent",
            "sus miembros, tal como se envían",
        ],
    );
    if let Some(service) = f.first(|service| !service.resources.is_empty()) {
        let file = format!("src/{}/routes.rs", service.resources[0].module());
        f.line(
            of(service, &file),
            "Problem::not_found(",
            ["a 404 of a service", "un 404 de un servicio"],
        );
    }
    f.line(
        "gateway/src/proxy.rs",
        "fn problem(",
        ["503 and 504 of the gateway", "503 y 504 del gateway"],
    );
    let url = f.url("/api/nothing");
    f.command(
        format!("curl -si {url}"),
        [
            "an error, with its media type",
            "un error, con su tipo de contenido",
        ],
    );
}
