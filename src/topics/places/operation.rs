//! Where building and running stand. Called through `mod.rs`.

use crate::system::Service;

use super::finder::{Finder, has_database, of};

pub(super) fn deployment(f: &mut Finder<'_>) {
    let service = f.any();
    f.line(
        "Dockerfile",
        "cargo build --release",
        [
            "one build for all images",
            "una compilación para todas las imágenes",
        ],
    );
    f.line(
        "Dockerfile",
        "ENTRYPOINT",
        [
            "an image holds one program and no shell",
            "una imagen tiene un programa y ningún shell",
        ],
    );
    f.container(
        service.name.as_str(),
        [
            "a service: image, settings, networks, what it waits for",
            "un servicio: imagen, ajustes, redes, a qué espera",
        ],
    );
    f.container(
        "gateway",
        [
            "the one that can be reached from outside",
            "el único al que se llega desde fuera",
        ],
    );
    f.line_if_any(
        "compose.yaml",
        "  services:",
        ["who can reach whom", "quién puede alcanzar a quién"],
    );
    f.command(
        "microkit doctor",
        ["is this machine fit for it?", "¿sirve esta máquina?"],
    );
    f.command(
        "docker compose up --build --wait",
        ["all of it, in containers", "todo, en contenedores"],
    );
}

pub(super) fn configuration(f: &mut Finder<'_>) {
    f.chassis(
        "config/environment.rs",
        "struct Environment",
        [
            "the variables, and all that is wrong with them at once",
            "las variables, y todo lo que está mal en ellas, a la vez",
        ],
    );
    f.chassis(
        "config.rs",
        "struct Config",
        [
            "what every process can be told",
            "lo que se le puede decir a cada proceso",
        ],
    );
    f.line(
        "README.md",
        "## Settings",
        [
            "the list of all variables",
            "la lista de todas las variables",
        ],
    );
    f.line(
        "compose.yaml",
        "x-environment:",
        [
            "what is set for every container",
            "lo que se fija para cada contenedor",
        ],
    );
    f.line(
        ".env.example",
        "GRAFANA_PASSWORD=",
        [
            "passwords come from .env, which is not committed",
            "las contraseñas vienen de .env, que no se sube",
        ],
    );
    let port = f.gateway_port().checked_add(100).unwrap_or(9000);
    f.command(
        format!("PORT={port} cargo run"),
        [
            "the same program on another port",
            "el mismo programa en otro puerto",
        ],
    );
    f.command(
        "PORT=none cargo run",
        [
            "a mistake is named before anything starts",
            "un error se nombra antes de arrancar nada",
        ],
    );
}

pub(super) fn chassis(f: &mut Finder<'_>) {
    f.chassis(
        "lib.rs",
        "pub use ",
        [
            "from here on, all that a service sees of it",
            "desde aquí, todo lo que un servicio ve de él",
        ],
    );
    f.chassis(
        "service/builder.rs",
        "pub struct ServiceBuilder<",
        [
            "how a service says what it is",
            "cómo dice un servicio lo que es",
        ],
    );
    let service = f.any();
    f.line(
        of(service, "src/lib.rs"),
        "Service::builder(",
        ["a service that does so", "un servicio que lo hace"],
    );
    f.line(
        of(service, "Cargo.toml"),
        "chassis.workspace = true",
        [
            "its dependency on the chassis, a library like any other",
            "su dependencia del chasis, una biblioteca como otra cualquiera",
        ],
    );
    f.command(
        "cargo doc -p chassis --no-deps --open",
        ["its documentation", "su documentación"],
    );
    f.command("cargo test -p chassis", ["its tests", "sus pruebas"]);
}

pub(super) fn testing(f: &mut Finder<'_>) {
    let service = f.any();
    match service.resources.first() {
        Some(resource) => f.line(
            of(service, &format!("tests/api/{}.rs", resource.module())),
            "#[tokio::test]",
            [
                "a service alone, without socket and server",
                "un servicio solo, sin socket ni servidor",
            ],
        ),
        None => f.line(
            of(service, "tests/api/hello.rs"),
            "#[tokio::test]",
            [
                "a service alone, without socket and server",
                "un servicio solo, sin socket ni servidor",
            ],
        ),
    }
    f.chassis(
        "testing.rs",
        "pub struct TestService",
        [
            "starts a service in a test",
            "arranca un servicio en una prueba",
        ],
    );
    f.chassis(
        "testing/builder.rs",
        "pub struct ",
        [
            "stand-ins for the services that it calls",
            "dobles de los servicios a los que llama",
        ],
    );
    f.line(
        "gateway/tests/proxy.rs",
        "#[tokio::test]",
        [
            "the gateway, with an upstream of its own",
            "el gateway, con un servicio de prueba",
        ],
    );
    f.command(
        format!("cargo test -p {}", service.name),
        ["one service", "un servicio"],
    );
    f.command(
        "cargo test --workspace",
        [
            "all of them; no server is needed",
            "todos; no hace falta ningún servidor",
        ],
    );
}

pub(super) fn heterogeneous_technology(f: &mut Finder<'_>) {
    f.note([
        "All services that microkit writes are in Rust. A program in another language joins in \
         by three things: HTTP with OpenAPI, events as CloudEvents, and its address in the \
         environment.",
        "Todos los servicios que escribe microkit son de Rust. Un programa en otro lenguaje se \
         une por tres cosas: HTTP con OpenAPI, eventos como CloudEvents, y su dirección en el \
         entorno.",
    ]);
    let kinds = |service: &Service| has_database(service);
    if let Some(service) = f.first(kinds) {
        f.key(
            &["services", service.name.as_str(), "database"],
            [
                "each service chooses its database",
                "cada servicio elige su base de datos",
            ],
        );
    }
    f.chassis(
        "openapi.rs",
        "pub(crate) fn routes(",
        [
            "/openapi.json of each service",
            "/openapi.json de cada servicio",
        ],
    );
    f.chassis(
        "event.rs",
        "pub struct CloudEvent",
        [
            "an event as any program can read it",
            "un evento, como lo lee cualquier programa",
        ],
    );
    f.chassis(
        "config.rs",
        "fn peer(",
        [
            "{SERVICE}_URL leads to whatever answers there",
            "{SERVICE}_URL lleva a lo que responda allí",
        ],
    );
    let url = f.url("/openapi.json");
    f.command(
        format!("curl -s {url}"),
        [
            "what a client in any language is made from",
            "de lo que se hace un cliente en cualquier lenguaje",
        ],
    );
}
