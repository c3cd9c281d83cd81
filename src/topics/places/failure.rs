//! Where the handling of time and failure stands. Called through `mod.rs`.

use super::finder::Finder;
use crate::diagnostic::Code;
use crate::lab::Lab;

pub(super) fn latency(f: &mut Finder<'_>) {
    f.chassis(
        "client/transport.rs",
        "enum Transport",
        [
            "the hop: over HTTP, or a function call in one process",
            "el salto: por HTTP, o una llamada a función en un proceso",
        ],
    );
    f.chassis(
        "metrics.rs",
        "\"http_request_duration_seconds\"",
        [
            "measured for every route, as a histogram",
            "se mide en cada ruta, como histograma",
        ],
    );
    f.chassis(
        "layers.rs",
        "took_ms",
        [
            "and logged for every request",
            "y se registra en cada petición",
        ],
    );
    f.calls(
        2,
        [
            "each of these is a hop more",
            "cada uno de estos es un salto más",
        ],
    );
    f.lab(
        Lab::Latency,
        [
            "p50 and p99 in one process and across several",
            "p50 y p99 en un proceso y entre varios",
        ],
    );
    let url = f.api();
    f.command(
        format!("curl -s -o /dev/null -w '%{{time_total}}\\n' {url}"),
        ["one request, in seconds", "una petición, en segundos"],
    );
}

pub(super) fn timeout(f: &mut Finder<'_>) {
    f.key(
        &["gateway", "timeout"],
        [
            "how long the gateway waits before it answers 504",
            "cuánto espera el gateway antes de responder 504",
        ],
    );
    f.line(
        "gateway/src/routes.rs",
        "const TIMEOUT",
        ["the same in the code", "lo mismo en el código"],
    );
    f.chassis(
        "client/call.rs",
        "fn deadline(",
        [
            "when a call has to be over: before its caller stops waiting",
            "cuándo debe acabar una llamada: antes de que quien llama deje de esperar",
        ],
    );
    f.chassis(
        "layers.rs",
        "const REQUEST_TIMEOUT",
        [
            "the header in which the time that is left travels",
            "la cabecera en la que viaja el tiempo que queda",
        ],
    );
    f.chassis(
        "database.rs",
        "const ACQUIRE_TIMEOUT",
        [
            "the database has a limit, too",
            "la base de datos también tiene un límite",
        ],
    );
    f.lab(
        Lab::Coupling,
        [
            "a slow callee with and without a deadline",
            "llamar a un servicio lento, con plazo y sin él",
        ],
    );
    f.command(
        "microkit check",
        [
            "says if the gateway's timeout is too short (MK0605)",
            "dice si el tiempo límite del gateway es corto (MK0605)",
        ],
    );
}

pub(super) fn retry(f: &mut Finder<'_>) {
    f.remarks(
        &[Code::RepeatedCall],
        [
            "here is repeated what may not be repeated (MK0611)",
            "aquí se repite lo que no se debe repetir (MK0611)",
        ],
    );
    f.chassis(
        "client/call.rs",
        "const RETRIES",
        [
            "how often a call is tried again",
            "cuántas veces se repite una llamada",
        ],
    );
    f.chassis(
        "client/call.rs",
        "is_idempotent()",
        [
            "only what is safe to do twice, or what nobody took",
            "solo lo que se puede hacer dos veces, o lo que nadie recibió",
        ],
    );
    f.chassis(
        "client/call.rs",
        "budget.withdraw()",
        [
            "the budget that all calls share",
            "el presupuesto que comparten todas las llamadas",
        ],
    );
    f.chassis(
        "outbox/pass.rs",
        "fn wait_after(",
        [
            "how long an event that was not taken waits",
            "cuánto espera un evento que no fue recibido",
        ],
    );
    f.chassis(
        "broker/topology.rs",
        "const WAITS",
        [
            "with RabbitMQ: the pauses before a handler tries again",
            "con RabbitMQ: las pausas antes de que se vuelva a tratar",
        ],
    );
    f.command(
        "cargo test -p chassis client",
        [
            "the tests of retries and breaker",
            "las pruebas de reintentos y cortacircuitos",
        ],
    );
    f.lab(
        Lab::Delivery,
        [
            "what is sent again after a crash",
            "lo que se reenvía tras una caída",
        ],
    );
}

pub(super) fn circuit_breaker(f: &mut Finder<'_>) {
    f.chassis(
        "client/breaker.rs",
        "const FAILURES",
        [
            "so many failures in a row open it",
            "tantos fallos seguidos lo abren",
        ],
    );
    f.chassis(
        "client/breaker.rs",
        "const OPEN",
        ["so long it stays open", "tanto tiempo queda abierto"],
    );
    f.chassis(
        "client/breaker.rs",
        "fn admits(",
        [
            "whether a call may go through",
            "si una llamada puede pasar",
        ],
    );
    f.chassis(
        "client/send.rs",
        "fn record(",
        [
            "what counts: silence, not an answer that is an error",
            "lo que cuenta: el silencio, no una respuesta de error",
        ],
    );
    if f.caller().is_none() {
        f.note([
            "No service of this system calls another: here it stands between the gateway and \
             the services.",
            "Ningún servicio de este sistema llama a otro: aquí está entre el gateway y los \
             servicios.",
        ]);
    }
    f.lab(
        Lab::Coupling,
        [
            "a slow callee with and without it",
            "llamar a un servicio lento, con él y sin él",
        ],
    );
    f.lab(
        Lab::Isolation,
        [
            "how fast an answer is once it is open",
            "qué rápida es la respuesta cuando está abierto",
        ],
    );
}

pub(super) fn health_check(f: &mut Finder<'_>) {
    f.chassis(
        "health.rs",
        "pub(crate) fn routes(",
        [
            "the addresses: /health/live, /health/ready, /health",
            "las direcciones: /health/live, /health/ready, /health",
        ],
    );
    f.chassis(
        "health.rs",
        "async fn ready(",
        ["what ready means", "lo que significa estar listo"],
    );
    f.chassis(
        "consul/registration.rs",
        "const CHECK:",
        ["how often Consul asks", "cada cuánto pregunta Consul"],
    );
    f.line(
        "compose.yaml",
        "test: [CMD, /usr/local/bin/service, health]",
        [
            "how Docker asks, without a shell in the image",
            "cómo pregunta Docker, sin shell en la imagen",
        ],
    );
    let (ready, live) = (f.url("/health/ready"), f.url("/health/live"));
    f.command(
        format!("curl -si {ready}"),
        [
            "is it ready, and what is missing?",
            "¿está listo, y qué falta?",
        ],
    );
    f.command(format!("curl -si {live}"), ["does it live?", "¿vive?"]);
}

pub(super) fn graceful_shutdown(f: &mut Finder<'_>) {
    f.chassis(
        "run/process.rs",
        "async fn live<",
        [
            "from the start to the stop, in this order",
            "del arranque a la parada, en este orden",
        ],
    );
    f.chassis(
        "run/signal.rs",
        "async fn signal()",
        ["the signals that ask for it", "las señales que piden parar"],
    );
    f.chassis(
        "server.rs",
        "async fn serve(",
        [
            "requests that are under way are finished",
            "se terminan las peticiones en curso",
        ],
    );
    f.line(
        "compose.yaml",
        "stop_grace_period:",
        [
            "how long Docker waits before it kills",
            "cuánto espera Docker antes de matar",
        ],
    );
    let name = f.container_of(f.any().name.as_str());
    f.command(
        "cargo run",
        [
            "then Ctrl-C: the last lines of the log tell of it",
            "y luego Ctrl-C: lo cuentan las últimas líneas del log",
        ],
    );
    f.command(
        format!("docker compose stop {name}"),
        ["stops one of them", "para uno de ellos"],
    );
}
