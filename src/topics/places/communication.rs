//! Where calls, and how they find their way, stand. Called through `mod.rs`; read `events.rs` next.

use crate::lab::Lab;
use crate::system::FieldType;

use super::finder::{Finder, client_file, of};

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
            "No service of this system calls another; only the gateway calls them. `microkit \
             add-service NAME --calls SERVICE` adds one that does.",
            "Ningún servicio de este sistema llama a otro; solo los llama el gateway. \
             `microkit add-service NOMBRE --calls SERVICIO` añade uno que lo hace.",
        ]),
        Some(caller) => {
            f.key(
                &["services", caller.name.as_str(), "calls"],
                [
                    "calls these; nobody else can be called",
                    "llama a estos; a nadie más puede",
                ],
            );
            references(f);
            f.line(
                client_file(caller),
                "self.callee.get(",
                [
                    "a call, as it reads in the code",
                    "una llamada, tal como se lee en el código",
                ],
            );
            f.line(
                of(caller, "src/lib.rs"),
                ".calls(",
                ["declared to the chassis", "declarado al chasis"],
            );
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
    f.lab(
        Lab::Latency,
        [
            "what a call costs in one process and across several",
            "lo que cuesta una llamada en un proceso y entre varios",
        ],
    );
    f.lab(
        Lab::Coupling,
        [
            "what a slow callee does to its caller",
            "lo que un servicio lento le hace a quien lo llama",
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
                "a field that is checked by asking its owner",
                "un campo que se comprueba preguntando a su dueño",
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
    let has_registry = f.line_if_any(
        "compose.yaml",
        "CONSUL_HTTP_ADDR: consul:8500",
        [
            "on Docker all processes are told where Consul is",
            "en Docker se dice a todos dónde está Consul",
        ],
    );
    if !has_registry {
        f.note([
            "compose.yaml of this system has no registry; the processes use one where \
             `CONSUL_HTTP_ADDR` names it.",
            "El compose.yaml de este sistema no tiene registro; los procesos usan uno donde \
             `CONSUL_HTTP_ADDR` lo nombre.",
        ]);
        return;
    }
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
    f.lab(
        Lab::Scaling,
        [
            "one, two and three instances behind the gateway",
            "una, dos y tres instancias detrás del gateway",
        ],
    );
}
