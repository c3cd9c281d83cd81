//! Where what can be seen of a running system stands. Called through `mod.rs`.

use super::finder::Finder;

pub(super) fn structured_logs(f: &mut Finder<'_>) {
    f.chassis(
        "layers.rs",
        "target: \"access\"",
        [
            "one line for each request, with its fields",
            "una línea por petición, con sus campos",
        ],
    );
    f.chassis(
        "telemetry.rs",
        "pub(crate) fn install(",
        ["for people, or as JSON", "para personas, o como JSON"],
    );
    f.line(
        "compose.yaml",
        "LOG_FORMAT:",
        ["the format on Docker", "el formato en Docker"],
    );
    f.command(
        "LOG_FORMAT=json cargo run",
        [
            "lines that programs can read",
            "líneas que pueden leer los programas",
        ],
    );
    f.command("RUST_LOG=debug cargo run", ["more of them", "más líneas"]);
}

pub(super) fn metrics(f: &mut Finder<'_>) {
    f.chassis(
        "metrics.rs",
        "\"http_request_duration_seconds\"",
        [
            "how long requests take, by service, route and method",
            "cuánto tardan las peticiones, por servicio, ruta y método",
        ],
    );
    f.chassis(
        "metrics.rs",
        "\"http_requests_total\"",
        [
            "how many there are, and with which status",
            "cuántas hay, y con qué estado",
        ],
    );
    f.chassis(
        "metrics.rs",
        "\"outbox_pending\"",
        ["how many events wait", "cuántos eventos esperan"],
    );
    f.line(
        "compose/prometheus.yaml",
        "scrape_configs:",
        ["whom Prometheus asks", "a quién pregunta Prometheus"],
    );
    f.container(
        "grafana",
        ["a dashboard of the services", "un panel de los servicios"],
    );
    let url = f.url("/metrics");
    f.command(
        format!("curl -s {url}"),
        ["the figures of the process", "las cifras del proceso"],
    );
    f.command(
        "docker compose --profile observability up --detach --wait",
        ["with Prometheus and Grafana", "con Prometheus y Grafana"],
    );
}

pub(super) fn distributed_tracing(f: &mut Finder<'_>) {
    f.chassis(
        "trace.rs",
        "const TRACEPARENT",
        [
            "the header of W3C Trace Context",
            "la cabecera de W3C Trace Context",
        ],
    );
    f.chassis(
        "layers.rs",
        "const REQUEST_ID",
        [
            "the header with the id of a request",
            "la cabecera con el identificador de la petición",
        ],
    );
    f.chassis(
        "client/send.rs",
        "fn carry_on(",
        [
            "where a call passes both on",
            "donde una llamada pasa ambas",
        ],
    );
    f.chassis(
        "spans.rs",
        "pub(crate) struct Span {",
        [
            "what is recorded if a collector is there",
            "lo que se anota si hay un recolector",
        ],
    );
    f.line(
        "compose.yaml",
        "OTEL_EXPORTER_OTLP_ENDPOINT:",
        [
            "on Docker spans go to Jaeger",
            "en Docker los spans van a Jaeger",
        ],
    );
    let url = f.api();
    f.command(
        format!("curl -si {url} | grep x-request-id"),
        [
            "the id that is in every line of log",
            "el identificador que está en cada línea del log",
        ],
    );
    f.command(
        "docker compose --profile observability up --detach --wait",
        ["with Jaeger on port 16686", "con Jaeger en el puerto 16686"],
    );
}
