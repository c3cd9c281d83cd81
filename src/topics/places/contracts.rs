//! Where the form of requests and answers stands. Called through `mod.rs`.

use super::finder::{Finder, client_file, event_file, of, resource_file};

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
        f.line(
            client_file(caller),
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
    if let Some(file) = resource_file(f.any(), "routes") {
        f.line(
            file,
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
